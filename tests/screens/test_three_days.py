"""P1, 11:50: the three-day report on a laptop: twelve counters, a sentence of what is needed, and onto the stick, by its keys."""

from __future__ import annotations

import pytest

from fieldkit.session import sticks

KEYS = 25
_IME = 3
"""Keys that an input method takes for a character, at most."""
WORDS = {
    "zh": ("三日动态，2026-03-28 至 2026-03-31", "宣传单不够", "可以拔"),
    "en": ("Three-day report, 2026-03-28 to 2026-03-31", "Leaflets run out", "may remove the stick"),
}


@pytest.fixture(autouse=True)
def stick(tmp_path, monkeypatch):
    """A stick that is in."""
    folder = tmp_path / "STICK"
    folder.mkdir()
    monkeypatch.setattr(sticks, "mounts", lambda: [folder])
    return folder


def kept(p):
    """The sentences that were written here; those of the demonstration say that they are examples."""
    return [each for each in p.app.session.records("three_day") if "示例" not in each.text("need")]


async def opened(p):
    await p.press("ctrl+r")
    await p.until(lambda: p.screen_name == "ThreeDaysScreen")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_note_is_kept_and_lies_on_the_stick_in_few_keys(person, stick, language):
    title, need, done = WORDS[language]
    keys = 3 + (_IME * len(need) if language == "zh" else len(need))
    async with person(language) as p:
        await opened(p)
        assert title in p.lines[0]
        counters = [
            line for line in p.lines if line.split()[:1] and line.split()[0] in map(str, range(1, 13))
        ]
        assert len(counters) == 12
        visits = [
            each
            for each in p.app.session.records("visit")
            if "2026-03-28" <= each.text("date") <= "2026-03-31"
        ]
        assert counters[0].split()[-1] == str(len(visits)) != "0"
        await p.type(need)
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ExportScreen")
        assert "/STICK" in p.text
        [note] = kept(p)
        assert {name: note.text(name) for name in ("first_day", "last_day", "need")} == {
            "first_day": "2026-03-28", "last_day": "2026-03-31", "need": need,
        }  # fmt: skip
        await p.press("enter")
        await p.until(lambda: done in p.text.replace("\n", ""))
        assert len(list(stick.glob("*.fkb"))) == 1
    assert keys <= KEYS


async def test_the_sentence_of_a_window_is_shown_again_and_amended(person):
    async with person("en") as p:
        await opened(p)
        await p.type("Leaflets")
        await p.press("enter", "escape")
        [before] = kept(p)
        await opened(p)
        assert "Leaflets" in p.text
        await p.press("enter", "escape")
        assert len(p.app.session.exchange.revisions(before.id)) == 1
        await opened(p)
        await p.type(" run out")
        await p.press("enter", "escape")
        [after] = kept(p)
        assert (after.id, after.text("need")) == (before.id, "Leaflets run out")
        assert len(p.app.session.exchange.revisions(before.id)) == 2


async def test_each_village_has_its_own(person):
    async with person("en") as p:
        await opened(p)
        villages = [each.code for each in p.app.screen.villages]
        assert len(villages) > 1
        assert villages == sorted(villages)
        await p.type("One")
        await p.press("enter", "escape")
        await opened(p)
        await p.press("down")
        assert "One" not in p.lines[-2]
        p.app.screen.query_one("#need").value = ""
        await p.type("Two")
        await p.press("enter", "escape")
        assert {(each.text("village"), each.text("need")) for each in kept(p)} == {
            (villages[0], "One"), (villages[1], "Two"),
        }  # fmt: skip


async def test_the_demonstration_has_a_sentence_of_its_last_village(person):
    async with person("zh") as p:
        await opened(p)
        assert "回访表" not in p.text
        await p.press("up")
        assert "上垸村" in p.text
        assert "回访表用完了，送二十张（示例）" in p.text


async def test_whoever_goes_back_loses_nothing(person):
    async with person("en") as p:
        await opened(p)
        await p.type("Leaflets run out")
        await p.press("escape")
        assert [note.text("need") for note in kept(p)] == ["Leaflets run out"]


async def test_what_the_form_refuses_is_told_and_nothing_is_kept(person):
    async with person("en") as p:
        await opened(p)
        p.app.screen.query_one("#need").value = "x" * 61
        await p.press("enter")
        assert p.screen_name == "Notice"
        assert kept(p) == []
        await p.press("enter")
        assert p.screen_name == "ThreeDaysScreen"
        assert "x" * 30 in p.text


async def test_nothing_needed_keeps_nothing_and_goes_on_to_the_stick(person):
    async with person("zh", size=(60, 20)) as p:
        await opened(p)
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ExportScreen")
        assert kept(p) == []


async def test_the_agenda_leads_there_and_home_says_how(person):
    async with person("en") as p:
        assert "^R" in next(line for line in p.lines if "Next report due" in line)
        await p.press("ctrl+f7")
        lines = p.app.screen.lines
        lines.highlighted = next(
            n for n, each in enumerate(lines._choices) if getattr(each, "what", "") == "report"
        )
        await p.press("enter")
        await p.until(lambda: p.screen_name == "ThreeDaysScreen")


async def test_a_folder_that_was_used_last_and_is_there_is_offered_first(person, stick, tmp_path):
    async with person("en") as p:
        used = p.app.session.sticks
        used.remember(tmp_path / "gone")
        assert used.offered == stick
        (tmp_path / "gone").mkdir()
        assert used.offered == tmp_path / "gone"


async def test_leaving_the_app_keeps_the_sentence(person):
    async with person("en") as p:
        await opened(p)
        await p.type("Leaflets")
        await p.press("ctrl+q")
        assert [note.text("need") for note in kept(p)] == ["Leaflets"]
