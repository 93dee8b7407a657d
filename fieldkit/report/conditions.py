"""What a row must be like to be counted: small pieces of data that are put together, compared, and looked into.

A row is the answers of one record, or of one repeat of it, by the names of the questions; "" where there is none. Why an answer
is missing stands beside it under its name and a question mark: `row["sat_all?"] == "pns"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Protocol

from fieldkit.xforms.missing import Missing

Row = Mapping[str, str]
Test = Callable[[Row], bool]
WHY = "?"
"""What follows a question's name where the reason for a missing answer stands."""


class Condition(Protocol):
    """A condition on rows. `reads`: the questions it looks at."""

    @property
    def reads(self) -> frozenset[str]:
        """The names of the questions that it looks at."""
        ...

    def test(self, last: date) -> Test:
        """What tells of a row whether it holds, for a period that ends on a day."""
        ...


@dataclass(frozen=True, slots=True)
class Always:
    """Every row."""

    @property
    def reads(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def test(self, last: date) -> Test:
        """See Condition."""
        return lambda _row: True


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of these."""

    name: str
    values: frozenset[str]

    @property
    def reads(self) -> frozenset[str]:
        """Its question."""
        return frozenset({self.name})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, values = self.name, self.values
        return lambda row: row[name] in values


@dataclass(frozen=True, slots=True)
class Has:
    """There is an answer."""

    name: str

    @property
    def reads(self) -> frozenset[str]:
        """Its question."""
        return frozenset({self.name})

    def test(self, last: date) -> Test:
        """See Condition."""
        name = self.name
        return lambda row: bool(row[name])


@dataclass(frozen=True, slots=True)
class Missed:
    """The answer is missing for one of these reasons, any where none is named."""

    name: str
    why: frozenset[str] = frozenset(each.value for each in Missing)

    @property
    def reads(self) -> frozenset[str]:
        """Its question."""
        return frozenset({self.name})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, why = self.name + WHY, self.why
        return lambda row: row.get(name) in why


@dataclass(frozen=True, slots=True)
class Ticked:
    """Among several answers is one of these."""

    name: str
    values: frozenset[str]

    @property
    def reads(self) -> frozenset[str]:
        """Its question."""
        return frozenset({self.name})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, values = self.name, self.values
        return lambda row: not values.isdisjoint(row[name].split())


@dataclass(frozen=True, slots=True)
class NotAfter:
    """A day or a time has come by the end of another day; both are there. `than`: a question, or "" for the period's last day."""

    name: str
    than: str = ""

    @property
    def reads(self) -> frozenset[str]:
        """Its questions."""
        return frozenset({self.name, self.than} - {""})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, than, end = self.name, self.than, last.isoformat()
        if not than:
            return lambda row: "" < row[name][:10] <= end
        return lambda row: "" < row[name][:10] <= row[than][:10]


@dataclass(frozen=True, slots=True)
class Within:
    """A day is at most so many days after another one, or before it; both are there."""

    name: str
    of: str
    days: int

    @property
    def reads(self) -> frozenset[str]:
        """Its questions."""
        return frozenset({self.name, self.of})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, of, most = self.name, self.of, timedelta(days=self.days)

        def holds(row: Row) -> bool:
            day, start = day_of(row[name]), day_of(row[of])
            return day is not None and start is not None and day - start <= most

        return holds


@dataclass(frozen=True, slots=True)
class Lately:
    """A day lies in the years before the period's last day, that day included."""

    name: str
    years: int

    @property
    def reads(self) -> frozenset[str]:
        """Its question."""
        return frozenset({self.name})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, since, until = self.name, years_before(last, self.years).isoformat(), last.isoformat()
        return lambda row: since < row[name][:10] <= until


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most`, both included; either may be left open."""

    name: str
    least: float = float("-inf")
    most: float = float("inf")

    @property
    def reads(self) -> frozenset[str]:
        """Its question."""
        return frozenset({self.name})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, least, most = self.name, self.least, self.most

        def holds(row: Row) -> bool:
            try:
                return least <= float(row[name]) <= most
            except ValueError:
                return False

        return holds


@dataclass(frozen=True, slots=True)
class SameNumber:
    """Two answers are the same number, however each is written: 60 and 60.00; both are there."""

    name: str
    other: str

    @property
    def reads(self) -> frozenset[str]:
        """Its questions."""
        return frozenset({self.name, self.other})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, other = self.name, self.other

        def holds(row: Row) -> bool:
            number = number_of(row[name])
            return number is not None and number == number_of(row[other])

        return holds


@dataclass(frozen=True, slots=True)
class Aged:
    """Somebody born in that year reaches an age from `least` to `most` in the year that the period ends in."""

    name: str
    least: int
    most: int

    @property
    def reads(self) -> frozenset[str]:
        """Its question."""
        return frozenset({self.name})

    def test(self, last: date) -> Test:
        """See Condition."""
        name, years = self.name, {str(last.year - age) for age in range(self.least, self.most + 1)}
        return lambda row: row[name] in years


@dataclass(frozen=True, slots=True)
class Not:
    """A condition does not hold."""

    of: Condition

    @property
    def reads(self) -> frozenset[str]:
        """Its questions."""
        return self.of.reads

    def test(self, last: date) -> Test:
        """See Condition."""
        of = self.of.test(last)
        return lambda row: not of(row)


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these holds."""

    of: tuple[Condition, ...]

    @property
    def reads(self) -> frozenset[str]:
        """Their questions."""
        return _reads(self.of)

    def test(self, last: date) -> Test:
        """See Condition."""
        tests = [each.test(last) for each in self.of]

        def holds(row: Row) -> bool:
            for test in tests:  # noqa: SIM110 - a generator would cost as much as the conditions
                if not test(row):
                    return False
            return True

        return holds


@dataclass(frozen=True, slots=True)
class Any:
    """One of these holds."""

    of: tuple[Condition, ...]

    @property
    def reads(self) -> frozenset[str]:
        """Their questions."""
        return _reads(self.of)

    def test(self, last: date) -> Test:
        """See Condition."""
        tests = [each.test(last) for each in self.of]

        def holds(row: Row) -> bool:
            for test in tests:  # noqa: SIM110 - a generator would cost as much as the conditions
                if test(row):
                    return True
            return False

        return holds


def is_(name: str, *values: str) -> Is:
    """As `Is`."""
    return Is(name, frozenset(values))


def ticked(name: str, *values: str) -> Ticked:
    """As `Ticked`."""
    return Ticked(name, frozenset(values))


def both(*conditions: Condition) -> All:
    """As `All`."""
    return All(conditions)


def either(*conditions: Condition) -> Any:
    """As `Any`."""
    return Any(conditions)


def day_of(text: str) -> date | None:
    """The day of an ISO 8601 day or time, None where it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def number_of(text: str) -> Decimal | None:
    """The number that a text is, None where it is none, or endless."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def years_before(day: date, years: int) -> date:
    """The same day so many years before; the last of February for one that there was not."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _reads(conditions: Iterable[Condition]) -> frozenset[str]:
    return frozenset[str]().union(*(each.reads for each in conditions))
