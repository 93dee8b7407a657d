"""A bundle without the answers of erased records: envelopes and signatures stay, and with them all it proves.

The signed list of contents names ids alone, so it stays as it is; what the file is as a whole (its hashes) is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

import orjson

from sync.bundle import END, TRAILER
from sync.errors import SyncError
from sync.reading import Bundle, Stored
from sync.revision import Operation, checked_body
from sync.wire import SEGMENT, Piece, decompressed, open_segment, pack_revision, pack_segment, pieces


def holds_answers(bundle: Bundle, identity: str, records: Collection[str]) -> bool:
    """Whether a bundle holds an answer of these records. Its manifest has been read. Raises SyncError("medium.…")."""
    return any(_without(stored, identity, records) is not None for stored in bundle.segments())


def stripped(
    bundle: Bundle, identity: str, records: Collection[str], recipients: Collection[str]
) -> Iterator[bytes]:
    """The bytes of a bundle without the answers of these records; the word of an erasure itself stays.

    Its manifest has been read. A torn one stays torn; of its broken end nothing is kept. Raises SyncError("medium.…").
    """
    digest = hashlib.sha256()
    for part in _parts(bundle, identity, records, recipients):
        digest.update(part)
        yield part
    if bundle.whole:
        yield END + digest.digest() + TRAILER


def _parts(
    bundle: Bundle, identity: str, records: Collection[str], recipients: Collection[str]
) -> Iterator[bytes]:
    yield bundle.beginning()
    for stored in bundle.segments():
        raw = _without(stored, identity, records)
        if raw is not None:
            yield pack_segment(raw, list(recipients))
        else:
            sizes = len(stored.content), stored.raw_length
            yield SEGMENT.pack(*sizes, hashlib.sha256(stored.content).digest()) + stored.content


def _without(stored: Stored, identity: str, records: Collection[str]) -> bytes | None:
    """A segment's revisions without these answers; None where it holds none of them, or nobody here can open it."""
    try:
        raw = decompressed(open_segment(stored.content, identity), stored.raw_length)
        found = list(pieces(raw))
    except SyncError:
        return None
    parts = []
    gone = 0
    for piece in found:
        body = _left_of(piece, records) if piece.body else piece.body
        gone += body != piece.body
        parts.append(pack_revision(piece.raw, piece.signature, body))
    return b"".join(parts) if gone else None


def _left_of(piece: Piece, records: Collection[str]) -> bytes | None:
    """The body of a revision, or nothing where it is of these records; one that was refused must go on being refused."""
    try:
        envelope = orjson.loads(piece.raw)
        concerned = envelope["rec"] in records and envelope["op"] != Operation.ERASE
    except (ValueError, KeyError, TypeError):
        return piece.body
    if not concerned:
        return piece.body
    try:
        checked_body(piece.body or b"")
    except SyncError:
        return b""
    return None if hashlib.sha256(piece.body or b"").hexdigest() == envelope.get("body") else b""
