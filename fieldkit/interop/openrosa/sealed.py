"""Records that a phone encrypted (ODK XForms spec, "Encrypted forms"): a manifest, and each file under one random key.

That key is wrapped with RSA-OAEP, SHA-256 for hash and mask both; files are AES-256 in CFB over whole padded blocks, each with
the next of a row of start values. The signature names the files; it says nothing of who made them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.xforms.instance import xml_parser

SUBMISSION = "submission.xml"
_SUFFIX = ".enc"
_BLOCK = 16
_SECRET = 32
_BITS = 2048
_OAEP = OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What came in the clear. files: the names of the encrypted files, the record itself last. signature: b"" for none."""

    form: str
    version: str
    instance: str
    wrapped: str
    files: tuple[str, ...]
    signature: bytes


class PrivateKey:
    """The office's key for records that phones encrypt."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key

    @classmethod
    def new(cls) -> PrivateKey:
        """A new one, of the size that phones expect."""
        return cls(generate_private_key(65537, _BITS))

    @classmethod
    def of(cls, der: bytes) -> PrivateKey:
        """The key that `to_bytes` gave."""
        key = load_der_private_key(der, None)
        assert isinstance(key, RSAPrivateKey)
        return cls(key)

    def to_bytes(self) -> bytes:
        """PKCS#8, in clear: to be shut away at once."""
        return self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public(self) -> str:
        """As a form names it: base64 of the SubjectPublicKeyInfo."""
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode("ascii")

    def unwrap(self, wrapped: bytes) -> bytes:
        """What was wrapped for it. Raises FieldkitError("openrosa.not-for-us")."""
        try:
            return self._key.decrypt(wrapped, _OAEP)
        except ValueError as error:
            raise FieldkitError("openrosa.not-for-us") from error


def manifest_in(root: etree._Element) -> Manifest | None:
    """The manifest of an encrypted record; None for a record in the clear. Raises FieldkitError("openrosa.malformed")."""
    if root.get("encrypted") != "yes":
        return None
    media = [(each.text or "").strip() for each in root.iterfind("{*}media/{*}file")]
    signed = (root.findtext("{*}base64EncryptedElementSignature") or "").strip()
    found = Manifest(
        root.get("id") or "", root.get("version") or "", (root.findtext("{*}meta/{*}instanceID") or "").strip(),
        (root.findtext("{*}base64EncryptedKey") or "").strip(),
        (*media, (root.findtext("{*}encryptedXmlFile") or "").strip()), _decoded(signed),
    )  # fmt: skip
    names = found.files
    if not (found.instance and found.wrapped and all(names)) or len(set(names)) != len(names):
        raise FieldkitError("openrosa.malformed", reason="its manifest")
    return found


def secret_of(manifest: Manifest, key: PrivateKey) -> bytes:
    """The random key of a record. Raises FieldkitError("openrosa.malformed"), ("openrosa.not-for-us")."""
    secret = key.unwrap(_decoded(manifest.wrapped))
    if len(secret) != _SECRET:
        raise FieldkitError("openrosa.not-for-us")
    return secret


def opened(manifest: Manifest, files: Mapping[str, bytes], key: PrivateKey) -> tuple[bytes, dict[str, bytes]]:
    """The record and its files, by name. files: all that the manifest names.

    Raises FieldkitError("openrosa.not-for-us"), ("openrosa.damaged") where they are not what was signed or do not fit.
    """
    secret = secret_of(manifest, key)
    start = bytearray(hashlib.md5(manifest.instance.encode("utf-8") + secret, usedforsecurity=False).digest())
    clear: dict[str, bytes] = {}
    for number, name in enumerate(manifest.files):
        start[number % _BLOCK] = (start[number % _BLOCK] + 1) % 256
        clear[name.removesuffix(_SUFFIX)] = _decrypted(files[name], secret, bytes(start), name)
    if manifest.signature:
        _check(manifest, clear, key)
    xml = clear.pop(manifest.files[-1].removesuffix(_SUFFIX))
    _check_inside(manifest, xml)
    return xml, clear


def _check(manifest: Manifest, clear: Mapping[str, bytes], key: PrivateKey) -> None:
    """Whether these are the files that were signed."""
    lines = [manifest.form, *filter(None, [manifest.version]), manifest.wrapped, manifest.instance]
    lines += [
        f"{name}::{hashlib.md5(data, usedforsecurity=False).hexdigest()}" for name, data in clear.items()
    ]
    text = "\n".join(lines) + "\n"
    right = hashlib.md5(text.encode("utf-8"), usedforsecurity=False).digest()
    if not hmac.compare_digest(key.unwrap(manifest.signature), right):
        raise FieldkitError("openrosa.damaged", name=manifest.files[-1])


def _check_inside(manifest: Manifest, xml: bytes) -> None:
    """Whether the record inside is the one that the manifest names."""
    try:
        inside = etree.fromstring(xml, xml_parser()).findtext("{*}meta/{*}instanceID")
    except etree.XMLSyntaxError as error:
        raise FieldkitError("openrosa.damaged", name=manifest.files[-1]) from error
    if (inside or "").strip() != manifest.instance:
        raise FieldkitError("openrosa.damaged", name=manifest.files[-1])


def _decrypted(data: bytes, secret: bytes, start: bytes, name: str) -> bytes:
    if not data or len(data) % _BLOCK:
        raise FieldkitError("openrosa.damaged", name=name)
    # CFB: each block was mixed with the encrypted block before it, so that all can be worked out at once.
    cipher = Cipher(AES(secret), ECB()).encryptor()  # noqa: S305 - the blocks are those of CFB
    mixed = cipher.update(start + data[:-_BLOCK]) + cipher.finalize()
    clear = (int.from_bytes(mixed) ^ int.from_bytes(data)).to_bytes(len(data))
    length = clear[-1]
    if not 1 <= length <= _BLOCK or clear[-length:] != bytes([length]) * length:
        raise FieldkitError("openrosa.damaged", name=name)
    return clear[:-length]


def _decoded(text: str) -> bytes:
    """Base64. Raises FieldkitError("openrosa.malformed")."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldkitError("openrosa.malformed", reason="its manifest") from error
