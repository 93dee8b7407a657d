"""Village progress sheets (各村任务完成情况, D3): for the cadre stationed in a village, that village's services and nobody's name.

What is planned and what was done are counts of services; those of people and households from 1 to 4 are hidden, and what
would tell them.
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldkit.i18n import N_, _
from fieldkit.privacy.suppression import shown
from fieldkit.report.conditions import NotAfter, both, is_
from fieldkit.report.counts import Count, How, wanted
from fieldkit.report.document import Blanks, Cell, Column, Document, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.indicators import MADE, MEASURES
from fieldkit.report.labels import choices, place_names
from fieldkit.report.making import ReportKind, Request, closing_notes, head, until
from fieldkit.report.reports import issues
from fieldkit.report.wording import hidden_note

NAME = "villages"
_VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a village: how much of it was planned, and how much was done. of_people: it is counted in people or homes."""

    label: str
    done: Count
    planned: Count | None = None
    of_people: bool = True


def _measured(measure: str, label: str) -> Service:
    found = MEASURES[measure]
    return Service(label, found.numerator, found.denominator)


def _happened(label: str, table: str, how: How = How.ROWS, of: str = "") -> Service:
    return Service(label, Count(table, on="date", how=how, of=of), of_people=False)


SERVICES = (
    _measured("I-01", N_("Households offered a visit, of those lived in")),
    _measured("I-12", N_("Payments made on time and in full, of those due")),
    _measured("I-13", N_("Requests met by the day promised, of those due")),
    _measured("I-19", N_("Letters about people away answered within 7 days, of those sent")),
    _happened(N_("Health education: events"), "edu_event"),
    _happened(N_("Health education: attendance"), "edu_event", How.SUM, "attend_n"),
    _happened(N_("Inspections of the service point"), "service_point"),
    Service(
        N_("Problems of the village solved, of those found by then"),
        Count(issues.FORM, both(NotAfter("date"), NotAfter("closed_on"))),
        Count(issues.FORM, NotAfter("date")),
        of_people=False,
    ),
)


def reads() -> Wanted:
    """What the services, the outcomes of visits and the problems are counted from."""
    counts = [each for service in SERVICES for each in (service.done, service.planned) if each]
    found = wanted(counts, MADE)
    found.setdefault(_VISIT, set()).update({"date", "outcome", "village"})
    found.setdefault(issues.FORM, set()).update(issues.READS[issues.FORM])
    return found


def make(request: Request) -> Document:
    """The sheet of the village that is asked for."""
    period, code = request.period, request.village
    name = place_names(request.figures).get(code, code)
    return Document(
        name=f"{NAME}-{code}",
        title=_(
            "{unit}: {village}, what was planned and done ({period})",
            unit=request.unit,
            village=name,
            period=period,
        ),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=(*head(request), _("Village: {name} ({code})", name=name, code=code)),
        parts=(
            _services(request),
            _visits(request),
            Blanks(_("Other reasons: rain, nothing to work with, else; how often"), 2),
            _problems(request),
            Blanks(_("Support needed"), 3),
            Blanks(_("Plan for next month"), 4),
        ),
        notes=(
            _(
                "For the cadre stationed in this village. Nobody is named here, and villages are not compared."
            ),
            _("Declining has no consequence, and there is no target for it."),
            hidden_note(),
            *closing_notes(request, {_VISIT, "household", "benefit", "request", "edu_event", issues.FORM}),
        ),
        footer=(_("Stationed cadre (signature) ________"), _("Village (seal) ________"), _("Day ________")),
        portrait=True,
    )


def _services(request: Request) -> Table:
    rows = []
    for each in SERVICES:
        done, planned = _value(request, each.done), _value(request, each.planned) if each.planned else None
        cells = _pair(done, planned) if each.of_people else (done, "" if planned is None else planned)
        rows.append((_(each.label), *cells))
    return Table(
        _("Services: planned and done"),
        (Column(_("Service"), is_text=True), Column(_("Done")), Column(_("Planned or due"))),
        tuple(rows),
        notes=(_("Counts of services, by the working of the township; for nobody's assessment."),),
    )


def _pair(done: int, planned: int | None) -> tuple[Cell, Cell]:
    """What was done and what was planned: hidden where one of them, or what is left, is from 1 to 4."""
    if planned is None:
        return shown({"done": done}, ())["done"], ""
    counts = {"planned": planned, "done": done, "left": max(0, planned - done)}
    cells = shown(counts, [("planned", "done", "left")])
    return cells["done"], cells["planned"]


def _visits(request: Request) -> Table:
    """What came of the visits, and why some did not take place, in the words and the order of the form."""
    words = choices(request.figures.facts.library, _VISIT, "outcome")
    counts = {code: _value(request, Count(_VISIT, is_("outcome", code), on="date")) for code in words}
    counts[""] = _value(request, Count(_VISIT, is_("outcome", *words), on="date"))
    cells = shown(counts, [("", *words)])
    rows = tuple((words[code], cells[code]) for code in words)
    return Table(
        _("Visits: done, and why others did not take place"),
        (Column(_("What came of it"), is_text=True), Column(_("Visits"))),
        (*rows, (_("Total"), cells[""])),
        sums=frozenset({len(rows)}),
    )


def _problems(request: Request) -> Table:
    """What is open in the village by kind and day due; what was written of it stays in the register."""
    rows = tuple(
        (issues.category(row), row["date"], row["due"])
        for row in issues.open_issues(request.figures, until(request))
        if row["village"] == request.village
    )
    return Table(
        _("Problems of the village that are still open"),
        (
            Column(_("Kind"), is_text=True),
            Column(_("Found on"), is_text=True),
            Column(_("Due on"), is_text=True),
        ),
        rows,
        notes=() if rows else (_("None."),),
    )


def _value(request: Request, count: Count) -> int:
    return int(request.figures.values(count, until(request)).get(request.village) or 0)


KIND = ReportKind(
    NAME,
    N_("progress sheet of each village"),
    reads,
    make,
    frozenset({"month", "quarter", "year"}),
    by_village=True,
)
