"""Payments at a desk, by its keys: 43 of 46 on time, two people called, another day agreed, and the rate stays what it was."""

from __future__ import annotations

import pytest

from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role

WORDS = {
    "zh": ("按时足额到账：应发 46 笔，到账 43 笔 = 93.5 %", "没发成 3 笔（账号错误 2 笔，资金未到 1 笔）", "请本人核对账号", "04-10 再发"),
    "en": (
        "Paid on time and in full: 43 of 46 = 93.5 %", "failed 3 (Wrong account 2, Funds late 1)", "Ask the person for the right account",
        "again on 04-10",
    ),
}  # fmt: skip


def place_of(c, reason):
    return next(
        at for at, each in enumerate(c.app.screen.lines._choices) if getattr(each, "reason", "") == reason
    )


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_two_people_are_called_and_another_day_is_agreed(clerk, language):
    rate, failed, to_do, again = WORDS[language]
    async with clerk(language, size=(100, 30)) as c:
        await c.part("payments")
        assert c.screen_name == "PaymentsScreen"
        assert rate in c.text
        assert failed in c.text
        for _call in range(2):
            first = place_of(c, "acct_wrong") + _call
            c.app.screen.lines.highlighted = first
            await c.press("enter")
            assert c.screen_name == "PaymentScreen"
            assert to_do in c.text
            row = c.app.screen.opened.payment
            await c.press("1", "2")  # told; paid again on
            await c.press(*["backspace"] * 10)
            await c.type("2026-04-10")
            await c.press("enter", "3")
            await c.type("new card")
            await c.press("enter")
            fields = c.desk.office.view(row.record).fields
            answers = [
                fields[f"payment/{row.row}/{name}"]
                for name in ("notified_on", "again_on", "pay_note", "due_on")
            ]
            assert answers == ["2026-03-31", "2026-04-10", "new card", "2026-03-31"]
            await c.press("escape")
        assert rate in c.text
        assert c.text.count(again) == 2


async def test_the_money_came_and_undo_takes_it_back(clerk):
    async with clerk("en", size=(100, 30)) as c:
        await c.part("payments")
        c.app.screen.lines.highlighted = place_of(c, "fund_late")
        await c.press("enter", "4", "enter", "enter")  # paid today, in full
        assert "paid on time" in c.text
        assert "1 Correct it in its form" in c.text
        await c.press("ctrl+z")
        assert "Funds late" in c.text
        await c.press("escape")
        assert "43 of 46" in c.text


async def test_another_period_and_all_that_is_owed(clerk):
    async with clerk("en", size=(100, 30)) as c:
        await c.part("payments")
        await c.press("1")
        await c.press(*["backspace"] * 7)
        await c.type("2026-Q1")
        await c.press("enter")
        assert "96 of 102 = 94.1 %" in c.text
        await c.press("1")
        await c.type("x")
        await c.press("enter")
        assert c.screen_name == "Notice"
        await c.press("enter", "2")
        assert "To see to: 5" in c.text
        assert "Dormant" in c.text or "dormant" in c.text


async def test_no_list_names_anybody(clerk):
    async with clerk("zh", size=(120, 60)) as c:
        names = {
            str(value)
            for view in c.desk.office.archive.views("household")
            for key, value in view.fields.items()
            if key.endswith("/name")
        }
        await c.part("payments")
        assert "93.5" in c.text
        assert not [name for name in names if name in c.text]


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
async def test_whoever_does_not_serve_does_not_find_it_on_home(clerk, demo, now, role):
    from fieldkit.office import Office

    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "李强", [role], None, by="office")
    async with clerk("en", name="李强") as c:
        for words in ("Window", "Payments", "Service points"):
            assert words not in c.text


async def test_a_case_is_corrected_in_its_form_and_its_household_is_known_there(clerk):
    async with clerk("en", size=(100, 30)) as c:
        await c.part("payments")
        chosen = next(each for each in c.app.screen.lines._choices if getattr(each, "kind", "") == "failed")
        c.app.screen.lines.highlighted = c.app.screen.lines._choices.index(chosen)
        await c.press("enter")
        await c.press(str(len([each for each in c.app.screen.lines._choices if each])))
        await c.until(lambda: c.screen_name == "InterviewScreen")
        entry = c.app.screen.interview.entry
        path = entry.form.find("hh_id").path
        assert entry.value(path)
        assert not [each for each in entry.problems() if each.path == path]


async def test_somebody_of_a_registered_household_applies(clerk):
    async with clerk("en", size=(100, 30)) as c:
        known = next(c.desk.office.archive.views("household"))
        number = next(str(answer) for path, answer in known.fields.items() if path.endswith("hh_id"))
        await c.part("payments")
        await c.press("3")
        await c.type(number)
        await c.press("enter")
        await c.until(lambda: c.screen_name == "InterviewScreen")
        entry = c.app.screen.interview.entry
        assert entry.value(entry.form.find("hh_id").path) == number
        assert [each for each in entry.problems() if each.kind == "constraint"] == []
        await c.press("escape")
        await c.until(lambda: c.screen_name != "InterviewScreen")
        assert c.desk.office.view(known.record) == known
