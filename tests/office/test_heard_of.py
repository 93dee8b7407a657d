"""When laptops were heard of, as it is counted in reports: days, and nothing that says whose."""

from __future__ import annotations

from datetime import timedelta

from fieldkit.office import Office


def test_laptops_in_good_standing_are_days_without_names(demo, now):
    today = now.date().isoformat()
    with Office.open(demo.office, now=lambda: now) as office:
        names = [each.name for each in office.devices()]
        assert office.heard_of() == [[today, today], [today], [today]]
        office.revoke(names[-1])
        assert len(office.heard_of()) == len(names) - 1 == 2


def test_of_a_day_that_has_gone_they_are_what_had_come_by_then(demo, now):
    with Office.open(demo.office, now=lambda: now + timedelta(days=5)) as office:
        assert office.as_of(now - timedelta(days=1)).heard_of() == []
        assert office.as_of(now - timedelta(minutes=1)).heard_of() == [[now.date().isoformat()]] * 3
        assert office.as_of(now).heard_of() == office.heard_of()
