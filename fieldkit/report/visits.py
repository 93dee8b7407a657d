"""Visits by village and outcome. Declined is a neutral figure; there is no rate, no rank, no order by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from fieldkit.cells import printable
from fieldkit.i18n import N_, _, language
from fieldkit.report.conditions import WHY, Row
from fieldkit.report.document import Bar, Cell, Chart, Check, Column, Document, Table
from fieldkit.report.facts import IN_CONFLICT
from fieldkit.report.making import ReportKind, Request, closing_notes, head, signatures

FORM = "visit"
OUTCOMES = {
    "done": (N_("Done"), N_("Done")),
    "part": (N_("Partly done"), N_("Part")),
    "nobody": (N_("Nobody home"), N_("Nobody")),
    "moved": (N_("Moved away"), N_("Moved")),
    "declined": (N_("Declined"), N_("Decl.")),
    "postponed": (N_("Postponed"), N_("Postp.")),
    "notfound": (N_("Not found"), N_("Not f.")),
    "unsafe": (N_("Unsafe"), N_("Unsafe")),
}
"""The outcomes of the visit form (domain.md F2), in its order: header and short header of each."""

_TITLES = {
    "month": N_("{unit}: monthly report on household visits ({period})"),
    "quarter": N_("{unit}: quarterly report on household visits ({period})"),
    "year": N_("{unit}: yearly report on household visits ({period})"),
    "week": N_("{unit}: weekly report on household visits ({period})"),
    "days": N_("{unit}: report on household visits ({period})"),
}

Code = str | None
"""An answer's code: "" where none was given, None where it is in conflict."""


def visits(request: Request) -> Document:
    """Count the visits of a period by village and outcome.

    A visit counts on its `date`; where that is missing or in conflict, on the day its record was made. Nothing is left out: a
    village or outcome that is unknown, missing or in conflict has a row or column of its own, so that the sums equal the
    number of visit records.
    """
    period, facts = request.period, request.figures.facts
    counts: Counter[tuple[Code, Code]] = Counter()
    inside = outside = undated = 0
    for row in facts.rows(FORM):
        dated = _date(row)
        if not period.contains(dated or date.fromisoformat(row["made_on"])):
            outside += 1
            continue
        inside += 1
        undated += dated is None
        counts[_code(row, "village"), _code(row, "outcome")] += 1
    names = {place.code: place.name(language()) for place in request.figures.places}
    villages = [*names, *_others((village for village, _outcome in counts), names)]
    outcomes = [*OUTCOMES, *_others((outcome for _village, outcome in counts), {*OUTCOMES, None}), None]
    labels = [names.get(village or "") or _unknown(village) for village in villages]
    rows = [_summed([counts[village, outcome] for outcome in outcomes]) for village in villages]
    sums = _summed([sum(counts[village, outcome] for village in villages) for outcome in outcomes])
    return Document(
        name="visits",
        title=_(_TITLES[period.kind], unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=(*head(request), _("Counted in: visits")),
        parts=(
            Table(
                heading="",
                columns=(
                    Column(_("Code"), is_text=True, is_code=True),
                    Column(_("Village"), is_text=True),
                    *(_column(outcome) for outcome in outcomes),
                    Column(_("Total")),
                ),
                rows=(*map(_row, villages, labels, rows), ("", _("Total"), *sums)),
                sums=frozenset({len(rows)}),
                checks=(
                    _equal(_("Sum of all outcomes = visits in the period"), sum(sums[:-1]), inside),
                    _equal(
                        _("Sum of all villages = visits in the period"), sum(row[-1] for row in rows), inside
                    ),
                    _equal(
                        _("Visits in the period + visits outside it = all visit records"),
                        inside + outside,
                        facts.counted.get(FORM, 0),
                    ),
                ),
                notes=(
                    _("Visit records outside the period: {count}.", count=outside),
                    _(
                        "Visits without a certain date, counted on the day of their record: {count}.",
                        count=undated,
                    ),
                    _(
                        "In conflict: outcome or village was recorded in different ways, and a person has yet to decide."
                    ),
                    _(
                        "Declined is a neutral figure: declining has no consequence, and there is no target for it."
                    ),
                ),
            ),
            Chart(
                _("Visits by village"),
                tuple(
                    Bar(label, Decimal(row[-1]), str(row[-1]))
                    for label, row in zip(labels, rows, strict=True)
                ),
            ),
        ),
        notes=closing_notes(request, (FORM,)),
        footer=signatures(request.made_on),
    )


VISITS = ReportKind(
    "visits",
    N_("Visits by village and outcome"),
    lambda: {FORM: {"date", "outcome", "village"}},
    visits,
)


def _date(row: Row) -> date | None:
    """The day of a visit, None where it is missing, in conflict or no date."""
    try:
        return date.fromisoformat(row["date"])
    except ValueError:
        return None


def _code(row: Row, name: str) -> Code:
    return None if row.get(name + WHY) == IN_CONFLICT else row[name]


def _others(found: Iterable[Code], known: Collection[Code]) -> list[Code]:
    """The codes that are not known, in their order; none given and in conflict come last."""
    return sorted(set(found) - set(known), key=lambda code: (code is None, not code, code or ""))


def _row(village: Code, label: str, counts: tuple[int, ...]) -> tuple[Cell, ...]:
    return (printable(village or ""), label, *counts)


def _summed(counts: list[int]) -> tuple[int, ...]:
    return (*counts, sum(counts))


def _equal(relation: str, left: int, right: int) -> Check:
    return Check(_("{relation}: {left} = {right}", relation=relation, left=left, right=right), left == right)


def _column(outcome: Code) -> Column:
    if outcome is None:
        return Column(_("In conflict"), _("Confl."))
    if outcome in OUTCOMES:
        header, short = OUTCOMES[outcome]
        return Column(_(header), _(short))
    return Column(_unknown(outcome), printable(outcome) or _("Blank"))


def _unknown(code: Code) -> str:
    """What stands for a code that no list has a name for."""
    if code is None:
        return _("In conflict")
    return _("{code} (not in the list)", code=printable(code)) if code else _("Not given")
