"""Household codes on paper: they read back, in a size that scanners read, and nobody's name stands on them."""

from __future__ import annotations

import re

import pytest

from fieldkit.datatypes.damm import check_digit
from fieldkit.i18n import set_language
from fieldkit.qr import QUIET
from fieldkit.session.labels import SIZES, Label, cards, sheets, tspl
from tests.screens.code_reader import bare, decoded


def numbers(count):
    bases = [f"990101100200{n:04}" for n in range(1, count + 1)]
    return [base + check_digit(base) for base in bases]


def codes(page):
    """The text of every code on a page, and its number of modules."""
    for size, path in re.findall(r'<svg viewBox="0 0 (\d+) \d+"><path d="([^"]*)"/>', page):
        modules = [[False] * int(size) for _ in range(int(size))]
        for x, y in re.findall(r"M(\d+),(\d+)h1v1h-1z", path):
            modules[int(y)][int(x)] = True
        code = bare(modules)
        yield decoded(code, correction="Q"), len(code)


def test_every_code_reads_back_and_is_of_the_smallest_kind():
    wanted = numbers(50)
    page = sheets([Label(each, "石桥村") for each in wanted])
    assert list(codes(page)) == [(each, 21) for each in wanted]
    assert list(codes(cards([Label(wanted[0], "石桥村")]))) == [(wanted[0], 21)]


def test_a_sheet_holds_24_and_the_next_begins_another():
    page = sheets([Label(each, "石桥村") for each in numbers(49)])
    assert [part.count('class="label"') for part in page.split('class="sheet"')[1:]] == [24, 24, 1]
    assert "repeat(8, 37mm) / repeat(3, 70mm)" in page


def test_codes_are_large_enough_to_be_read():
    """8 mm without the quiet zone, at the least (domain §5)."""
    page = sheets([Label(numbers(1)[0], "石桥村")])
    width = int(re.search(r"\.label svg \{ width: (\d+)mm", page)[1])
    assert width * 21 / (21 + 2 * QUIET) >= 8
    for size in SIZES:
        x, y, cell = map(
            int, re.search(rb"QRCODE (\d+),(\d+),Q,(\d+),", tspl([Label("1", "")], size)).groups()
        )
        assert 21 * cell / 8 >= 8
        assert min(x, y) / cell * 8 >= 8, "light around it"


def test_a_village_is_only_text():
    page = sheets([Label(numbers(1)[0], "<b>&")])
    assert "&lt;b&gt;&amp;" in page


@pytest.mark.parametrize("size", SIZES)
def test_the_printer_file_is_tspl_in_gb18030(size):
    number = numbers(1)[0]
    content = tspl([Label(number, '石桥"村')], size)
    lines = content.split(b"\r\n")
    assert lines[0] == f"SIZE {size[:2]} mm,30 mm".encode()
    assert lines[1:4] == [b"GAP 2 mm,0 mm", b"DIRECTION 1", b"CLS"]
    assert f'"{number}"'.encode() in lines[4]
    assert f'"{number[:4]} {number[4:8]} '.encode() in lines[5]
    assert '石桥\\["]村'.encode("gb18030") in lines[6]
    assert lines[7:] == [b"PRINT 1,1", b""]


@pytest.mark.parametrize("size", SIZES)
def test_everything_lies_on_the_label(size):
    """203 dpi: 8 dots a millimetre; signs of TSS24 are 24 dots high, ASCII 12 wide, others 24."""
    width, height = (8 * int(each) for each in size.split("x"))
    content = tspl([Label(numbers(1)[0], "双河口村（示例）")], size).decode("gb18030")
    for x, y, text in re.findall(r'TEXT (\d+),(\d+),"TSS24.BF2",0,1,1,"([^"]*)"', content):
        assert int(x) + sum(12 if sign.isascii() else 24 for sign in text) <= width
        assert int(y) + 24 <= height


def test_the_card_says_where_it_belongs():
    set_language("en")
    page = cards([Label(numbers(1)[0], "Shiqiao")], "Demo")
    assert "never outside" in page
    assert "Demo" in page
