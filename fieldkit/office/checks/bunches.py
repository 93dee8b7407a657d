"""What checks find in several records together: one number twice, a number that nobody registered, counts that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fieldkit.office.checks.records import TIE, basis_of
from fieldkit.office.checks.table import Check, CheckTable
from sync.derived import Gathering, Row

BETWEEN = "between"
"""The kind of rows that several records give together; each stands at the first of its records."""
FOUND = "found"


def gatherings(table: CheckTable) -> list[Gathering]:
    """How the rows of several records are made."""

    def make(state: str, rows: Sequence[Row]) -> Iterator[Row]:
        check_id, _colon, value = state.partition(":")
        check = table.checks.get(check_id)
        if check is not None:
            yield from _MAKERS[check.kind](check, state, value, rows)

    return [Gathering(BETWEEN, f"1 {table.version}", TIE, make)]


def _same(_check: Check, state: str, value: str, rows: Sequence[Row]) -> Iterator[Row]:
    """One value in more than one record."""
    if len(rows) > 1:
        yield _row(state, rows, {"value": value})


def _known(_check: Check, state: str, value: str, rows: Sequence[Row]) -> Iterator[Row]:
    """A value that no record gives."""
    if all(row.facts["role"] == "needs" for row in rows):
        yield _row(state, rows, {"value": value})


def _count(check: Check, state: str, value: str, rows: Sequence[Row]) -> Iterator[Row]:
    """A number that is told in one record, and not what the other records come to."""
    counted = sum(row.facts["role"] == "counted" for row in rows)
    for row in rows:
        said = row.facts.get("n", "")
        if row.facts["role"] == "says" and said.isdigit():
            differs = counted != int(said) if check.parameters["exactly"] == "yes" else counted > int(said)
            if differs:
                facts: dict[str, Any] = {"value": value, "said": int(said), "counted": counted}
                yield _row(state, [row], facts)


def _row(state: str, rows: Sequence[Row], facts: dict[str, Any]) -> Row:
    first = min(rows, key=lambda row: row.record)
    records = sorted(row.record for row in rows)
    facts |= {"form": first.facts["form"], "records": records}
    facts["basis"] = basis_of(sorted(facts.items()))
    return Row(first.record, state, FOUND, "", max(row.at for row in rows), facts)


_MAKERS = {"same": _same, "known": _known, "count": _count}
