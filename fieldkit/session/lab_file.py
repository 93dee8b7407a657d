"""Reading what a laboratory sends: a workbook or a CSV, as rows of text, with its name and hash."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.lab_rows import Line
from fieldkit.xforms.plaintext import decoded, records_of_csv
from fieldkit.xforms.sheets import unpacks_to

_TEXT, _BOOK = frozenset({".csv", ".txt"}), frozenset({".xlsx", ".xlsm"})
_LARGEST = 20 << 20


@dataclass(frozen=True, slots=True)
class LabFile:
    """A laboratory's file. name: without its folder. sha256: of its bytes. lines: its rows."""

    name: str
    sha256: str
    lines: tuple[Line, ...]


def read_lab_file(path: Path) -> LabFile:
    """Read a workbook's first sheet (.xlsx) or a .csv in UTF-8, UTF-16 or GB 18030.

    Raises FieldkitError("medium.gone"), ("lab.unknown-format"), ("lab.unreadable").
    """
    kind = path.suffix.lower()
    if kind not in _TEXT | _BOOK:
        raise FieldkitError("lab.unknown-format", path=str(path))
    try:
        if path.stat().st_size > _LARGEST:
            raise FieldkitError("lab.too-large", path=str(path), megabytes=_LARGEST >> 20)
        content = path.read_bytes()
        lines = tuple(_of_book(content, path) if kind in _BOOK else _of_text(content))
    except FileNotFoundError as error:
        raise FieldkitError("medium.gone", path=str(path)) from error
    except (OSError, ValueError, csv.Error) as error:
        raise FieldkitError("lab.unreadable", path=str(path), reason=str(error)) from error
    return LabFile(path.name, hashlib.sha256(content).hexdigest(), lines)


def _of_text(content: bytes) -> Iterator[Line]:
    text = decoded(content)
    if "\t" in text.partition("\n")[0]:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter="\t"), 1)
        return
    yield from enumerate(records_of_csv(text), 1)


def _of_book(content: bytes, path: Path) -> Iterator[Line]:
    import openpyxl

    if unpacks_to(path):
        raise FieldkitError("lab.unreadable", path=str(path), reason="zip bomb")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(str(error)) from error
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # programs of laboratories often write them wrongly
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    """A cell as text: numbers without the point that spreadsheets give them, and without the apostrophe that marks text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().removeprefix("'").removeprefix("’")
