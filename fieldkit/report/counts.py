"""What is counted, as data: a count of rows, a measure of one or two counts, an indicator of one or more measures (domain §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fieldkit.report.conditions import Always, Condition
from fieldkit.report.facts import Facts, Wanted
from fieldkit.report.periods import Period


class How(StrEnum):
    """What becomes of the rows: their number, the number of different answers, or the sum, mean or median of the answers."""

    ROWS = "rows"
    DIFFERENT = "different"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"


class Unit(StrEnum):
    """What a figure is in. PERCENT needs two counts; EACH is the one divided by the other."""

    PERCENT = "percent"
    NUMBER = "number"
    YUAN = "yuan"
    DAYS = "days"
    POINTS = "points"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of a table, or what their answers come to.

    table: a form, a repeat of one, or a table that is made (`Made`). on: the question whose day must lie in the period, "" for
    rows as they stand whatever their day. how, of: what becomes of them, and of which question. among: only rows whose answer
    to the first question is one that the other count's rows have to the question it counts; not_among: only others.
    """

    table: str
    where: Condition = field(default_factory=Always)
    on: str = ""
    how: How = How.ROWS
    of: str = ""
    among: tuple[str, Count] | None = None
    not_among: tuple[str, Count] | None = None

    @property
    def reads(self) -> dict[str, set[str]]:
        """Table → the questions that are read of it."""
        found = {self.table: {*self.where.reads, self.on, self.of} - {""}}
        for link in (self.among, self.not_among):
            if link is not None:
                found[self.table].add(link[0])
                for table, names in link[1].reads.items():
                    found.setdefault(table, set()).update(names)
        return found


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: a count, or one of another.

    id: of its indicator, and after a dot what tells it from the others: "I-02.declined". label: in English, for translation.
    by_village: whether it is told of a village; else of the township alone. neutral: a figure that nobody may set a
    target for. within: the id of the measure of the same indicator that it is a part of, both above and below the line:
    the two tell the remainder.
    """

    id: str
    label: str
    numerator: Count
    denominator: Count | None = None
    unit: Unit = Unit.PERCENT
    by_village: bool = True
    neutral: bool = False
    within: str = ""

    @property
    def indicator(self) -> str:
        """The id of its indicator."""
        return self.id.partition(".")[0]

    @property
    def counts(self) -> tuple[Count, ...]:
        """What it is made of."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as it is declared. Texts are in English, for translation.

    numerator, denominator: in words. population: whom or what it is about. period: which day decides. tier: the highest tier
    of what it reads, "P", "N" or "R". suppressed: counts from 1 to 4 are hidden, with what would tell them. source: where its
    definition comes from.
    """

    id: str
    label: str
    numerator: str
    denominator: str
    population: str
    period: str
    tier: str
    source: str
    measures: tuple[Measure, ...]
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A table that is made of others, where rows of several must be looked at together. reads: what of. make: of the facts
    and the period; its rows have "record_id", "village", "made_on" and whatever is counted.
    """

    name: str
    reads: Wanted
    make: Callable[[Facts, Period], Iterable[dict[str, str]]]


def wanted(counts: Iterable[Count], made: Mapping[str, Made]) -> dict[str, set[str]]:
    """What must be gathered for these counts."""
    found: dict[str, set[str]] = {}
    for count in counts:
        for table, names in count.reads.items():
            sources: Wanted = made[table].reads if table in made else {table: names}
            for source, each in sources.items():
                found.setdefault(source, set()).update(each)
    return found


def measures_of(indicators: Sequence[Indicator]) -> tuple[Measure, ...]:
    """All their measures, in order."""
    return tuple(measure for each in indicators for measure in each.measures)
