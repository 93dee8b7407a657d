"""The logic relations that the numbers of a report must satisfy (domain.md §3), as data, and what breaks them.

A relation that does not hold says where, and by the ids of records what to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldkit.i18n import N_, _
from fieldkit.report.conditions import Row, number_of
from fieldkit.report.counts import How, Measure, Unit
from fieldkit.report.document import Check
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN, Figures
from fieldkit.report.periods import Period
from fieldkit.report.wording import place_name

_NAMED = 3
"""How many records a broken relation names."""

OUTCOMES = frozenset({"done", "part", "nobody", "moved", "declined", "postponed", "notfound", "unsafe"})
"""What may come of a visit (domain.md F2)."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What every row of a table must satisfy whose day lies in the period. text: in English, for translation. reads: questions."""

    text: str
    table: str
    on: str
    reads: frozenset[str]
    holds: Callable[[Row], bool]


def _sum_of(row: Row, names: Iterable[str]) -> Decimal:
    return sum((number_of(row[name]) or Decimal(0) for name in names), Decimal(0))


def _equal(left: str, *right: str) -> Callable[[Row], bool]:
    return lambda row: not row[left] or _sum_of(row, (left,)) == _sum_of(row, right)


def _at_most(left: str, right: str) -> Callable[[Row], bool]:
    return lambda row: not row[left] or not row[right] or _sum_of(row, (left,)) <= _sum_of(row, (right,))


def _is_sent(row: Row) -> bool:
    return not row["samples_sent"] or _sum_of(row, ("samples_sent", "void")) == _sum_of(row, ("cx_sampled",))


def _is_counted(row: Row) -> bool:
    return not row["arrived"] or _sum_of(row, ("arrived",)) >= _sum_of(row, ("registered", "declined"))


RELATIONS: Sequence[Relation] = (
    Relation(
        N_(
            "Visits done + partly done + nobody home + moved + declined + postponed + not found + unsafe = visits attempted"
        ),
        "visit",
        "date",
        frozenset({"outcome"}),
        lambda row: row["outcome"] in OUTCOMES,
    ),
    Relation(
        N_("Screening days: arrived ≥ registered + left before that"),
        "scr_event",
        "date",
        frozenset({"arrived", "registered", "declined"}),
        _is_counted,
    ),
    Relation(
        N_("Screening days: registered = eligible + deferred + ineligible"),
        "scr_event",
        "date",
        frozenset({"registered", "eligible", "deferred", "ineligible"}),
        _equal("registered", "eligible", "deferred", "ineligible"),
    ),
    Relation(
        N_("Screening days: sampled ≤ eligible"),
        "scr_event",
        "date",
        frozenset({"cx_sampled", "eligible"}),
        _at_most("cx_sampled", "eligible"),
    ),
    Relation(
        N_("Screening days: samples sent = sampled - void"),
        "scr_event",
        "date",
        frozenset({"samples_sent", "cx_sampled", "void"}),
        _is_sent,
    ),
    Relation(
        N_("Payments made = payments with the day they were made"),
        "payment",
        "due_on",
        frozenset({"status", "paid_on"}),
        lambda row: (row["status"] == "paid") == bool(row["paid_on"]),
    ),
    Relation(
        N_("Requests done = requests with the time they were done"),
        "request",
        "date",
        frozenset({"status", "done_at"}),
        lambda row: row["status"] != "done" or bool(row["done_at"]),
    ),
    Relation(
        N_("Village issues: found ≤ solved, as days"),
        "issue",
        "date",
        frozenset({"closed_on"}),
        lambda row: not row["closed_on"] or row["date"] <= row["closed_on"],
    ),
)


def reads() -> Wanted:
    """What they look at."""
    found: dict[str, set[str]] = {}
    for each in RELATIONS:
        found.setdefault(each.table, set()).update(each.reads, {each.on})
    return found


def checks(
    figures: Figures, period: Period, so_far: Period, numbers: Mapping[str, int], measures: Iterable[Measure]
) -> tuple[Check, ...]:
    """Every relation, whether it holds, and where it does not what to look at. numbers: of the measures in the report."""
    known = tuple(measures)
    return (
        *(_of_rows(figures, period, each) for each in RELATIONS),
        _parts_of_wholes(figures, period, numbers, known),
        _sums_of_villages(figures, period, numbers, known),
        _grows(figures, period, so_far, numbers, known),
    )


def _of_rows(figures: Figures, period: Period, relation: Relation) -> Check:
    first, last = period.first.isoformat(), period.last.isoformat()
    rows = [row for row in figures.rows(relation.table, period) if first <= row[relation.on][:10] <= last]
    broken = [row for row in rows if not relation.holds(row)]
    names = {place.code: place_name(place) for place in figures.places}
    there = {row["village"] for row in broken}
    where = [name for code, name in names.items() if code in there]
    return _check(_(relation.text), where, [row["record_id"] for row in broken], passed=not broken)


def _parts_of_wholes(
    figures: Figures, period: Period, numbers: Mapping[str, int], measures: Sequence[Measure]
) -> Check:
    lines, records = [], set[str]()
    for measure in measures:
        whole = measure.denominator
        if measure.unit != Unit.PERCENT or whole is None or whole.table != measure.numerator.table:
            continue
        if any((each.n or 0) > (each.of or 0) for each in figures.of(measure, period).values()):
            lines.append(_line(measure, numbers))
            records |= set(figures.behind(measure.numerator, period)) - set(figures.behind(whole, period))
    text = _("Every share of one list: part ≤ whole, for the township and each village")
    return _check(text, lines, records, passed=not lines)


def _sums_of_villages(
    figures: Figures, period: Period, numbers: Mapping[str, int], measures: Sequence[Measure]
) -> Check:
    lines, records = [], set[str]()
    for measure in measures:
        if not measure.by_village or measure.numerator.how not in {How.ROWS, How.SUM}:
            continue
        found = figures.of(measure, period)
        parts = [each for code, each in found.items() if code != TOWN]
        total = found[TOWN]
        if total.n != sum(each.n or 0 for each in parts):
            lines.append(_line(measure, numbers))
            records |= set(figures.strays(measure.numerator, period))
    return _check(_("Every count: total = sum of the villages"), lines, records, passed=not lines)


def _grows(
    figures: Figures,
    period: Period,
    so_far: Period,
    numbers: Mapping[str, int],
    measures: Sequence[Measure],
) -> Check:
    lines = []
    for measure in measures:
        if measure.numerator.on and measure.numerator.how in {How.ROWS, How.SUM}:
            month, year = figures.of(measure, period)[TOWN].n, figures.of(measure, so_far)[TOWN].n
            if (month or 0) > (year or 0):
                lines.append(_line(measure, numbers))
    return _check(_("Every count of days: this month ≤ this year so far"), lines, (), passed=not lines)


def _line(measure: Measure, numbers: Mapping[str, int]) -> str:
    return _("line {number}", number=numbers[measure.id])


def _check(text: str, where: Sequence[str], records: Iterable[str], *, passed: bool) -> Check:
    if passed:
        return Check(text, passed=True)
    named = sorted(set(records))
    words = [text, *where, *named[:_NAMED]]
    if len(named) > _NAMED:
        words.append(_("and {count} more {count:record|records}", count=len(named) - _NAMED))
    return Check(_("; ").join([*words, _("what to look at: fieldkit office checks")]), passed=False)
