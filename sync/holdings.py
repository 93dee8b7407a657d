"""What an archive holds, read: records as they stand or stood, the bundles that came, and whether all of it is sound."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sync import schema
from sync.database import Database
from sync.merge import RecordView, merge
from sync.revision import Revision
from sync.shelf import Shelf
from sync.table_source import ArchiveSource
from sync.verifying import VerifyReport, state_of, verify_archive


class Holdings:
    """Reads the database of an archive and never writes; secret: the 32 bytes that its packs are sealed with."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self.database = database
        self.secret = secret

    def views(self, form: str | None = None, as_of: datetime | None = None) -> Iterator[RecordView]:
        """The records as they stand, in no order; those of one form, if it is named.

        as_of: as they stood for the office at that time, after the bundles that had come by then.
        """
        with self.database.reading() as connection:
            shelf = Shelf(connection, self.secret)
            records = None
            if form is not None:
                query = select(schema.current.c.record_id).where(schema.current.c.form == form)
                records = list(connection.execute(query).scalars())
            for _record, revisions in shelf.by_record(records, schema.number_at(connection, as_of)):
                yield merge(revisions)

    def read(self, told: Callable[[RecordView], None], as_of: datetime | None = None) -> str:
        """Give every record as it stands to `told`, in no order, in one pass; give what `state` gives.

        as_of: see `views`.
        """
        with self.database.reading() as connection:
            until = schema.number_at(connection, as_of)
            return state_of(Shelf(connection, self.secret), until, told)

    def view(self, record: str, as_of: datetime | None = None) -> RecordView | None:
        """One record as it stands, or stood; None if the archive does not hold it, or did not."""
        with self.database.reading() as connection:
            until = schema.number_at(connection, as_of)
            revisions = Shelf(connection, self.secret).revisions(record, until)
        return merge(revisions) if revisions else None

    def revisions(self, record: str) -> list[Revision]:
        """The revisions of one record."""
        with self.database.reading() as connection:
            return Shelf(connection, self.secret).revisions(record)

    def conflicts(self) -> list[RecordView]:
        """The records in conflict."""
        with self.database.reading() as connection:
            query = select(schema.current.c.record_id).where(schema.current.c.conflict_count > 0)
            records = list(connection.execute(query).scalars())
            shelf = Shelf(connection, self.secret)
            return [merge(revisions) for _record, revisions in shelf.by_record(records)]

    def table_source(self) -> ArchiveSource:
        """What the flat tables are made from."""
        return ArchiveSource(self.secret)

    def history(self) -> list[dict[str, Any]]:
        """Every bundle that came, oldest first: `number`, `bundle`, `sha256`, `device`, `made`, `imported`, `counts`."""
        with self.database.reading() as connection:
            rows = connection.execute(select(schema.bundle).order_by(schema.bundle.c.number)).mappings()
            return [{**row, "counts": json.loads(row["counts"])} for row in rows]

    def came(self) -> int:
        """The number of the last bundle that came: as long as it is the same, so is what is held."""
        with self.database.reading() as connection:
            return schema.last_number(connection)

    def verify(self) -> VerifyReport:
        """Read and hash everything again, follow every chain, and compare the lists with what the revisions say."""
        with self.database.reading() as connection:
            return verify_archive(connection, Shelf(connection, self.secret))

    def state(self, as_of: datetime | None = None) -> str:
        """SHA-256 of the whole visible state, now or as the office saw it then."""
        with self.database.reading() as connection:
            until = schema.number_at(connection, as_of)
            return state_of(Shelf(connection, self.secret), until)
