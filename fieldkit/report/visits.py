"""Visits by village and outcome. Declined is a neutral figure; there is no rate, no rank, no order by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from fieldkit import __version__
from fieldkit.i18n import N_, _, language
from fieldkit.records import Record
from fieldkit.report.periods import Period
from fieldkit.report.records import RecordTables, answer
from fieldkit.report.table import Check, Column, Report

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

_BLANK = " ________"

Code = str | None
"""An answer's code: "" where none was given, None where it is in conflict."""


def visits(tables: RecordTables, period: Period, *, unit: str, made_on: date) -> Report:
    """Count the visits of a period by village and outcome.

    A visit counts on its `date`; where that is missing or in conflict, on the day its record was made. Nothing
    is left out: a village or outcome that is unknown, missing or in conflict has a row or column of its own, so
    that the sums equal the number of visit records. `unit` is who reports, `made_on` the day of reporting.
    """
    counts: Counter[tuple[Code, Code]] = Counter()
    everything = inside = outside = undated = 0
    for record in tables.records(FORM):
        everything += 1
        dated = _date(record)
        if not period.contains(dated or record.made_on):
            outside += 1
            continue
        inside += 1
        undated += dated is None
        counts[answer(record, "village"), answer(record, "outcome")] += 1
    names = {place.code: place.name(language()) for place in tables.places()}
    villages = [*names, *_others((village for village, _outcome in counts), names)]
    outcomes = [*OUTCOMES, *_others((outcome for _village, outcome in counts), {*OUTCOMES, None}), None]
    rows = [_summed([counts[village, outcome] for outcome in outcomes]) for village in villages]
    sums = _summed([sum(counts[village, outcome] for village in villages) for outcome in outcomes])
    return Report(
        name="visits",
        title=_(_TITLES[period.kind], unit=unit, period=period),
        unit=unit,
        period=f"{period.first}..{period.last}",
        made_on=made_on.isoformat(),
        above=(
            _("Reporting unit (seal): {unit}", unit=unit),
            _("Days: {first} to {last}", first=period.first, last=period.last),
            _("Counted in: visits"),
        ),
        places=_("Village"),
        columns=(*(_column(outcome) for outcome in outcomes), Column(_("Total"), _("Total"))),
        codes=tuple(_printable(village or "") for village in villages),
        rows=tuple(
            (names.get(village or "") or _unknown(village), row)
            for village, row in zip(villages, rows, strict=True)
        ),
        total=(_("Total"), sums),
        checks=(
            _equal(_("Sum of all outcomes = visits in the period"), sum(sums[:-1]), inside),
            _equal(_("Sum of all villages = visits in the period"), sum(row[-1] for row in rows), inside),
            _equal(
                _("Visits in the period + visits outside it = all visit records"),
                inside + outside,
                everything,
            ),
        ),
        notes=(
            _("Visit records outside the period: {count}.", count=outside),
            _("Visits without a certain date, counted on the day of their record: {count}.", count=undated),
            _("In conflict: the outcome was recorded in different ways, and a person has yet to decide."),
            _("Declined is a neutral figure: declining has no consequence, and there is no target for it."),
            _("Only for arranging services; not for penalties or for rating persons or villages."),
            _(
                "State of the records: {state}. fieldkit {version}.",
                state=tables.state()[:8],
                version=__version__,
            ),
        ),
        footer=(
            _("Head of the unit (signature)") + _BLANK,
            _("Head of statistics") + _BLANK,
            _("Filled in by") + _BLANK,
            _("Telephone") + _BLANK,
            _(
                "Reported on {year}-{month}-{day}",
                year=made_on.year,
                month=made_on.month,
                day=made_on.day,
            ),
        ),
    )


def _date(record: Record) -> date | None:
    """The day of a visit, None where it is missing, in conflict or no date."""
    try:
        return date.fromisoformat(answer(record, "date") or "")
    except ValueError:
        return None


def _others(found: Iterable[Code], known: Collection[Code]) -> list[Code]:
    """The codes that are not known, in their order; none given and in conflict come last."""
    return sorted(set(found) - set(known), key=lambda code: (code is None, not code, code or ""))


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
    return Column(_unknown(outcome), _printable(outcome) or _("Blank"))


def _unknown(code: Code) -> str:
    """What stands for a code that no list has a name for."""
    if code is None:
        return _("In conflict")
    return _("{code} (not in the list)", code=_printable(code)) if code else _("Not given")


def _printable(code: str) -> str:
    """A code that someone else wrote, without anything that would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in code)
