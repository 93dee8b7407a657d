"""Typed answers on screen: how a date is understood, lines of text, what is hidden, digits, refusals with a reason."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from fieldkit.screens.interview import InterviewScreen
from fieldkit.widgets.question import QuestionView

FORM = """
| survey |           |       |         |             |
|        | type      | name  | label   | appearance  |
|        | date      | seen  | Seen on |             |
|        | date      | old   | Old day | lunar       |
|        | text      | story | Story   | multiline   |
|        | text      | pin   | Secret  | masked      |
|        | text      | phone | Phone   | numbers     |
|        | date      | month | Month   | month-year  |
|        | geopoint  | place | Place   |             |
|        | time      | at    | At      |             |
"""


@pytest.fixture
def typing(person, tmp_path):
    """An interview of the form above, at one of its questions: `async with typing("seen") as p`."""

    @asynccontextmanager
    async def opened(name, language="en", value=None):
        path = tmp_path / "typing.md"
        path.write_text(FORM, encoding="utf-8")
        async with person(language) as p:
            interview = p.app.session.interviews.start(str(path))
            interview.answer(f"/data/{name}", value)
            interview.jump(f"/data/{name}")
            p.app.push_screen(InterviewScreen(p.app.session, interview))
            await p.until(lambda: p.screen_name == "InterviewScreen" and p.app.screen.query(QuestionView))
            await p.pilot.pause()
            p.value = lambda: interview.entry.value(f"/data/{name}")
            p.here = lambda: interview.index.path
            yield p

    return opened


async def test_a_date_is_explained_while_it_is_typed_and_once_it_is_kept(typing):
    async with typing("seen") as p:
        assert "A date, as 2026-3-8" in p.text
        await p.type("3.8")
        assert "2026-03-08  Sunday  lunar 丙午年正月二十" in p.text
        assert p.value() == ""
        await p.press("enter", "shift+tab")
        assert p.value() == "2026-03-08"
        assert "2026-03-08  Sunday  lunar 丙午年正月二十" in p.text


async def test_a_refusal_gives_the_reason_and_the_way_out(typing):
    async with typing("seen", "zh") as p:
        await p.type("26-3-8")
        await p.press("enter")
        assert "看不出是哪个世纪" in p.text
        assert "Sunday" not in p.text
        assert p.here() == "/data/seen"


async def test_a_lunar_date_is_taken_where_the_form_asks_for_one(typing):
    async with typing("old", "zh") as p:
        p.app.screen.focused.value = "2014年闰九月初一"
        await p.press("enter")
        assert p.value() == "2014-10-24"
        await p.press("shift+tab")
        assert "2014-10-24  星期五  农历甲午年闰九月初一" in p.text


@pytest.mark.parametrize("key", ["ctrl+j", "tab", "pagedown"])
async def test_enter_begins_a_line_and_other_keys_go_on(typing, key):
    async with typing("story") as p:
        assert "Enter: a new line" in p.text
        await p.press("a", "enter", "b", key)
        assert p.value() == "a\nb"
        assert p.here() == "/data/pin"
        await p.press("shift+tab")
        assert p.app.screen.focused.text == "a\nb"


async def test_enter_on_an_empty_story_goes_on(typing):
    async with typing("story") as p:
        await p.press("enter")
        assert (p.here(), p.value()) == ("/data/pin", "")


async def test_undo_shows_the_lines_as_they_were(typing):
    async with typing("story") as p:
        await p.press("a", "ctrl+j", "shift+tab", "ctrl+z")
        assert p.value() == ""
        assert p.app.screen.focused.text == ""


async def test_what_is_masked_is_never_drawn(typing):
    async with typing("pin") as p:
        await p.type("secret")
        assert "secret" not in p.text
        await p.press("enter", "shift+tab")
        assert p.value() == "secret"
        assert "secret" not in p.text


async def test_digits_only_and_what_is_shown_is_what_is_kept(typing):
    async with typing("phone") as p:
        p.app.screen.focused.value = "１３８ 0013 8000"
        await p.press("enter", "shift+tab")
        assert p.value() == p.app.screen.focused.value == "13800138000"
    async with typing("month") as p:
        await p.type("2026.3")
        await p.press("enter", "shift+tab")
        assert (p.value(), p.app.screen.focused.value) == ("2026-03-01", "2026-03")
    async with typing("place") as p:
        await p.type("30.45,115.02")
        await p.press("enter", "shift+tab")
        assert (p.value(), p.app.screen.focused.value) == ("30.45 115.02 0 0", "30.45 115.02")


async def test_an_unchanged_answer_is_not_given_again(typing):
    """A time kept with its zone is shown without, and leaving it keeps it whole."""
    async with typing("at", value="08:05:00.000+08:00") as p:
        assert p.app.screen.focused.value == "08:05"
        await p.press("shift+tab")
        assert p.value() == "08:05:00.000+08:00"


async def test_an_interview_goes_from_the_lines_to_the_screen_and_back(person):
    from fieldkit.screens.interview import InterviewScreen
    from fieldkit.session.asking import Conversation, begin

    async with person("en") as p:
        session = p.app.session
        household = session.due()[0].household.id
        interview, _resumed = begin(session, "visit", household=household)
        lines = Conversation(session, interview)
        for line in ("1", "", "1"):
            lines.hear(line)
        p.app.push_screen(InterviewScreen(session, session.interviews.resume(interview.id)))
        await p.until(lambda: p.screen_name == "InterviewScreen" and p.app.screen.query(QuestionView))
        assert "Do you consent to a basic record?" in p.text
        await p.press("1", "enter")
        await p.press("escape")
        again, resumed = begin(session, "visit", household=household)
        assert resumed
        assert (
            Conversation(session, again, resumed=resumed)
            .lines()[1]
            .endswith("Who gives this consent? (must be answered)")
        )


@pytest.mark.parametrize("looked", [["f12", "enter"], ["ctrl+k", "escape"], ["ctrl+p", "escape"]])
@pytest.mark.parametrize(("name", "typed"), [("seen", "3.8"), ("story", "ab")])
async def test_what_is_half_typed_outlasts_a_look_elsewhere(typing, name, typed, looked):
    async with typing(name) as p:
        await p.type(typed)
        await p.press(*looked, "tab")
        assert p.value() in {"2026-03-08", "ab"}


@pytest.mark.parametrize(
    "looked",
    [
        ["f1", "escape"],
        ["f3", "n", "enter"],
        ["f4", "f4"],
        ["ctrl+g", "escape"],
        ["f2"],
        ["ctrl+z"],
        ["ctrl+y"],
    ],
)
async def test_what_cannot_be_read_stays_to_be_corrected(typing, looked):
    async with typing("seen", value="2026-03-08") as p:
        await p.press("backspace")
        await p.type("3.88")
        await p.press(*looked)
        assert p.screen_name == "InterviewScreen"
        assert p.app.focused.value == "3.88"
        await p.press("end", "backspace", "enter")
        assert p.value() == "2026-03-08"


async def test_undo_from_the_palette_takes_back_what_is_half_typed(typing):
    async with typing("seen", value="2026-03-08") as p:
        await p.press("backspace")
        await p.type("3.9")
        await p.press("ctrl+p", *"undo", "enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        assert p.value() == "2026-03-08"
        await p.press("ctrl+y")
        assert p.value() == "2026-03-09"


PAGE = """
| survey |
| | type        | name   | label  | appearance | relevant       |
| | begin_group | page   | Page   | field-list |                |
| | integer     | number | Number |            |                |
| | text        | words  | Words  |            |                |
| | text        | more   | More   |            | ${words} = 'x' |
| | end_group   |        |        |            |                |
| | text        | last   | Last   |            |                |
"""


@pytest.fixture
def page(person, tmp_path):
    """An interview of the page above: `async with page() as p`; `p.interview`."""

    @asynccontextmanager
    async def opened():
        path = tmp_path / "page.md"
        path.write_text(PAGE, encoding="utf-8")
        async with person("en") as p:
            p.interview = p.app.session.interviews.start(str(path))
            p.app.push_screen(InterviewScreen(p.app.session, p.interview))
            await p.until(lambda: p.screen_name == "InterviewScreen" and p.app.focused is not None)
            p.lines_to_type = lambda: [view.answer.line for view in p.app.screen.page.views()]
            yield p

    return opened


@pytest.mark.parametrize(("typed", "kept", "place"), [("12", "12", "/data/last"), ("x", "", "/data/page")])
async def test_a_click_into_another_question_of_the_page_loses_nothing(page, typed, kept, place):
    async with page() as p:
        await p.type(typed)
        first, second = p.lines_to_type()
        await p.pilot.click(second)
        await p.type("ab")
        await p.press("enter")
        assert (p.interview.entry.value("/data/page/number"), p.interview.index.path) == (kept, place)
        assert kept or (p.app.focused is first and first.value == typed and "“x”" in p.text)


async def test_what_an_answer_makes_appear_on_the_page_is_asked_next(page):
    async with page() as p:
        await p.press("enter", "x", "enter")
        assert p.app.focused is p.lines_to_type()[2]
        await p.press("shift+tab", "y", "enter")
        assert p.interview.index.path == "/data/last"
