"""The demonstration's office, read once for every report of its March and of its first quarter."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.office import Office
from fieldkit.report import REPORTS, parse_period
from fieldkit.report.making import Request, gathered

UNIT = "清溪镇卫生健康办（示例）"


@pytest.fixture(scope="session")
def demo_records(built_demo):
    """What the demonstration's office holds: every live record, with all its answers."""
    from tests.conftest import NOW

    found = []
    with Office.open(built_demo.office, now=lambda: NOW) as office:
        office.read(found.append)
    return found


@pytest.fixture(scope="session")
def demo_figures(built_demo):
    """Its figures, for all reports."""
    from tests.conftest import NOW

    with Office.open(built_demo.office, now=lambda: NOW) as office:
        return gathered(office, REPORTS.values())


@pytest.fixture(scope="session")
def demo_report(demo_figures):
    """Makes a report of the demonstration: `demo_report("payments")` gives its documents, of March without a period."""

    def make(name, period="2026-03", made_on=date(2026, 4, 1), village=""):
        request = Request(demo_figures, parse_period(period), UNIT, made_on, village)
        return list(REPORTS[name].documents(request))

    return make
