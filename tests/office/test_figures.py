"""The figures of an office: the same from a file and from a server, and as they were on any day."""

from __future__ import annotations

from datetime import timedelta

from fieldkit.office import Office
from fieldkit.report import parse_period
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.session.session import Session


def all_figures(tables, period):
    found = Figures(gather(tables, reads()), MADE, tables.places())
    periods = [parse_period(each) for each in (period, period[:4], f"{int(period[:4]) - 1}{period[4:]}")]
    values = {
        (name, each.name): found.of(measure, each) for name, measure in MEASURES.items() for each in periods
    }
    return values, found.facts.state


def test_a_server_gives_the_same_figures_as_a_file(demo, now, postgres):
    with Office.open(demo.office, now=lambda: now) as office:
        before = all_figures(office, demo.period)
        assert before[0]["I-02.done", demo.period][""].n == 161
        office.move(postgres.new_database())
    with Office.open(demo.office, now=lambda: now) as office:
        assert office.archive.database.engine.dialect.name == "postgresql"
        assert all_figures(office, demo.period) == before


def test_figures_of_a_day_that_has_gone_are_what_they_were(demo, now, tmp_path):
    with Office.open(demo.office, now=lambda: now) as office:
        before = all_figures(office, demo.period)
    with Session.open(demo.workspace, now=lambda: now) as session:
        session.export(str(tmp_path))
    with Office.open(demo.office, now=lambda: now + timedelta(days=2)) as office:
        assert office.merge([tmp_path]).counts()["new"] > 0
        assert all_figures(office, demo.period) != before
        assert all_figures(office.as_of(now + timedelta(hours=1)), demo.period) == before
