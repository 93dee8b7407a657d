"""Somebody registered twice: told while she is registered, decided with one key, taken back; nothing else is changed."""

from __future__ import annotations

import pytest

from fieldkit.fieldwork.same_person import SAME_PERSON, Said, record_of
from fieldkit.i18n import set_language
from fieldkit.session.filling import fill


@pytest.fixture
def double(session):
    """Two rows of the demo town that are suspected."""
    set_language("en")
    return session.doubles.all()[0]


def registration(like, **changes):
    """Answers that register somebody like `like` in a village."""
    member = {
        "name": like.name,
        "sex": like.sex,
        "birth_year": int(like.birth_year),
        "rel": "0",
        "stay": "home_ge6m",
    }
    return {
        "village": like.village, "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "contact": ["visit"],
        "mode": "oral_witness", "hh_kind": "family", "presence": "home", "lang": "local", "private_now": "no",
        "members": [member | changes],
    }  # fmt: skip


def names(session, number):
    return [each.name for each in session.household(number).members]


def test_one_decision_lists_her_once_and_its_undo_brings_her_back(session, double):
    lost = double.first if double.kept == double.second.row else double.second
    before = {record.id: dict(record.answers) for record in session.exchange.records()}
    everybody = {number: names(session, number) for number in session.registry().households}
    session.doubles.decide(double, Said.SAME)
    assert double.pair not in {each.pair for each in session.doubles.all()}
    assert names(session, lost.household) == [each for each in everybody[lost.household] if each != lost.name]
    after = {record.id: dict(record.answers) for record in session.exchange.records()}
    assert {key: after[key] for key in before} == before, "nothing of the registrations is changed"
    [made] = set(after) - set(before)
    assert made == record_of(double.pair)
    assert lost.name not in str(after[made])

    [(pair, words)] = session.doubles.merged()
    assert lost.name in words
    session.doubles.take_back(pair)
    assert {number: names(session, number) for number in session.registry().households} == everybody
    assert [each.unsure for each in session.doubles.all() if each.pair == pair] == [True]
    assert len(session.exchange.revisions(made)) == 2, "taking back is an amendment of the same record"


def test_told_apart_is_told_once(session, double):
    count = len(session.doubles.all())
    session.doubles.decide(double, Said.DIFFERENT)
    assert len(session.doubles.all()) == count - 1
    assert session.doubles.merged() == []


def test_left_for_later_comes_last_and_is_not_asked_of_at_the_door(session, double):
    record = session.household(double.first.household).record
    assert [each.pair for each in session.doubles.of_record(record)] == [double.pair]
    session.doubles.decide(double, Said.UNSURE)
    assert session.doubles.all()[-1].pair == double.pair
    assert session.doubles.of_record(record) == []


def test_the_asker_is_told_once_name_and_year_are_there(session, double):
    first = session.doubles.all()[0].first
    answers = registration(first, name=f"{first.name[0]} {first.name[1:]}")
    interview = session.interviews.start("household", answers=answers)
    path = "/data/home/members[1]/birth_year"
    [told] = interview.problems(path)
    assert told.kind == "warning"
    for words in (first.name, first.birth_year, first.household, "the same name"):
        assert words in told.message
    assert [each.message for each in interview.problems() if each.path == path] == [told.message]
    interview.answer(path, int(first.birth_year) + 5)
    assert interview.problems(path) == []
    interview.answer(path, int(first.birth_year))
    interview.overrule(path)
    assert interview.problems(path) == []


def test_what_she_is_led_to_is_hers_and_goes_with_her(session, double):
    session.doubles.decide(double, Said.SAME)
    kept = double.kept
    lost = double.first if double.second.row == kept else double.second
    led = next(each for each in session.rights.of_household(lost.household) if each.instance == kept[1])
    assert (led.household, led.instance) == kept
    records = {said.record for said in session.rights.said(led)}
    assert {session.household(number).record for number in (kept[0], lost.household)} <= records
    session.rights.erase(led)
    for number in (kept[0], lost.household):
        assert lost.name not in names(session, number)
        assert all(each.name != lost.name for each in session.registry().registrations.people(number))
    assert session.exchange.record(record_of(double.pair)).state == "erased"
    assert session.doubles.merged() == []


def test_forms_offer_the_row_that_was_given_up_as_the_person_it_stands_for(session, double):
    session.doubles.decide(double, Said.SAME)
    lost = double.first if double.second.row == double.kept else double.second
    interview = session.interviews.start("visit", lost.household)
    for name, value in (
        ("outcome", "done"), ("notice_read", "read_aloud"), ("basic", "yes"), ("given_by", "self"),
    ):  # fmt: skip
        interview.answer(interview.form.find(name).path, value)
    offered = {
        each.value: each.label for each in interview.entry.choices(interview.form.find("respondent").path)
    }
    assert offered[lost.id] == session.registry().registrations.person(double.kept).name


def test_registered_anew_she_is_suspected_at_once(session, double):
    session.doubles.warm()
    [made] = fill(session, "household", [registration(double.first)], source="x", finalize=True)
    found = session.doubles.of_record(made)
    assert double.first.row in {row for each in found for row in each.pair}


def test_it_is_no_form_to_begin(session):
    assert SAME_PERSON not in {each.name for each in session.other_forms()}
    assert session.library.get(SAME_PERSON).privacy.family == "household"
