"""The QR code on screen is one that a phone reads: decoded here from the characters as they are drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App

from fieldkit.screens.slip import SlipScreen
from fieldkit.widgets.qr import QUIET, matrix, rows

TEXT = "登记 同意\n联系 微信，上门\n预约 04-10\n走访 2026-03-31\n可查改删或停，见服务卡"
_HALVES = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def modules_of(lines):
    """The modules that half blocks draw."""
    found = []
    for line in lines:
        pairs = [_HALVES[character] for character in line]
        found += [[above for above, _ in pairs], [below for _, below in pairs]]
    return found


def bare(modules):
    """The code without its quiet zone, which must be light and 4 wide."""
    if not any(modules[-1]) and len(modules) > len(modules[0]):
        modules = modules[:-1]
    size = len(modules[0])
    assert len(modules) == size
    edge = [*range(QUIET), *range(size - QUIET, size)]
    assert not any(modules[n][m] or modules[m][n] for n in edge for m in range(size))
    return [row[QUIET : size - QUIET] for row in modules[QUIET : size - QUIET]]


MASKS = [
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
]


def decoded(code):
    """Read a code of version 1 to 5, error correction L: one block, bytes (ISO/IEC 18004, without correction)."""
    size = len(code)
    version = (size - 17) // 4
    assert size == 17 + 4 * version
    assert 1 <= version <= 5
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        assert ["".join(str(int(code[top + r][left + c])) for c in range(7)) for r in range(7)] == finder
    spots = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    written = int("".join(str(int(code[r][c])) for r, c in spots), 2) ^ 0b101010000010010
    assert written >> 13 == 0b01, "error correction L"
    mask = MASKS[written >> 10 & 0b111]
    reserved = [[False] * size for _ in range(size)]
    for r in range(size):
        for c in range(size):
            corner = (r < 9 and c < 9) or (r < 9 and c >= size - 8) or (r >= size - 8 and c < 9)
            middle = size - 7
            alignment = version > 1 and abs(r - middle) <= 2 and abs(c - middle) <= 2
            reserved[r][c] = corner or r == 6 or c == 6 or alignment
    bits, upward = [], True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        lines = range(size - 1, -1, -1) if upward else range(size)
        cells = [(r, c) for r in lines for c in (right, right - 1) if not reserved[r][c]]
        bits += [int(code[r][c]) ^ mask(r, c) for r, c in cells]
        upward = not upward
    stream = "".join(map(str, bits))
    assert stream[:4] == "0100", "bytes"
    length = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode("utf-8")


def test_the_characters_read_back_as_the_text():
    lines = rows(matrix(TEXT), plain=False)
    assert decoded(bare(modules_of(lines))) == TEXT
    assert len(lines) <= 24, "fits the smallest window"


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_any_short_text_reads_back(text):
    text = "访" + text  # digits alone would be packed another way
    assert decoded(bare(modules_of(rows(matrix(text), plain=False)))) == text


def test_without_blocks_every_module_is_two_signs():
    modules = matrix(TEXT)
    lines = rows(modules, plain=True)
    assert {len(line) for line in lines} == {2 * len(modules)}
    assert set("".join(lines)) == {"#", " "}
    assert (
        decoded(bare([[line[c : c + 2] == "##" for c in range(0, len(line), 2)] for line in lines])) == TEXT
    )


class _OneScreen(App):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen):
        super().__init__()
        self.only = screen

    def on_mount(self):
        self.push_screen(self.only)


async def drawn(text, size, *, plain=False):
    app = _OneScreen(SlipScreen(text, plain=plain))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        strips = app.screen._compositor.render_strips()[: size[1]]
        cells = [[(ch, s.style) for s in strip for ch in s.text] for strip in strips]
        return ["".join(ch for ch, _ in line) for line in cells], cells


def inks(style, *, colours):
    """How light the ink and the paper of a cell are, 0 to 255; without colours, on a terminal that writes light on
    dark.
    """
    pair = [255, 0]
    if colours:
        assert {style.color.triplet, style.bgcolor.triplet} <= {(0, 0, 0), (255, 255, 255)}, "nothing between"
        pair = [style.color.triplet.red, style.bgcolor.triplet.red]
    return pair[::-1] if style.reverse else pair


def seen(line, *, colours):
    """The two rows of modules that a camera sees in a line of half blocks; True is dark."""
    pairs = [(_HALVES[ch], inks(style, colours=colours)) for ch, style in line]
    return [[tones[not halves[row]] == 0 for halves, tones in pairs] for row in (0, 1)]


@pytest.mark.parametrize("no_color", [False, True])
async def test_the_screen_shows_text_and_code_in_80_by_24(monkeypatch, no_color):
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    lines, cells = await drawn(TEXT, (80, 24))
    said = "\n".join(lines)
    assert "联系 微信，上门" in said
    size = len(matrix(TEXT))
    code = [line[-size:] for line in cells[: -(-size // 2)]]
    for colours in (True, False):
        modules = [row for line in code for row in seen(line, colours=colours)]
        assert decoded(bare(modules)) == TEXT


@pytest.mark.parametrize("no_color", [False, True])
async def test_plain_signs_are_painted_so_that_a_camera_sees_black_on_white(monkeypatch, no_color):
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    _, cells = await drawn(TEXT, (140, 60), plain=True)
    size = len(matrix(TEXT))
    code = [line[-2 * size :: 2] for line in cells[:size]]
    papers = [[inks(style, colours=True)[1] for _, style in line] for line in code]
    assert decoded(bare([[paper == 0 for paper in line] for line in papers])) == TEXT
    assert all(inks(style, colours=True)[0] == 0 for line in code for ch, style in line if ch == "#")
    bare_terminal = [[inks(style, colours=False)[1] == 0 for _, style in line] for line in code]
    assert decoded(bare(bare_terminal)) == TEXT


@pytest.mark.parametrize(
    ("text", "size", "plain"), [(TEXT, (80, 20), False), (TEXT, (80, 24), True), ("长" * 60, (80, 24), False)]
)
async def test_where_the_code_does_not_fit_that_is_said(text, size, plain):
    lines, _ = await drawn(text, size, plain=plain)
    said = "\n".join(lines)
    assert "The code needs a window of" in said.replace("\n", "")
    assert not set("█▀▄") & set(said)
    assert "##" not in said


async def test_what_no_code_holds_is_still_shown():
    lines, _ = await drawn("x" * 3000, (80, 24))
    assert "xxx" in "".join(lines)


async def test_a_finished_visit_gives_the_slip_and_any_of_three_keys_closes_it(person):
    async with person("en") as p:
        session = p.app.session
        number = session.due()[0].household.id
        answers = {"hh_id": number, "outcome": "postponed", "revisit_on": "2026-04-05"}
        session.interviews.start("visit", answers=answers)
        p.app.home.refresh_words()
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("f10")
        await p.until(lambda: p.screen_name == "SlipScreen")
        assert "Next 04-05" in p.text
        assert "█" in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def test_with_plain_signs_the_blocks_of_a_code_are_not_turned_into_something_no_phone_reads(person):
    async with person("en", size=(140, 60)) as p:
        session = p.app.session
        p.app.wear(replace(p.app.appearance, plain=True))
        answers = {"hh_id": session.due()[0].household.id, "outcome": "postponed", "revisit_on": "2026-04-05"}
        session.interviews.start("visit", answers=answers)
        p.app.home.refresh_words()
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("f10")
        await p.until(lambda: p.screen_name == "SlipScreen")
        text = p.app.screen.text
        wanted = [row.rstrip() for row in rows(matrix(text), plain=True) if "##" in row]
        drawn = [line for line in p.lines if "##" in line]
        assert len(drawn) == len(wanted)
        assert all(line.endswith(row) for line, row in zip(drawn, wanted, strict=True))
