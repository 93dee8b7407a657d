"""Logic relations: each holds for what fits, and what breaks it is told by its village and record."""

from __future__ import annotations

import pytest

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.report.making import together
from fieldkit.report.periods import parse_period, year_so_far
from fieldkit.report.relations import RELATIONS, checks
from fieldkit.report.relations import reads as reads_of_relations
from tests.report.tables import A, record, tables

DAY = {"village": A, "date": "2026-03-05"}
SCREENING = DAY | {
    "arrived": "184", "registered": "180", "declined": "4", "eligible": "165", "deferred": "9", "ineligible": "6",
    "cx_sampled": "163", "void": "1", "samples_sent": "162",
}  # fmt: skip
FITS = [
    record("visit", DAY | {"outcome": "done"}),
    record("scr_event", SCREENING),
    record("benefit", {"village": A, "payment": [
        {"due_on": "2026-03-31", "status": "paid", "paid_on": "2026-03-30"}, {"due_on": "2026-03-31", "status": "failed"},
    ]}),
    record("request", DAY | {"status": "done", "done_at": "2026-03-06T10:00:00.000+08:00"}),
    record("issue", DAY | {"closed_on": "2026-03-05"}),
]  # fmt: skip
BREAKS = [
    ("visit", DAY | {"outcome": ""}, "Visits done"),
    ("scr_event", SCREENING | {"arrived": "183"}, "arrived"),
    ("scr_event", SCREENING | {"deferred": "10"}, "registered ="),
    ("scr_event", SCREENING | {"cx_sampled": "166", "samples_sent": "165"}, "sampled ≤"),
    ("scr_event", SCREENING | {"samples_sent": "163"}, "samples sent"),
    ("benefit", {"village": A, "payment": [{"due_on": "2026-03-31", "status": "paid"}]}, "Payments made"),
    (
        "benefit",
        {"village": A, "payment": [{"due_on": "2026-03-31", "status": "failed", "paid_on": "2026-03-30"}]},
        "Payments made",
    ),
    ("request", DAY | {"status": "done"}, "Requests done"),
    ("issue", DAY | {"closed_on": "2026-03-04"}, "Village issues"),
    ("visit", DAY | {"village": "990101100999", "outcome": "done"}, "total = sum"),
]


def checked(*found):
    at = tables(*found)
    period = parse_period("2026-03")
    figures = Figures(gather(at, together(reads(), reads_of_relations())), MADE, at.places())
    numbers = {name: number for number, name in enumerate(MEASURES, 1)}
    return checks(figures, period, year_so_far(period), numbers, MEASURES.values())


def test_what_fits_satisfies_every_relation():
    found = checked(*FITS)
    assert len(found) == len(RELATIONS) + 3
    assert [check.text for check in found if not check.passed] == []


@pytest.mark.parametrize(("form", "said", "words"), BREAKS)
def test_what_does_not_fit_breaks_its_own_relation_and_is_named(form, said, words):
    broken = [check for check in checked(*FITS, record(form, said, id="odd-one")) if not check.passed]
    assert len(broken) == 1
    assert words in broken[0].text
    assert "odd-one" in broken[0].text
    assert "fieldkit office checks" in broken[0].text


def test_of_many_records_three_are_named():
    odd = [record("visit", DAY | {"outcome": ""}, id=f"odd-{n}") for n in range(5)]
    [broken] = [check for check in checked(*FITS, *odd) if not check.passed]
    assert "odd-2; and 2 more records" in broken.text
    assert "odd-3" not in broken.text


def test_a_record_of_another_month_breaks_nothing():
    other = record("visit", {"village": A, "date": "2026-02-05", "outcome": ""})
    assert all(check.passed for check in checked(*FITS, other))
