"""The screen of services and the board of targets count the same, by one way to count."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.office import Office
from fieldkit.office.services import progress_today
from fieldkit.report import REPORTS
from fieldkit.report.making import gathered
from fieldkit.report.periods import parse_period
from fieldkit.report.targets import progress


@pytest.mark.parametrize("day", [date(2026, 1, 20), date(2026, 3, 31)])
def test_the_screen_says_what_the_report_says(built_demo, now, day):
    with Office.open(built_demo.office, now=lambda: now) as office:
        figures = gathered(office, [REPORTS["targets"]])
        found = progress_today(office, day)
        assert found == progress(figures, parse_period(f"{day}..{day}"), day)
        assert {(each.indicator, each.village) for each in found} >= {("I-01", ""), ("I-11", "990101100200")}


def test_without_targets_no_record_is_read(tmp_path, now, monkeypatch):
    with Office.create(tmp_path / "office", name="q", division="990101100000", now=lambda: now) as office:
        monkeypatch.setattr(office, "read", lambda *_args: pytest.fail("every record was read"))
        assert progress_today(office, now.date()) == []
