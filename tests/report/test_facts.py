"""What is read of records for counting: rows by the names of questions, and who is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fieldkit.library import FormLibrary
from fieldkit.records import Record
from fieldkit.report.facts import ROW, gather

VILLAGE = "990101100200"


class Tables:
    """Records in memory, with the forms that ship."""

    def __init__(self, folder, *found):
        self.library = FormLibrary(folder)
        self._found = found

    def read(self, take):
        for record in self._found:
            take(record)
        return "f" * 64


@pytest.fixture
def read(tmp_path: Path):
    return lambda wanted, *found: gather(Tables(tmp_path, *found), wanted)


def record(form, answers, *, conflicts=(), number=0):
    return Record(f"r{number}", form, answers, frozenset(conflicts), date(2026, 3, 6))


VISIT = {
    "village": VILLAGE,
    "hh_id": "9901011002000011",
    "outcome": "done",
    "header/date": "2026-03-05",
    "satisfaction/sat_all": "5",
}
WANTED = {"visit": {"date", "outcome", "sat_all"}}


def test_a_record_is_a_row_by_the_names_of_its_questions(read):
    facts = read(WANTED, record("visit", VISIT), record("issue", {"village": VILLAGE}, number=1))
    assert facts.rows("visit") == [
        {
            "record_id": "r0",
            "village": VILLAGE,
            "made_on": "2026-03-06",
            "date": "2026-03-05",
            "outcome": "done",
            "sat_all": "5",
        }
    ]
    assert facts.rows("issue") == []
    assert (facts.counted, facts.state) == ({"visit": 1, "issue": 1}, "f" * 64)
    assert set(facts.versions) == {"visit"}


def test_why_an_answer_is_missing_stands_beside_it(read):
    [row] = read(WANTED, record("visit", VISIT | {"satisfaction/sat_all": {"missing": "pns"}})).rows("visit")
    assert (row["sat_all"], row["sat_all?"]) == ("", "pns")


def test_an_answer_in_conflict_is_none(read):
    answers = {path: answer for path, answer in VISIT.items() if path != "outcome"}
    facts = read(WANTED, record("visit", answers, conflicts={"outcome"}))
    [row] = facts.rows("visit")
    assert (row["outcome"], row["outcome?"], facts.conflicts) == ("", "conflict", 1)


def test_each_payment_is_a_row_with_the_answers_of_its_record(read):
    answers = {
        "village": VILLAGE, "application/programme": "jiangfu",
        "payment/aaa": "1", "payment/aaa/due_on": "2026-03-31", "payment/aaa/paid_on": "2026-03-30",
        "payment/bbb": "2", "payment/bbb/due_on": "2026-06-30",
        "docs/ccc": "1", "docs/ccc/valid_to": "2026-01-01",
    }  # fmt: skip
    rows = read({"payment": {"due_on", "paid_on", "programme"}}, record("benefit", answers)).rows("payment")
    assert [(row["due_on"], row["paid_on"], row["programme"], row["village"]) for row in rows] == [
        ("2026-03-31", "2026-03-30", "jiangfu", VILLAGE),
        ("2026-06-30", "", "jiangfu", VILLAGE),
    ]


@pytest.mark.parametrize(
    "taken_back",
    [
        {"consent/stats": "no"},
        {"consent/stats": {"missing": "pns"}},
        {"consent/withdrawn_scope": "contact stats"},
        {"consent/withdrawn_scope": "basic"},
    ],
)
def test_of_who_did_not_agree_to_statistics_nothing_but_the_service_is_counted(read, taken_back):
    facts = read(
        WANTED,
        record("visit", VISIT | taken_back),
        record("visit", VISIT | {"consent/stats": "yes"}, number=1),
    )
    first, second = facts.rows("visit")
    assert (first["outcome"], first["date"], first["village"], first["sat_all"]) == (
        "done",
        "2026-03-05",
        VILLAGE,
        "",
    )
    assert second["sat_all"] == "5"
    assert facts.kept_out == 1


def test_while_it_is_in_conflict_whether_somebody_agreed_nothing_but_the_service_is_counted(read):
    [row] = read(WANTED, record("visit", VISIT, conflicts={"consent/stats"})).rows("visit")
    assert (row["outcome"], row["sat_all"]) == ("done", "")


def test_her_refusal_is_seen_whatever_is_counted_and_a_row_has_its_id_where_it_is_asked_for(read):
    woman = {
        "village": VILLAGE,
        "identity/pid": "26030510019",
        "outcome": "registered",
        "consent/stats": "no",
    }
    tested = {"village": VILLAGE, "pid": "26030510019", "lab/hpv": "pos"}
    facts = read(
        {"scr_cervix": {"hpv"}, "groups": {"group", ROW}},
        record("scr_participant", woman),
        record("scr_cervix", tested, number=1),
        record("edu_event", {"village": VILLAGE, "groups/aaa": "1", "groups/aaa/group": "men"}, number=2),
    )
    assert (facts.rows("scr_cervix"), facts.kept_out) == ([], 0)
    assert [(row[ROW], row["group"]) for row in facts.rows("groups")] == [("aaa", "men")]


def test_nor_what_was_found_at_her_screening(read):
    woman = {"village": VILLAGE, "identity/pid": "26030510019", "outcome": "done"}
    other = woman | {"identity/pid": "26030510027", "consent/stats": "yes"}
    tested = {"village": VILLAGE, "lab/hpv": "pos"}
    facts = read(
        {"scr_cervix": {"pid", "hpv"}, "scr_participant": {"pid"}},
        record("scr_cervix", tested | {"pid": "26030510019"}),
        record("scr_cervix", tested | {"pid": "26030510027"}, number=1),
        record("scr_participant", woman | {"consent/stats": "no"}, number=2),
        record("scr_participant", other, number=3),
    )
    assert [row["pid"] for row in facts.rows("scr_cervix")] == ["26030510027"]


def test_persons_of_a_household_that_did_not_agree_are_in_no_denominator(read):
    answers = {
        "village": VILLAGE, "home/hh_id": "9901011002000011", "consent/stats": "no",
        "home/members/aaa": "1", "home/members/aaa/sex": "2",
    }  # fmt: skip
    facts = read({"household": {"hh_id"}, "members": {"sex"}}, record("household", answers))
    assert [row["hh_id"] for row in facts.rows("household")] == ["9901011002000011"]
    assert facts.rows("members") == []
