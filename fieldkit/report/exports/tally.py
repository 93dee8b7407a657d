"""Counts of answers: one table, a line for each question, answer and village, small ones hidden wherever they are not for everybody.

Answers of tier P are counted as they are. Of those of the team, and of restricted ones, counts from 1 to 4 are hidden, with enough
others that nobody can work them out (`privacy.suppression`); contact is not counted at all. Numbers are bands, days months.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from fieldkit.fieldwork.quizzes import QUIZ
from fieldkit.i18n import LANGUAGES, N_, _, language
from fieldkit.places import Place
from fieldkit.privacy.leaving import KEPT, Way
from fieldkit.privacy.suppression import hidden, is_small
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.records import Record
from fieldkit.report.exports.columns import VILLAGE, Choice, Column, Row, Table, Value, export_tables
from fieldkit.report.exports.reasons import REASONS, SMALL
from fieldkit.report.exports.rows import Persons, RowsMaker, outermost
from fieldkit.report.records import RecordTables
from fieldkit.xforms import Form

_EDGES = (0, 1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
_MOST_TEXTS = 30
_ALL = ""
"""In the place of a village: all of them."""
_ROWS, _ANSWERED, _NONE = "rows", "answered", "none"
_NOT = "~"
"""Before a choice: who did not choose it."""
_WORDS = {
    _ROWS: N_("records, or rows of the repeat"),
    _ANSWERED: N_("has an answer"),
    _NONE: N_("no answer: not asked, or left empty"),
}
_COLUMNS = (
    ("of", N_("Table")), ("question", N_("Column")), ("asked", N_("Question")), ("answer", N_("Answer")),
    ("words", N_("Answer in words")), (VILLAGE, N_("Village, empty for all")), ("count", N_("Count")),
)  # fmt: skip

COUNTS_ONLY = frozenset({QUIZ})
"""Forms that were promised to leave as counts alone, all of them without small ones."""

Cell = tuple[str, str]
"""An answer and a village."""


class Tally:
    """Counts of one form. persons: pseudonyms of participants who are not counted."""

    def __init__(self, versions: Sequence[Form], places: Sequence[Place], secret: bytes) -> None:
        self._versions = versions
        self._places = places
        self._secret = secret
        self._specs = export_tables(versions, places, KEPT | (RESTRICTED - {"X"}))
        self._maker = RowsMaker(versions, self._specs, secret)
        self._counts: list[list[Counter[Cell]]] = [
            [Counter() for _column in each.columns] for each in self._specs
        ]
        self._rows: list[Counter[str]] = [Counter() for _spec in self._specs]
        self._village = _ALL
        self.told = self._maker.told

    @property
    def table(self) -> Table:
        """The one table it comes to."""
        villages = tuple(Choice(each.code, dict(each.names)) for each in self._places)
        columns = tuple(
            Column(
                name, name, Way.CODE if name == VILLAGE else Way.INTEGER if name == "count" else Way.TEXT,
                {code: _(label) for code in LANGUAGES}, f"{name}_missing", "P", {}, villages if name == VILLAGE else (),
            )
            for name, label in _COLUMNS
        )  # fmt: skip
        return Table("counts", {code: _("Counts") for code in LANGUAGES}, columns, fixed=())

    def read(self, tables: RecordTables, step: Callable[[str, int, int], None]) -> str:
        """Count every record of the form; give the state. Participants who do not want to be counted are found first."""
        count = 0
        form = self._versions[-1].id
        if outermost(self._versions, "pid"):
            others = Persons(tables.library, self._secret, self._maker.persons)
            tables.read(others.take)
        agreed = self._maker.persons

        def put(number: int, row: Row, person: str) -> None:
            if number < len(self._specs) and (not person or person not in agreed):
                self._add(number, row)

        def take(record: Record) -> None:
            nonlocal count
            count += 1
            step("reading", count, 0)
            if record.form == form:
                self._village = record.text(VILLAGE) or _ALL
                self._maker.take(record, put)

        return tables.read(take)

    def rows(self) -> Iterator[Row]:
        """The lines of the table."""
        villages = [_ALL, *(each.code for each in self._places)]
        for number, spec in enumerate(self._specs):
            base = self._rows[number]
            for village in villages:
                yield [spec.name, None, None, _ROWS, _(_WORDS[_ROWS]), village or None, str(base[village])]
            for at, column in enumerate(spec.columns):
                counts = _collapsed(column, self._counts[number][at])
                gone = (
                    frozenset[Cell]() if self._is_for_all(column) else _gone(column, counts, base, villages)
                )
                for said in _answers(column, counts):
                    for village in villages:
                        cell = (said, village)
                        shown: Value = [SMALL] if cell in gone else str(counts[cell])
                        yield [
                            spec.name, column.name, column.label[language()], said, _words(column, said), village or None, shown
                        ]  # fmt: skip

    def _is_for_all(self, column: Column) -> bool:
        """Whether every count of a question may be shown."""
        return column.tier == "P" and self._versions[-1].id not in COUNTS_ONLY

    def _add(self, number: int, row: Row) -> None:
        spec = self._specs[number]
        places = {_ALL, self._village}
        for place in places:
            self._rows[number][place] += 1
        values = row[len(spec.fixed) :]
        for column, counts, value in zip(spec.columns, self._counts[number], values, strict=True):
            for said in _said(column, value):
                for place in places:
                    counts[said, place] += 1


def _said(column: Column, value: Value) -> list[str]:
    """The answers a value counts as."""
    if value is None:
        return [_NONE]
    if isinstance(value, list):
        return list(value)
    match column.way:
        case Way.CODES:
            return value.split() or [_NONE]
        case Way.INTEGER | Way.DECIMAL:
            return [_band(Decimal(value))]
        case Way.PSEUDONYM:
            return [_ANSWERED]
        case _:
            return [value]


def _band(number: Decimal) -> str:
    """The band of a number: 0, 1-4, 5-9 …; what lies between two whole numbers belongs to the lower one."""
    at = bisect_right(_EDGES, number)
    if not at:
        return "<0"
    first = _EDGES[at - 1]
    if at == len(_EDGES):
        return f"{first}+"
    last = _EDGES[at] - 1
    return str(first) if first == last else f"{first}-{last}"


def _collapsed(column: Column, counts: Counter[Cell]) -> Counter[Cell]:
    """Calculated texts of many kinds are only counted as answered."""
    texts = {said for said, _village in counts} - {_NONE, *REASONS}
    if column.way is not Way.TEXT or len(texts) <= _MOST_TEXTS:
        return counts
    told: Counter[Cell] = Counter()
    for (said, village), count in counts.items():
        told[_ANSWERED if said in texts else said, village] += count
    return told


def _answers(column: Column, counts: Counter[Cell]) -> list[str]:
    """The answers of a question in their order: choices as the form has them, bands and months from the first, reasons, none."""
    listed = [each.value for each in column.choices]
    found = {said for said, _village in counts}
    others = sorted(found - {*listed, *REASONS, _NONE}, key=_from_first)
    return [*listed, *others, *(each for each in REASONS if each in found), _NONE]


def _from_first(said: str) -> tuple[int, str]:
    digits = said.lstrip("<").partition("-")[0].rstrip("+")
    return (int(digits) if digits.isascii() and digits.isdigit() and said[0] != "<" else -1, said)


def _gone(
    column: Column, counts: Counter[Cell], base: Counter[str], villages: Sequence[str]
) -> frozenset[Cell]:
    """The cells that must not be shown. Where a village has few rows nothing of it is: with their number known, zeros would
    tell what all of them answered.
    """
    answers = _answers(column, counts)
    several = column.way is Way.CODES
    cells = {(said, village): counts[said, village] for said in answers for village in villages}
    sums: list[list[Cell]] = [[(said, village) for village in villages] for said in answers]
    known = {(_ROWS, village): base[village] for village in villages}
    for village in villages:
        if several:
            for said in answers:
                cells[_NOT + said, village] = base[village] - counts[said, village]
                sums.append([(_ROWS, village), (said, village), (_NOT + said, village)])
        else:
            sums.append([(_ROWS, village), *((said, village) for said in answers)])
    few = {cell for cell in cells if is_small(base[cell[1]])}
    return frozenset(cell for cell in hidden({**cells, **known}, sums, also=few) if cell[0] in answers)


def _words(column: Column, said: str) -> str:
    words = {each.value: each.words[language()] for each in column.choices}
    if said in words:
        return words[said]
    told = _WORDS.get(said) or REASONS.get(said)
    return _(told) if told else said
