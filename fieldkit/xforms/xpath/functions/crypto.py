"""Digests and signatures (ODK XForms spec)."""

from __future__ import annotations

import base64
import hashlib

from fieldkit.xforms.xpath.functions.registry import strings

_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_SIGNATURE = 64


@strings("digest", least=2, most=3)
def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    name = _ALGORITHMS.get(algorithm.upper())
    if name is None:
        return ""
    made = hashlib.new(name, text.encode("utf-8"), usedforsecurity=False)
    return made.hexdigest() if encoding.lower() == "hex" else base64.b64encode(made.digest()).decode("ascii")


@strings("extract-signed", least=2)
def _extract_signed(signed: str, public_key: str) -> str:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        raw = base64.b64decode(signed, validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(raw[:_SIGNATURE], raw[_SIGNATURE:])
        return raw[_SIGNATURE:].decode("utf-8")
    except (ValueError, InvalidSignature):
        return ""
