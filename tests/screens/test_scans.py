"""A code that is read goes where codes go, whatever has the caret; what a hand types stays where it is."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from fieldkit.datatypes.damm import check_digit
from fieldkit.datatypes.numbers import parse_household
from fieldkit.screens.interview import InterviewScreen

ASKED = """| survey |
| | type            | name  | label  | appearance | bind::fk:check   |
| | text            | words | Words  |            |                  |
| | text            | lines | Lines  | multiline  |                  |
| | select_one mark | mark  | Mark   |            |                  |
| | select_multiple mark | several | Several |    |                  |
| | select_one mark | fast  | Fast   | quick      |                  |
| | text            | hh_id | Household | numbers | household-number |
| | text            | pid   | Participant | numbers | participant-number |
| | barcode         | pack  | Pack   |            |                  |
| | text            | last  | Last   |            |                  |
| choices |
| | list_name | name | label |
| | mark | 1 | One   |
| | mark | 2 | Two   |
| | mark | 9 | Three |
"""
NAMES = ["words", "lines", "mark", "several", "fast", "hh_id", "pid", "pack", "last"]
PARTICIPANT = "2603311001" + check_digit("2603311001")


def households(p, count=3):
    return sorted(p.app.session.registry().households)[:count]


def unknown(p):
    base = households(p)[0][:12] + "9999"
    return base + check_digit(base)


def wrong(number):
    return number[:-1] + str((int(number[-1]) + 1) % 10)


async def asking(p, folder, name):
    source = folder / "asked.md"
    source.write_text(ASKED, encoding="utf-8")
    interview = p.app.session.interviews.start(str(source))
    interview.jump(f"/data/{name}")
    p.app.push_screen(InterviewScreen(p.app.session, interview))
    await p.until(lambda: p.screen_name == "InterviewScreen" and p.app.focused is not None)
    await p.app.typed_ahead.quiet()
    return interview.entry


def answers(entry):
    return {name: value for name in NAMES if (value := entry.value(f"/data/{name}"))}


async def test_a_code_on_home_opens_its_household_and_types_nothing(person):
    async with person("en") as p:
        first, *_ = households(p)
        await p.scan(first)
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        assert p.app.screen.number == first
        await p.press("escape")
        assert p.app.focused.value == ""


async def test_three_codes_in_two_seconds_are_three_households(person):
    async with person("en") as p:
        opened = []
        for number in households(p):
            await p.scan(number)
            await p.until(lambda number=number: getattr(p.app.screen, "number", "") == number)
            opened.append(p.app.screen.number)
        assert opened == households(p)
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert p.app.focused.value == ""


async def test_full_width_digits_are_digits(person):
    async with person("zh") as p:
        first, *_ = households(p)
        await p.press("a")
        await p.scan("".join(chr(ord(digit) + 0xFEE0) for digit in first))
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert p.app.home.query_one(Input).value == "a"


async def test_what_a_hand_types_faster_than_it_should_is_all_there(person):
    async with person("en") as p:
        at = Message().time
        for n, digit in enumerate("1234567"):
            event = Key(digit, digit)
            event.time = at + 0.005 * n
            p.app._driver.send_message(event)
        await p.until(lambda: p.app.focused.value)
        assert p.app.focused.value[0] == "1", "the first digit acts at once"
        await p.until(lambda: p.app.focused.value == "1234567")


async def test_a_wrong_check_digit_says_read_again_and_rings(person, monkeypatch):
    async with person("en") as p:
        rung = []
        monkeypatch.setattr(p.app, "bell", lambda: rung.append(1))
        for _ in range(2):
            await p.scan(wrong(households(p)[0]))
        assert [n.title.partition(":")[0] for n in p.app._notifications][-1] == "READ AGAIN"
        assert len(rung) == 2
        assert (p.screen_name, p.app.focused.value) == ("HomeScreen", "")


async def test_a_household_that_nobody_registered_is_said(person):
    async with person("en") as p:
        await p.scan(unknown(p))
        assert "not registered on this laptop. Ctrl+N" in p.told
        assert (p.screen_name, p.app.focused.value) == ("HomeScreen", "")


async def test_a_code_of_another_length_is_none_of_ours(person):
    async with person("en") as p:
        await p.scan("12345678")
        assert "8 digits were read" in p.told
        assert p.app.focused.value == ""


async def test_the_same_code_at_once_counts_once(person):
    async with person("en") as p:
        first, *_ = households(p)
        await p.scan(first)
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        screen = p.app.screen
        await p.scan(first, after=0.3)
        assert p.app.screen is screen
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.scan(first, after=2.0)
        await p.until(lambda: p.screen_name == "HouseholdScreen")


@pytest.mark.parametrize("name", ["words", "lines", "mark", "several", "fast", "pid"])
async def test_a_household_read_at_another_question_is_offered(person, tmp_path, name):
    """Its first digit, 9, is the name of a choice; 2, of a participant, its number."""
    async with person("en") as p:
        entry = await asking(p, tmp_path, name)
        first, second, _ = households(p)
        assert first[0] == "9"
        for number in (first, second):
            await p.scan(number)
            assert p.screen_name == "Offer"
            assert f"Household {number}" in p.text
        assert answers(entry) == {}
        await p.press("escape")
        assert p.screen_name == "InterviewScreen"
        assert entry.index.path == f"/data/{name}"
        await p.press("1", "tab")
        assert answers(entry) == {name: "1"} or name == "pid"


@pytest.mark.parametrize("name", ["words", "lines", "mark", "several", "fast", "hh_id"])
async def test_a_digit_that_began_a_code_is_taken_back(person, tmp_path, name):
    async with person("en") as p:
        entry = await asking(p, tmp_path, name)
        given = "1" if name in {"mark", "several"} else ""
        await p.press(*given)
        await p.scan(PARTICIPANT)
        assert "Participant number" in next(iter(p.app._notifications)).title
        assert entry.index.path == f"/data/{name}"
        assert answers(entry) == ({name: "1"} if given else {})
        await p.press("2", "tab")
        kept = {"mark": "2", "several": "1 2"}.get(name, "2")
        assert answers(entry).get(name, "") == kept


async def test_a_choice_made_before_a_code_stays_and_so_does_its_way_back(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path, "mark")
        await p.press("1")
        await p.scan(wrong(PARTICIPANT))
        assert answers(entry) == {"mark": "1"}
        await p.press("ctrl+z")
        assert answers(entry) == {}


async def test_the_question_that_asks_for_the_number_takes_it_and_goes_on(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path, "hh_id")
        first, *_ = households(p)
        await p.press("5")
        await p.scan(first)
        await p.until(lambda: entry.index.path == "/data/pid")
        await p.scan(PARTICIPANT)
        await p.until(lambda: entry.index.path == "/data/pack")
        await p.scan("6901234567892")
        await p.until(lambda: entry.index.path == "/data/last")
        assert answers(entry) == {
            "hh_id": parse_household(first),
            "pid": PARTICIPANT,
            "pack": "6901234567892",
        }


async def test_opening_what_was_offered_keeps_the_interview(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path, "words")
        await p.type("abc")
        first, *_ = households(p)
        await p.scan(first)
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        assert p.app.screen.number == first
        assert answers(entry) == {"words": "abc"}
        assert any(each.form.startswith("asked") for each in p.app.session.interviews.unfinished())


async def test_over_a_window_nothing_is_typed_or_closed(person, tmp_path):
    async with person("en") as p:
        entry = await asking(p, tmp_path, "mark")
        await p.press("f3")
        await p.type("why")
        for number in households(p):
            await p.scan(number)
            assert p.screen_name == "AskText"
            assert p.app.focused.value == "why"
        assert "Close this window first" in p.told
        await p.press("enter")
        assert p.app.screen.interview.notes == {"mark": "why"}
        assert answers(entry) == {}


async def test_a_numbered_list_waits_for_what_may_be_a_code(person):
    """Its 1 begins a visit: the first digit of a code must not."""
    async with person("en") as p:
        first, *_ = households(p)
        await p.scan(first)
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        drafts = len(p.app.session.interviews.unfinished())
        await p.scan("12345678901234567")
        assert p.screen_name == "HouseholdScreen"
        assert len(p.app.session.interviews.unfinished()) == drafts
        event = Key("1", "1")
        p.app._driver.send_message(event)
        await p.until(lambda: p.screen_name == "InterviewScreen")


async def test_a_locked_or_hidden_screen_takes_no_code(person):
    async with person("en") as p:
        await p.press("f12")
        await p.scan(households(p)[0])
        assert p.screen_name == "Hidden"
        await p.press("f12")
        assert (p.screen_name, p.app.focused.value, p.told) == ("HomeScreen", "", "")


async def test_the_scanner_test_shows_what_came(person):
    async with person("en", size=(100, 30)) as p:
        await p.press("ctrl+f9")
        await p.until(lambda: p.screen_name == "ScannerTestScreen")
        await p.scan(households(p)[0])
        assert households(p)[0] in p.text
        assert "Good" in p.text
        await p.scan("1234567", suffix="tab", after=1.0)
        assert "Tab: set it to Enter" in p.text
        assert "fewer than 8 digits" in p.text
        assert "Good:" not in p.text
        await p.press("escape")
        assert p.screen_name == "HomeScreen"


async def test_the_card_is_printed_from_its_household(person, monkeypatch):
    async with person("en") as p:
        number = households(p)[0]
        await p.scan(number)
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        prints = p.app.session.prints
        monkeypatch.setattr(prints, "show", lambda page: True)
        await p.press("3")
        await p.until(lambda: p.screen_name == "Notice")
        (page,) = prints.waiting
        text = page.read_text(encoding="utf-8")
        assert page.stat().st_mode & 0o077 == 0
        names = {each.name for each in p.app.session.household(number).members}
        assert names
        assert not any(name in text for name in names)
        assert number[:4] + " " + number[4:8] in text
        await p.press("enter")
        assert prints.waiting == []
