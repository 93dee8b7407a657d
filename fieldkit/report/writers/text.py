"""A report as aligned plain text, for a terminal, a pipe or a typewriter font."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.cells import centred, fitted, joined, one_line, printable, width
from fieldkit.i18n import _, is_plain
from fieldkit.report.bars import bars
from fieldkit.report.document import Blanks, Chart, Document, Part, Prose, Table
from fieldkit.report.writers.text_table import table_lines

_CHART = 72
"""The widest a chart becomes."""
_INDENT = "    "
"""How far a paragraph begins: two characters."""


def to_text(document: Document, room: int = 80) -> str:
    """The report in lines of at most `room` cells.

    Headers are written out where they fit, else shortened and explained below; a table that is still too wide continues in a
    second one under it. Columns of codes are left out.
    """
    parts = [list(_part(part, room)) for part in document.parts]
    tables = [lines for part, lines in zip(document.parts, parts, strict=True) if isinstance(part, Table)]
    cells = max((width(line) for lines in tables for line in lines), default=room)
    lines = [
        *(centred(line, cells) for line in fitted(printable(document.title), room)),
        *_side_by_side(document.above, room, "    "),
    ]
    for number, part in enumerate(parts):
        lines += ["", *part] if number else part
    notes = [line for note in document.notes if note for line in fitted(printable(note), room)]
    if notes:
        lines += ["", *notes]
    return "\n".join([*lines, "", *_side_by_side(document.footer, room, "  ")])


def _part(part: Part, room: int) -> Iterator[str]:
    if part.heading:
        yield from fitted(printable(part.heading), room)
    match part:
        case Table():
            yield from table_lines(part, room)
            for text in part.below:
                yield from fitted(printable(text), room)
        case Prose():
            for paragraph in part.paragraphs:
                yield from fitted(_INDENT + printable(paragraph), room)
        case Chart():
            yield from bars(part, min(room, _CHART), plain=is_plain())
            if part.has_marks:
                yield from fitted(_("| stands at: {what}.", what=printable(part.marked)), room)
        case Blanks():
            yield from ["_" * room] * part.lines


def _side_by_side(texts: tuple[str, ...], room: int, between: str) -> list[str]:
    lines = joined([one_line(text) for text in texts], room, between=between)
    return [piece for line in lines for piece in fitted(line, room)]
