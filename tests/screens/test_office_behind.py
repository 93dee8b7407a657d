"""The records behind a figure by keys: listed, opened, and for restricted figures seen by reviewers alone, each look noted."""

from __future__ import annotations

import pytest

from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.looks import looks
from fieldkit.office.roles import Role


@pytest.fixture
def desks(demo, now):
    """A reader and a reviewer."""
    with Office.open(demo.office, now=lambda: now) as office:
        for name, role in (("王芳", Role.READER), ("李强", Role.REVIEWER)):
            add_desk(office, name, [role], None, by="office")


async def measures(c):
    """Make the indicators of March, and ask for the records behind one."""
    await c.part("reports")
    lines = c.app.screen.lines
    lines.highlighted = lines._choices.index("indicators")
    await c.press("enter", "1")
    await c.until(lambda: c.screen_name == "MadeReportScreen" and not c.app.screen._is_busy)
    await c.press("ctrl+f4")
    await c.until(lambda: c.screen_name == "MeasuresScreen")


async def counted(c, measure, whole=0):
    """List its records of all villages."""
    lines = c.app.screen.lines
    lines.highlighted = lines._choices.index(measure)
    await c.press("enter")
    await c.until(lambda: c.screen_name == "Pick")
    await c.press(*["down"] * whole, "enter")
    await c.press("enter")
    await c.until(lambda: c.screen_name == "CountedScreen")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_records_of_a_figure_are_listed_and_opened_without_names(clerk, desks, language):
    async with clerk(language, size=(100, 40), name="王芳") as c:
        await measures(c)
        assert {"zh": "I-02  走访完成率", "en": "I-02  Visits done"}[language] in c.text
        await counted(c, "I-02.done")
        done = [each for each in c.desk.office.records("visit") if each.text("outcome") == "done"]
        march = {each.id for each in done if each.text("date").startswith("2026-03")}
        assert {each.record for each in c.app.screen.lines._choices} == march
        await c.press("enter")
        assert c.screen_name == "Notice"
        assert "2026-03" in c.text
        assert not looks(c.desk.office)
        await c.press("enter", "escape", "escape")
        await c.until(lambda: c.screen_name == "MadeReportScreen")


async def test_figures_about_health_are_the_reviewers_and_every_look_is_noted(clerk, desks):
    async with clerk("en", size=(100, 40), name="王芳") as c:
        await measures(c)
        assert "I-07" not in list(c.app.screen.lines._choices)
    async with clerk("en", size=(100, 40), name="李强") as c:
        await measures(c)
        await counted(c, "I-07")
        records = [each.record for each in c.app.screen.lines._choices]
        assert records
        assert {each.record for each in c.desk.looks.latest()} >= set(records)
