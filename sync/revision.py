"""A revision: a signed envelope and a body (docs/bundle-format.md).

The envelope's bytes are kept and hashed as they were received; their SHA-256 is the revision's id. The body
carries random salt, so that its hash tells nothing once the body is erased.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sync.canonical import dumps, loads_strict
from sync.errors import SyncError
from sync.keys import DeviceKey, verify_signature

Answer = str | Mapping[str, str]
"""Text, or `{"missing": "dk" | "declined" | "pns" | "na"}`."""

VERSION = 1
DOMAIN = b"fieldkit revision 1\0"
SALT_LENGTH = 16
LARGEST = 4 * 1024 * 1024


class Operation(StrEnum):
    """What a revision does to its record."""

    PUT = "put"
    DELETE = "delete"
    RESOLVE = "resolve"
    REVIEW = "review"
    WITHDRAW = "withdraw"
    ERASE = "erase"


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
    """A revision as it travels: `raw` envelope, signature, `raw_body` (None once erased)."""

    envelope: Envelope
    raw: bytes
    signature: bytes
    raw_body: bytes | None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        """The id is the SHA-256 of the envelope's bytes, in hex."""
        object.__setattr__(self, "id", hashlib.sha256(self.raw).hexdigest())

    @property
    def body(self) -> Body | None:
        """The body, read. Raises SyncError("revision.malformed")."""
        return None if self.raw_body is None else read_body(self.raw_body)


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
    if not verify_signature(public_key, DOMAIN + hashlib.sha256(revision.raw).digest(), revision.signature):
        raise SyncError("revision.bad-signature", id=revision.id)


def parse_revision(raw: bytes, signature: bytes, raw_body: bytes | None) -> Revision:
    """Read a revision and check form and body hash (not the signature). Raises SyncError."""
    try:
        data = loads_strict(raw)
        envelope = Envelope(
            version=_int(data["v"]),
            record=str(uuid.UUID(data["rec"])),
            parents=tuple(_hex(parent) for parent in data["par"]),
            form=_text(data["form"]),
            form_hash=_text(data["fv"]),
            device=_text(data["dev"]),
            epoch=_text(data["ep"]),
            sequence=_int(data["seq"]),
            previous=None if data["prev"] is None else _hex(data["prev"]),
            hlc=_text(data["hlc"]),
            wall=_text(data["wall"]),
            user=_text(data["usr"]),
            operation=Operation(data["op"]),
            body_hash=_hex(data["body"]),
        )
    except SyncError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SyncError("revision.malformed", reason=str(error)) from error
    if envelope.to_bytes() != raw:
        raise SyncError("revision.malformed", reason="the envelope holds something else besides")
    revision = Revision(envelope, raw, signature, raw_body)
    if raw_body is not None and hashlib.sha256(raw_body).hexdigest() != envelope.body_hash:
        raise SyncError("revision.body-mismatch", id=revision.id)
    return revision


def read_body(raw: bytes) -> Body:
    """Read a body. Raises SyncError("revision.malformed")."""
    try:
        data = loads_strict(raw)
        return Body(
            answers={path: _answer(answer) for path, answer in data["ans"].items()},
            changed=tuple(_text(path) for path in data["chg"]),
            note=dict(data["note"]),
            salt=base64.b64decode(data["salt"], validate=True),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SyncError("revision.malformed", reason=str(error)) from error


def _answer(answer: Any) -> Answer:
    if isinstance(answer, dict) and set(answer) == {"missing"}:
        return {"missing": _text(answer["missing"])}
    return _text(answer)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise TypeError(f"{value!r} is not a positive integer")
    return value


def _hex(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise ValueError(f"{value!r} is not a SHA-256")
    return value
