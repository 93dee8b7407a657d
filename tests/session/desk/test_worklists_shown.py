"""What a desk proposes to give out, what services are shown of it, and to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.assigning import record_of
from fieldkit.office.assigned import holdings
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import MAY, Act, Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.menu import parts_for
from tests.assigning_town import FIRST_GROUP, OTHER, SECOND, THIRD, VILLAGE, plan

# -- a proposal -------------------------------------------------------------------------------------------


def test_a_proposal_leaves_who_has_something_as_it_is(given):
    given.give(SECOND, *[each.unit for each in given.lists.groups(VILLAGE)])
    shares = given.lists.proposal()
    assert VILLAGE not in {each.unit[0] for each in shares}
    counts = dict.fromkeys((each.id for each in given.lists.laptops()), 0)
    for each in (*shares, *holdings(given.office)):
        counts[each.laptop] += len(each.households)
    assert max(counts.values()) - min(counts.values()) <= 60, (
        "a village is whole, so they are even by and large"
    )


def test_a_proposal_keeps_to_the_villages_that_a_laptop_serves(given):
    shares = given.lists.proposal({SECOND: [OTHER], THIRD: [OTHER]})
    assert {each.laptop for each in shares if each.unit[0] == OTHER} <= {given.id(SECOND), given.id(THIRD)}
    with pytest.raises(FieldkitError, match=r"office\.which-device"):
        given.lists.proposal({"nobody": [OTHER]})


# -- services ---------------------------------------------------------------------------------------------


def test_services_stand_by_village_in_the_order_of_codes_and_name_no_laptop(given):
    found = given.lists.services()
    assert [(each.indicator, each.village) for each in found] == [
        ("I-01", ""), ("I-10", ""), ("I-11", ""), ("I-12", ""), ("I-13", ""), ("I-11", OTHER),
    ]  # fmt: skip
    events = found[2]
    assert (events.target, events.done, events.of) == (9, 9, None)
    said = str(found)
    assert not any(each.id in said or each.name in said for each in given.lists.laptops())


def test_a_part_of_the_whole_is_told_of_no_village(given):
    with given.opened() as session:
        given.record(
            session, "target", indicator_id="I-01", level="county", period="2026", scope="village", village=VILLAGE,
            unit="percent", target="90", date="2026-03-01",
        )  # fmt: skip
        given.carried(session)
    assert VILLAGE not in {each.village for each in given.lists.services()}


# -- who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_only_who_may_give_out_sees_or_does_anything(given, role):
    add_desk(given.office, "somebody", [role], None, by="office")
    wanted = plan(given, SECOND)
    with Desk.open(given.demo.office, "somebody", now=given.clock) as desk:
        lists = desk.worklists
        steps = (
            lists.villages, lambda: lists.groups(VILLAGE), lists.laptops, lists.ending, lists.disputed, lists.services,
            lists.proposal, lambda: plan(given, SECOND, desk), lambda: lists.give(wanted),
            lambda: lists.take_back([FIRST_GROUP]), lists.undo,
        )  # fmt: skip
        may = Act.ASSIGN in MAY[role]
        assert ("worklists" in {part.id for part, _line in parts_for(desk)}) == may
        for step in steps:
            if may:
                step()
            else:
                with pytest.raises(FieldkitError, match=r"role\.may-not"):
                    step()
    assert (len(given.office.archive.revisions(record_of(FIRST_GROUP))) > 0) == may


def test_home_tells_what_ends(given):
    given.give(SECOND, until=given.lists.today + timedelta(days=7))
    [line] = [line for part, line in parts_for(given.desk) if part.id == "worklists"]
    assert "1 end within a week or have ended" in line
