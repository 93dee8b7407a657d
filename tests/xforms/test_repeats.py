"""Counted repeats and events of repeats (ODK XForms spec, "Creation, removal of repeats", "Actions and Events")."""

from __future__ import annotations

import pytest

from fieldkit.xforms import FormEntry, load_form

COUNTED = """
survey:
  - {type: integer, name: n, label: How many?}
  - {type: calculate, name: two, calculation: "1 + 1"}
  - {type: calculate, name: none, calculation: "1 - 1"}
  - {type: begin repeat, name: r, label: R, repeat_count: "${n}"}
  - {type: text, name: who, label: Who?}
  - {type: text, name: place, label: Place, default: "concat('no ', position(..))"}
  - {type: begin repeat, name: inner, label: I, repeat_count: "${two}"}
  - {type: text, name: what, label: What?}
  - {type: end repeat}
  - {type: end repeat}
  - {type: begin repeat, name: never, label: N, repeat_count: "${none}"}
  - {type: text, name: odd, label: Odd}
  - {type: end repeat}
"""


@pytest.fixture
def entry(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(COUNTED, encoding="utf-8")
    return FormEntry(load_form(path), seed=1)


def test_a_smaller_count_takes_nothing_away(entry):
    entry.set("/data/n", 3)
    entry.set("/data/r[3]/who", "C")
    entry.set("/data/n", 1)
    assert (entry.count("/data/r"), entry.value("/data/r[3]/who")) == (3, "C")
    entry.set("/data/n", 4)
    assert (entry.count("/data/r"), entry.value("/data/r[3]/who")) == (4, "C")


def test_a_count_of_none_asks_nothing(entry):
    assert (entry.count("/data/r"), entry.count("/data/never")) == (1, 0)  # of n nothing is known yet
    entry.set("/data/n", 0)
    assert entry.count("/data/r") == 0


def test_what_was_answered_before_the_count_stays(entry):
    entry.set("/data/r[1]/who", "A")
    entry.set("/data/n", 0)
    assert entry.value("/data/r[1]/who") == "A"


def test_instances_made_by_a_count_get_their_dynamic_defaults(entry):
    entry.set("/data/n", 2)
    assert [entry.value(f"/data/r[{n}]/place") for n in (1, 2)] == ["no 1", "no 2"]
    assert entry.count("/data/r[2]/inner") == 2


def test_undo_takes_what_a_count_made_back_and_redo_returns_it(entry):
    entry.set("/data/n", 3)
    after = entry.answers()
    entry.undo()
    assert entry.count("/data/r") == 1
    entry.redo()
    assert entry.answers() == after
