"""Payments: due, on time and in full, late and why, by programme and by village (I-12)."""

from __future__ import annotations

from datetime import date

from fieldkit.report import to_text
from tests.report.boards.made import made, rows
from tests.report.tables import A, B, record

DUE = {"due_on": "2026-03-31", "standard_amt": "100", "status": "scheduled"}
PAID = DUE | {"status": "paid", "paid_on": "2026-03-30", "paid_amt": "100.00"}
LATE = PAID | {"paid_on": "2026-04-02", "fail_reason": "fund_late"}
SHORT = PAID | {"paid_amt": "90"}
FAILED = DUE | {
    "status": "failed",
    "fail_reason": "acct_wrong",
    "notified_on": "2026-03-31",
    "again_on": "2026-04-10",
}


def case(programme, *payments, village=A):
    return record("benefit", {"village": village, "programme": programme, "payment": payments})


def test_each_payment_stands_once_and_the_columns_add_up():
    document = made(
        "payments", case("jiangfu", PAID, PAID, PAID, LATE, SHORT, FAILED), case("childcare", PAID, village=B),
        case("jiangfu", PAID | {"due_on": "2026-02-28"}),
    )  # fmt: skip
    assert rows(document, "By village") == {
        A: (6, 3, 2, 1),
        B: (1, 1, 0, 0),
        "990101100201": (0, 0, 0, 0),
        "Total": (7, 4, 2, 1),
    }
    for due, *parts in rows(document, "By village").values():
        assert due == sum(parts)


def test_amounts_stand_by_programme_alone_and_few_payments_together():
    document = made(
        "payments", case("jiangfu", PAID, PAID, PAID, PAID, LATE), case("tefu_loss", SHORT), case("two_cancer_aid", FAILED),
    )  # fmt: skip
    found = rows(document, "By programme")
    assert {name: tuple(map(str, cells)) for name, cells in found.items()} == {
        "Rural reward and support": ("5", "4", "1", "0", "500.00", "500.00"),
        "Programmes with fewer than 5 payments each": ("2", "0", "1", "1", "200.00", "90.00"),
        "Total": ("7", "4", "2", "1", "700.00", "590.00"),
    }
    assert "deceased" not in to_text(document)


def test_why_it_was_late_in_the_order_of_the_form_and_whether_people_were_told():
    document = made("payments", case("jiangfu", LATE, FAILED, FAILED | {"again_on": ""}, SHORT, PAID))
    assert rows(document, "Late, and why") == {
        "Wrong account": (2, 2, 1),
        "Funds late": (1, 0, 0),
        "No reason given yet": (1, 0, 0),
    }


def test_what_is_due_later_than_today_is_not_late_yet():
    later = DUE | {"due_on": "2026-03-31"}
    document = made("payments", case("jiangfu", later), made_on=date(2026, 3, 15))
    assert rows(document, "By village")["Total"] == (0, 0, 0, 0)
    assert rows(document, "Late, and why") == {}


def test_the_demonstration_has_46_due_43_on_time_two_wrong_accounts_and_one_fund_late(demo_report):
    (document,) = demo_report("payments")
    assert rows(document, "By village")["Total"] == (46, 43, 0, 3)
    assert rows(document, "By programme")["Total"][:4] == (46, 43, 0, 3)
    assert {name: cells[0] for name, cells in rows(document, "Late, and why").items()} == {
        "Wrong account": 2,
        "Funds late": 1,
    }
