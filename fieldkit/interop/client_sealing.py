"""Records encrypted for whoever holds the key of their form, as ODK Collect does it (ODK XForms spec, "Encrypted forms").

The same record is the same bytes each time: a server takes what it has for itself only where no byte differs. So whatever would be drawn
by lot comes from a secret of the office instead, other for each content.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.serialization import load_der_public_key
from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_records import Leaving, marked
from fieldkit.xforms.definition import OPENROSA

_ENCRYPTED = "http://opendatakit.org/submissions"
_SUBMISSION, _SUFFIX = "submission.xml", ".enc"
_BLOCK, _HASH, _SMALLEST = 16, 32, 2048

Secret = Callable[[str], bytes]
"""Gives 32 bytes for a name, the same for the same one."""


@dataclass(frozen=True, slots=True)
class Names:
    """Under which ids a submission goes, and what it says of itself (`client_records.before_and_sent_in`)."""

    instance: str
    deprecated: str
    sent: str


def sealed(
    leaves: Leaving, names: Names, xml: bytes, files: Mapping[str, bytes], secret: Secret
) -> tuple[bytes, dict[str, bytes]]:
    """The manifest of a submission, and its encrypted files, the record among them. xml: the submission in the clear.

    Raises FieldkitError("interop.bad-key") where the form's key is none that records can be encrypted with.
    """
    public = key_of(leaves)
    key = secret("key")
    start = bytearray(hashlib.md5(names.instance.encode() + key, usedforsecurity=False).digest())
    wrapped = base64.b64encode(_wrapped(public, key, secret("wrap"))).decode("ascii")
    lines = [leaves.form, *filter(None, [leaves.version]), wrapped, names.instance]
    made: dict[str, bytes] = {}
    for number, (name, content) in enumerate([*sorted(files.items()), (_SUBMISSION, xml)]):
        start[number % _BLOCK] = (start[number % _BLOCK] + 1) % 256
        made[f"{name}{_SUFFIX}"] = _encrypted(content, key, bytes(start))
        lines.append(f"{name}::{hashlib.md5(content, usedforsecurity=False).hexdigest()}")
    text = "\n".join(lines) + "\n"
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    signature = base64.b64encode(_wrapped(public, digest, secret("sign"))).decode("ascii")
    return _manifest(leaves, names, wrapped, signature, [*made]), made


def key_of(leaves: Leaving) -> RSAPublicKey:
    """The key of a form. Raises FieldkitError("interop.bad-key")."""
    try:
        der = base64.b64decode("".join(leaves.public_key.split()), validate=True)
        key = load_der_public_key(der)
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as error:
        raise FieldkitError("interop.bad-key", form=leaves.form) from error
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST:
        raise FieldkitError("interop.bad-key", form=leaves.form)
    return key


def _manifest(leaves: Leaving, names: Names, wrapped: str, signature: str, files: list[str]) -> bytes:
    def add(parent: etree._Element, tag: str, text: str = "") -> etree._Element:
        made = etree.SubElement(parent, tag)
        made.text = text or None
        return made

    root = etree.Element(f"{{{_ENCRYPTED}}}data", nsmap={None: _ENCRYPTED, "orx": OPENROSA})  # type: ignore[dict-item] # lxml takes None for the default
    root.set("id", leaves.form)
    if leaves.version:
        root.set("version", leaves.version)
    root.set("encrypted", "yes")
    add(root, f"{{{_ENCRYPTED}}}base64EncryptedKey", wrapped)
    meta = add(root, f"{{{OPENROSA}}}meta")
    add(meta, f"{{{OPENROSA}}}instanceID", names.instance)
    if names.deprecated:
        add(meta, f"{{{OPENROSA}}}deprecatedID", names.deprecated)
    *media, submission = files
    for each in media:
        add(add(root, f"{{{_ENCRYPTED}}}media"), f"{{{_ENCRYPTED}}}file", each)
    add(root, f"{{{_ENCRYPTED}}}encryptedXmlFile", submission)
    add(root, f"{{{_ENCRYPTED}}}base64EncryptedElementSignature", signature)
    return marked(root, names.sent)


def _encrypted(data: bytes, key: bytes, start: bytes) -> bytes:
    """AES-256 in CFB over whole blocks, padded (PKCS #7)."""
    length = _BLOCK - len(data) % _BLOCK
    padded = data + bytes([length]) * length
    block = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - the blocks are those of CFB
    out = bytearray()
    before = start
    for at in range(0, len(padded), _BLOCK):
        mixed = int.from_bytes(block.update(before)) ^ int.from_bytes(padded[at : at + _BLOCK])
        before = mixed.to_bytes(_BLOCK)
        out += before
    return bytes(out)


def _wrapped(key: RSAPublicKey, message: bytes, seed: bytes) -> bytes:
    """RSA-OAEP (RFC 8017 §7.1.1) with SHA-256 for hash and mask, and a seed that is given."""
    numbers = key.public_numbers()
    size = (key.key_size + 7) // 8
    filling = bytes(size - len(message) - 2 * _HASH - 2)
    block = hashlib.sha256().digest() + filling + b"\x01" + message
    masked = _xor(block, _mask(seed, len(block)))
    whole = b"\x00" + _xor(seed, _mask(masked, _HASH)) + masked
    return pow(int.from_bytes(whole), numbers.e, numbers.n).to_bytes(size)


def _mask(seed: bytes, length: int) -> bytes:
    rounds = -(-length // _HASH)
    return b"".join(hashlib.sha256(seed + n.to_bytes(4)).digest() for n in range(rounds))[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
