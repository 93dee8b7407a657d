"""The QR code on screen is one that a phone reads: decoded here from the characters as they are drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App

from fieldkit.qr import matrix, rows
from fieldkit.screens.slip import SlipScreen
from tests.screens.code_reader import bare, decoded, inks, modules_of, plain_modules_of, seen

TEXT = "登记 同意\n联系 微信，上门\n预约 04-10\n走访 2026-03-31\n可查改删或停，见服务卡"


def test_the_characters_read_back_as_the_text():
    lines = rows(matrix(TEXT), plain=False)
    assert decoded(bare(modules_of(lines))) == TEXT
    assert len(lines) <= 24, "fits the smallest window"


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.characters(codec="utf-8"), max_size=300).map("访{}".format) | st.text("0123456789", min_size=1)
)
def test_any_text_reads_back(text):
    assert decoded(bare(modules_of(rows(matrix(text), plain=False)))) == text


def test_without_blocks_every_module_is_two_signs():
    modules = matrix(TEXT)
    lines = rows(modules, plain=True)
    assert {len(line) for line in lines} == {2 * len(modules)}
    assert set("".join(lines)) == {"#", " "}
    assert decoded(bare(plain_modules_of(lines))) == TEXT


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
