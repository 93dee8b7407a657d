"""What villages wrote that they need: one sentence for each window of three days."""

from __future__ import annotations

from collections.abc import Sequence

from fieldkit.i18n import _
from fieldkit.privacy.leaks import masked
from fieldkit.report.document import Column, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import Figures
from fieldkit.report.periods import Period
from fieldkit.report.wording import place_name

FORM = "three_day"
READS: Wanted = {FORM: {"first_day", "last_day", "need"}}


def needs(figures: Figures, period: Period) -> list[tuple[str, str, str]]:
    """Village, window and sentence of those whose window ends in a period, by village and day; numbers of cards and
    telephones are masked.
    """
    first, last = period.first.isoformat(), period.last.isoformat()
    names = {place.code: place_name(place) for place in figures.places}
    rows = [row for row in figures.facts.rows(FORM) if row["need"] and first <= row["last_day"] <= last]
    rows.sort(key=lambda row: (row["village"], row["last_day"], row["record_id"]))
    return [
        (
            names.get(row["village"], row["village"]),
            f"{row['first_day']}..{row['last_day']}",
            masked(row["need"]),
        )
        for row in rows
    ]


def needs_table(heading: str, found: Sequence[tuple[str, str, str]]) -> Table:
    """One in a row."""
    return Table(
        heading=heading,
        columns=(
            Column(_("Village"), is_text=True),
            Column(_("From and to"), is_text=True),
            Column(_("Support needed"), is_text=True),
        ),
        rows=tuple(found),
        notes=() if found else (_("No village wrote of a need."),),
    )
