"""Settings in both apps: what is chosen holds at once and next time; keys are changed by pressing them."""

from __future__ import annotations

import pytest

from fieldkit.appearance import chosen_appearance
from fieldkit.commands import NOTE, REVIEW, SETTINGS, all_commands
from fieldkit.config import config_file, remembered_language
from fieldkit.i18n import language, preferred_language
from fieldkit.keymap import chosen_keymap
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from tests.quick_keys import quick_keys
from tests.screens.test_looks import every_size


@pytest.fixture
def laptop(tmp_path, monkeypatch):
    """An encrypted workspace with nothing in it."""
    quick_keys(monkeypatch)
    Workspace.create(tmp_path / "w", passphrase="secret", name="王庄1号").close()
    return tmp_path / "w"


@pytest.fixture
def worker(person, laptop):
    """Somebody at that laptop: `async with worker() as p`, with the settings open."""
    return lambda language="en": person(language, folder=laptop, passphrase="secret")


async def settings(p):
    await p.press("ctrl+f12")
    await p.until(lambda: p.screen_name == "SettingsScreen")


async def part(p, name):
    """Go to a line of the settings by the arrows, and press Enter."""
    lines = p.app.screen.query_one("Numbered")
    steps = lines._choices.index(name) - lines.highlighted
    await p.press(*["down" if steps > 0 else "up"] * abs(steps), "enter")


async def test_looks_and_language_hold_at_once_and_next_time(worker, monkeypatch):
    monkeypatch.delenv("FIELDKIT_LANG")
    async with worker() as p:
        await settings(p)
        assert "2 Colours: Dark" in p.text
        await p.press("2")
        assert "2 Colours: High contrast" in p.text
        assert p.app.theme == "high-contrast"
        await p.press("2", "3", "4")
        assert "2 Colours: Daylight" in p.text
        assert p.app.has_class("-big")
        assert p.app.has_class("-plain")
        assert "4 Signs: plain" in p.text
        assert str(chosen_appearance()[0]) == "daylight big plain"
        await p.press("4", "4")
        assert "4 Signs: as this terminal needs them" in p.text
        assert str(chosen_appearance()[0]) == "daylight big"
        await p.press("1")
        assert "1 语言：中文" in p.text
        assert (language(), remembered_language()) == ("zh", "zh")
        assert preferred_language(remembered_language()) == "zh"
        assert "FIELDKIT" not in p.text
        await p.press("escape")
        assert "今天要走访" in p.text


async def test_what_the_environment_says_is_told(worker, monkeypatch):
    monkeypatch.setenv("FIELDKIT_THEME", "daylight")
    async with worker() as p:
        await settings(p)
        words = " ".join(p.text.split())
        assert "FIELDKIT_THEME is set: daylight. It goes before what is chosen here" in words
        assert "FIELDKIT_LANG is set: en." in words


async def test_settings_are_found_by_palette_and_help_over_any_screen_but_one_that_asks(worker):
    async with worker() as p:
        await p.press("f1")
        while SETTINGS.key_names not in p.text:
            await p.press("pagedown")
        await p.press("escape", "ctrl+p")
        await p.type("settings")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "SettingsScreen")
        assert "Set up another" in p.text
        await p.press("ctrl+f12", "escape")
        assert p.screen_name == "HomeScreen", "once is enough"
        await p.press("f12", "ctrl+f12")
        assert p.screen_name == "Hidden"
        await p.press("enter", "ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await settings(p)
        assert "Set up another" not in p.text, "nothing that is being done is left"
        await p.press("escape")
        assert p.screen_name == "InterviewScreen"


async def test_a_key_is_changed_by_pressing_it_and_comes_back(worker):
    async with worker() as p:
        await settings(p)
        await part(p, "keys")
        await p.until(lambda: p.screen_name == "KeysScreen")
        await p.type("note on")
        await p.press("enter")
        assert "Press the new key for “Note on the question”. It is F3 now." in " ".join(
            p.text.replace("│", "").split()
        )
        await p.press("f9")
        assert "! F9 is the key of “What is missing or doubtful”." in " ".join(p.text.split())
        assert NOTE.key_names == "F3"
        for unfit in ("x", "ctrl+c", "ctrl+q"):
            await p.press("enter", unfit)
            assert p.screen_name == "KeysScreen"
            assert "Nothing was changed." in p.text, unfit
        assert not config_file("keymap.toml").exists()
        await p.press("enter", "ctrl+v")
        assert "* Ctrl+V" in p.text
        assert chosen_keymap().keys == {"question.note": "ctrl+v"}
        await p.press("enter", "escape")
        assert NOTE.key_names == "Ctrl+V"
        await p.press("escape", "escape", "ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("ctrl+v")
        assert p.screen_name == "AskText", "the key acts already"
        await p.press("escape")
        await settings(p)
        await part(p, "keys")
        await p.type("note on")
        await p.press("enter", "backspace")
        assert NOTE.key_names == "F3"
        assert chosen_keymap().keys == {}


async def test_all_keys_at_once(worker):
    config_file("keymap.toml").parent.mkdir(parents=True, exist_ok=True)
    config_file("keymap.toml").write_text('"report.show" = "ctrl+v"\n"no.such" = "f2"\n', encoding="utf-8")
    async with worker() as p:
        await settings(p)
        await part(p, "keys")
        assert "fieldkit now, 1 changed" in p.text
        await p.type("missing or")
        await p.press("enter", "ctrl+v")
        assert "! Ctrl+V is the key of “Report”." in " ".join(p.text.split())
        await p.press(*["backspace"] * 10, "up", "enter")
        assert p.screen_name == "Pick"
        await p.press("2")
        assert "cspro now, 11 changed" in p.text
        assert REVIEW.key_names == "F10"
        assert chosen_keymap().preset == "cspro"
        await p.press("up", "enter", "1")
        assert "fieldkit now, 0 changed" in p.text


async def test_keys_that_the_environment_names_are_not_changed_here(worker, monkeypatch):
    monkeypatch.setenv("FIELDKIT_KEYMAP", "cspro")
    async with worker() as p:
        await settings(p)
        await part(p, "keys")
        assert "FIELDKIT_KEYMAP names the keys (cspro)." in " ".join(p.text.split())
        await p.type("question note")
        await p.press("enter", "ctrl+v")
        assert "Nothing was changed" in " ".join(p.text.split())
        assert not config_file("keymap.toml").exists()


async def test_the_passphrase_of_a_laptop_is_changed_by_whoever_knows_it(worker, laptop):
    async with worker() as p:
        await settings(p)
        for typed, said in (
            (("wrong", "new", "new"), "The passphrase does not open"),
            (("secret", "new", "knew"), "The two passphrases differ."),
            (("secret", "new", "new"), "From now on the new passphrase opens"),
        ):
            await part(p, "passphrase")
            for each in typed:
                await p.until(lambda: p.screen_name == "AskText")
                await p.type(each)
                await p.press("enter")
            await p.until(lambda: p.screen_name == "Notice")
            assert said in " ".join(p.text.replace("│", "").split())
            await p.press("enter")
            await p.until(lambda: p.screen_name == "SettingsScreen")
    with Session.open(laptop, lambda: "new") as session:
        assert session.name == "王庄1号"


async def test_what_is_open_is_told_and_looked_over(worker, laptop):
    async with worker() as p:
        await settings(p)
        await part(p, "facts")
        await p.until(lambda: "backcheck" in p.text)
        words = "".join(p.text.split())
        device = p.app.session.exchange.device.key.id
        for each in ("王庄1号", str(laptop), device, "Keptwithapassphrase", "Noofficeknowsthislaptopyet."):
            assert each in words
        await p.press("f4")
        await p.until(lambda: "本机密钥" in p.text)
        await p.press("f4", "escape")
        await part(p, "checkup")
        await p.until(lambda: "no office can help if the passphrase is forgotten" in " ".join(p.text.split()))
        await p.press("escape")
        await part(p, "scanner")
        await p.until(lambda: p.screen_name == "ScannerTestScreen")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "SettingsScreen")


async def test_another_can_be_set_up_from_home(worker):
    async with worker() as p:
        await settings(p)
        lines = p.app.screen.query_one("Numbered")
        lines.highlighted = lines._choices.index("set-up")
        lines.action_select()
        await p.until(lambda: p.app._exit)
        assert p.app.sets_up


async def test_the_office_has_the_same_with_its_own_facts(clerk, demo):
    async with clerk("en") as c:
        await settings(c)
        assert "Passphrase" not in c.text, "the demo has none"
        await part(c, "facts")
        await c.until(lambda: "backcheck" in c.text or "Forms, each" in c.text)
        words = "".join(c.text.split())
        for each in (
            "Divisioncode:990101100000",
            str(demo.office),
            c.desk.office.key.id,
            c.desk.device,
            "Laptopsenrolled:",
        ):
            assert "".join(each.split()) in words
        await c.press("escape", "escape")
        assert c.screen_name == "OfficeHome"


async def test_an_office_s_passphrase_is_that_of_the_desk(clerk, tmp_path, now, monkeypatch):
    from fieldkit.office import Office

    quick_keys(monkeypatch)
    folder = tmp_path / "office"
    Office.create(folder, name="清溪", division="", now=lambda: now, passphrase="secret").close()
    async with clerk("en", folder=folder, passphrase="secret") as c:
        await settings(c)
        await part(c, "passphrase")
        for each in ("secret", "new", "new"):
            await c.type(each)
            await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert "From now on the new passphrase opens office." in c.text
    Office.open(folder, now=lambda: now, passphrase=lambda: "new").close()


async def walk(p):
    """Give the name of each screen while it stands there."""
    await settings(p)
    yield "settings"
    await part(p, "keys")
    yield "keys"
    await p.press("down", "enter")
    yield "press a key"
    await p.press("f1")
    yield "a clash"
    await p.press("escape")


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_every_screen_fits_on_every_size(worker, spoken):
    async with worker(spoken) as p:
        await every_size(p, walk(p), f"settings-{spoken}")


def test_every_command_can_be_given_a_key_that_nobody_has():
    from fieldkit.keymap import built_in_key, change_key

    for command in all_commands():
        assert dict(change_key(command, "ctrl+v").keys) == {command.id: "ctrl+v"}
        assert not built_in_key(command).keys
