"""The register of reports to the county: in the order of the days they were due; what is not noted is open, nobody's fault."""

from __future__ import annotations

from datetime import date

from fieldkit.report import to_text
from tests.report.boards.made import made, rows, table
from tests.report.tables import record

SENT = "What was sent to superiors"
WINDOWS = "Three-day, weekly and monthly reports of these days"


def line(number, due, sent="", **more):
    said = {
        "kind": "liaison_up",
        "date": sent or due,
        "report_no": number,
        "to_unit": "County bureau",
        "due": due,
    }
    return record("log", said | ({"sent_on": sent} if sent else {}) | more)


def test_what_was_due_stands_by_its_day_with_what_became_of_it():
    document = made(
        "register", line("RM-03", "2026-03-31"), line("R3-01", "2026-03-03", "2026-03-04", receipt="yes"),
        line("RM-02", "2026-03-02", "2026-03-01", receipt="yes", returned_for_fix="yes"),
        line("RM-01", "2026-02-02", "2026-02-01"),
        line("RW-1", "2026-03-08", "2026-03-08", returned_for_fix="yes", fixed_on="2026-03-09"),
        record("log", {"kind": "meeting", "date": "2026-03-05"}),
    )  # fmt: skip
    assert list(table(document, SENT).rows) == [
        ("RM-02", "County bureau", "2026-03-02", "2026-03-01", "Yes", "Yes", "not noted yet"),
        ("R3-01", "County bureau", "2026-03-03", "2026-03-04", "Yes", "", ""),
        ("RW-1", "County bureau", "2026-03-08", "2026-03-08", "", "Yes", "2026-03-09"),
        ("RM-03", "County bureau", "2026-03-31", "not noted yet", "", "", ""),
    ]


def test_each_window_that_was_due_stands_beside_what_the_log_has_of_it():
    document = made(
        "register", line("RM-02", "2026-03-03", "2026-03-02"), line("R3-11", "2026-03-06", "2026-03-06"),
        line("RM-03", "2026-04-03", "2026-03-31"), made_on=date(2026, 3, 30),
    )  # fmt: skip
    found = table(document, WINDOWS).rows
    assert len(found) == 10 + 5 + 1, "three days, Sundays, the month"
    assert [row[1] for row in found] == sorted(row[1] for row in found)
    noted = {row[0]: row[2] for row in found if row[2] not in {"not noted yet", "not due yet"}}
    assert noted == {
        "three-day report, 2026-03-04 to 2026-03-06": "R3-11",
        "monthly table, 2026-03-01 to 2026-03-31": "RM-03",
    }
    assert [row[2] for row in found if row[1] == "2026-03-31"] == ["RM-03", "not due yet"]


def test_a_month_that_ends_on_a_day_of_its_own_has_the_windows_of_that_month():
    from fieldkit.report import parse_period
    from fieldkit.report.reports.register import windows

    months = [each for each in windows(parse_period("2026-03", 25)) if each.kind == "month"]
    assert [(each.first, each.last) for each in months] == [(date(2026, 2, 26), date(2026, 3, 25))]


def test_a_number_of_a_telephone_in_the_log_is_masked():
    document = made("register", line("13800138000", "2026-03-05", "2026-03-05", to_unit="County 13912345678"))
    assert "13800138000" not in to_text(document)
    assert "13912345678" not in to_text(document)


def test_the_demonstration_sent_its_reports_and_leaves_the_last_of_march(demo_report):
    (document,) = demo_report("register")
    sent = {row[0]: row[2:] for row in table(document, SENT).rows}
    assert sorted(number[:2] for number in sent) == ["R3"] * 9 + ["RM"] + ["RW"] * 5
    assert {row[2] for row in sent.values()} == {"Yes"}, "every one has its receipt"
    assert sent["RM-2026-02"] == ("2026-03-03", "2026-03-02", "Yes", "Yes", "2026-03-04")
    assert [number for number, row in sent.items() if row[1] > row[0]] == ["R3-2026-03-10"]
    left = [row[0] for row in table(document, WINDOWS).rows if row[2] == "not noted yet"]
    assert left == ["monthly table, 2026-03-01 to 2026-03-31", "three-day report, 2026-03-28 to 2026-03-31"]
    assert list(rows(document, WINDOWS))[-2:] == [
        "monthly table, 2026-03-01 to 2026-03-31", "three-day report, 2026-03-28 to 2026-03-31",
    ]  # fmt: skip
