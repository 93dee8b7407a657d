"""The window at a desk, by its keys: a matter entered, sent on, done, refused, undone; nobody's name in any list."""

from __future__ import annotations

import pytest

WORDS = {
    "zh": {
        "over": "过了承诺日的：1", "waiting": "待补件：1", "told": "不收费", "bring": "居民身份证",
        "begun": "什么时候来的", "at": "在镇卫生院，从2026-03-31起", "undone": "已撤销",
    },
    "en": {
        "over": "Promised for a day that is over: 1", "waiting": "Waiting for papers: 1",
        "told": "free of charge", "bring": "Resident ID card",
        "at": "Township hospital since 2026-03-31", "undone": "Undone",
    },
}  # fmt: skip


async def to_window(c):
    await c.part("window")
    assert c.screen_name == "WindowScreen"


def open_items(c):
    return [each.item for each in c.desk.window.open()]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_request_is_entered_sent_on_done_and_undone(clerk, language):
    words = WORDS[language]
    async with clerk(language, size=(100, 30)) as c:
        await to_window(c)
        assert words["over"] in c.text
        assert words["waiting"] in c.text
        await c.press("1")
        assert words["bring"] in c.text
        await c.press("2")  # a check-up before pregnancy: five working days
        assert words["told"] in c.text
        await c.press("1")
        assert c.screen_name == "InterviewScreen"
        await c.press(
            "1", "f10", "enter", "1", "f10"
        )  # the village; what is missing: whether all was told at once
        await c.until(lambda: c.screen_name in {"SlipScreen", "WindowScreen"})
        while c.screen_name != "WindowScreen":
            await c.press("escape")
        (made,) = [each for each in c.desk.window.open() if each.item == "precon_exam"]
        assert (made.promised, made.status) == ("2026-04-08", "new")
        assert made.number in c.text

        place = next(
            at for at, (choice, _line) in enumerate(shown(c)) if getattr(choice, "record", "") == made.record
        )
        c.app.screen.lines.highlighted = place
        await c.press("enter")
        assert c.screen_name == "MatterScreen"
        await c.press("2", "3", "enter")  # on to the township hospital
        await c.press("escape")
        assert words["at"] in c.text
        c.app.screen.lines.highlighted = place
        await c.press("enter", "1")  # done
        assert c.desk.office.view(made.record).fields["handling/status"] == "done"
        await c.press("escape")
        assert made.number not in c.text
        await c.press("ctrl+z")
        assert words["undone"] in c.told
        assert made.number in c.text
        assert c.desk.office.view(made.record).fields["handling/status"] == "in_progress"


def shown(c):
    lines = c.app.screen.lines
    return [(choice, str(lines.get_option_at_index(at).prompt)) for at, choice in enumerate(lines._choices)]


async def test_a_matter_is_refused_with_why_and_what_else(clerk):
    async with clerk("en", size=(100, 30)) as c:
        await to_window(c)
        await c.press("down", "enter")  # what somebody asked for by telephone
        assert "Phone" in c.text
        numbered = {line.split(" ", 1)[1]: line[0] for _choice, line in shown(c)}
        await c.press(numbered["Not accepted: why, and what can be done instead"])
        await c.type("Not handled in this town")
        await c.press("enter")
        await c.type("The county health bureau")
        await c.press("enter")
        record = c.app.screen.matter.record
        fields = c.desk.office.view(record).fields
        assert fields["handling/status"] == "not_accepted"
        assert fields["handling/remedy"] == "The county health bureau"
        assert [choice for choice, _line in shown(c)] == ["correct"]


async def test_papers_that_are_missing_are_marked_and_brought(clerk):
    async with clerk("zh", size=(100, 30)) as c:
        await to_window(c)
        await c.press("end", "enter")
        assert "银行卡或一卡通，其他证明" in c.text
        numbered = {line.split(" ", 1)[1]: line[0] for _choice, line in shown(c)}
        await c.press(numbered["材料补齐了"])
        assert c.desk.window.open()[-1].missing == ()
        numbered = {line.split(" ", 1)[1]: line[0] for _choice, line in shown(c)}
        await c.press(numbered["还差材料"], "1", "5", "enter")
        (waiting,) = [each for each in c.desk.window.open() if each.status == "waiting_docs"]
        assert waiting.missing == ("id_card", "photo")


async def test_contraceptives_are_handed_out_by_count_and_nobody_is_asked_who(clerk):
    async with clerk("zh") as c:
        before = open_items(c)
        await to_window(c)
        await c.press("2")
        assert c.screen_name == "InterviewScreen"
        asked = c.app.screen.interview.open_questions()
        assert not [path for path in asked if "caller" in path or "handling" in path]
        await c.press("escape")
        assert c.desk.session.unfinished()
        assert open_items(c) == before


async def test_a_request_is_corrected_in_its_own_form(clerk):
    async with clerk("en", size=(100, 30)) as c:
        await to_window(c)
        await c.press("down", "enter")
        numbered = {line.split(" ", 1)[1]: line[0] for _choice, line in shown(c)}
        await c.press(numbered["Correct it in its form"])
        assert c.screen_name == "InterviewScreen"
        await c.press("escape")
        assert c.screen_name == "WindowScreen"


async def test_what_was_left_unfinished_is_gone_on_with_or_given_up(clerk):
    async with clerk("en") as c:
        assert "Unfinished interviews" in c.text
        assert "to go on with" not in c.text
        await c.part("window")
        await c.press("1", "3", "1", "escape", "escape")
        assert "Unfinished interviews  1 to go on with" in c.text
        await c.part("unfinished")
        await c.press("1", "1")
        assert c.screen_name == "InterviewScreen"
        assert c.app.screen.interview.entry.value("/data/item") == "two_cancer_booking"
        await c.press("escape", "1", "2")
        assert "Nothing was left unfinished here" in c.text
        assert c.desk.session.unfinished() == []
