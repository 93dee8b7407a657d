"""Screening days as a laptop knows them: read once, right after every change, and the same as if read anew."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from fieldkit.fieldwork.screening import screening_day
from fieldkit.fieldwork.screening_rows import FORMS
from fieldkit.session.filling import correct
from tests.demo.test_screening_days import EVENTS

EVENT, OTHER = EVENTS


def anew(session, event):
    return screening_day(event, session.exchange.records(*FORMS), None, session.exchange.left_elsewhere)


def asked_to_leave(session, **answers):
    draft = session.interviews.start("scr_participant", answers={"village": "990101100200", **answers})
    session.interviews.finish(draft)


@pytest.fixture
def known(session):
    """The session, which has looked at both days already."""
    assert [session.closing.day(each).counts.arrived for each in EVENTS] == [184, 184]
    return session


def test_the_days_of_the_demo_add_up_as_they_were_closed(known):
    for event in EVENTS:
        day = known.closing.day(event)
        assert day == anew(known, event)
        assert day.held.closed
        assert day.findings(day.held.typed) == []
        assert set(asdict(day.counts)) == set(day.held.typed)
    assert known.closing.latest() == OTHER


def test_a_correction_an_erasure_and_a_decline_show_at_once(known):
    day = known.closing.day(EVENT)
    woman = next(each for each in day.women.values() if each.sampled and not each.void)
    correct(known, woman.cervix, [{"tube_void": "unlabelled"}], source="", reason="seen when packing")
    assert known.closing.day(EVENT).counts.void == day.counts.void + 1
    known.erase(woman.breast, "asked")
    assert known.closing.day(EVENT).counts.breast == day.counts.breast - 1
    assert known.closing.day(EVENT) == anew(known, EVENT)
    assert known.closing.day(OTHER) == anew(known, OTHER)


def test_declines_count_before_and_after_a_stick_has_taken_them(known, tmp_path):
    before = known.closing.day(EVENT).left
    asked_to_leave(known, outcome="left", date="2026-03-05")
    asked_to_leave(known, outcome="postponed", revisit_on="2026-04-09", date="2026-03-05")
    assert known.closing.day(EVENT).left == before + 2
    known.export(tmp_path)
    assert known.exchange.waiting_declines() == []
    assert known.closing.day(EVENT).left == before + 2
    assert known.closing.day(EVENT) == anew(known, EVENT)
