"""Checks on screen: what waits, a finding with its remedy, and every thing that can be done about it, by keys alone."""

from __future__ import annotations

import pytest

from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from tests.office.checked import Town, household, visit


@pytest.fixture
def town(tmp_path):
    """A household of another size than told, and two visits of it on one day by two laptops."""
    made = Town(tmp_path / "办公 室")
    made.sized = made.put(
        "household",
        household(1, **{"home/members/x": "1", "home/members/x/name": "周小雨", "home/declared_size": "3"}),
    )
    made.visits = [made.put("visit", visit(1), on=on) for on in "ab"]
    made.bring()
    yield made
    made.close()


@pytest.fixture
def at_checks(town, clerk):
    """The app of the office, opened at its checks."""

    def opened(language="zh", **more):
        return clerk(language, folder=town.office.folder, **more)

    return opened


async def open_checks(c, words):
    await c.until(lambda: words in c.text)
    place = next(number for number, line in enumerate(c.lines) if words in line)
    digit = c.lines[place].split()[0]
    await c.press(digit)
    await c.until(lambda: c.screen_name == "ChecksScreen")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize(
    ("language", "home", "what", "remedy"),
    [
        ("zh", "检查", "家里的人数和登记的人数不一样", "有人不愿登记"),
        ("en", "Checks", "Size told and people listed differ", "If somebody did not wish to be listed"),
    ],
)
async def test_what_waits_and_what_can_be_done_is_said_in_words(
    at_checks, language, home, what, remedy, size
):
    async with at_checks(language, size=size) as c:
        assert "2" in next(line for line in c.lines if home in line)
        await open_checks(c, home)
        assert what in c.text
        place = next(line for line in c.lines if what in line)
        await c.press(place.split()[0])
        await c.until(lambda: c.screen_name == "FindingScreen")
        assert remedy in c.text.replace("\n", " ")
        assert "laptop a" in c.text
        await c.press("f4")
        assert what not in c.text
        await c.press("escape")
        await c.until(lambda: c.screen_name == "ChecksScreen")
        await c.press("escape")
        await c.until(lambda: c.screen_name == "OfficeHome")


async def come_to(c, what, home="Checks"):
    await open_checks(c, home)
    await c.press(next(line for line in c.lines if what in line).split()[0])
    await c.until(lambda: c.screen_name == "FindingScreen")


async def test_a_finding_is_settled_with_a_reason_and_taken_back(at_checks, town):
    async with at_checks("en") as c:
        await come_to(c, "Size told")
        await c.press("1")
        await c.until(lambda: "Why is it fine" in c.text)
        await c.type("two away")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "ChecksScreen")
        assert [each.check.id for each in c.desk.checks.waiting()] == ["visit-twice"]
        assert "Settled" in c.text
        await c.press("ctrl+z")
        await c.until(lambda: len(c.desk.checks.waiting()) == 2)
        await c.until(lambda: c.screen_name == "ChecksScreen")
        await c.press("ctrl+z")
        await c.until(lambda: "nothing to take back" in c.told)


async def test_a_settled_finding_says_why_and_opens_again(at_checks):
    async with at_checks("en") as c:
        await come_to(c, "Size told")
        await c.press("1", *"away", "enter")
        await c.until(lambda: c.screen_name == "ChecksScreen")
        await c.press("end", "enter")
        await c.until(lambda: c.screen_name == "FindingScreen")
        assert "Settled: away" in c.text
        await c.press("1")
        await c.until(lambda: len(c.desk.checks.waiting()) == 2)


async def test_without_a_reason_nothing_is_settled_and_that_is_said(at_checks):
    async with at_checks("en") as c:
        await come_to(c, "Size told")
        await c.press("1", "enter")
        await c.until(lambda: "Nothing was settled" in c.text)
        await c.press("enter")
        await c.until(lambda: c.screen_name == "ChecksScreen")
        assert len(c.desk.checks.waiting()) == 2


async def test_both_went_there_and_one_is_asked_or_taken_out(at_checks, town):
    async with at_checks("en") as c:
        await come_to(c, "visited twice")
        assert "laptop a" in c.text
        assert "laptop b" in c.text
        await c.press("4")
        await c.until(lambda: "Which record?" in c.text)
        await c.press("2", *"twice", "enter")
        await c.until(lambda: c.screen_name == "ChecksScreen")
        assert sorted(town.office.view(each).state for each in town.visits) == ["deleted", "live"]
        await c.press("ctrl+z")
        await c.until(lambda: {town.office.view(each).state for each in town.visits} == {"live"})


async def test_a_question_goes_back_to_its_laptop(at_checks, town):
    async with at_checks("zh") as c:
        await come_to(c, "家里的人数", "检查")
        await c.press("2")
        await c.until(lambda: c.screen_name == "AskText")
        await c.type("how many?")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "ChecksScreen")
    last = max(town.office.archive.revisions(town.sized), key=lambda each: each.envelope.hlc)
    assert last.body.note["comments"] == {"home/declared_size": "how many?"}


async def test_a_record_is_corrected_in_its_own_form(at_checks, town):
    async with at_checks("en") as c:
        await come_to(c, "Size told")
        await c.press("3")
        await c.until(lambda: c.screen_name == "InterviewScreen")
        await c.press("escape")


async def test_who_may_not_decide_does_not_see_checks(at_checks, town):
    add_desk(town.office, "王芳", [Role.READER], None, by="office")
    async with at_checks("en", name="王芳") as c:
        assert "Checks" not in c.text


async def test_a_table_that_is_refused_is_told_and_the_rest_goes_on(at_checks, town):
    (town.office.folder / "checks" / "own.csv").write_text("id,kind\n", encoding="utf-8")
    async with at_checks("en") as c:
        await open_checks(c, "Checks")
        assert "own.csv" in c.text
        assert "Size told" in c.text
