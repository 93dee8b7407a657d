"""Reading a bundle: streamed, bounded, whole or torn. Nothing here knows what an archive holds already."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from sync.bundle import END, FORMAT, MAGIC, MANIFEST_DOMAIN, SEALED, TRAILER, Tip
from sync.canonical import loads_sorted, loads_strict
from sync.errors import SyncError, refused
from sync.keys import verify_signature
from sync.revision import checked_body, checked_envelope
from sync.wire import (
    LARGEST_MANIFEST,
    LARGEST_SEGMENT,
    SEGMENT,
    SIGNATURE_LENGTH,
    decompressed,
    fits,
    open_segment,
    pieces,
)

_LARGEST_HEADER = 64 * 1024
_TAIL = len(END) + 32 + len(TRAILER)
_READ = 1024 * 1024
_SHORTEST_ITEM = 30
_FEW = 64
_U32 = struct.Struct(">I")
_is_sha256 = re.compile(r"[0-9a-f]{64}\Z").match


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the laptop promises: every revision id in order, once, and where each of its chains stands.

    chains: (device, epoch, sequence, id) of the last revision of each in this bundle. tip: of the last one that the
    laptop has made. made: the laptop's time.
    """

    ids: tuple[str, ...]
    chains: tuple[tuple[str, str, int, str], ...]
    tip: Tip
    made: str
    signed: bytes
    signature: bytes

    def is_signed_by(self, public: bytes) -> bool:
        """Whether it is the word of that key."""
        return verify_signature(public, MANIFEST_DOMAIN + self.signed, self.signature)


class Found(NamedTuple):
    """A revision of a segment, read and checked but for its signature. start, end: where it lies in the segment.

    The rest is what the archive's lists keep of its envelope; plain values, since many cross from one process to another.
    """

    id: str
    record: str
    parents: list[str]
    form: str
    form_hash: str
    device: str
    epoch: str
    sequence: int
    previous: str | None
    hlc: str
    operation: str
    signature: bytes
    start: int
    end: int


class Bad(NamedTuple):
    """A revision that cannot be taken: its id, and the code of what is wrong with it."""

    id: str
    code: str


class Segment(NamedTuple):
    """A segment that was opened. packed: as compressed there; raw_length: of what is compressed.

    found: the revisions that may be taken in, in their order; bad: the others.
    """

    packed: bytes
    raw_length: int
    found: list[Found]
    bad: list[Bad]


class Stored(NamedTuple):
    """A segment as it lies in the file, its hash checked."""

    content: bytes
    raw_length: int


class Bundle:
    """A bundle file. `whole`: its trailer is there and fits; otherwise it is torn.

    office, device, id, revisions: what its clear header says, which only the signed manifest proves. size: in bytes.
    stored: SHA-256 of the file; sha256: of the file as it came, which is another where answers were erased in it since.
    Raises SyncError("bundle.unknown-format"), ("bundle.truncated"), ("bundle.tampered"), ("medium.…").
    """

    def __init__(self, path: Path, came_as: str = "") -> None:
        self.path = path
        self.office = self.device = self.id = ""
        self.revisions = self.size = 0
        try:
            with path.open("rb") as file:
                self._read_header(file)
                self._first = self._second = file.tell()
                self.stored, self._end, self.whole = self._hashed(file)
                self.sha256 = came_as or self.stored
        except OSError as error:
            raise refused(error, path) from error

    def manifest(self, identity: str) -> Manifest:
        """Open and read the signed list. Raises SyncError("bundle.truncated"), ("bundle.tampered"), ("sealed.…")."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._first)
                stored = next(self._stored(file, LARGEST_MANIFEST), None)
                self._second = file.tell()
        except OSError as error:
            raise refused(error, self.path) from error
        if stored is None:
            raise self.refusal("bundle.truncated")
        try:
            raw = decompressed(open_segment(stored.content, identity), stored.raw_length)
            signature, signed = raw[:SIGNATURE_LENGTH], raw[SIGNATURE_LENGTH:]
            # Whatever it lists takes at least that room; of anything smaller there could be too much to be read.
            if signed.count(b",") > len(signed) // _SHORTEST_ITEM + _FEW:
                raise ValueError("it lists something else")
            data = loads_sorted(signed)
            if type(data["ids"]) is not list or not all(map(_is_sha256, data["ids"])):
                raise ValueError("it lists something else")
            same = (data["bundle"], data["office"], data["device"]) == (self.id, self.office, self.device)
            chains = tuple((str(d), str(e), int(s), str(h)) for d, e, s, h in data["chains"])
            epoch, sequence, last = data["tip"]
            tip = str(epoch), int(sequence), str(last)
            made = str(data["made"])
            if b"u0000" in signed and "\0" in "".join((made, tip[0], *(each[1] for each in chains))):
                raise ValueError("a text holds NUL")
            manifest = Manifest(tuple(data["ids"]), chains, tip, made, signed, signature)
        except (SyncError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise self.tampered(f"its list of contents is not readable: {error}") from error
        if not same or len(manifest.ids) != self.revisions:
            raise self.tampered("header and signed list do not agree")
        return replace(manifest, ids=tuple(dict.fromkeys(manifest.ids)))

    def beginning(self) -> bytes:
        """All before the first segment of revisions, as it is; the manifest is read first. Raises SyncError("medium.…")."""
        try:
            with self.path.open("rb") as file:
                return file.read(self._second)
        except OSError as error:
            raise refused(error, self.path) from error

    def segments(self) -> Iterator[Stored]:
        """Every intact segment behind the manifest, which is read first.

        Raises SyncError("bundle.tampered") where a whole bundle does not fit itself.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(self._second)
                yield from self._stored(file, LARGEST_SEGMENT)
        except OSError as error:
            raise refused(error, self.path) from error

    def refusal(self, code: str, **params: object) -> SyncError:
        """A refusal of this bundle as a whole, with its laptop and how many revisions it says it holds."""
        return SyncError(code, path=str(self.path), device=self.device, revisions=self.revisions, **params)

    def tampered(self, reason: str) -> SyncError:
        """Its refusal because it does not fit itself."""
        return self.refusal("bundle.tampered", reason=reason)

    def _stored(self, file: BinaryIO, largest: int) -> Iterator[Stored]:
        while file.tell() + SEGMENT.size <= self._end:
            stored_length, raw_length, digest = SEGMENT.unpack(file.read(SEGMENT.size))
            if file.tell() + stored_length > self._end:
                if self.whole:
                    raise self.tampered("a segment is longer than the file")
                return
            if not fits(stored_length, raw_length, largest):
                if self.whole:
                    raise self.tampered("a segment is larger than it may be")
                file.seek(stored_length, 1)
                continue
            content = file.read(stored_length)
            if hashlib.sha256(content).digest() == digest:
                yield Stored(content, raw_length)
            elif self.whole:
                raise self.tampered("a segment does not fit its hash")

    def _read_header(self, file: BinaryIO) -> None:
        fixed = file.read(len(MAGIC) + 5)
        known = MAGIC + SEALED
        if fixed[: len(known)] != known[: len(fixed)]:
            raise self.refusal("bundle.unknown-format")
        if len(fixed) < len(known) + 4:
            raise self.refusal("bundle.truncated")
        length = _U32.unpack_from(fixed, len(known))[0]
        if length > _LARGEST_HEADER:
            raise self.refusal("bundle.unknown-format")
        raw = file.read(length)
        if len(raw) < length:
            raise self.refusal("bundle.truncated")
        try:
            header = loads_strict(raw)
            format_, revisions = header["format"], header["revisions"]
            names = [header[name] for name in ("office", "device", "bundle")]
        except (SyncError, KeyError, TypeError) as error:
            raise self.tampered("its header is not readable") from error
        readable = all(type(name) is str for name in names) and type(revisions) is int and revisions >= 0
        if not readable:
            raise self.tampered("its header is not readable")
        if format_ != FORMAT:
            raise self.refusal("bundle.unknown-format")
        self.office, self.device, self.id = names
        self.revisions = revisions

    def _hashed(self, file: BinaryIO) -> tuple[str, int, bool]:
        """The file's SHA-256, where its segments end, and whether it is whole."""
        self.size = size = file.seek(0, 2)
        end = max(size - _TAIL, 0)
        file.seek(end)
        tail = file.read(_TAIL)
        claims = tail[:4] == END and tail[-4:] == TRAILER and end >= self._first
        digest = hashlib.sha256()
        file.seek(0)
        left = end
        while left > 0 and (part := file.read(min(_READ, left))):
            digest.update(part)
            left -= len(part)
        whole = claims and digest.digest() == tail[4:-4]
        if claims and not whole:
            raise self.tampered("its content does not fit the hash at its end")
        digest.update(tail)
        return digest.hexdigest(), end if whole else size, whole


def opened(stored: Stored, identity: str) -> Segment:
    """Open a segment and read every revision in it: form, hashes, bodies; not signatures.

    Raises SyncError where the segment as a whole cannot be opened or taken apart.
    """
    packed = open_segment(stored.content, identity)
    raw = decompressed(packed, stored.raw_length)
    read = [_found(*piece) for piece in pieces(raw)]
    bad = [each for each in read if isinstance(each, Bad)]
    found = [each for each in read if isinstance(each, Found)] if bad else read
    return Segment(packed, stored.raw_length, cast("list[Found]", found), bad)


def _found(start: int, end: int, raw: bytes, signature: bytes, body: bytes | None) -> Found | Bad:
    digest = hashlib.sha256(raw).hexdigest()
    try:
        e = checked_envelope(raw)
        if body is not None:
            if hashlib.sha256(body).hexdigest() != e["body"]:
                return Bad(digest, "revision.body-mismatch")
            checked_body(body)
    except SyncError as error:
        return Bad(digest, error.code)
    return Found(
        digest, e["rec"], e["par"], e["form"], e["fv"], e["dev"], e["ep"], e["seq"], e["prev"], e["hlc"], e["op"], signature,
        start, end,
    )  # fmt: skip
