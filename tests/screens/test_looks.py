"""Every look on every size of screen, in both languages: nothing wider than the screen, no sign that a plain terminal
draws double, contrast enough for the light it is made for; and the screens as they are, as text.

FIELDKIT_SNAPSHOTS=write writes the snapshots anew.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.color import Color

from fieldkit.app import FieldkitApp
from fieldkit.appearance import COLOURS, needs_plain
from fieldkit.config import config_file
from fieldkit.themes import THEMES

SNAPSHOTS = Path(__file__).parent / "snapshots"
INKS = ("foreground", "text", "text-muted", "accent", "success", "warning", "error")
PAPERS = ("background", "surface", "panel")
TITLE = ("block-cursor-foreground", "block-cursor-background")
SIZES = [(80, 24), (120, 40), (60, 20)]


async def walk(p):
    """Give the name of each screen while it stands there: Home, help, palette, a question, one typed, the review."""
    yield "home"
    await p.press("f1")
    yield "help"
    await p.press("escape", "ctrl+p")
    yield "palette"
    await p.press("escape", "ctrl+k")
    yield "appearance"
    await p.press("enter", "enter")
    await p.until(lambda: p.screen_name == "HouseholdScreen")
    yield "household"
    await p.press("1")
    await p.until(lambda: p.screen_name == "InterviewScreen")
    await p.press("1")
    yield "question"
    await p.press("ctrl+b")
    await p.until(lambda: p.screen_name == "Outline")
    yield "outline"
    await p.press("escape", "enter", "enter", "1", "enter", "1", "enter", "enter")
    yield "refused"
    await p.press("f3")
    await p.until(lambda: p.screen_name == "AskText")
    yield "note"
    await p.press("escape", "f9")
    await p.until(lambda: p.screen_name == "Review")
    yield "review"


def signs(text):
    """Signs of ambiguous width, letters left out."""
    return {
        sign
        for sign in text
        if unicodedata.east_asian_width(sign) == "A" and not unicodedata.category(sign).startswith("L")
    }


def luminance(colour):
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs(p):
    """Every pair of ink and paper that letters are drawn with, and one text of each; what lies under a box is dimmed
    on purpose."""
    found = {}
    screen = p.app.screen
    region = screen.query("Vertical, VerticalScroll").first().region if screen.is_modal else screen.region
    for strip in screen._compositor.render_strips()[region.y : region.bottom]:
        for segment in strip.crop(region.x, region.right):
            if any(sign.isalnum() for sign in segment.text):
                found[segment.style.color.triplet, segment.style.bgcolor.triplet] = segment.text
    return found


def compare(name, screens):
    path = SNAPSHOTS / f"{name}.txt"
    drawn = "\n".join(f"===== {screen}\n{text}" for screen, text in screens.items()) + "\n"
    if os.environ.get("FIELDKIT_SNAPSHOTS") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), (
        f"see {path.name}; FIELDKIT_SNAPSHOTS=write keeps the new one"
    )


async def every_size(p, steps, name):
    """See that each step of a walk fits the smallest window and the largest, and is as it was."""
    screens = {size: {} for size in SIZES}
    async for step in steps:
        for size in SIZES[::-1] if p.app.size == SIZES[-1] else SIZES:
            if p.app.size != size:
                await p.pilot.resize_terminal(*size)
                await p.pilot.pause()
            screens[size][step] = p.text
            assert all(cell_len(line) <= size[0] for line in p.lines), (step, size)
            assert "Esc " in " ".join(p.lines[-2:]), "the way out always stands there"
    for (width, height), drawn in screens.items():
        compare(f"{name}-{width}x{height}", drawn)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("look", ["lines", "plain", "big plain"])
async def test_every_screen_fits_and_is_as_it_was(person, monkeypatch, look, size, language):
    monkeypatch.setenv("FIELDKIT_THEME", look)
    screens = {}
    async with person(language, size) as p:
        async for name in walk(p):
            screens[name] = p.text
            assert all(cell_len(line) <= size[0] for line in p.lines), name
            assert "plain" not in look or not signs(p.text), name
            if name in {"home", "household", "question", "refused"}:
                bar = " ".join(p.lines[-2:])
                assert "F1 " in bar, name
                assert ("^Q " if name == "home" else "Esc ") in bar, "the way out always stands there"
    if look != "big plain" or size == (60, 20):
        compare(f"{look.replace(' ', '-')}-{size[0]}x{size[1]}-{language}", screens)


@pytest.mark.parametrize(("colours", "least"), [("fieldkit", 4.5), ("high-contrast", 7), ("daylight", 7)])
async def test_every_pair_of_colours_that_is_drawn_has_contrast(person, monkeypatch, colours, least):
    monkeypatch.setenv("FIELDKIT_THEME", colours)
    seen = 0
    async with person("en") as p:
        async for name in walk(p):
            for (ink, paper), text in pairs(p).items():
                seen += 1
                assert contrast(ink, paper) >= least, (name, text, ink, paper)
    assert seen > 20


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_colour_of_words_can_stand_on_every_paper(theme):
    made = theme.to_color_system().generate()
    least = 4.5 if theme.name == "fieldkit" else 7
    rgb = {name: Color.parse(made[name]).rgb for name in (*INKS, *PAPERS, *TITLE)}
    for ink in INKS:
        for paper in PAPERS:
            assert contrast(rgb[ink], rgb[paper]) >= least, (ink, paper)
    assert contrast(rgb[TITLE[0]], rgb[TITLE[1]]) >= least
    assert {theme.name for theme in THEMES} == set(COLOURS)


async def test_a_look_is_chosen_by_digits_seen_at_once_and_remembered(person, monkeypatch):
    async with person("en") as p:
        await p.press("ctrl+k")
        assert "1 (x) Dark" in p.text
        assert "┌" in p.text
        await p.press("3", "5", "up", "space")
        assert "3 (x) Daylight" in p.text
        assert "4 [x] Big letters" in p.text
        assert not signs(p.text)
        await p.press("enter")
        assert p.app.theme == "daylight"
    assert config_file("appearance").read_text() == "daylight big plain\n"
    async with person("en") as p:
        assert p.app.theme == "daylight"
        assert p.app.has_class("-big")
    monkeypatch.setenv("FIELDKIT_THEME", "high-contrast purple")
    async with person("en") as p:
        assert p.app.theme == "high-contrast"
        assert not p.app.has_class("-big"), "the environment comes first"
        await p.until(lambda: "“purple” is no look" in p.told)
        await p.press("ctrl+k", "4", "enter")
    assert config_file("appearance").read_text() == "high-contrast big\n", (
        "signs nobody chose are the terminal's choice"
    )


async def test_a_terminal_that_draws_double_gets_plain_signs_unless_told_otherwise(demo, now, monkeypatch):
    for look, plain in (("", True), ("lines", False)):
        monkeypatch.setenv("FIELDKIT_THEME", look)
        app = FieldkitApp(demo.workspace, None, lambda: now, sign_width=2)
        async with app.run_test():
            assert app.has_class("-plain") is plain


@pytest.mark.parametrize(
    ("width", "environment", "platform", "plain"),
    [
        (1, {"TERM": "xterm"}, "linux", False),
        (None, {"TERM": "xterm"}, "linux", False),
        (2, {"TERM": "xterm"}, "linux", True),
        (None, {"TERM": "linux"}, "linux", True),
        (None, {"TERM": "dumb"}, "linux", True),
        (None, {}, "win32", True),
        (None, {"WT_SESSION": "1"}, "win32", False),
    ],
)
def test_which_terminals_get_plain_signs(width, environment, platform, plain):
    assert needs_plain(width, environment, platform) is plain


async def test_without_colours_the_strongest_greys_are_used_and_the_highlight_still_shows(
    person, monkeypatch
):
    monkeypatch.setenv("NO_COLOR", "1")
    async with person("en") as p:
        assert p.app.theme == "high-contrast"
        styles = [segment.style for strip in p.app.screen._compositor.render_strips() for segment in strip]
        greys = {part for style in styles for part in (style.color, style.bgcolor) if part}
        assert all(len(set(grey.triplet)) == 1 for grey in greys)
        assert len({style.bgcolor for style in styles}) > 1
