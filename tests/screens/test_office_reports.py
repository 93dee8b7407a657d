"""Reports at the office by keys: what is due, any report for any days, on screen and in files, the records read once."""

from __future__ import annotations

from threading import Event

import pytest

from fieldkit.office import media
from fieldkit.office.office import Office

WORDS = {
    "zh": ("2026-03-28至2026-03-31", "还没生成", "已生成", "回车写成", "本月", "上门次数"),
    "en": (
        "2026-03-28 to 2026-03-31",
        "not made yet",
        "made",
        "Enter writes it",
        "This month",
        "Visits attempted",
    ),
}


@pytest.fixture(autouse=True)
def _no_sticks(monkeypatch):
    monkeypatch.setattr(media, "MOUNTED", ())


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """A folder that stands for a stick that is in."""
    folder = tmp_path / "named"
    (folder / "STICK").mkdir(parents=True)
    monkeypatch.setenv(media.NAMED, str(folder))
    return folder / "STICK"


@pytest.fixture
def read(monkeypatch):
    """How often all records were read, as of when."""
    found, whole = [], Office.read

    def counted(self, take, as_of=None):
        found.append(as_of and as_of.date().isoformat())
        return whole(self, take, as_of)

    monkeypatch.setattr(Office, "read", counted)
    return found


async def shown(c):
    """Wait until a report is shown."""
    await c.until(
        lambda: c.screen_name == "MadeReportScreen" and c.app.screen._documents and not c.app.screen._is_busy
    )
    await c.pilot.pause()


async def chosen(c, name):
    """Choose a report in the list of all."""
    lines = c.app.screen.lines
    lines.highlighted = lines._choices.index(name)
    await c.press("enter")
    assert c.screen_name == "PeriodScreen"


@pytest.mark.parametrize(("language", "size"), [("zh", (80, 24)), ("en", (120, 40)), ("zh", (60, 20))])
async def test_what_is_due_is_made_by_its_digit_and_written_by_enter(clerk, language, size):
    due, not_made, made, enter, _month, visits = WORDS[language]
    async with clerk(language, size=size) as c:
        await c.part("reports")
        line = next(line for line in c.lines if "2026-03-28" in line)
        assert due in line
        assert size[0] < 80 or not_made in line
        await c.press(line.split()[0])
        await shown(c)
        assert enter in c.text
        whole = str(c.app.screen.query_one("#text").content)
        assert visits in whole
        assert "990101" not in whole
        await c.press("end")
        assert "fieldkit" in c.text
        await c.press("enter")
        await c.until(lambda: c.screen_name in {"Pick", "Notice"})
        if c.screen_name == "Pick":
            await c.press("1")
            await c.until(lambda: c.screen_name == "Notice")
        folder = c.desk.office.folder / "reports"
        files = sorted(path.name for path in folder.iterdir())
        assert files == [
            f"three-days-2026-03-28..2026-03-31{ending}" for ending in (".html", ".txt", ".xlsx")
        ]
        assert visits in (folder / files[1]).read_text()
        await c.press("enter", "escape")
        assert c.screen_name == "ReportsScreen"
        assert size[0] < 80 or made in next(line for line in c.lines if "2026-03-28" in line)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_report_is_asked_for_its_days(clerk, language):
    month = WORDS[language][4]
    async with clerk(language) as c:
        await c.part("reports")
        await chosen(c, "visits")
        assert month in c.text
        await c.press("1")
        await shown(c)
        assert c.app.screen.wanted.period.name == "2026-03"
        assert ("2026年3月" if language == "zh" else "3/2026") in c.lines[0]


async def test_days_are_typed_and_what_they_are_not_made_for_is_refused(clerk):
    async with clerk("en") as c:
        await c.part("reports")
        await chosen(c, "monthly")
        at = next(n for n, each in enumerate(c.app.screen.lines._choices) if each == "typed")
        await c.press(str(at + 1))
        await c.type("March")
        await c.press("enter")
        assert c.screen_name == "Notice"
        assert "March" in c.text
        await c.press("enter", str(at + 1))
        await c.type("2026-W10")
        await c.press("enter")
        assert c.screen_name == "Notice"
        assert "monthly" in c.text
        await c.press("enter")
        assert c.screen_name == "PeriodScreen"


async def test_as_the_office_had_it_on_a_day(clerk, read):
    async with clerk("en", size=(100, 30)) as c:
        await c.part("reports")
        await chosen(c, "visits")
        at = next(n for n, each in enumerate(c.app.screen.lines._choices) if each == "as-of")
        await c.press(str(at + 1))
        await c.type("2026-01-31")
        await c.press("enter")
        assert "2026-01-31" in c.text
        await c.press("1")
        await shown(c)
        assert "as of 2026-01-31" in c.lines[0]
        assert read == ["2026-01-31"]
        total = str(c.app.screen.query_one("#text").content)
        await c.press("escape")
        await chosen(c, "visits")
        await c.press("1")
        await shown(c)
        assert str(c.app.screen.query_one("#text").content) != total


async def test_a_report_goes_onto_a_stick_that_is_in(clerk, stick):
    async with clerk("en") as c:
        await c.part("reports")
        await chosen(c, "visits")
        await c.press("1")
        await shown(c)
        await c.press("ctrl+e")
        assert "STICK" in c.text
        lines = c.app.screen.lines
        await c.press(str(lines.index("STICK") + 1))
        await c.until(lambda: c.screen_name == "Notice")
        assert "visits-2026-03.xlsx" in c.text
        assert sorted(path.suffix for path in stick.iterdir()) == [".html", ".txt", ".xlsx"]


async def test_a_stick_that_was_pulled_out_is_told(clerk, stick):
    async with clerk("en") as c:
        await c.part("reports")
        await chosen(c, "visits")
        await c.press("1")
        await shown(c)
        await c.press("enter")
        places = c.app.screen.lines
        stick.rmdir()
        await c.press(str(places.index("STICK") + 1))
        await c.until(lambda: c.screen_name == "Notice")
        assert "STICK" in c.text
        assert not stick.exists()
        await c.press("enter")
        assert c.screen_name == "MadeReportScreen"


async def test_the_records_are_read_once_while_nothing_new_comes(clerk, read):
    async with clerk("en") as c:
        await c.part("reports")
        for name in ("visits", "weekly"):
            await chosen(c, name)
            await c.press("1")
            await shown(c)
            await c.press("f4")
            await shown(c)
            await c.press("f4", "escape")
            await c.until(lambda: c.screen_name == "ReportsScreen")
        assert len(read) == 1
        await c.press("escape")
        entry = next(each for each in c.desk.register.entries() if each.sending is None)
        c.desk.register.sent(entry, "2026-03-31", "county")
        await c.part("reports")
        await chosen(c, "visits")
        await c.press("1")
        await shown(c)
        assert len(read) == 2


async def test_esc_stops_the_reading(clerk, monkeypatch):
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
        await c.part("reports")
        await chosen(c, "visits")
        await c.press("1")
        await c.until(waits.is_set)
        assert "Esc stops" in c.text
        await c.press("escape")
        goes_on.set()
        await c.until(lambda: c.screen_name == "ReportsScreen")
        assert c.desk.reports._read is None
