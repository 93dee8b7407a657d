"""I-03, counted by hand: people once, pairs of sheets apart, statements by what was answered."""

from __future__ import annotations

import pytest

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, reads
from tests.report.tables import PLACES, counted, facts, record, tables

KEY = [{"name": f"q{n}", "key": "true" if n in {1, 2, 5, 7, 8, 9} else "false"} for n in range(1, 11)]
EVENT = "2603200011"


def sheet(phase, code, aware="0", partly="0", event=EVENT, date="2026-03-20", **answers):
    said = {"phase": phase, "pair_key": code, "aware": aware, "partly": partly, "event": event, "date": date}
    return said | answers


def quizzes(*sheets):
    return facts(quiz=sheets, quiz_key=KEY)


def test_a_person_counts_once_by_the_later_sheet_of_a_pair():
    found = quizzes(
        sheet("before", "dy37", partly="1"), sheet("after", "dy37", aware="1"),
        sheet("before", "ab12", aware="1"), sheet("after", "cd34"), sheet("after", "", partly="1"),
    )  # fmt: skip
    assert counted(found, "I-03") == (2, 4)
    assert counted(found, "I-03.partly") == (1, 4)
    assert counted(found, "I-03.before") == (0, 1)
    assert counted(found, "I-03.after") == (1, 1)
    assert counted(found, "I-03.sheets.before") == (1, 2)
    assert counted(found, "I-03.sheets.after") == (1, 3)


@pytest.mark.parametrize(
    "more",
    [
        [sheet("before", "dy37")],
        [sheet("after", "dy37")],
        [sheet("before", "dy37"), sheet("after", "dy37")],
    ],
)
def test_a_code_on_two_sheets_of_a_phase_pairs_none(more):
    found = quizzes(sheet("before", "dy37"), sheet("after", "dy37", aware="1"), *more)
    assert counted(found, "I-03.after") == (0, 0)
    assert counted(found, "I-03") == (1, 2 + len(more))


def test_codes_of_two_events_are_no_pair_nor_are_sheets_without_one():
    found = quizzes(
        sheet("before", "dy37"), sheet("after", "dy37", event="2603180011"), sheet("before", ""), sheet("after", ""),
        sheet("before", "ab12", event=""), sheet("after", "ab12", event=""),
    )  # fmt: skip
    assert counted(found, "I-03.before") == (0, 0)
    assert counted(found, "I-03") == (0, 6)


def test_a_statement_is_of_those_who_answered_it_and_not_to_know_is_an_answer():
    found = quizzes(
        sheet("before", "1", q4="false"), sheet("before", "2", q4="true"), sheet("before", "3", **{"q4?": "dk"}),
        sheet("before", "4", **{"q4?": "pns"}), sheet("before", "5", **{"q4?": "declined"}), sheet("before", "6"),
        sheet("before", "7", **{"q4?": "conflict"}), sheet("after", "1", q4="false", q1="true"),
    )  # fmt: skip
    assert counted(found, "I-03.q4") == (1, 3)
    assert counted(found, "I-03.q4.before") == (1, 3)
    assert counted(found, "I-03.q4.after") == (1, 1)
    assert counted(found, "I-03.q1") == (1, 1)
    assert counted(found, "I-03.q2") == (0, 0)


def test_the_day_is_that_of_the_event_and_a_score_in_conflict_is_nobodys():
    found = quizzes(
        sheet("before", "1", date="2026-03-01"), sheet("before", "2", date="2026-03-31"), sheet("before", "3", date="2026-02-28"),
        sheet("before", "4", date=""), sheet("before", "5", aware="", **{"aware?": "conflict"}),
    )  # fmt: skip
    assert counted(found, "I-03") == (0, 2)
    assert counted(found, "I-03", "2026") == (0, 3)


def test_what_is_right_is_read_from_the_list_of_the_form():
    right = {row["name"]: row["key"] for row in KEY}
    said = {
        **right,
        "q10": {"missing": "dk"},
        "phase": "after",
        "event": EVENT,
        "date": "2026-03-20",
        "aware": "1",
        "partly": "0",
    }
    figures = Figures(gather(tables(record("quiz", said)), reads("I-03")), MADE, PLACES)
    assert [counted(figures, f"I-03.q{n}")[0] for n in range(1, 11)] == [1] * 9 + [0]
    assert counted(figures, "I-03.q10") == (0, 1)
    assert counted(figures, "I-03") == (1, 1)
