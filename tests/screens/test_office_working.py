"""Long work at the office by keys: it is said how far it is, Esc stops it, and nothing half-done stays in the archive."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from fieldkit.i18n import set_language
from fieldkit.office.stages import Stage
from fieldkit.office_app import OfficeApp
from fieldkit.screens.office import working
from sync import derived, tables
from tests.conftest import NOW
from tests.office.checked import Town, household, visit
from tests.screens.conftest import Person
from tests.screens.settling import Settling

LISTS = "delete from derived_state"
TABLES = "delete from table_state"


@pytest.fixture
def town(tmp_path):
    """A household, and two visits of it on one day by two laptops."""
    made = Town(tmp_path / "办公 室")
    made.put("household", household(1))
    for on in "ab":
        made.put("visit", visit(1), on=on)
    made.bring()
    yield made
    made.close()


@pytest.fixture
def held(monkeypatch):
    """Hold the work of a stage once, after so much of it, until it is stopped; the screen says so at once."""

    def at(stage, done):
        tell, holds = working.Far.told, iter([True])

        def told(far, what, so_much, of):
            tell(far, what, so_much, of)
            if (what, so_much) == (stage, done) and next(holds, False):
                far._stopped.wait(20)

        monkeypatch.setattr(Settling, "waits_for_threads", False)
        monkeypatch.setattr(working, "_SOON", 0.0)
        monkeypatch.setattr(working.Far, "told", told)
        monkeypatch.setattr(tables, "_AT_ONCE", 1)
        monkeypatch.setattr(tables, "_TOLD_EVERY", 1)

    return at


def made_cold(town, *statements):
    """Let an archive be as a new version finds it."""
    with town.office.archive.database.writing() as connection:
        for each in statements:
            connection.execute(text(each))


def kept(town):
    """Up to where lists, tables and questions are kept, and the rows of the tables."""
    with town.office.archive.database.reading() as connection:
        states = connection.execute(select(derived.derived_state).order_by(derived.derived_state.c.kind))
        specs = connection.execute(select(tables.table_state)).all()
        rows = connection.execute(select(derived.derived).order_by(*derived.derived.primary_key)).all()
        return states.all(), specs, rows, tables.counts(connection, tables.remembered(connection))


async def test_opening_after_a_new_version_says_how_far_it_is_and_esc_leaves(town, held):
    made_cold(town, LISTS)
    before = kept(town)
    held(Stage.LISTS, 3)
    set_language("zh")
    app = OfficeApp(town.office.folder, "", lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        c = Person(app, pilot)
        await c.until(lambda: "正在生成清单：已读 3 条，共" in c.text)
        await c.press("escape")
        await c.until(lambda: app._exit)
    assert (app.desk, app.refusal) == (None, "")
    assert kept(town) == before


@pytest.mark.parametrize("part", ["checks", "worklists"])
async def test_a_part_that_reads_all_records_says_how_far_it_is_and_esc_leads_home(town, clerk, held, part):
    made_cold(town, TABLES)
    before = kept(town)
    async with clerk("en", folder=town.office.folder) as c:
        held(Stage.TABLES, 2)
        await c.part(part)
        await c.until(lambda: "Making the tables: 2 of 3 records read." in c.text)
        await c.press("escape")
        await c.until(lambda: c.screen_name == "OfficeHome")
        assert kept(town) == before
        await c.part(part)
        await c.until(lambda: c.screen_name not in {"OfficeHome", "WorkingScreen"})
        assert kept(town)[3]["visit"] == 2


async def test_the_registrations_are_looked_through_where_one_sees_it(clerk, held):
    async with clerk("zh") as c:
        held(Stage.PEOPLE, 0)
        await c.part("doubles")
        await c.until(lambda: "正在查看登记：0 / " in c.text)
        await c.press("escape")
        await c.until(lambda: c.screen_name == "OfficeHome")
        assert c.desk.doubles.count() is None
        await c.part("doubles")
        await c.until(lambda: c.screen_name == "OfficeDoublesScreen")
        assert c.app.screen.waiting


async def test_what_stands_in_the_way_of_long_work_is_said(town, clerk, held):
    made_cold(town, TABLES)
    async with clerk("en", folder=town.office.folder) as c:
        made_cold(town, "update pack set content = x'00'")
        held(Stage.TABLES, -1)
        await c.part("checks")
        await c.until(lambda: c.screen_name == "Notice")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "OfficeHome")
