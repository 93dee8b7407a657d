"""The reports that went up to the county, each with its receipt: three-day and weekly reports of the quarter, months, and those
that were due shortly before the demonstration was made. The last of the quarter are left for whoever looks at it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from fieldkit.demo.making import EXAMPLE, Entered, at, clock, list_rows, meta, rows, source_of, under
from fieldkit.report.obligations import Kind, Obligation, due_between, obligation
from fieldkit.xforms.answers import Answer

COUNTY_BUREAU = f"县卫生健康局（{EXAMPLE}）"
QUARTER = (date(2026, 1, 1), date(2026, 3, 31))
LAST_SENT = date(2026, 3, 30)
"""Nothing that is due later was sent by the time the demonstration was entered."""

_LATE = {"R3-2026-02-16": 5, "RW-2026-W08": 2, "R3-2026-03-10": 1}
"""By how many days a report was late: two at the Spring Festival, one on the day of a screening."""
_RETURNED = {"RM-2026-02": date(2026, 3, 4)}
"""What came back, and when it was corrected."""
_MONTHS = {date(2026, 1, 31): date(2026, 2, 2), date(2026, 2, 28): date(2026, 3, 2)}
"""When the table and the summary of a month were sent; the county wants them by the third."""
_BY_THE_THIRD = 3
_TOPICS = {Kind.THREE_DAYS: "三日动态", Kind.WEEK: "周报", Kind.MONTH: "月报表和月总结"}
_LATELY = {Kind.THREE_DAYS: 11, Kind.WEEK: 5, Kind.MONTH: 2}
"""How many of each kind are sent before the day the demonstration is made: all that an office looks back at."""


def reports_sent(seed: int) -> Iterator[Entered]:
    """What was sent in the quarter."""
    source = source_of(seed, 91)
    for kind in Kind:
        for window in due_between(kind, QUARTER[0], LAST_SENT):
            yield _sent(source, window)


def reports_sent_lately(today: date, seed: int) -> Iterator[Entered]:
    """What was sent shortly before a day after the quarter; what is due on the day is left."""
    source = source_of(seed, 92)
    for kind, count in _LATELY.items():
        windows = [obligation(kind, today)]
        while len(windows) <= count:
            windows.append(obligation(kind, windows[-1].first - timedelta(days=1)))
        for window in reversed(windows[1:]):
            if window.first > QUARTER[1]:
                yield _sent(source, window)


def _sent(source: random.Random, window: Obligation) -> Entered:
    due, on = window.due, window.due + timedelta(days=_LATE.get(window.number, 0))
    if window.kind is Kind.MONTH:
        due += timedelta(days=_BY_THE_THIRD)
        on = _MONTHS.get(window.due, window.due)
    topic = f"{_TOPICS[window.kind]}，{window.first}至{window.last}（{EXAMPLE}）"
    fixed = _RETURNED.get(window.number)
    liaison = {
        "report_no": window.number,
        "to_unit": COUNTY_BUREAU,
        "due": due.isoformat(),
        "sent_on": on.isoformat(),
        "receipt": "yes",
        "returned_for_fix": "yes" if fixed else "no",
        **({"fixed_on": fixed.isoformat()} if fixed else {}),
    }
    answers: dict[str, Answer] = {
        "kind": "liaison_up",
        **under(
            "header",
            {
                "date": on.isoformat(),
                "time": clock(16 * 60 + 30),
                "place": f"镇卫生健康办（{EXAMPLE}）",
                "topic": topic,
            },
        ),
        **under("liaison", liaison),
        "checks_count": str(len(list_rows("self_checks"))),
        **rows(source, "attend", [{"role": "health_office", "role_n": "1"}]),
        "attend_n": "1",
        "decided": "no",
        **meta(source, f"{on} liaison_up {topic}"),
    }
    return Entered("log", answers, at(on, 16 * 60 + 40))
