"""Records that phones encrypt are opened with the office's key, and nothing of them is on the disk in clear."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest
from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.keys import key_of, make_key
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.interop.openrosa.sealed import PrivateKey, manifest_in, opened
from fieldkit.office import Office
from tests.conftest import NOW
from tests.five_desks import quick_keys
from tests.interop.collect import Served, card, made_office, new_id
from tests.interop.sealing import cfb, sealed

CANARY = "絕無僅有 4711"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An office with a key for phones."""
    folder = tmp_path_factory.mktemp("sealed") / "office"
    with pytest.MonkeyPatch.context() as patch:
        quick_keys(patch)
        with made_office(folder, NOW) as office:
            make_key(office)
    with Served(folder, NOW) as office:
        yield office


@pytest.fixture(scope="module")
def phone(served):
    return served.phone("密机", "card", "talk")


@pytest.fixture(scope="module")
def public(phone):
    """The key as a phone finds it in the form."""
    root = etree.fromstring(phone.get(phone.forms()["card"]["downloadUrl"]))
    return root.find(".//{*}submission").get("base64RsaPublicKey")


def on_disk(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_on_an_open_line_every_form_is_to_be_encrypted_and_on_another_none(served, phone, public):
    assert public == key_of(served.office).public
    assert phone.forms().keys() == {"card", "talk"}
    assert b"base64RsaPublicKey" not in phone.safe().get(phone.safe().forms()["card"]["downloadUrl"])


def test_the_served_form_is_still_a_form(phone, tmp_path):
    from fieldkit.xforms import load_form

    path = tmp_path / "card.xml"
    path.write_bytes(phone.get(phone.forms()["card"]["downloadUrl"]))
    form = load_form(path)
    assert form.submission.public_key
    assert form.items["/card/illness" if "/card/illness" in form.items else "/data/illness"].bind.tier == "R"


def test_an_encrypted_record_is_kept_once_all_of_it_is_here(served, phone, public):
    instance = new_id()
    inside = card(instance, illness=CANARY, photo="a.jpg")
    manifest, files = sealed(public, "card", "1", instance, inside, [("a.jpg", CANARY.encode() * 50)])
    first = phone.send(manifest, {"submission.xml.enc": files["submission.xml.enc"]})
    assert (first.status, served.record(record_id("card", instance))) == (202, None)
    assert phone.send(manifest, {"a.jpg.enc": files["a.jpg.enc"]}).status == 201
    view = served.record(record_id("card", instance))
    assert CANARY in view.fields.values()
    [revision] = served.office.archive.revisions(view.record)
    assert revision.body.note["files"]["a.jpg"]["bytes"] == len(CANARY.encode()) * 50
    assert phone.send(manifest, files).status == 202
    assert phone.send(manifest, {}).status == 202
    assert len(served.office.archive.revisions(view.record)) == 1
    assert not list((served.folder / "phones").glob("*/waiting/*"))
    assert CANARY.encode() not in on_disk(served.folder)


def test_what_was_changed_on_the_way_is_refused(served, phone, public):
    instance = new_id()
    inside = card(instance, illness="x")
    manifest, files = sealed(public, "card", "1", instance, inside)
    data = files["submission.xml.enc"]
    for bad in (data[:-16], data + b"x", b"", bytes([data[0] ^ 1]) + data[1:]):
        answer = phone.send(manifest, {"submission.xml.enc": bad})
        assert (answer.status, served.record(record_id("card", instance))) == (400, None)
    assert phone.send(manifest, files).status == 201


def test_a_record_under_another_id_or_key_is_refused(served, phone, public):
    mine, other = new_id(), new_id()
    manifest, files = sealed(public, "card", "1", mine, card(other, illness="x"))
    assert phone.send(manifest, files).status == 400
    manifest, files = sealed(PrivateKey.new().public, "card", "1", mine, card(mine, illness="x"))
    assert phone.send(manifest, files).status == 400
    manifest, _files = sealed(public, "card", "1", mine, card(mine))
    again, files = sealed(public, "card", "1", mine, card(mine))
    assert phone.send(manifest, {}).status == 202
    assert phone.send(again, files).status == 409
    for broken in (
        manifest.replace(b"<base64EncryptedKey>", b"<base64EncryptedKey>*"),
        manifest.replace(b"submission.xml.enc", b""),
    ):
        assert phone.send(broken, files).status == 400


def test_a_signature_of_other_files_is_noticed():
    key = PrivateKey.new()
    manifest, files = sealed(
        key.public, "card", "1", "uuid:1", card("uuid:1"), [("a.jpg", b"1")], key=bytes(32)
    )
    _other, swapped = sealed(
        key.public, "card", "1", "uuid:1", card("uuid:1"), [("a.jpg", b"2")], key=bytes(32)
    )
    found = manifest_in(etree.fromstring(manifest))
    assert opened(found, files, key)[1] == {"a.jpg": b"1"}
    with pytest.raises(FieldkitError, match=r"openrosa\.damaged"):
        opened(found, {**files, "a.jpg.enc": swapped["a.jpg.enc"]}, key)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not here")
def test_the_cipher_is_the_one_of_openssl():
    key, start, data = bytes(range(32)), bytes(range(16)), b"some words " * 9
    padded = data + bytes([16 - len(data) % 16]) * (16 - len(data) % 16)
    done = subprocess.run(
        ["openssl", "enc", "-aes-256-cfb", "-K", key.hex(), "-iv", start.hex()],
        input=padded,
        capture_output=True,
        check=True,
    )
    assert done.stdout == cfb(data, key, start)


def test_the_key_stays_the_same_and_lies_sealed(served):
    office = Office.open(served.folder, now=lambda: NOW, passphrase=lambda: "office words")
    with office:
        key = make_key(office)
        assert key.public == key_of(office).public
    assert key.to_bytes()[40:80] not in on_disk(served.folder / "keys")
    assert len(base64.b64decode(key.public)) == 294


def test_a_decline_leaves_nothing_of_itself(served, phone, public):
    instance = new_id()
    inside = card(instance, "no", outcome=CANARY, photo="a.jpg")
    manifest, files = sealed(public, "card", "1", instance, inside, [("a.jpg", CANARY.encode())])
    before = served.office.archive.came(), len(list((served.folder / "attachments").glob("*")))
    assert phone.send(manifest, files).status == 201
    assert (served.office.archive.came(), len(list((served.folder / "attachments").glob("*")))) == before
    assert phone.send(manifest, files).status == 202
    assert served.record(record_id("card", instance)) is None
    assert CANARY.encode() not in on_disk(served.folder)
