"""Reports at a desk: what is due, making any of them with the records read once, and writing them where they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.office.media import Medium, to_write_on
from fieldkit.office.reporting import month_ends
from fieldkit.office.roles import Act
from fieldkit.office.watched import Watched, live_records
from fieldkit.report import REPORTS, report_for, write_report
from fieldkit.report.due import OF_A_WINDOW, files_of, period_of
from fieldkit.report.making import Request, gathered
from fieldkit.report.obligations import Kind, obligation, obligations
from fieldkit.report.periods import Period, parse_period
from fieldkit.report.reports.targets import NAME as TARGETS
from fieldkit.session.desk.told import told
from fieldkit.session.reading.dates import read_date
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.report.document import Document
    from fieldkit.report.figures import Figures
    from fieldkit.report.making import ReportKind
    from fieldkit.session.desk.behind import Counted
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.register import Entry


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is wanted. as_of: the day at whose end the office had the records, None for now."""

    name: str
    period: Period
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is due. is_made: whether it lies in the folder of reports."""

    entry: Entry
    wanted: Wanted
    is_made: bool


class Reports:
    """The reports of an office, for whoever may see them. Figures are kept while nothing new comes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._read: tuple[tuple[int, date | None], Figures] | None = None

    # -- what there is ------------------------------------------------------------------------------------

    def state(self) -> str:
        """Which reports are due today, for Home."""
        self._desk.need(Act.REPORT)
        today = self._today()
        due = [each.name for each in obligations(today, self._month_ends()) if each.due == today]
        return _("due today: {reports}", reports=_(", ").join(due)) if due else ""

    def due(self) -> list[Due]:
        """What is due now, and was before where it was not sent, in the order of the days. Raises FieldkitError."""
        self._desk.need(Act.REPORT)
        found = []
        for entry in self._desk.register.due():
            assert entry.due is not None
            if entry.due.due >= self._today() or not entry.is_settled:
                for name in OF_A_WINDOW[entry.due.kind]:
                    wanted = Wanted(name, period_of(entry.due))
                    found.append(Due(entry, wanted, self._is_made(wanted)))
        return found

    def line(self, due: Due) -> str:
        """Something due in one line: what it is, its days, whether it is made, what became of it."""
        self._desk.need(Act.REPORT)
        made = _("made") if due.is_made else _("not made yet")
        period, sent = due.wanted.period, self._desk.register.became(due.entry.sending)
        days = _("{first} to {last}", first=period.first, last=period.last)
        return "  ".join([self.title(due.wanted.name), days, made, sent])

    def kinds(self) -> list[ReportKind]:
        """Every report there is."""
        self._desk.need(Act.REPORT)
        return list(REPORTS.values())

    @staticmethod
    def title(name: str) -> str:
        """What a report is called, without what it holds."""
        return _(REPORTS[name].label).partition(_(": "))[0]

    def board(self) -> Wanted:
        """The board of targets of this month, which is as it stands today."""
        self._desk.need(Act.REPORT)
        period, _words = next(self._windows(Kind.MONTH, ""))
        return Wanted(TARGETS, period)

    def periods(self, name: str) -> list[tuple[Period, str]]:
        """The periods that are offered for a report, each in words."""
        self._desk.need(Act.REPORT)
        return [
            (period, labelled(words, str(period))) for period, words in self._offered(REPORTS[name].periods)
        ]

    def _offered(self, kinds: frozenset[str]) -> list[tuple[Period, str]]:
        today = self._today()
        found = {
            "month": [*self._windows(Kind.MONTH, _("This month"), _("Last month"))],
            "week": [*self._windows(Kind.WEEK, _("This week"), _("Last week"))],
            "days": [*self._windows(Kind.THREE_DAYS, _("These three days"), _("The three days before"))],
            "quarter": [(self.period(f"{today.year}-Q{(today.month + 2) // 3}"), _("This quarter"))],
            "year": [(self.period(f"{today.year}"), _("This year"))],
        }
        return [each for kind, offered in found.items() if kind in kinds for each in offered][:7]

    def _windows(self, kind: Kind, *words: str) -> Iterator[tuple[Period, str]]:
        """The window that today lies in, and the one before."""
        day = self._today()
        for said in words:
            window = obligation(kind, day, self._month_ends())
            yield period_of(window), said
            day = window.first - timedelta(days=1)

    def period(self, typed: str) -> Period:
        """A period as it was typed. Raises FieldkitError("period.unknown")."""
        self._desk.need(Act.REPORT)
        return parse_period(typed, self._month_ends())

    def want(self, name: str, period: Period, as_of: date | None) -> Wanted:
        """A report for a period. Raises FieldkitError("report.period") where it is not made for such a one."""
        self._desk.need(Act.REPORT)
        return Wanted(report_for(name, period).name, period, as_of)

    def day(self, typed: str) -> date | None:
        """A day as it was typed, None for "". Raises FieldkitError("reading.date")."""
        self._desk.need(Act.REPORT)
        return date.fromisoformat(read_date(typed, self._today())) if typed.strip() else None

    # -- making -------------------------------------------------------------------------------------------

    @told()
    def make(self, wanted: Wanted, progress: Callable[[int, int], None]) -> list[Document]:
        """Make a report, one document or one for each village; where many records are new to it that takes a while.

        progress: of how many records of how many were read; what it raises stops the reading. Raises FieldkitError.
        """
        self._desk.need(Act.REPORT)
        kind = report_for(wanted.name, wanted.period)
        figures = self._figures(wanted.as_of, progress)
        return list(kind.documents(Request(figures, wanted.period, self._desk.office.name, self._today())))

    def behind(self, wanted: Wanted, measure: str, village: str, *, whole: bool) -> list[Counted]:
        """The records behind a figure of a report that was made. Raises as `Behind.records`."""
        self._desk.need(Act.REPORT)
        figures = self._figures(wanted.as_of, lambda _done, _of: None)
        return self._desk.behind.records(measure, wanted.period, village, whole=whole, figures=figures)

    def _figures(self, as_of: date | None, progress: Callable[[int, int], None]) -> Figures:
        office = self._desk.office
        key = office.archive.came(), as_of
        if self._read is None or self._read[0] != key:
            self._read = None  # both at once would take twice the memory
            tables = office if as_of is None else office.as_of(self._end_of(as_of))
            watched = Watched(tables, live_records(office), progress)
            self._read = key, gathered(watched, REPORTS.values())
        return self._read[1]

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day, time.max, self._desk.session.now().tzinfo)

    # -- writing ------------------------------------------------------------------------------------------

    @property
    def folder(self) -> Medium:
        """The office's own folder of reports."""
        return Medium(
            self._desk.office.folder / "reports", _("the office's folder of reports"), is_mount=False
        )

    def places(self) -> list[Medium]:
        """Where reports can be written: the office's folder, then the sticks that are in."""
        self._desk.need(Act.REPORT)
        return [self.folder, *to_write_on(self._desk.office.folder)]

    def write(self, wanted: Wanted, documents: Sequence[Document], place: Medium) -> list[Path]:
        """Write a report as workbook, page and text; give the files. Raises FieldkitError("medium.…")."""
        self._desk.need(Act.REPORT)
        if place == self.folder:
            place.path.mkdir(exist_ok=True)
        elif not place.is_there:
            raise FieldkitError("medium.gone", path=str(place.path))
        paths = []
        for document in documents:
            for path in files_of(document.name, wanted.period, place.path):
                write_report(document, path)
                paths.append(path)
        return paths

    def written_lines(self, paths: Sequence[Path], place: Medium) -> list[str]:
        """Where it lies now, in words."""
        lines = [_("Written to {place}:", place=place.name), *(path.name for path in paths)]
        return [*lines, _("You may remove the stick.")] if place.is_mount else lines

    def _is_made(self, wanted: Wanted) -> bool:
        return all(path.is_file() for path in files_of(wanted.name, wanted.period, self.folder.path))

    def _month_ends(self) -> int:
        return month_ends(self._desk.office.folder)

    def _today(self) -> date:
        return self._desk.session.today()
