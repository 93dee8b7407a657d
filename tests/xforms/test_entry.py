"""An interview through the engine's own face: answers, rules, repeats, undo, walking, in and out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.xforms import Event, FormEntry, Missing, load_form
from fieldkit.xforms.values import in_range

FORM = """
settings:
  - {form_id: t, version: 1, form_title: T, default_language: 中文 (zh), instance_name: "concat('n', ${size})"}
survey:
  - {type: select_one yn, name: ok, "label::中文 (zh)": 同意吗？, "label::English (en)": Consent?, required: "yes"}
  - {type: integer, name: size, "label::中文 (zh)": 人数, "label::English (en)": Size, relevant: "${ok} = 'yes'",
     constraint: ". >= 1 and . <= 20", "constraint_message::中文 (zh)": 1到20, "constraint_message::English (en)": 1 to 20,
     "fk:warning": ". < 10", "fk:warning_message::中文 (zh)": 很多, "fk:warning_message::English (en)": many}
  - {type: begin group, name: g, "label::中文 (zh)": 组, "label::English (en)": Group, relevant: "${ok} = 'yes'"}
  - {type: begin repeat, name: members, "label::中文 (zh)": 成员, "label::English (en)": Members}
  - {type: text, name: name, "label::中文 (zh)": 姓名, "label::English (en)": Name, required: "yes"}
  - {type: integer, name: born, "label::中文 (zh)": 出生, "label::English (en)": Born, default: "1990 + position(..)"}
  - {type: calculate, name: age, calculation: "2026 - ${born}"}
  - {type: calculate, name: no, calculation: "position(..)"}
  - {type: end repeat}
  - {type: end group}
  - {type: calculate, name: total, calculation: "sum(${age})"}
  - {type: select_multiple color, name: colors, "label::中文 (zh)": 颜色, "label::English (en)": Colors}
  - {type: select_one color, name: best, "label::中文 (zh)": 最爱, "label::English (en)": Best, choice_filter: "selected(${colors}, name)"}
  - {type: date, name: day, "label::中文 (zh)": 日期, "label::English (en)": Day, default: "today()"}
  - {type: note, name: bye, "label::中文 (zh)": "共${total}", "label::English (en)": "Total ${total}"}
choices:
  - {list_name: yn, name: "yes", "label::中文 (zh)": 是, "label::English (en)": "Yes"}
  - {list_name: yn, name: "no", "label::中文 (zh)": 否, "label::English (en)": "No"}
  - {list_name: yn, name: pns, "label::中文 (zh)": 不愿回答, "label::English (en)": Prefer not, missing: pns}
  - {list_name: color, name: red, "label::中文 (zh)": 红, "label::English (en)": Red}
  - {list_name: color, name: blue, "label::中文 (zh)": 蓝, "label::English (en)": Blue}
"""
NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "t.yaml"
    path.write_text(FORM, encoding="utf-8")
    return load_form(path)


@pytest.fixture
def entry(form):
    return FormEntry(form, now=NOW, seed=1, language="en")


def test_relevance_is_inherited_and_reads_as_empty(entry):
    assert not entry.is_relevant("/data/g/members[1]/name")
    changed = entry.set("/data/ok", "yes")
    assert entry.is_relevant("/data/g/members[1]/name")
    assert "/data/g/members[1]/name" in changed
    entry.set("/data/g/members[1]/born", 1980)
    assert entry.value("/data/total") == "46"
    entry.set("/data/ok", "no")
    assert entry.value("/data/total") == "0"
    assert entry.value("/data/g/members[1]/born") == ""
    entry.set("/data/ok", "yes")
    assert entry.value("/data/g/members[1]/born") == "1980", "the answer is kept in case the user comes back"


def test_set_touches_only_what_depends_on_it(entry):
    entry.set("/data/ok", "yes")
    entry.add_repeat("/data/g/members")
    assert entry.set("/data/g/members[2]/born", 2000) == {
        "/data/g/members[2]/born",
        "/data/g/members[2]/age",
        "/data/total",
    }
    assert entry.set("/data/day", date(2026, 3, 8)) == {"/data/day"}


def test_problems_say_what_is_missing_or_wrong(entry):
    assert [(p.path, p.kind) for p in entry.problems()] == [("/data/ok", "required")]
    entry.set("/data/ok", "yes")
    entry.set("/data/size", 0)
    assert [(p.kind, p.message) for p in entry.problems("/data/size")] == [("constraint", "1 to 20")]
    entry.language = "zh"
    assert entry.problems("/data/size")[0].message == "1到20"
    entry.set("/data/size", 12)
    assert [(p.kind, p.message) for p in entry.problems("/data/size")] == [("warning", "很多")]
    entry.set("/data/size", "twelve")
    assert [p.kind for p in entry.problems("/data/size")] == ["type"]


@pytest.mark.parametrize("missing", list(Missing))
def test_missing_answers_satisfy_required_and_read_as_empty(entry, missing):
    entry.set("/data/ok", missing)
    assert entry.missing("/data/ok") is missing
    assert entry.value("/data/ok") == ""
    assert entry.problems() == []
    assert entry.evaluate("/data/ok = ''") == "true"


def test_a_choice_is_a_missing_answer_only_where_its_row_says_so(entry):
    entry.set("/data/ok", "pns")
    assert (entry.missing("/data/ok"), entry.value("/data/ok")) == (Missing.PNS, "")
    entry.set("/data/ok", "no")
    assert (entry.missing("/data/ok"), entry.value("/data/ok")) == (None, "no")


def test_choices_follow_filter_and_language(entry):
    entry.set("/data/colors", ["blue"])
    assert [(c.value, c.label) for c in entry.choices("/data/best")] == [("blue", "Blue")]
    entry.language = "zh"
    assert [c.label for c in entry.choices("/data/colors")] == ["红", "蓝"]


def test_an_answer_counts_days_only_where_a_date_is_asked(entry):
    entry.set("/data/ok", "yes")
    entry.set("/data/size", "2024-02-29")
    assert entry.evaluate("/data/size > 2") == "false"
    entry.set("/data/day", "2024-02-29")
    assert entry.evaluate("/data/day > 2 and /data/day < today()") == "true"


def test_dynamic_defaults_fill_new_entries_and_new_instances(entry):
    assert entry.value("/data/day") == "2026-03-31"
    entry.set("/data/ok", "yes")
    assert entry.add_repeat("/data/g/members") == "/data/g/members[2]"
    assert entry.value("/data/g/members[2]/born") == "1992"


def test_removing_an_instance_moves_positions_and_undo_brings_it_back(entry):
    entry.set("/data/ok", "yes")
    for year in (1980, 1990, 2000):
        if entry.count("/data/g/members") * 10 + 1970 < year:
            entry.add_repeat("/data/g/members")
        entry.set(f"/data/g/members[{(year - 1970) // 10}]/born", year)
    keys = [entry.key(f"/data/g/members[{n}]") for n in (1, 2, 3)]
    before = entry.to_json()
    entry.remove_repeat("/data/g/members[1]")
    assert [entry.value(f"/data/g/members[{n}]/no") for n in (1, 2)] == ["1", "2"]
    assert [entry.key(f"/data/g/members[{n}]") for n in (1, 2)] == keys[1:], (
        "instance ids stay with their instances"
    )
    entry.undo()
    assert entry.to_json() == before
    entry.redo()
    assert entry.count("/data/g/members") == 2


def test_walking_passes_over_what_is_not_relevant(entry):
    assert entry.next().path == "/data/ok"
    assert entry.next().path == "/data/colors"
    assert entry.previous().path == "/data/ok"
    entry.set("/data/ok", "yes")
    walked = [(place.event, place.path) for place in entry.places()]
    assert walked == [
        (Event.QUESTION, "/data/ok"),
        (Event.QUESTION, "/data/size"),
        (Event.QUESTION, "/data/g/members[1]/name"),
        (Event.QUESTION, "/data/g/members[1]/born"),
        (Event.PROMPT_NEW_REPEAT, "/data/g/members"),
        (Event.QUESTION, "/data/colors"),
        (Event.QUESTION, "/data/best"),
        (Event.QUESTION, "/data/day"),
        (Event.QUESTION, "/data/bye"),
    ]
    assert entry.jump("/data/g/members[1]/born").path == "/data/g/members[1]/born"
    assert entry.label("/data/bye") == "Total 35"


def test_next_and_previous_retrace_each_other(entry):
    entry.set("/data/ok", "yes")
    entry.add_repeat("/data/g/members")
    forth = []
    while entry.next().event is not Event.END:
        forth.append(entry.index)
    back = []
    while entry.previous().event is not Event.BEGINNING:
        back.append(entry.index)
    assert back == forth[::-1]


def test_paths_that_do_not_exist_raise_lookup_error(entry):
    for attempt in (
        lambda: entry.set("/data/nope", 1),
        lambda: entry.value("/data/g/members[9]/name"),
        lambda: entry.set("/data/g", 1),
        lambda: entry.add_repeat("/data/g"),
        lambda: entry.jump("/data/total"),
    ):
        with pytest.raises(LookupError):
            attempt()


def test_both_shapes_of_answers_are_taken_back(form, entry):
    entry.set("/data/ok", "yes")
    entry.set("/data/size", Missing.DK)
    entry.add_repeat("/data/g/members")
    entry.set("/data/g/members[2]/name", "覃")
    for answers in (entry.to_json(), entry.answers()):
        again = FormEntry(form, answers=answers, now=NOW, language="en")
        assert again.answers() == entry.answers()
        assert again.to_json() == entry.to_json()
        assert again.missing("/data/size") is Missing.DK


def test_a_new_entry_takes_names_and_lists(form):
    answers = {
        "ok": "yes",
        "size": 2,
        "members": [{"name": "甲", "born": 1980}, {"name": "乙"}],
        "colors": ["red", "blue"],
    }
    entry = FormEntry(form, answers=answers, now=NOW)
    assert entry.value("/data/g/members[2]/name") == "乙"
    assert entry.value("/data/g/members[2]/born") == "1992"
    assert entry.value("/data/colors") == "red blue"
    assert entry.instance_name == "n2"


def test_the_submission_leaves_out_what_is_not_relevant(entry):
    entry.set("/data/ok", "no")
    xml = entry.to_xml()
    assert "<ok>no</ok>" in xml
    assert "<members>" not in xml
    assert 'id="t"' in xml
    assert "uuid:" in xml
    assert entry.to_xml() == xml


_steps = st.one_of(
    st.tuples(
        st.just("set"),
        st.sampled_from(["ok", "size", "colors", "day"]),
        st.sampled_from(["yes", "no", "5", "50", "", "red", "pns"]),
    ),
    st.tuples(st.just("member"), st.sampled_from(["name", "born"]), st.sampled_from(["甲", "1980", ""])),
    st.tuples(st.just("add"), st.just(""), st.just("")),
    st.tuples(st.just("remove"), st.just(""), st.just("")),
    st.tuples(st.just("missing"), st.sampled_from(["ok", "size"]), st.sampled_from(list(Missing))),
    st.tuples(st.just("undo"), st.just(""), st.just("")),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_steps, max_size=25))
def test_incremental_equals_from_scratch_and_undo_returns(form, steps):
    entry = FormEntry(form, now=NOW, seed=1)
    start = entry.to_json()
    for kind, name, given_value in steps:
        count = entry.count("/data/g/members")
        if kind == "set":
            entry.set(f"/data/{name}", given_value)
        elif kind == "member" and count:
            entry.set(f"/data/g/members[{count}]/{name}", given_value)
        elif kind == "add":
            entry.add_repeat("/data/g/members")
        elif kind == "remove" and count:
            entry.remove_repeat("/data/g/members[1]")
        elif kind == "missing":
            entry.set(f"/data/{name}", given_value)
        elif kind == "undo":
            entry.undo()
    again = FormEntry(form, answers=entry.answers(), now=NOW)
    state = [(entry.tree.path(leaf), leaf.text, leaf.relevant) for leaf in entry.tree.leaves()]
    assert state == [(again.tree.path(leaf), leaf.text, leaf.relevant) for leaf in again.tree.leaves()]
    for _ in steps:
        entry.undo()
    assert entry.to_json() == start


@pytest.mark.parametrize(
    ("value", "fits"),
    [("1", True), ("5.5", True), ("5.25", False), ("0", False), ("10", True), ("10.5", False), ("x", False)],
)
def test_a_range_takes_what_lies_on_its_steps(value, fits):
    assert in_range(value, {"start": "1", "end": "10", "step": "0.5"}) is fits


def test_words_of_our_own_columns_fill_in_answers_as_labels_do(tmp_path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(
        'settings: [{form_id: w, default_language: "English (en)"}]\n'
        "survey:\n"
        '  - {type: integer, name: a, "label::English (en)": A, "fk:warning": ". < 5",\n'
        '     "fk:warning_message::English (en)": "got ${a} & <more>, ${nope}", "fk:why::English (en)": "for ${a}"}\n',
        encoding="utf-8",
    )
    entry = FormEntry(load_form(path))
    entry.set("/data/a", 7)
    assert [problem.message for problem in entry.problems()] == ["got 7 & <more>, ${nope}"]
    assert entry.told("/data/a", "why") == "for 7"
