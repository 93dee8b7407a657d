"""A bundle: revisions of one laptop in one file that any carrier may move, twice, late or torn.

Layout: `FKB1, cipher byte, u32 length, header` (clear JSON), segments (the first is the signed manifest), then
`u32 0xFFFFFFFF, SHA-256 of all before, FKBE`.
"""

from __future__ import annotations

import hashlib
import os
import struct
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.canonical import dumps, loads_strict
from sync.errors import SyncError, refused
from sync.files import write_file
from sync.keys import DeviceKey, verify_signature
from sync.revision import Revision
from sync.wire import (
    CIPHER_NONE,
    LARGEST_HEADER,
    MAGIC,
    SIGNATURE_LENGTH,
    TRAILER,
    ShortError,
    pack_revision,
    pack_segment,
    segments_of,
    unpack_manifest,
    unpack_revisions,
    unpack_segment,
)

SUFFIX = ".fkb"
FORMAT = 1
_DOMAIN = b"fieldkit manifest 1\0"
_END = b"\xff\xff\xff\xff"
_U32 = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class BundleSummary:
    """A bundle that was written and read back."""

    path: Path
    bundle: str
    records: int
    revisions: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the laptop promises: every revision id in order, and where each of its chains stands."""

    ids: tuple[str, ...]
    chains: tuple[tuple[str, str, int, str], ...]
    made: str
    signed: bytes
    signature: bytes

    def is_signed_by(self, public: bytes) -> bool:
        """Whether it is the word of that key."""
        return verify_signature(public, _DOMAIN + self.signed, self.signature)


def write_bundle(
    folder: Path, revisions: Sequence[Revision], *, key: DeviceKey, office: str, now: datetime
) -> BundleSummary:
    """Write revisions into a new file in `folder`, then read it back.

    Raises SyncError("medium.…"); nothing half-written is left.
    """
    bundle = str(uuid.uuid4())
    header = {
        "format": FORMAT, "office": office, "bundle": bundle, "device": key.id, "revisions": len(revisions),
    }  # fmt: skip
    heads = {(r.envelope.device, r.envelope.epoch): (r.envelope.sequence, r.id) for r in revisions}
    manifest = {
        "bundle": bundle,
        "office": office,
        "device": key.id,
        "made": now.isoformat(timespec="seconds"),
        "ids": [revision.id for revision in revisions],
        "chains": [
            [device, epoch, sequence, head] for (device, epoch), (sequence, head) in sorted(heads.items())
        ],
    }
    signed = dumps(manifest)
    raw_header = dumps(header)
    parts = [MAGIC, bytes([CIPHER_NONE]), _U32.pack(len(raw_header)), raw_header]
    parts.append(pack_segment(key.sign(_DOMAIN + signed) + signed))
    packed = (pack_revision(revision) for revision in revisions)
    parts += [pack_segment(raw) for raw in segments_of(packed, len(revisions))]
    content = b"".join(parts)
    content += _END + hashlib.sha256(content).digest() + TRAILER
    path = folder / f"{now:%Y%m%d-%H%M%S}-{key.id[:6]}-{bundle[:8]}{SUFFIX}"
    write_file(path, content)
    _read_back(path, content)
    records = len({revision.envelope.record for revision in revisions})
    return BundleSummary(
        path, bundle, records, len(revisions), len(content), hashlib.sha256(content).hexdigest()
    )


class Bundle:
    """A bundle that was opened. `whole`: its trailer is there and fits; otherwise it is torn."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._data = memoryview(path.read_bytes())
        except OSError as error:
            raise refused(error, path) from error
        self.header, offset = self._read_header()
        self.whole = self._is_whole()
        self.manifest, self._first = self._read_manifest(offset)

    @property
    def office(self) -> str:
        """The office it is meant for."""
        return str(self.header["office"])

    @property
    def device(self) -> str:
        """The laptop that wrote it."""
        return str(self.header["device"])

    @property
    def id(self) -> str:
        """Its own id."""
        return str(self.header["bundle"])

    @property
    def raw(self) -> bytes:
        """All its bytes."""
        return bytes(self._data)

    def revisions(self) -> Iterator[Revision]:
        """The revisions of every intact segment. Raises SyncError("bundle.tampered") for a whole bundle that lies."""
        promised = set(self.manifest.ids)
        for raw in self._segments():
            try:
                found = list(unpack_revisions(raw))
            except SyncError as error:
                raise self._tampered(str(error)) from error
            for revision in found:
                if revision.id not in promised:
                    raise self._tampered("a revision is not in the signed list")
                yield revision

    def _segments(self) -> Iterator[bytes]:
        offset = self._first
        end = len(self._data) - (len(_END) + 32 + len(TRAILER)) if self.whole else len(self._data)
        while offset < end:
            try:
                segment = unpack_segment(self._data, offset)
            except ShortError:
                return
            if segment.raw is not None:
                yield segment.raw
            elif self.whole:
                raise self._tampered("a segment does not fit its hash")
            offset = segment.end

    def _read_header(self) -> tuple[Mapping[str, Any], int]:
        start = len(MAGIC) + 5
        if bytes(self._data[: len(MAGIC)]) != MAGIC[: len(self._data)]:
            raise SyncError("bundle.unknown-format", path=str(self.path))
        if len(self._data) < start:
            raise SyncError("bundle.truncated", path=str(self.path))
        length = _U32.unpack_from(self._data, len(MAGIC) + 1)[0]
        if self._data[len(MAGIC)] != CIPHER_NONE or length > LARGEST_HEADER:
            raise SyncError("bundle.unknown-format", path=str(self.path))
        if len(self._data) < start + length:
            raise SyncError("bundle.truncated", path=str(self.path))
        try:
            header = loads_strict(bytes(self._data[start : start + length]))
            known = {name: header[name] for name in ("format", "office", "bundle", "device", "revisions")}
        except (SyncError, KeyError, TypeError) as error:
            raise self._tampered("its header is not readable") from error
        if known["format"] != FORMAT:
            raise SyncError("bundle.unknown-format", path=str(self.path))
        return known, start + length

    def _is_whole(self) -> bool:
        tail = len(TRAILER) + 32 + len(_END)
        if len(self._data) < tail or bytes(self._data[-len(TRAILER) :]) != TRAILER:
            return False
        digest = bytes(self._data[-(len(TRAILER) + 32) : -len(TRAILER)])
        if hashlib.sha256(self._data[:-tail]).digest() != digest:
            raise self._tampered("its content does not fit the hash at its end")
        return True

    def _read_manifest(self, offset: int) -> tuple[Manifest, int]:
        try:
            segment = unpack_manifest(self._data, offset)
        except ShortError:
            raise SyncError("bundle.truncated", path=str(self.path)) from None
        if segment.raw is None:
            raise self._tampered("its list of contents does not fit its hash")
        signature, signed = segment.raw[:SIGNATURE_LENGTH], segment.raw[SIGNATURE_LENGTH:]
        try:
            data = loads_strict(signed)
            same = all(data[name] == self.header[name] for name in ("bundle", "office", "device"))
            chains = tuple((str(d), str(e), int(s), str(h)) for d, e, s, h in data["chains"])
            manifest = Manifest(
                tuple(str(each) for each in data["ids"]), chains, str(data["made"]), signed, signature
            )
        except (SyncError, KeyError, TypeError, ValueError) as error:
            raise self._tampered("its list of contents is not readable") from error
        if not same:
            raise self._tampered("header and signed list do not agree")
        return manifest, segment.end

    def _tampered(self, reason: str) -> SyncError:
        return SyncError("bundle.tampered", path=str(self.path), reason=reason)


def _read_back(path: Path, content: bytes) -> None:
    """Read what the medium holds and compare."""
    try:
        with path.open("rb") as file:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            if file.read() == content:
                return
        path.unlink(missing_ok=True)
    except OSError as error:
        raise refused(error, path) from error
    raise SyncError("medium.failing", path=str(path), reason="it reads back differently")
