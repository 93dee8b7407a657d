"""The files people keep forms in: encodings, marks, separators, blank rows, other names for columns and sheets."""

from __future__ import annotations

import io
import zipfile

import pytest

from fieldkit.xforms import FormEntry, FormError, load_form
from tests.xforms.workbooks import workbook

CSV = (
    '"survey",,,,\n,"type","name","label","calculation"\n,"text","a","村名",\n,,,,\n,"calculate","b",,"{rule}"\n'
    '"settings",,,,\n,"form_id",,,\n,"f",,,\n'
)
MARKDOWN = (
    "# A form\n\n| survey | | | | |\n| --- | --- | --- | --- | --- |\n| | type | name | label | calculation |\n"
    "| | text | a | 村名 | |\n\n| | calculate | b | | {rule} |\n"
)
YAML = "survey:\n  - {{type: text, name: a, label: 村名}}\n  - {{type: calculate, name: b, calculation: {rule}}}\n"


def problems(path, content):
    path.write_bytes(content)
    with pytest.raises(FormError) as caught:
        load_form(path)
    return caught.value.problems


@pytest.mark.parametrize("suffix", [".csv", ".md", ".yaml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_is_read_as_it_was_saved(tmp_path, suffix, encoding, end):
    text = {".csv": CSV, ".md": MARKDOWN, ".yaml": YAML}[suffix].format(rule="1")
    path = tmp_path / f"f{suffix}"
    path.write_bytes(text.replace("\n", end).encode(encoding))
    assert FormEntry(load_form(path)).label("/data/a") == "村名"


def test_semicolons_and_long_cells_are_read(tmp_path):
    path = tmp_path / "f.csv"
    long = "长" * 200_000
    path.write_text(CSV.format(rule="1").replace(",", ";").replace("村名", long), encoding="utf-8")
    assert FormEntry(load_form(path)).label("/data/a") == long


@pytest.mark.parametrize(("name", "text", "line"), [("f.csv", CSV, 5), ("f.md", MARKDOWN, 8)])
def test_text_faults_name_the_line_of_the_file(tmp_path, name, text, line):
    (problem,) = problems(tmp_path / name, text.format(rule="foo()").encode())
    assert problem[:3] == ("survey", line, "calculation")


@pytest.mark.parametrize(
    "settings",
    [
        ["set_form_id", "set_form_title"],
        ["Form_ID", "title"],
        ["form id", "form title"],
        ["id_string", "title"],
    ],
)
def test_a_form_keeps_its_own_id_whatever_the_column_is_called(tmp_path, settings):
    path = tmp_path / "other.xlsx"
    survey = [["type", "name", "label"], ["text", "a", "A"]]
    path.write_bytes(workbook(survey=survey, settings=[settings, ["mine", "Title"]]))
    assert load_form(path).id == "mine"


def test_columns_under_other_names_have_places(tmp_path):
    rows = [["command", "Tag", "caption", "calculate"], ["text", "a", "A"], ["calculate", "b", None, "foo()"]]
    (problem,) = problems(tmp_path / "f.xlsx", workbook(survey=rows))
    assert problem[:3] == ("survey", 3, "calculation")


@pytest.mark.parametrize(
    ("sheets", "place"),
    [
        ({"settings": [["instance_name"], ["foo()"]]}, ("settings", 2, "instance_name")),
        ({"entities": [["list_name", "label", "create_if"], ["t", "x", "foo()"]]}, ("entities", 2, "create_if")),
        ({"survey": [["begin repeat", "r", "R", "foo()"], ["text", "c", "C"], ["end repeat"]]}, ("survey", 3, "repeat_count")),
        ({"survey": [["rank", "r", "R"]]}, ("survey", 3, "type")),
        ({"survey": [[None, "r", "R"]]}, ("survey", 3, "type")),
    ],
)  # fmt: skip
def test_what_pyxform_makes_is_placed_where_it_was_written(tmp_path, sheets, place):
    survey = [["type", "name", "label", "repeat_count"], ["text", "a", "A"], *sheets.get("survey", [])]
    (problem,) = problems(tmp_path / "f.xlsx", workbook(**{**sheets, "survey": survey}))
    assert problem[:3] == place


def test_a_control_character_is_placed(tmp_path):
    text = 'survey:\n  - {type: text, name: a, label: A}\n  - {type: text, name: b, label: "B\\x07"}\n'
    (problem,) = problems(tmp_path / "f.yaml", text.encode())
    assert problem[:3] == ("survey", 3, "label")


def test_spaces_in_the_choices_of_a_select_multiple_have_a_row(tmp_path):
    survey = [["type", "name", "label"], ["select_multiple L", "a", "A"]]
    choices = [["list_name", "name", "label"], ["L", "a", "A"], ["L", "b c", "B"]]
    (problem,) = problems(tmp_path / "f.xlsx", workbook(survey=survey, choices=choices))
    assert problem[:3] == ("choices", 3, "name")


def test_a_misspelt_sheet_is_named(tmp_path):
    survey = [["type", "name", "label"], ["select_one L", "a", "A"]]
    (problem,) = problems(tmp_path / "f.xlsx", workbook(survey=survey, choice=[["list_name", "name"]]))
    assert "'choice'" in problem[3]


def test_a_part_that_unpacks_from_next_to_nothing_is_refused(tmp_path):
    file = io.BytesIO(workbook(survey=[["type", "name", "label"], ["text", "a", "A"]]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", "<a " + " " * (20 << 20))
    (problem,) = problems(tmp_path / "f.xlsx", file.getvalue())
    assert "unpack" in problem[3]
