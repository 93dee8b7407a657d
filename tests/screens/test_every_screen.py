"""Every screen of a laptop and every box, on every size and in both languages: nothing is cut off without saying so, F1
explains it, Esc leads back, and no key stands in a bar that does nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from rich.cells import cell_len
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

import fieldkit.screens
import fieldkit.widgets
from fieldkit.screens.setup import SetupScreen
from fieldkit.widgets.code_beside import CodeBeside
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.help import Help
from fieldkit.widgets.serving import Serving
from fieldkit.widgets.walks import Walks
from tests.screens.scenes import Scenes
from tests.screens.settling import Settling

BASES = {Frame, CodeBeside, Serving, Walks}
"""What screens are made of."""
SIZES = [(80, 24), (120, 40), (60, 20)]
CLOSING = {"zh": "回车|Esc|F12", "en": "Enter|Esc|F12"}
"""What a box that F1 does not explain says of its keys."""
LATIN = re.compile(r"[A-Za-z]{3,}")
HEX = set("abcdef")
KNOWN = {
    "fieldkit", "Ctrl", "Esc", "PgDn", "PgUp", "Tab", "Shift", "Ins", "End", "Home", "PIN", "USB", "HID", "Code", "HPV", "RADS",
    "xlsx", "csv", "VIA", "DEMO", "Down", "FIELDKIT", "LANG", "demo",
}  # fmt: skip
"""What stays as it is in Chinese: keys, names of things that everybody calls so."""


def screens():
    """Every screen and box of a laptop."""
    for package in (fieldkit.screens, fieldkit.widgets):
        for module in pkgutil.iter_modules(package.__path__):
            found = importlib.import_module(f"{package.__name__}.{module.name}")
            for each in vars(found).values():
                if isinstance(each, type) and each.__module__ == found.__name__ and issubclass(each, Screen):
                    yield each


def test_no_key_of_a_screen_is_without_its_deed_and_no_screen_without_its_explanation():
    explained = [each for each in screens() if issubclass(each, Explained) and each not in BASES]
    assert len(explained) > 30
    for screen in explained:
        assert screen.ABOUT, screen
        for command in screen.KEYS:
            assert hasattr(screen, f"action_{command.action.partition('(')[0]}"), (screen, command.id)


def cut(screen):
    """The texts of which a part is out of sight and cannot be brought there."""
    for text in screen.query(Static):
        around = [each for each in text.ancestors if isinstance(each, VerticalScroll)]
        if (
            not text.display
            or not text.size
            or not str(text.content)
            or any(each.max_scroll_y for each in around)
        ):
            continue
        needed = text.get_content_height(screen.size, screen.size, text.content_size.width)
        if needed > text.content_size.height or not screen.region.contains_region(text.region):
            yield str(text.content)


def faults(screen, lines, language, width):
    """What is wrong with what stands there."""
    yield from (("cut", text) for text in cut(screen))
    yield from (("too wide", line) for line in lines if cell_len(line) > width)
    if isinstance(screen, Frame):
        bar = " ".join(lines[-2:])
        if "F1 " not in bar or not ("Esc " in bar or "^Q " in bar):
            yield "no help or no way out", bar
    elif not isinstance(screen, Explained) and not re.search(CLOSING[language], "".join(lines)):
        yield "no key is named", ""
    if isinstance(screen, ModalScreen):
        return
    yield from (("broken rule", line) for line in lines if line.strip() in {"-", "--"})
    if language == "zh":
        typed = {y for line in screen.query(Input) for y in range(line.region.y, line.region.bottom)}
        words = {word for y, line in enumerate(lines) if y not in typed for word in LATIN.findall(line)}
        yield from (("English", word) for word in words if word not in KNOWN and set(word) - HEX)


async def explained(p, screen):
    """Press F1: it tells what the screen is for and every key of it, and closes again."""
    await p.press("f1")
    said = p.app.screen.text
    assert isinstance(p.app.screen, Help)
    assert said.startswith(screen.about())
    assert all(command.key_names in said for command in screen.KEYS)
    await p.press("f1")
    assert p.app.screen is screen


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_screen_is_whole_on_every_size_and_f1_explains_it(person, language):
    settling, found = Settling(), []
    async with person(language) as p:
        seen = {type(p.app.screen)}
        p.app.push_screen(Screen())  # Home would be drawn anew whenever one of them closes
        await settling()
        for number, (scene, make) in enumerate(Scenes(p.app.session).all().items()):
            here = len(p.app.screen_stack)
            screen = make()
            seen.add(type(screen))
            p.app.push_screen(screen)
            await settling()
            turned = SIZES[number % 3 :] + SIZES[: number % 3]
            for size in turned[:2] if language == "zh" else turned[2:]:  # all three among both languages
                if size != tuple(p.app.size):
                    await p.pilot.resize_terminal(*size)
                said = faults(p.app.screen, p.lines, language, size[0])
                found += [(scene, size, *fault) for fault in said]
            while p.app.screen is not screen:  # it asks for something first
                await p.press("escape")
            if isinstance(screen, Explained) and number % 2 == (language == "zh"):
                await explained(p, screen)
            if scene == "locked":
                p.app.pop_screen()
            await p.press("escape")
            assert len(p.app.screen_stack) == here, (scene, "Esc leads back")
    assert not found, "\n".join(map(str, found))
    assert set(screens()) - seen == {*BASES, Help, SetupScreen}, (
        "that of the first time has an app and tests of its own"
    )
