"""What reports read of an office: `RecordTables`, now or as the office had it at a moment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fieldkit.exchange import as_record
from fieldkit.library import FormLibrary
from fieldkit.places import Place, places
from fieldkit.privacy.tiers import CONTACT, RESTRICTED, without
from fieldkit.records import Record
from fieldkit.report.official import read_official
from sync import Archive, Device, RecordView


class Readable(ABC):
    """The side of an office that is only read."""

    archive: Archive
    library: FormLibrary
    now: Callable[[], datetime]

    @property
    @abstractmethod
    def folder(self) -> Path:
        """Where it lies."""

    @abstractmethod
    def devices(self) -> list[Device]:
        """The laptops it knows."""

    @abstractmethod
    def history(self) -> list[dict[str, Any]]:
        """Every bundle that came from a laptop, oldest first."""

    def as_of(self, moment: datetime) -> Past:
        """What reports read, as the office had it then: after the bundles that had come by `moment`."""
        return Past(self, moment)

    def records(self, form: str, as_of: datetime | None = None) -> Iterator[Record]:
        """The live records of a form, without contact and restricted fields; `as_of`: as the office had them then."""
        known = self.library.known(form)
        shown = without(known, CONTACT | RESTRICTED) if known else dict
        for view in self.archive.views(form, as_of):
            if view.state == "live":
                record = as_record(view)
                answers = shown(record.answers)
                yield Record(record.id, record.form, answers, record.conflicts, record.made_on, record.heads)

    def read(self, take: Callable[[Record], None], as_of: datetime | None = None) -> str:
        """Give every live record to `take`, with all its answers, in one pass; give the state. `as_of`: see `records`.

        Only for counting: what reports print goes through the rules of small counts.
        """

        def told(view: RecordView) -> None:
            if view.state == "live":
                take(as_record(view))

        return self.archive.read(told, as_of)

    def places(self) -> Sequence[Place]:
        """The villages, in the order of their codes."""
        return places()

    def official(self, name: str) -> Sequence[Mapping[str, str]]:
        """The rows of a list of official figures in the folder `lists`. Raises FieldkitError("list.unreadable"), ("official.…")."""
        return read_official(self.folder / "lists", name)

    def state(self, as_of: datetime | None = None) -> str:
        """SHA-256 of the whole visible state."""
        return self.archive.state(as_of)

    def heard_of(self, as_of: datetime | None = None) -> list[list[str]]:
        """Of each laptop in good standing the day it was enrolled, then the days its bundles came; not whose they are. Only for
        counting. `as_of`: as far as the office had them then.
        """
        until = as_of or self.now()
        came = [
            (row["device"], row["imported"][:10])
            for row in self.history()
            if datetime.fromisoformat(row["imported"]) <= until
        ]
        return [
            [each.enrolment.since, *(day for device, day in came if device == each.id)]
            for each in self.devices()
            if not each.revoked and each.enrolment.since <= until.date().isoformat()
        ]


@dataclass(frozen=True, slots=True)
class Past:
    """The records of an office as they were at a moment."""

    office: Readable
    moment: datetime

    def records(self, form: str) -> Iterator[Record]:
        """The live records of a form, without contact and restricted fields."""
        return self.office.records(form, self.moment)

    @property
    def library(self) -> FormLibrary:
        """The forms that the records were made with."""
        return self.office.library

    def read(self, take: Callable[[Record], None]) -> str:
        """Give every live record to `take`; give the state. See `Office.read`."""
        return self.office.read(take, self.moment)

    def places(self) -> Sequence[Place]:
        """The villages, in the order of their codes."""
        return self.office.places()

    def official(self, name: str) -> Sequence[Mapping[str, str]]:
        """The rows of a list of official figures as it is kept now: each says of which day or month it is."""
        return self.office.official(name)

    def state(self) -> str:
        """SHA-256 of the whole visible state."""
        return self.office.state(self.moment)

    def heard_of(self) -> Sequence[Sequence[str]]:
        """The days on which something of each laptop had come. See `Office.heard_of`."""
        return self.office.heard_of(self.moment)
