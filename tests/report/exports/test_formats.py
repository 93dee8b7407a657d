"""What is written is read back by other readers, whole: values, labels, why answers are missing, rows of repeats."""

from __future__ import annotations

import csv
import zipfile
from decimal import Decimal

import polars as pl
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from fieldkit.i18n import language
from fieldkit.report.exports import xlsx_file
from fieldkit.report.exports.manifest import verify
from fieldkit.xforms.submission import read_submission
from tests.report.exports.conftest import DONE, FREE, PLACES, record

KEY = "record_key"
DK = {"missing": "dk"}
ASKED = DONE | {
    "rooms": DK,
    "needs": {"missing": "declined"},
    "code": {"missing": "pns"},
    "outcome": {"missing": "na"},
}


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_table_for_each_repeat_tied_by_keys(exported):
    folder, manifest = exported("csv", record(1, DONE))
    [row] = lines(folder / "fam.csv")
    assert manifest.rows == {"fam": 1, "members": 2, "jobs": 2}
    assert {name: row[name] for name in ("village", "date", "arrive", "birth_year", "rooms", "amount", "needs")} == {
        "village": "990101100200", "date": "2026-03", "arrive": "09", "birth_year": "1970-1974", "rooms": "-3",
        "amount": "81945.10", "needs": "water road",
    }  # fmt: skip
    assert [row[f"needs__{each}"] for each in ("water", "school", "road")] == ["1", "0", "1"]
    assert len(row["hh_id"]) == len(row[KEY]) == 16
    members, jobs = lines(folder / "members.csv"), lines(folder / "jobs.csv")
    assert [(each[KEY], each["row"], each["sex"]) for each in members] == [
        (row[KEY], "1", "2"),
        (row[KEY], "2", "1"),
    ]
    assert [(each["row"], each["parent_row"], each["hours"], each["hours_missing"]) for each in jobs] == [
        ("1", "2", "40", ""), ("2", "2", "", "dk"),
    ]  # fmt: skip


def test_csv_begins_with_a_mark_and_no_formula(exported):
    folder, _manifest = exported(
        "csv", record(1, DONE), record(2, DONE | {"code": "'already"}), record(3, DONE | {"code": "-1"})
    )
    assert (folder / "fam.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    codes = [each["code"] for each in lines(folder / "fam.csv")]
    assert sorted(codes) == sorted(["'=cmd|'/c calc'!A1", "''already", "'-1"])
    assert sorted(code[1:] for code in codes) == sorted(["=cmd|'/c calc'!A1", "'already", "-1"])


def test_why_an_answer_is_missing_stands_beside_it(exported):
    folder, _manifest = exported("csv", record(1, ASKED), record(2, DONE, conflicts=["rooms"]))
    told = {each["rooms_missing"]: each for each in lines(folder / "fam.csv")}
    assert set(told) == {"dk", "conflict"}
    assert told["dk"]["rooms"] == "" == told["conflict"]["rooms"]
    assert told["dk"]["needs_missing"] == "declined"
    assert told["dk"]["needs__water"] == ""
    assert told["conflict"]["needs_missing"] == ""
    assert "amount_missing" not in told["dk"]


@pytest.mark.parametrize(("code", "words"), [("zh", "选water"), ("en", "water!")])
def test_stata_has_labels_and_extended_missing_values(exported, code, words):
    folder, _manifest = exported("dta", record(1, ASKED), record(2, DONE, conflicts=["rooms"]), language=code)
    frame, meta = pyreadstat.read_dta(folder / "fam.dta", user_missing=True, output_format="dict")
    assert sorted(map(str, frame["rooms"])) == ["a", "e"]
    assert sorted(map(str, frame["needs__water"])) == ["1", "b"]
    assert sorted(frame["code_missing"]) == ["", "pns"]
    assert sorted(map(str, frame["outcome"])) == ["1", "d"]
    assert frame["amount"] == [81945.10, 81945.10]
    assert meta.column_names_to_labels["needs__water"].endswith(words)
    assert meta.variable_value_labels["village"] == {1: PLACES[0].names[code], 2: PLACES[1].names[code]}
    assert set(meta.variable_value_labels["rooms"]) == {"a", "e"}
    assert meta.file_label.startswith("仅限安排服务使用；不得用于处罚")
    sex, labels = pyreadstat.read_dta(folder / "members.dta", output_format="dict")
    assert sorted(sex["sex"]) == [1, 1, 2, 2]
    assert set(labels.variable_value_labels["sex"]) == {1, 2}


def test_spss_has_labels_and_declared_missing_values(exported):
    folder, _manifest = exported("sav", record(1, ASKED), record(2, DONE))
    frame, meta = pyreadstat.read_sav(folder / "fam.sav", user_missing=True, output_format="dict")
    assert sorted(frame["rooms"]) == [-999_999_991, -3]
    assert meta.variable_value_labels["rooms"][-999_999_991] == "Don't know"
    assert meta.missing_ranges["rooms"] == [{"lo": -999_999_997, "hi": -999_999_991}]
    assert "".join(meta.notes).startswith("仅限安排服务使用；不得用于处罚")
    again, _meta = pyreadstat.read_sav(folder / "fam.sav", output_format="dict")
    assert {str(each) for each in again["rooms"]} <= {"-3.0", "nan", "None"}


def test_parquet_has_dictionaries_types_and_words(exported):
    folder, _manifest = exported("parquet", record(1, ASKED), record(2, DONE))
    frame = pl.read_parquet(folder / "fam.parquet").sort("rooms")
    assert frame.schema["village"] in (pl.Categorical, pl.Enum)
    assert frame["rooms"].to_list() == [None, -3]
    assert frame["rooms_missing"].cast(pl.String).to_list() == ["dk", None]
    assert frame["needs__road"].to_list() == [None, 1]
    told = pl.read_parquet_metadata(folder / "fam.parquet")
    assert told["fieldkit"].startswith("仅限安排服务使用；不得用于处罚")
    assert '"choices": {"done": "done!"' in told["columns"]
    assert not list(folder.glob(".*"))


def test_a_workbook_has_a_sheet_for_each_table_and_cells_of_text(exported):
    folder, _manifest = exported("xlsx", record(1, DONE))
    book = load_workbook(folder / "fam.xlsx")
    assert book.sheetnames == ["fam", "members", "jobs", "about"]
    names, row = book["fam"].values
    found = dict(zip(names, row, strict=True))
    assert found["code"] == "=cmd|'/c calc'!A1"
    assert book["fam"].cell(2, names.index("code") + 1).data_type == "s"
    assert (found["rooms"], found["village"], found["amount"]) == (-3, "990101100200", 81945.1)
    assert book["about"]["A1"].value.startswith("仅限安排服务使用；不得用于处罚")


def test_a_full_sheet_goes_on_in_the_next(exported, monkeypatch):
    monkeypatch.setattr(xlsx_file.write_xlsx, "__defaults__", (4,))
    folder, manifest = exported("xlsx", *(record(n, DONE) for n in range(7)))
    book = load_workbook(folder / "fam.xlsx")
    sheets = [each for each in book if each.title.startswith("fam")]
    assert [(each.title, each.max_row) for each in sheets] == [("fam", 4), ("fam 2", 4), ("fam 3", 2)]
    assert {each["A1"].value for each in sheets} == {KEY}
    assert manifest.rows["fam"] == 7


def test_submissions_are_read_by_our_own_reader(exported, tables):
    folder, manifest = exported("xml", record(1, ASKED), record(2, DONE))
    with zipfile.ZipFile(folder / "fam.zip") as archive:
        names = archive.namelist()
        found = [read_submission(tables.library.known("fam"), archive.read(name)) for name in names]
    assert [each.unknown for each in found] == [[], []]
    asked = next(each.answers for each in found if each.answers["rooms"] == DK)
    done = next(each.answers for each in found if each.answers["rooms"] != DK)
    assert asked["needs"] == {"missing": "declined"}
    assert (done["needs"], done["date"], done["amount"]) == ("water road", "2026-03", "81945.10")
    assert sorted(answer for key, answer in done.items() if key.endswith("/sex")) == ["1", "2"]
    hours = [answer for key, answer in done.items() if key.endswith("/hours")]
    assert hours == ["40", DK]
    assert (
        done["meta/instanceID"]
        == "uuid:" + names[found.index(next(e for e in found if e.answers is done))][10:-4]
    )
    assert manifest.rows == {"fam": 2, "members": 4, "jobs": 4}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "dta", "sav", "parquet", "xml"])
def test_a_form_without_records_makes_empty_tables(exported, kind):
    folder, manifest = exported(kind)
    assert set(manifest.rows.values()) == {0}
    assert verify(folder) == manifest


def test_the_codebook_tells_every_column_in_the_language_wanted(exported):
    before = language()
    folder, _manifest = exported("csv", record(1, DONE), language="zh")
    assert language() == before
    rows = list(csv.reader((folder / "codebook.csv").read_text(encoding="utf-8-sig").splitlines()))
    needs = next(row for row in rows if row[1] == "needs")
    assert needs[2] == "问needs"
    assert needs[4] == "water (1) 选water; school (2) 选school; road (3) 选road"
    assert needs[5] == "N"
    assert needs[7:] == ["7", "needs"]
    assert {row[1] for row in rows}.isdisjoint({"name", "ill", "card", "note", "inner"})
    page = (folder / "codebook.html").read_text(encoding="utf-8")
    assert "不得用于处罚" in page
    assert 'lang="zh-Hans"' in page


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "rooms": st.one_of(st.integers(-(10**14), 10**14).map(str), st.just(DK), st.text(max_size=8)),
        "amount": st.one_of(st.decimals(-10_000, 10_000, places=2).map(str), st.text(max_size=4)),
        "needs": st.lists(st.sampled_from(["water", "school", "road", "other"]), max_size=4).map(" ".join),
        "code": st.one_of(st.text(max_size=40), st.just({"missing": "pns"})),
        "village": st.sampled_from(["990101100200", "elsewhere", ""]),
        "birth_year": st.one_of(st.integers(1900, 2026).map(str), st.text(max_size=5)),
        "stats": st.sampled_from(["yes", ""]),
    },
)


def csv_rows(folder):
    return [{name: cell.removeprefix("'") for name, cell in row.items()} for row in lines(folder / "fam.csv")]


def xlsx_rows(folder):
    names, *rows = load_workbook(folder / "fam.xlsx")["fam"].values
    return [dict(zip(names, ("" if cell is None else cell for cell in row), strict=True)) for row in rows]


def parquet_rows(folder):
    frame = pl.read_parquet(folder / "fam.parquet")
    return [{name: "" if cell is None else cell for name, cell in row.items()} for row in frame.to_dicts()]


@pytest.mark.parametrize(
    ("kind", "read"), [("csv", csv_rows), ("xlsx", xlsx_rows), ("parquet", parquet_rows)]
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=st.lists(ANSWERS, min_size=1, max_size=4))
def test_any_answers_survive_or_are_told_as_unread(tables, tmp_path_factory, kind, read, answers):
    from fieldkit.privacy.profiles import Profile
    from fieldkit.report.exports.writing import Wanted, export
    from tests.report.exports.conftest import SECRET, TODAY

    tables.found = [record(n, each | {"hh_id": str(n)}) for n, each in enumerate(answers)]
    folder = tmp_path_factory.mktemp("any") / "out"
    manifest = export(tables, Wanted("fam", kind, Profile.DEIDENTIFIED, "en", "x", TODAY), folder, SECRET)
    rows = {each["hh_id"]: each for each in read(folder)}
    assert len(rows) == manifest.rows["fam"] == len(answers)
    from fieldkit.privacy.leaving import pseudonym

    unread = 0
    for n, said in enumerate(answers):
        row = rows[pseudonym(SECRET, "household", str(n))]
        for name, answer in said.items():
            cell, why = row[name], row.get(f"{name}_missing", "")
            if not answer:
                assert (cell, why) == ("", "")
            elif isinstance(answer, dict):
                assert (cell, why) == ("", answer["missing"])
            elif why == "unread":
                unread += 1
                assert cell == ""
            elif name in {"rooms", "amount"}:
                assert Decimal(str(cell)) == Decimal(answer)
            elif name == "birth_year":
                first, last = map(int, cell.split("-"))
                assert first <= int(answer) <= last
            elif name == "needs":
                assert cell.split() == answer.split()
            else:
                assert cell == answer or answer[:7] == cell, (name, answer)
        assert FREE not in str(row)
    assert manifest.unread == unread
