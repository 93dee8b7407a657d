"""Payments, requests, letters and rights against small archives counted by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.report.periods import parse_period
from tests.report.tables import A, B, counted, facts, figure, record, tables

MARCH, LATER = "2026-03", "2026-04-01"


def read(*records):
    return gather(tables(*records), reads())


# -- payments ---------------------------------------------------------------------------------------------


def paid(due="2026-03-31", on="2026-03-31", amount="60", standard="60.00", status="paid"):
    return {"due_on": due, "paid_on": on, "paid_amt": amount, "standard_amt": standard, "status": status}


def test_a_payment_is_on_time_by_its_day_and_in_full():
    found = facts(
        payment=[
            paid(),
            paid(due="2026-03-01", on="2026-02-27", amount="100", standard="1e2"),
            paid(on=LATER),
            paid(due="2026-03-15", on="2026-03-16"),
            paid(amount="59.99"),
            paid(amount=""),
            paid(on="", amount="", status="failed"),
            paid(status=""),
            paid(due="2026-02-28", on="2026-02-28"),
            paid(due=LATER, on="2026-03-31"),
            paid(due=""),
        ]
    )
    assert counted(found, "I-12") == (2, 8)
    assert counted(found, "I-12.amount") == (Decimal("339.99"), None)


def test_nothing_due_is_no_share_rather_than_none_of_it():
    none = figure(facts(payment=[paid()]), "I-12", "2025-03")
    assert (none.n, none.of, none.share) == (0, 0, None)


def test_each_payment_of_a_case_counts_and_one_in_conflict_is_not_on_time():
    case = {"village": A, "basic": "yes", "decision": "eligible"}
    clear = record("benefit", case | {"payment": [paid(), paid(on=LATER)]})
    torn = paid()
    del torn["paid_on"]
    assert counted(read(clear, record("benefit", case | {"payment": [torn]})), "I-12") == (1, 3)


# -- the window -------------------------------------------------------------------------------------------


def asked(by="2026-03-16", done="2026-03-16T16:40:00.000+08:00", status="done", **more):
    return {"promised_by": by, "done_at": done if status == "done" else "", "status": status, **more}


def test_a_request_is_met_by_the_end_of_the_day_promised():
    found = facts(
        request=[
            asked(done="2026-03-16T23:59:59.000+08:00"),
            asked(done="2026-03-17T00:00:00.000+08:00"),
            asked(status="not_accepted"),
            asked(status="in_progress"),
            asked(status="withdrawn"),
            asked(by=LATER, done="2026-03-31T10:00:00.000+08:00"),
            asked(by="2026-03-31", done="2026-03-02T10:00:00.000+08:00"),
        ]
    )
    assert counted(found, "I-13") == (2, 5)
    assert counted(found, "I-13.once") == (4, 4)


def test_done_at_once_means_that_no_paper_was_missing():
    found = facts(
        request=[
            asked(docs_missing="none", fee_due="0"),
            asked(docs_missing="", fee_due="10"),
            asked(docs_missing="hukou photo", fee_due="2.50"),
            asked(status="waiting_docs", docs_missing="hukou", fee_due="7"),
        ]
    )
    found.tables["request"].append(
        found.tables["request"][0] | {"docs_missing": "", "docs_missing?": "conflict"}
    )
    assert counted(found, "I-13.once") == (2, 4)
    assert counted(found, "I-13.fees") == (Decimal("12.50"), None)


def test_contraceptives_picked_up_are_in_no_figure_of_the_window():
    pickup = {"item": "contraceptive_pickup", "village": A, "date": "2026-03-05", "pickup_n": "2"}
    found = read(record("request", pickup))
    assert [counted(found, each)[0] for each in ("I-13", "I-13.once", "I-13.fees", "I-22")] == [0, 0, 0, 0]


# -- letters and wishes -----------------------------------------------------------------------------------


def away(letters=(), log=(), **more):
    rows = [{"sent_on": sent, "replied_on": replied} for sent, replied in letters]
    logged = [{"log_date": day, "log_result": result} for day, result in log]
    return record(
        "migrant", {"village": B, "date": "2026-03-01", "liaison": rows, "contact_log": logged, **more}
    )


def test_a_letter_is_answered_in_time_on_the_seventh_day():
    found = read(
        away([("2026-03-01", "2026-03-08"), ("2026-03-01", "2026-03-09"), ("2026-03-31", "2026-04-07")]),
        away([("2026-03-30", ""), ("", "2026-03-02"), ("2026-02-28", "2026-03-01")]),
    )
    assert counted(found, "I-19") == (2, 4)


def test_a_wish_is_kept_where_nothing_followed_on_a_later_day():
    wish = ("2026-03-10", "asked_stop")
    found = read(
        away(log=[("2026-03-02", "reached"), wish, ("2026-03-10", "reached")]),
        away(log=[wish, ("2026-03-11", "no_answer")]),
        away([("2026-03-12", "")], [wish]),
        away([("2026-03-10", "2026-03-15")], [wish, ("2026-03-10", "asked_stop")]),
        away(log=[("2026-03-05", "reached")]),
        away(log=[("2026-02-27", "asked_stop"), wish]),
    )
    assert counted(found, "I-19.stopped") == (2, 4)
    assert counted(found, "I-19.stopped", "2026-02") == (0, 1)


def test_letters_about_who_did_not_agree_to_statistics_are_not_counted():
    letter = [("2026-03-01", "2026-03-02")]
    assert counted(read(away(letter, stats="no"), away(letter, stats="yes")), "I-19") == (1, 1)


# -- rights -----------------------------------------------------------------------------------------------


def own(day, done="", status="done", item="own_record"):
    return record("request", {"item": item, "village": A, "date": day, "status": status, "done_at": done})


@pytest.mark.parametrize(
    ("done", "is_met"),
    [("2026-03-19T17:00:00.000+08:00", 1), ("2026-03-20T08:00:00.000+08:00", 0), ("", 0)],
)
def test_a_request_about_ones_own_record_has_fifteen_working_days(done, is_met):
    """From Friday 27 February: the 28th is a worked Saturday."""
    found = read(
        own("2026-02-27", done), own("2026-02-27", status="withdrawn"), own("2026-02-27", item="other")
    )
    assert counted(found, "I-22", "2026-02") == (is_met, 1)
    assert counted(found, "I-22") == (0, 0)


# -- satisfaction -----------------------------------------------------------------------------------------


def visited(said, day="2026-03-05", **more):
    return record("visit", {"hh_id": "", "date": day, "outcome": "done", "sat_all": said, **more})


def test_satisfaction_is_of_those_who_answered_and_the_others_are_shown():
    found = read(
        *(visited(each) for each in "5543210"[:5]),
        visited({"missing": "pns"}),
        visited({"missing": "na"}, "2026-03-31"),
        visited({"missing": "pns"}, LATER),
        visited("5", "2026-02-28"),
        visited("1", stats="no"),
        visited({"missing": "pns"}, stats="no"),
        record("visit", {"date": "2026-03-05", "outcome": "done"}, conflicts=["sat_all"]),
        record("visit", {"date": "2026-03-05", "outcome": "nobody"}),
    )
    assert counted(found, "I-23") == (3, 5)
    assert counted(found, "I-23.na") == (2, 7)
    assert MEASURES["I-23.na"].neutral


def test_these_figures_are_told_of_the_township_alone():
    found = Figures(read(visited("5")), MADE, tables().places())
    for each in (
        "I-12",
        "I-12.amount",
        "I-13",
        "I-14",
        "I-15",
        "I-18.gain",
        "I-19",
        "I-20.laptops",
        "I-21",
        "I-22",
        "I-23",
    ):
        assert list(found.of(MEASURES[each], parse_period(MARCH))) == [""], each
