"""The evening of a screening day, by digits and Enter: figures beside the records, what does not add up, and closing it."""

from __future__ import annotations

import pytest

from fieldkit.screens.closing import ClosingScreen
from fieldkit.session.filling import correct
from fieldkit.session.session import Session

EVENT = "2603122051"
LAST = 10
"""Figures of a day with samples and breast examinations."""


@pytest.fixture
def open_day(demo, now):
    """The demo's second screening day before it was closed, and the number of a woman whose sample was positive."""
    with Session.open(demo.workspace, now=lambda: now) as session:
        day = session.closing.day(EVENT)
        assert day.findings(day.held.typed) == [], "as it was closed in the demo"
        correct(session, day.held.record, [{"closing": "no"}], source="", reason="opened again")
        return min(pid for pid, each in day.women.items() if each.sampled and each.breast)


async def at_closing(p):
    p.app.push_screen(ClosingScreen(p.app.session, EVENT))
    await p.until(lambda: p.screen_name == "ClosingScreen" and "Arrived" in p.text)


async def test_enter_ten_times_takes_what_the_records_count_and_closes(person, open_day):
    async with person("en") as p:
        await at_closing(p)
        code = p.app.screen.closing.code
        for words in (
            EVENT,
            code,
            "184",
            "= Left without registering",
            "Everything adds up.",
            "records     typed",
        ):
            assert words in p.text, p.text
        await p.press(*["enter"] * (LAST + 4))
        assert "Enter closes the day." in p.text
        await p.press("enter")
        await p.until(lambda: "The day is closed." in p.text)
        held = p.app.session.closing.day(EVENT).held
        assert (held.closed, held.typed["arrived"], held.typed["sent"]) == (True, 184, 162)
        assert code in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_no_figure_is_cut_in_a_narrow_window(person, open_day, size):
    async with person("zh", size=size) as p:
        p.app.push_screen(ClosingScreen(p.app.session, EVENT))
        await p.until(lambda: p.screen_name == "ClosingScreen" and "184" in p.text)
        await p.type("185")
        await p.press("enter")
        assert "…" not in p.text
        [line] = [each for each in p.lines if each.startswith(" 到场  ")]
        assert line.split() == ["到场", "184", "185", "≠"]


async def test_another_count_at_the_door_keeps_it_open_and_says_where_to_look(person, open_day):
    async with person("en") as p:
        await at_closing(p)
        await p.type("185")
        await p.press("enter")
        assert "Typed: arrived is not registered plus left." in p.text
        assert "Arrived: the records count 184, typed is 185" in p.text
        assert "185 ≠" in p.text
        await p.press("end", *["down"] * 14, "enter")
        await p.until(lambda: p.screen_name == "Notice")
        assert "does not add up" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ClosingScreen")
        await p.press(*["up"] * 14)
        await p.type("184")
        await p.press("enter")
        assert "Everything adds up." in p.text
        assert not p.app.session.closing.day(EVENT).held.closed


async def test_a_lost_record_is_named_and_a_wrong_entry_is_told(person, open_day):
    async with person("zh") as p:
        session = p.app.session
        [lost] = [
            each.id for each in session.exchange.records("scr_participant") if each.text("pid") == open_day
        ]
        session.erase(lost, "asked")
        p.app.push_screen(ClosingScreen(session, EVENT))
        await p.until(lambda: p.screen_name == "ClosingScreen" and open_day in p.text)
        assert "检查过，但这里没有登记" in p.text
        await p.type("x")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "Notice")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ClosingScreen")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert not session.closing.day(EVENT).held.closed


async def test_who_left_is_counted_and_taken_back_by_one_key_each(person, open_day):
    """The demo has four who left; the office has them already, so nothing takes those back."""
    async with person("en") as p:
        await at_closing(p)
        session = p.app.session
        was = session.closing.day(EVENT).counts
        await p.press("ctrl+z")
        await p.until(lambda: p.screen_name == "Notice")
        assert "counts nobody who left" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ClosingScreen")
        assert session.closing.day(EVENT).counts == was
        await p.press("enter")
        assert "one more left; Ctrl+Z: one less." in p.text

        await p.press("f6", "f6")
        more = session.closing.day(EVENT).counts
        assert (more.left, more.arrived) == (was.left + 2, was.arrived + 2)
        assert "Everything adds up." in p.text, "what is typed goes with it where nobody counted otherwise"
        assert len(session.exchange.waiting_declines()) == 2
        await p.press("ctrl+z")
        assert session.closing.day(EVENT).counts.left == was.left + 1
        [kept] = map(session.exchange.record, session.exchange.waiting_declines())
        assert {*kept.answers.values()} == {"declined", "990101100205", "2026-03-12"}, (
            "village, day and outcome"
        )
        assert session.unfinished() == []

        await p.type("9")
        await p.press("enter")
        assert f"Left without registering: the records count {was.left + 1}, typed is 9" in p.text
        await p.press("up", "f6")
        assert f"Left without registering: the records count {was.left + 2}, typed is 9" in p.text
