"""What roles bind beyond the first question: taking back, unfinished corrections, and roles that change while a desk is open."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office.looks import looks
from fieldkit.office.reviews import State
from fieldkit.office.roles import Role
from fieldkit.session.desk.conflicts import Choice
from fieldkit.session.desk.desk import Desk
from tests.five_desks import NAMES, RESTRICTED, five_desks

HEALTH, CONTACT = "counsel/wants", "away/dest_text"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    from tests.conftest import NOW

    return five_desks(tmp_path_factory.mktemp("five") / "office", NOW)


@pytest.fixture
def desks(made, tmp_path, now):
    """The five desks of one office, by role; and its record with answers of every tier."""
    office = made.copied(tmp_path / "办公 室")
    opened = {
        role: Desk.open(
            office.folder, name, now=lambda: now, passphrase=lambda role=role: office.passphrase(role)
        )
        for role, name in NAMES.items()
    }
    yield opened, office.record
    for each in opened.values():
        each.close()


def refused(code, step, *arguments):
    with pytest.raises(FieldkitError) as caught:
        step(*arguments)
    assert caught.value.code == code
    assert RESTRICTED not in str(caught.value.params)


def decide(desk, record, path):
    opened = desk.conflicts.open(record)
    [clash] = [each for each in opened.clashes if each.path == path]
    desk.conflicts.write(opened, {path: Choice("take", clash.sides[0].answer)})
    return desk.decisions.lately()[0]


def test_a_decision_about_an_answer_is_taken_back_by_whoever_may_see_it_alone(desks):
    opened, record = desks
    clerk, reviewer = opened[Role.CLERK], opened[Role.REVIEWER]
    decided = decide(reviewer, record, HEALTH)
    state = clerk.office.state()
    refused("conflict.hidden", clerk.decisions.take_back, decided)
    assert clerk.office.state() == state
    reviewer.decisions.take_back(decided)
    assert HEALTH in reviewer.office.view(record).conflicts
    refused("conflict.hidden", clerk.decisions.take_back, clerk.decisions.lately()[0])
    seen = decide(reviewer, record, CONTACT)
    clerk.decisions.take_back(seen)
    assert CONTACT in reviewer.office.view(record).conflicts


def test_nobody_but_a_reviewer_undoes_or_brings_back_what_a_review_said(desks):
    opened, record = desks
    clerk, reviewer = opened[Role.CLERK], opened[Role.REVIEWER]
    for state in (State.CLOSED, State.RECEIVED):
        reviewer.reviews.settle(reviewer.reviews.open(record), state)
        refused("role.may-not", clerk.decisions.take_back, clerk.decisions.lately()[0])
    reviewer.reviews.undo(reviewer.reviews.open(record))
    refused("role.may-not", clerk.decisions.take_back, clerk.decisions.lately()[0])
    assert reviewer.reviews.open(record).review.state is State.CLOSED


def test_another_answer_is_typed_by_whoever_may_see_it_alone(desks):
    opened, record = desks
    clerk, reviewer = opened[Role.CLERK], opened[Role.REVIEWER]
    refused("conflict.hidden", clerk.conflicts.retyping, clerk.conflicts.open(record), {}, HEALTH)
    assert reviewer.conflicts.retyping(reviewer.conflicts.open(record), {}, HEALTH).answer("none") == "none"


def test_going_on_with_a_correction_is_a_look_and_nobody_goes_on_who_may_not_see_it(desks):
    opened, record = desks
    keeper, reviewer = opened[Role.KEEPER], opened[Role.REVIEWER]
    reviewer.borrow(record, "review")
    reviewer.session.interviews.begin_correction(record)
    before = len(looks(reviewer.office))
    reviewer.unfinished.take_up(record)
    noted = [each.facts for each in looks(reviewer.office)[before:]]
    assert {
        "record": record,
        "form": "migrant",
        "tiers": "CR",
        "by": reviewer.name,
        "why": "unfinished",
    } in noted
    keeper.people.change(reviewer.name, [Role.CLERK])
    reviewer.go_by_roles()
    assert [each.id for each in reviewer.unfinished.all()] == [record]
    refused("role.hidden", reviewer.unfinished.take_up, record)
    keeper.people.change(reviewer.name, [Role.READER])
    reviewer.go_by_roles()
    refused("role.may-not", reviewer.unfinished.take_up, record)


@pytest.mark.parametrize("role", [Role.READER, Role.KEEPER])
def test_whoever_is_asked_nothing_at_a_desk_has_no_record_brought_there(desks, role):
    opened, record = desks
    refused("role.may-not", opened[role].borrow, record, "review")
    refused("role.may-not", opened[role].borrow_household, "99010110020000017", "visit")


def test_roles_that_changed_meanwhile_stop_several_decisions_at_once_too(desks):
    opened, _record = desks
    clerk, written = opened[Role.CLERK], []
    opened[Role.KEEPER].people.change(clerk.name, [Role.READER])
    refused("desk.other-roles", clerk.together, [], lambda: written.append("something"))
    assert not written
    assert clerk.roles == {Role.READER}
