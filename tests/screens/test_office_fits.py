"""Every screen of the office on a small terminal, and some of them on each larger one, in both languages: nothing is
cut without a sign of it, every key in the bar acts, and F1 tells what the screen is for.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import pytest
from textual.app import App
from textual.screen import Screen
from textual.widgets import OptionList, Static

import fieldkit.screens.office
from fieldkit.i18n import language, set_language
from fieldkit.office import media
from fieldkit.screens.office.home import OfficeHome
from fieldkit.session.desk import menu
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.keybar import KeyBar

SMALL = (60, 20)
LARGER = [(80, 24), (120, 40)]
WAYS = (
    ("inbox",), ("conflicts", "enter"), ("conflicts", "home", "enter"), ("doubles",), ("checks",), ("review", "enter", "enter"),
    ("window", "1"), ("window", "enter"), ("payments", "enter"), ("worklists", "2"), ("worklists", "3"), ("worklists", "1"),
    ("worklists", "down", "down", "down", "enter", "1", "1"), ("points", "enter", "2"), ("points", "enter", "1"),
    ("samples", "2", "1"), ("samples", "2", "3"), ("paper", "1"), ("letters", "3"), ("letters", "1"), ("reports", "up", "enter"),
    ("register", "enter"), ("exports",), ("quarantine",), ("laptops", "enter"), ("laptops", "down", "enter"), ("unfinished",),
    ("people",), ("looks",),
)  # fmt: skip
"""A part of Home and the keys from it on; each screen on the way is looked at, the boxes of what is asked among them."""


def screens():
    """Every screen of the office."""
    for module in pkgutil.iter_modules(fieldkit.screens.office.__path__):
        found = importlib.import_module(f"fieldkit.screens.office.{module.name}")
        yield from (
            each
            for each in vars(found).values()
            if isinstance(each, type)
            and issubclass(each, Frame)
            and each.__module__ == found.__name__
            and each.KEYS
        )


@pytest.mark.parametrize(
    "screen", sorted(set(screens()), key=lambda each: each.__name__), ids=lambda each: each.__name__
)
def test_every_screen_says_what_it_is_for_in_both_languages(screen):
    if screen.__name__ in {"Listing", "ListingScreen"}:
        return  # others are made of these
    said = []
    for each in ("zh", "en"):
        set_language(each)
        said.append(screen.about(screen))
    assert all(said)
    assert said[0] != said[1]
    assert said[1] == screen.ABOUT


def is_scrolled(widget):
    """Whether it lies in something that scrolls; the screen itself does not, as no key moves that."""
    around = [each for each in widget.ancestors_with_self if not isinstance(each, App | Screen)]
    return any(each.max_scroll_y > 0 and each.show_vertical_scrollbar for each in around)


def whole(text):
    return "".join(text.split())


def cut(p):
    """What stands on the screen and cannot be read: widgets that lie outside, and lines of lists that end without a sign."""
    screen = p.app.screen
    places = screen._compositor.full_map
    for widget in [*screen.query(Static), *screen.query(OptionList), *screen.query(KeyBar)]:
        shown = all(each.display for each in widget.ancestors_with_self if each is not screen)
        if not shown or (not widget.size.area and not getattr(widget, "content", "")):
            continue
        place = places.get(widget)
        if place is None or (
            place.clip.intersection(place.region) != place.region and not is_scrolled(widget)
        ):
            yield f"{widget!r} is cut"
    for lines in screen.query(OptionList):
        if lines.max_scroll_y or not lines.option_count or not lines.size.height:
            continue
        drawn = [strip.text for strip in lines.render_lines(lines.outer_size.region)]
        text = whole("".join(drawn))
        for option in lines.options:
            said = whole(str(option.prompt))
            if said not in text and not any(
                whole(line).partition("…")[0] in said
                for line in drawn
                if "…" in line and said.startswith(whole(line)[:3])
            ):
                yield f"{option.prompt!r} is cut"


def dead(p):
    """Keys in the bar that nothing on the screen or in the app answers."""
    for command in getattr(p.app.screen, "KEYS", ()):
        name = "action_" + command.action.partition("(")[0]
        if not any(hasattr(each, name) for each in (p.app.screen, p.app)):
            yield command.id


async def looked_at(c, seen, faults):
    """Look at the screen that stands there, and at every third one in the other language and at its help, too."""
    name = c.screen_name
    if name in seen:
        return
    seen.add(name)
    faults += [f"{name}: {key} does nothing" for key in dead(c)]

    def look():
        faults.extend(f"{name} {c.app.size} {language()}: {each}\n{c.text}" for each in cut(c))

    look()
    if len(seen) % 3 == 0 and isinstance(c.app.screen, Frame):
        await c.press("f4")
        look()
        await c.press("f1")
        about = c.app.screen_stack[-2].about()
        assert whole(about)[:20] in whole(c.app.screen.text), name
        look()
        await c.press("escape")
        assert c.screen_name == name, "Esc closes the help and nothing else"


@pytest.mark.parametrize(
    ("size", "ways"),
    [(SMALL, WAYS), (LARGER[0], WAYS[3::6]), (LARGER[1], WAYS[5::8])],
    ids=["60x20", "80x24", "120x40"],
)
async def test_nothing_is_cut_and_every_key_acts(clerk, monkeypatch, size, ways):
    monkeypatch.setattr(media, "MOUNTED", ())
    seen, faults = set(), []
    async with clerk("zh", size) as c:
        if size == SMALL:
            for arrival in c.desk.inbox.look():
                c.desk.inbox.take(arrival.medium, lambda _step: True)
        await looked_at(c, seen, faults)
        quiet = tuple(replace(each, state=lambda _desk: "") for each in menu.PARTS)
        monkeypatch.setattr(menu, "PARTS", quiet)  # what waits was read once
        for part, *keys in ways:
            c.app.home.post_message(OfficeHome.Wanted(part))
            await c.until(lambda: c.app.screen is not c.app.home)
            await looked_at(c, seen, faults)
            for key in keys:
                before = c.app.screen
                await c.press(key)
                if key == "enter" or key.isdecimal():
                    await c.until(lambda before=before: c.app.screen is not before)
                await looked_at(c, seen, faults)
            while c.app.screen is not c.app.home:
                before = c.app.screen
                await c.press("escape")
                await c.until(lambda before=before: c.app.screen is not before)
    assert not faults, "\n".join(faults)
    assert len(seen) > len(ways), sorted(seen)
