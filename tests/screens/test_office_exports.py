"""Exports at the office by keys: what leaves, what is not in it, where it lies and that it was read back; stopped by Esc."""

from __future__ import annotations

from threading import Event

import pytest

from fieldkit.office import media
from fieldkit.office.office import Office
from fieldkit.report.exports.manifest import verify

WORDS = {
    "zh": ("里面没有", "去掉本人信息", "读回核对", "条记录"),
    "en": ("Not in it: names", "records without the person", "read back", "rows"),
}


@pytest.fixture(autouse=True)
def stick(tmp_path, monkeypatch):
    """A folder that stands for a stick that is in."""
    monkeypatch.setattr(media, "MOUNTED", ())
    folder = tmp_path / "named"
    (folder / "STICK").mkdir(parents=True)
    monkeypatch.setenv(media.NAMED, str(folder))
    return folder / "STICK"


async def picked(c, line, words):
    """Choose a line of the screen, and of what it offers the one with these words."""
    await c.press(str(line))
    assert c.screen_name == "Pick"
    at = next(n for n, each in enumerate(c.app.screen.lines) if words in each)
    await c.press(*["down"] * at, "enter")
    assert c.screen_name == "ExportsScreen"


async def written(c):
    await c.press("1")
    await c.until(lambda: not c.app.screen._is_busy)
    await c.pilot.pause()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_records_without_the_person_go_into_the_folder_of_the_office(clerk, language):
    without, way, back, _rows = WORDS[language]
    async with clerk(language) as c:
        await c.part("exports")
        assert without in c.text
        assert way in c.text
        await written(c)
        assert back in c.text
        [folder] = (c.desk.office.folder / "reports").iterdir()
        manifest = verify(folder)
        assert (manifest.form, manifest.format, manifest.profile, manifest.language) == (
            "visit", "csv", "deidentified", language,
        )  # fmt: skip
        assert str(manifest.rows["visit"]) in c.text


async def test_counts_go_onto_a_stick_with_labels_in_another_language_and_the_screen_keeps_its_own(
    clerk, stick
):
    async with clerk("en", size=(120, 40)) as c:
        await c.part("exports")
        await picked(c, 2, "Benefits")
        await picked(c, 3, "XML")
        await picked(c, 4, "counts alone")
        assert "Kind of files: CSV" in c.text  # counts do not go as XML
        await picked(c, 3, "workbook")
        await picked(c, 5, "Chinese")
        await picked(c, 6, "STICK")
        await written(c)
        assert "Written to STICK" in c.text
        [folder] = stick.iterdir()
        manifest = verify(folder)
        assert (manifest.form, manifest.format, manifest.profile, manifest.language) == (
            "benefit", "xlsx", "aggregate", "zh",
        )  # fmt: skip
        await written(c)  # once more: beside it
        assert len(list(stick.iterdir())) == 2


async def test_esc_stops_it_and_nothing_is_left(clerk, stick, monkeypatch):
    waits, goes_on = Event(), Event()
    whole = Office.read

    def slow(self, take, as_of=None):
        def after(record):
            waits.set()
            goes_on.wait(20)
            take(record)

        return whole(self, after, as_of)

    monkeypatch.setattr(Office, "read", slow)
    async with clerk("en") as c:
        await c.part("exports")
        await picked(c, 6, "STICK")
        await c.press("1")
        await c.until(waits.is_set)
        assert "Esc stops" in c.text
        await c.press("escape")
        goes_on.set()
        await c.until(lambda: "Stopped" in c.text)
        assert list(stick.iterdir()) == []
        await c.press("escape")
        assert c.screen_name == "OfficeHome"


async def test_a_stick_that_is_gone_is_told(clerk, stick):
    async with clerk("en") as c:
        await c.part("exports")
        await picked(c, 6, "STICK")
        stick.rmdir()
        await written(c)
        assert "STICK" in c.text
        assert not stick.exists()
