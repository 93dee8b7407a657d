"""The register of reports to the county (报表报送登记, D1): what was due, sent, received, returned and corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from fieldkit.i18n import N_, _
from fieldkit.privacy.leaks import masked
from fieldkit.report.conditions import Row, day_of
from fieldkit.report.document import Column, Document, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.labels import choices
from fieldkit.report.making import ReportKind, Request, closing_notes, head, signatures
from fieldkit.report.obligations import Kind, Obligation, due_between, kind_of, last_due
from fieldkit.report.periods import Period, month_ends_of

NAME = "register"
_LOG = "log"
_ASKED = ("report_no", "to_unit", "due", "sent_on", "receipt", "returned_for_fix", "fixed_on")


def reads() -> Wanted:
    """What the log has of liaison with superiors."""
    return {_LOG: frozenset({"kind", "date", *_ASKED})}


def make(request: Request) -> Document:
    """What was due in a period, by the day it was due."""
    period = request.period
    return Document(
        name=NAME,
        title=_("{unit}: register of reports to the county ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=head(request),
        parts=(_register(request), _windows(request)),
        notes=(
            _(
                "Not noted yet: nothing in the log says that it was sent or corrected. It may have been, without a note."
            ),
            *closing_notes(request, {_LOG}),
        ),
        footer=signatures(request.made_on),
    )


def windows(period: Period) -> list[Obligation]:
    """The reports that are due in a period, by the day they are due and the order of their kinds."""
    month_ends = _month_ends(period)
    found = [each for kind in Kind for each in due_between(kind, period.first, period.last, month_ends)]
    return sorted(found, key=lambda each: (each.due, each.first))


def _entries(request: Request) -> Sequence[Row]:
    """The lines of the log that were due in the period, or of which no more is known than that they were sent in it."""
    found = [row for row in _sent_up(request) if (day := _day(row)) and request.period.contains(day)]
    return sorted(found, key=lambda row: (row["due"] or row["sent_on"], row["report_no"], row["record_id"]))


def _sent_up(request: Request) -> Sequence[Row]:
    return [row for row in request.figures.facts.rows(_LOG) if row["kind"] == "liaison_up"]


def _day(row: Row) -> date | None:
    return day_of(row["due"] or row["sent_on"] or row["date"])


def _register(request: Request) -> Table:
    answers = choices(request.figures.facts.library, _LOG, "receipt")
    rows = tuple(
        (
            masked(row["report_no"]),
            masked(row["to_unit"]),
            row["due"],
            row["sent_on"] or _("not noted yet"),
            answers.get(row["receipt"], ""),
            answers.get(row["returned_for_fix"], ""),
            row["fixed_on"] or (_("not noted yet") if row["returned_for_fix"] == "yes" else ""),
        )
        for row in _entries(request)
    )
    return Table(
        _("What was sent to superiors"),
        (
            Column(_("Number"), is_text=True),
            Column(_("To"), is_text=True),
            Column(_("Due"), is_text=True),
            Column(_("Sent on"), is_text=True),
            Column(_("Receipt"), is_text=True),
            Column(_("Returned for correction"), is_text=True),
            Column(_("Corrected"), is_text=True),
        ),
        rows,
        notes=(_("In the order of the day it was due."),),
    )


def _windows(request: Request) -> Table:
    """The windows of the period, each beside what the log has of it: a number tells its kind, the day it was due its window."""
    sent = _by_window(request.period, _sent_up(request))
    rows = tuple(
        (
            str(each),
            each.due.isoformat(),
            _(", ").join(masked(row["report_no"]) for row in sent[each])
            or (_("not noted yet") if each.due <= request.made_on else _("not due yet")),
        )
        for each in windows(request.period)
    )
    return Table(
        _("Three-day, weekly and monthly reports of these days"),
        (
            Column(_("Report"), is_text=True),
            Column(_("Due"), is_text=True),
            Column(_("In the log"), is_text=True),
        ),
        rows,
    )


def _by_window(period: Period, entries: Sequence[Row]) -> Mapping[Obligation, list[Row]]:
    """The lines of the log by the window they are about."""
    found: dict[Obligation, list[Row]] = defaultdict(list)
    month_ends = _month_ends(period)
    for row in entries:
        kind, due = kind_of(row["report_no"]), day_of(row["due"])
        if kind and due:
            found[last_due(kind, due, month_ends)].append(row)
    return found


def _month_ends(period: Period) -> int:
    return month_ends_of(period) if period.kind in {"month", "quarter", "year"} else 0


KIND = ReportKind(NAME, N_("reports to the county: due, sent, returned"), reads, make)
