"""domain.md P1: a cadre's morning, door by door, by keys from Home and back to it. A whole visit (≤ 90 keys), an unchanged
revisit (≤ 35) and a decline that leaves no name have tests of their own.
"""

from __future__ import annotations

from fieldkit.fieldwork.names import search_keys


async def back_home(p):
    """What a person presses until Home is there again; gives how many keys."""
    keys = 0
    while p.screen_name != "HomeScreen":
        await p.press("f10" if p.screen_name == "Review" else "escape")
        keys += 1
    return keys


async def test_a_morning_from_door_to_door(person):
    async with person("zh") as p:
        session = p.app.session
        route = [(each.household.village, int(each.household.group)) for each in session.due()]
        assert route == sorted(route)
        due = len(route)
        doors = iter([each.household for each in session.due()])
        for outcome, most in (("3", 4), ("6", 4), ("5", 3)):
            door = next(doors)
            _name, _pinyin, initials, *_more = search_keys(door.head)
            await p.press(*initials)
            found = session.find(initials)
            place = [each.household.id for each in found].index(door.id)
            await p.press(*["down"] * place, "enter")
            await p.until(lambda: p.screen_name == "HouseholdScreen")
            assert len(initials) + place + 1 <= 5 or place, (
                "three initials and Enter, where no namesake lives nearer"
            )
            await p.press("1")
            await p.until(lambda: p.screen_name == "InterviewScreen")
            await p.press()
            await p.press(outcome, "f10")
            await p.until(lambda: p.screen_name != "InterviewScreen")
            assert 2 + await back_home(p) <= most
            await p.press("escape")
            due -= 1
            assert f"今天要走访：{due}" in p.text
            assert door.id not in {each.household.id for each in session.due()}
        outcomes = [each.text("outcome") for each in session.exchange.records("visit")][-3:]
        assert sorted(outcomes) == ["declined", "nobody", "postponed"]
        assert not [each for each in session.exchange.records("visit")[-1:] if each.text("hh_id")]
