"""What computing anew would not bring back, undo and drafts bring back: actions, `once()`, counted repeats."""

from __future__ import annotations

import pytest

from fieldkit.xforms import FormEntry, load_form


@pytest.fixture
def form(tmp_path):
    def make(*rows):
        columns = ("type", "name", "label", "calculation", "trigger", "repeat_count")
        path = tmp_path / "f.yaml"
        cells = (
            ", ".join(f'{c}: "{cell}"' for c, cell in zip(columns, row, strict=False) if cell) for row in rows
        )
        path.write_text("survey:\n" + "".join(f"  - {{{row}}}\n" for row in cells), encoding="utf-8")
        return load_form(path)

    return make


TRIGGERED = [
    ("integer", "a", "A"),
    ("begin_repeat", "r", "R"),
    ("text", "t", "T"),
    ("calculate", "p", "", "position(..)", "${a}"),
    ("end_repeat",),
]


def test_a_nested_draft_is_taken_back_without_its_actions_running_again(form):
    made = form(*TRIGGERED)
    entry = FormEntry(made)
    entry.set("/data/a", 1)
    entry.add_repeat("/data/r", at=0)
    again = FormEntry(made, answers=entry.to_json())
    assert again.to_json() == entry.to_json()
    assert [again.value(f"/data/r[{n}]/p") for n in (1, 2)] == ["", "1"]


def test_a_nested_draft_has_the_instances_it_had(form):
    made = form(*TRIGGERED)
    entry = FormEntry(made)
    entry.remove_repeat("/data/r[1]")
    entry.add_repeat("/data/r")
    entry.add_repeat("/data/r", at=0)
    entry.set("/data/a", 2)
    entry.remove_repeat("/data/r[2]")
    again = FormEntry(made, answers=entry.to_json())
    assert again.answers() == entry.answers()
    assert again.to_xml() == entry.to_xml()


@pytest.mark.parametrize(
    "rows",
    [
        [("calculate", "b", "", "once(${a})")],
        [("calculate", "b", "", "if(${a} = '', '', uuid())")],
        [("calculate", "b", "", "concat(${b0}, ${a})", "${a}"), ("calculate", "b0", "", "1")],
        [("text", "b", "B", "concat(${a}, '!')", "${a}"), ("calculate", "c", "", "once(${b})")],
    ],
)
def test_undo_and_redo_bring_back_what_was_there(form, rows):
    entry = FormEntry(form(("integer", "a", "A"), *rows))
    states = [entry.answers()]
    for value in (1, 2, None, 3):
        entry.set("/data/a", value)
        states.append(entry.answers())
    for state in reversed(states[:-1]):
        entry.undo()
        assert entry.answers() == state
    for state in states[1:]:
        entry.redo()
        assert entry.answers() == state


def test_what_waits_in_an_instance_that_is_taken_out_is_let_go(form):
    made = form(
        ("integer", "n", "N"),
        ("begin_repeat", "r", "R", "", "", "${n}"),
        ("begin_group", "g", "G"),
        ("integer", "m", "M"),
        ("begin_repeat", "s", "S", "", "", "${m}"),
        ("integer", "x", "X"),
        ("end_repeat",),
        ("end_group",),
        ("end_repeat",),
        ("begin_repeat", "t", "T", "", "", "${n}"),
        ("calculate", "sum", "", "sum(${x})"),
        ("end_repeat",),
    )
    entry = FormEntry(made)
    entry.set("/data/n", 1)
    entry.set("/data/r[1]/g/m", 1)
    entry.set("/data/r[1]/g/s[1]/x", 5)
    assert entry.value("/data/t[1]/sum") == "5"
    entry.set("/data/n", 0)
    entry.undo()
    assert entry.value("/data/t[1]/sum") == "5"


def test_a_slip_of_the_key_does_not_fill_the_memory(form, monkeypatch):
    monkeypatch.setattr("fieldkit.xforms.recompute._MOST", 50)
    rows = [
        ("integer", "n", "N"),
        ("begin_repeat", "r", "R", "", "", "${n}"),
        ("text", "t", "T"),
        ("end_repeat",),
    ]
    entry = FormEntry(form(*rows))
    entry.set("/data/n", 999_999_999)
    assert entry.count("/data/r") == 50
    entry.undo()
    entry.set("/data/n", 2)
    assert entry.count("/data/r") == 2
