"""A resident at the window: her data seen, corrected, contact withdrawn, a receipt in her hand (domain §6, P6)."""

from __future__ import annotations

import pytest

from tests.screens.hand import Counted

BUDGET = 30


@pytest.fixture
def someone(demo, now):
    """A woman of the demo town whose initials find her household alone, and her number in its list."""
    from fieldkit.fieldwork.names import search_keys
    from fieldkit.session.session import Session

    with Session.open(demo.workspace, now=lambda: now) as session:
        contact = {each.id: each.text("contact") for each in session.exchange.records("household")}
        for number, household in sorted(session.registry().households.items()):
            initials = search_keys(household.head)[-1]
            found = session.find(initials)
            if (
                len(initials) == 3
                and [each.household.id for each in found][:1] == [number]
                and "phone" in contact[household.record]
            ):
                return initials, number, household.head
    raise AssertionError("the town has nobody like that")


def number_of(p, ending):
    """The number in front of an answer on the screen of rights."""
    said = p.app.screen.sitting.said
    return next(n for n, each in enumerate(said, 1) if each.key.endswith(ending))


async def at_the_window(p, who, initials):
    await who.press(*initials, "enter")
    await who.on("HouseholdScreen")
    await who.press("2")
    await who.on("Pick")
    await who.press("1")
    await who.on("RightsScreen")


async def test_seen_corrected_withdrawn_and_a_receipt_in_thirty_keys(person, someone, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    initials, number, name = someone
    async with person("zh") as p:
        session = p.app.session
        who = Counted(p)
        await at_the_window(p, who, initials)
        assert name in p.text
        others = {each.name for each in session.household(number).members} - {name}
        assert not [each for each in others if each in p.text]

        await who.press("1")
        await who.on("Notice")
        [page] = session.prints.waiting
        assert name in page.read_text(encoding="utf-8")
        assert str(page.parent) in p.text.replace("\n", "") or page.name[:6] in p.text
        await who.press("enter")
        await who.on("RightsScreen")
        assert session.prints.waiting == []
        assert not page.exists()

        place = str(number_of(p, "/birth_year"))
        await who.press("2")
        await who.on("AskText")
        await who.press(*place, "enter")
        await who.on("InterviewScreen")
        await who.press(*"1961", "enter", "f10")
        await who.on("AskText")
        await who.press("enter")
        await who.on("RightsScreen")
        assert "1961" in {each.words for each in p.app.screen.sitting.said}

        await who.press("3")
        await who.on("Pick")
        lines = p.app.screen.lines
        contact = next(n for n, line in enumerate(lines, 1) if "联系" in line)
        await who.press(str(contact), "enter")
        await who.on("AskText")
        await who.press("enter")
        await who.on("RightsScreen")
        assert session.registry().wants_no_contact(number)

        await who.press("5")
        await who.on("Notice")
        [page] = session.prints.waiting
        receipt = page.read_text(encoding="utf-8")
        assert name not in receipt
        for words in ("已打印本人信息", "更正：", "撤回：同意联系"):
            assert words in receipt
        await who.press("enter")
        await who.on("RightsScreen")
        assert who.keys <= BUDGET, who.keys
        assert session.exchange.record(session.household(number).record).state == "live"


async def test_deleting_asks_first_and_one_key_keeps_everything(person, someone):
    initials, number, name = someone
    async with person("en") as p:
        session = p.app.session
        who = Counted(p)
        await at_the_window(p, who, initials)
        await who.press("4")
        await who.on("Pick")
        assert "cannot be brought back" in p.text
        await who.press("escape")
        await who.on("RightsScreen")
        await who.press("4", "1")
        await who.on("RightsScreen")
        assert name in {each.name for each in session.household(number).members}
        await who.press("4")
        await who.on("Pick")
        await who.press("2")
        await who.on("RightsScreen")
        await p.until(lambda: name not in {each.name for each in session.household(number).members})
        await p.until(lambda: "Receipt" in p.text)
        await who.press("escape")
        await who.on("HouseholdScreen")


async def test_a_number_that_no_answer_has_is_told(person, someone):
    initials, _number, _name = someone
    async with person("en") as p:
        who = Counted(p)
        await at_the_window(p, who, initials)
        await who.press("2", "9", "9", "9", "enter")
        await who.on("RightsScreen")
        assert "no answer number 999" in p.told


async def test_anybody_is_found_from_home(person, someone):
    initials, number, name = someone
    async with person("zh") as p:
        await p.press("ctrl+f2")
        await p.until(lambda: p.screen_name == "FindPersonScreen")
        await p.type(initials)
        assert name in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "RightsScreen")
        assert p.app.screen.sitting.person.household == number
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def test_what_was_kept_long_enough_is_shown_before_it_goes(person, demo, now):
    async with person("en") as p:
        await p.press("ctrl+f3")
        await p.until(lambda: p.screen_name == "RetentionScreen")
        assert "Nothing here" in p.text
        session = p.app.session
        later = now.replace(year=now.year + 2)
        session.now = lambda: later
        p.app.screen.due = session.retention.due(later.date())
        p.app.screen.refresh_words()
        await p.pilot.pause()
        count = len(p.app.screen.due)
        assert count
        assert f"{count} records" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("1")
        await p.until(lambda: p.screen_name == "RetentionScreen")
        assert len(p.app.screen.due) == count
