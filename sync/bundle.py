"""Writing a bundle: revisions of one laptop in one file that any carrier may move, twice, late or torn.

Layout (docs/bundle-format.md): `FKB1, u8 1, u32 length, header` (clear JSON), segments (the first is the signed
manifest), then `u32 0xFFFFFFFF, SHA-256 of all before, FKBE`.
"""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.canonical import dumps
from sync.files import new_file, read_back
from sync.keys import DeviceKey
from sync.revision import Revision
from sync.wire import pack_revision, pack_segment, segments_of

SUFFIX = ".fkb"
MAGIC = b"FKB1"
SEALED = b"\x01"
FORMAT = 2
END = b"\xff\xff\xff\xff"
TRAILER = b"FKBE"
MANIFEST_DOMAIN = b"fieldkit manifest 1\0"
_U32 = struct.Struct(">I")

Tip = tuple[str, int, str]
"""Epoch, sequence and id of the last revision that a laptop has made."""
NO_TIP: Tip = ("", 0, "")

Progress = Callable[[int, int], None]
"""Called with how many revisions are done, and of how many."""


@dataclass(frozen=True, slots=True)
class BundleSummary:
    """A bundle that was written and read back."""

    path: Path
    bundle: str
    records: int
    revisions: int
    bytes: int
    sha256: str


def write_bundle(
    folder: Path,
    revisions: Collection[Revision],
    *,
    key: DeviceKey,
    office: str,
    recipients: Sequence[str],
    now: datetime,
    tip: Tip | None = None,
    progress: Progress | None = None,
) -> BundleSummary:
    """Write revisions into a new file in `folder`, sealed for the age `recipients`, then read it back.

    revisions: gone through twice, so that they need not all be in memory. tip: where the laptop's own chain stands,
    when that is behind the last of them. Where `progress` raises, nothing is left
    of the file. Raises SyncError("medium.…"), ("archive.bad-recipient"); nothing half-written is left.
    """
    bundle = str(uuid.uuid4())
    identity = {"office": office, "bundle": bundle, "device": key.id}
    manifest, records = _manifest(revisions, identity, now, tip)
    signed = dumps(manifest)
    header = dumps({"format": FORMAT, **identity, "revisions": len(manifest["ids"])})
    path = folder / f"{now:%Y%m%d-%H%M%S}-{key.id[:6]}-{bundle[:8]}{SUFFIX}"
    digest = hashlib.sha256()
    with new_file(path) as file:

        def write(part: bytes) -> None:
            file.write(part)
            digest.update(part)

        write(MAGIC + SEALED + _U32.pack(len(header)) + header)
        write(pack_segment(key.sign(MANIFEST_DOMAIN + signed) + signed, recipients))
        rows = _told(revisions, len(manifest["ids"]), progress)
        for raw in segments_of(rows, len(manifest["ids"])):
            write(pack_segment(raw, recipients))
        write(END + digest.digest() + TRAILER)
        size = file.tell()
    read_back(path, digest.hexdigest())
    return BundleSummary(path, bundle, records, len(manifest["ids"]), size, digest.hexdigest())


def _manifest(
    revisions: Collection[Revision], identity: dict[str, str], now: datetime, tip: Tip | None
) -> tuple[dict[str, Any], int]:
    """What the laptop promises: every id in order, and where each of its chains stands; and how many records."""
    ids: list[str] = []
    records: set[str] = set()
    chains: dict[tuple[str, str], tuple[int, str]] = {}
    for revision in revisions:
        envelope = revision.envelope
        ids.append(revision.id)
        records.add(envelope.record)
        place = envelope.device, envelope.epoch
        chains[place] = max(chains.get(place, (0, "")), (envelope.sequence, revision.id))
    own = ((epoch, *head) for (device, epoch), head in sorted(chains.items()) if device == identity["device"])
    manifest = {
        **identity,
        "made": now.isoformat(timespec="seconds"),
        "ids": ids,
        "chains": [[device, epoch, *head] for (device, epoch), head in sorted(chains.items())],
        "tip": list(tip or next(own, NO_TIP)),
    }
    return manifest, len(records)


def _told(revisions: Collection[Revision], count: int, progress: Progress | None) -> Iterator[bytes]:
    for number, revision in enumerate(revisions, 1):
        yield pack_revision(revision.raw, revision.signature, revision.raw_body)
        if progress and (number % 50 == 0 or number == count):
            progress(number, count)
