"""Keys at random: nothing crashes, what is shown is what is kept, no answer is lost, and every step can be taken back."""

from __future__ import annotations

import asyncio
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.store import Workspace
from tests.screens.walking import CLICK, walking

_CHOICES = """
| choices |
| | list_name | name | label | town |
| | yn | y | Yes | |
| | yn | n | No | |
| | l | a | A | |
| | l | b | B | |
| | l | c | C | |
| | town | t1 | One | |
| | town | t2 | Two | |
| | village | v1 | First | t1 |
| | village | v2 | Second | t1 |
| | village | v3 | Third | t2 |
""" + "".join(f"| | many | m{n} | Choice {n} | |\n" for n in range(1, 13))
EXAMPLES = 400
FORMS = {
    "pages": """
| survey |
| | type              | name    | label     | required | constraint | relevant       | appearance | fk:warning |
| | select_one yn     | first   | First?    | yes      |            |                |            | |
| | text              | words   | Words     |          |            | ${first} = 'y' |            | |
| | begin_group       | page    | Page      |          |            |                | field-list | |
| | integer           | number  | Number    |          | . < 50     |                |            | . < 20 |
| | select_multiple l | several | Several   |          |            | ${number} > 3  |            | |
| | text              | more    | More      |          |            | ${number} > 3  |            | |
| | end_group         |         |           |          |            |                |            | |
| | date              | day     | Day       |          |            |                |            | |
""",
    "members": """
| survey |
| | type              | name    | label     | required | relevant         | appearance |
| | integer           | number  | Number    |          |                  |            |
| | begin_repeat      | members | Members   |          |                  |            |
| | text              | name    | Name      | yes      |                  |            |
| | integer           | age     | Age       |          |                  |            |
| | select_one yn     | grown   | Grown up? |          | ${age} > 12      | quick      |
| | end_repeat        |         |           |          |                  |            |
| | text              | last    | Last      |          |                  |            |
""",
    "nested": """
| survey |
| | type              | name    | label     | required | relevant         | appearance | repeat_count |
| | integer           | many    | Many      |          |                  |            | |
| | begin_repeat      | houses  | Houses    |          |                  |            | |
| | text              | street  | Street    |          |                  |            | |
| | begin_repeat      | people  | People    |          |                  | field-list | |
| | text              | name    | Name      | yes      |                  |            | |
| | select_one yn     | grown   | Grown up? |          | ${name} != 'a'   |            | |
| | end_repeat        |         |           |          |                  |            | |
| | end_repeat        |         |           |          |                  |            | |
| | begin_repeat      | dogs    | Dogs      |          |                  |            | if(${many} > 5, 5, ${many}) |
| | text              | dog     | Dog       |          |                  |            | |
| | end_repeat        |         |           |          |                  |            | |
""",
    "kinds": """
| survey |
| | type                 | name     | label    | appearance | choice_filter | calculation |
| | select_one town      | town     | Town     |            |               | |
| | select_one village   | village  | Village  |            | town=${town}  | |
| | select_one many      | many     | Many     |            |               | |
| | select_one l         | folded   | Folded   | minimal    |               | |
| | select_multiple many | search   | Search   | search     |               | |
| | rank l               | order    | Order    |            |               | |
| | text                 | story    | Story    | multiline  |               | |
| | acknowledge          | seen     | Seen     |            |               | |
| | calculate            | twice    |          |            |               | concat(${story}, ${order}) |
| | decimal              | part     | Part     |            |               | |
""",
    "notes": """
| survey |
| | type              | name    | label     | appearance | relevant       |
| | begin_group       | page    | Page      | field-list |                |
| | note              | said    | Said      |            |                |
| | select_one yn     | first   | First?    |            |                |
| | note              | more    | More      |            | ${first} = 'y' |
| | note              | still   | Still     |            |                |
| | text              | words   | Words     |            |                |
| | acknowledge       | seen    | Seen      |            |                |
| | integer           | number  | Number    |            |                |
| | end_group         |         |           |            |                |
| | note              | alone   | Alone     |            |                |
| | select_one many   | last    | Last      |            |                |
""",
}  # fmt: skip

_ONE = [
    *"1234567890", *"1212121212", *"１２５", *"abN-.,", *"王是", *["enter"] * 10, "tab", "tab", "shift+tab", "up", "up", "down",
    "down", "left", "right", "pageup", "pagedown", "space", "space", "backspace", "delete", "escape", "escape", "home",
    "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f12", *["ctrl+z"] * 4, *["ctrl+y"] * 2, "ctrl+a", "ctrl+b",
    "ctrl+d", "ctrl+d", "ctrl+f", "ctrl+g", "ctrl+j", "ctrl+k", "ctrl+l", "ctrl+o", "ctrl+p", "ctrl+s", "ctrl+t", "ctrl+u",
    "ctrl+x", "insert", "ctrl+home", "ctrl+end", "ctrl+down", "ctrl+up",
]  # fmt: skip
_TOGETHER = [
    ["1", "enter"], ["2", "enter"], ["4", "5", "enter"], ["a", "b", "enter"], ["ctrl+d", "insert"], ["insert", "a", "enter"],
    ["f2", "2", "enter"], ["f3", "a", "enter"], ["ctrl+p", "u", "n", "d", "o", "enter"], ["f12", "enter"], ["f1", "escape"],
    ["f9", "enter"], ["ctrl+b", "down", "enter"], ["ctrl+end", "escape"], ["ctrl+x", "ctrl+z"], ["escape", "escape"],
]  # fmt: skip


def keys(most, *others):
    """Keys to press one after the other."""
    pieces = st.one_of(st.sampled_from([*_ONE, *others]).map(lambda key: [key]), st.sampled_from(_TOGETHER))
    return st.lists(pieces, min_size=1, max_size=most).map(
        lambda drawn: [key for piece in drawn for key in piece]
    )


def bursts(most):
    """Keys that come at once, and again at once."""
    return st.lists(keys(most), min_size=1, max_size=3)


@pytest.fixture
def walk(tmp_path, now, monkeypatch):
    """Begin one of the forms in a new workspace: `async with walk("pages") as w`."""
    monkeypatch.setattr(
        "fieldkit.interviewing._set_memory_aside", lambda: None
    )  # what takes time and changes nothing
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", 0.001)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name, form in FORMS.items():
        (tmp_path / f"{name}.md").write_text(form + _CHOICES, encoding="utf-8")

    def begun(form):
        for left in ("config", "workspace"):
            shutil.rmtree(tmp_path / left, ignore_errors=True)
        Workspace.create(tmp_path / "workspace", passphrase=None, name="keys").close()
        return walking(tmp_path / "workspace", now, str(tmp_path / f"{form}.md"))

    return begun


def often(examples, **more):
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
        ],
        **more,
    )


async def one_by_one(walk, form, pressed):
    """Each key does what it may; then all the way back and forth again."""
    async with walk(form) as w:
        for key in pressed:
            await w.press(key)
        await w.back_and_forth()


async def at_once(walk, form, sent):
    """Whoever types faster than the app can show comes to the same answers at the same place."""
    async with walk(form) as slowly:
        for key in [key for burst in sent for key in burst]:
            await slowly.send(key)
        expected = slowly.told()
    async with walk(form) as fast:
        for burst in sent:
            await fast.send(*burst)
            fast.check_all()
        assert fast.told() == expected


@pytest.mark.parametrize("form", FORMS)
@often(8, derandomize=True)
@given(pressed=keys(25, CLICK, CLICK))
def test_whatever_is_pressed_is_kept_and_can_be_taken_back(walk, form, pressed):
    asyncio.run(one_by_one(walk, form, pressed))


@pytest.mark.parametrize("form", FORMS)
@often(5, derandomize=True)
@given(sent=bursts(12))
def test_keys_at_once_do_what_they_do_one_by_one(walk, form, sent):
    asyncio.run(at_once(walk, form, sent))


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
@often(EXAMPLES)
@given(pressed=keys(40, CLICK, CLICK))
def test_many_more_keys(walk, form, pressed):
    asyncio.run(one_by_one(walk, form, pressed))


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
@often(EXAMPLES)
@given(sent=bursts(20))
def test_many_more_keys_at_once(walk, form, sent):
    asyncio.run(at_once(walk, form, sent))
