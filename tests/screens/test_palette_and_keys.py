"""Finding commands by words, and keys that a keymap moved: bar, help, palette and the keys themselves agree."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from textual.screen import ModalScreen

import fieldkit.screens
import fieldkit.screens.office
import fieldkit.widgets
from fieldkit.commands import EVERYWHERE, NOTE, REPORT, UNDO, all_commands
from fieldkit.config import config_file
from fieldkit.i18n import set_language
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.palette import matching


@pytest.mark.parametrize(
    ("language", "typed", "found"),
    [
        ("en", "report", REPORT),
        ("en", "question NOTE", NOTE),
        ("en", "form.undo", UNDO),
        ("en", "ctrl+z", UNDO),
        ("zh", "报表", REPORT),
        ("zh", "bb", REPORT),
        ("zh", "baobiao", REPORT),
        ("zh", "bz", NOTE),
        ("zh", "form.undo", UNDO),
    ],
)
def test_commands_are_found_by_words_id_key_and_initials(language, typed, found):
    set_language(language)
    assert found in matching(all_commands(), typed)
    assert len(matching(all_commands(), typed)) < 5


def test_nothing_typed_finds_all_and_nonsense_none():
    assert matching(all_commands(), " ") == list(all_commands())
    assert matching(all_commands(), "xyzzy") == []


def below(kind):
    """Every class made of one, however far below."""
    return [each for child in kind.__subclasses__() for each in (child, *below(child))]


def test_every_command_is_on_a_screen_and_so_in_help_and_palette():
    for package in (fieldkit.screens, fieldkit.screens.office, fieldkit.widgets):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    screens = [*below(Frame), *below(ModalScreen)]
    listed = {command.id for screen in screens for command in getattr(screen, "KEYS", ())}
    assert listed | {command.id for command in EVERYWHERE} == {command.id for command in all_commands()}


async def test_the_palette_runs_a_command_on_the_screen_below(person):
    async with person("zh") as p:
        await p.press("ctrl+p")
        await p.type("bb")
        assert re.search(r"Ctrl\+R +报表", p.text)
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ThreeDaysScreen")
        await p.press("escape", "ctrl+p")
        await p.type("waiguan")
        assert "没有相符的命令" in p.text
        await p.press("enter")
        assert p.screen_name == "Palette"
        await p.press("escape")
        assert p.screen_name == "HomeScreen"


async def test_the_palette_runs_what_acts_everywhere_and_takes_arguments(person):
    async with person("en") as p:
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        entry = p.app.screen.interview.entry
        asked = entry.index.path
        await p.press("ctrl+p")
        await p.type("applicable")
        await p.press("enter")
        await p.until(lambda: entry.missing(asked) is not None)
        await p.press("ctrl+p", *["down"] * 40, "up", "pageup", "pagedown", "up")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "Hidden")


async def test_no_palette_where_nothing_may_be_done(person):
    async with person("en") as p:
        await p.press("f12", "ctrl+p", "ctrl+k")
        assert p.screen_name == "Hidden"


async def test_ctrl_c_says_how_to_leave(person):
    async with person("en") as p:
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("ctrl+c")
        await p.until(lambda: "Ctrl+Q leaves; everything is kept." in p.told)


async def test_moved_keys_act_and_are_named_everywhere(person, monkeypatch):
    monkeypatch.setenv("FIELDKIT_KEYMAP", "cspro")
    async with person("en", (120, 40)) as p:
        assert "^A New registration" in p.text
        await p.press("ctrl+n")
        assert p.screen_name == "HomeScreen", "the key it had does nothing any more"
        await p.type("xyzzy")
        assert "Ctrl+A registers a new one" in p.text
        await p.press("ctrl+a")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert "F6 Go " in p.text
        await p.press("f1")
        assert "Ctrl+N  Note on the question" in p.text
        await p.press("escape", "ctrl+n")
        assert p.screen_name == "AskText"
        await p.press("escape", "ctrl+p")
        await p.type("ctrl+x")
        assert "Lock the screen" in p.text
        await p.press("escape", "f10")
        assert p.screen_name == "Review"
        assert "F9 finishes when nothing is marked" in p.text
        await p.press("f10")
        assert p.screen_name == "Review"
        await p.press("f9")
        assert "still missing" in p.told


async def test_what_a_keymap_cannot_have_is_told_on_screen(person):
    config_file("keymap.toml").parent.mkdir(parents=True, exist_ok=True)
    config_file("keymap.toml").write_text('"report.show" = "ctrl+enter"\n"sync.export" = "ctrl+v"\n')
    async with person("en") as p:
        await p.until(lambda: "cannot have Ctrl+Enter" in p.told)
        assert "^V Export" in p.text
        assert "^R Report" in p.text
