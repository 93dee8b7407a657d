"""What sheets come to: P4's figures exactly, in any order, with codes that pair, stand alone or are on two sheets."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.fieldwork.quizzes import AFTER, BEFORE, PHASES, QUESTIONS, Share, results, sheets_of
from fieldkit.fieldwork.second_entry import differences, sample, wilson
from fieldkit.records import Record
from tests.p4 import NUMBER, PAPERS, RIGHT, in_pairs, pile, right

WORDS = {"1": "true", "2": "false", "3": {"missing": "dk"}, "0": None}
KEY = {name: WORDS[digit] for name, digit in zip(QUESTIONS, RIGHT, strict=True)}


def record(number, phase, code, digits, event=NUMBER):
    said = {name: WORDS[digit] for name, digit in zip(QUESTIONS, digits, strict=True)}
    answers = {"batch/phase": phase, "batch/event": event, "pair_code": code, "pair_key": code.lower()}
    answers |= {name: answer for name, answer in said.items() if answer}
    return Record(f"r{number}", "quiz", answers, frozenset(), date(2026, 3, 30))


def found_of(papers):
    records = [record(number, *paper) for number, paper in enumerate(papers)]
    return results(NUMBER, sheets_of(records, NUMBER), KEY)


def test_the_papers_on_the_table_are_those_of_the_walkthrough():
    assert (len(pile("before")), len(pile("after")), len(in_pairs())) == (46, 45, 44)
    aware = {phase: [code.lower() for code, digits in pile(phase) if right(digits) >= 7] for phase in PHASES}
    assert {phase: len(each) for phase, each in aware.items()} == {"before": 19, "after": 38}
    assert [len(in_pairs() & set(aware[phase])) for phase in PHASES] == [18, 37]
    assert [sum(digits[3] == RIGHT[3] for _code, digits in pile(phase)) for phase in PHASES] == [14, 35]
    assert len(PAPERS) == 2 * 44 + 3


def test_the_figures_of_the_class():
    found = found_of(PAPERS)
    assert [found.all[phase].sheets for phase in PHASES] == [46, 45]
    assert (found.pairs, found.alone, found.ambiguous) == (
        44,
        {"before": 2, "after": 1},
        {"before": 0, "after": 0},
    )
    assert [found.all[phase].right["q4"] for phase in PHASES] == [Share(14, 46), Share(35, 45)]
    assert [found.all[phase].right["q4"].percent for phase in PHASES] == [30, 78]
    assert [found.all[phase].aware for phase in PHASES] == [Share(19, 46), Share(38, 45)]
    assert [found.paired[phase].aware for phase in PHASES] == [Share(18, 44), Share(37, 44)]
    for phase in PHASES:
        digits = [each for _code, each in pile(phase)]
        for place, name in enumerate(QUESTIONS):
            column = [each[place] for each in digits]
            assert found.all[phase].right[name] == Share(
                sum(each == RIGHT[place] for each in column), sum(each != "0" for each in column)
            )
        assert found.all[phase].partly.n == sum(4 <= right(each) <= 6 for each in digits)


CODES = st.sampled_from(["", "ab12", "AB12", "cd34", "ef56", "gh78"])
SHEETS = st.lists(
    st.tuples(st.sampled_from(PHASES), CODES, st.text("0123", min_size=10, max_size=10)), max_size=24
)


@given(SHEETS, st.randoms())
def test_any_order_comes_to_the_same_and_every_sheet_is_somewhere(papers, chance):
    found = found_of(papers)
    shuffled = [*papers]
    chance.shuffle(shuffled)
    assert found_of(shuffled) == found
    times = {phase: Counter(code.lower() for where, code, _d in papers if where == phase) for phase in PHASES}
    for phase in PHASES:
        whole = found.all[phase].sheets
        assert whole == found.pairs + found.alone[phase] + found.ambiguous[phase] == times[phase].total()
        assert found.paired[phase].sheets == found.pairs
        assert found.all[phase].aware.n + found.all[phase].partly.n <= whole
    once = {code for code in times[BEFORE] if code and times[BEFORE][code] == times[AFTER][code] == 1}
    assert found.pairs == len(once)


def test_a_code_on_two_sheets_of_a_phase_pairs_nobody():
    papers = [("before", "ab12", RIGHT), ("before", "AB12", RIGHT), ("after", "ab12", RIGHT)]
    found = found_of(papers)
    assert (found.pairs, found.ambiguous, found.alone) == (
        0,
        {"before": 2, "after": 1},
        {"before": 0, "after": 0},
    )


def test_sheets_of_another_event_and_of_no_phase_are_not_counted():
    records = [record(1, "before", "ab12", RIGHT), record(2, "before", "cd34", RIGHT, "2603310011")]
    records.append(record(3, "", "ef56", RIGHT))
    assert len(sheets_of(records, NUMBER)) == 1


def test_not_wishing_to_say_is_no_answer():
    one = record(1, "before", "ab12", RIGHT)
    one.answers["q4"] = {"missing": "pns"}
    [sheet] = sheets_of([one], NUMBER)
    assert results(NUMBER, [sheet], KEY).all[BEFORE].right["q4"] == Share(0, 0)
    assert not differences(sheet, {**sheet.answers, "q4": ""})


def drawn(papers):
    return sample(NUMBER, sheets_of([record(n, *paper) for n, paper in enumerate(papers)], NUMBER))


def test_one_in_twenty_rounded_up_the_same_each_time_and_only_what_a_code_finds():
    assert len(drawn(PAPERS)) == 5
    assert [each.record for each in drawn(PAPERS)] == [each.record for each in drawn(PAPERS)]
    assert len(drawn(PAPERS[:1])) == 1
    assert drawn([]) == []
    assert drawn([("before", "", RIGHT), ("after", "ab12", RIGHT), ("after", "ab12", RIGHT)]) == []


@given(st.integers(1, 60))
def test_a_sheet_more_changes_one_of_the_sample_at_most(count):
    before, after = ({each.record for each in drawn(PAPERS[:n])} for n in (count, count + 1))
    assert len(before - after) <= 1


def test_where_two_entries_differ():
    [sheet] = sheets_of([record(1, "before", "ab12", "1122121113")], NUMBER)
    again = {
        name: {"1": "true", "2": "false", "3": "dk", "0": ""}[d]
        for name, d in zip(QUESTIONS, "1022121112", strict=True)
    }
    assert [(each.question, each.first, each.second) for each in differences(sheet, again)] == [
        ("q2", "true", ""),
        ("q10", "dk", "false"),
    ]


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [
        (4, 88, 0.0178, 0.1111),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (0, 0, 0.0, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilsons_interval(n, of, low, high):
    """4/88 is P5's in domain §6; 81/263 is Newcombe's example (1998, Statistics in Medicine 17:857-872, table I)."""
    assert wilson(n, of) == pytest.approx((low, high), abs=5e-5)
