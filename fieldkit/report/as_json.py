"""A report as plain data, for `--json`."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from fieldkit.report.document import Blanks, Cell, Chart, Check, Document, Prose, Table


def facts(document: Document) -> dict[str, object]:
    """Everything that is printed, by name.

    A report of one table of counts also has its columns, its rows and its last sum at the top, as "columns", "rows" and "total".
    """
    tables = [part for part in document.parts if isinstance(part, Table)]
    found: dict[str, object] = {
        "name": document.name,
        "title": document.title,
        "unit": document.unit,
        "period": document.period,
        "made_on": document.made_on,
        "tables": [_table(table) for table in tables],
        "charts": [_chart(part) for part in document.parts if isinstance(part, Chart)],
        "prose": [
            {"heading": part.heading, "paragraphs": list(part.paragraphs)}
            for part in document.parts
            if isinstance(part, Prose)
        ],
        "blanks": [part.heading for part in document.parts if isinstance(part, Blanks)],
        "checks": _checks(check for table in tables for check in table.checks),
        "notes": [note for note in document.notes if note],
    }
    return found | (_counts(tables[0]) if len(tables) == 1 else {})


def _table(table: Table) -> dict[str, object]:
    return {
        "heading": table.heading,
        "columns": [column.header for column in table.columns],
        "rows": [[_plain(cell) for cell in row] for row in table.rows],
        "sums": sorted(table.sums),
        "checks": _checks(table.checks),
        "notes": list(table.notes),
    }


def _chart(chart: Chart) -> dict[str, object]:
    return {
        "heading": chart.heading,
        "bars": [
            {
                "label": bar.label,
                "value": _plain(bar.value),
                "text": bar.text,
                "expected": None if bar.mark is None else _plain(bar.mark),
            }
            for bar in chart.bars
        ],
    }


def _counts(table: Table) -> dict[str, object]:
    """The rows of a table of counts by their names, without the codes."""
    places = [
        place for place, column in enumerate(table.columns) if not column.is_text and not column.is_code
    ]
    names = [place for place, column in enumerate(table.columns) if column.is_text and not column.is_code]
    if (
        len(names) != 1
        or not places
        or any(isinstance(row[place], str) for row in table.rows for place in places)
    ):
        return {}
    rows = [
        {"name": row[names[0]], "counts": [_plain(row[place]) for place in places]}
        for number, row in enumerate(table.rows)
        if number not in table.sums
    ]
    found: dict[str, object] = {"columns": [table.columns[place].header for place in places], "rows": rows}
    return found | ({"total": _plain(table.rows[max(table.sums)][places[-1]])} if table.sums else {})


def _checks(checks: Iterable[Check]) -> list[dict[str, object]]:
    return [{"text": check.text, "passed": check.passed} for check in checks]


def _plain(cell: Cell) -> str | int | float:
    if not isinstance(cell, Decimal):
        return cell
    return float(cell) if cell.is_finite() else str(cell)
