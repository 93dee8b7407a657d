"""What is encrypted here is what ODK Collect would have made: our own reading of it, written from the specification, opens it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_records import Leaving, submission_of
from fieldkit.interop.client_sealing import Names, sealed
from fieldkit.interop.openrosa.sealed import PrivateKey, manifest_in, opened

KEY = PrivateKey.new()
NAMES = Names("uuid:1", "", "said")


def leaves(public=KEY.public, version="1"):
    return Leaving(
        "r", "f", version, b'<data id="f" version="1"><a>x</a></data>', "uuid:1", public_key=public
    )


def secret(name):
    return hashlib.sha256(name.encode()).digest()


@settings(max_examples=30, deadline=None)
@given(
    files=st.dictionaries(st.sampled_from(["a.jpg", "照片.jpg", "z"]), st.binary(max_size=70), max_size=3),
    version=st.sampled_from(["", "1"]),
)
def test_whoever_holds_the_key_reads_it_and_the_signature_is_right(files, version):
    it = leaves(version=version)
    xml = submission_of(it, "uuid:1", "", "said")
    manifest, made = sealed(it, NAMES, xml, files, secret)
    found = manifest_in(etree.fromstring(manifest))
    assert found is not None
    assert (found.form, found.version, found.instance, bool(found.signature)) == (
        "f",
        version,
        "uuid:1",
        True,
    )
    assert found.files[-1] == "submission.xml.enc"
    assert opened(found, made, KEY) == (xml, files)
    assert b"<a>" not in manifest
    assert sealed(it, NAMES, xml, files, secret) == (manifest, made), "the same bytes each time"


def test_another_content_has_another_key():
    it = leaves()
    _manifest, one = sealed(it, NAMES, b"x" * 40, {}, lambda name: secret(f"1{name}"))
    _manifest, two = sealed(it, NAMES, b"x" * 40, {}, lambda name: secret(f"2{name}"))
    assert one != two


def public_of(key):
    return base64.b64encode(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


@pytest.mark.parametrize(
    "key",
    ["no base64", base64.b64encode(b"no key").decode(), public_of(rsa.generate_private_key(65537, 1024)), public_of(ec.generate_private_key(ec.SECP256R1()))],
    ids=["text", "bytes", "short", "curve"],
)  # fmt: skip
def test_a_key_that_is_none_stops_it(key):
    with pytest.raises(FieldkitError, match=r"interop\.bad-key"):
        sealed(leaves(key), NAMES, b"x", {}, secret)
