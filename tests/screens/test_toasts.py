"""What is said in passing: it lies over no key, no question and no box, on any screen, and goes without a trace."""

from __future__ import annotations

import pytest

from fieldkit.screens.interview import InterviewScreen

PAGE = """
| survey |
| | type           | name | label | appearance |
| | begin_group    | page | Page  | field-list |
| | text           | one  | The first question of a page |  |
| | select_one l   | two  | The second question of a page |  |
| | text           | last | The last question of a page |  |
| | end_group      |      |       |            |
| choices |
| | list_name | name | label |
| | l | a | Apples  |
| | l | b | Bananas |
| | l | c | Cherries |
"""
LONG = "This is said in passing and so long that it takes more than one line on every screen that is looked at here, I hope."
LOOKS = [("lines", (80, 24)), ("big plain", (60, 20)), ("lines", (120, 40))]


@pytest.fixture(params=LOOKS, ids=lambda each: f"{each[0].replace(' ', '-')}-{each[1][0]}x{each[1][1]}")
def looking(request, person, monkeypatch):
    """Open the app in one of the looks, with toasts."""
    look, size = request.param
    monkeypatch.setenv("FIELDKIT_THEME", look)
    return lambda: person("en", size, toasts=True)


def said(lines):
    """What is said in passing, each line behind its bar, and where that begins."""
    places = [n for n, line in enumerate(lines) if line.startswith(("▌", "# "))]
    return " ".join(lines[n][1:].strip() for n in places), places


async def test_a_toast_lies_over_neither_the_keys_nor_the_question_it_is_said_at(looking, tmp_path):
    source = tmp_path / "form.md"
    source.write_text(PAGE, encoding="utf-8")
    async with looking() as p:
        p.app.push_screen(InterviewScreen(p.app.session, p.app.session.interviews.start(str(source))))
        await p.until(lambda: "The first question" in p.text)
        for question in ("first", "second", "last"):
            await p.pilot.pause()
            label = f"The {question} question of a page"
            assert label in p.text
            room = p.app.screen.page.region
            bar = p.lines[p.app.screen.query_one("KeyBar").region.y :]
            assert "F1 Help" in bar[0]
            p.app.notify(LONG)
            await p.until(lambda: said(p.lines)[0] == LONG)
            await p.pilot.pause()
            assert p.lines[-len(bar) :] == bar
            assert label in p.text, "neither covered nor pushed off"
            p.app.clear_notifications()
            await p.until(lambda: not said(p.lines)[1])
            await p.pilot.pause()
            assert label in p.text
            assert p.app.screen.page.region == room
            await p.press("tab")


async def test_a_toast_moves_a_box_and_does_not_lie_over_it(looking):
    async with looking() as p:
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.press("1")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("f9")
        await p.until(lambda: p.screen_name == "Review")
        await p.press("f10")
        await p.until(lambda: said(p.lines)[1])
        await p.pilot.pause()
        words, places = said(p.lines)
        assert words == "Something marked ! is still missing."
        assert p.app.screen.query_one("Vertical").region.bottom <= min(places)
        assert "Outcome of the visit" in p.text
        assert "Esc goes back" in p.text


async def test_of_many_toasts_the_newest_is_seen(looking):
    async with looking() as p:
        for number in range(30):
            p.app.notify(f"Number {number} is said in passing.")
        await p.until(lambda: said(p.lines)[0] == "Number 29 is said in passing.")


async def test_a_toast_of_many_lines_leaves_room(looking):
    async with looking() as p:
        p.app.notify("\n".join(f"{number}. line" for number in range(50)))
        await p.until(lambda: said(p.lines)[1])
        await p.pilot.pause()
        assert "0. line" in p.text
        assert len(said(p.lines)[1]) < len(p.lines) / 2
        assert "F1 Help" in p.text
        assert "Due visits" in p.text


async def test_a_toast_goes_without_a_trace_where_the_bar_of_keys_has_one_line(looking):
    async with looking() as p:
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.pilot.pause()
        before = p.lines
        p.app.notify("Gone in a moment.", timeout=0.2)
        await p.until(lambda: said(p.lines)[1])
        await p.until(lambda: not said(p.lines)[1])
        await p.pilot.pause()
        assert p.lines == before
