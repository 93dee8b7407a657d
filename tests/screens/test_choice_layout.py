"""Where choices stand: below each other, in columns where they are many, in lines where a form asks for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.screens.interview import InterviewScreen
from fieldkit.widgets.choice_layout import lay_out

NONE = frozenset()


def test_few_stand_below_each_other():
    assert lay_out([10] * 5, 70, 14, NONE).cells == tuple((0, n) for n in range(5))


def test_many_stand_in_columns_read_downwards():
    layout = lay_out([10] * 19, 70, 10, NONE)
    assert (layout.height, layout.step) == (10, 10)
    assert layout.cells[0] == (0, 0)
    assert layout.cells[10] == (12, 0)


def test_many_wide_ones_go_on_below():
    layout = lay_out([60] * 19, 70, 10, NONE)
    assert (layout.height, layout.step) == (19, 0)


@pytest.mark.parametrize(
    ("name", "columns"), [("columns-2", 2), ("columns-3", 3), ("columns", 6), ("likert", 6)]
)
def test_columns_as_the_form_asks(name, columns):
    layout = lay_out([10] * 10, 70, 20, frozenset({name}))
    assert [y for _, y in layout.cells] == [n // columns for n in range(10)]


@given(
    st.lists(st.integers(5, 90), max_size=60),
    st.integers(20, 200),
    st.integers(1, 50),
    st.sampled_from(["", "columns", "columns-4", "columns-pack", "likert", "list-nolabel"]),
)
def test_no_two_choices_stand_in_one_place_and_each_is_found_where_it_stands(widths, width, height, name):
    layout = lay_out(widths, width, height, frozenset({name}))
    assert len(layout.cells) == len(widths)
    assert len(set(layout.cells)) == len(widths)
    for number, (x, y) in enumerate(layout.cells):
        assert layout.at(x, y) == number
        assert 0 <= y < layout.height


def test_choices_of_several_lines_are_found_at_each_of_them():
    layout = lay_out([80, 10, 200], 70, 14, NONE).of_lines(70, [2, 1, 3])
    assert (layout.cells, layout.height) == (((0, 0), (0, 2), (0, 3)), 6)
    assert [layout.at(5, y) for y in range(7)] == [0, 0, 1, 2, 2, 2, None]


FORM = """| survey |
| | type              | name   | label    | appearance   |
| | select_one yn     | fast   | Fast?    | quick        |
| | select_one scale  | small  | Small?   | minimal      |
| | select_one scale  | likert | Likert?  | likert       |
| | select_one letter | many   | Many?    |              |
| | begin_group       | grid   | Grid     | field-list   |
| | select_one scale  | head   | Rate     | label        |
| | select_one scale  | food   | Food     | list-nolabel |
| | select_one scale  | room   | Room     | list-nolabel |
| | end_group         |        |          |              |
| choices |
| | list_name | name | label |
| | yn        | y    | Yes   |
| | yn        | n    | No    |
| | scale     | 1    | bad   |
| | scale     | 2    | fair  |
| | scale     | 3    | good  |
""" + "".join(f"| | letter | l{n} | Letter {n} |\n" for n in range(1, 21))


@pytest.fixture
def choosing(person, tmp_path):
    path = tmp_path / "choosing.md"
    path.write_text(FORM, encoding="utf-8")

    class Opened:
        def __init__(self):
            self.context = person("en")

        async def __aenter__(self):
            p = await self.context.__aenter__()
            interview = p.app.session.interviews.start(str(path))
            p.app.push_screen(InterviewScreen(p.app.session, interview))
            await p.until(lambda: p.screen_name == "InterviewScreen")
            await p.press()
            return p, interview

        async def __aexit__(self, *error):
            return await self.context.__aexit__(*error)

    return Opened


async def test_quick_goes_on_by_itself(choosing):
    async with choosing() as (p, interview):
        await p.press("2")
        assert interview.entry.value("/data/fast") == "n"
        assert interview.index.path == "/data/small"
        await p.press("shift+tab", "1")
        assert interview.entry.value("/data/fast") == "y"


async def test_minimal_shows_its_choices_when_asked(choosing):
    async with choosing() as (p, interview):
        await p.press("2")
        assert "3 choices: space shows them" in p.text
        assert "fair" not in p.text
        await p.press("space")
        assert "fair" in p.text
        await p.press("2", "enter", "shift+tab")
        assert interview.entry.value("/data/small") == "2"
        assert "fair   3 choices" in p.text


async def test_likert_stands_in_one_line_and_arrows_move_in_it(choosing):
    async with choosing() as (p, interview):
        await p.press("2", "enter")
        [line] = [line for line in p.lines if "bad" in line]
        assert line.split() == ["1", "(", ")", "bad", "2", "(", ")", "fair", "3", "(", ")", "good"]
        await p.press("right", "right", "enter")
        assert interview.entry.value("/data/likert") == "3"


async def test_twenty_choices_fit_on_the_screen_and_are_chosen_by_two_digits(choosing):
    async with choosing() as (p, interview):
        await p.press("2", "enter", "enter")
        assert "Letter 1" in p.text
        assert "Letter 20" in p.text
        await p.press("1", "7")
        assert interview.entry.value("/data/many") == "l17"
        await p.press("left", "enter")
        assert interview.entry.value("/data/many") != "l17"


async def test_a_table_of_choices_has_its_words_above(choosing):
    async with choosing() as (p, interview):
        await p.press("2", "enter", "enter", "enter")
        assert interview.index.path == "/data/grid"
        await p.press("3", "enter", "1")
        assert interview.entry.value("/data/grid/food") == "3"
        assert interview.entry.value("/data/grid/room") == "1"
        [words] = [line for line in p.lines if "bad" in line]
        assert words.split() == ["1", "bad", "2", "fair", "3", "good"]


async def test_a_choice_below_the_screen_comes_into_view_when_it_is_chosen(choosing):
    async with choosing() as (p, interview):
        await p.pilot.resize_terminal(40, 12)
        await p.press("2", "enter", "enter")
        assert "Letter 20" not in p.text
        await p.press("2", "0")
        assert interview.entry.value("/data/many") == "l20"
        assert "20 (x) Letter 20" in p.text


async def test_a_long_choice_goes_on_in_the_next_line_and_is_shown_to_its_end(person, tmp_path):
    choices = {"a": "这一项很长，" * 8 + "到此为止。", "b": "word " * 30 + "end", "c": "Short"}
    form = "| survey |\n| | type | name | label |\n| | select_one l | long | Long? |\n| choices |\n| | list_name | name | label |\n"
    source = tmp_path / "long.md"
    source.write_text(
        form + "".join(f"| | l | {name} | {label} |\n" for name, label in choices.items()), encoding="utf-8"
    )
    async with person("en") as p:
        interview = p.app.session.interviews.start(str(source))
        p.app.push_screen(InterviewScreen(p.app.session, interview))
        await p.until(lambda: p.screen_name == "InterviewScreen" and "Short" in p.text)
        shown = "".join(p.text.split())
        assert all("".join(label.split()) in shown for label in choices.values())
        assert any(line.endswith("3 ( ) Short") for line in p.lines)
        await p.press("down", "right", "enter")
        assert interview.entry.value("/data/long") == "b"
