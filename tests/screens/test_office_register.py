"""The register of reports by keys: sent, receipt, came back, corrected; what is stored, and that undo takes it back."""

from __future__ import annotations

import pytest

from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.office.sendings import sendings

WORDS = {
    "zh": ("报表报送登记", "三日动态，2026-03-28 至 2026-03-31", "还没报", "2026-03-31 已报，还没有回执", "已收到回执"),
    "en": (
        "Report register", "three-day report, 2026-03-28 to 2026-03-31", "not sent yet", "sent on 2026-03-31, no receipt yet",
        "receipt is here",
    ),
}  # fmt: skip


async def opened(c, number):
    """Open the line of a report by its number."""
    await c.part("register")
    lines = c.app.screen.lines
    at = next(
        n for n, each in enumerate(lines._choices) if each and each != "new" and number_of(each) == number
    )
    lines.highlighted = at
    await c.press("enter")
    assert c.screen_name == "SendingScreen"


def number_of(entry):
    return entry.sending.number if entry.sending else entry.due.number


def kept(c, number):
    return next((each for each in sendings(c.desk.office) if each.number == number), None)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_report_that_was_sent_is_noted_in_three_keys_and_undone_in_one(clerk, language):
    title, report, not_sent, sent, receipt = WORDS[language]
    async with clerk(language) as c:
        await opened(c, "R3-2026-03-28")
        assert title in c.text
        assert report in c.text
        assert not_sent in c.text
        await c.press("1")
        assert sent in c.text
        record = kept(c, "R3-2026-03-28").record
        fields = c.desk.office.view(record).fields
        assert {
            name: fields[name] for name in ("kind", "liaison/sent_on", "liaison/due", "liaison/to_unit")
        } == {
            "kind": "liaison_up",
            "liaison/sent_on": "2026-03-31",
            "liaison/due": "2026-03-31",
            "liaison/to_unit": "县卫生健康局（示例）",
        }
        await c.press("1")
        assert receipt in c.text
        assert c.desk.office.view(record).fields["liaison/receipt"] == "yes"
        await c.press("ctrl+z")
        assert sent in c.text
        assert "liaison/receipt" not in c.desk.office.view(record).fields
        await c.press("ctrl+z")
        assert not_sent in c.text
        assert c.desk.office.view(record).state == "deleted"
        assert kept(c, "R3-2026-03-28") is None


async def test_a_report_comes_back_and_is_corrected(clerk):
    async with clerk("en", size=(120, 40)) as c:
        await opened(c, "RW-2026-W13")
        assert "receipt is here" in c.text
        record = kept(c, "RW-2026-W13").record
        await c.press("1")
        assert "came back, not corrected yet" in c.text
        await c.press("1")
        await c.press(*["backspace"] * 10)
        await c.type("2026-03-20")  # before it was sent: the form refuses that
        await c.press("enter")
        assert c.screen_name == "Notice"
        await c.press("enter", "1", "enter")
        assert "corrected on 2026-03-31" in c.text
        fields = c.desk.office.view(record).fields
        assert (fields["liaison/returned_for_fix"], fields["liaison/fixed_on"]) == ("yes", "2026-03-31")
        await c.press("escape")
        assert "corrected on 2026-03-31" in c.text


async def test_sent_on_another_day(clerk):
    async with clerk("en", size=(60, 20)) as c:
        await opened(c, "RM-2026-03")
        await c.press("2")
        await c.press(*["backspace"] * 10)
        await c.type("3.30")
        await c.press("enter")
        assert kept(c, "RM-2026-03").sent_on == "2026-03-30"


async def test_undo_leaves_what_a_colleague_has_changed_since(clerk, demo, now):
    from fieldkit.session.desk.desk import Desk

    with Office.open(demo.office, now=lambda: now) as office:
        for name in ("李强", "王芳"):
            add_desk(office, name, [Role.CLERK], None, by="office")
    async with clerk("en", name="王芳") as c:
        await opened(c, "R3-2026-03-28")
        await c.press("1")
        record = kept(c, "R3-2026-03-28").record
        with Desk.open(demo.office, "李强", now=lambda: now) as other:
            entry = next(
                each for each in other.register.entries() if each.sending and each.sending.record == record
            )
            other.register.received(entry)
        await c.press("ctrl+z")
        assert c.screen_name == "Notice"
        assert "李强" in c.text
        assert c.desk.office.view(record).state == "live"


async def test_whoever_only_reads_sees_the_register_and_writes_nothing(clerk, demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "王芳", [Role.READER], None, by="office")
    async with clerk("en", name="王芳") as c:
        await c.part("register")
        assert "not sent yet" in c.text
        assert "Another report" not in c.text
        await c.press("enter")
        assert c.screen_name == "SendingScreen"
        assert not c.app.screen.lines.option_count


async def test_home_says_how_many_are_to_send(clerk):
    async with clerk("en", size=(120, 40)) as c:
        before = next(line for line in c.lines if "Report register" in line)
        await opened(c, "R3-2026-03-28")
        await c.press("1", "escape", "escape")
        after = next(line for line in c.lines if "Report register" in line)
        assert (before.split()[-3:], after.split()[-3:]) == (["2", "to", "send"], ["1", "to", "send"])
