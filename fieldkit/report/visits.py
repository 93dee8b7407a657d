"""Visits by village and outcome. Declined is a neutral figure; there is no rate, no rank, no order by value."""

from __future__ import annotations

from datetime import date

from fieldkit.i18n import N_, _, language
from fieldkit.records import Record
from fieldkit.report.periods import Period
from fieldkit.report.table import Check, Report
from fieldkit.report.tables import RecordTables

FORM = "visit"
OUTCOMES = {
    "done": N_("Done"),
    "part": N_("Part"),
    "nobody": N_("Nobody"),
    "moved": N_("Moved"),
    "declined": N_("Declined"),
    "postponed": N_("Postponed"),
    "notfound": N_("Not found"),
    "unsafe": N_("Unsafe"),
}
_OPEN = N_("In conflict")
_OTHER = N_("Other")


def visits(tables: RecordTables, period: Period, *, unit: str, made_on: date) -> Report:
    """Count the visits of a period by village and outcome.

    A visit counts on its `date`; where that is missing or in conflict, on the day its record was made. One
    whose outcome is in conflict has a column of its own; an unknown village a row of its own: nothing is left
    out, so that the sums equal the number of visit records.
    """
    columns = [*OUTCOMES, _OTHER, _OPEN]
    codes = [place.code for place in tables.places()]
    counts: dict[str, dict[str, int]] = {code: dict.fromkeys(columns, 0) for code in codes}
    inside = outside = 0
    for record in tables.records(FORM):
        if not period.contains(_day(record)):
            outside += 1
            continue
        inside += 1
        village = record.text("village")
        row = counts.setdefault(village, dict.fromkeys(columns, 0))
        row[_column(record)] += 1
    used = [column for column in columns if column in OUTCOMES or any(row[column] for row in counts.values())]
    names = {place.code: place.name(language()) for place in tables.places()}
    rows = tuple(
        (names.get(code) or code or _("village unknown"), _with_sum(counts[code], used))
        for code in [*codes, *sorted(set(counts) - set(codes))]
    )
    sums = tuple(sum(column) for column in zip(*(row for _name, row in rows), strict=True))
    return Report(
        name="visits",
        title=_("Household visits by village and outcome, {period}", period=_name(period)),
        unit=unit,
        period=f"{period.first} – {period.last}",
        made_on=made_on.isoformat(),
        headers=(_("Village"), *(_(OUTCOMES.get(column, column)) for column in used), _("Total")),
        rows=rows,
        total=(_("Total"), sums),
        checks=(
            Check(
                _("Sum of outcomes {sum} = visit records in the period {count}", sum=sum(sums[:-1]), count=inside),
                sum(sums[:-1]) == inside,
            ),
            Check(
                _(
                    "In the period {inside} + outside it {outside} = visit records in the archive {all}",
                    inside=inside, outside=outside, all=inside + outside,
                ),
                sums[-1] + outside == inside + outside,
            ),
        ),
        notes=(
            _("Only for arranging services; not for penalties or for rating persons or villages."),
            _("State of the records: {state}", state=tables.state()[:16]),
        ),
    )  # fmt: skip


def _with_sum(row: dict[str, int], columns: list[str]) -> tuple[int, ...]:
    return (*(row[column] for column in columns), sum(row.values()))


def _column(record: Record) -> str:
    if any(path.rsplit("/", 1)[-1] == "outcome" for path in record.conflicts):
        return _OPEN
    outcome = record.text("outcome")
    return outcome if outcome in OUTCOMES else _OTHER


def _day(record: Record) -> date:
    try:
        return date.fromisoformat(record.text("date"))
    except ValueError:
        return record.made_on


def _name(period: Period) -> str:
    first, last = period.first, period.last
    if (
        first.day == 1
        and (first.year, first.month) == (last.year, last.month)
        and period.name == f"{first:%Y-%m}"
    ):
        return f"{first.year}年{first.month}月" if language() == "zh" else f"{first:%B} {first.year}"
    return period.name
