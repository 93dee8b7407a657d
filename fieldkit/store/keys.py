"""From a passphrase to the key of the data (RFC 9106 Argon2id, NIST SP 800-38D AES-GCM).

A random data key is wrapped by a key derived from the passphrase, so that the passphrase can change without
writing the data anew. A test record is decrypted before a key is believed.
"""

from __future__ import annotations

import base64
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fieldkit.errors import StoreError
from fieldkit.store.files import write_file

_FORMAT = 1
_TEST = b"fieldkit test record"
_NONCE = 12
_DOMAIN = b"fieldkit data key"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guess costs: memory in KiB, passes, lanes. The default takes about 0.3 s on a small laptop."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


DEFAULT_COST = Cost()
# What a key file may ask of this machine: a damaged or planted one must not take all of its memory.
_MOST = Cost(1024 * 1024, 64, 16)


def create_keys(path: Path, passphrase: str, cost: Cost = DEFAULT_COST) -> bytes:
    """Make a data key, wrap it with `passphrase` into `path`, prove that it opens again, and give it."""
    data_key = os.urandom(32)
    salt = os.urandom(16)
    wrapping = AESGCM(_derive(passphrase, salt, cost))
    nonces = os.urandom(_NONCE), os.urandom(_NONCE)
    data = {
        "format": _FORMAT,
        "kdf": "argon2id",
        "memory": cost.memory,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": _text(salt),
        "wrapped": _text(nonces[0] + wrapping.encrypt(nonces[0], data_key, _DOMAIN)),
        "test": _text(nonces[1] + AESGCM(data_key).encrypt(nonces[1], _TEST, None)),
    }
    write_file(path, orjson.dumps(data, option=orjson.OPT_INDENT_2))
    if open_keys(path, passphrase) != data_key:
        raise StoreError("keys.unreadable", path=str(path))
    return data_key


def open_keys(path: Path, passphrase: str) -> bytes:
    """The data key.

    Raises StoreError("workspace.wrong-passphrase"), ("keys.unreadable"), ("workspace.newer-format").
    """
    try:
        data = orjson.loads(path.read_bytes())
        if data["format"] > _FORMAT:
            raise StoreError("workspace.newer-format", path=str(path))
        cost = Cost(int(data["memory"]), int(data["passes"]), int(data["lanes"]))
        salt, wrapped, test = (base64.b64decode(data[name]) for name in ("salt", "wrapped", "test"))
        if cost.memory > _MOST.memory or cost.passes > _MOST.passes or cost.lanes > _MOST.lanes:
            raise ValueError(cost)
        wrapping = AESGCM(_derive(passphrase, salt, cost))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError("keys.unreadable", path=str(path)) from error
    try:
        data_key = wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _DOMAIN)
    except (InvalidTag, ValueError) as error:
        raise StoreError("workspace.wrong-passphrase", path=str(path.parent.parent)) from error
    try:
        proven = AESGCM(data_key).decrypt(test[:_NONCE], test[_NONCE:], None) == _TEST
    except (InvalidTag, ValueError):
        proven = False
    if not proven:
        raise StoreError("keys.unreadable", path=str(path))
    return data_key


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # One keyboard composes what another decomposes; both are the same passphrase (RFC 8265, OpaqueString).
    text = unicodedata.normalize("NFC", passphrase)
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive(text.encode("utf-8"))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
