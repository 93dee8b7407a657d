"""Counts of a period, for the township and each village: what reports show.

figures = Figures(facts, made, places)
figures.of(measure, period)              {"": Figure(161, 237), "990101100001": Figure(24, 33), …}, as they are
figures.shown(indicator, measure, …)     the same with small counts hidden: what may be printed
figures.behind(count, period, village)   the ids of the records that were counted
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from statistics import median

from fieldkit.places import Place
from fieldkit.privacy.suppression import hidden, is_small
from fieldkit.report.conditions import Always, Row, Test, number_of
from fieldkit.report.counts import Count, How, Indicator, Made, Measure
from fieldkit.report.facts import Facts
from fieldkit.report.periods import Period

TOWN = ""
"""The township among the codes of villages."""
_AFTER = "\uffff"
"""Sorts behind every day."""

_TWINS = (("n", "rest"), ("rest", "n"))
"""What is counted and what is not: with what both are of, each tells the other."""

Value = Decimal | None
"""A count, a sum, a mean or a median; None of nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of one place. n: its count, None for a mean or median of nothing. of: what of, None where it is of nothing.

    is_small: hidden since it, or what it is of, is from 1 to 4; is_cover: hidden since it would tell such a count.
    """

    n: Value
    of: Value = None
    is_small: bool = False
    is_cover: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether it may not be shown."""
        return self.is_small or self.is_cover

    @property
    def share(self) -> Decimal | None:
        """The one divided by the other; None where there is nothing to divide by."""
        return self.n / self.of if self.n is not None and self.of else None


class Figures:
    """The figures of some facts. made: the tables that are made of others, by name."""

    def __init__(self, facts: Facts, made: Mapping[str, Made], places: Sequence[Place]) -> None:
        self.facts = facts
        self.places = places
        self._made = made
        self._tables: dict[tuple[str, Period | None], Sequence[dict[str, str]]] = {}
        self._by_day: dict[tuple[str, str], tuple[list[str], list[dict[str, str]]]] = {}
        self._keys = lru_cache(maxsize=None)(self._keys_of)
        self.values = lru_cache(maxsize=None)(self._values)

    def of(self, measure: Measure, period: Period) -> dict[str, Figure]:
        """The figures of a measure by village, and of the township; villages only where it is told of them."""
        above = self.values(measure.numerator, period)
        below = self.values(measure.denominator, period) if measure.denominator else None
        codes = [TOWN, *(place.code for place in self.places)] if measure.by_village else [TOWN]
        nothing = None if measure.numerator.how in {How.MEAN, How.MEDIAN} else Decimal(0)
        return {
            code: Figure(above.get(code, nothing), None if below is None else below.get(code, Decimal(0)))
            for code in codes
        }

    def shown(
        self, indicator: Indicator, measure: Measure, period: Period, before: Period | None = None
    ) -> dict[str, Figure]:
        """As `of`, with what may not be shown marked.

        before: the part of `period` that has been reported already, where it grows: then what is new in it, which whoever
        has the earlier report can work out, may be no small count either.
        """
        found = self.of(measure, period)
        if not indicator.suppressed:
            return found
        if measure.numerator.how in {How.MEAN, How.MEDIAN}:
            return self._of_enough(measure, period, found)
        views = self._views(measure, period, before)
        told = views[1:]
        if measure.within:
            [whole] = [each for each in indicator.measures if each.id == measure.within]
            wholes = self._views(whole, period, before)
            told += [_minus(more, less) for more, less in zip(wholes, views, strict=True)]
        gone, small = _hidden(found, {code for each in told for code in _hidden(each)[0]})
        return {
            code: replace(each, is_small=code in small, is_cover=code in gone - small)
            for code, each in found.items()
        }

    def _views(self, measure: Measure, period: Period, before: Period | None) -> list[Mapping[str, Figure]]:
        """A measure, and what is new in it since an earlier report."""
        found = self.of(measure, period)
        return [found] if before is None else [found, _minus(found, self.of(measure, before))]

    def _of_enough(self, measure: Measure, period: Period, found: Mapping[str, Figure]) -> dict[str, Figure]:
        """A mean or median of a few is what each of them was."""
        rows = self._counted(measure.numerator, period)
        counts = Counter(row["village"] for row in rows if row["village"]) | Counter({TOWN: len(rows)})
        return {code: replace(each, is_small=is_small(counts[code])) for code, each in found.items()}

    def behind(self, count: Count, period: Period, village: str = TOWN) -> list[str]:
        """The ids of the records whose rows were counted, each once, in their order."""
        rows = self._counted(count, period)
        return sorted({row["record_id"] for row in rows if village in {TOWN, row["village"]}} - {""})

    def strays(self, count: Count, period: Period) -> list[str]:
        """The ids of the records that were counted for the township and for no village of the list."""
        known = {place.code for place in self.places}
        return sorted(
            {row["record_id"] for row in self._counted(count, period) if row["village"] not in known} - {""}
        )

    def rows(self, table: str, period: Period) -> Sequence[dict[str, str]]:
        """The rows of a table, whatever their day."""
        made = self._made.get(table)
        key = (table, period if made else None)
        if key not in self._tables:
            self._tables[key] = list(made.make(self.facts, period)) if made else self.facts.rows(table)
        return self._tables[key]

    def _values(self, count: Count, period: Period) -> dict[str, Value]:
        rows = self._counted(count, period)
        if count.how is How.ROWS:
            numbers = Counter(row["village"] for row in rows)
            told: dict[str, Value] = {code: Decimal(each) for code, each in numbers.items() if code}
            return told | ({TOWN: Decimal(len(rows))} if rows else {})
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[row["village"]].append(row)
        values = {code: _value(count, each) for code, each in found.items() if code}
        return values | ({TOWN: _value(count, rows)} if rows else {})

    def _counted(self, count: Count, period: Period) -> list[Row]:
        tests: list[Test] = []
        if not isinstance(count.where, Always):
            tests.append(count.where.test(period.last))
        among = self._keys(count.among[1], period) if count.among else frozenset()
        others = self._keys(count.not_among[1], period) if count.not_among else frozenset()
        if count.among:
            name = count.among[0]
            tests.append(lambda row: row[name] in among)
        if count.not_among:
            other = count.not_among[0]
            tests.append(lambda row: row[other] not in others)
        rows: Iterable[Row] = self._on(count, period)
        for test in tests:
            rows = filter(test, rows)
        return list(rows)

    def _on(self, count: Count, period: Period) -> Sequence[dict[str, str]]:
        """The rows of a count's table whose day lies in the period."""
        if not count.on:
            return self.rows(count.table, period)
        if count.table in self._made:
            first, last = period.first.isoformat(), period.last.isoformat()
            return [row for row in self.rows(count.table, period) if first <= row[count.on][:10] <= last]
        key = (count.table, count.on)
        if key not in self._by_day:
            rows = sorted(self.rows(count.table, period), key=lambda row: row[count.on])
            self._by_day[key] = [row[count.on] for row in rows], rows
        days, rows = self._by_day[key]
        return rows[
            bisect_left(days, period.first.isoformat()) : bisect_right(days, period.last.isoformat() + _AFTER)
        ]

    def _keys_of(self, count: Count, period: Period) -> frozenset[str]:
        return frozenset(row[count.of] for row in self._counted(count, period)) - {""}


def _value(count: Count, rows: Sequence[Row]) -> Value:
    match count.how:
        case How.ROWS:
            return Decimal(len(rows))
        case How.DIFFERENT:
            return Decimal(len({row[count.of] for row in rows} - {""}))
    numbers = [number for row in rows if (number := number_of(row[count.of])) is not None]
    match count.how:
        case How.SUM:
            return sum(numbers, Decimal(0))
        case How.MEAN:
            return sum(numbers, Decimal(0)) / len(numbers) if numbers else None
        case _:
            return median(numbers) if numbers else None


def _hidden(figures: Mapping[str, Figure], also: Collection[str] = ()) -> tuple[set[str], set[str]]:
    """The places whose figures must be hidden, and those of them that are small themselves; `also`: places whose figures tell
    of something else that must be.

    Of each place the count, what it is of, and the rest may tell of people; the township's are the sums of the villages'.
    """
    counts: dict[tuple[str, str], int] = {}
    for code, each in figures.items():
        counts[code, "n"] = int(each.n or 0)
        if each.of is not None:
            counts[code, "of"] = int(each.of)
            counts[code, "rest"] = max(0, int(each.of - (each.n or 0)))
    villages = [code for code in figures if code != TOWN]
    sums = [[(TOWN, part), *((code, part) for code in villages)] for part in ("n", "of", "rest")]
    twins = {
        (code, part): (code, other) for code in figures for part, other in _TWINS if (code, other) in counts
    }
    gone = hidden(
        counts, [each for each in sums if len(each) > 1], twins, [key for key in counts if key[0] in also]
    )
    small = {code for (code, part), count in counts.items() if part != "rest" and is_small(count)}
    return {code for code, _part in gone}, small


def _minus(more: Mapping[str, Figure], less: Mapping[str, Figure]) -> Mapping[str, Figure]:
    """What the first figures have beyond the second, place by place."""
    return {
        code: Figure(_less(each.n, less[code].n), _less(each.of, less[code].of))
        for code, each in more.items()
    }


def _less(value: Value, other: Value) -> Value:
    return None if value is None else value - (other or 0)
