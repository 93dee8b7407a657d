"""A sheet that is written from its top to its foot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from fieldkit.cells import fitted, one_line, printable, width
from fieldkit.report.document import Cell, Document, cell_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_A4 = 9
_MARGIN = 2 / 2.54
_LONGEST = 32_767
"""Characters that a cell holds."""
_DIGITS = 15
"""Digits of a number that Excel keeps; longer ones are written as text."""
_PAGE, _UPRIGHT = 120, 60
"""Cells between the margins of A4 on its side, and upright; a table fills them."""
_CHARACTER = 1.1
"""The width of a cell of FangSong, in the characters that widths of columns are told in."""
_PIXELS = 7
"""Of such a character."""
_GAP = "    "
_FONT = {"font_name": "FangSong", "font_size": 11, "valign": "vcenter", "num_format": "@"}
_HEADINGS = {"font_name": "方正小标宋简体", "font_size": 20, "align": "center"}
_BOX = {**_FONT, "border": 1, "text_wrap": True}
HIGH = 27
"""Pixels of a row of a table."""
_LINES = {"title": 32, "heading": 22, "gap": 6, "prose": 20, "blank": 24}
"""Points of a line; of others 17."""
_NAMED = {
    "title": {**_FONT, **_HEADINGS, "text_wrap": True},
    "gap": {**_FONT, "font_size": 6},
    "heading": {**_FONT, "bold": True, "font_size": 14, "text_wrap": True},
    "prose": {**_FONT, "font_size": 14, "text_wrap": True, "valign": "top"},
    "blank": {**_FONT, "bottom": 1},
    "free": {**_FONT, "text_wrap": True},
    "left": _FONT,
    "right": {**_FONT, "align": "right"},
    "header": {**_BOX, "bold": True, "align": "center"},
}


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Format] = {}

    def named(self, name: str) -> Format:
        """One of the formats by its name."""
        return self._made_of((name,), _NAMED[name])

    def cell(self, number: str, *, is_text: bool, is_sum: bool) -> Format:
        """Of a cell of a table. number: the format of its number."""
        look = {
            **_BOX,
            "num_format": number,
            "bold": is_sum,
            "align": "left" if is_text else "right",
            "indent": 1,
        }
        return self._made_of((number, is_text, is_sum), look)

    def _made_of(self, key: tuple[object, ...], look: dict[str, object]) -> Format:
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]


class Paper:
    """A sheet, written line by line: `begin`, what it is about, `end`. at: the row that comes next."""

    def __init__(self, book: Workbook, name: str, formats: Formats) -> None:
        self.sheet: Worksheet = book.add_worksheet(name)
        self.name = name
        self.at = 0
        self._formats = formats
        self._widths: list[int] = []

    def begin(
        self, document: Document, widths: Sequence[int], *, heading: str = "", upright: bool = False
    ) -> None:
        """Set up the page, and write the title and what stands above. widths: of the columns, in cells."""
        spread = max(1.0, (_UPRIGHT if upright else _PAGE) / max(1, sum(widths)))
        self._widths = [int(each * spread) for each in widths] or [_PAGE]
        for column, wide in enumerate(self._widths):
            self.sheet.set_column(column, column, wide * _CHARACTER)
        _set_print(self.sheet, upright=upright)
        self.line(document.title, "title")
        self._above([one_line(text) for text in document.above])
        self.line(heading, "heading" if heading else "gap")

    def end(self, document: Document) -> None:
        """Write the notes, and the blanks for signatures."""
        for text in filter(None, document.notes):
            self.line(text)
        self.skip()
        self.line(_GAP.join(one_line(text) for text in document.footer))

    def pixels(self, column: int) -> int:
        """How wide a column is."""
        return int(self._widths[column] * _CHARACTER * _PIXELS)

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        self.at += rows

    def line(self, text: str, name: str = "free") -> None:
        """Write a text over the whole width, as high as it takes. name: of its format."""
        form = self._formats.named(name)
        last = len(self._widths) - 1
        if last:
            self.sheet.merge_range(self.at, 0, self.at, last, "", form)
        shown = printable(text)
        self.sheet.write_string(self.at, 0, shown[:_LONGEST], form)
        size = float(str(_NAMED[name]["font_size"])) / 11
        lines = len(fitted(shown, max(2, int(sum(self._widths) / size))))
        self.sheet.set_row(self.at, min(409, lines * _LINES.get(name, 17)))
        self.at += 1

    def header(self, headers: Sequence[str], are_text: Sequence[bool]) -> None:
        """Write the headers of a table, repeated on every page and always seen, as are the texts that name its rows."""
        texts = [printable(text) for text in headers]
        for column, text in enumerate(texts):
            self.sheet.write_string(self.at, column, text[:_LONGEST], self._formats.named("header"))
        self._set_height(texts)
        self.sheet.repeat_rows(self.at)
        names = next((place for place, is_text in enumerate(are_text) if not is_text), 0)
        self.sheet.freeze_panes(self.at + 1, names)
        self.at += 1

    def row(self, cells: Sequence[Cell], are_text: Sequence[bool], *, is_sum: bool) -> None:
        """Write a row of a table. are_text: which of its cells are text, whatever they look like."""
        for column, (cell, is_text) in enumerate(zip(cells, are_text, strict=True)):
            number = "" if is_text else _number_format(cell)
            form = self._formats.cell(number or "@", is_text=is_text, is_sum=is_sum)
            if number:
                self.sheet.write_number(self.at, column, float(cell), form)
            else:
                self.sheet.write_string(self.at, column, cell_text(cell)[:_LONGEST], form)
        self._set_height([cell_text(cell) for cell in cells])
        self.at += 1

    def _set_height(self, texts: Sequence[str]) -> None:
        lines = max(
            (len(fitted(text, max(2, wide - 1))) for text, wide in zip(texts, self._widths, strict=False)),
            default=1,
        )
        self.sheet.set_row(self.at, min(409, lines * 15 + 5))

    def _above(self, texts: list[str]) -> None:
        """Write texts in one row: the last at the right where there is room, the others at the left."""
        last = len(self._widths) - 1
        first, end = _GAP.join(texts[:-1]), "".join(texts[-1:])
        if not first or width(first) > sum(self._widths[:-1]):
            first, end = _GAP.join(texts), ""
        self.sheet.write_string(self.at, 0, first[:_LONGEST], self._formats.named("left"))
        if end:
            self.sheet.write_string(self.at, last, end[:_LONGEST], self._formats.named("right"))
        self.at += 1


def _number_format(cell: Cell) -> str:
    """How a number is shown, with its own decimal places; "" for what is no number that Excel can hold."""
    if isinstance(cell, str):
        return ""
    number = Decimal(cell)
    if not number.is_finite() or len(f"{number:f}".lstrip("-").replace(".", "")) > _DIGITS:
        return ""
    places = len(f"{number:f}".partition(".")[2])
    return "0." + "0" * places if places else "0"


def _set_print(sheet: Worksheet, *, upright: bool) -> None:
    sheet.set_portrait() if upright else sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=_MARGIN)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_footer("&C&P / &N")
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
