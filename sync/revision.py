"""A revision: a signed envelope and a body (docs/bundle-format.md).

The envelope's bytes are kept and hashed as they were received; their SHA-256 is the revision's id. The body
carries random salt, so that its hash tells nothing once the body is erased.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from sync.canonical import dumps, loads_sorted
from sync.errors import SyncError
from sync.keys import DeviceKey, verify_signature

Answer = str | Mapping[str, str]
"""Text, or `{"missing": "dk" | "declined" | "pns" | "na"}`."""

VERSION = 1
DOMAIN = b"fieldkit revision 1\0"
SALT_LENGTH = 16
LARGEST = 4 * 1024 * 1024
_FIELDS = frozenset(
    ["v", "rec", "par", "form", "fv", "dev", "ep", "seq", "prev", "hlc", "wall", "usr", "op", "body"]
)
_PARTS = frozenset({"salt", "chg", "ans", "note"})
_TEXTS = ("rec", "form", "fv", "dev", "ep", "hlc", "wall", "usr", "op", "body")
_LARGEST_INT = 2**53
_MOST_NOTED = 20_000
"""How many parts a note may have: they are looked at one by one."""
_is_sha256 = re.compile(r"[0-9a-f]{64}\Z").match
_is_record = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z").match
_is_day = re.compile(r"\d{4}-\d\d-\d\dT", re.ASCII).match
_is_clock = re.compile(r"\d{13}-[0-9a-f]{4}\Z", re.ASCII).match


class Operation(StrEnum):
    """What a revision does to its record."""

    PUT = "put"
    DELETE = "delete"
    RESOLVE = "resolve"
    REVIEW = "review"
    WITHDRAW = "withdraw"
    ERASE = "erase"


_OPERATIONS = frozenset(operation.value for operation in Operation)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who wrote what when, over which parents; `body_hash` is the SHA-256 of the body's bytes.

    record: UUIDv7 (RFC 9562). parents: every head the author saw. device: id of the device's key; epoch: of
    its installation; sequence: 1, 2, … within it; previous: id of the device's previous revision. hlc: hybrid
    logical clock; wall: the device's own time, ISO 8601 with offset.
    """

    record: str
    parents: tuple[str, ...]
    form: str
    form_hash: str
    device: str
    epoch: str
    sequence: int
    previous: str | None
    hlc: str
    wall: str
    user: str
    operation: Operation
    body_hash: str
    version: int = VERSION

    def to_bytes(self) -> bytes:
        """The canonical bytes."""
        return dumps(
            {
                "v": self.version, "rec": self.record, "par": list(self.parents), "form": self.form,
                "fv": self.form_hash, "dev": self.device, "ep": self.epoch, "seq": self.sequence,
                "prev": self.previous, "hlc": self.hlc, "wall": self.wall, "usr": self.user,
                "op": self.operation.value, "body": self.body_hash,
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """What was answered. changed: the paths this revision writes. answers: all of them, flat.

    note: what belongs to the operation: the reason of a delete or amendment, the scope of a withdrawal,
    comments of a review.
    """

    answers: Mapping[str, Answer]
    changed: tuple[str, ...]
    note: Mapping[str, Any] = field(default_factory=dict)
    salt: bytes = field(default_factory=lambda: os.urandom(SALT_LENGTH))

    def to_bytes(self) -> bytes:
        """The canonical bytes."""
        return dumps(
            {
                "salt": base64.b64encode(self.salt).decode("ascii"),
                "chg": sorted(self.changed),
                "ans": dict(self.answers),
                "note": dict(self.note),
            }
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision as it travels: `raw` envelope, signature, `raw_body` (None once erased).

    is_known: it was looked at when it came, and the seal it lies under says that it is the same; so it is only read.
    """

    envelope: Envelope
    raw: bytes
    signature: bytes
    raw_body: bytes | None
    is_known: bool = field(default=False, compare=False, repr=False)
    id: str = field(init=False)

    def __post_init__(self) -> None:
        """The id is the SHA-256 of the envelope's bytes, in hex."""
        object.__setattr__(self, "id", hashlib.sha256(self.raw).hexdigest())

    @property
    def body(self) -> Body | None:
        """The body, read. Raises SyncError("revision.malformed")."""
        if self.raw_body is None:
            return None
        return _body(orjson.loads(self.raw_body) if self.is_known else checked_body(self.raw_body))


def new_record_id(now_ms: int, source: random.Random | None = None) -> str:
    """A UUIDv7 (RFC 9562 §5.7) for a time in milliseconds; `source` makes it repeatable."""
    noise = source.getrandbits(74) if source else int.from_bytes(os.urandom(10), "big") >> 6
    value = (now_ms & (2**48 - 1)) << 80 | 0x7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | noise & (2**62 - 1)
    return str(uuid.UUID(int=value))


def seal(envelope: Envelope, raw_body: bytes, key: DeviceKey) -> Revision:
    """Sign an envelope over its body (Ed25519, RFC 8032). The envelope must carry the body's hash."""
    raw = envelope.to_bytes()
    signature = key.sign(DOMAIN + hashlib.sha256(raw).digest())
    return Revision(envelope, raw, signature, raw_body)


def verify(revision: Revision, public_key: bytes) -> None:
    """Check the signature. Raises SyncError("revision.bad-signature")."""
    if not is_signed_by(revision, public_key):
        raise SyncError("revision.bad-signature", id=revision.id)


def is_signed_by(revision: Revision, public_key: bytes) -> bool:
    """Whether the laptop with that key signed it."""
    return verify_signature(public_key, DOMAIN + bytes.fromhex(revision.id), revision.signature)


def parse_revision(raw: bytes, signature: bytes, raw_body: bytes | None) -> Revision:
    """Read a revision and check form and body hash (not the signature). Raises SyncError."""
    revision = Revision(read_envelope(raw), raw, signature, raw_body)
    if raw_body is not None and hashlib.sha256(raw_body).hexdigest() != revision.envelope.body_hash:
        raise SyncError("revision.body-mismatch", id=revision.id)
    return revision


def known_revision(raw: bytes, signature: bytes, raw_body: bytes | None) -> Revision:
    """A revision that lay under the archive's seal, so that nothing is looked at again. Raises KeyError, ValueError."""
    return Revision(_envelope(orjson.loads(raw)), raw, signature, raw_body, is_known=True)


def read_envelope(raw: bytes) -> Envelope:
    """Read an envelope. Raises SyncError("revision.malformed"), ("canonical.refused")."""
    return _envelope(checked_envelope(raw))


def _envelope(data: Mapping[str, Any]) -> Envelope:
    return Envelope(
        record=data["rec"],
        parents=tuple(data["par"]),
        form=data["form"],
        form_hash=data["fv"],
        device=data["dev"],
        epoch=data["ep"],
        sequence=data["seq"],
        previous=data["prev"],
        hlc=data["hlc"],
        wall=data["wall"],
        user=data["usr"],
        operation=Operation(data["op"]),
        body_hash=data["body"],
        version=data["v"],
    )


def checked_envelope(raw: bytes) -> dict[str, Any]:
    """The fields of an envelope by their short names, once they are known to be what an envelope has.

    Raises SyncError("revision.malformed"), ("canonical.refused").
    """
    data: dict[str, Any] = loads_sorted(raw)
    try:
        if data.keys() != _FIELDS or not _only_text(map(data.__getitem__, _TEXTS)):
            raise ValueError("its fields are others than an envelope has")
        # No text in PostgreSQL holds NUL; here it would make the lists of two archives differ.
        if b"u0000" in raw and "\0" in "".join(map(data.__getitem__, _TEXTS)):
            raise ValueError("a field holds NUL")
        if not (_is_record(data["rec"]) and _is_clock(data["hlc"]) and _is_sha256(data["body"])):
            raise ValueError("a field does not look as it must")
        previous, parents = data["prev"], data["par"]
        if type(parents) is not list or not all(map(_is_sha256, parents)):
            raise ValueError("its parents are no revisions")
        if not (data["seq"] == 1 if previous is None else _is_sha256(previous)):
            raise ValueError("its chain begins in the middle")
        if data["op"] not in _OPERATIONS:
            raise ValueError("what it does is not known")
        numbers = {type(data["seq"]), type(data["v"])}
        if numbers != {int} or not 1 <= data["seq"] <= _LARGEST_INT or data["v"] != VERSION:
            raise ValueError("its place or its version is not one that can be")
        if not _is_day(data["wall"]) or datetime.fromisoformat(data["wall"]).tzinfo is None:
            raise ValueError("its time is not written as it must be, or has no offset")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SyncError("revision.malformed", reason=str(error)) from error
    return data


def read_body(raw: bytes) -> Body:
    """Read a body. Raises SyncError("revision.malformed"), ("canonical.refused")."""
    return _body(checked_body(raw))


def _body(data: Mapping[str, Any]) -> Body:
    return Body(data["ans"], tuple(data["chg"]), data["note"], base64.b64decode(data["salt"]))


def checked_body(raw: bytes) -> dict[str, Any]:
    """The parts of a body, once they are known to be what a body has: `ans`, `chg`, `note`, `salt`.

    Raises SyncError("revision.malformed"), ("canonical.refused").
    """
    data: dict[str, Any] = loads_sorted(raw)
    try:
        if data.keys() != _PARTS:
            raise ValueError("its parts are others than a body has")
        answers, note = data["ans"], data["note"]
        # Not one by one, since a bundle has many: whatever is not plain text is looked at more closely.
        if not _only_text(answers.values()):
            for answer in answers.values():
                _check_answer(answer)
        changed = data["chg"]
        if not "".join(answers).isascii() or type(changed) is not list or not _only_text(changed):
            raise ValueError("a path is not ASCII text")
        if b"u0000" in raw and "\0" in "".join((*answers, *changed)):
            raise ValueError("a path holds NUL")
        written = orjson.dumps(note, option=orjson.OPT_SORT_KEYS) if note else b""
        if note and (written.count(b",") > _MOST_NOTED or dumps(note) != written):
            raise ValueError("its note is too long, or not in canonical form")
        if not isinstance(note, dict) or len(base64.b64decode(data["salt"], validate=True)) != SALT_LENGTH:
            raise ValueError("its note or its salt is not readable")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SyncError("revision.malformed", reason=str(error)) from error
    return data


def _only_text(values: Iterable[Any]) -> bool:
    return set(map(type, values)) <= {str}


def _check_answer(answer: Any) -> None:
    missing = answer.get("missing") if isinstance(answer, dict) and len(answer) == 1 else None
    if type(answer) is not str and type(missing) is not str:
        raise TypeError("an answer is neither text nor a reason why it is missing")
