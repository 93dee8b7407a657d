"""What laptops of one office carry to each other by stick, without a server: introductions, and revisions under seal.

Layout (docs/bundle-format.md): `FKC1, u32 length, header` (clear JSON with the office's word for the sender), then
age(zstd(content)) or nothing, then the sender's signature of 64 bytes over all before. The content is `u32 length, list`
(JSON) and revisions in a row.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.canonical import dumps, loads_strict
from sync.enrolment import Enrolment
from sync.errors import SyncError, refused
from sync.files import new_file, read_back
from sync.keys import DeviceKey, verify_signature
from sync.left import Left
from sync.revision import Revision, is_signed_by
from sync.sealing import seal_for, unseal
from sync.wire import SIGNATURE_LENGTH, compressed, decompressed, pack_revision, unpack_revisions

SUFFIX = ".fkc"
MAGIC = b"FKC1"
MOST_READERS = 100
"""Laptops that one file is sealed for; an age header of more would not be read (`sync.sealing`)."""
LARGEST_CONTENT = 64 * 1024 * 1024
"""The most bytes that a file may hold once it is decompressed."""

_FORMAT = 1
_DOMAIN = b"fieldkit carry 1\0"
_LARGEST_HEADER = 64 * 1024
_LARGEST_FILE = LARGEST_CONTENT + 1024 * 1024
_MOST_LISTED = 2000
"""Enrolments and counts that one file may bring."""
_U32 = struct.Struct(">I")
_START = len(MAGIC) + _U32.size


@dataclass(frozen=True, slots=True)
class Introduction:
    """What anybody can read of a file: who wrote it, which is proven. sealed: the rest, b"" where it only introduces.

    length: of the rest, opened. sha256: of the file.
    """

    path: Path
    sender: Enrolment
    sealed: bytes
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What is under the seal. authors: the office's words for the laptops that made the revisions, and for those the
    sender has met. left: how many people left without registering, as each laptop says. Nothing of it is checked yet but
    that each enrolment is signed by the office it names.
    """

    revisions: tuple[Revision, ...] = ()
    authors: tuple[Enrolment, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class CarrySummary:
    """A file that was written and read back."""

    path: Path
    records: int
    revisions: int
    bytes: int
    sha256: str


def write_carry(
    path: Path, sender: Enrolment, carried: Carried, *, key: DeviceKey, recipients: Sequence[str]
) -> CarrySummary:
    """Write a file, sealed for the age `recipients`, then read it back; without any it introduces its laptop alone.

    What was at `path` is replaced when all went well. Raises SyncError("medium.…"), ("archive.bad-recipient"),
    ("carry.too-large").
    """
    content = _content(carried) if recipients else b""
    if len(content) > LARGEST_CONTENT:
        raise SyncError("carry.too-large", path=str(path), bytes=len(content), most=LARGEST_CONTENT)
    header = dumps({"format": _FORMAT, "enrolment": _b64(sender.to_bytes()), "length": len(content)})
    sealed = seal_for(recipients, compressed(content)) if recipients else b""
    before = b"".join((MAGIC, _U32.pack(len(header)), header, sealed))
    whole = before + key.sign(_message(before))
    sha256 = hashlib.sha256(whole).hexdigest()
    with new_file(path) as file:
        file.write(whole)
    read_back(path, sha256)
    told = carried.revisions if recipients else ()
    records = {each.envelope.record for each in told}
    return CarrySummary(path, len(records), len(told), len(whole), sha256)


def read_introduction(path: Path) -> Introduction:
    """Read who wrote a file, and verify that all of it is as that laptop wrote it.

    The caller decides whether the sender's office is its own. Raises SyncError("carry.unreadable"), ("carry.damaged"),
    ("enrolment.unreadable"), ("enrolment.bad-signature"), ("medium.…").
    """
    try:
        with path.open("rb") as file:
            whole = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise refused(error, path) from error
    if not whole.startswith(MAGIC):
        raise _unreadable(path, "it is of a kind or version that is not known here")
    length = _U32.unpack_from(whole, len(MAGIC))[0] if len(whole) >= _START else 0
    end = len(whole) - SIGNATURE_LENGTH
    if not 0 < length <= _LARGEST_HEADER or end < _START + length or len(whole) > _LARGEST_FILE:
        raise SyncError("carry.damaged", path=str(path))
    sender, raw_length = _sender(whole[_START : _START + length], path)
    if not verify_signature(sender.device_public, _message(whole[:end]), whole[end:]):
        raise SyncError("carry.damaged", path=str(path))
    sealed = whole[_START + length : end]
    return Introduction(path, sender, sealed, raw_length, hashlib.sha256(whole).hexdigest())


def open_carried(introduction: Introduction, identity: str) -> Carried:
    """Open what is sealed, with this laptop's age identity. Raises SyncError("carry.not-for-us"), ("carry.unreadable")."""
    path = introduction.path
    try:
        packed = unseal(identity, introduction.sealed)
    except SyncError as error:
        raise SyncError("carry.not-for-us", path=str(path), name=introduction.sender.name) from error
    try:
        content = decompressed(packed, introduction.length)
        if len(content) < _U32.size:
            raise ValueError("it ends too early")
        start = _U32.size + _U32.unpack_from(content)[0]
        listed = loads_strict(content[_U32.size : start])
        if listed["fieldkit"] != "carry 1" or len(listed["authors"]) + len(listed["left"]) > _MOST_LISTED:
            raise ValueError("its list is not one that is known here")
        authors = tuple(Enrolment.from_bytes(_raw(each), path) for each in listed["authors"])
        left = tuple(map(Left.from_json, listed["left"]))
        revisions = tuple(unpack_revisions(content[start:]))
    except (SyncError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(path, str(error)) from error
    return Carried(revisions, authors, left)


def proven(
    revisions: Iterable[Revision], keys: Mapping[str, bytes], known: Collection[str]
) -> tuple[list[Revision], int]:
    """The revisions that their authors signed, and how many others there are; ids that are `known` are passed over.

    keys: public keys of laptops by their ids.
    """
    found, unfit = [], 0
    for each in revisions:
        if each.id in known:
            continue
        public = keys.get(each.envelope.device)
        if public is not None and is_signed_by(each, public):
            found.append(each)
        else:
            unfit += 1
    return found, unfit


def _content(carried: Carried) -> bytes:
    listed = dumps(
        {
            "fieldkit": "carry 1",
            "authors": [_b64(each.to_bytes()) for each in carried.authors],
            "left": [each.to_json() for each in carried.left],
        }
    )
    rows = (pack_revision(each.raw, each.signature, each.raw_body) for each in carried.revisions)
    return b"".join((_U32.pack(len(listed)), listed, *rows))


def _sender(raw: bytes, path: Path) -> tuple[Enrolment, int]:
    """Who wrote it, and how long its content is. Raises SyncError."""
    try:
        header: dict[str, Any] = loads_strict(raw)
        word, length = _raw(header["enrolment"]), header["length"]
        is_known = header["format"] == _FORMAT and set(header) == {"format", "enrolment", "length"}
        if not is_known or type(length) is not int or not 0 <= length <= LARGEST_CONTENT:
            raise ValueError("its header is of a version that is not known here")
    except (SyncError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    return Enrolment.from_bytes(word, path), length


def _message(before: bytes) -> bytes:
    return _DOMAIN + hashlib.sha256(before).digest()


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _unreadable(path: Path, reason: str) -> SyncError:
    return SyncError("carry.unreadable", path=str(path), reason=reason)
