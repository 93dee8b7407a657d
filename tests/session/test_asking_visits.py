"""A visit as talk: all of it, with the answers of last time, and declined."""

from __future__ import annotations

import re

import pytest

from fieldkit.i18n import set_language


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_whole_visit(talk, session, language):
    set_language(language)
    household = session.due()[0].household
    t = talk("visit", household=household.id)
    script = {
        "outcome": "1", "notice_read": "1", "basic": "1", "given_by": "1", "contact": "4", "share_wanted": "2",
        "stats": "1", "mode": "2", "copy_given": "1", "respondent": "1", "known": "1 2", "used": "1", "needs": "3",
        "need_top": "1", "barrier": "3", "sat_all": "2", "q1": "1", "private_now": "2", "leaflet": "1",
        "appt_wanted": "2", "follow_task": "2",
    }  # fmt: skip
    lines = 0
    while not t.talk.ended:
        t.type(script.get(t.name, ""))
        lines += 1
        assert lines < 60, t.text
    record = session.exchange.record(t.talk.finished.record)
    assert record.text("hh_id") == household.id
    assert record.text("needs") == "antenatal"
    assert not any(path.startswith(("offer", "health_consent")) for path in record.answers)
    assert re.search("[一-鿿]" if language == "zh" else "consent", t.text)


def test_the_answer_of_last_time_is_said_and_taken_again(talk, session):
    number, last = next(
        (number, last)
        for number, visits in session.registry().visits.items()
        if (last := next((v for v in reversed(visits) if v.outcome == "done"), None))
        and session.exchange.record(last.record).text("needs")
    )
    record = session.exchange.record(last.record)
    t = talk("visit", household=number)
    t.type(":jump outcome")
    assert "Last time" not in t.asked(), "what came of a visit is asked anew"
    t.type("1", "", "1", "1", "1", ":jump 15")
    assert "Last time (" in t.asked()
    assert "The same again: :same" in t.text
    t.type(":same")
    assert t.value("needs_block/needs") == record.text("needs")
    t.type(":jump basic")
    assert "Last time" not in t.asked(), "consent is asked anew"
    assert "No answer of last time" in t.type(":同上次")


def test_a_visit_declined_keeps_no_name(talk, session):
    household = session.due()[0].household
    t = talk("visit", household=household.id)
    t.type("5", ":finish")
    assert t.talk.finished.declined
    assert session.visits(household.id) == []
