"""Letters by keys: written to an office elsewhere, opened and answered there, the reply taken in here."""

from __future__ import annotations

import pytest

from fieldkit.fieldwork.liaison import Stands
from fieldkit.session.desk.desk import Desk
from sync.letters import card_spoken
from tests.letters_between import COUNTY, OURS, THEIRS, ready, two_offices

WORDS = {
    "zh": {"title": "转介函", "due": "等答复", "stop": "停止联系", "digits": "本单位名片的数字", "closed": "联系全部停止"},
    "en": {"title": "Letters", "due": "replies due", "stop": "asked not", "digits": "our own card", "closed": "is closed for"},
}  # fmt: skip


@pytest.fixture
def waiting(demo, tmp_path, now):
    """Both offices know each other, and one letter is to be written; gives its record, the other office, and a stick."""
    there = tmp_path / "他 县"
    with two_offices(demo, there, now) as (ours, _theirs):
        record, _row = ready(ours)
        ours.office.lists.up_to_date()
    stick = tmp_path / "stick"
    stick.mkdir()
    return record, there, stick


async def letters(c):
    at = next(n for n, each in enumerate(c.app.home.lines._choices) if each and each.id == "letters")
    c.app.home.lines.highlighted = at
    await c.press("enter")
    await c.until(lambda: c.screen_name == "LettersScreen")


async def answer(c, text, screen="AskText"):
    """Type a line where one is asked for, instead of what stands there."""
    await c.until(lambda: c.screen_name == screen)
    c.app.screen.line.value = ""
    await c.type(text)
    await c.press("enter")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_written_opened_answered_and_taken_by_keys(clerk, demo, waiting, language):
    record, there, stick = waiting
    words = WORDS[language]
    async with clerk(language) as c:
        await letters(c)
        assert words["title"] in c.text
        await c.press("4", "1")
        await c.until(lambda: c.screen_name == "Pick" and THEIRS in c.text)
        await c.press("1")
        await c.until(lambda: c.screen_name == "LetterScreen")
        assert THEIRS in c.text
        assert "2026-04-07" in c.text
        await c.press("1")
        await answer(c, str(stick))
        await c.until(lambda: c.screen_name == "Notice")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "LettersScreen")
        [line] = [each for each in c.desk.letters.all() if each.record == record]
        assert line.stands is Stands.DUE
        await c.press("escape")
        await c.until(lambda: c.screen_name == "OfficeHome")
        assert words["due"] in c.text
    async with clerk(language, folder=there) as c:
        await letters(c)
        await c.press("2")
        await answer(c, str(stick))
        await c.until(lambda: c.screen_name == "LetterScreen")
        assert OURS in c.text
        await c.press("1")
        await c.until(lambda: c.screen_name == "Pick")
        await c.press("6")
        await c.until(lambda: c.screen_name == "AskText")
        await c.press("enter")
        await answer(c, str(stick))
        await c.until(lambda: c.screen_name == "Notice")
    async with clerk(language) as c:
        await letters(c)
        await c.press("1")
        await answer(c, str(stick))
        await c.until(lambda: c.screen_name == "Notice")
        assert words["closed"] in c.text
        await c.press("enter")
        [line] = [each for each in c.desk.letters.all() if each.record == record]
        assert line.stands is Stands.ANSWERED
        assert c.desk.office.view(record).fields["stopped"] == "yes"


async def test_going_back_before_sending_writes_nothing(clerk, waiting):
    record, _there, stick = waiting
    async with clerk("en") as c:
        await letters(c)
        await c.press("4", "1")
        await c.until(lambda: c.screen_name == "Pick" and THEIRS in c.text)
        await c.press("1")
        await c.until(lambda: c.screen_name == "LetterScreen")
        await c.press("escape")
        await c.until(lambda: c.screen_name == "LettersScreen")
        [line] = [each for each in c.desk.letters.all() if each.record == record]
        assert line.stands is Stands.READY
    assert list(stick.iterdir()) == []


async def test_somebody_who_asks_to_stop_is_left_alone_by_two_keys(clerk, waiting):
    record, _there, _stick = waiting
    async with clerk("en") as c:
        await letters(c)
        await c.press("4")
        await c.until(lambda: c.screen_name == "Pick")
        await c.press("2")
        await c.until(lambda: "Stop all contact" in c.text)
        await c.press("2")
        await c.until(lambda: c.screen_name == "LettersScreen")
        assert c.desk.office.view(record).fields["stopped"] == "yes"
        [line] = [each for each in c.desk.letters.all() if each.record == record]
        assert line.stands is Stands.STOPPED


@pytest.mark.parametrize(("key", "is_added"), [("1", False), ("2", True)])
async def test_an_office_is_added_when_its_digits_are_the_same(clerk, demo, tmp_path, now, key, is_added):
    from fieldkit.office import Office

    with Office.create(tmp_path / "o", name="Linhai", division=f"{COUNTY}000000", now=lambda: now) as other:
        digits = card_spoken(other.archive.card())
    async with clerk("en") as c:
        await letters(c)
        await c.press("3")
        await c.until(lambda: c.screen_name == "UnitsScreen")
        assert WORDS["en"]["digits"] in c.text
        await c.press("1")
        await answer(c, str(tmp_path / "o" / "office.fkoffice"))
        await c.until(lambda: c.screen_name == "Pick")
        assert digits.split()[0] in c.text
        await c.press(key)
        if is_added:
            for _line in range(2):
                await c.until(lambda: c.screen_name == "AskText")
                await c.press("enter")
        await c.until(lambda: c.screen_name == "UnitsScreen")
        assert [each.name for each in c.desk.units.all()] == (["Linhai"] if is_added else [])
        await c.press("escape")
        await c.until(lambda: c.screen_name == "LettersScreen")


async def test_an_office_on_paper_gets_a_page_to_print(clerk, demo, waiting, now, monkeypatch):
    record, _there, _stick = waiting
    with Desk.open(demo.office, now=lambda: now) as desk:
        desk.units.add("北湖区妇幼保健院", COUNTY)
    async with clerk("en") as c:
        pages = []
        monkeypatch.setattr(
            c.desk.session.prints, "show", lambda page: pages.append(page.read_text("utf-8")) or True
        )
        await letters(c)
        await c.press("4", "1")
        await c.until(lambda: c.screen_name == "Pick" and "北湖区" in c.text)
        place = next(n for n, each in enumerate(c.app.screen.lines) if "北湖区" in each)
        await c.press(str(place + 1))
        await c.until(lambda: c.screen_name == "LetterScreen")
        await c.press("1")
        await c.until(lambda: c.screen_name == "Notice")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "LettersScreen")
        [page] = pages
        assert c.desk.office.view(record).fields["reach/own_phone"] in page
        assert c.desk.session.prints.waiting == []
