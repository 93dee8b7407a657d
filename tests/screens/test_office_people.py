"""People at the office by keys: desks given by digits, passphrases, the log of looks; and that no screen crosses roles."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office.desks import worker
from fieldkit.office.roles import MAY, Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.menu import PARTS
from tests.five_desks import CONTACT, NAMES, RESTRICTED, five_desks


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    from tests.conftest import NOW

    return five_desks(tmp_path_factory.mktemp("five") / "office", NOW)


@pytest.fixture
def office(made, tmp_path):
    return made.copied(tmp_path / "办公 室")


@pytest.fixture
def somebody(clerk, office):
    """Open the app as somebody: `async with somebody(Role.CLERK) as c`."""

    def opened(role, language="en", **how):
        passphrase = office.passphrase(role)
        return clerk(language, folder=office.folder, name=NAMES[role], passphrase=passphrase, **how)

    return opened


async def choose(c, part):
    """Open a part of Home by its line."""
    at = next(n for n, each in enumerate(c.app.home.lines._choices) if each and each.id == part)
    c.app.home.lines.highlighted = at
    await c.press("enter")


async def back_home(c):
    """Leave whatever is open, screen by screen."""
    left = 9
    while c.screen_name != "OfficeHome":
        assert left, c.text
        left -= 1
        await c.press("escape")


@pytest.mark.parametrize(
    ("language", "title", "asked"),
    [("zh", "工作人员和岗位", "有哪些角色"), ("en", "Who works here", "Which roles has")],
)
async def test_a_desk_is_given_by_digits(somebody, language, title, asked, office, now):
    async with somebody(Role.KEEPER, language) as c:
        await choose(c, "people")
        await c.until(lambda: c.screen_name == "PeopleScreen")
        assert title in c.text
        assert NAMES[Role.CLERK] in c.text
        await c.press("1")
        await c.until(lambda: c.screen_name == "AskText")
        await c.type("Li Na")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Pick")
        assert asked in c.text
        await c.press("2", "4", "enter")
        for _time in range(2):
            await c.until(lambda: c.screen_name == "AskText")
            await c.type("her words")
            await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert "Li Na" in c.text
        await c.press("enter")
        await c.until(lambda: c.screen_name == "PeopleScreen")
        assert worker(c.desk.office, "Li Na").roles == {Role.CLERK, Role.VERIFIER}
        assert "Li Na" in c.text
    with Desk.open(office.folder, "Li Na", now=lambda: now, passphrase=lambda: "her words") as desk:
        assert desk.roles == {Role.CLERK, Role.VERIFIER}


async def test_two_passphrases_that_differ_give_no_desk(somebody):
    async with somebody(Role.KEEPER) as c:
        await choose(c, "people")
        await c.press("1")
        await c.type("Li Na")
        await c.press("enter", "5", "enter")
        for words in ("one", "two"):
            await c.until(lambda: c.screen_name == "AskText")
            await c.type(words)
            await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        with pytest.raises(FieldkitError, match=r"desk\.unknown"):
            worker(c.desk.office, "Li Na")


async def person(c, name):
    """Choose somebody in the list."""
    lines = c.app.screen.lines
    lines.highlighted = next(n for n, each in enumerate(lines._choices) if getattr(each, "name", "") == name)
    await c.press("enter")
    await c.until(lambda: c.screen_name == "Pick")


async def test_roles_are_changed_and_desks_closed_after_a_second_word(somebody):
    async with somebody(Role.KEEPER) as c:
        await choose(c, "people")
        await person(c, NAMES[Role.CLERK])
        await c.press("1")
        await c.until(lambda: "Which roles" in c.text)
        assert "[x] clerk" in c.text
        await c.press("2", "5", "enter")
        await c.until(lambda: c.screen_name == "PeopleScreen")
        assert worker(c.desk.office, NAMES[Role.CLERK]).roles == {Role.READER}
        for key, stays in (("1", True), ("2", False)):
            await person(c, NAMES[Role.CLERK])
            await c.press("3")
            await c.until(lambda: "Close the desk" in c.text)
            await c.press(key)
            await c.until(lambda: c.screen_name == "PeopleScreen")
            found = next(each for each in c.desk.people.all() if each.name == NAMES[Role.CLERK])
            assert bool(found.roles) == stays
        assert "has left" in c.text


async def test_ones_own_passphrase_is_changed_by_everybody(somebody, office, now):
    async with somebody(Role.READER, "zh") as c:
        await choose(c, "passphrase")
        for words in (office.passphrase(Role.READER), "new words", "new words"):
            await c.until(lambda: c.screen_name == "AskText")
            await c.type(words)
            await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert "新口令" in c.text
    with Desk.open(office.folder, NAMES[Role.READER], now=lambda: now, passphrase=lambda: "new words"):
        pass


@pytest.mark.parametrize(("language", "words"), [("zh", "联系方式"), ("en", ": contact")])
async def test_the_log_of_looks_is_listed_and_one_record_alone(somebody, office, now, language, words):
    with Desk.open(
        office.folder, NAMES[Role.CLERK], now=lambda: now, passphrase=lambda: office.passphrase(Role.CLERK)
    ) as desk:
        household = next(desk.office.archive.views("household")).record
        desk.look(office.record, "conflict")
        desk.look(household, "double")
    async with somebody(Role.KEEPER, language) as c:
        await choose(c, "looks")
        await c.until(lambda: c.screen_name == "LooksScreen")
        assert c.text.count(NAMES[Role.CLERK]) == 2
        assert words in c.text
        await c.press("enter")
        assert c.text.count(NAMES[Role.CLERK]) == 1
        await c.press("escape")
        assert c.text.count(NAMES[Role.CLERK]) == 2
        await c.press("escape")
        await c.until(lambda: c.screen_name == "OfficeHome")


@pytest.mark.parametrize("role", list(Role))
async def test_no_part_opens_for_who_may_not_and_none_shows_what_may_not_be_seen(somebody, role):
    """Every part there is, found by itself: what it shows first, and what its first line leads to."""
    mine = [part for part in PARTS if any(act in MAY[role] for act in part.acts)]
    async with somebody(role) as c:
        for part in [each for each in PARTS if each not in mine]:
            c.app.home.post_message(c.app.home.Wanted(part.id))
            await c.until(lambda: "may not do this here" in c.text)
            await c.press("enter")
            await c.until(lambda: c.screen_name == "OfficeHome")
        seen = ""
        for part in mine:
            await choose(c, part.id)
            assert c.screen_name != "OfficeHome"
            seen += c.text
            for key in ("enter", "enter", "escape", "down", "down", "down", "down", "enter", "1"):
                await c.press(key)
                seen += c.text
            await back_home(c)
    hidden = {RESTRICTED} if role is not Role.REVIEWER else set()
    hidden |= {CONTACT} if role in {Role.KEEPER, Role.READER} else set()
    for canary in hidden:
        assert canary not in seen
