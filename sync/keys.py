"""Keys of laptops and offices (Ed25519, RFC 8032)."""

from __future__ import annotations

import hashlib
import os
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class DeviceKey:
    """An Ed25519 key. `id` is the first 16 bytes of the SHA-256 of the public key, in hex."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = key_id(self.public)

    @classmethod
    def generate(cls, seed: bytes | None = None) -> Self:
        """A new key; a seed of 32 bytes makes it repeatable."""
        return cls(seed or os.urandom(32))

    def to_bytes(self) -> bytes:
        """The private seed; keep it sealed."""
        return self._seed

    def sign(self, message: bytes) -> bytes:
        """The signature of a message that begins with its domain."""
        return self._private.sign(message)


def key_id(public: bytes) -> str:
    """What a public key is called."""
    return hashlib.sha256(public).hexdigest()[:32]


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of `message` under `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
