"""Who needs what next: every way on the list, and every way off it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.fieldwork.triage import REASONS, Step, triage
from fieldkit.records import Record

PID, OTHER = "26031210011", "26031210022"
KNOWN = date(2026, 3, 26)


def made(form, number=1, on=KNOWN, **answers):
    return Record(f"{form}-{number}", form, answers, frozenset(), on)


def woman(pid=PID, number=1, **answers):
    return made(
        "scr_participant", number, pid=pid, born="1975", c_cervix="yes", c_hpv_sample="yes", **answers
    )


def cervix(number=1, on=KNOWN, pid=PID, **answers):
    return made("scr_cervix", number, on, pid=pid, date="2026-03-12", **answers)


def breast(number=1, on=KNOWN, pid=PID, **answers):
    return made("scr_breast", number, on, pid=pid, date="2026-03-12", **answers)


def follow(number=1, on=KNOWN, pid=PID, **answers):
    return made("scr_follow", number, on, **({"pid": pid, "date": "2026-03-27"} | answers))


def lines(*records):
    return [(line.step, line.due) for line in triage([woman(), *records], {}).lines]


POSITIVE = {"hpv": "pos", "hpv_types": "16", "triage": "colposcopy"}
REFLEX = {"hpv": "pos", "hpv_types": "other_hr"}


@pytest.mark.parametrize(
    ("record", "step", "due"),
    [
        (cervix(**POSITIVE), Step.COLPOSCOPY, date(2026, 5, 25)),
        (cervix(**POSITIVE, triage_final="urgent"), Step.COLPOSCOPY, date(2026, 4, 2)),
        (cervix(via="suspect_ca", triage="colposcopy", triage_final="colposcopy"), Step.COLPOSCOPY, date(2026, 4, 2)),
        (cervix(hpv="neg", tct="SCC", triage="colposcopy"), Step.COLPOSCOPY, date(2026, 4, 2)),
        (cervix(**REFLEX), Step.CYTOLOGY, None),
        (cervix(**REFLEX, tct="pending", tct_adequacy="sat"), Step.CYTOLOGY, None),
        (cervix(hpv="invalid", triage="repeat_sample"), Step.SAMPLE, None),
        (cervix(**REFLEX, tct="NILM", triage="repeat_12m"), Step.AGAIN_12M, date(2027, 3, 26)),
        (cervix(hpv="neg", tct="ASCUS"), Step.DECIDE, None),
        (cervix(**REFLEX, tct="OTHER"), Step.DECIDE, None),
        (breast(bus_max="0", br_action="mmg", br_final="mmg"), Step.MAMMOGRAPHY, None),
        (breast(bus_max="4A", br_action="specialist", br_final="specialist"), Step.SPECIALIST, date(2026, 4, 9)),
        (breast(mmg_max="5", br_action="histology", br_final="histology"), Step.SPECIALIST, date(2026, 4, 9)),
        (breast(mmg_max="3", br_action="senior_review", br_final="short_follow_6m"), Step.AGAIN_6M, date(2026, 9, 24)),
        (breast(mmg_max="0", br_action="senior_review"), Step.REVIEW, None),
        (breast(bus_max="6", br_action="care"), Step.CARE, None),
        (breast(bus_max="1", cbe="suspect"), Step.DECIDE, None),
    ],
)  # fmt: skip
def test_what_is_next_and_by_when(record, step, due):
    assert lines(record) == [(step, due)]


@pytest.mark.parametrize(
    "record",
    [
        cervix(hpv="neg", triage="routine_5y", triage_final="routine_5y"), cervix(hpv="pending"), cervix(),
        cervix(hpv="not_done"), cervix(hpv="pending", tct="NILM"), breast(bus_max="1", br_action="routine_3y"),
        breast(), breast(cbe="normal"), breast(cbe="not_done"),
    ],
)  # fmt: skip
def test_nothing_found_or_nothing_known_yet_is_no_line(record):
    found = triage([woman(), record], {})
    assert (found.lines, found.managed) == ((), 0)


@pytest.mark.parametrize(
    "settled",
    [
        [follow(reason="colpo", final="declined")],
        [follow(reason="repeat", final="declined")],
        [follow(reason="result_neg", stopped="yes", final="declined")],
        [follow(reason="result_neg", final="moved", closed_on="2026-03-27")],
        [follow(reason="colpo", final="completed_elsewhere", closed_on="2026-04-20")],
        [follow(reason="colpo", final="died")],
        [cervix(2, **POSITIVE, triage_final="colposcopy", colpo_date="2026-04-20")],
    ],
)
def test_declined_stopped_moved_and_done_count_as_settled_and_are_never_chased(settled):
    found = triage([woman(), cervix(**POSITIVE), *settled], {})
    assert (found.lines, found.managed, found.unreached) == ((), 1, 0)


@pytest.mark.parametrize("scope", ["contact", "health", "contact share"])
def test_whoever_took_a_consent_back_is_settled(scope):
    found = triage([woman(withdrawn_scope=scope), cervix(**POSITIVE)], {})
    assert (found.lines, found.managed) == ((), 1)


def test_taking_back_what_has_nothing_to_do_with_it_leaves_her_on_the_list():
    assert triage([woman(withdrawn_scope="stats"), cervix(**POSITIVE)], {}).count(Step.COLPOSCOPY) == 1


@pytest.mark.parametrize(
    "other",
    [
        follow(reason="mmg", final="declined"),
        follow(reason="result_neg", final="declined"),
        follow(reason="repeat", final="completed_here", closed_on="2026-04-20"),
        follow(reason="colpo", final="completed_here", closed_on="2026-03-20"),
        follow(reason="colpo", final="declined", pid=OTHER),
        follow(reason="colpo", final="open"),
    ],
)
def test_the_end_of_another_matter_settles_nothing(other):
    found = triage([woman(), cervix(**POSITIVE), other], {})
    assert (found.count(Step.COLPOSCOPY), found.managed) == (1, 0)


def test_an_open_follow_up_says_by_when_and_whether_she_was_told():
    open_one = follow(reason="colpo", final="open", due="2026-04-01", told="in_person")
    [line] = triage([woman(), cervix(**POSITIVE), open_one], {}).lines
    assert (line.due, line.follow, line.told) == (date(2026, 4, 1), "scr_follow-1", True)


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("rebook", Step.APPOINTMENT), ("", Step.APPOINTMENT), ("result_neg", Step.TELL), ("treatment", Step.CARE),
        ("repeat", Step.REPEAT), ("mmg", Step.MAMMOGRAPHY),
    ],
)  # fmt: skip
def test_what_was_agreed_with_her_is_on_the_list_whatever_was_found(reason, step):
    agreed = follow(reason=reason, final="open", due="2026-04-09")
    found = triage([woman(), cervix(hpv="neg", triage="routine_5y"), agreed], {})
    assert [(line.step, line.due, line.follow) for line in found.lines] == [
        (step, date(2026, 4, 9), agreed.id)
    ]
    assert found.managed == 0
    assert (
        triage([woman(), agreed, follow(2, reason="colpo", stopped="yes", final="declined")], {}).lines == ()
    )
    assert triage([woman(withdrawn_scope="contact"), agreed], {}).lines == ()


def test_a_follow_up_of_what_she_declined_is_not_gone_on_with():
    records = [
        woman(),
        cervix(**POSITIVE),
        follow(reason="colpo", final="declined"),
        follow(2, reason="repeat", final="open"),
    ]
    assert triage(records, {}).lines == ()


def test_three_attempts_end_it_and_are_told_apart():
    found = triage([woman(), cervix(**POSITIVE), follow(reason="colpo", final="unreachable_3")], {})
    assert (found.lines, found.managed, found.unreached) == ((), 0, 1)


def test_without_a_registration_or_with_two_nothing_is_planned_and_it_is_said():
    found = triage([cervix(**POSITIVE)], {})
    assert (found.lines, found.managed, found.not_here) == ((), 0, 1)
    found = triage([woman(), woman(number=2), cervix(**POSITIVE)], {})
    assert (found.lines, found.shared) == ((), (PID,))


def test_the_day_counts_on_which_it_was_known():
    record = cervix(**POSITIVE, on=date(2026, 4, 30))
    [line] = triage([woman(), record], {record.id: KNOWN}).lines
    assert line.due == date(2026, 5, 25)


def test_the_latest_examination_counts():
    again = made("scr_cervix", 2, KNOWN, pid=PID, date="2026-03-25", hpv="neg", triage="routine_5y")
    assert lines(again, cervix(hpv="invalid", triage="repeat_sample")) == []


def test_every_step_that_is_followed_up_has_its_reason():
    assert set(REASONS) == set(Step) - {Step.DECIDE, Step.WAITING, Step.TELL, Step.REPEAT, Step.APPOINTMENT}


@given(st.permutations(range(9)))
def test_the_list_stands_in_the_order_of_days_and_numbers_however_the_records_come(order):
    pids = [f"2603121{n:03}0" for n in range(4)]
    records = [
        *(woman(pid, n, village=f"99010110020{9 - n}") for n, pid in enumerate(pids)),
        cervix(1, pid=pids[3], **POSITIVE), cervix(2, pid=pids[0], **POSITIVE), cervix(3, pid=pids[1], **REFLEX),
        breast(1, pid=pids[2], bus_max="4A", br_action="specialist"), breast(2, pid=pids[3], bus_max="0", br_action="mmg"),
    ]  # fmt: skip
    found = triage([records[place] for place in order], {})
    assert [(line.pid, line.step) for line in found.lines] == [
        (pids[2], Step.SPECIALIST), (pids[0], Step.COLPOSCOPY), (pids[3], Step.COLPOSCOPY), (pids[1], Step.CYTOLOGY),
        (pids[3], Step.MAMMOGRAPHY),
    ]  # fmt: skip
