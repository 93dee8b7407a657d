"""A verifier's Thursday at the demo's office, by keys, in large letters too: what the back-checks came to, three service points,
the payments of March, and the painter's photos the next day.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.appearance import Appearance
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role

VERIFIER = "陈敏"
WORDS = {
    "zh": {
        "home": ("5 笔要办", "复核回访  1 个样本在核"),
        "drawn": ("抽了 24 份，共 240 份", "已核 22 份；2 份因谢绝或没问到", "还要问 2 份", "选一个编号，看问哪一户"),
        "results": (
            "比了 110 处", "第1类 1/44，第2类 3/44，第3类 6/22", "4/88 = 4.5%", "1.8% 到 11.1%", "先看这一题：怎样告知的",
            "差 1，数出来 131：0.8%", "这里只看题目和办法，不看任何人",
        ),
        "spent": "¥81,945.00", "equal": "差额 0.00", "slogans": "做好了按回车：{count} --", "to do": "{count} 条标语要处理",
        "photo": "处理好以后的照片文件名", "people": "照片里有人吗",
        "paid": ("应发 46 笔，到账 43 笔 = 93.5 %", "账号错误 2 笔，资金未到 1 笔", "要办的：3"),
        "again": "04-08 再发",
    },
    "en": {
        "home": ("5 to see to", "Back-checks  1 under way"),
        "drawn": ("24 of 240 records drawn", "22 checked; 2 places have gone to the next one", "2 to ask", "Choose a number to see whom to ask"),
        "results": (
            "110 comparisons", "type 1 1/44", "type 2 3/44", "type 3 6/22", "4/88 = 4.5%", "between 1.8% and 11.1%",
            "Look at this question first: How the notice was given", "differs by 1, counted 131: 0.8%", "about nobody",
        ),
        "spent": "¥81,945.00", "equal": "difference 0.00", "slogans": "Enter when it is done: {count} --", "to do": "slogans to do: {count}",
        "photo": "Name of the photo that shows it done", "people": "Are there people in the photo?",
        "paid": ("43 of 46 = 93.5 %", "Wrong account 2, Funds late 1", "To see to: 3"),
        "again": "again on 04-08",
    },
}  # fmt: skip


@pytest.fixture
def desk(demo, now):
    """A desk of somebody who is a verifier and nothing else."""
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, VERIFIER, [Role.VERIFIER], None, by="office")
    return VERIFIER


def says(text, *wanted):
    """See that sentences are on screen, whatever line they go on in."""
    for words in wanted:
        assert "".join(words.split()) in "".join(text.split()), (words, text)


async def read(c):
    """What a screen says, to its end."""
    pages = [c.text]
    while True:
        await c.press("pagedown")
        if c.text == pages[-1]:
            return "\n".join(pages)
        pages.append(c.text)


async def to_point(c, name):
    await c.part("points")
    lines = c.app.screen.lines
    at = next(at for at, each in enumerate(lines._choices) if getattr(each, "point", "") == name)
    await c.press(*["down"] * (at - lines.highlighted), "enter")
    await c.until(lambda: c.screen_name == "PointScreen")


async def to_question(c, name):
    while not c.app.screen.page.current().path.endswith(name):
        await c.press("tab")


@pytest.mark.parametrize(("language", "size", "big"), [("zh", (60, 20), True), ("en", (120, 40), False)])
async def test_a_verifiers_thursday(clerk, desk, now, language, size, big):
    words = WORDS[language]
    async with clerk(language, size=size, name=desk) as c:
        c.app.wear(Appearance(big=big))
        await c.pilot.pause()
        parts = [part.id for part in c.app.home.lines._choices]
        assert parts == [
            "window", "payments", "points", "samples", "paper", "reports", "targets", "register", "exports", "unfinished", "passphrase",
        ]  # fmt: skip
        says(c.text, *words["home"])

        await c.part("samples")
        await c.press("2")
        await c.until(lambda: c.screen_name == "SampleScreen")
        says(c.text, *words["drawn"])
        await c.press("3")
        await c.until(lambda: c.screen_name == "LinesScreen")
        says(await read(c), *words["results"])
        await c.press("escape", "escape", "escape")

        for name, invoices in (("c1", 3), ("v1", 4), ("v2", 4)):
            await to_point(c, name)
            says(c.text, words["slogans"].format(count=0))
            await c.press("2")
            assert c.text.count(words["equal"]) == invoices
            await c.press("f10")
            await c.until(lambda: c.screen_name == "PointScreen")
            await c.press("escape")
            says(c.text, words["spent"])
            await c.press("escape")

        await to_point(c, "c1")
        walls = c.desk.office.view(c.app.screen.point.record).fields
        said = [answer for path, answer in walls.items() if path.endswith("/slogan_content")]
        done = {answer for path, answer in walls.items() if path.endswith("/slogan_done_on")}
        assert (len(said), said.count("disrespectful"), done) == (18, 2, {"2026-03-27"})
        await c.press("1")
        tags = [asset.tag for asset in c.app.screen.inspection.waiting.values()]
        assert len(tags) == 20
        for tag in tags:
            await c.type(tag)
            await c.press("enter")
        await c.press("f10")
        await c.until(lambda: c.screen_name == "InterviewScreen")
        for _slogan in range(2):
            await to_question(c, "/slogan_content")
            await c.press("3", "enter", "3", "enter")  # disrespectful: to be removed
        await c.press("f10")
        await c.until(lambda: c.screen_name == "PointScreen")
        says(c.text, words["to do"].format(count=2), words["slogans"].format(count=2))
        await c.press("escape", "escape")

        await c.part("payments")
        says(c.text, *words["paid"])
        for call in range(2):
            await c.press("home", *["down"] * (3 + call), "enter")
            await c.until(lambda: c.screen_name == "PaymentScreen")
            assert c.app.screen.opened.payment.reason == "acct_wrong"
            await c.press("1", "2")
            await c.until(lambda: c.screen_name == "AskText")
            await c.press("enter", "3")
            await c.until(lambda: c.screen_name == "AskText")
            await c.type("account handed in")
            await c.press("enter", "escape")
            await c.until(lambda: c.screen_name == "PaymentsScreen")
        says(c.text, *words["paid"])
        assert c.text.count(words["again"]) == 2
        await c.press("escape")

    async with clerk(language, size=size, name=desk, at=now + timedelta(days=1)) as c:
        c.app.wear(Appearance(big=big))
        await to_point(c, "c1")
        for photo in ("wall-1.jpg", "wall-2.jpg"):
            await c.press("home", "down", "down", "down", "enter")
            says(c.text.replace("│", ""), words["photo"])
            await c.type(photo)
            await c.press("enter")
            says(c.text.replace("│", ""), words["people"])
            await c.press("1")
            await c.until(lambda: c.screen_name == "PointScreen")
        says(c.text, words["slogans"].format(count=0))
        walls = c.desk.office.view(c.app.screen.point.record).fields
        photos = {answer for path, answer in walls.items() if path.endswith("photos")}
        assert any("wall-1.jpg" in str(each) and "wall-2.jpg" in str(each) for each in photos)
