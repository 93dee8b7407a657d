"""The figures of the demonstration's quarter, from the office's own archive (domain.md §6, P5)."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest

from fieldkit.office import Office
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, reads
from fieldkit.report.indicators.quality import BACK_CHECK_READS, back_checks
from fieldkit.report.periods import parse_period
from tests.conftest import NOW
from tests.report.tables import counted, figure


@pytest.fixture(scope="module")
def found(built_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("p5") / "office"
    shutil.copytree(built_demo.office, folder)
    wanted = {table: set(names) for table, names in reads().items()}
    for table, names in BACK_CHECK_READS.items():
        wanted[table] |= set(names)
    with Office.open(folder, now=lambda: NOW) as office:
        return Figures(gather(office, wanted), MADE, office.places())


@pytest.mark.parametrize(
    ("measure", "n", "of"),
    [
        ("I-12", 43, 46),
        ("I-12.amount", Decimal("5246.00"), None),
        ("I-14", 4, 88),
        ("I-14.type3", 6, 22),
        ("I-15", 1, 131),
        ("I-17.slogans", 82, 82),
        ("I-18.covered", 36, None),
        ("I-18.gain", 21, None),
        ("I-19", 1, 2),
        ("I-19.stopped", 1, 1),
        ("I-20.reports", 13, 16),
        ("I-20.laptops", 1, 3),
        ("I-21.health", 0, None),
        ("I-22", 1, 1),
    ],
)
def test_march_is_what_the_walkthroughs_say(found, measure, n, of):
    assert counted(found, measure, "2026-03") == (n, of)


def test_the_rates_are_those_that_are_read_out(found):
    said = {each: f"{figure(found, each).share:.1%}" for each in ("I-12", "I-14", "I-15", "I-21")}
    assert said == {"I-12": "93.5%", "I-14": "4.5%", "I-15": "0.8%", "I-21": "100.0%"}
    results = back_checks(found.facts, parse_period("2026-03"))
    assert [f"{each:.1%}" for each in results.town.interval] == ["1.8%", "11.1%"]
    assert {kind: (each.n, each.of) for kind, each in results.by_type.items()} == {
        "1": (1, 44),
        "2": (3, 44),
        "3": (6, 22),
    }


def test_the_ledger_of_the_quarter_is_81945_yuan(found):
    assert counted(found, "I-17.spent", "2026-Q1")[0] == Decimal("81945.00")
    by_village = [figure(found, "I-17.spent", "2026-Q1", place.code).n for place in found.places]
    assert sum(by_village) == Decimal("81945.00")
