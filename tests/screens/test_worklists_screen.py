"""Worklists at the office, by keys: a village to a laptop, to another with a reason, back again, a proposal, services."""

from __future__ import annotations

import threading

import pytest

from fieldkit.i18n import language
from fieldkit.office.assigned import holdings
from fieldkit.session.desk.worklists import Worklists
from tests.assigning_town import FIRST_GROUP, SECOND, THIRD, VILLAGE, Town

WORDS = {
    "zh": {"part": "电脑的走访名单", "until": "到 2026-04-30", "warned": "别人再去就重复了", "ended": "一周内到期或已到期",
           "support": "需支持", "rest": "约了以后再去的户不在里面"},
    "en": {"part": "Worklists of the laptops", "until": "until 2026-04-30", "warned": "would be made twice",
           "ended": "Ends within a week or has ended", "support": "needs support", "rest": "Who rests until a later day"},
}  # fmt: skip


@pytest.fixture
def laptops(demo, now, tmp_path):
    """Two more laptops at the office; the desk is let go of again."""
    with Town.opened_in(demo, now, tmp_path) as town:
        return {name: town.id(name) for name in (SECOND, THIRD)}


def squeezed(c):
    return "".join(c.text.split())


def has(c):
    """Who has the first group, by id, and until when."""
    found = [each for each in holdings(c.desk.office) if each.unit == FIRST_GROUP]
    return [(each.laptop, each.due, each.until, each.purpose) for each in found]


async def to_village(c):
    """From Home to the groups of the third village."""
    await c.part("worklists")
    await c.until(lambda: c.screen_name == "WorklistsScreen")
    await c.press(*["down"] * 5, "enter")
    await c.until(lambda: c.screen_name == "VillageScreen")


async def finish(c):
    await c.press("f10")
    await c.until(lambda: c.screen_name != "PlanScreen")


@pytest.mark.parametrize("spoken", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_group_goes_to_a_laptop_to_another_with_a_reason_and_back(clerk, laptops, spoken, size):
    words = WORDS[spoken]
    async with clerk(spoken, size=size) as c:
        assert words["part"] in c.text
        await to_village(c)
        place = c.desk.words.place(VILLAGE)
        assert place in c.text
        await c.press("2")
        assert SECOND in c.text
        await c.press("2")
        await c.until(lambda: c.screen_name == "PlanScreen")
        assert "".join(words["rest"].split()) in squeezed(c)
        await finish(c)
        assert has(c) == [(laptops[SECOND], "2026-04-07", "2026-04-30", "visit")]
        assert words["until"] in c.text
        # To the other laptop: it is said who has them, and that she has not come since.
        await c.press("3", "3")
        await c.until(lambda: c.screen_name == "PlanScreen")
        assert "".join(words["warned"].split()) in squeezed(c)
        await c.press("f10")
        await c.until(lambda: c.screen_name == "Notice")
        assert has(c)[0][0] == laptops[SECOND]
        await c.press("enter", "4")
        await c.type("nearer")
        await c.press("enter", "2", *["backspace"] * 10)
        await c.type("5.31")
        await c.press("enter", "3", "2")
        assert "2026-05-31" in c.text
        await finish(c)
        assert has(c) == [(laptops[THIRD], "2026-04-07", "2026-05-31", "screening")]
        # Back again, from the list of villages.
        await c.press("escape")
        await c.until(lambda: c.screen_name == "WorklistsScreen")
        await c.press("ctrl+z")
        await c.until(lambda: has(c)[0][0] == laptops[SECOND])
        await c.press("ctrl+z")
        await c.until(lambda: has(c) == [])
        await c.press("ctrl+z", "escape")
        await c.until(lambda: c.screen_name == "OfficeHome")
        assert language() == spoken


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_a_proposal_is_changed_and_written_at_once(clerk, laptops, spoken):
    async with clerk(spoken) as c:
        await c.part("worklists")
        await c.press("2")
        await c.until(lambda: c.screen_name == "ProposalScreen")
        await c.press("3", "3")
        await c.press("f10")
        await c.until(lambda: c.screen_name == "WorklistsScreen")
        found = holdings(c.desk.office)
        assert {each.laptop for each in found if each.unit[0] == VILLAGE} == {laptops[THIRD]}
        assert len({each.laptop for each in found}) == 3
        assert all(not each.nobodys for each in c.desk.worklists.villages())
        await c.press("2")
        await c.until(lambda: c.screen_name == "ProposalScreen")
        said = "".join(
            (
                "可以走访的户都在名单上了。" if spoken == "zh" else "Every household that may be visited"
            ).split()
        )
        assert said in squeezed(c)


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_what_has_ended_is_given_out_anew(clerk, laptops, now, spoken):
    words = WORDS[spoken]
    async with clerk(spoken) as c:
        await to_village(c)
        await c.press("2", "2")
        await c.until(lambda: c.screen_name == "PlanScreen")
        await finish(c)
    later = now.replace(month=5, day=2)
    async with clerk(spoken, at=later) as c:
        await c.part("worklists")
        await c.press("1")
        await c.until(lambda: c.screen_name == "EndingScreen")
        assert words["ended"] in c.text
        assert "2026-04-30" in c.text
        await c.press("1", "2")
        await c.until(lambda: c.screen_name == "PlanScreen")
        await c.press("f10")
        await c.until(lambda: c.screen_name == "EndingScreen")
        assert has(c) == [(laptops[SECOND], "2026-05-09", "2026-05-31", "visit")]


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_services_stand_by_name_with_what_is_expected_by_today(clerk, spoken):
    async with clerk(spoken) as c:
        await c.part("worklists")
        await c.press("3")
        await c.until(lambda: c.screen_name == "ServicesScreen" and WORDS[spoken]["support"] in c.text)
        assert "9" in c.text


async def test_services_are_counted_off_the_screens_thread_and_can_be_left_meanwhile(clerk, monkeypatch):
    may_count = threading.Event()
    count = Worklists.services

    def held_up(lists):
        assert may_count.wait(30)
        return count(lists)

    monkeypatch.setattr(Worklists, "services", held_up)
    async with clerk("en") as c:
        try:
            await c.part("worklists")
            await c.press("3")
            await c.until(lambda: c.screen_name == "ServicesScreen")
            assert "being counted" in c.text
            await c.press("escape")
            await c.until(lambda: c.screen_name == "WorklistsScreen")
            await c.press("3")
            await c.until(lambda: c.screen_name == "ServicesScreen")
        finally:
            may_count.set()
        await c.until(lambda: "needs support" in c.text)
        assert "being counted" not in c.text


async def test_a_group_is_taken_from_whoever_has_it_after_a_question(clerk, laptops):
    async with clerk("en") as c:
        await to_village(c)
        await c.press("2", "2")
        await c.until(lambda: c.screen_name == "PlanScreen")
        await finish(c)
        await c.press("3", "4", "1")
        assert has(c)[0][0] == laptops[SECOND], "left as it is"
        await c.press("3", "4", "2")
        await c.until(lambda: has(c) == [])
