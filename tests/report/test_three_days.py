"""R3 and RW: counters that are counted, needs in the words of the villages, issues that nobody closed."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.report import documents, kind_of, parse_period
from fieldkit.report.document import Prose, Table
from tests.report.tables import A, B, record, tables

MADE_ON = date(2026, 3, 31)
WINDOW = "2026-03-28..2026-03-31"


def visit(outcome="done", day="2026-03-29", village=A):
    return record("visit", {"village": village, "outcome": outcome, "date": day})


def follow(reason="colpo", final="open", told="phone_self", day="2026-03-20", village=A):
    said = {"village": village, "date": day, "reason": reason, "final": final}
    return record("scr_follow", said | ({"told": told} if told else {}))


def need(text, last="2026-03-30", village=A):
    return record(
        "three_day", {"village": village, "first_day": "2026-03-28", "last_day": last, "need": text}
    )


FOUND = (
    visit(), visit(), visit("nobody"), visit("declined"), visit("part"), visit(day="2026-03-27"), visit(day="2026-04-01"),
    record("edu_event", {"village": A, "date": "2026-03-31", "attend_n": "48"}),
    record("edu_event", {"village": A, "date": "2026-03-28", "attend_n": "20"}),
    *(follow() for _n in range(6)), follow(final="declined"), follow("result_neg"), follow(day="2026-04-01"),
    *(follow("result_neg", told="") for _n in range(5)), follow("rebook", told=""), follow("result_neg", "declined", ""),
    follow("result_neg", told={"missing": "declined"}),
    record("benefit", {"village": A, "payment": [
        {"due_on": "2026-03-31", "status": "failed"},
        {"due_on": "2026-03-15", "status": "paid", "paid_on": "2026-04-02"},
        {"due_on": "2026-03-15", "status": "paid", "paid_on": "2026-03-31"},
        {"due_on": "2026-04-01", "status": "scheduled"},
    ]}),
    record("request", {"village": A, "date": "2026-03-02", "status": "waiting_docs"}),
    record("request", {"village": A, "date": "2026-03-02", "status": "done", "done_at": "2026-03-30T10:00:00.000+08:00"}),
    record("request", {"village": A, "date": "2026-03-02", "status": "done", "done_at": "2026-04-01T10:00:00.000+08:00"}),
    record("request", {"village": A, "date": "2026-03-02", "status": "withdrawn"}),
    record("issue", {"village": A, "category": "supply", "text": "叶酸没有了，电话13912345678", "date": "2026-03-26", "due": "2026-04-09"}),
    record("issue", {"village": A, "category": "data", "text": "x", "date": "2026-03-02", "due": "2026-03-16", "closed_on": "2026-03-31"}),
    need("叶酸送三十瓶。找13912345678"), need("上一期", last="2026-03-27"),
)  # fmt: skip
"""A window of three days, hand-counted in `COUNTED`."""
COUNTED = {
    "Visits attempted": 5,
    "of these done": 2,
    "of these nobody home": 1,
    "of these declined (a neutral figure)": 1,
    "Events": 2,
    "Attendance at events": 68,
    "Screening results to be told": 5,
    "Referrals under way": 6,
    "Payments due and not yet made": 2,
    "Requests open": 2,
    "Requests done": 1,
    "Village issues open": 1,
}


def made(name, period, *found):
    [document] = documents(tables(*found), name, parse_period(period), unit="清溪镇", made_on=MADE_ON)
    return document


def table(document, heading):
    [found] = [part for part in document.parts if isinstance(part, Table) and part.heading == heading]
    return found


def test_twelve_counters_are_counted():
    document = made("three-days", WINDOW, *FOUND)
    rows = table(document, "Twelve counters").rows
    assert {row[1]: row[3] for row in rows} == COUNTED
    assert [row[0] for row in rows] == list(range(1, 13))


def test_the_note_has_the_words_of_the_programme():
    [note] = [
        part.paragraphs[0] for part in made("three-days", WINDOW, *FOUND).parts if isinstance(part, Prose)
    ]
    assert note == (
        "Visits in this window: 5 (done 2, nobody home 1, declined 1); events: 2 with 68 attendances; to do: results to be told "
        f"5, referrals 6, payments 2; support needed: {A}: 叶酸送三十瓶。找139****5678."
    )


def test_the_note_hides_small_counts_about_health():
    note = made("three-days", WINDOW, follow(), follow("result_neg", told="")).parts[0].paragraphs[0]
    assert "results to be told <5, referrals <5, payments 0" in note


def test_where_nothing_was_done_it_says_so():
    document = made("three-days", WINDOW)
    assert {row[3] for row in table(document, "Twelve counters").rows} == {0}
    assert document.parts[0].paragraphs[0].endswith("support needed: none.")


def test_villages_stand_apart_only_where_there_are_several():
    alone = made("three-days", WINDOW, visit())
    assert "By village" not in [part.heading for part in alone.parts]
    rows = table(made("three-days", WINDOW, visit(village=B), visit()), "By village").rows
    assert [row[:3] for row in rows] == [
        ("", "Total", 2), (A, A, 1), (B, B, 1), ("990101100201", "990101100201", 0),
    ]  # fmt: skip


def test_a_small_count_of_referrals_cannot_be_worked_out_of_the_villages():
    found = [*(follow() for _n in range(9)), *(follow(village=B) for _n in range(2))]
    rows = table(made("three-days", WINDOW, *found), "By village").rows
    assert [row[9] for row in rows] == [11, "x", "<5", 0]


def test_the_week_is_counted_from_the_records():
    rows = table(made("weekly", "2026-W14", *FOUND), "Sums of the week").rows
    assert rows[0][:4] == ("", "Total", 1, 1)
    rows = table(made("weekly", "2026-W13", *FOUND), "Sums of the week").rows
    assert rows[0] == ("", "Total", 6, 3, 1, 1, 1, 20, 0, 0, 0, 2, 5, 1, 0, 2)


def test_open_issues_are_told_by_village_and_kind_and_in_masked_words():
    document = made("weekly", "2026-W13", *FOUND)
    kinds = table(document, "Open village issues by kind")
    assert [column.header for column in kinds.columns] == [
        "Village",
        "Supplies and leaflets",
        "Data and devices",
        "Total",
    ]
    assert kinds.rows == (("Total", 1, 1, 2), (A, 1, 1, 2))
    listed = table(document, "Open village issues").rows
    assert listed[1] == (
        A,
        "Supplies and leaflets",
        "2026-03-26",
        "2026-04-09",
        "叶酸没有了，电话139****5678",
    )
    assert table(document, "Support needed").rows == ((A, "2026-03-28..2026-03-27", "上一期"),)


@pytest.mark.parametrize("name", ["R3", "r3", "Three-Days"])
def test_reports_have_short_names_in_letters_of_any_size(name):
    assert kind_of(name).name == "three-days"


def test_a_report_nobody_knows_and_a_period_it_is_not_made_for_are_refused():
    with pytest.raises(FieldkitError) as refused:
        kind_of("R4")
    assert refused.value.code == "report.unknown"
    with pytest.raises(FieldkitError) as refused:
        made("RM", "2026-W13")
    assert refused.value.code == "report.period"
