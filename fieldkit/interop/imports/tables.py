"""Tables as exports have them: CSV files, alone, in a folder or zipped, and the sheets of a workbook; and the files beside them."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from fieldkit.errors import FieldkitError
from fieldkit.interop.imports.files import PACKED, Entry, files_in
from fieldkit.interop.imports.media import Media, media_in, media_of
from fieldkit.xforms.plaintext import decoded, records_of_csv
from fieldkit.xforms.sheets import unpacks_to

_TEXT, _BOOK = ".csv", frozenset({".xlsx", ".xlsm"})
_BESIDE = frozenset({"media", "attachments"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table. name: of the file without its ending, or of the sheet. rows: their numbers in the file and their cells."""

    name: str
    file: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Export:
    """An export: its tables, and the files that answers name."""

    tables: tuple[Table, ...]
    media: Media = field(default_factory=Media)


def read_export(path: Path, media: Path | None = None) -> Export:
    """Read an export: a `.csv`, a `.xlsx`, a `.zip` of CSV files, or a folder of them, with attachments in `media`. media: a folder
    or zip with attachments elsewhere.

    Raises FieldkitError("medium.gone"), ("import.unknown-kind"), ("import.unreadable"), ("import.locked"), ("import.no-tables").
    """
    try:
        found = _read(path)
    except FileNotFoundError as error:
        raise FieldkitError("medium.gone", path=str(path)) from error
    except (OSError, ValueError, csv.Error, zipfile.BadZipFile, NotImplementedError) as error:
        raise FieldkitError("import.unreadable", path=str(path), reason=str(error)) from error
    if not found.tables:
        raise FieldkitError("import.no-tables", path=str(path))
    return found if media is None else replace(found, media=media_in(media))


def _read(path: Path) -> Export:
    kind = path.suffix.lower()
    if path.is_dir() or kind == PACKED:
        return _of_files(files_in(path), deep=kind == PACKED)
    if kind == _TEXT:
        beside = path.parent / "media"
        return Export(
            (_of_csv(path.name, path.read_bytes()),), media_in(beside) if beside.is_dir() else Media()
        )
    if kind in _BOOK:
        return Export(tuple(_of_book(path)))
    if not path.exists():
        raise FileNotFoundError(path)
    raise FieldkitError("import.unknown-kind", path=str(path))


def _of_files(files: Mapping[str, Entry], *, deep: bool) -> Export:
    """The CSV files, in folders too where `deep`, and what lies in folders for media."""
    tables, media = [], dict[str, Entry]()
    for each, entry in files.items():
        name = PurePosixPath(each)
        if _BESIDE & set(name.parts[:-1]):
            media[each] = entry
        elif name.suffix.lower() == _TEXT and (deep or len(name.parts) == 1):
            tables.append(_of_csv(name.name, entry.read()))
    return Export(tuple(tables), media_of(media))


def _of_csv(name: str, content: bytes) -> Table:
    text = decoded(content)
    first = text.partition("\n")[0]
    if "\t" in first and "," not in first and ";" not in first:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    else:
        reader = records_of_csv(text)
        lines = list(reader)
    header, rows = _headed(list(enumerate(lines, 1)))
    return Table(name.removesuffix(name[-4:]), name, _encoding(content), header, rows)


def _encoding(content: bytes) -> str:
    """What `decoded` reads it as."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "GB 18030"
    return "UTF-8"


def _of_book(path: Path) -> Iterator[Table]:
    import openpyxl

    if unpacks_to(path):
        raise ValueError("zip bomb")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except KeyError as error:
        raise ValueError(str(error)) from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = [
                (number, [_cell(value) for value in row])
                for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
            ]
            header, found = _headed(rows)
            yield Table(sheet.title, f"{path.name} · {sheet.title}", "", header, found)
    finally:
        book.close()


def _cell(value: object) -> str:
    """A cell as XForms writes it: numbers without the point, days without the midnight, that spreadsheets give them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)


def _headed(
    lines: list[tuple[int, list[str]]],
) -> tuple[tuple[str, ...], tuple[tuple[int, tuple[str, ...]], ...]]:
    if not lines:
        return (), ()
    header = tuple(cell.strip() for cell in lines[0][1])
    rows = tuple(
        (number, tuple(cell.strip() for cell in cells))
        for number, cells in lines[1:]
        if any(map(str.strip, cells))
    )
    return header, rows
