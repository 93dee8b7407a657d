"""A bundle taken in or let in by a person, in one transaction: by an archive, or once more when it is rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from sync import undertaking
from sync.database import Database
from sync.importing import MergeReport, import_bundle
from sync.pipeline import opened_segments
from sync.quarantine import keep_aside, mark_released
from sync.reading import Bundle, Segment
from sync.shelf import Changes, Shelf


@dataclass(slots=True)
class Coming:
    """A bundle that comes, and when. released: who lets it in, where it waited. records: those it was found to be of."""

    bundle: Bundle
    now: datetime
    released: dict[str, str] | None = None
    records: set[str] = field(default_factory=set)


Last = Callable[[Connection, Coming, MergeReport], None]


def take_in(
    database: Database,
    secret: bytes,
    identity: str,
    coming: Coming,
    *,
    writing: Callable[[], AbstractContextManager[Connection]],
    last: Last,
) -> MergeReport:
    """Take a bundle in. writing: gives the transaction. last: done in it when all else is.

    Raises SyncError("bundle.tampered"), ("medium.…"), ("database.…"), and what `last` raises; then nothing has changed.
    """
    bundle, released = coming.bundle, coming.released
    manifest = bundle.manifest(identity)
    segments = opened_segments(bundle, identity)
    try:
        with writing() as connection:
            shelf = Shelf(connection, secret)
            if database.is_spread:
                shelf.changes = Changes()
            report = import_bundle(
                shelf, bundle, manifest, _noted(segments, coming.records), now=coming.now,
                accepted=released is not None,
            )  # fmt: skip
            if released is not None and not report.quarantined:
                mark_released(connection, bundle.sha256, released)
            elif released is None and report.quarantined:
                keep_aside(connection, bundle, report, coming.now)
            last(connection, coming, report)
            if shelf.changes:
                undertaking.announce(database, connection, shelf.changes)
    finally:
        segments.close()
    if report.erased:
        with database.writing():
            """What several servers still keep of what was erased is dropped before anybody writes."""
        database.forget()
    return report


def _noted(segments: Iterator[Segment], records: set[str]) -> Iterator[Segment]:
    for segment in segments:
        records.update(found.record for found in segment.found)
        yield segment
