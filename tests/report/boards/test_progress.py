"""Targets beside what was done: which may be set, what is counted for them, how they stand, in which order (I-16)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.fieldwork.targets import Progress, Standing
from fieldkit.library import FormLibrary
from fieldkit.report.counts import Unit
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES
from fieldkit.report.periods import parse_period
from fieldkit.report.target_words import amount_words, done_words, standing_words
from fieldkit.report.targets import KINDS, kinds, measure_of, needed, needed_of_all, progress, target_of
from tests.report.tables import A, B, C, record, tables

TODAY = date(2026, 3, 13)
MARCH = parse_period("2026-03")
UNITS = ("percent", "number", "days", "yuan")


def target(indicator="I-11", village="", unit="number", amount="4", period="2026-03", **more):
    """A line of the register."""
    said = {
        "indicator_id": indicator, "level": "county", "period": period, "scope": "village" if village else "town", "unit": unit,
        "target": amount, "source_doc": "2026-1", "date": "2026-03-01",
    }  # fmt: skip
    return record("target", said | ({"village": village} if village else {}) | more)


def event(day, village=A):
    return record("edu_event", {"date": day, "village": village, "attend_n": "20"})


def visit(day, number="", village=A, outcome="done"):
    said = {"date": day, "village": village, "outcome": outcome, "stats": "yes"}
    return record("visit", said | ({"hh_id": number} if number else {}))


def home(number, village=A):
    return record("household", {"hh_id": number, "village": village, "presence": "home", "stats": "yes"})


def board(*records, period=MARCH, today=TODAY):
    found = tables(*records)
    return progress(Figures(gather(found, needed_of_all()), MADE, found.places()), period, today)


def stand(found):
    return [(each.indicator, each.village, each.done, each.of, each.standing) for each in found]


def test_what_was_done_is_what_the_measure_counts_and_expected_grows_by_working_days():
    found = board(
        target(amount="4"), target("I-01", unit="percent", amount="50"),
        event("2026-03-02"), event("2026-03-13", B), event("2026-03-14"), event("2026-02-28"),
        *(home(f"h{n}") for n in range(4)), visit("2026-03-03", "h0"), visit("2026-03-16", "h1"),
    )  # fmt: skip
    assert stand(found) == [
        ("I-01", "", 25.0, 4, Standing.ON_COURSE),
        ("I-11", "", 2.0, None, Standing.ON_COURSE),
    ]
    share, events = found
    assert round(events.expected, 6) == round(4 * 10 / 22, 6), "10 of the 22 working days of March 2026"
    assert round(share.expected, 6) == round(50 * 10 / 22, 6)


def test_a_rate_is_expected_whole_at_any_time():
    paid = {"standard_amt": "10", "paid_amt": "10", "status": "paid", "due_on": "2026-03-05"}
    rows = [paid | {"paid_on": "2026-03-05"}, paid | {"paid_on": "2026-03-06"}]
    found = board(
        target("I-12", unit="percent", amount="95"), record("benefit", {"village": A, "payment": rows})
    )
    assert [(each.done, each.of, each.expected, each.standing) for each in found] == [
        (50.0, 2, 95.0, Standing.NEEDS_SUPPORT)
    ]


def test_of_days_fees_and_errors_less_is_better():
    reached = Progress("I-10", "", "2026-03", "days", 30, 30, 12, fewer=True)
    over = Progress("I-10", "", "2026-03", "days", 30, 30, 31, fewer=True)
    assert (reached.standing, over.standing) == (Standing.REACHED, Standing.NEEDS_SUPPORT)
    counted = {"method": "village_figure", "date": "2026-03-10", "village": A}
    figure = {"figure_item": "slogans", "reported": "132", "recounted": "131"}
    found = board(
        target("I-15", unit="percent", amount="1"), record("backcheck", counted | {"figure": [figure]})
    )
    assert [(round(each.done, 2), each.fewer, each.standing) for each in found] == [
        (0.76, True, Standing.REACHED)
    ]


def test_what_nothing_was_due_of_stands_nowhere():
    (found,) = board(target("I-12", unit="percent", amount="98"))
    assert (found.done, found.of, found.standing) == (None, 0, None)
    assert (done_words(found), standing_words(found)) == ("nothing due yet", "")


def test_a_small_count_is_neither_told_nor_judged():
    follow = {
        "village": A, "date": "2026-03-01", "reason": "colpo", "due": "2026-03-10", "final": "completed_here",
        "closed_on": "2026-03-09",
    }  # fmt: skip
    (found,) = board(
        target("I-08", unit="percent", amount="95"), record("scr_follow", follow | {"pid": "26030110010"})
    )
    assert (found.is_hidden, found.done, found.of, found.standing) == (True, None, None, None)
    assert (done_words(found), standing_words(found)) == ("<5", "")


def test_the_township_comes_first_then_villages_by_code_whatever_was_done():
    events = [event("2026-03-02", C)] * 3 + [event("2026-03-02", B)]
    found = board(target(village=C), target(village=A), target(village=B), target(), *events)
    assert [(each.village, each.done) for each in found] == [("", 4.0), (A, 0.0), (B, 1.0), (C, 3.0)]


def test_targets_of_other_levels_stand_beside_each_other_and_the_same_line_once():
    found = board(target(), target(), target(level="town_stretch", target="6"))
    assert [(each.level, each.target) for each in found] == [("county", 4), ("town_stretch", 6)]


def test_targets_of_every_period_with_days_in_common_are_there_up_to_their_own_last_day():
    lines = [target(period=each) for each in ("2025", "2026", "2026-Q1", "2026-02", "2026-03", "2026-04")]
    found = board(*lines, event("2026-02-10"), event("2026-03-10"), today=date(2026, 3, 31))
    assert [(each.period, each.done) for each in found] == [("2026-Q1", 2), ("2026", 2), ("2026-03", 1)]


def test_nothing_is_counted_after_the_last_day_of_a_target():
    found = board(target(), event("2026-03-31"), event("2026-04-02"), today=date(2026, 4, 10))
    assert [(each.done, each.expected) for each in found] == [(1, 4)]


@pytest.mark.parametrize(
    "row",
    [
        target("I-02", unit="percent"), target("I-04", unit="percent"), target("I-05", unit="percent"),
        target("I-07", unit="percent"), target("I-09", unit="percent"), target("I-16", unit="percent"),
        target("I-01", village=A, unit="percent"), target("I-12", village=A, unit="percent"),
        target("I-08", village=A, unit="percent"), target("I-18", village=A), target("I-11", unit="days"),
        target("I-99"), target(period="soon"), target(amount="many"), target(amount=""),
    ],
)  # fmt: skip
def test_what_is_watched_is_a_village_share_or_cannot_be_read_is_no_target(row):
    assert board(row) == []


def test_what_is_needed_is_the_register_and_the_measures_it_is_about():
    row = {
        "indicator_id": "I-12",
        "unit": "percent",
        "village": "",
        "period": "2026",
        "target": "9",
        "level": "",
        "source_doc": "",
    }
    assert needed([]).keys() == {"target"}
    assert needed([row]).keys() == {"target", "payment"}
    assert needed_of_all().keys() >= {"target", "payment", "visit", "household", "request", "edu_event"}


# -- no target where none may be (a linter over everything that there is) ------------------------------------


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("indicator", INDICATORS)
def test_no_target_is_about_what_is_neutral_watched_or_about_persons(indicator, unit):
    measure = measure_of(indicator, unit)
    if measure is None:
        return
    assert not measure.neutral
    assert kinds()[indicator] in KINDS
    assert measure.indicator not in {"I-02", "I-04", "I-05", "I-07", "I-09"}, (
        "people decide it, or it is health"
    )
    assert "declin" not in measure.label.lower()


def test_every_indicator_but_the_board_itself_is_counted_and_every_one_is_of_a_kind():
    assert set(INDICATORS) | {"I-16"} == set(kinds())
    assert {each for each in INDICATORS if any(measure_of(each, unit) for unit in UNITS)} == {
        each for each in INDICATORS if kinds()[each] in KINDS
    }


def test_a_village_has_no_target_for_a_share_or_for_a_small_number():
    for measure in MEASURES.values():
        for unit in UNITS:
            row = {
                "indicator_id": measure.indicator, "unit": unit, "village": A, "period": "2026", "target": "1", "level": "",
                "source_doc": "",
            }  # fmt: skip
            found = target_of(row)
            if found is not None:
                assert found.measure.unit is not Unit.PERCENT
                assert found.measure.by_village
                assert not INDICATORS[found.measure.indicator].suppressed


def test_the_form_offers_no_other_targets():
    form = FormLibrary(None).get("target")
    assert "watch" not in form.find("indicator_id").itemset.nodes.source
    assert "percent" in form.find("unit").bind.constraint.source
    assert {item.name for item in form.items.values()} & {"person", "name", "staff_id", "checker"} == set()


@given(
    done=st.floats(0, 1e6) | st.none(), target_=st.floats(0, 1e6), expected=st.floats(0, 1e6), fewer=st.booleans(),
    unit=st.sampled_from(UNITS),
)  # fmt: skip
def test_nobody_is_ever_called_behind(done, target_, expected, fewer, unit):
    found = Progress("I-11", "", "2026", unit, target_, expected, done, fewer=fewer)
    assert standing_words(found) in {"reached", "on course", "needs support", ""}
    assert "落后" not in done_words(found) + amount_words(target_, unit)
