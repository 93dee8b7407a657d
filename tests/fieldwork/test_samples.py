"""How the places of a sample stand: declined and not reached look the same, and the next one comes the day after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldkit.fieldwork.samples import Sample, Stands, is_finished, next_number, places_of, sample_of_check
from fieldkit.fieldwork.sampling import Stratum

MONDAY, TUESDAY = "2026-03-30", "2026-03-31"
SAMPLE = Sample(
    "id", "2603-1", "visit", "2026-03-01", "2026-03-29", MONDAY, "10", 9, "seed",
    (Stratum("A", 5, 2, ("a1", "a2", "a3", "a4")), Stratum("B", 4, 1, ("b1", "b2"))), {},
)  # fmt: skip


def stands(sample, today, done=(), gone=()):
    return [(each.record, each.stands.value) for each in places_of(sample, done, gone, today)]


def test_numbers_stay_whoever_stands_in():
    assert SAMPLE.drawn == ("a1", "a2", "b1")
    assert SAMPLE.numbers == {
        "a1": "2603-1-01", "a2": "2603-1-02", "b1": "2603-1-03", "a3": "2603-1-04", "a4": "2603-1-05", "b2": "2603-1-06",
    }  # fmt: skip


def test_whoever_was_asked_stays_today_and_is_replaced_tomorrow():
    asked = replace(SAMPLE, asked={"a1": MONDAY})
    assert stands(asked, MONDAY) == [("a1", "today"), ("a2", "waiting"), ("b1", "waiting")]
    assert stands(asked, TUESDAY) == [("a3", "waiting"), ("a2", "waiting"), ("b1", "waiting")]


def test_whoever_is_done_stays_whenever_it_was():
    asked = replace(SAMPLE, asked={"a1": MONDAY, "a2": MONDAY, "b1": MONDAY})
    assert stands(asked, TUESDAY, done=["a1", "a2", "b1"]) == [("a1", "done"), ("a2", "done"), ("b1", "done")]


def test_two_places_never_have_the_same_one_standing_in():
    asked = replace(SAMPLE, asked={"a1": MONDAY, "a2": MONDAY})
    assert [record for record, _ in stands(asked, TUESDAY)] == ["a3", "a4", "b1"]


def test_what_is_gone_is_replaced_at_once_and_the_stratum_may_run_out():
    assert stands(SAMPLE, MONDAY, gone=["b1"])[2] == ("b2", "waiting")
    assert stands(SAMPLE, MONDAY, gone=["b1", "b2"])[2] == ("", "empty")


def test_it_is_finished_when_nobody_is_left_to_ask():
    places = places_of(SAMPLE, ["a1", "a2"], ["b1", "b2"], MONDAY)
    assert is_finished(places)
    assert not is_finished(places_of(SAMPLE, ["a1", "a2"], [], MONDAY))
    assert places[2].stands is Stands.EMPTY


@pytest.mark.parametrize(
    ("known", "number"),
    [([], "2603-1"), (["2603-1", "2603-9", "2602-11", "DEMO-2603"], "2603-10"), (["2603-x"], "2603-1")],
)
def test_every_draw_has_a_number_of_its_own(known, number):
    assert next_number("2026-03", known) == number


def test_a_back_check_belongs_to_the_sample_of_its_number():
    assert sample_of_check("2603-1-07") == "2603-1"
    assert sample_of_check("DEMO-2603-07") == "DEMO-2603"
