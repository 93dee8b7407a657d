"""Working days are counted as the form of requests counts them, holidays and worked weekends included."""

from __future__ import annotations

from datetime import date, timedelta

from fieldkit.demo.working_days import promise
from fieldkit.fieldwork.working_days import after, is_working, workdays


def test_days_off_and_worked_weekends_count_as_the_state_council_says():
    assert not is_working(date(2026, 4, 6))  # Monday, Tomb Sweeping Day
    assert is_working(date(2026, 5, 9))  # Saturday, worked
    assert not is_working(date(2026, 4, 4))
    assert after(date(2026, 3, 31), 5) == date(2026, 4, 8)
    assert after(date(2026, 3, 31), 0) == date(2026, 3, 31)


def test_the_form_promises_the_same_days():
    for number in range(0, 360, 7):
        day = date(2026, 1, 1) + timedelta(days=number)
        for promised in (1, 5, 15):
            assert promise(day, promised)["promised_by"] == after(day, promised).isoformat(), (day, promised)


def test_working_days_leave_out_weekends_and_holidays_and_count_working_weekends():
    assert workdays(date(2026, 3, 2), date(2026, 3, 8)) == 5
    assert workdays(date(2026, 1, 1), date(2026, 1, 4)) == 1, "the fourth, a Sunday, is worked"
    assert workdays(date(2026, 3, 2), date(2026, 3, 1)) == 0
