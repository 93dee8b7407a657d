"""From a passphrase to the key of the data (RFC 9106 Argon2id, NIST SP 800-38D AES-GCM, age for recovery).

A random data key is wrapped by a key derived from the passphrase, so that the passphrase can change without
writing the data anew; beside that it is wrapped for the office's age recipients, so that a forgotten passphrase
loses nothing. A test record is decrypted before a key is believed.
"""

from __future__ import annotations

import base64
import contextlib
import os
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fieldkit.errors import StoreError
from fieldkit.store.files import refused, write_file

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


class KeyFile:
    """The file with a workspace's wrapped key, `data/keys.json`, and the copy of it in the backup ring.

    Every change is proven to open the same data before it is written, and is in both files when it is done.
    """

    def __init__(self, path: Path, copy: Path | None = None) -> None:
        self.path = path
        self._copy = copy

    def exists(self) -> bool:
        """Whether there is a key, so that the workspace is encrypted."""
        return self.path.exists() or (self._copy is not None and self._copy.exists())

    def create(self, passphrase: str, cost: Cost = DEFAULT_COST, *, data_key: bytes | None = None) -> bytes:
        """Wrap a data key of 32 bytes, a new one unless it is given, with `passphrase`, prove that it opens again, and
        give it.

        Raises StoreError("keys.unreadable"), ("medium.…").
        """
        data_key = data_key or os.urandom(32)
        nonce = os.urandom(_NONCE)
        test = nonce + AESGCM(data_key).encrypt(nonce, _TEST, None)
        data = {"format": _FORMAT, **_wrapped(data_key, passphrase, cost), "test": _text(test)}
        self._write(data, passphrase, data_key)
        return data_key

    def open(self, passphrase: str) -> bytes:
        """The data key.

        Raises StoreError("workspace.wrong-passphrase"), ("keys.unreadable"), ("workspace.newer-format").
        """
        return self._unwrapped(self._read(), passphrase)

    def change(self, data_key: bytes, passphrase: str, cost: Cost = DEFAULT_COST) -> None:
        """From now on another passphrase opens the same data. Raises StoreError("keys.unreadable"), ("medium.…")."""
        self.prove(data_key)
        self._write({**self._read(), **_wrapped(data_key, passphrase, cost)}, passphrase, data_key)

    def prove(self, data_key: bytes) -> None:
        """Decrypt the test record. Raises StoreError("keys.unreadable") where this is not the key of the data."""
        try:
            test = base64.b64decode(self._read()["test"])
            proven = AESGCM(data_key).decrypt(test[:_NONCE], test[_NONCE:], None) == _TEST
        except (InvalidTag, ValueError, KeyError, TypeError):
            proven = False
        if not proven:
            raise StoreError("keys.unreadable", path=str(self.path))

    @property
    def recovery(self) -> bytes | None:
        """The data key sealed for the office's recipients (an age file), None before there is an office."""
        sealed = self._read().get("recovery")
        return base64.b64decode(sealed["sealed"]) if sealed else None

    @property
    def recipients(self) -> tuple[str, ...]:
        """The age recipients that can open the data without the passphrase."""
        return tuple((self._read().get("recovery") or {}).get("recipients", ()))

    def seal_for(self, data_key: bytes, recipients: Sequence[str]) -> None:
        """Let these recipients, and no others, open the data too. Raises StoreError("keys.bad-recipient"), ("medium.…")."""
        import pyrage

        self.prove(data_key)
        try:
            known = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
        except pyrage.RecipientError as error:
            raise StoreError("keys.bad-recipient", recipients=", ".join(recipients)) from error
        sealed = {"recipients": list(recipients), "sealed": _text(pyrage.encrypt(data_key, known))}
        self._store({**self._read(), "recovery": sealed})

    def mend(self) -> bool:
        """Write whichever of the two files is missing or unreadable from the other; give whether one was.

        Raises StoreError("keys.unreadable") where neither can be read, ("medium.…").
        """
        data = self._read()
        if self._copy is None or (_read(self.path) == data and _read(self._copy) == data):
            return False
        self._store(data)
        return True

    def _read(self) -> dict[str, Any]:
        """What the file says, or where it is damaged or gone, its copy."""
        data = _read(self.path)
        if data is None and self._copy is not None:
            data = _read(self._copy)
        if data is None:
            raise StoreError("keys.unreadable", path=str(self.path))
        if data["format"] > _FORMAT:
            raise StoreError("workspace.newer-format", path=str(self.path))
        return data

    def _write(self, data: dict[str, Any], passphrase: str, data_key: bytes) -> None:
        """Write `data` once it is proven to give `data_key` for `passphrase`."""
        if self._unwrapped(data, passphrase) != data_key:
            raise StoreError("keys.unreadable", path=str(self.path))
        self._store(data)

    def _store(self, data: dict[str, Any]) -> None:
        before = _read(self.path)
        try:
            self._write_both(_raw(data))
        except StoreError:
            # What was refused must not be what opens the workspace tomorrow.
            if before is not None:
                with contextlib.suppress(StoreError):
                    self._write_both(_raw(before))
            raise

    def _write_both(self, raw: bytes) -> None:
        """The copy first: as long as the file itself is the old one, nothing has changed."""
        if self._copy is not None:
            try:
                self._copy.parent.mkdir(mode=0o700, exist_ok=True)
            except OSError as error:
                raise refused(error, self._copy) from error
            write_file(self._copy, raw)
        write_file(self.path, raw)

    def _unwrapped(self, data: dict[str, Any], passphrase: str) -> bytes:
        try:
            cost = Cost(int(data["memory"]), int(data["passes"]), int(data["lanes"]))
            salt, wrapped, test = (base64.b64decode(data[name]) for name in ("salt", "wrapped", "test"))
            if cost.memory > _MOST.memory or cost.passes > _MOST.passes or cost.lanes > _MOST.lanes:
                raise ValueError(cost)
            wrapping = AESGCM(_derive(passphrase, salt, cost))
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError("keys.unreadable", path=str(self.path)) from error
        try:
            data_key = wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _DOMAIN)
        except (InvalidTag, ValueError) as error:
            raise StoreError("workspace.wrong-passphrase", path=str(self.path.parent.parent)) from error
        try:
            proven = AESGCM(data_key).decrypt(test[:_NONCE], test[_NONCE:], None) == _TEST
        except (InvalidTag, ValueError):
            proven = False
        if not proven:
            raise StoreError("keys.unreadable", path=str(self.path))
        return data_key


def _wrapped(data_key: bytes, passphrase: str, cost: Cost) -> dict[str, Any]:
    salt = os.urandom(16)
    nonce = os.urandom(_NONCE)
    wrapped = nonce + AESGCM(_derive(passphrase, salt, cost)).encrypt(nonce, data_key, _DOMAIN)
    return {
        "kdf": "argon2id",
        "memory": cost.memory,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": _text(salt),
        "wrapped": _text(wrapped),
    }


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # One keyboard composes what another decomposes; both are the same passphrase (RFC 8265, OpaqueString).
    text = unicodedata.normalize("NFC", passphrase)
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive(text.encode("utf-8"))


def _read(path: Path) -> dict[str, Any] | None:
    """A key file, None where it cannot be read, is damaged, or makes no sense."""
    try:
        data = orjson.loads(path.read_bytes())
        whole = data.pop("check") == _check(data) and isinstance(data["format"], int)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return data if whole else None


def _raw(data: dict[str, Any]) -> bytes:
    return orjson.dumps({**data, "check": _check(data)}, option=orjson.OPT_INDENT_2)


def _check(data: dict[str, Any]) -> int:
    """A sum that tells a damaged key file from a wrong passphrase."""
    return zlib.crc32(orjson.dumps(data, option=orjson.OPT_SORT_KEYS))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
