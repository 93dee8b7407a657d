"""`fieldkit office tables`: the flat tables for SQL, spreadsheets and notebooks."""

from __future__ import annotations

import argparse

from fieldkit.cli.common import Verbs, open_office, show
from fieldkit.i18n import _


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to those of the office."""
    verb = actions.add_parser(
        "tables", parents=[common], help=_("bring the flat tables for SQL and spreadsheets up to date")
    )
    verb.add_argument("--rebuild", action="store_true", help=_("write them anew from every record"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Bring them up to date and list them."""
    from fieldkit.office.roles import Act

    office = open_office(options, Act.REPORT)
    try:
        kept = office.keep_tables(anew=options.rebuild)
    finally:
        office.close()
    done = kept.done
    tables = [
        {
            "table": table.name,
            "form": table.form,
            "repeat": table.repeats[-1] if table.repeats else None,
            "columns": [*table.fixed, *(name for column in table.columns for name in column.names)],
            "rows": rows,
        }
        for table, rows in kept.tables
    ]
    data = {"tables": tables, "written": done.written, "removed": done.removed, "rebuilt": done.rebuilt}
    lines = [
        _(
            "{written} {written:record|records} written, {removed} taken out",
            written=done.written,
            removed=done.removed,
        )
    ]
    for table, rows in kept.tables:
        lines += ["", _("{table}: {rows} {rows:row|rows}", table=table.name, rows=rows)]
        lines.append("  " + " ".join(column.name for column in table.columns))
    show(options, data, "\n".join(lines))
    return 0
