"""Paper at the office: entered at one desk, entered again blind at another, and decided by keys as the paper says."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.office import paper as kept
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk

FORM = "issue"
FIRST = {
    "village": "990101100200",
    "category": "service",
    "text": "路灯不亮（示例）",
    "found_by": "cadre",
    "owner": "clerk",
    "date": "2026-03-20",
}


def fill(interview, wanted):
    for name, answer in wanted.items():
        interview.answer(interview.form.find(name).path, answer)


def enter(desk, wanted):
    """Enter a paper at a desk; give its record."""
    interview = desk.paper.begin(FORM)
    fill(interview, wanted)
    finished = desk.session.interviews.finish(interview)
    desk.hand_in()
    desk.paper.entered(finished.record)
    return finished.record


@pytest.fixture
def entered(demo, now):
    """A paper that was entered at the first of two verifiers' desks: its record."""
    with Office.open(demo.office, now=lambda: now) as office:
        for name, role in (("one", Role.VERIFIER), ("two", Role.VERIFIER), ("reads", Role.READER)):
            add_desk(office, name, [role], None, by="office")
    with Desk.open(demo.office, "one", now=lambda: now) as desk:
        return enter(desk, FIRST)


async def second(c, wanted):
    """From Home through the second entry of the one paper that waits."""
    await c.part("paper")
    await c.until(lambda: c.screen_name == "PaperScreen")
    await c.press("4")
    await c.until(lambda: c.screen_name == "InterviewScreen")
    interview = c.app.screen.interview
    for name in ("village", "category", "text", "found_by", "owner"):
        assert interview.entry.value(interview.form.find(name).path) == "", "the first entry is out of sight"
    assert FIRST["text"] not in c.text
    fill(interview, wanted)
    await c.press("f10")


async def test_what_differs_is_decided_by_the_paper_and_written_once(clerk, entered, demo):
    async with clerk(name="two") as c:
        records = len(list(c.desk.office.archive.views(FORM)))
        await second(c, FIRST | {"category": "visit", "found_by": "checker", "text": "路灯不亮两处（示例）"})
        await c.until(lambda: c.screen_name == "DifferencesScreen")
        assert "还要看 3 处" in c.text
        await c.part("paper")
        assert "还要看 2 处" in c.text
        await c.press("ctrl+z")
        assert "还要看 3 处" in c.text
        await c.press("2", "1", "2")
        await c.until(lambda: c.screen_name == "PaperScreen")
        view = c.desk.office.view(entered)
        assert view.fields["category"] == "visit"
        assert view.fields["text"] == FIRST["text"]
        assert view.fields["found_by"] == "checker"
        assert not view.conflicts
        last = max(c.desk.office.archive.revisions(entered), key=lambda each: each.envelope.hlc)
        assert last.envelope.operation is Operation.RESOLVE
        assert last.body.note["second"]["differs"] == ["category", "found_by", "text"]
        assert len(list(c.desk.office.archive.views(FORM))) == records, "the second entry is no record"
        assert not len(c.desk.session._workspace.drafts)
        assert kept.agreement(c.desk.office)[FORM]["category"] == (1, 1)
        assert kept.agreement(c.desk.office)[FORM]["village"] == (0, 1)
        await c.press("3")
        await c.until(lambda: c.screen_name == "Notice")
        assert "3" in c.text


async def test_two_entries_that_are_the_same_change_nothing(clerk, entered):
    async with clerk("en", name="two") as c:
        before = c.desk.office.view(entered).fields
        await second(c, FIRST)
        await c.until(lambda: c.screen_name == "Notice")
        assert "Both entries are the same." in c.text
        assert c.desk.office.view(entered).fields == before
        last = max(c.desk.office.archive.revisions(entered), key=lambda each: each.envelope.hlc)
        assert last.envelope.operation is Operation.REVIEW
        assert c.desk.paper.waiting(every=True) == []


async def test_a_second_entry_that_was_left_goes_on_where_it_was(clerk, entered):
    async with clerk("en", name="two") as c:
        await c.part("paper")
        await c.press("4")
        await c.until(lambda: c.screen_name == "InterviewScreen")
        fill(c.app.screen.interview, {"village": FIRST["village"]})
        await c.press("escape")
        await c.until(lambda: c.screen_name == "PaperScreen")
    async with clerk("en", name="two") as c:
        await c.part("paper")
        await c.press("4")
        await c.until(lambda: c.screen_name == "InterviewScreen")
        interview = c.app.screen.interview
        assert interview.entry.value("/data/village") == FIRST["village"]
        assert interview.second_of == entered


def test_nobody_enters_their_own_paper_twice(entered, demo, now):
    with Desk.open(demo.office, "one", now=lambda: now) as desk:
        assert desk.paper.waiting(every=True) == []
        with pytest.raises(FieldkitError) as refused:
            desk.paper.again(entered)
        assert refused.value.code == "paper.own"
    with Desk.open(demo.office, "reads", now=lambda: now) as desk:
        for forbidden in (
            lambda: desk.paper.waiting(every=True),
            lambda: desk.paper.again(entered),
            lambda: desk.paper.begin(FORM),
            desk.paper.results,
        ):
            with pytest.raises(FieldkitError) as refused:
                forbidden()
            assert refused.value.code == "role.may-not"


def test_one_in_twenty_is_drawn_and_stays_drawn(entered, demo, now):
    with Desk.open(demo.office, "one", now=lambda: now) as desk:
        for number in range(20):
            enter(desk, FIRST | {"text": f"示例{number}"})
    with Desk.open(demo.office, "two", now=lambda: now) as desk:
        chosen = desk.paper.waiting(every=False)
        assert len(chosen) == 2
        assert chosen == desk.paper.waiting(every=False)
        assert len(desk.paper.waiting(every=True)) == 21


def test_a_paper_of_a_household_finds_it_and_an_unknown_number_is_refused(entered, demo, now):
    with Desk.open(demo.office, "one", now=lambda: now) as desk:
        number = next(view.fields["home/hh_id"] for view in desk.office.archive.views("household"))
        interview = desk.paper.begin("visit", number)
        assert interview.entry.value("/data/hh_id") == number
        assert not [each for each in interview.problems() if each.path == "/data/hh_id"]
        with pytest.raises(FieldkitError) as refused:
            desk.paper.begin("visit", "99010110020000000")
        assert refused.value.code == "paper.household"
