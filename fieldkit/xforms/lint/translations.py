"""What the sheets of an XLSForm leave out: words in one language that another has, lists nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.sheets import Sheets, read_sheets

_SHEETS = ("survey", "choices")
_ALIKE = 0.84
_USES = re.compile(
    r"^\s*(?:select_one|select_multiple|select1|select|rank)(?:_external)?\s+(?:from\s+)?(\S+)", re.IGNORECASE
)


def sheet_findings(path: Path) -> Iterator[FormProblem]:
    """What stands out in the sheets of the file at `path`."""
    try:
        sheets = read_sheets(path)
    except FormError:
        return
    for sheet in _SHEETS:
        yield from _untranslated(sheets, sheet)
    yield from _unused(sheets)
    yield from _misspelt(sheets)


def _untranslated(sheets: Sheets, sheet: str) -> Iterator[FormProblem]:
    languages: dict[str, list[str]] = {}
    for column in sorted(sheets.columns(sheet)):
        kind, separator, _language = column.partition("::")
        if separator and not kind.startswith(("bind", "body", "instance")):
            languages.setdefault(kind, []).append(column)
    if not _cell(sheets.rows["settings"][0], "default_language"):
        for kind in languages.keys() & sheets.columns(sheet):
            languages[kind].append(kind)
    for line, row in _rows(sheets, sheet):
        for columns in languages.values():
            said = [column for column in columns if _cell(row, column)]
            for column in columns if said else ():
                if not _cell(row, column):
                    yield FormProblem(
                        sheet,
                        line,
                        column,
                        phrase(
                            N_("{column} has words here and this has none; translate them"), column=said[0]
                        ),
                    )


def _unused(sheets: Sheets) -> Iterator[FormProblem]:
    written = " ".join(str(cell) for _line, row in _rows(sheets, "survey") for cell in row.values())
    used = {
        match.group(1) for _line, row in _rows(sheets, "survey") if (match := _USES.match(_cell(row, "type")))
    }
    told: set[str] = set()
    for line, row in _rows(sheets, "choices"):
        name = _cell(row, "list_name") or _cell(row, "list name")
        if name and name not in used | told and f"'{name}'" not in written and f'"{name}"' not in written:
            told.add(name)
            yield FormProblem(
                "choices",
                line,
                "list_name",
                phrase(N_("nothing uses the list {name}; take it out or use it"), name=name),
            )


def _misspelt(sheets: Sheets) -> Iterator[FormProblem]:
    """Columns that nothing reads and whose names are nearly those of others."""
    from pyxform.aliases import settings_header, survey_header
    from pyxform.question import MultipleChoiceQuestion
    from pyxform.survey import Survey

    survey = {*survey_header, *MultipleChoiceQuestion.get_slot_names(), "guidance_hint", "repeat_count"}
    for sheet, known in (("survey", survey), ("settings", {*settings_header, *Survey.get_slot_names()})):
        for column in sorted(sheets.columns(sheet)):
            name = "_".join(column.partition("::")[0].split()).lower()
            like = (
                get_close_matches(name, known, 1, _ALIKE) if name not in known and name.isidentifier() else []
            )
            if like and not name[-1].isdigit():
                yield FormProblem(
                    sheet,
                    None,
                    column,
                    phrase(
                        N_("nothing reads the column {column}; is it {other}?"), column=column, other=like[0]
                    ),
                )


def _rows(sheets: Sheets, sheet: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return zip(sheets.lines.get(sheet, []), sheets.rows.get(sheet, []), strict=True)


def _cell(row: Mapping[str, Any], column: str) -> str:
    return str(row.get(column) or "").strip()
