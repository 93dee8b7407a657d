"""Text of files and people: its encoding, the sheets of an XLSForm in CSV or Markdown, how it is searched."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_LONGEST_CELL = 1 << 20
_TABLE_LINE = re.compile(r"\s*\|(.*)\|[^|]*$")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
_BAR = re.compile(r"(?<!\\)\|")

_MARKS = dict.fromkeys(range(0x0300, 0x0370))
"""The accents of Latin, Greek and Cyrillic letters; the vowel signs of other scripts are no accents."""
_STROKES = str.maketrans("łøđħıæœ", "lodhiao")

Line = tuple[int, Sequence[str]]
"""A line of the file, 1-based, and its cells; the first cell names a sheet or is empty."""


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the national encoding in which spreadsheets in China save CSV (GB 18030, of
    which GBK is a part). Raises UnicodeDecodeError.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def folded(text: str) -> str:
    """Text as it is compared when somebody searches: without case, accents and widths."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).translate(_MARKS).casefold().translate(_STROKES)


def records_of_csv(text: str) -> CsvReader:
    """The records of a CSV file, read as they are asked for. Raises csv.Error."""
    csv.field_size_limit(_LONGEST_CELL)
    if "\0" in text:
        raise csv.Error("it holds NUL characters")
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))


def cells_of_csv(text: str) -> Iterator[Line]:
    """The lines of a form in CSV. Raises csv.Error."""
    reader = records_of_csv(text)
    before = 0
    for cells in reader:
        yield before + 1, cells
        before = reader.line_num


def cells_of_markdown(text: str) -> Iterator[Line]:
    """The lines of the tables in a Markdown file; what stands around them, and rules within, is passed over."""
    for number, line in enumerate(text.splitlines(), 1):
        found = _TABLE_LINE.match(line)
        if found and not line.lstrip().startswith("#") and not _RULE.fullmatch(found.group(1)):
            yield number, [cell.replace(r"\|", "|") for cell in _BAR.split(found.group(1))]


def rows_by_sheet(lines: Iterable[Line]) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """The rows of each sheet with their lines: below a sheet's name come its columns, then its rows."""
    sheets: dict[str, list[tuple[int, dict[str, str]]]] = {}
    name, columns = "", list[str]()
    for number, cells in lines:
        first, *rest = [cell.strip() for cell in cells] or [""]
        if first:
            name, columns = first, []
            sheets.setdefault(name, [])
        if name and any(rest) and not columns:
            columns = rest
        elif name and any(rest):
            row = {column: cell for column, cell in zip(columns, rest, strict=False) if cell}
            sheets[name].append((number, row))
    return sheets


def _delimiter(text: str) -> str:
    """A comma, or the semicolon of spreadsheets in some languages: whichever comes first on its own line."""
    for line in io.StringIO(text):
        if "," in line or ";" in line:
            return ";" if "," not in line else ","
    return ","
