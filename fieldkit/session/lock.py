"""Locking the screen of a running app: a short PIN opens it again, five times wrong and only the passphrase does."""

from __future__ import annotations

import hashlib
import hmac
import os

from tinydb import where

from fieldkit.errors import FieldkitError
from fieldkit.store import Workspace

TRIES = 5
_NAME = "pin"
_SHORTEST, _LONGEST = 4, 8


class ScreenLock:
    """What opens a locked screen. The PIN is kept inside the encrypted workspace and opens nothing but the screen."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.tries_left = TRIES

    @property
    def is_worth_it(self) -> bool:
        """Whether locking hides anything: an open workspace has no passphrase to ask for."""
        return not self._workspace.is_open

    @property
    def after_seconds(self) -> float:
        """After how long without a key the screen locks by itself; 0 for never."""
        return self._workspace.settings.lock_minutes * 60 if self.is_worth_it else 0

    @property
    def takes_pin(self) -> bool:
        """Whether a PIN opens it now; else the passphrase does."""
        return self.tries_left > 0 and self._kept() is not None

    def set_pin(self, pin: str) -> None:
        """Choose the PIN, 4 to 8 digits. Raises FieldkitError("pin.unfit"), ("workspace.not-encrypted"), StoreError."""
        if not self.is_worth_it:
            raise FieldkitError("workspace.not-encrypted", path=str(self._workspace.folder))
        if not (pin.isascii() and pin.isdigit() and _SHORTEST <= len(pin) <= _LONGEST):
            raise FieldkitError("pin.unfit", shortest=_SHORTEST, longest=_LONGEST)
        salt = os.urandom(16)
        row = {"name": _NAME, "salt": salt.hex(), "hash": _hashed(pin, salt)}
        self._workspace.meta.upsert(row, where("name") == _NAME)
        self.tries_left = TRIES

    def opens(self, typed: str) -> bool:
        """Whether what was typed opens the screen. The passphrase always does, and gives the PIN its tries back."""
        kept = self._kept()
        if self.takes_pin and kept is not None:
            if hmac.compare_digest(kept["hash"], _hashed(typed, bytes.fromhex(kept["salt"]))):
                self.tries_left = TRIES
                return True
            # A passphrase typed for the PIN costs no try.
            if typed.isdigit() and len(typed) <= _LONGEST:
                self.tries_left -= 1
                return False
        if self._workspace.opens_with(typed):
            self.tries_left = TRIES
            return True
        return False

    def _kept(self) -> dict[str, str] | None:
        found = self._workspace.meta.find("name", _NAME)
        return dict(found[0]) if found else None


def _hashed(pin: str, salt: bytes) -> str:
    return hashlib.scrypt(pin.encode("utf-8"), salt=salt, n=1 << 14, r=8, p=1).hex()
