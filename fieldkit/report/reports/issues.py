"""Village issues that nobody had closed by the end of a period: things, never persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from fieldkit.i18n import N_, _
from fieldkit.privacy.leaks import masked
from fieldkit.report.conditions import NotAfter
from fieldkit.report.document import Cell, Column, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import Figures
from fieldkit.report.periods import Period
from fieldkit.report.wording import place_name

FORM = "issue"
READS: Wanted = {FORM: {"category", "text", "date", "due", "closed_on"}}

CATEGORIES: Mapping[str, str] = {
    "service": N_("How people are served"),
    "visit": N_("Visits"),
    "screening": N_("Screening and telling results"),
    "benefit": N_("Payments"),
    "openness": N_("What is posted"),
    "facility": N_("Rooms and facilities"),
    "supply": N_("Supplies and leaflets"),
    "data": N_("Data and devices"),
    "other": N_("Other"),
}
"""The kinds of the form, in its order."""


def open_issues(figures: Figures, period: Period) -> list[Mapping[str, str]]:
    """Those found and not closed by the last day, by village, then as they were found."""
    found, closed = NotAfter("date").test(period.last), NotAfter("closed_on").test(period.last)
    rows = [row for row in figures.facts.rows(FORM) if found(row) and not closed(row)]
    return sorted(rows, key=lambda row: (row["village"], row["date"], row["record_id"]))


def category(row: Mapping[str, str]) -> str:
    """The kind of an issue in the reader's language."""
    return _(CATEGORIES.get(row["category"], CATEGORIES["other"]))


def counted_by_kind(figures: Figures, period: Period) -> Table:
    """How many of which kind are open, for the township and the villages that have one."""
    rows = open_issues(figures, period)
    kinds = [code for code in CATEGORIES if any(row["category"] == code for row in rows)]
    counts = Counter((row["village"], row["category"]) for row in rows)
    sums = Counter(row["category"] for row in rows)
    there = {row["village"] for row in rows}
    lines: list[tuple[Cell, ...]] = [(_("Total"), *(sums[code] for code in kinds), len(rows))]
    for place in figures.places:
        if place.code in there:
            each = [counts[place.code, code] for code in kinds]
            lines.append((place_name(place), *each, sum(each)))
    return Table(
        heading=_("Open village issues by kind"),
        columns=(
            Column(_("Village"), is_text=True),
            *(Column(_(CATEGORIES[code])) for code in kinds),
            Column(_("Total")),
        ),
        rows=tuple(lines),
        sums=frozenset({0}),
    )


def listed(figures: Figures, period: Period) -> Table:
    """Each of them in its words; numbers of cards and telephones are masked."""
    names = {place.code: place_name(place) for place in figures.places}
    return Table(
        heading=_("Open village issues"),
        columns=(
            Column(_("Village"), is_text=True),
            Column(_("Kind"), is_text=True),
            Column(_("Found on"), is_text=True),
            Column(_("Due on"), is_text=True),
            Column(_("Problem"), is_text=True),
        ),
        rows=tuple(
            (
                names.get(row["village"], row["village"]),
                category(row),
                row["date"],
                row["due"],
                masked(row["text"]),
            )
            for row in open_issues(figures, period)
        ),
    )
