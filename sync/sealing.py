"""Sealing: age (C2SP age, X25519) for what travels, AES-256-GCM (NIST SP 800-38D) for what lies in the archive."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import SyncError

SECRET_LENGTH = 32
_NONCE = 12
_LAST_LINE = b"\n--- "
"""Begins the last line of an age file's header."""
_LARGEST_HEADER = 16 * 1024


def new_identity() -> str:
    """A new age identity, in the text form of age-keygen. Keep it sealed."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """The recipient that belongs to an identity: what others seal for. Raises SyncError("sealed.bad-identity")."""
    return str(_identity(identity).to_public())


def seal_for(recipients: Sequence[str], data: bytes) -> bytes:
    """An age file of `data` that any of the recipients can open. Raises SyncError("archive.bad-recipient")."""
    return bytes(pyrage.encrypt(data, check_recipients(recipients)))


def check_recipients(recipients: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Age recipients, read. Raises SyncError("archive.bad-recipient")."""
    known = []
    for each in recipients:
        try:
            known.append(pyrage.x25519.Recipient.from_str(each))
        except pyrage.RecipientError as error:
            raise SyncError("archive.bad-recipient", recipient=each, reason=str(error)) from error
    return known


def unseal(identity: str, sealed: bytes) -> bytes:
    """What is in an age file. Raises SyncError("sealed.not-for-us"), ("sealed.bad-identity").

    One that names more readers than any office has is not for us: each would have to be tried.
    """
    if _LAST_LINE not in sealed[:_LARGEST_HEADER]:
        raise SyncError("sealed.not-for-us", reason="its header is too long")
    try:
        return bytes(pyrage.decrypt(sealed, [_identity(identity)]))
    except (pyrage.DecryptError, ValueError) as error:
        raise SyncError("sealed.not-for-us", reason=str(error)) from error


def shut(secret: bytes, data: bytes, about: bytes) -> bytes:
    """`data` under a 32-byte secret, bound to what it is `about`: a random nonce, then ciphertext and tag."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, data, about)


def unshut(secret: bytes, data: bytes, about: bytes) -> bytes:
    """What was shut. Raises SyncError("sealed.damaged") for another secret, another `about`, or a changed byte."""
    try:
        return AESGCM(secret).decrypt(data[:_NONCE], data[_NONCE:], about)
    except (InvalidTag, ValueError) as error:
        raise SyncError("sealed.damaged", about=about.decode("ascii", "replace")) from error


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        raise SyncError("sealed.bad-identity", reason=str(error)) from error
