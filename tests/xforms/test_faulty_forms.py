"""Faults of forms: each named with sheet, row and column, never a traceback."""

from __future__ import annotations

import openpyxl
import pytest

from fieldkit.xforms import FormError, load_form

HEAD = ["type", "name", "label", "relevant", "calculation", "constraint"]


def workbook(path, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "survey"
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id"])
    settings.append(["faulty"])
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        ([["text", "a", "A"], ["text", "b", "B", "${nope} = 1"]], 3, "relevant", "nope"),
        ([["text", "a", "A"], [], ["integer", "b", "B", "", "", ". > nofunc(1)"]], 4, "constraint", "nofunc"),
        ([["calculate", "a", "", "", "1 +"]], 2, "calculation", "ends too early"),
        ([["calculate", "a", "", "", "if(1, 2)"]], 2, "calculation", "3 arguments"),
        ([["text", "a", "A", "", "", "(. > 1"]], 2, "constraint", "')' is missing"),
        ([["text", "a", "A"], ["text", "a", "A"]], 3, "name", "a"),
        ([["wrongtype", "a", "A"]], 2, "type", "wrongtype"),
    ],
)
def test_the_place_is_named(tmp_path, rows, row, column, words):
    with pytest.raises(FormError) as caught:
        load_form(workbook(tmp_path / "f.xlsx", rows))
    assert any(p[0] == "survey" and p[1] == row and words in p[3] for p in caught.value.problems), (
        caught.value.problems
    )
    if column != "type":
        assert any(p[2] == column for p in caught.value.problems), caught.value.problems


def test_every_fault_is_gathered(tmp_path):
    rows = [["calculate", "a", "", "", "1 +"], ["calculate", "b", "", "", "nofunc()"]]
    with pytest.raises(FormError) as caught:
        load_form(workbook(tmp_path / "f.xlsx", rows))
    assert [p[1] for p in caught.value.problems] == [2, 3]


def test_a_circle_is_named_whole(tmp_path):
    rows = [
        ["calculate", "a", "", "", "${c} + 1"],
        ["calculate", "b", "", "", "${a} + 1"],
        ["calculate", "c", "", "", "${b}"],
    ]
    with pytest.raises(FormError) as caught:
        load_form(workbook(tmp_path / "f.xlsx", rows))
    message = caught.value.problems[0][3]
    assert all(f"/data/{name}" in message for name in "abc")
    assert "circle" in message


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.pdf", "hello", "not a kind of form"),
        ("x.yaml", "survey: [1, 2", "check indentation"),
        ("x.yaml", "- a\n- b\n", "sheets as its top-level keys"),
        ("x.yaml", "survey:\n  - {type: text, name: a, label: {x: y}}\n", "a cell holds text"),
        ("x.yaml", "surveys:\n  - {type: text, name: a}\n", "not a sheet"),
        ("x.yaml", "settings:\n  - {form_id: a}\n", "no survey sheet"),
        (
            "x.yaml",
            "survey:\n  - {type: text, name: a, label: A, 'fk:teir': P}\nsettings:\n  - {form_id: a}\n",
            "fk:teir",
        ),
        ("x.xlsx", "not a workbook", "cannot be read"),
        ("x.xml", "<h:html", "well-formed"),
        ("x.xml", "<data/>", "not an XForm"),
    ],
)
def test_unusable_files_are_refused_in_words(tmp_path, name, text, words):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormError) as caught:
        load_form(path)
    assert words in str(caught.value)


def test_yaml_faults_name_the_line_of_the_file(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "settings:\n  - form_id: x\nsurvey:\n  - type: text\n    name: a\n    label: A\n  - type: calculate\n    name: b\n    calculation: nofunc()\n",
        encoding="utf-8",
    )
    with pytest.raises(FormError) as caught:
        load_form(path)
    assert caught.value.problems[0][:3] == ("survey", 7, "calculation")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FormError, match="there is no file"):
        load_form(tmp_path / "gone.xlsx")


def test_entities_cannot_bomb(tmp_path):
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>', encoding="utf-8")
    with pytest.raises(FormError):
        load_form(path)


def test_a_corrupt_cache_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    path = workbook(tmp_path / "f.xlsx", [["text", "a", "A"]])
    first = load_form(path)
    for entry in (tmp_path / "cache").iterdir():
        entry.write_bytes(b"{broken")
    assert load_form(path).hash == first.hash


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ({"calculate": "../a + 1"}, "calculation"),
        ({"calculate": "coalesce(/data/a, 1)"}, "calculation"),
        ({"calculate": ". + 1"}, "calculation"),
        ({"relevant": "/data/a != ''"}, "relevant"),
        ({"required": ". > 10"}, "required"),
        ({"readonly": "current()/. > 10"}, "read_only"),
    ],
)
def test_a_rule_that_reads_its_own_node_is_refused(tmp_path, rule, column):
    with pytest.raises(FormError) as caught:
        load_form(xform(tmp_path, rule))
    assert caught.value.problems[0][2] == column
    assert "itself" in caught.value.problems[0][3]


@pytest.mark.parametrize(
    "rule",
    [
        {"calculate": "once(/data/b)"},
        {"constraint": ". > 10"},
        {"constraint": "../a > 10"},
        {"relevant": "position() = 1"},
        {"calculate": "../a/b"},
    ],
)
def test_a_rule_may_look_at_its_own_node_without_depending_on_it(tmp_path, rule):
    assert load_form(xform(tmp_path, rule)).find("a").path == "/data/a"


def xform(folder, rule):
    """A form of two questions, the first with a rule."""
    attributes = " ".join(f'{name}="{value}"' for name, value in rule.items())
    path = folder / "f.xml"
    path.write_text(
        f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
        <instance><data id="f"><a/><b/></data></instance><bind nodeset="/data/a" {attributes}/></model></h:head>
        <h:body><input ref="/data/a"/><input ref="/data/b"/></h:body></h:html>""",
        encoding="utf-8",
    )
    return path
