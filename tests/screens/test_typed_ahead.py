"""Whoever types faster than pages are shown answers the questions they meant, and no others."""

from __future__ import annotations

from textual.events import Key

from fieldkit.screens.interview import InterviewScreen

MARKS = """| survey |
| | type            | name | label  | appearance | relevant       |
| | select_one mark | q1   | First  |            |                |
| | select_one mark | q2   | Second | quick      |                |
| | text            | q3   | Third  |            | ${q2} != '9'   |
| | select_one mark | q4   | Fourth |            |                |
| | integer         | q5   | Fifth  |            |                |
| | select_one mark | q6   | Sixth  | minimal    |                |
| choices |
| | list_name | name | label |
| | mark | 1 | One   |
| | mark | 2 | Two   |
| | mark | 3 | Three |
"""

LONG = " ".join(["word"] * 300)
NOTES = f"""| survey |
| | type            | name  | label  | appearance |
| | begin_group     | near  |        | field-list |
| | note            | said  | Said   |            |
| | note            | more  | More   |            |
| | select_one mark | q1    | First  |            |
| | text            | q2    | Second |            |
| | end_group       |       |        |            |
| | note            | alone | Alone  |            |
| | text            | q3    | Third  |            |
| | begin_group     | ok    |        | field-list |
| | acknowledge     | seen  | Seen   |            |
| | text            | q4    | Fourth |            |
| | end_group       |       |        |            |
| | begin_group     | far   |        | field-list |
| | note            | long  | {LONG} |            |
| | text            | q5    | Fifth  |            |
| | end_group       |       |        |            |
{MARKS[MARKS.index("| choices |") :]}"""
"""Notes above a question, alone, and so long that the question is out of sight; and one that waits for its OK."""


def burst(p, *keys):
    """Bring keys all at once, as a terminal does with what was typed while the machine was busy."""
    for key in keys:
        p.app._driver.send_message(Key(key, key if len(key) == 1 else None))


async def asking(p, folder, form=MARKS):
    source = folder / "marks.md"
    source.write_text(form, encoding="utf-8")
    interview = p.app.session.interviews.start(str(source))
    p.app.push_screen(InterviewScreen(p.app.session, interview))
    await p.until(lambda: p.screen_name == "InterviewScreen" and p.app.focused is not None)
    return interview.entry


async def test_each_answer_meets_its_own_question(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path)
        burst(p, "1", "enter", "2", *"ab", "enter", "3", "enter", *"45")
        await p.until(lambda: p.app.focused is not None and getattr(p.app.focused, "value", "") == "45")
        answers = {
            path.rpartition("/")[2]: entry.value(path) for path in (f"/data/q{n}" for n in range(1, 5))
        }
        assert answers == {"q1": "1", "q2": "2", "q3": "ab", "q4": "3"}


async def test_a_whole_visit_may_be_typed_before_its_first_question_shows(person):
    """From Home: the household, start a visit, nobody home, finish."""
    async with person("zh") as p:
        household = p.app.session.due()[0].household.id
        burst(p, "enter", "1", "3", "f10")
        await p.until(lambda: p.screen_name == "HomeScreen" and p.app.session.visits(household))
        assert p.app.session.visits(household)[-1].outcome == "nobody"


async def test_keys_for_a_window_go_to_the_window_and_those_behind_it_to_the_question(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path)
        burst(p, "2", "f3", *"why", "enter", "enter", "3")
        await p.until(lambda: entry.value("/data/q2"))
        assert (entry.value("/data/q1"), entry.value("/data/q2")) == ("2", "3")
        assert p.app.screen.interview.notes == {"q1": "why"}


async def test_choices_that_were_folded_take_the_keys_that_follow(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path)
        burst(p, "f2", "6", "enter", "space", "down", "down", "enter")
        await p.until(lambda: p.screen_name == "Review")
        assert entry.value("/data/q6") == "3"


async def test_a_locked_screen_takes_no_key_for_the_question_below(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path)
        burst(p, "f12", "1", "2", "enter", "3")
        await p.until(lambda: entry.value("/data/q1"))
        assert entry.value("/data/q1") == "3"


async def test_keys_after_the_one_that_leaves_are_not_for_what_is_left(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path)
        burst(p, "1", "escape", "2")
        await p.until(lambda: p.screen_name == "HomeScreen" and p.app.focused.value)
        assert (entry.value("/data/q1"), p.app.focused.value) == ("1", "2")


async def test_arrows_move_in_a_list_that_is_not_drawn_yet(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path)
        burst(p, "1", "tab", "down", "down", "enter", "a")
        await p.until(lambda: getattr(p.app.focused, "value", "") == "a")
        assert entry.value("/data/q2") == "3"


async def test_what_is_typed_on_a_note_is_for_the_question_below_it(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path, NOTES)
        burst(p, "2", "enter", *"ab", "enter", *"12", "enter", *"cd", "enter", *"5x", "enter", "e", "enter")
        await p.until(lambda: entry.index.path == "/data/far" and entry.value("/data/ok/q4"))
        found = {
            name: entry.value(f"/data/{name}") for name in ("near/q1", "near/q2", "q3", "ok/seen", "ok/q4")
        }
        assert found == {"near/q1": "2", "near/q2": "ab", "q3": "cd", "ok/seen": "OK", "ok/q4": "e"}
        burst(p, *"f ", "enter", *"gh", "enter")  # nobody answers what they cannot see
        await p.until(lambda: p.screen_name == "Review")
        assert entry.value("/data/far/q5") == "gh"


async def test_enter_and_space_on_a_note_are_as_ever(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path, NOTES)
        burst(p, "space", "enter", "space", "enter", "1", "enter")
        await p.until(lambda: p.app.screen.page.current().path == "/data/near/q2")
        assert entry.value("/data/near/q1") == "1"
