"""I-07 to I-10, counted by hand."""

from __future__ import annotations

import pytest

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, reads
from tests.report.tables import PLACES, A, B, counted, facts, figure, record, tables


def exam(pid="1", date="2026-03-05", **said):
    return {"pid": pid, "date": date} | said


@pytest.mark.parametrize(
    ("said", "abnormal", "valid"),
    [
        ({"hpv": "pos"}, 1, 1),
        ({"hpv": "neg"}, 0, 1),
        ({"hpv": "invalid"}, 0, 0),
        ({"hpv": "pending"}, 0, 0),
        ({"hpv": "not_done"}, 0, 0),
        ({"hpv": "neg", "tct_adequacy": "sat", "tct": "ASCUS"}, 1, 1),
        ({"tct_adequacy": "sat", "tct": "ADENO"}, 1, 1),
        ({"tct_adequacy": "sat", "tct": "NILM"}, 0, 1),
        ({"tct_adequacy": "sat", "tct": "OTHER"}, 0, 1),
        ({"tct_adequacy": "unsat", "tct": "HSIL"}, 0, 0),
        ({"via": "pos"}, 1, 1),
        ({"via": "suspect_ca"}, 1, 1),
        ({"via": "neg", "hpv": "invalid"}, 0, 1),
        ({"via": "not_assessable"}, 0, 0),
        ({"hpv?": "conflict"}, 0, 0),
        ({"hpv": "pos", "date": "2026-02-28"}, 0, 0),
        ({"hpv": "pos", "date": "2026-03-31"}, 1, 1),
    ],
)
def test_a_first_result_is_abnormal_of_valid_ones(said, abnormal, valid):
    assert counted(facts(scr_cervix=[exam(**said)]), "I-07") == (abnormal, valid)


def test_a_number_counts_once_and_one_without_a_number_not_at_all():
    twice = [exam("1", hpv="neg"), exam("1", hpv="pos"), exam("2", hpv="neg"), exam("", hpv="pos")]
    assert counted(facts(scr_cervix=twice), "I-07") == (1, 2)


@pytest.mark.parametrize(
    ("said", "useless", "taken"),
    [
        ({"sample_kind": "clinician", "hpv": "neg"}, 0, 1),
        ({"sample_kind": "self", "hpv": "invalid"}, 1, 1),
        ({"sample_kind?": "pns", "hpv": "invalid"}, 1, 1),
        ({"sample_kind": "clinician", "tct_adequacy": "unsat"}, 1, 1),
        ({"sample_kind": "clinician", "hpv": "not_done"}, 0, 1),
        ({"hpv": "not_done", "via": "neg"}, 0, 0),
        ({"sample_kind": "clinician"}, 0, 1),
    ],
)
def test_the_quality_of_samples_is_of_those_taken(said, useless, taken):
    assert counted(facts(scr_cervix=[exam(**said)]), "I-07.invalid") == (useless, taken)


def case(reason="colpo", due="2026-03-20", final="completed_here", closed_on="2026-03-20", **said):
    begun = {
        "pid": "1",
        "date": "2026-03-05",
        "reason": reason,
        "due": due,
        "final": final,
        "closed_on": closed_on,
    }
    return begun | said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, (1, 1)),
        ({"closed_on": "2026-03-21"}, (0, 1)),
        ({"final": "completed_elsewhere"}, (1, 1)),
        ({"final": "moved"}, (1, 1)),
        ({"final": "died"}, (1, 1)),
        ({"final": "unreachable_3"}, (0, 1)),
        ({"final": "open", "closed_on": ""}, (0, 1)),
        ({"final": "", "closed_on": ""}, (0, 1)),
        ({"closed_on": "", "closed_on?": "conflict"}, (0, 1)),
        ({"due": "2026-03-31", "closed_on": "2026-03-31"}, (1, 1)),
        ({"due": "2026-04-01", "closed_on": "2026-03-20"}, (0, 0)),
        ({"due": "2026-02-28", "closed_on": "2026-02-20"}, (0, 0)),
        ({"due": "", "final": "open", "closed_on": ""}, (0, 0)),
        ({"final": "declined", "due": "", "closed_on": "2026-03-10"}, (1, 1)),
        ({"final": "declined", "due": "", "due_days": "14", "closed_on": "2026-03-10"}, (1, 1)),
        ({"final": "declined", "due": "", "due_days": "60", "closed_on": "2026-03-10"}, (0, 0)),
        ({"reason": "mmg"}, (1, 1)),
        ({"reason": "histology"}, (1, 1)),
        ({"reason": "treatment"}, (1, 1)),
        ({"reason": "result_neg"}, (0, 0)),
        ({"reason": "rebook"}, (0, 0)),
        ({"reason": "", "reason?": "pns"}, (0, 0)),
        ({"reason": "repeat"}, (0, 0)),
    ],
)
def test_a_case_that_is_due_is_managed_in_time_or_not(said, expected):
    assert counted(facts(scr_follow=[case(**said)]), "I-08") == expected


def test_who_declined_is_managed_in_the_month_she_would_have_been_due():
    declined = case(final="declined", due="", due_days="60", closed_on="2026-03-10")
    assert counted(facts(scr_follow=[declined]), "I-08", "2026-05") == (1, 1)


def test_a_repeat_is_a_case_where_something_was_found():
    repeat = case(reason="repeat")
    found = facts(scr_follow=[repeat], scr_cervix=[exam(hpv="pos", date="2025-12-01")])
    assert counted(found, "I-08") == (1, 1)
    assert counted(facts(scr_follow=[repeat], scr_cervix=[exam(hpv="invalid")]), "I-08") == (0, 0)


def test_a_case_recorded_twice_is_one():
    found = facts(
        scr_follow=[case(), case(final="open", closed_on=""), case(reason="mmg"), case(pid="2", village=B)]
    )
    assert counted(found, "I-08") == (3, 3)
    assert counted(found, "I-08", village=B) == (1, 1)


def test_early_diagnosis_is_of_histology_and_of_stages_in_the_township_alone():
    paths = (
        "HSIL_CIN2", "HSIL_CIN3", "AIS", "MICROINV_IA", "INV_SCC", "INV_ADENO", "LSIL_CIN1", "normal_inflam", "pending", "OTHER", "",
    )  # fmt: skip
    found = facts(
        scr_cervix=[exam(str(n), path=path, colpo_date="2026-03-30") for n, path in enumerate(paths)]
        + [exam("99", path="AIS", colpo_date="2026-04-02"), exam("98", path="AIS", colpo_date="")],
        scr_breast=[exam(str(n), tnm=stage) for n, stage in enumerate(("0", "I", "II", "III", "IV", "", ""))],
    )
    assert counted(found, "I-09.cervix") == (4, 6)
    assert counted(found, "I-09.breast") == (2, 5)
    assert figure(facts(), "I-09.breast").share is None


def result(number="1", date="2026-03-01", reason="result_neg", **said):
    return {
        "pid": number,
        "record_id": f"f{number}",
        "date": date,
        "reason": reason,
        "told": "in_person",
        "final": "open",
    } | said


def attempt(number, day, said="reached"):
    return {"pid": number, "record_id": f"f{number}", "att_date": day, "att_result": said}


@pytest.mark.parametrize(
    ("said", "day", "expected"),
    [
        ({}, "2026-03-31", (1, 1)),
        ({}, "2026-04-01", (0, 1)),
        ({}, "", (0, 1)),
        ({"suspected": "yes", "reason": "colpo"}, "2026-03-08", (1, 1)),
        ({"suspected": "yes", "reason": "colpo"}, "2026-03-09", (0, 1)),
        ({"suspected": "no", "reason": "colpo"}, "2026-03-31", (1, 1)),
        ({"reason": "rebook"}, "2026-03-02", (0, 0)),
        ({"reason": "treatment"}, "2026-03-02", (0, 0)),
        ({"date": "2026-03-02"}, "2026-03-05", (0, 0)),
        ({"date": ""}, "2026-03-05", (0, 0)),
        ({"date": "2026-01-29"}, "2026-02-28", (0, 0)),
        ({"date": "2026-01-30"}, "2026-03-01", (1, 1)),
        ({"final": "declined"}, "", (0, 0)),
        ({"final": "died"}, "", (0, 0)),
        ({"final": "declined"}, "2026-03-02", (1, 1)),
        ({"final": "unreachable_3"}, "", (0, 1)),
        ({"final": "completed_here", "closed_on": "2026-03-20"}, "", (1, 1)),
        ({"final": "completed_here", "closed_on": "2026-04-20"}, "", (0, 1)),
        ({"final": "completed_here", "closed_on": "2026-03-20", "told": ""}, "", (0, 1)),
    ],
)
def test_a_result_is_due_within_thirty_days_or_seven(said, day, expected):
    found = facts(scr_follow=[result(**said)], attempt=[attempt("1", day)] if day else [])
    assert counted(found, "I-10") == expected


def test_she_was_told_when_she_was_first_reached_and_days_have_a_median():
    found = facts(
        scr_follow=[result("1"), result("2"), result("3"), result("4")],
        attempt=[
            attempt("1", "2026-03-09", "no_answer"), attempt("1", "2026-03-21"), attempt("1", "2026-03-11"),
            attempt("2", "2026-03-05"), attempt("3", "2026-04-20"), attempt("4", "2026-03-02", "away"),
        ],
    )  # fmt: skip
    assert counted(found, "I-10") == (2, 4)
    assert counted(found, "I-10.days") == (7, None), "10 and 4 days; the third was told after the month"
    assert figure(facts(), "I-10.days").n is None


def test_a_result_is_read_out_of_real_records():
    begun = {
        "village": A,
        "pid": "1",
        "date": "2026-03-01",
        "reason": "result_neg",
        "told": "phone_self",
        "final": "completed_here",
    }
    attempts = [
        {"att_date": "2026-03-03", "att_result": "no_answer"},
        {"att_date": "2026-03-04", "att_result": "reached"},
    ]
    archive = tables(
        record("scr_follow", begun | {"closed_on": "2026-03-30", "attempt": attempts}),
        record("scr_follow", begun | {"pid": "2", "closed_on": "2026-03-30"}),
        record(
            "scr_participant",
            {"village": A, "pid": "3", "stats": "no", "outcome": "registered", "date": "2026-03-01"},
        ),
        record("scr_follow", begun | {"pid": "3", "closed_on": "2026-03-30", "attempt": attempts}),
    )
    found = Figures(gather(archive, reads("I-10")), MADE, PLACES)
    assert counted(found, "I-10", village=A) == (2, 2)
    assert counted(found, "I-10.days", village=A) == (16, None), "3 and 29 days"
