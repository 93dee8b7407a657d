"""Locking and hiding the screen: nothing shows, a PIN opens a running app, five times wrong and the passphrase does."""

from __future__ import annotations

import pytest

from fieldkit.store import Workspace
from fieldkit.store.keys import Cost

CHEAP = Cost(8 * 1024, 1, 1)


@pytest.fixture
def locked_person(tmp_path, person):
    """The app on an encrypted workspace."""
    folder = tmp_path / "加密 1"
    Workspace.create(folder, passphrase="secret", name="清溪", cost=CHEAP, settings={"user": "u"}).close()
    return lambda language="en": person(language, folder=folder, passphrase="secret")


async def choose_pin(p, pin):
    for _ in range(2):
        await p.press("ctrl+o") if p.screen_name != "AskText" else None
        await p.until(lambda: p.screen_name == "AskText")
        await p.type(pin)
        screen = p.app.screen
        await p.press("enter")
        await p.until(lambda screen=screen: p.app.screen is not screen)
    await p.pilot.pause()


async def idle(p, minutes):
    """Let minutes pass without a key."""
    p.app._touched -= minutes * 60
    p.app.call_later(p.app._tick)
    await p.pilot.pause()
    await p.pilot.pause()


async def test_a_pin_opens_the_screen_where_it_was(locked_person):
    async with locked_person() as p:
        await choose_pin(p, "4711")
        assert p.screen_name == "HomeScreen"
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        before = p.text
        await p.press("ctrl+l")
        assert "Locked" in p.text
        assert not {line for line in p.lines if line.strip()} & set(before.splitlines())
        await p.press("f12", "ctrl+l", "ctrl+o", "f1", "escape")
        assert p.screen_name == "Locked", "no key leads past it"
        await p.type("1111")
        await p.press("enter")
        await p.until(lambda: "4 more tries" in p.text)
        await p.type("4711")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert p.text == before


async def test_after_five_wrong_pins_only_the_passphrase_opens(locked_person):
    async with locked_person("zh") as p:
        await choose_pin(p, "4711")
        await p.press("ctrl+l")
        for _ in range(5):
            await p.type("0000")
            await p.press("enter")
            await p.until(lambda: p.app.screen.query_one("#typed").value == "")
            await p.pilot.pause(0.1)
        await p.until(lambda: "PIN 连错五次" in p.text)
        await p.type("4711")
        await p.press("enter")
        await p.until(lambda: "不对" in p.text)
        assert p.screen_name == "Locked"
        await p.type("secret")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.press("ctrl+l")
        await p.type("4711")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def test_without_a_pin_the_passphrase_opens(locked_person):
    async with locked_person() as p:
        await p.press("ctrl+l")
        assert "Passphrase, then Enter" in p.text
        await p.type("secret")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HomeScreen")


@pytest.mark.parametrize(
    ("first", "second", "said"), [("12", "12", "4 to 8 digits"), ("4711", "4712", "differ")]
)
async def test_a_pin_that_will_not_do_is_refused_in_words(locked_person, first, second, said):
    async with locked_person() as p:
        await p.press("ctrl+o")
        for typed in (first, second):
            await p.until(lambda: p.screen_name == "AskText")
            await p.type(typed)
            screen = p.app.screen
            await p.press("enter")
            await p.until(lambda screen=screen: p.app.screen is not screen)
        await p.until(lambda: p.screen_name == "Notice")
        assert said in p.text
        assert not p.app.session.lock.takes_pin


async def test_the_screen_locks_by_itself_after_a_while_without_keys(locked_person):
    async with locked_person() as p:
        await idle(p, minutes=2)
        assert p.screen_name == "HomeScreen"
        await idle(p, minutes=2)
        assert p.screen_name == "Locked"
        await idle(p, minutes=20)
        assert len([screen for screen in p.app.screen_stack if type(screen).__name__ == "Locked"]) == 1


async def test_an_open_workspace_is_not_locked_but_may_be_hidden(person):
    async with person("en") as p:
        await idle(p, minutes=60)
        await p.press("ctrl+l")
        assert p.screen_name == "HomeScreen"
        before = p.lines[5:8]
        await p.press("f12")
        assert p.screen_name == "Hidden"
        assert [line.strip() for line in p.lines if line.strip()] == ["F12 goes on"]
        await p.press("x", "f12")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert p.lines[5:8] == before


async def test_the_pin_is_nowhere_in_the_folder(locked_person, tmp_path):
    async with locked_person() as p:
        await choose_pin(p, "47114711")
    assert not any(b"47114711" in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


async def test_a_page_on_its_way_to_the_printer_goes_when_the_screen_locks(locked_person):
    async with locked_person() as p:
        prints = p.app.session.prints
        by_key = prints.write("x")
        await p.press("ctrl+l")
        assert p.screen_name == "Locked"
        assert not by_key.exists()
        await p.type("secret")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HomeScreen")
        by_itself = prints.write("y")
        await idle(p, 60)
        await p.until(lambda: p.screen_name == "Locked")
        assert not by_itself.exists()
