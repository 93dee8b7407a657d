"""Letters about one person from an office to another, and replies to them (docs/letters.md): signed, then sealed.

    file         age file (C2SP age) for the recipient's keys alone, at most 64 KiB; inside it
    message      Ed25519 signature of DOMAIN ‖ statement, 64 bytes; statement: canonical JSON

Sender and recipient are both in the statement: whoever opens a letter cannot seal it again for somebody else in the sender's
name. A sender is believed whose key the caller knows, compared by voice (`card_spoken`) when it was taken.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self, TypeVar

from sync.canonical import dumps, loads_strict
from sync.digits import spoken
from sync.enrolment import OfficeCard
from sync.errors import SyncError, refused
from sync.keys import DeviceKey, verify_signature
from sync.recipients import recipient_to_bytes
from sync.sealing import seal_for, unseal

LETTER_SUFFIX = ".fkletter"
REPLY_SUFFIX = ".fkreply"
LARGEST = 64 * 1024

_LETTER_DOMAIN = b"fieldkit letter 1\0"
_REPLY_DOMAIN = b"fieldkit reply 1\0"
_CARD_DOMAIN = b"fieldkit office card 1\0"
_SIGNATURE = 64
_is_id = re.compile(r"[0-9a-f]{32}\Z").match

Words = Mapping[str, str]
"""The same in Chinese and in English: {"zh": …, "en": …}."""
KnownAs = Callable[[str], bytes | None]
"""Gives the public key of the office with an id, None for one that is not known."""


@dataclass(frozen=True, slots=True)
class Item:
    """One answer of a letter: what it is called, what was answered, and of which tier it is ("C" or "R")."""

    label: Words
    answer: Words
    tier: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter about one person. id: 32 hex digits. sender, to: ids of the keys of both offices, with what they are called.

    consent: the record and the row in which the person agreed. until: the last day on which the recipient may use it;
    reply_due: by when it is to answer. lock: what it must never be used for.
    """

    id: str
    sender: str
    sender_name: str
    to: str
    to_name: str
    purpose: str
    consent: str
    written: date
    until: date
    reply_due: date
    lock: Words
    items: tuple[Item, ...]

    def to_plain(self) -> dict[str, Any]:
        """As plain data."""
        items = [
            {"label": dict(each.label), "answer": dict(each.answer), "tier": each.tier} for each in self.items
        ]
        return {
            "fieldkit": "letter 1", "id": self.id, "from": self.sender, "from_name": self.sender_name, "to": self.to,
            "to_name": self.to_name, "purpose": self.purpose, "consent": self.consent,
            "written": self.written.isoformat(), "until": self.until.isoformat(),
            "reply_due": self.reply_due.isoformat(), "lock": dict(self.lock), "items": items,
        }  # fmt: skip

    @classmethod
    def of_plain(cls, data: Mapping[str, Any]) -> Self:
        """Of plain data. Raises KeyError, TypeError, ValueError for any other."""
        items = tuple(
            Item(_words(each["label"]), _words(each["answer"]), _one_of(each["tier"], ("C", "R")))
            for each in data["items"]
        )
        if not items:
            raise ValueError("it holds nothing")
        return cls(
            _id(data["id"]), _id(data["from"]), _text(data["from_name"]), _id(data["to"]), _text(data["to_name"]),
            _text(data["purpose"]), _text(data["consent"]), date.fromisoformat(data["written"]),
            date.fromisoformat(data["until"]), date.fromisoformat(data["reply_due"]), _words(data["lock"]), items,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What an office answers. letter: the id of the letter; sender, to: ids of keys; result: a word of the caller's; on: the day
    it was written.
    """

    letter: str
    sender: str
    to: str
    result: str
    text: str
    on: date

    def to_plain(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "fieldkit": "reply 1", "letter": self.letter, "from": self.sender, "to": self.to, "result": self.result,
            "text": self.text, "on": self.on.isoformat(),
        }  # fmt: skip

    @classmethod
    def of_plain(cls, data: Mapping[str, Any]) -> Self:
        """Of plain data. Raises KeyError, TypeError, ValueError for any other."""
        return cls(
            _id(data["letter"]), _id(data["from"]), _id(data["to"]), _text(data["result"]), _text(data["text"]),
            date.fromisoformat(data["on"]),
        )  # fmt: skip


Made = TypeVar("Made", Letter, Reply)


def new_letter_id() -> str:
    """An id that nobody can guess."""
    return os.urandom(16).hex()


def card_spoken(card: OfficeCard) -> str:
    """What two people compare to know that an office's card is the one it gave away: 39 digits of a hash of all its keys, in
    groups that can be read aloud (`sync.digits.spoken`).
    """
    keys = b"".join(recipient_to_bytes(each) for each in card.recipients)
    digest = hashlib.sha256(_CARD_DOMAIN + card.public + keys).digest()
    return spoken(f"{int.from_bytes(digest[:16], 'big'):039}")


def sealed_letter(letter: Letter, key: DeviceKey, recipients: Sequence[str]) -> bytes:
    """A letter as a file. Raises SyncError("archive.bad-recipient"), ("letter.too-large")."""
    return _sealed(_LETTER_DOMAIN, letter.to_plain(), key, recipients)


def sealed_reply(reply: Reply, key: DeviceKey, recipients: Sequence[str]) -> bytes:
    """A reply as a file. Raises as `sealed_letter`."""
    return _sealed(_REPLY_DOMAIN, reply.to_plain(), key, recipients)


def read_letter(path: Path, identity: str, ours: str, known: KnownAs) -> Letter:
    """The letter in a file, addressed to the office `ours` with the age identity `identity`, by an office that is known.

    Raises SyncError("letter.unreadable"), ("letter.not-for-us"), ("letter.unknown-sender"), ("letter.bad-signature"),
    ("medium.…").
    """
    statement, signature, data = _opened(path, identity)
    letter = _read(path, data, "letter 1", Letter.of_plain)
    _believe(path, letter, ours, known, letter.sender_name, _LETTER_DOMAIN + statement, signature)
    return letter


def read_reply(path: Path, identity: str, ours: str, known: KnownAs) -> Reply:
    """The reply in a file. Raises as `read_letter`."""
    statement, signature, data = _opened(path, identity)
    reply = _read(path, data, "reply 1", Reply.of_plain)
    _believe(path, reply, ours, known, reply.sender[:8], _REPLY_DOMAIN + statement, signature)
    return reply


def _sealed(domain: bytes, plain: dict[str, Any], key: DeviceKey, recipients: Sequence[str]) -> bytes:
    statement = dumps(plain)
    sealed = seal_for(recipients, key.sign(domain + statement) + statement)
    if len(sealed) > LARGEST:
        raise SyncError("letter.too-large", bytes=len(sealed), most=LARGEST)
    return sealed


def _opened(path: Path, identity: str) -> tuple[bytes, bytes, Any]:
    """The statement of a file, its signature, and what it says."""
    try:
        with path.open("rb") as file:
            sealed = file.read(LARGEST + 1)
    except OSError as error:
        raise refused(error, path) from error
    if len(sealed) > LARGEST:
        raise SyncError("letter.unreadable", path=str(path), reason="it is too large")
    try:
        message = unseal(identity, sealed)
    except SyncError as error:
        raise SyncError("letter.not-for-us", path=str(path)) from error
    signature, statement = message[:_SIGNATURE], message[_SIGNATURE:]
    try:
        return statement, signature, loads_strict(statement)
    except SyncError as error:
        raise SyncError("letter.unreadable", path=str(path), reason=str(error.params["reason"])) from error


def _read(path: Path, data: Any, kind: str, of_plain: Callable[[Mapping[str, Any]], Made]) -> Made:
    """What plain data say, which must say nothing else. Raises SyncError("letter.unreadable")."""
    try:
        if data["fieldkit"] != kind:
            raise ValueError(f"it is a {data['fieldkit']}")
        made = of_plain(data)
        if made.to_plain() != data:
            raise ValueError("it says more than a letter says")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SyncError("letter.unreadable", path=str(path), reason=str(error)) from error
    return made


def _believe(
    path: Path, made: Letter | Reply, ours: str, known: KnownAs, name: str, message: bytes, signature: bytes
) -> None:
    if made.to != ours:
        raise SyncError("letter.not-for-us", path=str(path))
    public = known(made.sender)
    if public is None:
        raise SyncError("letter.unknown-sender", path=str(path), name=name)
    if not verify_signature(public, message, signature):
        raise SyncError("letter.bad-signature", path=str(path), name=name)


def _id(value: Any) -> str:
    if not (isinstance(value, str) and _is_id(value)):
        raise ValueError("an id is malformed")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text is missing")
    return value


def _words(value: Any) -> dict[str, str]:
    return {language: _text(value[language]) for language in ("zh", "en")}


def _one_of(value: Any, known: Sequence[str]) -> str:
    if value not in known:
        raise ValueError("a tier is unknown")
    return str(value)
