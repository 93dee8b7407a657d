"""The month of the demo office: the numbers of domain §6, P2 to P4."""

from __future__ import annotations

import pytest

from fieldkit.office import Office
from fieldkit.report.facts import gather
from fieldkit.report.figures import TOWN, Figures
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES, reads
from fieldkit.report.official import read_official
from fieldkit.report.periods import parse_period
from tests.conftest import NOW
from tests.report.recount_indicators import recount
from tests.report.tables import counted

MARCH = parse_period("2026-03")
OURS = [name for name, each in MEASURES.items() if "I-01" <= each.indicator <= "I-11"]


@pytest.fixture(scope="module")
def office(built_demo):
    with Office.open(built_demo.office, now=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def figures(office):
    return Figures(gather(office, reads()), MADE, office.places())


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("I-01", (189, 491)),
        ("I-02.done", (161, 237)),
        ("I-02.declined", (11, 237)),
        ("I-03", (39, 47)),
        ("I-03.before", (18, 44)),
        ("I-03.after", (37, 44)),
        ("I-03.sheets.before", (19, 46)),
        ("I-03.sheets.after", (38, 45)),
        ("I-03.q4.before", (14, 46)),
        ("I-03.q4.after", (35, 45)),
        ("I-06.accepted", (348, 356)),
        ("I-07", (28, 324)),
        ("I-07.invalid", (4, 326)),
        ("I-11", (4, None)),
        ("I-11.newlywed", (30, None)),
        ("I-11.mobile_newlywed", (10, None)),
        ("I-11.attended", (633, None)),
        ("I-11.newlyweds", (40, 0)),
    ],
)
def test_the_month_is_what_the_walkthroughs_say(figures, measure, expected):
    assert counted(figures, measure) == expected


@pytest.mark.parametrize(
    "period", ["2026-03", "2026-Q1", "2026", "2025-03", "2026-W10", "2026-03-05..2026-03-05"]
)
def test_plain_python_counts_the_same(office, figures, period):
    records = []
    office.read(records.append)
    whole = parse_period(period)
    expected = recount(records, whole.first, whole.last, [place.code for place in office.places()])
    found = {name: figures.of(MEASURES[name], whole) for name in OURS}
    assert {
        name: {code: (each.n, each.of) for code, each in of.items()} for name, of in found.items()
    } == expected


def test_no_share_is_above_one_and_villages_add_up(figures):
    for name in OURS:
        found = figures.of(MEASURES[name], MARCH)
        if MEASURES[name].denominator is not None:
            assert all(each.n <= each.of for each in found.values() if each.of), name
            if MEASURES[name].by_village:
                assert found[TOWN].n == sum(each.n for code, each in found.items() if code), name


def test_small_counts_of_the_month_are_hidden(figures):
    follow_up = figures.shown(INDICATORS["I-08"], MEASURES["I-08"], MARCH)
    assert all(each.is_hidden for code, each in follow_up.items() if code and each.n)


def test_the_demo_keeps_no_official_list(built_demo):
    assert read_official(built_demo.office / "lists", "population") == []
