"""The return pack: what the office sends back to one laptop on the same stick, signed as a whole and sealed for it.

Layout: `FKR2, cipher byte, u32 length, header` (clear JSON), then age(zstd(content)); the content is a signature of
64 bytes, `u32 length, list` (JSON) and the files that the list names, one after the other. Version 1, which old offices
write, is a signature and JSON.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage
import zstandard

from sync.canonical import dumps, loads_strict
from sync.enrolment import Enrolment
from sync.errors import SyncError, refused
from sync.files import write_file
from sync.keys import DeviceKey, key_id, verify_signature
from sync.pack_items import Comment, comments_of, enrolment_of, packed, receipt_of, text, worklist_of
from sync.receipt import Receipt
from sync.revision import Revision
from sync.wire import SIGNATURE_LENGTH, pack_revision, unpack_revisions

SUFFIX = ".fkr"
MAGIC = b"FKR2"
CIPHER_NONE, CIPHER_AGE = 0, 1
LARGEST_CONTENT = 64 * 1024 * 1024
"""The most bytes that a pack may hold once it is decompressed."""

_FORMAT = 2
_LARGEST_HEADER = 64 * 1024
_DOMAIN = b"fieldkit return 2\0"
_DOMAIN_1 = b"fieldkit return 1\0"
_LARGEST_FILE = LARGEST_CONTENT + 1024 * 1024
_WINDOW = 8 * 1024 * 1024
_U32 = struct.Struct(">I")
_NAME = re.compile(r"[^\x00-\x1f/\\:*?\"<>|.][^\x00-\x1f/\\:*?\"<>|]{0,199}")
"""What a file may be called wherever it is written."""


@dataclass(frozen=True, slots=True)
class ReturnPack:
    """What one laptop gets. Every part but receipt and enrolment may be empty.

    worklist: rows of plain text by name. lists: reference lists, file name → CSV. forms: file name → its bytes.
    comments: of those who look records over; asks: whether they are all that wait for an answer, so that what a laptop has
    beside them waits no more (packs from before cannot say so). revisions: the laptop's own, should it have lost them.
    handed: what other laptops made about the households on its worklist; the office vouches for them.
    sha256: of the file it was read from, "" before it is written.
    """

    receipt: Receipt
    enrolment: Enrolment
    worklist: tuple[dict[str, str], ...] = ()
    lists: Mapping[str, bytes] = field(default_factory=dict)
    forms: Mapping[str, bytes] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    revisions: tuple[Revision, ...] = ()
    handed: tuple[Revision, ...] = ()
    sha256: str = ""
    asks: bool = False

    @property
    def device(self) -> str:
        """The laptop it is for."""
        return self.enrolment.device

    @property
    def is_about_people(self) -> bool:
        """Whether it holds what only its laptop may read."""
        return bool(self.worklist or self.lists or self.comments or self.revisions or self.handed)


def write_return_pack(folder: Path, pack: ReturnPack, key: DeviceKey, recipient: str = "") -> Path:
    """Write a pack into `folder`, named after its device, sealed for the age recipient of its laptop.

    A laptop without one gets a pack that is signed but not sealed, which must not be about people.
    Raises SyncError("pack.unsealed"), ("pack.bad-recipient"), ("pack.bad-name"), ("pack.too-large"), ("medium.…").
    """
    if pack.is_about_people and not recipient:
        raise SyncError("pack.unsealed", device=pack.enrolment.name)
    signed = _signed_part(pack)
    content = key.sign(_DOMAIN + signed) + signed
    if len(content) > LARGEST_CONTENT:
        raise SyncError(
            "pack.too-large", device=pack.enrolment.name, bytes=len(content), most=LARGEST_CONTENT
        )
    stored = zstandard.ZstdCompressor(level=3).compress(content)
    if recipient:
        try:
            stored = pyrage.encrypt(stored, [pyrage.x25519.Recipient.from_str(recipient)])
        except pyrage.RecipientError as error:
            raise SyncError("pack.bad-recipient", device=pack.enrolment.name, reason=str(error)) from error
    header = dumps({"format": _FORMAT, "office": pack.enrolment.office, "device": pack.device})
    cipher = bytes([CIPHER_AGE if recipient else CIPHER_NONE])
    path = folder / f"return-{pack.device[:6]}-{pack.receipt.made[:10]}{SUFFIX}"
    write_file(path, b"".join((MAGIC, cipher, _U32.pack(len(header)), header, stored)))
    return path


def addressee(path: Path) -> str:
    """The id of the laptop that a pack says it is for; nothing is verified. Raises SyncError("pack.unreadable"),
    ("medium.…").
    """
    content = _content_of(path)
    if content.startswith(MAGIC):
        header, _cipher, _stored = _outside(content, path)
        return header["device"]
    return text(_loaded(content[SIGNATURE_LENGTH:], path), "device", path)


def read_return_pack(path: Path, identity: str = "") -> ReturnPack:
    """Read a pack with the laptop's age identity, and verify it against the office named in its enrolment.

    The caller decides whether that office is its own, and verifies revisions with its own key.
    Raises SyncError("pack.unreadable"), ("pack.sealed"), ("receipt.bad-signature"), ("enrolment.bad-signature"),
    ("enrolment.unreadable"), ("medium.…").
    """
    content = _content_of(path)
    sha256 = hashlib.sha256(content).hexdigest()
    if not content.startswith(MAGIC):
        return _read_first_version(content, path, sha256)
    header, cipher, stored = _outside(content, path)
    inside = _decompressed(_unsealed(stored, cipher, identity, path), path)
    signature, signed = inside[:SIGNATURE_LENGTH], inside[SIGNATURE_LENGTH:]
    if len(signed) < _U32.size:
        raise _unreadable(path, "it ends too early")
    start = _U32.size + _U32.unpack_from(signed)[0]
    listed = _loaded(signed[_U32.size : start], path)
    enrolment, receipt = enrolment_of(listed, path), receipt_of(listed, path)
    _check(enrolment, receipt, _DOMAIN + signed, signature, path)
    if (header["device"], header["office"]) != (enrolment.device, enrolment.office):
        raise _unreadable(path, "its address is not that of what it holds")
    parts = _Parts(signed[start:], path)
    try:
        lists = dict(parts.named(listed["lists"]))
        forms = dict(parts.named(listed["forms"]))
        revisions = tuple(unpack_revisions(parts.take(listed["revisions"])))
        handed = tuple(unpack_revisions(parts.take(listed["handed"]))) if "handed" in listed else ()
        comments = comments_of(listed["comments"], listed.get("deadlines"))
        worklist = worklist_of(listed["worklist"])
    except SyncError as error:
        raise error if error.code == "pack.unreadable" else _unreadable(path, str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(path, str(error)) from error
    if parts.rest:
        raise _unreadable(path, "it holds something that its list does not name")
    asks = "deadlines" in listed
    return ReturnPack(receipt, enrolment, worklist, lists, forms, comments, revisions, handed, sha256, asks)


def _signed_part(pack: ReturnPack) -> bytes:
    """The list of what is in a pack, and the files that it names."""
    revisions, handed = (
        b"".join(pack_revision(each.raw, each.signature, each.raw_body) for each in part)
        for part in (pack.revisions, pack.handed)
    )
    for name in (*pack.lists, *pack.forms):
        if not _NAME.fullmatch(name):
            raise SyncError("pack.bad-name", name=name)
    listed = dumps(
        packed(pack.receipt, pack.enrolment, pack.worklist, pack.comments, asks=pack.asks)
        | {
            "fieldkit": "return 2",
            "lists": [[name, *_seal_of(content)] for name, content in pack.lists.items()],
            "forms": [[name, *_seal_of(content)] for name, content in pack.forms.items()],
            "revisions": _seal_of(revisions),
        }
        | ({"handed": _seal_of(handed)} if handed else {})
    )
    files = (*pack.lists.values(), *pack.forms.values(), revisions, handed)
    return b"".join((_U32.pack(len(listed)), listed, *files))


class _Parts:
    """The files behind the list, taken one after the other."""

    def __init__(self, rest: bytes, path: Path) -> None:
        self.rest = rest
        self._path = path

    def named(self, listed: list[list[Any]]) -> Iterator[tuple[str, bytes]]:
        """Files with their names."""
        for name, *seal in listed:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise _unreadable(self._path, f"{name!r} is no name of a file")
            yield name, self.take(seal)

    def take(self, seal: list[Any]) -> bytes:
        """The next file, of that size and SHA-256."""
        size, sha256 = seal
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= len(self.rest):
            raise _unreadable(self._path, "it ends too early")
        found, self.rest = self.rest[:size], self.rest[size:]
        if hashlib.sha256(found).hexdigest() != sha256:
            raise _unreadable(self._path, "a file in it does not fit its hash")
        return found


def _seal_of(content: bytes) -> list[Any]:
    return [len(content), hashlib.sha256(content).hexdigest()]


def _content_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise refused(error, path) from error
    if len(content) > _LARGEST_FILE:
        raise _unreadable(path, "it is larger than any pack")
    return content


def _outside(content: bytes, path: Path) -> tuple[dict[str, str], int, bytes]:
    """Header, cipher and what is sealed."""
    start = len(MAGIC) + 1 + _U32.size
    if len(content) < start:
        raise _unreadable(path, "it ends too early")
    length = _U32.unpack_from(content, len(MAGIC) + 1)[0]
    if length > _LARGEST_HEADER or len(content) < start + length:
        raise _unreadable(path, "it ends too early")
    header = _loaded(content[start : start + length], path)
    if set(header) != {"format", "office", "device"} or header["format"] != _FORMAT:
        raise _unreadable(path, "it is of a version that is not known here")
    known = {name: text(header, name, path) for name in ("office", "device")}
    return known, content[len(MAGIC)], content[start + length :]


def _unsealed(stored: bytes, cipher: int, identity: str, path: Path) -> bytes:
    if cipher == CIPHER_NONE:
        return stored
    if cipher != CIPHER_AGE:
        raise _unreadable(path, "it is sealed in a way that is not known here")
    if not identity:
        raise SyncError("pack.sealed", path=str(path))
    try:
        return bytes(pyrage.decrypt(stored, [pyrage.x25519.Identity.from_str(identity)]))
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise SyncError("pack.sealed", path=str(path)) from error


def _decompressed(stored: bytes, path: Path) -> bytes:
    """What was compressed; its size is looked at first."""
    try:
        size = zstandard.frame_content_size(stored)
        if not 0 <= size <= LARGEST_CONTENT:
            raise _unreadable(path, "it would be too large")
        decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        return decompressor.decompress(stored, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise _unreadable(path, str(error)) from error


def _read_first_version(content: bytes, path: Path, sha256: str) -> ReturnPack:
    signature, signed = content[:SIGNATURE_LENGTH], content[SIGNATURE_LENGTH:]
    listed = _loaded(signed, path)
    enrolment, receipt = enrolment_of(listed, path), receipt_of(listed, path)
    _check(enrolment, receipt, _DOMAIN_1 + signed, signature, path)
    try:
        worklist = worklist_of(listed["worklist"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(path, str(error)) from error
    if listed.get("device") != enrolment.device:
        raise _unreadable(path, "its address is not that of what it holds")
    return ReturnPack(receipt, enrolment, worklist, sha256=sha256)


def _check(enrolment: Enrolment, receipt: Receipt, message: bytes, signature: bytes, path: Path) -> None:
    """Whether one office says all of it. Raises SyncError("receipt.bad-signature")."""
    public = enrolment.office_public
    said = verify_signature(public, message, signature) and receipt.is_genuine(public)
    if not said or receipt.office != key_id(public):
        raise SyncError("receipt.bad-signature", path=str(path))


def _loaded(raw: bytes, path: Path) -> dict[str, Any]:
    try:
        found = loads_strict(raw)
    except SyncError as error:
        raise _unreadable(path, str(error)) from error
    if not isinstance(found, dict):
        raise _unreadable(path, "it is no list of contents")
    return found


def _unreadable(path: Path, reason: str) -> SyncError:
    return SyncError("pack.unreadable", path=str(path), reason=reason)
