"""What checking a form finds beyond its faults, each with its place; and a form with nothing to find."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import fieldkit
from fieldkit.cli import run
from fieldkit.i18n import set_language
from fieldkit.library import shipped_folder
from fieldkit.wording import fault_text
from fieldkit.xforms import FormError, load_form
from fieldkit.xforms.lint import look_over, try_out

CHOICES = """
choices:
  - {list_name: yn, name: "yes", label: "Yes"}
  - {list_name: yn, name: "no", label: "No"}
"""


@pytest.fixture
def found(tmp_path):
    """What is found in a survey: `(row counted in the survey, column, message)`."""

    def find(survey, more=CHOICES):
        path = tmp_path / "f.yaml"
        path.write_text(
            f"survey:\n  - {{type: select_one yn, name: ok, label: OK}}\n{survey}\n{more}", encoding="utf-8"
        )
        form = load_form(path)
        return [
            (each.row - 1 if each.row else None, each.column, each.message) for each in look_over(form, path)
        ]

    return find


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("relevant: 'false()'", "relevant"),
        ("relevant: '1 = 2'", "relevant"),
        ("relevant: 'not(2 >= 1)'", "relevant"),
        ("relevant: \"${ok} = 'maybe'\"", "relevant"),
        ("relevant: \"'maybe' = ${ok}\"", "relevant"),
        ("relevant: \"selected(${ok}, 'maybe')\"", "relevant"),
        ("relevant: \"${ok} = 'yes' and ${ok} = 'no'\"", "relevant"),
        ('relevant: "${n0} > 5 and ${n0} < 5"', "relevant"),
        ("relevant: \"(${ok} = 'yes' or true()) and false()\"", "relevant"),
        ("constraint: '. < 0 and . > 10'", "constraint"),
        ("constraint: '10 < . and . <= 10'", "constraint"),
        ("constraint: 'false()'", "constraint"),
    ],
)
def test_what_can_never_be_is_told(found, rule, column):
    told = found(
        f"  - {{type: integer, name: n0, label: N0}}\n  - {{type: integer, name: n, label: N, {rule}}}"
    )
    assert [(row, where) for row, where, _ in told] == [(3, column)], told
    assert "never" in told[0][2] or "no answer" in told[0][2]


@pytest.mark.parametrize(
    "rule",
    [
        "relevant: \"${ok} = 'yes'\"",
        "relevant: \"${ok} != 'maybe'\"",
        "relevant: \"selected(${ok}, 'yes') or ${ok} = 'no'\"",
        "relevant: \"${ok} = ''\"",
        'relevant: "${n0} >= 5 and ${n0} <= 5"',
        "relevant: 'true()'",
        "constraint: '. > 0 and . < 10'",
        "constraint: '. < 0 or . > 10'",
        "constraint: \"regex(., '[0-9]+')\"",
    ],
)
def test_what_can_be_is_not_told(found, rule):
    assert (
        found(f"  - {{type: integer, name: n0, label: N0}}\n  - {{type: integer, name: n, label: N, {rule}}}")
        == []
    )


def test_everything_in_an_unreachable_group_is_told_once(found):
    told = found(
        "  - {type: begin group, name: g, label: G, relevant: \"${ok} = 'x'\"}\n  - {type: text, name: t, label: T}\n  - {type: end group}"
    )
    assert len(told) == 1
    assert "everything in it" in told[0][2]


def test_single_questions_that_stand_out(found):
    told = found(
        "  - {type: text, name: OK, label: Other}\n"
        "  - {type: text, name: locked, label: L, required: 'yes', read_only: 'yes'}\n"
        "  - {type: begin repeat, name: r, label: R, repeat_count: 'count(${inside}) + 1'}\n"
        "  - {type: text, name: inside, label: I}\n"
        "  - {type: end repeat}"
    )
    assert {(row, column) for row, column, _ in told} == {(2, "name"), (3, "required"), (4, "repeat_count")}


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("relevant: '/data/nope = 1'", "relevant"),
        ("required: 'maybe'", "required"),
        ("calculation: \"if(${ok} = 'yes', yes, 'no')\"", "calculation"),
        ("constraint: \"regex(., '[a-')\"", "constraint"),
    ],
)
def test_paths_that_lead_nowhere_and_patterns_that_are_none(found, rule, column):
    told = found(f"  - {{type: text, name: a, label: A, {rule}}}")
    assert [(row, which) for row, which, _ in told] == [(2, column)]


@pytest.mark.parametrize(
    "rule",
    [
        'calculation: "count(/data/meta/*) + count(../ok) + position(..)"',
        "calculation: \"instance('yn')/root/item[name = ${ok}]/label\"",
        'calculation: "string-length(current()/../ok) + count(/data/meta/instanceID)"',
        "constraint: \"regex(., '^[a-z]+$') and regex(., ${ok})\"",
    ],
)
def test_paths_that_lead_somewhere_are_not_told(found, rule):
    assert found(f"  - {{type: text, name: a, label: A, {rule}}}") == []


def test_a_filter_on_a_column_that_is_not_there(found):
    survey = "  - {type: select_one yn, name: a, label: A, choice_filter: \"nope = ${ok} or name != 'x'\"}"
    ((row, column, message),) = found(survey)
    assert (row, column) == (2, "choice_filter")
    assert "column nope" in message


def test_columns_that_are_nearly_those_that_are_read(found):
    survey = "  - {type: text, name: a, label: A, relevent: '1', calulation: '1', label2: x, remarks: y}"
    told = found(survey, CHOICES + "settings: {form_id: f, versoin: 3}\n")
    assert [column for _, column, _ in told] == ["versoin", "calulation", "relevent"]


@pytest.mark.parametrize("more", ["default: x", "calculation: '1'", "calculation: '1', trigger: '${ok}'"])
def test_what_is_filled_in_may_be_required_and_read_only(found, more):
    assert found(f"  - {{type: text, name: a, label: A, required: 'yes', readonly: 'yes', {more}}}") == []


def test_a_list_may_be_named_in_double_quotes(found):
    more = CHOICES + "  - {list_name: other, name: x, label: X}\n"
    survey = "  - {type: calculate, name: c, calculation: 'instance(\"other\")/root/item[1]/label'}"
    assert found(survey, more) == []


def test_words_without_a_language_count_as_one_more(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: text, name: a, label: A, 'label::中文 (zh)': 甲}\n  - {type: text, name: b, label: B}\n",
        encoding="utf-8",
    )
    assert [(each.row, each.column) for each in look_over(load_form(path), path)] == [(3, "label::中文 (zh)")]


def test_lists_that_nothing_uses_and_files_that_are_missing(found):
    told = found(
        "  - {type: select_one_from_file far.csv, name: far, label: Far}",
        CHOICES + "  - {list_name: lost, name: a, label: A}\n  - {list_name: lost, name: b, label: B}\n",
    )
    assert any("far.csv" in message for _, _, message in told)
    assert [column for _, column, message in told if "lost" in message] == ["list_name"]


def test_columns_a_list_does_not_have(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: select_one_from_file far.csv, name: far, label: Far}\n", encoding="utf-8"
    )
    (tmp_path / "far.csv").write_text("code,words\n1,x\n", encoding="utf-8")
    told = [each.message for each in look_over(load_form(path), path)]
    assert len(told) == 2
    assert all("code, words" in message for message in told)


def test_words_one_language_has_and_another_has_not(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        'survey:\n  - {type: text, name: a, "label::中文 (zh)": 甲, "label::English (en)": A, "hint::中文 (zh)": 提示}\n'
        '  - {type: text, name: b, "label::中文 (zh)": 乙, "hint::English (en)": Hint, "hint::中文 (zh)": 提示}\n',
        encoding="utf-8",
    )
    told = [(each.row, each.column) for each in look_over(load_form(path), path)]
    assert told == [(2, "hint::English (en)"), (3, "label::English (en)")]


def test_a_walk_that_stops_names_the_question_and_the_seed(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: text, name: a, label: A}\n  - {type: select_one_from_file far.csv, name: far, label: Far}\n",
        encoding="utf-8",
    )
    (tmp_path / "far.csv").write_bytes(b"\xff\xff\xff")
    faults, _ = try_out(load_form(path), 3)
    assert "far.csv" in faults[0].message
    assert "seed" in faults[0].message


def test_questions_that_no_walk_came_to(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: text, name: a, label: A}\n  - {type: text, name: b, label: B, relevant: \"${a} = 'abracadabra'\"}\n",
        encoding="utf-8",
    )
    faults, unreached = try_out(load_form(path), 5)
    assert faults == []
    assert [each.row for each in unreached] == [3]


def test_a_question_nobody_gets_past_is_told(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: integer, name: a, label: A, required: 'yes', constraint: '. * . < 0'}\n",
        encoding="utf-8",
    )
    faults, notes = try_out(load_form(path), 1, seed=3)
    assert faults == []
    assert [(each.row, "fitted" in each.message) for each in notes] == [(2, True)]


def test_the_shipped_forms_have_nothing_to_look_at():
    for path in sorted(shipped_folder().glob("*.*")):
        if path.suffix in {".xlsx", ".yaml"}:
            form = load_form(path)
            assert look_over(form, path) == [], path
            assert try_out(form, 5)[0] == []


def test_the_command_tells_faults_warnings_and_notes(tmp_path, capsys):
    path = tmp_path / "f.yaml"
    path.write_text("survey:\n  - {type: text, name: a, label: A, relevant: 'false()'}\n", encoding="utf-8")
    assert run(["forms", "check", "--json", str(path)]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert result["problems"] == []
    assert result["warnings"][0]["row"] == 2
    assert result["warnings"][0]["column"] == "relevant"
    assert Path(result["file"]) == path


def test_no_fault_is_told_in_plain_english_alone():
    """Whatever is found in a form is a phrase, so that it can be said in Chinese."""
    takes = {"fault": 2, "warn": 2, "fault_in": 1, "found_at": 2, "FormProblem": 3, "XPathError": 4}
    plain = []
    for package in ("xforms", "privacy"):
        for path in (Path(fieldkit.__file__).parent / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                words = node.args[takes[name] :][:1] if name in takes else []
                if any(isinstance(each, ast.JoinedStr | ast.Constant) for each in words):
                    plain.append(f"{path.name}:{node.lineno}")
    assert plain == []


def test_what_is_found_is_said_in_chinese_and_stays_so_when_the_form_comes_from_the_cache(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: text, name: a, 'label::English (en)': A, 'label::中文 (zh)': 甲}\n"
        "  - {type: text, name: b, 'label::English (en)': B, relevant: '1 = 2'}\n",
        encoding="utf-8",
    )
    set_language("zh")
    for _again in range(2):
        form = load_form(path)
        found = look_over(form, path)
        assert [fault_text(each) for each in found if each.column == "relevant"] == [
            "工作表 survey，第 3 行，relevant 列：这道题永远不会问到：1 = 2 不可能成立。请改正或删去"
        ]


def test_pyxform_is_quoted_after_what_it_means(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(
        "survey:\n  - {type: text, name: a, label: A}\n  - {type: text, name: a, label: B}\n",
        encoding="utf-8",
    )
    with pytest.raises(FormError) as caught:
        load_form(path)
    [fault] = caught.value.faults
    set_language("zh")
    assert fault_text(fault).startswith("工作表 survey，第 3 行，name 列：名字重复了。")
    assert fault.message in fault_text(fault)
    set_language("en")
    assert fault_text(fault) == f"sheet survey, row 3, column name: {fault.message}"
