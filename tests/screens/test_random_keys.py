"""Keys at random: nothing crashes, what is shown is what is kept, and every step can be taken back."""

from __future__ import annotations

import random

import pytest

from fieldkit.screens.interview import InterviewScreen

FORM = """| survey |
| | type              | name    | label     | required | constraint | relevant      | appearance |
| | select_one yn     | first   | First?    | yes      |            |               |            |
| | text              | words   | Words     |          |            | ${first} = 'y' |            |
| | begin_group       | page    | Page      |          |            |               | field-list |
| | integer           | number  | Number    |          | . < 50     |               |            |
| | select_multiple l | several | Several   |          |            | ${number} > 3 |            |
| | end_group         |         |           |          |            |               |            |
| | begin_repeat      | members | Members   |          |            |               |            |
| | text              | name    | Name      | yes      |            |               |            |
| | select_one yn     | grown   | Grown up? |          |            |               | quick      |
| | end_repeat        |         |           |          |            |               |            |
| | date              | day     | Day       |          |            |               |            |
| choices |
| | list_name | name | label |
| | yn | y | Yes |
| | yn | n | No  |
| | l  | a | A   |
| | l  | b | B   |
| | l  | c | C   |
"""
KEYS = [
    *"1234567890", *"1212ab", *["enter"] * 6, "tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown",
    "f5", "f6", "f7", "f8", "f9", "ctrl+z", "ctrl+z", "ctrl+y", "ctrl+a", "ctrl+b", "ctrl+d", "ctrl+f", "ctrl+g",
    "ctrl+u", "ctrl+home", "ctrl+end", "ctrl+down", "ctrl+up", "backspace", "insert", "ctrl+x", "space", "escape",
]  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 60), (2, 60), *(pytest.param(seed, 400, marks=pytest.mark.soak) for seed in range(10, 22))],
)
async def test_whatever_is_pressed_is_kept_and_can_be_taken_back(person, tmp_path, seed, count):
    source = tmp_path / "form.md"
    source.write_text(FORM, encoding="utf-8")
    chance = random.Random(seed)
    async with person("en") as p:
        interview = p.app.session.interviews.start(str(source))
        empty = interview.entry.answers()
        drafts = p.app.session._workspace.drafts
        pressed = []
        for _ in range(count):
            if p.screen_name == "HomeScreen":  # Esc leaves; the draft is taken up again, as a person would
                p.app.push_screen(InterviewScreen(p.app.session, interview))
                await p.until(lambda: p.screen_name == "InterviewScreen")
            key = chance.choice(KEYS)
            pressed.append(key)
            await p.press(key)
            kept = drafts.find("id", interview.id)
            assert kept, f"the draft is gone after {pressed}"
            assert kept[0]["answers"] == interview.entry.answers(), pressed
        before = interview.entry.answers()
        steps = 0
        while interview.entry._edits._done:
            interview.undo()
            steps += 1
        assert interview.entry.answers() == empty, pressed
        for _ in range(steps):
            interview.redo()
        assert interview.entry.answers() == before, pressed
        assert drafts.find("id", interview.id)[0]["answers"] == before
