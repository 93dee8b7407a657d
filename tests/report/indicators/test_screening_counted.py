"""I-04, I-05 and I-06, counted by hand."""

from __future__ import annotations

import pytest

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES, reads
from fieldkit.report.indicators.screening import population_notes
from fieldkit.report.periods import parse_period
from tests.report.tables import PLACES, A, B, C, counted, facts, figure, record, tables

MARCH = parse_period("2026-03")
HOME = {"hh_id": "1", "record_id": "h1", "date": "2026-02-01"}
BEGUN = {"born": "1980", "date": "2026-03-05", "outcome": "registered"}


def woman(row_id, born="1980", **said):
    return {**HOME, "row_id": row_id, "sex": "2", "birth_year": born, "stay": "home_ge6m"} | said


def comer(pid, person="other_adult", **said):
    return {"pid": pid, "person": person} | BEGUN | said


def exam(pid, date="2026-03-05", **said):
    return {"pid": pid, "date": date, "record_id": f"t{pid}"} | said


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({"hpv": "neg"}, True),
        ({"hpv": "pos"}, True),
        ({"hpv": "invalid"}, False),
        ({"hpv": "pending"}, False),
        ({"hpv": "not_done"}, False),
        ({"hpv?": "conflict"}, False),
        ({"hpv?": "pns"}, False),
        ({"tct_adequacy": "sat", "tct": "NILM"}, True),
        ({"tct_adequacy": "sat", "tct": "OTHER"}, True),
        ({"tct_adequacy": "unsat", "tct": "NILM"}, False),
        ({"tct_adequacy": "sat", "tct": "pending"}, False),
        ({"tct_adequacy": "sat"}, False),
        ({"via": "neg"}, False),
        ({"hpv": "neg", "date": "2021-04-01"}, True),
        ({"hpv": "neg", "date": "2021-03-31"}, False),
        ({"hpv": "neg", "date": "2026-03-31"}, True),
        ({"hpv": "neg", "date": "2026-04-01"}, False),
        ({"hpv": "neg", "date": ""}, False),
        ({"tct_adequacy": "sat", "tct": "NILM", "date": "2023-04-01"}, True),
        ({"tct_adequacy": "sat", "tct": "NILM", "date": "2023-03-31"}, False),
    ],
)
def test_a_cervical_test_must_be_valid_and_of_the_interval(said, counts):
    found = facts(
        household=[HOME], members=[woman("a")], scr_participant=[comer("1", "a", date="2021-01-01")],
        scr_cervix=[exam("1", **said)],
    )  # fmt: skip
    assert counted(found, "I-04") == (int(counts), 1)


def test_the_interval_of_a_leap_day_ends_on_the_last_of_february():
    def screened(day, period):
        found = facts(
            household=[HOME | {"date": ""}],
            members=[woman("a", date="")],
            scr_participant=[comer("1", "a", date="")],
            scr_cervix=[exam("1", day, hpv="neg")],
        )
        return counted(found, "I-04", period)[0]

    assert screened("2024-02-29", "2029-02") == 1
    assert screened("2024-02-28", "2029-02") == 0
    assert screened("2019-03-01", "2024-02") == 1
    assert screened("2019-02-28", "2024-02") == 0


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({"cbe": "normal"}, True),
        ({"cbe": "suspect"}, True),
        ({"cbe": "not_done"}, False),
        ({"bus_l": "0"}, True),
        ({"bus_r": "4A"}, True),
        ({"bus_l": "not_done", "bus_r": "not_done"}, False),
        ({"cbe?": "declined", "bus_l?": "pns"}, False),
        ({"cbe": "normal", "date": "2023-03-31"}, False),
        ({"cbe": "normal", "date": "2023-04-01"}, True),
    ],
)
def test_a_breast_examination_is_one_of_three_years_by_ultrasound_or_hand(said, counts):
    found = facts(
        household=[HOME], members=[woman("a")], scr_participant=[comer("1", "a", date="")],
        scr_breast=[exam("1", **said)],
    )  # fmt: skip
    assert counted(found, "I-05") == (int(counts), 1)


@pytest.mark.parametrize(
    ("born", "programme", "early"),
    [
        ("1992", 0, 0),
        ("1991", 1, 1),
        ("1981", 1, 1),
        ("1980", 1, 0),
        ("1962", 1, 0),
        ("1961", 0, 0),
        ("", 0, 0),
    ],
)
def test_ages_are_by_the_year_of_birth_at_the_end_of_the_period(born, programme, early):
    found = facts(household=[HOME], members=[woman("a", born)])
    assert counted(found, "I-04") == (0, programme)
    assert counted(found, "I-04.35-45") == (0, early)
    assert counted(found, "I-05") == (0, programme)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({}, True),
        ({"stay": "out_lt6m"}, True),
        ({"stay": "unknown"}, True),
        ({"stay": "", "stay?": "conflict"}, True),
        ({"stay": "out_ge6m"}, False),
        ({"stay": "student"}, False),
        ({"stay": "service"}, False),
        ({"sex": "1"}, False),
        ({"sex": "9"}, False),
        ({"presence": "gone"}, False),
        ({"presence": "vacant"}, False),
        ({"presence": "all_out"}, True),
        ({"date": "2026-04-01"}, False),
        ({"date": "2026-03-31"}, True),
        ({"record_id": "h0"}, False),
        ({"hh_id": ""}, False),
    ],
)
def test_who_lives_here_is_on_the_list_and_not_known_to_live_elsewhere(said, counts):
    found = facts(household=[HOME], members=[woman("a") | said], scr_participant=[comer("1", "a")],
                  scr_cervix=[exam("1", hpv="neg")])  # fmt: skip
    on_no_list = "stay" not in said and "presence" not in said
    assert counted(found, "I-04") == ((1, 1) if counts or on_no_list else (0, 0))


def test_a_woman_counts_once_however_often_she_came_and_where_the_list_has_her():
    found = facts(
        household=[HOME],
        members=[woman("a", village=B), woman("b", village=B)],
        scr_participant=[
            comer("1", "a"),
            comer("2", "a", village=C),
            comer("3", village=C),
            comer("3", village=C),
        ],
        scr_cervix=[exam("1", hpv="neg"), exam("2", hpv="pos"), exam("2", hpv="pos"), exam("3", hpv="neg")],
    )
    assert counted(found, "I-04", village=B) == (1, 2)
    assert counted(found, "I-04", village=C) == (1, 1)
    assert counted(found, "I-04", village=A) == (0, 0)
    assert counted(found, "I-04") == (2, 3)


def test_who_is_not_on_the_list_any_more_is_known_by_what_she_was_there():
    found = facts(
        scr_participant=[comer("1", "gone", born="1950"), comer("2", "gone", village=B), comer("3", "")],
        scr_cervix=[exam("1", hpv="neg"), exam("2", hpv="neg"), exam("3", hpv="neg")],
    )
    assert counted(found, "I-04") == (2, 2)
    assert counted(found, "I-04", village=B) == (1, 1), "as she said last"


def test_who_was_registered_after_the_period_is_in_no_count_of_it():
    on_list = facts(household=[HOME], members=[woman("a", date="2026-04-01"), woman("b", date="2026-03-31")])
    assert counted(on_list, "I-04") == (0, 1)
    came = facts(scr_participant=[comer("1", date="2026-04-01"), comer("2", date="2026-03-31")])
    assert counted(came, "I-04") == (0, 1)


def test_who_is_registered_twice_is_one_woman_and_comes_under_either_row():
    decision = {
        "hh_id": "1",
        "person": "a",
        "hh_other": "2",
        "person_other": "b",
        "decision": "same",
        "kept": "second",
    }
    other = {"hh_id": "2", "record_id": "h2"}
    found = facts(
        household=[HOME, {**HOME, **other}],
        members=[woman("a", village=A), woman("b", village=B, **other)],
        same_person=[decision],
        scr_participant=[comer("1", "a"), comer("2", "b")],
        scr_cervix=[exam("1", hpv="neg"), exam("2", hpv="neg")],
    )
    assert counted(found, "I-04", village=A) == (0, 0)
    assert counted(found, "I-04", village=B) == (1, 1)
    found.tables["same_person"] = [decision | {"decision": "different"}]
    apart = facts(**found.tables)
    assert counted(apart, "I-04") == (2, 2)


def test_a_test_whose_registration_is_not_here_is_nobodys():
    found = facts(household=[HOME], members=[woman("a")], scr_cervix=[exam("9", hpv="neg")])
    assert counted(found, "I-04") == (0, 1)


def test_without_women_coverage_is_blank():
    assert figure(facts(), "I-04").share is None
    assert figure(facts(), "I-06").share is None


def test_an_official_list_goes_before_the_registered_in_its_villages_and_is_named():
    found = facts(
        household=[HOME], members=[woman("a"), woman("b", village=B)],
        population=[
            {"village": A, "women_35_64": "300", "women_35_45": "120", "source": "公安户籍年报", "as_of": "2024-12-31"},
            {"village": A, "women_35_64": "310", "women_35_45": "", "source": "公安户籍年报", "as_of": "2025-12-31"},
            {"village": A, "women_35_64": "999", "women_35_45": "999", "source": "later", "as_of": "2026-04-01"},
        ],
    )  # fmt: skip
    assert counted(found, "I-04", village=A) == (0, 310)
    assert counted(found, "I-04", village=B) == (0, 1)
    assert counted(found, "I-05") == (0, 311)
    assert counted(found, "I-04.35-45", village=A) == (0, 0), (
        "born in 1980, and this year's list tells no band"
    )
    assert counted(found, "I-04.35-45", "2025-01", village=A) == (0, 120)
    figures = Figures(found, MADE, PLACES)
    assert population_notes(figures, MARCH) == [
        "Resident women of 35 to 64 of 1 of 3 villages: 公安户籍年报, as of 2025-12-31.",
        "Resident women of 35 to 64 elsewhere: counted from the registered households and screenings.",
    ]
    assert figures.behind(MEASURES["I-04"].denominator, MARCH, A) == []
    assert population_notes(Figures(facts(), MADE, PLACES), MARCH) == [
        "Resident women of 35 to 64 elsewhere: counted from the registered households and screenings."
    ]


def test_small_counts_are_hidden():
    found = facts(
        household=[HOME],
        members=[woman(f"a{n}") for n in range(9)] + [woman(f"b{n}", village=B) for n in range(20)],
        scr_participant=[comer("1", "a1")] + [comer(f"2{n}", f"b{n}") for n in range(9)],
        scr_cervix=[exam("1", hpv="neg")] + [exam(f"2{n}", hpv="neg") for n in range(9)],
    )
    shown = Figures(found, MADE, PLACES).shown(INDICATORS["I-04"], MEASURES["I-04"], MARCH)
    assert (shown[A].is_small, shown[B].is_hidden) == (True, True)


def offer(outcome, date="2026-03-05", **said):
    return {"outcome": outcome, "date": date} | said


def test_an_offer_that_arrived_has_an_answer():
    found = facts(
        household=[HOME],
        members=[woman("a"), woman("b"), woman("c", "1950"), woman("d", stay="out_ge6m")],
        scr_participant=[
            comer("1", "a"), comer("2", "a", date="2026-03-12"), comer("3", "c"), comer("4", "d"), comer("5", born="1970", village=B),
            comer("6", born="1999"), comer("7", "b", date="2026-02-28"),
            offer("declined"), offer("declined", village=B), offer("left"), offer("postponed"), offer("declined", "2026-04-01"),
        ],
    )  # fmt: skip
    assert counted(found, "I-06") == (6, 3)
    assert counted(found, "I-06", village=B) == (2, 1)
    assert counted(found, "I-06.accepted") == (2, 6)
    assert counted(found, "I-06.declined") == (2, 6)
    assert counted(found, "I-06.pns") == (1, 6)
    assert counted(found, "I-06.away") == (1, 6)


def test_a_woman_whose_year_is_not_known_was_offered_it_too():
    assert counted(facts(scr_participant=[comer("1", born=""), comer("2", born="1950")]), "I-06") == (1, 0)


def test_of_who_took_statistics_back_the_offer_is_counted_and_nothing_else():
    home = {"village": A, "hh_id": "1", "presence": "home", "date": "2026-02-01"}
    person = {"sex": "2", "birth_year": "1980", "stay": "home_ge6m"}
    came = {"village": A, "outcome": "registered", "date": "2026-03-05", "born": "1980"}
    tested = {"village": A, "date": "2026-03-05", "hpv": "pos", "sample_kind": "clinician"}
    archive = tables(
        record("household", home | {"members": [person | {"#": "a"}, person | {"#": "b"}]}),
        record("scr_participant", came | {"pid": "1", "person": "a"}),
        record("scr_participant", came | {"pid": "2", "person": "b", "withdrawn_scope": "stats"}),
        record("scr_cervix", tested | {"pid": "1"}),
        record("scr_cervix", tested | {"pid": "2"}),
        record(
            "scr_follow",
            {"village": A, "pid": "2", "date": "2026-03-05", "reason": "result_neg", "due": "2026-03-30"},
        ),
    )
    found = Figures(gather(archive, reads()), MADE, PLACES)
    assert counted(found, "I-04") == (1, 2)
    assert counted(found, "I-06") == (2, 2)
    assert counted(found, "I-06.accepted") == (2, 2)
    assert counted(found, "I-07") == (1, 1)
    assert counted(found, "I-10", "2026") == (0, 0)
