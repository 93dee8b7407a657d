"""I-11, counted by hand."""

from __future__ import annotations

import pytest

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, reads
from tests.report.tables import PLACES, A, B, counted, facts, figure, record, tables


def couples(**months):
    return [
        {"month": f"2026-0{name[1]}", "couples": str(n), "source": "县民政局"} for name, n in months.items()
    ]


def test_events_attendance_and_groups_are_summed_by_the_village_of_the_venue():
    def event(village, day, kind, **groups):
        said = {"village": village, "date": day, "kind": kind, "attend_n": str(sum(groups.values()))}
        return record(
            "edu_event", said | {"groups": [{"group": name, "group_n": str(n)} for name, n in groups.items()]}
        )

    archive = tables(
        event(A, "2026-03-01", "class", newlywed=30, mobile_newlywed=10, general=8),
        event(A, "2026-03-31", "lecture", newlywed=4, women35_64=21),
        event(B, "2026-03-15", "media"),
        event(B, "2026-04-01", "class", newlywed=99),
    )
    found = Figures(gather(archive, reads("I-11")), MADE, PLACES)
    assert counted(found, "I-11") == (3, None)
    assert counted(found, "I-11", village=B) == (1, None)
    assert counted(found, "I-11.attended") == (73, None)
    assert counted(found, "I-11.newlywed", village=A) == (34, None)
    assert counted(found, "I-11.women35_64") == (21, None)
    assert counted(found, "I-11.poor") == (0, None)
    assert counted(found, "I-11.newlyweds") == (40, 0), "of a class alone, and of nothing without a list"
    assert figure(found, "I-11.newlyweds").share is None


def test_what_is_no_number_or_in_conflict_adds_nothing():
    events = [
        {"date": "2026-03-01", "attend_n": "12"},
        {"date": "2026-03-01", "attend_n": "", "attend_n?": "conflict"},
    ]
    assert counted(facts(edu_event=events), "I-11.attended") == (12, None)
    assert counted(facts(edu_event=events), "I-11") == (2, None)
    assert counted(facts(edu_event=[{"date": "", "date?": "conflict", "attend_n": "5"}]), "I-11") == (0, None)


@pytest.mark.parametrize(
    ("period", "people"),
    [
        ("2026-03", 20),
        ("2026-Q1", 52),
        ("2026", 0),
        ("2026-04", 0),
        ("2026-03-01..2026-03-31", 20),
        ("2026-03-02..2026-03-31", 0),
        ("2026-W10", 0),
    ],
)
def test_newly_registered_couples_are_known_for_whole_months_that_are_all_listed(period, people):
    found = facts(
        couples=couples(m1=9, m2=7, m3=10),
        groups=[
            {"group": "newlywed", "group_n": "8", "kind": "class", "date": "2026-03-05"},
            {"group": "newlywed", "group_n": "8", "kind": "show", "date": "2026-03-05"},
        ],
    )
    assert counted(found, "I-11.newlyweds", period)[1] == people
    assert counted(found, "I-11.newlyweds") == (8, 20)
