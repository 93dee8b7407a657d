from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.report import parse_period
from fieldkit.report.periods import reported_before, year_before, year_so_far


@pytest.mark.parametrize(
    ("text", "first", "last", "kind"),
    [
        ("2026-03", "2026-03-01", "2026-03-31", "month"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2026-12", "2026-12-01", "2026-12-31", "month"),
        ("2026", "2026-01-01", "2026-12-31", "year"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "quarter"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "quarter"),
        ("2026-W10", "2026-03-02", "2026-03-08", "week"),
        ("2026-W01", "2025-12-29", "2026-01-04", "week"),
        ("2020-W53", "2020-12-28", "2021-01-03", "week"),
        ("2026-03-01..2026-03-03", "2026-03-01", "2026-03-03", "days"),
        ("2026-03-01..2026-03-01", "2026-03-01", "2026-03-01", "days"),
        ("  2026-03 ", "2026-03-01", "2026-03-31", "month"),
    ],
)
def test_periods_as_people_write_them(text, first, last, kind):
    period = parse_period(text)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.kind == kind
    assert period.name == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "march", "2026-13", "2026-00", "2026-3", "2026-Q5", "2026-Q0", "2025-W53", "2026-W00", "0000", "0000-01",
     "9999-W53", "2026-03-03..2026-03-01", "2026-02-29..2026-03-01", "2026-03-01..", "2026-03-01",
     "２０２６-03", "2026-03\n..", "20260301..20260302"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_text_as_it_was_written(text):
    with pytest.raises(FieldkitError) as caught:
        parse_period(text)
    assert caught.value.code == "period.unknown"
    assert caught.value.params == {"text": text}


def test_both_ends_belong_to_it():
    period = parse_period("2026-03-02..2026-03-03")
    days = [day for day in range(1, 6) if period.contains(date(2026, 3, day))]
    assert days == [2, 3]


def test_periods_in_words(english):
    words = [
        str(parse_period(text))
        for text in ("2026-03", "2026-Q2", "2026-W01", "2026", "2026-03-01..2026-03-03")
    ]
    assert words == [
        "3/2026",
        "quarter 2 of 2026",
        "week 1 of 2026",
        "year 2026",
        "2026-03-01 to 2026-03-03",
    ]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-03", "2026-02-26", "2026-03-25"),
        ("2026-01", "2025-12-26", "2026-01-25"),
        ("2026-Q1", "2025-12-26", "2026-03-25"),
        ("2026", "2025-12-26", "2026-12-25"),
        ("2026-W10", "2026-03-02", "2026-03-08"),
        ("2026-03-01..2026-03-03", "2026-03-01", "2026-03-03"),
    ],
)
def test_months_may_end_on_a_day_of_their_own(name, first, last):
    period = parse_period(name, 25)
    assert (str(period.first), str(period.last), period.name) == (first, last, name)


@pytest.mark.parametrize("month_ends", [0, 1, 15, 28])
@pytest.mark.parametrize("name", ["2026-01", "2026-02", "2026-03", "2024-02"])
def test_the_year_so_far_holds_what_was_reported_before_and_the_month(month_ends, name):
    month = parse_period(name, month_ends)
    so_far, before = year_so_far(month), reported_before(month)
    assert so_far.first == parse_period(name[:4], month_ends).first
    assert so_far.last == month.last
    if name.endswith("01"):
        assert before is None
        assert so_far.first == month.first
    else:
        assert (before.first, before.last + timedelta(days=1)) == (so_far.first, month.first)
    earlier = year_before(month)
    assert earlier == parse_period(f"{int(name[:4]) - 1}{name[4:]}", month_ends)
    assert str(month) == f"{int(name[5:])}/{name[:4]}"
