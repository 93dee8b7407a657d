"""Digests and signatures (ODK XForms spec)."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.functions.registry import function, strings

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run

_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_SIGNATURE = 64


@function("digest", least=2, most=3)
def _digest(compiler: Compiler, call: Call) -> Run:
    """With an algorithm or encoding that is none, a calculation leaves its node as it is (JavaRosa)."""
    runs = [compiler.string(argument) for argument in call.arguments]
    in_form = compiler.in_form

    def run(c: Context) -> str:
        made = _digested(*(each(c) for each in runs))
        return made if made is not None else c.current.string_value() if in_form else ""

    return run


def _digested(text: str, algorithm: str, encoding: str = "base64") -> str | None:
    name, encoding = _ALGORITHMS.get(algorithm.upper()), encoding.lower()
    if name is None or encoding not in {"base64", "hex"}:
        return None
    made = hashlib.new(name, text.encode("utf-8"), usedforsecurity=False)
    return made.hexdigest() if encoding == "hex" else base64.b64encode(made.digest()).decode("ascii")


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
