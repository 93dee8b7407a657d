"""Where things stand in the sheets of an XLSForm: the row of each node, and the place a message of pyxform's means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.reading import Place
from fieldkit.xforms.sheets import Sheets

_ALIASES = {"command": "type", "tag": "name", "value": "name"}
_ENTITY = {"@id": "entity_id", "@create": "create_if", "@update": "update_if", "label": "label"}
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_QUOTED = re.compile(r"['\"‘“]([\w:]+)['\"’”]")
_BRACKETED = re.compile(r"\[([^\]:]+)\]")
_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_SHEETS = ("choices", "settings", "entities", "survey")
_MEANT = {"Choice names": "choices", "Cannot omit instanceID": "settings"}
"""What messages that name no sheet begin with."""
_ABOUT = (
    ("could not find the name", N_("{unknown_name}")),
    ("there is no survey element named", N_("{unknown_name}")),
    ("reference variable", N_("{reference}")),
    ("multiple survey elements named", N_("{reference}")),
    ("unmatched 'begin", N_("{unmatched}")),
    ("unmatched 'end", N_("{unmatched}")),
    ("unknown question type", N_("{unknown_type}")),
    ("rank list", N_("{no_list}")),
    ("list name not in", N_("{no_list}")),
    ("no choices", N_("{no_list}")),
    ("choices sheet", N_("{no_list}")),
    ("must be unique", N_("{same_name}")),
    ("must unique", N_("{same_name}")),
    ("case-insensitive match", N_("{same_name}")),
    ("duplicate", N_("{same_name}")),
    ("names must begin", N_("{bad_name}")),
    ("with no name", N_("{no_name}")),
    ("must have a name", N_("{no_name}")),
    ("no label", N_("{no_label}")),
    ("should have a label", N_("{no_label}")),
    ("language", N_("{untranslated}")),
    ("'parameters'", N_("{parameters}")),
    ("parameter ", N_("{parameters}")),
    ("header", N_("{headers}")),
    ("entit", N_("{entities}")),
    ("save_to", N_("{entities}")),
)
"""What is in a message of pyxform's, in small letters, and what such a message is about. Its English is its own; other
languages say what it means and how it is mended before they quote it.
"""


def problem_at(message: str, sheets: Sheets) -> FormProblem:
    """A message of pyxform's, with the sheet, row and column it speaks of."""
    meant = next((sheet for start, sheet in _MEANT.items() if start in message), "survey")
    sheet = next((name for name in _SHEETS if f"'{name}'" in message), meant)
    rows = sheets.lines.get(sheet, [])
    found = _ROW.search(message)
    row = None
    if found:
        ordinal = int(found.group(1)) - 2
        row = rows[ordinal] if 0 <= ordinal < len(rows) else int(found.group(1))
    else:
        row = _row_with(message, sheets, sheet)
    columns = sheets.columns(sheet)
    named = [word for word in _QUOTED.findall(message) if word in columns]
    column = named[0] if named else _column_of(message, sheets, sheet, row)
    words = _ROW.sub("", message).strip()
    about = next((about for sign, about in _ABOUT if sign in words.lower()), N_("{pyxform}"))
    return FormProblem(sheet, row, column, phrase(about, **{about.strip("{}"): words}))


def _row_with(message: str, sheets: Sheets, sheet: str) -> int | None:
    """The row of the first cell that is one of the words a message quotes."""
    words = {*_QUOTED.findall(message), *_BRACKETED.findall(message)[:1]}
    words |= {"rank"} if "'rank LIST'" in message else set()
    rows = zip(sheets.rows.get(sheet, []), sheets.lines.get(sheet, []), strict=True)
    return next((line for row, line in rows if words & {str(cell) for cell in row.values()}), None)


def _column_of(message: str, sheets: Sheets, sheet: str, row: int | None) -> str | None:
    """The column whose cell holds the reference or name the message quotes."""
    if row is None:
        return None
    cells = sheets.row_at(sheet, row)
    quoted = re.findall(r"\$\{[^}]*\}|'([^']+)'", message) + _BRACKETED.findall(message)[:1]
    for word in quoted + _REFERENCE.findall(message):
        for column, cell in cells.items():
            if word and word in str(cell):
                return column
    lowered = message.lower()
    for column in ("calculation", "relevant", "constraint", "name", "type", "label"):
        if column in lowered:
            return column
    return None


def survey_places(sheets: Sheets) -> Iterator[tuple[str, Place]]:
    """Each template path of the survey sheet with its row."""
    stack = [_root(sheets)]
    for row, line in zip(sheets.rows.get("survey", []), sheets.lines.get("survey", []), strict=True):
        cells = _plain(row)
        kind = re.sub(r"[\s_]+", " ", str(cells.get("type") or "")).strip().lower()
        name = str(cells.get("name") or "")
        if kind.startswith("end "):
            stack = stack[:-1] if len(stack) > 1 else stack
            continue
        if not name:
            continue
        yield "/" + "/".join([*stack, name]), ("survey", line, "")
        if kind.startswith("begin "):
            stack.append(name)


def made_places(sheets: Sheets, written: Mapping[str, Place]) -> Iterator[tuple[str, Place]]:
    """The template paths that pyxform adds of its own, with the cell each of them comes from."""
    for path, (sheet, line, _) in written.items():
        yield f"{path}_count", (sheet, line, "repeat_count")
        yield f"{path}_other", (sheet, line, "type")
    root, entities = f"/{_root(sheets)}", sheets.lines.get("entities", [])
    yield f"{root}/meta/instanceName", ("settings", sheets.lines["settings"][0], "instance_name")
    line = entities[0] if len(entities) == 1 else None
    groups = {path.rpartition("/")[0] for path in written}
    for above in groups if entities else ():
        for part, column in _ENTITY.items():
            yield f"{above}/meta/entity/{part}", ("entities", line, column)


def _root(sheets: Sheets) -> str:
    return str(_plain(sheets.rows["settings"][0]).get("name") or "data")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row by the plain names of its columns."""
    plain = (("_".join(column.split()).lower(), cell) for column, cell in row.items())
    return {_ALIASES.get(column, column): cell for column, cell in plain}
