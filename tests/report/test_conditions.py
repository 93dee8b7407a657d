"""Each condition on rows: what holds, what does not, and what is on the border."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.report.conditions import (
    Aged,
    All,
    Always,
    Any,
    Has,
    Lately,
    Missed,
    Not,
    NotAfter,
    Number,
    Within,
    both,
    either,
    is_,
    ticked,
    years_before,
)

LAST = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("condition", "row", "holds"),
    [
        (Always(), {}, True),
        (is_("outcome", "done", "part"), {"outcome": "part"}, True),
        (is_("outcome", "done"), {"outcome": ""}, False),
        (Has("date"), {"date": "2026-03-01"}, True),
        (Has("date"), {"date": ""}, False),
        (Missed("sat"), {"sat": "", "sat?": "pns"}, True),
        (Missed("sat"), {"sat": "5"}, False),
        (Missed("sat"), {"sat": "", "sat?": "conflict"}, False),
        (Missed("sat", frozenset({"na"})), {"sat": "", "sat?": "pns"}, False),
        (ticked("needs", "far"), {"needs": "cost far"}, True),
        (ticked("needs", "far"), {"needs": "farther"}, False),
        (NotAfter("paid", "due"), {"paid": "2026-03-31", "due": "2026-03-31"}, True),
        (NotAfter("paid", "due"), {"paid": "2026-03-31T17:00:00.000+08:00", "due": "2026-03-31"}, True),
        (NotAfter("paid", "due"), {"paid": "2026-04-01", "due": "2026-03-31"}, False),
        (NotAfter("paid", "due"), {"paid": "", "due": "2026-03-31"}, False),
        (NotAfter("paid", "due"), {"paid": "2026-03-01", "due": ""}, False),
        (NotAfter("done"), {"done": "2026-03-31T23:59:00.000+08:00"}, True),
        (NotAfter("done"), {"done": "2026-04-01"}, False),
        (NotAfter("done"), {"done": ""}, False),
        (Within("told", "taken", 30), {"told": "2026-03-31", "taken": "2026-03-01"}, True),
        (Within("told", "taken", 30), {"told": "2026-04-01", "taken": "2026-03-01"}, False),
        (Within("told", "taken", 30), {"told": "soon", "taken": "2026-03-01"}, False),
        (Lately("on", 3), {"on": "2023-04-01"}, True),
        (Lately("on", 3), {"on": "2023-03-31"}, False),
        (Lately("on", 3), {"on": "2026-03-31"}, True),
        (Lately("on", 3), {"on": "2026-04-01"}, False),
        (Number("size", 2, 4), {"size": "4"}, True),
        (Number("size", 2, 4), {"size": "4.5"}, False),
        (Number("size", 2), {"size": ""}, False),
        (Number("size", 2), {"size": "nan"}, False),
        (Aged("born", 35, 64), {"born": "1991"}, True),
        (Aged("born", 35, 64), {"born": "1962"}, True),
        (Aged("born", 35, 64), {"born": "1992"}, False),
        (Aged("born", 35, 64), {"born": "1961"}, False),
        (Not(Has("a")), {"a": ""}, True),
        (both(Has("a"), Has("b")), {"a": "1", "b": ""}, False),
        (either(Has("a"), Has("b")), {"a": "1", "b": ""}, True),
    ],
)
def test_it_holds_or_not(condition, row, holds):
    assert condition.test(LAST)(row) is holds


def test_what_it_looks_at_is_known():
    condition = All((NotAfter("paid", "due"), Any((Not(is_("status", "held")), Within("a", "b", 1)))))
    assert condition.reads == {"paid", "due", "status", "a", "b"}
    assert NotAfter("paid").reads == {"paid"}


def test_the_last_of_february_stands_for_a_day_that_there_was_not():
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)
