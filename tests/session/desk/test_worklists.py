"""Giving households out at a desk: from there by stick to a laptop's list, until it ends, is taken back or goes to another."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange.diary import What
from fieldkit.fieldwork.assigning import ASSIGNMENT, record_of
from fieldkit.office.assigned import holdings
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.worklist_words import plan_lines
from fieldkit.session.desk.worklists import default_days
from tests.assigning_town import FIRST_GROUP, OTHER, SECOND, THIRD, VILLAGE, plan

DUE, UNTIL = "2026-04-07", "2026-04-30"


def held(town, unit=FIRST_GROUP):
    """Who has a unit, by name."""
    [group] = [each for each in town.lists.groups(unit[0]) if each.unit == unit]
    return sorted(town.desk.words.laptop(each.laptop) for each in group.held)


# -- the whole way ----------------------------------------------------------------------------------------


def test_from_the_desk_by_stick_to_the_due_list_until_the_lease_ends(given):
    numbers = given.numbers()
    assert given.give(SECOND) == len(numbers) == 6
    pack, rows = given.returned(SECOND)
    assert rows == dict.fromkeys(numbers, (DUE, UNTIL))
    assert pack.worklist == 6
    with given.opened(SECOND) as session:
        assert session.due() == [], "not before the day"
        given.clock.later(days=7)
        due = session.due()
        assert [each.household.id for each in due] == list(numbers)
        assert all(f"It is this laptop's until {UNTIL}." in each.reason(str) for each in due)
        assert session.household(numbers[0]).members, "who lives there came with the list"
        given.clock.later(days=24)
        assert session.due() == []
        session.tidy()
        assert len(session._workspace.worklist) == 0
        session.forget_registry()
        assert session.household(numbers[0]) is None, "what was handed on goes with the lease"
    assert given.lists.ending(0)[0].until == UNTIL
    assert given.lists.groups(VILLAGE)[0].nobodys == numbers


def test_no_other_laptop_has_them_and_an_office_that_gives_nothing_out_says_nothing(given):
    before, _rows = given.returned(THIRD)
    given.give(SECOND)
    pack, rows = given.returned(THIRD)
    assert rows == {}
    assert (before.worklist, before.handed) == (pack.worklist, pack.handed) == (0, 0)


def test_who_has_visited_since_is_not_due_again(given):
    given.give(SECOND)
    given.returned(SECOND)
    given.clock.later(days=8)
    with given.opened(SECOND) as session:
        first = session.due()[0].household.id
        given.record(session, "visit", hh_id=first, village=VILLAGE, date="2026-04-08", outcome="done")
        session.forget_registry()
        assert first not in {each.household.id for each in session.due()}


def test_a_file_of_worklists_stands_beside_what_is_given_out(given):
    numbers, other = given.numbers(), given.numbers((OTHER, "1"))
    path = given.office.folder / "worklist" / f"{SECOND}.csv"
    path.write_text(f"household,due\n{numbers[0]},2026-05-01\n{other[0]},2026-05-02\n", encoding="utf-8")
    given.give(SECOND)
    _pack, rows = given.returned(SECOND)
    assert rows[numbers[0]] == ("2026-05-01", ""), "the file was written for this laptop"
    assert rows[other[0]] == ("2026-05-02", "")
    assert {rows[each] for each in numbers[1:]} == {(DUE, UNTIL)}


def test_what_was_taken_back_leaves_the_laptop_even_where_nothing_else_is_on_its_list(given):
    numbers = given.numbers()
    given.give(SECOND)
    given.returned(SECOND)
    given.clock.later(days=8)
    assert given.lists.take_back([FIRST_GROUP], "the road is closed") == 1
    pack, rows = given.returned(SECOND)
    assert (rows, pack.worklist, pack.handed) == ({}, 0, 0)
    with given.opened(SECOND) as session:
        assert session.due() == []
        assert session.household(numbers[0]) is None
        assert session.sticks.history()[0].what is What.LEASE
    assert given.lists.groups(VILLAGE)[0].nobodys == numbers


def test_giving_to_another_takes_it_from_the_first(given):
    numbers = given.numbers()
    given.give(SECOND, FIRST_GROUP, (VILLAGE, "2"))
    given.returned(SECOND)
    given.clock.later(days=1)
    given.give(THIRD, reason="she is ill")
    _pack, rows = given.returned(SECOND)
    assert set(rows) == set(given.numbers((VILLAGE, "2")))
    assert set(given.returned(THIRD)[1]) == set(numbers)
    assert held(given) == [THIRD]
    history = sorted(
        given.office.archive.revisions(record_of(FIRST_GROUP)), key=lambda each: each.envelope.hlc
    )
    assert [each.body.answers["laptop_name"] for each in history] == [SECOND, THIRD]
    assert history[-1].body.note["reason"] == "she is ill"
    assert history[-1].body.note["by"] == "office"


# -- who rests --------------------------------------------------------------------------------------------


def closed_and_put_off(town):
    """Two households of the first group: in one somebody asked to be left alone, in the other the visit was put off."""
    stop, later = town.numbers()[:2]
    with town.opened() as session:
        town.record(
            session, "visit", hh_id=stop, village=VILLAGE, date="2026-03-30", outcome="done", contact="none"
        )
        town.record(
            session, "visit", hh_id=later, village=VILLAGE, date="2026-03-30", outcome="postponed",
            revisit_on="2026-04-20",
        )  # fmt: skip
        town.carried(session)
    return stop, later


def test_who_asked_to_stop_is_never_given_out_and_looks_as_if_the_visit_was_put_off(given):
    stop, later = closed_and_put_off(given)
    rest = {*given.numbers()}
    assert len(rest) == 4
    assert not {stop, later} & rest
    given.give(SECOND)
    [holding] = holdings(given.office)
    assert set(holding.households) == rest
    everything = [
        *(str(each) for each in given.lists.villages()),
        *(str(each) for each in given.lists.groups(VILLAGE)),
        str(given.lists.proposal()),
        str(given.office.lists.rows(ASSIGNMENT)),
        str(given.office.view(holding.record)),
        str(given.returned(SECOND)[1]),
    ]
    assert not any(number in text for text in everything for number in (stop, later))


def test_whoever_asks_to_stop_later_leaves_the_list_with_the_next_stick(given):
    given.give(SECOND)
    assert len(given.returned(SECOND)[1]) == 6
    stop, later = closed_and_put_off(given)
    assert not {stop, later} & set(given.returned(SECOND)[1])
    given.clock.later(days=21)
    rows = given.returned(SECOND)[1]
    assert later in rows, "the day that was agreed has come"
    assert stop not in rows


def test_a_group_in_which_everybody_rests_is_refused_in_words(given):
    with given.opened() as session:
        for number in given.numbers():
            given.record(
                session, "visit", hh_id=number, village=VILLAGE, date="2026-03-30", outcome="postponed",
                revisit_on="2026-04-20",
            )  # fmt: skip
        given.carried(session)
    with pytest.raises(FieldkitError, match=r"assign\.nobody"):
        given.give(SECOND)


# -- giving to another ------------------------------------------------------------------------------------


def test_a_laptop_that_has_not_come_since_is_warned_about_and_a_reason_is_asked_for(given):
    given.give(SECOND)
    wanted = plan(given, THIRD)
    assert [each.laptop for each in wanted.late] == [given.id(SECOND)]
    said = "\n".join(plan_lines(given.desk, wanted))
    assert SECOND in said
    assert "not heard of yet" in said
    assert "would be made twice" in said
    with pytest.raises(FieldkitError, match=r"assign\.late") as told:
        given.lists.give(wanted, "  ")
    assert told.value.params == {"laptops": SECOND}
    assert held(given) == [SECOND]
    assert given.lists.give(wanted, "the laptop is broken") == 6
    assert held(given) == [THIRD]


def test_a_laptop_that_has_come_since_is_named_without_a_warning(given):
    given.give(SECOND)
    given.returned(SECOND)
    given.clock.later(days=8)
    with given.opened(SECOND) as session:
        given.record(
            session, "visit", hh_id=given.numbers()[0], village=VILLAGE, date="2026-04-08", outcome="done"
        )
        given.carried(session)
    wanted = plan(given, THIRD)
    assert (len(wanted.held), wanted.late) == (1, ())
    assert any(SECOND in line for line in plan_lines(given.desk, wanted))
    given.lists.give(wanted)
    assert held(given) == [THIRD]


def test_a_laptop_of_which_something_is_missing_is_warned_about_though_it_came(given):
    given.give(SECOND)
    given.clock.later(days=1)
    with given.opened(SECOND) as session:
        record = [given.record(session, "issue", village=VILLAGE, text=str(n)) for n in range(3)]
        second = session.exchange.revisions(record[1])[0]
        made = session.export(given.stick)
        session._workspace.revisions.remove(doc_ids=[
            each.doc_id for each in session._workspace.revisions if each["id"] == second.id
        ])  # fmt: skip
        made.bundle.path.unlink()
        given.office.merge([session.export(given.stick).bundle.path])
    assert given.office.device(SECOND).seen
    assert [each.laptop for each in plan(given, THIRD).late] == [given.id(SECOND)]


def test_giving_more_time_to_the_same_laptop_warns_of_nobody(given):
    given.give(SECOND)
    given.clock.later(days=1)
    given.give(SECOND, until=date(2026, 5, 31))
    assert {until for _due, until in given.returned(SECOND)[1].values()} == {"2026-05-31"}


@pytest.mark.parametrize(
    ("due", "until"), [(date(2026, 4, 2), date(2026, 4, 1)), (date(2026, 3, 1), date(2026, 3, 30))]
)
def test_days_that_do_not_fit_are_refused(given, due, until):
    with pytest.raises(FieldkitError, match=r"assign\.days"):
        given.give(SECOND, due=due, until=until)


def test_nothing_is_given_to_a_revoked_laptop_nor_proposed_for_it(given):
    given.office.revoke(SECOND)
    with pytest.raises(FieldkitError, match=r"assign\.revoked"):
        given.give(SECOND)
    assert SECOND not in {each.name for each in given.lists.laptops()}
    assert given.id(SECOND) not in {each.laptop for each in given.lists.proposal()}


def test_an_erased_record_is_followed_by_another(given):
    given.give(SECOND)
    given.desk.borrow(record_of(FIRST_GROUP), "test")
    given.desk.session.erase(record_of(FIRST_GROUP), "kept long enough")
    given.desk.hand_in()
    assert held(given) == []
    given.give(THIRD)
    assert [each.record for each in holdings(given.office)] == [record_of(FIRST_GROUP, 1)]


# -- undoing ----------------------------------------------------------------------------------------------


def test_what_was_done_here_last_is_taken_back_step_by_step(given):
    given.give(SECOND)
    given.give(THIRD, reason="nearer")
    given.lists.take_back([FIRST_GROUP])
    assert held(given) == []
    assert given.lists.undo()
    assert held(given) == [THIRD]
    assert given.lists.undo()
    assert held(given) == [SECOND]
    assert given.lists.undo()
    assert held(given) == []
    assert not given.lists.undo()
    assert given.office.verify().damaged == ()


def test_a_laptop_that_took_what_was_undone_loses_it_again(given):
    given.give(SECOND)
    given.give(THIRD, reason="nearer")
    assert len(given.returned(THIRD)[1]) == 6
    given.clock.later(days=1)
    given.lists.undo()
    assert given.returned(THIRD)[1] == {}
    assert len(given.returned(SECOND)[1]) == 6


# -- two at once ------------------------------------------------------------------------------------------


@pytest.fixture
def clerks(given):
    """Two clerks at one archive."""
    for name in ("王芳", "李强"):
        add_desk(given.office, name, [Role.CLERK], None, by="office")
    folder = given.demo.office
    with (
        Desk.open(folder, "王芳", now=given.clock) as one,
        Desk.open(folder, "李强", now=given.clock) as other,
    ):
        yield one, other


@pytest.mark.parametrize("is_there", [False, True])
def test_whoever_was_overtaken_is_told_and_nothing_of_theirs_is_written(given, clerks, is_there):
    if is_there:
        given.give(SECOND, reason="x")
        given.lists.take_back([FIRST_GROUP])
    one, other = clerks
    first, second = plan(given, SECOND, one), plan(given, THIRD, other)
    one.worklists.give(first)
    with pytest.raises(FieldkitError, match=r"\.overtaken"):
        other.worklists.give(second)
    assert held(given) == [SECOND]
    assert not other.session.handing_in.waits


def test_of_several_groups_of_which_one_was_overtaken_none_is_written(given, clerks):
    one, other = clerks
    lists = other.worklists
    units = [(VILLAGE, "1"), (VILLAGE, "2")]
    wanted = lists.plan(units, given.id(THIRD), *default_days(lists.today))
    one.worklists.give(plan(given, SECOND, one))
    with pytest.raises(FieldkitError, match=r"assign\.overtaken"):
        lists.give(wanted)
    assert held(given, (VILLAGE, "2")) == []


def given_apart(town, clerks):
    """Two clerks give one group to two laptops, neither of whom could know of the other."""
    one, other = clerks
    for desk, laptop in ((one, SECOND), (other, THIRD)):
        wanted = plan(town, laptop, desk)
        [written] = [desk.worklists._written(wanted, unit, *rest, "") for unit, *rest in wanted.units.items()]
        form = desk.session.library.get(ASSIGNMENT)
        desk.session.exchange.put(form, written.record, written.answers, note=written.note)
    one.hand_in()
    other.hand_in()


def test_two_who_give_out_the_same_apart_are_both_shown_and_nobody_loses_work(given, clerks):
    given_apart(given, clerks)
    assert held(given) == [SECOND, THIRD]
    assert len(given.lists.disputed()) == 2
    [conflict] = given.office.conflicts()
    assert {"laptop", "laptop_name"} <= set(conflict.conflicts)
    numbers = set(given.numbers())
    assert set(given.returned(SECOND)[1]) == set(given.returned(THIRD)[1]) == numbers
    given.give(SECOND, reason="she knows them")
    assert given.office.conflicts() == []
    assert given.lists.disputed() == []
    assert held(given) == [SECOND]
    assert given.returned(THIRD)[1] == {}


def test_taking_back_settles_it_too_and_undoing_that_brings_it_back(given, clerks):
    given_apart(given, clerks)
    given.lists.take_back([FIRST_GROUP])
    assert (given.office.conflicts(), held(given)) == ([], [])
    given.lists.undo()
    assert held(given) == [SECOND, THIRD]
