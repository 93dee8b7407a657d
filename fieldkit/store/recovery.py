"""A forgotten passphrase: the laptop asks, the office answers, a new passphrase is chosen. No record travels.

The request holds the data key sealed for the office (age) and the public half of a key made for this one request;
the answer holds the data key sealed for that. Neither file is of use to who finds the stick.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import orjson
import pyrage

from fieldkit.errors import StoreError
from fieldkit.store.files import discard, refused, write_file
from fieldkit.store.keys import DEFAULT_COST, Cost
from fieldkit.store.workspace import key_file, read_settings

REQUEST_SUFFIX = ".fkrequest"
ANSWER_SUFFIX = ".fkanswer"

_REQUEST = "recovery request 1"
_ANSWER = "recovery answer 1"
_REPLY_KEY = "recovery.age"


@dataclass(frozen=True, slots=True)
class RecoveryRequest:
    """What a laptop asks the office. sealed: its data key, for the office; reply_to: whom the answer is sealed for."""

    workspace: str
    name: str
    sealed: bytes
    reply_to: str

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a request. Raises StoreError("recovery.unreadable"), ("medium.…")."""
        try:
            data = _read(path, _REQUEST)
            sealed = base64.b64decode(data["sealed"], validate=True)
            return cls(data["workspace"], data["name"], sealed, data["reply_to"])
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError("recovery.unreadable", path=str(path), reason=str(error)) from error

    def write_answer(self, data_key: bytes, folder: Path) -> Path:
        """Seal the data key for the laptop that asked, into a file in `folder`, and give its path.

        Raises StoreError("recovery.unreadable"), ("medium.…").
        """
        path = folder / f"{self.workspace[:8]}{ANSWER_SUFFIX}"
        try:
            sealed = pyrage.encrypt(data_key, [pyrage.x25519.Recipient.from_str(self.reply_to)])
        except pyrage.RecipientError as error:
            raise StoreError("recovery.unreadable", path=str(path), reason=str(error)) from error
        _write(path, _ANSWER, {"workspace": self.workspace, "sealed": _text(sealed)})
        return path


def write_request(workspace: Path, folder: Path) -> Path:
    """Write a request for the workspace into `folder`, and give its path. Asking again makes earlier answers void.

    Raises StoreError("recovery.none") where no office can help, ("workspace.…"), ("medium.…").
    """
    settings = read_settings(workspace)
    keys = key_file(workspace)
    if not keys.exists():
        raise StoreError("workspace.not-encrypted", path=str(workspace))
    sealed = keys.recovery
    if sealed is None:
        raise StoreError("recovery.none", path=str(workspace))
    identity = pyrage.x25519.Identity.generate()
    write_file(_reply_key(workspace), str(identity).encode("ascii"))
    path = folder / f"{settings.id[:8]}{REQUEST_SUFFIX}"
    facts = {"workspace": settings.id, "name": settings.name, "sealed": _text(sealed)}
    _write(path, _REQUEST, {**facts, "reply_to": str(identity.to_public())})
    return path


def take_answer(workspace: Path, path: Path, passphrase: str, cost: Cost = DEFAULT_COST) -> None:
    """Open the workspace with the office's answer from now on by `passphrase`; the answer is then of no more use.

    Raises StoreError("recovery.no-request"), ("recovery.unreadable"), ("recovery.other-request"),
    ("keys.unreadable"), ("medium.…"); then the old passphrase stays.
    """
    try:
        identity = pyrage.x25519.Identity.from_str(_reply_key(workspace).read_text(encoding="ascii"))
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise StoreError("recovery.no-request", path=str(workspace)) from error
    try:
        sealed = base64.b64decode(_read(path, _ANSWER)["sealed"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("recovery.unreadable", path=str(path), reason=str(error)) from error
    try:
        data_key = bytes(pyrage.decrypt(sealed, [identity]))
    except pyrage.DecryptError as error:
        raise StoreError("recovery.other-request", path=str(path)) from error
    key_file(workspace).change(data_key, passphrase, cost)
    discard(_reply_key(workspace))


def _reply_key(workspace: Path) -> Path:
    return workspace / "data" / _REPLY_KEY


def _write(path: Path, kind: str, facts: dict[str, str]) -> None:
    write_file(path, orjson.dumps({"fieldkit": kind, **facts}, option=orjson.OPT_INDENT_2))


def _read(path: Path, kind: str) -> dict[str, str]:
    """Raises StoreError("medium.…"), ValueError, TypeError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refused(error, path) from error
    data: dict[str, str] = orjson.loads(raw)
    if data["fieldkit"] != kind or not all(isinstance(value, str) for value in data.values()):
        raise ValueError(data["fieldkit"])
    return data


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
