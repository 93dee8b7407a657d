"""Reading the sheets of an XLSForm from any file people keep them in: rows of cells, with their line numbers."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.plaintext import cells_of_csv, cells_of_markdown, decoded, rows_by_sheet

SHEETS = ("survey", "choices", "settings", "entities", "external_choices", "osm")
SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls"})
TEXT = frozenset({".csv", ".md"})
YAML = frozenset({".yaml", ".yml"})
XML = frozenset({".xml"})
_FORM_ID = frozenset({"form_id", "set_form_id", "id_string"})
_LARGEST = 100 << 20
_PLAIN = 4 << 20
_DENSEST = 200
"""A part of a workbook above `_PLAIN` bytes is packed to no less than this part of them by any spreadsheet."""
_DEEPEST = 8


@dataclass(slots=True)
class Sheets:
    """The sheets by name: `rows` are mappings of column to cell, `lines` the row of each in its file.

    In a spreadsheet a line is the sheet's own row number, in text (CSV, Markdown, YAML) the line of the file.
    `names`: the sheets as the file calls them, misspelt ones too.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def columns(self, sheet: str) -> set[str]:
        """Every column used in a sheet."""
        return {column for row in self.rows.get(sheet, []) for column in row}

    def row_at(self, sheet: str, line: int) -> dict[str, Any]:
        """The row that stands at `line`, {} if there is none."""
        lines = self.lines.get(sheet, [])
        return self.rows[sheet][lines.index(line)] if line in lines else {}

    def for_pyxform(self) -> dict[str, Any]:
        """The workbook as pyxform takes it."""
        book: dict[str, Any] = {name: [dict(row) for row in rows] for name, rows in self.rows.items()}
        for name in list(book):
            book[f"{name}_header"] = [dict.fromkeys(column for row in book[name] for column in row)]
        book["sheet_names"] = self.names
        return book


def read_sheets(path: Path) -> Sheets:
    """Read `.xlsx .xls .csv .md .yaml`. Raises FormError for an unknown kind or an unreadable file."""
    suffix = path.suffix.lower()
    if suffix in YAML:
        return _from_yaml(path)
    if suffix in TEXT:
        return _from_text(path)
    if suffix in SPREADSHEETS:
        return _from_spreadsheet(path)
    known = " ".join(sorted(SPREADSHEETS | TEXT | YAML | XML))
    message = phrase(
        N_("{path} is not a kind of form fieldkit knows. Save it as one of: {known}"),
        path=path.name,
        known=known,
    )
    raise FormError([FormProblem("", None, None, message)], str(path))


def _from_spreadsheet(path: Path) -> Sheets:
    from pyxform import xls2json_backends as backends

    _refuse_bomb(path)
    reader = backends.xls_to_dict if path.suffix.lower() == ".xls" else backends.xlsx_to_dict
    try:
        book = reader(str(path))
    except Exception as error:
        raise _unreadable(path, error) from error
    sheets = Sheets(names=list(book["sheet_names"]))
    for name in SHEETS:
        rows: Iterable[dict[str, Any]] = book.get(name) or []
        kept = [{column: cell for column, cell in row.items() if column and cell is not None} for row in rows]
        if kept:
            sheets.rows[name] = kept
            sheets.lines[name] = list(range(2, len(kept) + 2))
    return _with_survey(sheets, path)


def _from_text(path: Path) -> Sheets:
    read = cells_of_csv if path.suffix.lower() == ".csv" else cells_of_markdown
    try:
        found = rows_by_sheet(read(decoded(path.read_bytes())))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, error) from error
    sheets = Sheets(names=list(found))
    for written, rows in found.items():
        name = "survey" if len(found) == 1 else written.lower()
        if name in SHEETS and rows:
            sheets.rows[name] = [cells for _, cells in rows]
            sheets.lines[name] = [line for line, _ in rows]
    return _with_survey(sheets, path)


def _unreadable(path: Path, error: Exception) -> FormError:
    message = phrase(
        N_("cannot be read as {kind} ({error}). Open it in a spreadsheet and save it again"),
        kind=path.suffix,
        error=error,
    )
    return FormError([FormProblem(path.name, None, None, message)], str(path))


def _refuse_bomb(path: Path) -> None:
    """A workbook that unpacks to more than any form fills, or from next to nothing, is not opened."""
    size = unpacks_to(path)
    if size:
        message = phrase(
            N_(
                "this would unpack to {size} MB, which is no form (at most {most} MB of cells). Copy the sheets into a new workbook"
            ),
            size=size >> 20,
            most=_LARGEST >> 20,
        )
        raise FormError([FormProblem(path.name, None, None, message)], str(path))


def unpacks_to(path: Path) -> int:
    """The bytes of a workbook that unpacks to more than people write, or from next to nothing; 0 for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        return 0
    size = sum(part.file_size for part in parts)
    hollow = any(part.file_size > max(_PLAIN, _DENSEST * part.compress_size) for part in parts)
    return size if size > _LARGEST or hollow else 0


def _from_yaml(path: Path) -> Sheets:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = decoded(path.read_bytes())
        _refuse_depth(text, loader, path)
        top = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        message = phrase(N_("{problem}; check indentation and quotes here"), problem=error.problem)
        raise FormError([FormProblem(path.name, line, None, message)], str(path)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FormError(
            [FormProblem(path.name, None, None, phrase(N_("cannot be read as YAML: {error}"), error=error))],
            str(path),
        ) from error
    if not isinstance(top, yaml.MappingNode):
        message = phrase(N_("a form in YAML has sheets as its top-level keys: survey, choices, settings"))
        raise FormError([FormProblem(path.name, 1, None, message)], str(path))
    sheets = Sheets(names=[str(key.value) for key, _ in top.value])
    for key, node in top.value:
        _yaml_sheet(sheets, str(key.value), node, path)
    return _with_survey(sheets, path)


def _refuse_depth(text: str, loader: type, path: Path) -> None:
    """Sheets, rows and cells are three levels; thousands of them would overrun the stack of the YAML library."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            message = phrase(N_("this is nested too deeply; a form in YAML has sheets, rows and cells"))
            line = event.start_mark.line + 1 if event.start_mark else None
            raise FormError([FormProblem(path.name, line, None, message)], str(path))


def _yaml_sheet(sheets: Sheets, name: str, node: Any, path: Path) -> None:
    import yaml

    if name.startswith("_"):
        return
    line = node.start_mark.line + 1
    if name not in SHEETS:
        message = phrase(
            N_("{name!r} is not a sheet of XLSForm; known are {known}"), name=name, known=", ".join(SHEETS)
        )
        raise FormError([FormProblem(name, line, None, message)], str(path))
    rows: Sequence[Any] = [node] if isinstance(node, yaml.MappingNode) else node.value
    for row in rows:
        if not isinstance(row, yaml.MappingNode):
            message = phrase(
                N_("each entry of a sheet is a row: a mapping of column to cell, as in `- type: text`")
            )
            raise FormError([FormProblem(name, line, None, message)], str(path))
        cells: dict[str, str] = {}
        for column, cell in row.value:
            if str(column.value) in cells:
                message = phrase(N_("this column is given twice in one row; keep one of them"))
                place = FormProblem(name, column.start_mark.line + 1, str(column.value), message)
                raise FormError([place], str(path))
            cells[str(column.value)] = _cell(column, cell, name, path)
        sheets.rows.setdefault(name, []).append(
            {column: cell for column, cell in cells.items() if cell != ""}
        )
        sheets.lines.setdefault(name, []).append(row.start_mark.line + 1)


def _cell(column: Any, cell: Any, sheet: str, path: Path) -> str:
    """A cell's text as it is written; YAML's own reading of `yes`, `1.0` or dates is not wanted here."""
    import yaml

    if not isinstance(cell, yaml.ScalarNode):
        message = phrase(N_("a cell holds text; write it on one line, in quotes if it holds ': ' or '#'"))
        raise FormError([FormProblem(sheet, cell.start_mark.line + 1, str(column.value), message)], str(path))
    return "" if cell.tag == "tag:yaml.org,2002:null" else str(cell.value)


def _with_survey(sheets: Sheets, path: Path) -> Sheets:
    if not sheets.rows.get("survey"):
        message = phrase(
            N_("there is no survey sheet with rows; a form needs one with the columns type and name")
        )
        raise FormError([FormProblem("survey", None, None, message)], str(path))
    sheets.rows.setdefault("settings", [{}])
    sheets.lines.setdefault("settings", [2])
    settings = sheets.rows["settings"][0]
    if not any("_".join(column.split()).lower() in _FORM_ID for column in settings):
        settings["form_id"] = path.stem
    return sheets
