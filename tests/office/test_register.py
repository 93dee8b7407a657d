"""The register as households are given out from it: it says of everybody what a laptop that holds all records would say."""

from __future__ import annotations

import pytest

from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork.assigning import FOR_GOOD
from fieldkit.fieldwork.registry import Registry
from fieldkit.office.register import register
from fieldkit.session.desk.desk import Desk
from tests.assigning_town import FIRST_GROUP, SECOND, VILLAGE, Town

TODAY = "2026-03-31"


@pytest.fixture
def given(demo, now, tmp_path):
    with Town.opened_in(demo, now, tmp_path) as town:
        yield town


def rests(town):
    return {each.number: each.rests for each in register(town.office, town.lists.today)}


def test_every_household_of_the_archive_is_in_it_with_its_village_and_group(given):
    with given.opened() as session:
        known = session.registry().households.values()
        there = {(each.id, each.village, each.group) for each in known}
    found = register(given.office, given.lists.today)
    assert {(each.number, each.village, each.group) for each in found} == there
    assert len(found) == 600


SAID = {
    "asked on a visit": [("visit", {"date": "2026-03-20", "outcome": "done", "contact": "none"})],
    "wants no more": [("visit", {"date": "2026-03-20", "outcome": "part", "wants_no_more": "yes"})],
    "agreed again later": [
        ("visit", {"date": "2026-03-20", "outcome": "done", "contact": "none"}),
        ("visit", {"date": "2026-03-21", "outcome": "done", "contact": "visit"}),
    ],
    "agreed on the same day": [
        ("visit", {"date": "2026-03-20", "outcome": "done", "contact": "none"}),
        ("visit", {"date": "2026-03-20", "outcome": "done", "contact": "visit"}),
    ],
    "put off": [("visit", {"date": "2026-03-20", "outcome": "postponed", "revisit_on": "2026-04-20"})],
    "put off, and the day has come": [
        ("visit", {"date": "2026-03-20", "outcome": "postponed", "revisit_on": "2026-03-31"})
    ],
    "put off, and visited since": [
        ("visit", {"date": "2026-03-20", "outcome": "postponed", "revisit_on": "2026-04-20"}),
        ("visit", {"date": "2026-03-25", "outcome": "done", "contact": "visit"}),
    ],
    "nobody at home": [("visit", {"date": "2026-03-20", "outcome": "nobody", "revisit_on": "2026-04-20"})],
    "nothing": [],
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_it_says_what_a_laptop_says(given, what):
    number = given.numbers()[0]
    with given.opened() as session:
        for form, answers in SAID[what]:
            given.record(session, form, hh_id=number, village=VILLAGE, **answers)
        session.forget_registry()
        closed = session.registry().wants_no_contact(number)
        last = session.visits(number)[-1:]
        given.carried(session)
    later = last[0].revisit_on if last and last[0].outcome == "postponed" else ""
    put_off = later if later > TODAY else ""
    assert rests(given)[number] == (FOR_GOOD if closed else put_off)
    assert closed == (what in {"asked on a visit", "wants no more", "agreed on the same day"})
    assert (number in given.numbers()) == (not closed and not put_off)


def test_it_agrees_with_the_registry_of_all_records_about_everybody(given):
    forms = ("household", "visit", "migrant")
    registry = Registry(as_record(view) for form in forms for view in given.office.archive.views(form))
    found = rests(given)
    for number in registry.households:
        assert (found[number] == FOR_GOOD) == registry.wants_no_contact(number)
    assert FOR_GOOD in found.values()


def test_somebody_elsewhere_who_asked_that_nobody_calls_closes_her_household(given):
    number = given.numbers()[0]
    with given.opened() as session:
        form = session.library.get("migrant")
        log = form.find("contact_log").path.split("/", 2)[2]
        answers = {
            "hh_id": number, "date": "2026-03-01", f"{log}": "", f"{log}/x1": "1", f"{log}/x1/log_date": "2026-03-20",
            f"{log}/x1/log_result": "asked_stop",
        }  # fmt: skip
        session.exchange.put(form, session.exchange.new_record_id(), answers)
        given.carried(session)
    assert rests(given)[number] == FOR_GOOD
    assert number not in given.numbers()


def test_a_withdrawn_registration_is_no_household_any_more(given):
    number = given.numbers()[0]
    with given.opened() as session:
        session.withdraw(session.household(number).record, scope="basic", reason="asked for it")
        given.carried(session)
    assert number not in rests(given)


def test_what_laptops_say_differently_of_contact_keeps_everybody_away(given):
    """Two corrections of the same registration, of which one says no contact: nobody goes there until it is decided."""
    with given.opened() as session:
        number = next(each for each in given.numbers() if not session.visits(each))
    view = next(
        each for each in given.office.archive.views("household") if as_record(each).household == number
    )
    path = next(each for each in view.fields if each.endswith("/contact"))
    with given.opened() as session:
        form = session.library.get("household")
        session.exchange.put(form, view.record, {**view.fields, path: "none"})
        made = session.export(given.stick)
    given.desk.decide(view, Operation.RESOLVE, {path: "phone"}, changed=[path], note={})
    given.office.merge([made.bundle.path])
    [conflict] = given.office.conflicts()
    assert set(conflict.conflicts) == {path}
    assert number not in given.numbers()
    given.desk.decide(conflict, Operation.RESOLVE, {path: "phone"}, changed=[path], note={})
    assert number in given.numbers(FIRST_GROUP)


def test_on_a_server_it_says_the_same_and_so_do_services_and_lists(given, demo, now, postgres):
    number = given.numbers()[0]
    with given.opened() as session:
        given.record(
            session, "visit", hh_id=number, village=VILLAGE, date="2026-03-30", outcome="done", contact="none"
        )
        given.record(
            session, "visit", hh_id=given.numbers()[1], village=VILLAGE, date="2026-03-30", outcome="postponed",
            revisit_on="2026-04-20",
        )  # fmt: skip
        given.carried(session)
    given.give(SECOND)
    before = (rests(given), given.lists.villages(), given.lists.services())
    given.office.move(postgres.new_database())
    given.desk.close()
    given.desk = Desk.open(demo.office, now=lambda: now)
    assert given.office.archive.database.engine.dialect.name == "postgresql"
    assert (rests(given), given.lists.villages(), given.lists.services()) == before
    assert set(given.returned(SECOND)[1]) == set(given.numbers())
