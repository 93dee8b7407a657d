"""The lists beside the forms: each in the index, codes unique and text, both languages, as their standards have them."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from fieldkit.xforms import FormEntry, Missing, load_form
from tests.forms.shipped import CHINA, FORMS, LANGUAGES, NOW

INDEX = "code_lists.csv"
TEXTS = [f"label::{language}" for language in LANGUAGES]
FILES = sorted(path.name for path in FORMS.glob("*.csv") if path.name != INDEX)


def rows_of(name: str) -> list[dict[str, str]]:
    with (FORMS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LISTED = {row["file"]: row for row in rows_of(INDEX)}
CHOICES = [name for name, row in LISTED.items() if row["kind"] == "choices" and row["rows_from"] != "program"]


def codes(name: str) -> list[str]:
    return [row["name"] for row in rows_of(name) if not row["missing"]]


def test_every_list_is_in_the_index_and_every_line_has_its_list() -> None:
    assert sorted(LISTED) == FILES
    assert [row["file"] for row in rows_of(INDEX)] == sorted(LISTED)


@pytest.mark.parametrize("name", FILES)
def test_the_index_says_where_a_list_is_from_and_what_changed(name: str) -> None:
    row = LISTED[name]
    assert row["kind"] in {"choices", "data"}
    assert row["rows_from"] in {"shipped", "demo", "program"}
    assert row["source"]
    assert all(row[f"title::{language}"] for language in LANGUAGES)
    by_program = row["rows_from"] == "program"
    for column in ("version", "date", *(f"changed::{language}" for language in LANGUAGES)):
        assert bool(row[column]) != by_program, column
    assert by_program or date.fromisoformat(row["date"]) >= date(1980, 1, 1)
    assert bool(row["compared_with"]) == (row["rows_from"] == "shipped")


@pytest.mark.parametrize("name", FILES)
def test_lists_are_whole_tables_of_plain_text(name: str) -> None:
    content = (FORMS / name).read_bytes()
    assert b"\r" not in content
    with (FORMS / name).open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert len(set(header)) == len(header)
    assert all(len(row) == len(header) for row in rows)
    assert all(cell == cell.strip() and not cell.startswith(("=", "+", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("name", CHOICES)
def test_codes_are_unique_and_named_in_both_languages(name: str) -> None:
    rows = rows_of(name)
    names = [row["name"] for row in rows]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[0-9]+|[a-z_]+", each) for each in names)
    for row in rows:
        assert row["label"] == row[TEXTS[0]], row
        assert re.search(r"[\u3400-\u9fff]", row[TEXTS[0]]), row
        assert re.fullmatch(r"[\x20-\x7e]+", row[TEXTS[1]]), row
        missing = row.get("missing", "")
        assert missing == (row["name"] if row["name"] in {each.value for each in Missing} else "")
    for column in TEXTS:
        assert len({row[column] for row in rows}) == len(rows), column


@pytest.mark.parametrize(
    "name", ["marital.csv", "edu.csv", "ethnic.csv", "occupation.csv", "rel.csv", "rel2.csv"]
)
def test_lists_about_people_can_be_left_unanswered(name: str) -> None:
    assert [row["missing"] for row in rows_of(name)][-2:] == ["pns", "declined"]


def test_codes_are_those_of_their_standards() -> None:
    assert codes("marital.csv") == ["10", "20", "21", "22", "23", "30", "40", "90"]
    assert codes("edu.csv") == ["10", "20", "30", "40", "60", "70", "80", "90"]
    assert codes("ethnic.csv") == [*(f"{number:02}" for number in range(1, 57)), "97", "98"]
    assert codes("occupation.csv") == [*"12345678", "not_working"]
    assert codes("rel.csv") == [*"012345678"]
    assert codes("sex.csv") == ["0", "1", "2", "9"]


def test_marital_status_is_counted_in_five_groups() -> None:
    rows = rows_of("marital.csv")
    short = [row["name"] for row in rows if row["collapsed"] == row["name"]]
    assert short == ["10", "20", "30", "40", "90", "pns", "declined"]
    assert {row["name"]: row["collapsed"] for row in rows if row["name"] not in short} == dict.fromkeys(
        ["21", "22", "23"], "20"
    )


def test_two_digit_relations_belong_to_one_digit_ones_and_number_no_children() -> None:
    rows = rows_of("rel2.csv")
    one_digit = {row["name"] for row in rows_of("rel.csv")}
    assert {row["rel"] for row in rows} == one_digit
    for row in rows:
        if not row["missing"]:
            assert row["rel"] == min(row["name"][0], "8"), row
    left_out = {f"{each:02}" for each in (*range(3, 10), *range(13, 20), *range(21, 27), *range(31, 37), 98)}
    assert {f"{each:02}" for each in range(1, 100)} - set(codes("rel2.csv")) == left_out


def test_division_codes_have_the_structure_of_the_standard() -> None:
    rows = rows_of("divisions.csv")
    known = {row["name"] for row in rows}
    for row in rows:
        assert re.fullmatch(r"\d{12}", row["name"])
        assert 100 <= int(row["town"][6:]) <= 199
        assert row["name"].startswith(row["town"])
        kind = "community" if 1 <= int(row["name"][9:]) <= 199 else "village"
        assert row["kind"] == kind
        assert int(row["name"][9:]) < 400
        assert row["version"] == LISTED["divisions.csv"]["version"]
        assert date.fromisoformat(row["since"]) <= NOW.date()
        assert row["replaces"] == "" or (
            re.fullmatch(r"\d{12}", row["replaces"]) and row["replaces"] not in known
        )
    assert {row["name"][:2] for row in rows} == {"99"}, "the shipped places are invented"


def test_surnames_have_readings_in_letters_and_a_source() -> None:
    rows = rows_of("surnames.csv")
    assert 60 <= len(rows) == len({row["surname"] for row in rows})
    for row in rows:
        readings = row["readings"].split()
        assert re.fullmatch(r"[\u3400-\u9fff]{1,2}", row["surname"])
        assert readings
        assert len(set(readings)) == len(readings)
        assert all(re.fullmatch("-".join(["[a-z]+"] * len(row["surname"])), each) for each in readings), row
        assert row["source"]


def test_holidays_say_how_far_working_days_are_from_plain_weekdays() -> None:
    shift = 0
    rows = rows_of("holidays.csv")
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
    for row in rows:
        day = date.fromisoformat(row["name"])
        assert row["kind"] == ("off" if day.weekday() < 5 else "work"), row
        shift += 1 if row["kind"] == "work" else -1
        assert int(row["shift"]) == shift, row
        assert row["version"] == str(day.year)
    days = [date(2026, 1, 1) + timedelta(days=each) for each in range(365)]
    assert sum(day.weekday() < 5 for day in days) + shift == 248


def test_amounts_are_money_of_a_programme_and_a_year_and_plainly_invented() -> None:
    rows = rows_of("benefit_amounts.csv")
    assert len({(row["programme"], row["year"]) for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"20\d\d", row["year"])
        assert re.fullmatch(r"\d+\.\d\d", row["amount"])
        assert "虚构" in row["source"]


FROM_FILES = """
settings: [{form_id: lists, form_title: 列表, version: "1", default_language: 中文 (zh)}]
survey:
  - {type: select_one_from_file marital.csv, name: marital, "label::中文 (zh)": 婚姻, "label::English (en)": Marital,
     required: "yes", choice_filter: collapsed = name}
  - {type: select_one_from_file rel.csv, name: rel, "label::中文 (zh)": 关系, "label::English (en)": Relation}
  - {type: select_one_from_file rel2.csv, name: rel2, "label::中文 (zh)": 关系二, "label::English (en)": Relation 2,
     choice_filter: "rel = ${rel} or missing != ''"}
  - {type: text, name: seen, "label::中文 (zh)": 看, "label::English (en)": Seen, relevant: "${marital} = '20'"}
"""


def test_a_choice_of_a_file_is_a_missing_answer_where_its_row_says_so(tmp_path: Path) -> None:
    for name in ("marital.csv", "rel.csv", "rel2.csv"):
        (tmp_path / name).write_bytes((FORMS / name).read_bytes())
    (tmp_path / "lists.yaml").write_text(FROM_FILES, encoding="utf-8")
    entry = FormEntry(load_form(tmp_path / "lists.yaml"), now=NOW, tz=CHINA)
    offered = entry.choices("/data/marital")
    assert [choice.value for choice in offered] == ["10", "20", "30", "40", "90", "pns", "declined"]
    assert [choice.missing for choice in offered][-2:] == [Missing.PNS, Missing.DECLINED]
    assert [problem.kind for problem in entry.problems("/data/marital")] == ["required"]
    entry.set("/data/marital", "20")
    assert entry.is_relevant("/data/seen")
    for value, missing in (("pns", Missing.PNS), ("declined", Missing.DECLINED)):
        entry.set("/data/marital", value)
        assert (entry.missing("/data/marital"), entry.value("/data/marital")) == (missing, "")
        assert entry.problems("/data/marital") == []
        assert not entry.is_relevant("/data/seen")
    entry.set("/data/rel", "2")
    assert [choice.value for choice in entry.choices("/data/rel2")] == [
        "20",
        "27",
        "28",
        "29",
        "pns",
        "declined",
    ]
    again = FormEntry(entry.form, answers=entry.answers(), now=NOW, tz=CHINA)
    assert again.missing("/data/marital") is Missing.DECLINED
