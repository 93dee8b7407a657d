"""What `office.toml` says of reports."""

from __future__ import annotations

from pathlib import Path

from sync.office_facts import read_facts

MONTH_ENDS = "month_ends"
"""The line of `office.toml` that says on which day a month of reports ends."""
_LATEST = 28


def month_ends(folder: Path) -> int:
    """The day (1 to 28) on which a month of reports ends, 0 for the calendar month, also where the line says anything else.

    Raises SyncError("archive.none").
    """
    said = read_facts(folder).get(MONTH_ENDS)
    return said if isinstance(said, int) and 0 < said <= _LATEST else 0
