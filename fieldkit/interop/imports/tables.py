"""Tables as exports have them: CSV files, alone, in a folder or zipped, and the sheets of a workbook; and the files beside them."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from fieldkit.errors import FieldkitError
from fieldkit.xforms.plaintext import decoded, records_of_csv
from fieldkit.xforms.sheets import unpacks_to

_TEXT, _BOOK, _PACKED = ".csv", frozenset({".xlsx", ".xlsm"}), ".zip"
_LARGEST = 512 << 20
_MOST = 50_000
_DENSEST = 200
"""A CSV is never packed to less than this part of itself; what claims to be is a bomb."""


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
    files: dict[str, Callable[[], bytes]] = field(default_factory=dict)


def read_export(path: Path) -> Export:
    """Read an export: a `.csv`, a `.xlsx`, a `.zip` of CSV files, or a folder of them, with attachments in `media`.

    Raises FieldkitError("medium.gone"), ("import.unknown-kind"), ("import.unreadable"), ("import.no-tables").
    """
    try:
        found = _read(path)
    except FileNotFoundError as error:
        raise FieldkitError("medium.gone", path=str(path)) from error
    except (OSError, ValueError, csv.Error, zipfile.BadZipFile, NotImplementedError) as error:
        raise FieldkitError("import.unreadable", path=str(path), reason=str(error)) from error
    if not found.tables:
        raise FieldkitError("import.no-tables", path=str(path))
    return found


def _read(path: Path) -> Export:
    if path.is_dir():
        tables = tuple(_of_csv(each.name, each.read_bytes()) for each in sorted(path.glob("*.csv")))
        beside = [each for each in [*path.glob("media/*"), *path.glob("attachments/*")] if each.is_file()]
        return Export(tables, {each.name: each.read_bytes for each in beside})
    kind = path.suffix.lower()
    if kind == _PACKED:
        return _of_zip(path)
    if kind == _TEXT:
        beside = [each for each in path.parent.glob("media/*") if each.is_file()]
        return Export(
            (_of_csv(path.name, path.read_bytes()),), {each.name: each.read_bytes for each in beside}
        )
    if kind in _BOOK:
        return Export(tuple(_of_book(path)))
    if not path.exists():
        raise FileNotFoundError(path)
    raise FieldkitError("import.unknown-kind", path=str(path))


def _of_zip(path: Path) -> Export:
    with zipfile.ZipFile(path) as archive:
        entries = [each for each in archive.infolist() if not each.is_dir()]
        whole = sum(each.file_size for each in entries)
        if len(entries) > _MOST or whole > _LARGEST:
            raise ValueError(f"{len(entries)} files, {whole >> 20} MB")
        tables = []
        for each in entries:
            name = PurePosixPath(each.filename)
            if name.suffix.lower() == _TEXT and "__MACOSX" not in name.parts and "media" not in name.parts:
                if each.file_size > _DENSEST * max(each.compress_size, 1 << 14):
                    raise ValueError("zip bomb")
                tables.append(_of_csv(name.name, archive.read(each)))
    beside = {
        PurePosixPath(each.filename).name: _member(path, each.filename)
        for each in entries
        if PurePosixPath(each.filename).parent.name in {"media", "attachments"}
    }
    return Export(tuple(tables), beside)


def _member(path: Path, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)

    return read


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
