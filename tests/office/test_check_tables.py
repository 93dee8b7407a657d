"""Tables of checks: the one that ships fits the forms that ship, an office adds its own, and what is wrong there is told by row
and column while all other checks go on.
"""

from __future__ import annotations

import csv
import io

import pytest

from fieldkit.explain import explain
from fieldkit.i18n import set_language
from fieldkit.library import FormLibrary
from fieldkit.office.checks.table import COLUMNS, KINDS, SHIPPED, check_table, read_table
from tests.office.checked import Town, household, visit

LIBRARY = FormLibrary(None)
GOOD = {
    "id": "own-rule", "kind": "rule", "form": "visit", "question": "visit_no", "when": "${visit_no} > 40",
    "label_zh": "走访次数太多", "label_en": "Many visits", "remedy_zh": "看一看", "remedy_en": "Have a look",
}  # fmt: skip


def table(*rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def refused(tmp_path, text):
    (tmp_path / "checks").mkdir(parents=True)
    (tmp_path / "checks" / "own.csv").write_text(text, encoding="utf-8")
    found = check_table(tmp_path, LIBRARY)
    assert {each.id for each in found.checks.values()} == set(read_table(SHIPPED))
    [error] = found.refused
    return error


def test_every_shipped_check_fits_the_forms_that_ship():
    checks = read_table(SHIPPED, LIBRARY)
    assert {each.kind for each in checks.values()} == set(KINDS) - {"off"}


def test_no_shipped_check_says_anything_about_people():
    """Not in its words, and not in the questions it looks at: no staff, no laptop, no village."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert not [
        each for each in ("checker", "orig_staff", "inspector", "staff_ids", "sampler") if each in text
    ]


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"id": "Own"}, "id", "id"),
        ({"kind": "score"}, "kind", "kind"),
        ({"form": "nosuch"}, "form", "form"),
        ({"question": "nosuch"}, "question", "question"),
        ({"question": "offer_how"}, "tier", "question"),
        ({"form": "household", "question": "phone"}, "tier", "question"),
        ({"when": "${nosuch} = 1"}, "expression", "when"),
        ({"when": "${visit_no} >"}, "expression", "when"),
        ({"when": "selected(${offer_how}, 'talk')"}, "tier", "when"),
        ({"when": "string-length(//offer_topics) > 0"}, "tier", "when"),
        ({"when": ""}, "empty", "when"),
        ({"label_en": ""}, "empty", "label_en"),
        ({"remedy_zh": ""}, "empty", "remedy_zh"),
        ({"parameters": "most=3"}, "parameter", "parameters"),
        ({"kind": "outlier", "parameters": "least=many"}, "number", "parameters"),
        ({"kind": "shape", "parameters": "check=nosuch"}, "standard", "parameters"),
        ({"kind": "known", "of": "household"}, "of", "of"),
        ({"kind": "known"}, "empty", "of"),
        ({"kind": "count", "of": "quiz:event"}, "pair", "question"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column_and_the_other_checks_go_on(tmp_path, change, code, column):
    error = refused(tmp_path, table({**GOOD, "id": "first"}, {**GOOD, **change}))
    assert (error.code, error.params["row"], error.params["column"]) == (f"check.{code}", 3, column)
    for language in ("en", "zh"):
        set_language(language)
        assert "own.csv" in explain(error)
        assert "{" not in explain(error).replace("${", "")


def test_a_missing_column_two_rows_of_one_id_and_a_file_that_is_none_are_told(tmp_path):
    assert refused(tmp_path, "id,kind\na,off\n").params["column"] == "form"
    assert refused(tmp_path / "b", table(GOOD, GOOD)).code == "check.twice"
    assert refused(tmp_path / "c", "\0").code in {"list.unreadable", "check.column"}


def test_an_office_adds_a_check_changes_one_and_turns_one_off(tmp_path):
    rows = [
        GOOD,
        {"id": "unregistered", "kind": "off"},
        {
            **GOOD,
            "id": "household-size",
            "form": "household",
            "question": "declared_size",
            "when": "${declared_size} > 9",
        },
    ]
    town = Town(tmp_path, checks=table(*rows))
    town.put("visit", visit(1, visit_no="41"))
    town.put("household", household(2, **{"home/declared_size": "9"}))
    town.put("household", household(3, **{"home/declared_size": "10"}))
    town.bring()
    assert town.office.checks.refused == ()
    assert sorted(town.found()) == [("household-size", "home/declared_size"), ("own-rule", "visit_no")]
    town.close()


def test_another_table_looks_at_everything_again(tmp_path):
    town = Town(tmp_path)
    town.put("household", household(1))
    town.put("visit", visit(1, visit_no="41"))
    town.bring()
    assert town.found() == []
    (town.office.folder / "checks" / "own.csv").write_text(table(GOOD), encoding="utf-8")
    del town.office.checks, town.office.lists
    town.office.keep_tables()
    assert town.found() == [("own-rule", "visit_no")]
    town.close()
