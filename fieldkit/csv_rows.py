"""Tables of an office's own: CSV in UTF-8 with the columns that are needed, whatever else they have."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from fieldkit.errors import FieldkitError


def csv_rows(path: Path, columns: Sequence[str], missing: str) -> list[dict[str, str]]:
    """The rows below the header, by column.

    Raises FieldkitError("list.unreadable"), and the one with the code `missing` where a column is, naming it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            rows = list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FieldkitError("list.unreadable", path=str(path), row=1, reason=str(error)) from error
    for column in columns:
        if column not in (table.fieldnames or ()):
            raise FieldkitError(missing, path=str(path), column=column, columns=", ".join(columns))
    return rows
