"""What is listed at the window, of payments and of service points: the very numbers of the demonstration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fieldkit.office import Office, payments, requests, service_points
from fieldkit.office.flat import up_to_date
from fieldkit.report.periods import parse_period

TODAY = date(2026, 3, 31)
MARCH = date(2026, 3, 1), TODAY


@pytest.fixture
def office(demo, now):
    with Office.open(demo.office, now=lambda: now) as opened:
        up_to_date(opened)
        yield opened


def test_payments_due_on_31_march_are_46_of_which_43_came_on_time(office):
    figures = payments.figures(office, *MARCH)
    assert (figures.due, figures.on_time) == (46, 43)
    assert figures.rate == Decimal("93.5")
    assert figures.reasons == {"acct_wrong": 2, "fund_late": 1}
    assert {kind: count for kind, count in figures.kinds.items() if count} == {"on_time": 43, "failed": 3}
    assert figures.owed - figures.paid == sum(
        Decimal(each.amount) for each in payments.to_see_to(office, TODAY, *MARCH)
    )


def test_the_quarter_has_what_came_late_too(office):
    quarter = parse_period("2026-Q1")
    figures = payments.figures(office, quarter.first, quarter.last)
    assert (figures.due, figures.on_time, figures.kinds["late"], figures.kinds["failed"]) == (102, 96, 1, 5)
    assert [each.kind for each in payments.settled(office, quarter.first, quarter.last, TODAY)][:2] == [
        "late",
        "on_time",
    ]


def test_nothing_due_has_no_rate(office):
    figures = payments.figures(office, date(2025, 1, 1), date(2025, 1, 31))
    assert (figures.due, figures.rate) == (0, None)


def test_requests_are_in_the_order_of_the_days_promised(office):
    found = requests.open_requests(office)
    assert [(each.item, each.promised, each.when(TODAY)) for each in found] == [
        ("migrant_liaison", "2026-03-11", "before"),
        ("other", "2026-04-03", "later"),
        ("childcare_help", "2026-04-07", "later"),  # Tomb Sweeping Day lies between
        ("benefit_apply", "2026-04-15", "waiting"),
    ]
    assert (found[0].unit, found[0].since) == ("other", "2026-03-05")
    assert found[3].missing == ("bank_card", "proof")
    assert requests.counts(office, TODAY) == {"before": 1, "today": 0, "later": 2, "waiting": 1}
    assert requests.counts(office, date(2026, 4, 3))["today"] == 1


def test_who_takes_contraceptives_is_in_no_list(office):
    assert all(each.item != requests.PICKUP for each in requests.open_requests(office))


def test_the_ledger_of_all_points_is_81945_yuan_and_every_invoice_is_the_sum_of_its_lines(office):
    points = service_points.points(office, TODAY)
    assert [each.id for each in points] == ["c1", *(f"v{n}" for n in range(1, 12))]
    assert sum(each.total for each in points) == Decimal("81945.00")
    assert not any(each.invoices_open for each in points)
    for each in points:
        for _record, _day, invoices in service_points.inspections_with_invoices(office, each.id):
            assert all(invoice.difference == 0 for invoice in invoices)


def test_stock_that_expires_within_ninety_days_is_told(office):
    assert not any(each.expiring for each in service_points.points(office, TODAY))
    later = service_points.points(office, date(2026, 8, 10))
    assert any(day == "2026-10-31" and item == "kits" for each in later for item, day in each.expiring)


def line(row, invoice, amount, total="", why=""):
    return service_points.Line(row, invoice, Decimal(amount), total, why)


def test_lines_of_one_invoice_are_added_up_and_compared_once():
    lines = [
        line("a", "A-1", "0.10", "0.30"),
        line("b", "", "9"),
        line("c", "A-1", "0.20"),
        line("d", "A-2", "5"),
    ]
    first, second = service_points.invoices_of(lines)
    assert (first.number, first.lines, first.difference, first.is_settled) == (
        "A-1", Decimal("0.30"), Decimal("0.00"), True,
    )  # fmt: skip
    assert (second.difference, second.is_settled) == (None, False)


@pytest.mark.parametrize(
    ("total", "why", "settled"),
    [
        ("5.00", "", True),
        ("5.01", "", False),
        ("4.99", "", False),
        ("5.01", "rounded by the shop", True),
        ("", "", False),
    ],
)
def test_an_invoice_stops_until_it_is_the_sum_or_somebody_says_why(total, why, settled):
    (invoice,) = service_points.invoices_of([line("a", "A-1", "2"), line("b", "A-1", "3")])
    assert not invoice.is_settled
    (invoice,) = service_points.invoices_of([line("a", "A-1", "2", total, why), line("b", "A-1", "3")])
    assert invoice.is_settled is settled


def test_only_what_came_is_written_anew_and_home_does_not_wait_for_more(office):
    from sync.tables import table_state

    assert up_to_date(office, quickly=True)
    with office.archive.database.writing() as connection:
        connection.execute(table_state.delete())
    assert not up_to_date(office, quickly=True)
    assert up_to_date(office)
    assert up_to_date(office, quickly=True)
    assert payments.figures(office, *MARCH).due == 46
