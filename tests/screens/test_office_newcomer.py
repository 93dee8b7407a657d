"""The demo's office as it ships, by somebody who has never seen it: two sticks, three conflicts, each screen saying what to do."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fieldkit.office import Office, media
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.screens.office import inbox as screen

WORDS = {
    "zh": {
        "home": "按数字打开一行，或用方向键和回车。", "waiting": "收件  2 个待收", "open": "冲突  3 条待处理",
        "inbox": "按回车收取选中的一个；随时可以插下一个U盘。", "done": "这个文件夹不再需要了。",
        "first": "送来 4 条：4 新增，0 已有", "second": "送来 4 条：4 新增，0 已有；冲突 3",
        "where": "冲突在首页的“冲突”里决定。",
        "list": "同一个问题，两台电脑上的回答不一样。按回车打开，由您选哪个对。待处理 {count} 条。",
        "conflict": "看两边，按对的那个的数字，再按 F10 记下。不会替您选。",
        "chosen": "都选好了。按 F10 记下；Ctrl+Z 取消上一个选择。", "note": "为什么都保留？给看的人写几个字。",
        "asked": "回车确定，Esc 取消。", "kept": "已记下。Ctrl+Z", "none": "没有待处理的冲突。",
    },
    "en": {
        "home": "A digit opens a line, or the arrows and Enter.", "waiting": "Inbox  2 with something to take",
        "open": "Conflicts  3 open",
        "inbox": "Enter takes what is marked; put the next stick in whenever you like.",
        "done": "This folder is not needed any more.",
        "first": "4 offered: 4 new, 0 already held", "second": "4 offered: 4 new, 0 already held; 3 in conflict",
        "where": "Conflicts are decided on Home, in “Conflicts”.",
        "list": "The same question was answered differently on two laptops. Enter opens one; you choose what is right. {count} wait.",
        "conflict": "Read both and press the digit of the one that is right; F10 writes it down. Nothing is chosen for you.",
        "chosen": "Everything is chosen. F10 writes it down; Ctrl+Z takes the last choice back.",
        "note": "Why do all answers stand? A few words for whoever", "asked": "Enter takes it, Esc leaves it.",
        "kept": "Written down. Ctrl+Z", "none": "No conflicts wait.",
    },
}  # fmt: skip


def seen(c, words):
    """Whether a sentence is on screen, whatever line it goes on in."""
    return "".join(words.split()) in "".join(c.text.replace("│", "").split())


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_two_sticks_are_taken_and_three_conflicts_decided_from_the_screens_own_words(
    clerk, language, monkeypatch
):
    monkeypatch.setattr(media, "MOUNTED", ())
    monkeypatch.setattr(screen, "PAUSE", 0.05)
    words = WORDS[language]
    async with clerk(language, size=(80, 24)) as c:

        def says(*wanted):
            for each in wanted:
                assert seen(c, each), (each, c.text)

        says(words["home"], words["waiting"])
        before = len(c.desk.office.history())
        await c.press("1")
        await c.until(lambda: c.screen_name == "InboxScreen" and c.app.screen.arrivals)
        for which in ("first", "second"):
            says(words["inbox"])
            await c.press("enter")
            await c.until(lambda: seen(c, words["done"]))
            says(words[which])
        says(words["where"])
        assert [row["counts"]["new"] for row in c.desk.office.history()[before:]] == [4, 4]
        await c.press("escape")
        says(words["home"], words["open"])
        await c.press("2")
        records = [row.record for row in c.desk.conflicts.rows("open")]
        assert len(records) == 3
        for left, how in zip((3, 2, 1), ("1", "2", "4"), strict=True):
            says(words["list"].format(count=left))
            await c.press("enter")
            await c.until(lambda: c.screen_name == "ConflictScreen")
            says(words["conflict"])
            await c.press(how)
            if how == "4":
                says(words["note"], words["asked"])
                await c.type("two of them")
                await c.press("enter")
            says(words["chosen"])
            await c.press("f10")
            await c.until(lambda: c.screen_name == "ConflictsScreen")
            assert words["kept"] in c.told
        says(words["none"])
        assert c.desk.conflicts.counts() == (0, 1)
        await c.press("escape")
        says(words["home"])
        assert not seen(c, words["open"])


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_home_shows_a_clerk_every_line_and_those_beyond_nine_are_reached_by_the_arrows(
    clerk, demo, now, language
):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "王芳", [Role.CLERK], None, by="office")
    async with clerk(language, size=(80, 24), name="王芳") as c:
        parts = list(c.app.home.lines._choices)
        assert len(parts) > 9
        for at, part in enumerate(parts):
            line = str(c.app.home.lines.get_option_at_index(at).prompt)
            assert any(line in each for each in c.lines), "every line fits"
            assert line.lstrip()[0] == str(at + 1) if at < 9 else line.startswith("  "), part.id
        places = [
            c.text.index(str(c.app.home.lines.get_option_at_index(at).prompt)) for at in range(len(parts))
        ]
        assert all(one < two for one, two in pairwise(places))
        await c.press("up")
        assert c.app.home.lines.highlighted == len(parts) - 1, "up from the first is the last"


async def test_whoever_is_everything_reaches_the_lines_that_do_not_fit(clerk):
    async with clerk("zh", size=(80, 24)) as c:
        await c.press("up")
        parts = list(c.app.home.lines._choices)
        assert c.app.home.lines.highlighted == len(parts) - 1
        assert str(c.app.home.lines.get_option_at_index(len(parts) - 1).prompt) in c.text
