"""Answers carried from one version of a form to another: what stays, moves, has no place, and that none is lost."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.xforms import FormEntry, load_form
from fieldkit.xforms.migration import Move, Orphan, plan

CHOICES = """
choices:
  - {list_name: c, name: a, label: A}
  - {list_name: c, name: b, label: B}
  - {list_name: d, name: a, label: A}
"""


@functools.cache
def form(survey, choices=CHOICES):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.yaml"
        path.write_text(f"settings:\n  - {{form_id: f}}\nsurvey:\n{survey}{choices}", encoding="utf-8")
        return load_form(path)


def rows(*written):
    return "".join(f"  - {{{row}}}\n" for row in written)


OLD = form(
    rows(
        "type: text, name: name, label: Name",
        "type: text, name: age, label: Age",
        "type: select_one c, name: pick, label: Pick",
        "type: select_multiple c, name: picks, label: Picks",
        "type: begin group, name: g, label: G",
        "type: text, name: inside, label: Inside",
        "type: text, name: twice, label: Twice",
        "type: end group, name: g",
        "type: text, name: twice, label: Twice",
        "type: begin repeat, name: kid, label: Kid",
        "type: text, name: born, label: Born",
        "type: end repeat, name: kid",
    )
)


def why(found, key):
    return {each.key: each.why for each in found.orphans}.get(key)


def test_the_same_version_keeps_everything():
    answers = {"name": "x", "kid/k1": "1", "kid/k1/born": "2001", "g/inside": {"missing": "dk"}}
    found = plan(OLD, OLD, answers)
    assert (found.kept, found.moved, found.orphans, found.required) == (answers, (), (), ())


def test_a_question_that_is_gone_leaves_an_orphan_with_its_answer():
    new = form(rows("type: text, name: name, label: Name"))
    found = plan(OLD, new, {"name": "x", "age": "34"})
    assert found.kept == {"name": "x"}
    assert found.orphans == (Orphan("age", "34", "gone"),)


@pytest.mark.parametrize("written", ["age", "other age"])
def test_a_question_named_as_renamed_takes_the_answer_along(written):
    new = form(rows(f"type: text, name: years, label: Years, 'fk:renamed_from': {written}"))
    assert plan(OLD, new, {"age": "34"}).moved == (Move("age", "years", "34"),)
    assert plan(None, new, {"age": "34"}).moved == (Move("age", "years", "34"),)


def test_a_path_says_which_of_several_questions_of_a_name_was_renamed():
    new = form(
        rows(
            "type: text, name: first, label: First, 'fk:renamed_from': g/twice",
            "type: text, name: twice, label: Twice",
        )
    )
    found = plan(OLD, new, {"g/twice": "1", "twice": "2"})
    assert found.answers == {"first": "1", "twice": "2"}


def test_two_questions_may_change_names():
    new = form(
        rows(
            "type: text, name: age, label: Age, 'fk:renamed_from': name",
            "type: text, name: name, label: Name, 'fk:renamed_from': age",
        )
    )
    assert plan(OLD, new, {"name": "x", "age": "34"}).answers == {"age": "x", "name": "34"}


def test_a_question_put_into_a_group_is_found_by_its_name_unless_two_have_it():
    new = form(
        rows(
            "type: begin group, name: h, label: H",
            "type: text, name: age, label: Age",
            "type: text, name: twice, label: Twice",
            "type: end group, name: h",
        )
    )
    found = plan(OLD, new, {"age": "34", "twice": "2", "g/twice": "1"})
    assert found.answers == {"h/age": "34"}
    assert {why(found, "twice"), why(found, "g/twice")} == {"gone"}


def test_a_renamed_repeat_takes_its_rows_along_with_their_ids():
    new = form(
        rows(
            "type: begin repeat, name: child, label: Child, 'fk:renamed_from': kid",
            "type: text, name: year, label: Year, 'fk:renamed_from': born",
            "type: end repeat, name: child",
        )
    )
    answers = {"kid/k1": "1", "kid/k1/born": "2001", "kid/k2": "2", "kid/k2/born": "2003"}
    wanted = {"child/k1": "1", "child/k1/year": "2001", "child/k2": "2", "child/k2/year": "2003"}
    assert plan(OLD, new, answers).answers == wanted
    assert plan(None, new, answers).answers == wanted


def test_a_question_taken_out_of_a_repeat_has_no_place_for_many_answers():
    new = form(rows("type: text, name: born, label: Born"))
    found = plan(OLD, new, {"kid/k1": "1", "kid/k1/born": "2001"})
    assert found.answers == {}
    assert why(found, "kid/k1/born") == "kind"


def test_what_no_longer_fits_is_an_orphan_and_what_fits_stays():
    new = form(
        rows(
            "type: integer, name: age, label: Age",
            "type: select_one d, name: pick, label: Pick",
            "type: select_multiple d, name: picks, label: Picks",
        )
    )
    found = plan(OLD, new, {"age": "about 30", "pick": "b", "picks": "a b"})
    assert [(each.key, each.why) for each in found.orphans] == [
        ("age", "type"),
        ("pick", "choice"),
        ("picks", "choice"),
    ]
    assert plan(OLD, new, {"age": "30", "pick": "a", "picks": "a"}).orphans == ()
    assert plan(OLD, new, {"age": {"missing": "pns"}}).kept == {"age": {"missing": "pns"}}


def test_what_was_asked_and_is_calculated_now_is_not_overwritten_in_silence():
    new = form(rows("type: calculate, name: age, calculation: 1 + 1", "type: text, name: name, label: Name"))
    assert why(plan(OLD, new, {"age": "34"}), "age") == "calculated"


def test_two_answers_for_one_place_leave_the_renamed_one_there():
    new = form(rows("type: text, name: age, label: Age, 'fk:renamed_from': name"))
    found = plan(OLD, new, {"age": "34", "name": "x"})
    assert found.answers == {"age": "x"}
    assert found.orphans == (Orphan("age", "34", "taken"),)


def test_new_required_questions_are_named():
    new = form(
        rows(
            "type: text, name: name, label: Name, required: 'yes'",
            "type: text, name: fresh, label: Fresh, required: 'yes'",
            "type: text, name: free, label: Free",
        )
    )
    assert plan(OLD, new, {}).required == ("/data/name", "/data/fresh")
    assert plan(new, new, {}).required == ()


def test_choices_that_a_laptop_supplies_are_not_judged_by_the_file():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.yaml"
        (Path(folder) / "people.csv").write_text("name,label\nnobody,Nobody\n", encoding="utf-8")
        path.write_text(
            "settings:\n  - {form_id: f}\nsurvey:\n"
            + rows("type: select_one_from_file people.csv, name: who, label: Who"),
            encoding="utf-8",
        )
        new = load_form(path)
        assert plan(new, new, {"who": "k1"}).kept == {"who": "k1"}


NAMES = ("a", "b", "c", "d")


@st.composite
def surveys(draw):
    """A small form: questions of several types, some in a group or a repeat, some renamed."""
    written = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1)):
        kind = draw(st.sampled_from(("text", "integer", "select_one c", "select_one d", "calculate")))
        more = ", calculation: '1'" if kind == "calculate" else ", label: L"
        renamed = draw(st.sampled_from(("", *NAMES)))
        more += f", 'fk:renamed_from': {renamed}" if renamed else ""
        row = f"type: {kind}, name: {name}{more}"
        around = draw(st.sampled_from(("", "group", "repeat")))
        if around:
            box = f"{around}_{name}"
            written += [
                f"type: begin {around}, name: {box}, label: B",
                row,
                f"type: end {around}, name: {box}",
            ]
        else:
            written.append(row)
    return rows(*written)


VALUES = st.one_of(st.sampled_from(("a", "b", "7", "some words")), st.just({"missing": "dk"}))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_answer_is_ever_lost(data):
    old, new = form(data.draw(surveys())), form(data.draw(surveys()))
    answers = {}
    for path in old.items:
        below = path.split("/", 2)[2] if path.count("/") > 1 else ""
        if below.startswith("repeat_"):
            box, _, inside = below.partition("/")
            for row in ("k1", "k2"):
                answers[f"{box}/{row}"] = row[1]
                if inside:
                    answers[f"{box}/{row}/{inside}"] = data.draw(VALUES)
        elif (below and not below.startswith(("group_", "meta"))) or (
            "/" in below and not below.startswith("meta")
        ):
            answers[below] = data.draw(VALUES)
    for begun_with in (old, None):
        found = plan(begun_with, new, answers)
        given_back = [*found.kept.items(), *((move.old, move.answer) for move in found.moved)]
        given_back += [(each.key, each.answer) for each in found.orphans]
        assert sorted(given_back, key=repr) == sorted(answers.items(), key=repr)
        assert len(found.answers) == len(found.kept) + len(found.moved), "no two answers share a place"
        entry = FormEntry(new, answers=found.answers, is_new=False)
        after = entry.answers()
        for key, answer in found.answers.items():
            item = new.items.get(f"/{new.root}/{key}")
            if item is None or getattr(item, "control", ""):
                assert key in after, (key, answer)
