"""Counting rows of a period by village, whose rows they were, and what may be shown of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.places import Place
from fieldkit.report.conditions import Has, NotAfter, both, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit, wanted
from fieldkit.report.facts import Facts
from fieldkit.report.figures import TOWN, Figure, Figures
from fieldkit.report.periods import Period, parse_period

A, B, C = "990101100001", "990101100200", "990101100201"
PLACES = [Place(code, {"zh": code, "en": code}) for code in (A, B, C)]
MARCH = parse_period("2026-03")
SMALL = range(1, 5)


def rows(*found):
    names = ("village", "date", "key", "amount")
    return [
        dict(zip(names, each, strict=True)) | {"record_id": f"r{n}", "made_on": each[1]}
        for n, each in enumerate(found)
    ]


VISITS = rows(
    (A, "2026-02-28", "1", "1"),
    (A, "2026-03-01", "1", "10"),
    (A, "2026-03-31T23:59:00.000+08:00", "1", "2.50"),
    (B, "2026-03-15", "2", "x"),
    (B, "2026-04-01", "3", "7"),
    ("", "2026-03-20", "4", "0.5"),
    (C, "", "5", "3"),
)


def figures(made=None, **tables):
    return Figures(Facts(tables), made or {}, PLACES)


def town(count, period=MARCH, **tables):
    return figures(**({"t": VISITS} | tables)).of(Measure("m", "m", count, unit=Unit.NUMBER), period)[TOWN].n


def test_rows_are_counted_on_their_day_by_village_and_all_together():
    found = figures(t=VISITS).of(Measure("m", "m", Count("t", on="date")), MARCH)
    assert {code: each.n for code, each in found.items()} == {TOWN: 4, A: 2, B: 1, C: 0}


def test_without_a_day_all_rows_count():
    assert town(Count("t")) == 7


@pytest.mark.parametrize(
    ("how", "of", "value"),
    [
        (How.DIFFERENT, "key", 3),
        (How.SUM, "amount", Decimal("13.00")),
        (How.MEAN, "amount", Decimal(13) / 3),
        (How.MEDIAN, "amount", Decimal("2.50")),
    ],
)
def test_what_becomes_of_the_rows(how, of, value):
    assert town(Count("t", on="date", how=how, of=of)) == value


def test_a_mean_of_nothing_is_nothing_and_a_count_of_nothing_is_zero():
    april = parse_period("2020-04")
    assert town(Count("t", on="date", how=How.MEAN, of="amount"), april) is None
    assert town(Count("t", on="date"), april) == 0
    share = figures(t=VISITS).of(Measure("m", "m", Count("t", on="date"), Count("t", on="date")), april)[A]
    assert (share, share.share) == (Figure(Decimal(0), Decimal(0)), None)


def test_only_what_another_table_knows_or_does_not_know():
    others = rows((A, "2026-03-02", "1", ""), (A, "2026-03-02", "4", ""))
    known = Count("u", on="date", of="key")
    assert town(Count("t", on="date", among=("key", known)), u=others) == 3
    assert town(Count("t", on="date", not_among=("key", known)), u=others) == 1


def test_a_table_that_is_made_is_made_for_the_period():
    def make(facts, period):
        return [row for row in facts.rows("t") if row["date"][:7] == period.name]

    made = {"mine": Made("mine", {"t": {"date"}}, make)}
    count = Count("mine")
    found = figures(made, t=VISITS)
    assert found.values(count, MARCH)[TOWN] == 4
    assert found.values(count, parse_period("2026-04"))[TOWN] == 1
    assert wanted([count], made) == {"t": {"date"}}


def test_which_records_were_counted_can_be_told():
    found = figures(t=VISITS)
    assert found.behind(Count("t", on="date"), MARCH) == ["r1", "r2", "r3", "r5"]
    assert found.behind(Count("t", on="date"), MARCH, A) == ["r1", "r2"]


def test_what_is_read_is_known_from_what_is_counted():
    inner = Count("u", is_("state", "open"), of="key")
    count = Count("t", NotAfter("paid", "due"), on="day", how=How.SUM, of="amount", among=("who", inner))
    assert wanted([count, Count("t", Has("x"))], {}) == {
        "t": {"paid", "due", "day", "amount", "who", "x"},
        "u": {"state", "key"},
    }


# -- what may be shown ------------------------------------------------------------------------------------------


def case(village, month, positive):
    return {
        "village": village,
        "date": f"2026-{month:02}-10",
        "is": "yes" if positive else "no",
        "record_id": "r",
        "made_on": "",
    }


POSITIVE = Measure("I-07", "m", Count("t", is_("is", "yes"), on="date"), Count("t", on="date"))


def indicator(*, suppressed=True):
    return Indicator("I-07", "", "", "", "", "", "R", "", (POSITIVE,), suppressed)


def shown(table, period=MARCH, before=None, *, suppressed=True):
    """Table: village → month → (positive, of)."""
    made = [
        case(village, month, n < positive)
        for village, months in table.items()
        for month, (positive, of) in months.items()
        for n in range(of)
    ]
    return figures(t=made).shown(indicator(suppressed=suppressed), POSITIVE, period, before)


def test_small_counts_are_hidden_with_what_would_tell_them():
    found = shown({A: {3: (3, 40)}, B: {3: (20, 60)}, C: {3: (9, 50)}})
    assert (found[A].is_small, found[A].is_cover) == (True, False)
    assert (found[C].is_small, found[C].is_cover) == (False, True)
    assert not found[B].is_hidden
    assert not found[TOWN].is_hidden


def test_that_nearly_everybody_was_is_as_telling_as_that_nearly_nobody_was():
    found = shown({A: {3: (38, 40)}, B: {3: (20, 60)}, C: {3: (20, 50)}})
    assert found[A].is_cover


def test_counts_that_tell_nothing_of_anybody_are_shown():
    assert not any(each.is_hidden for each in shown({A: {3: (3, 40)}}, suppressed=False).values())
    assert not any(each.is_hidden for each in shown({A: {3: (0, 40)}, B: {3: (8, 30)}}).values())


def test_a_year_so_far_does_not_tell_a_small_month():
    table = {A: {1: (20, 60), 3: (2, 30)}, B: {1: (20, 60), 3: (30, 60)}, C: {1: (20, 60), 3: (30, 60)}}
    year = Period(date(2026, 1, 1), date(2026, 3, 31), "2026-01-01..2026-03-31")
    earlier = Period(date(2026, 1, 1), date(2026, 2, 28), "2026-01-01..2026-02-28")
    assert not shown(table, year)[A].is_hidden, "22 of 90 alone is no small count"
    assert shown(table, year, earlier)[A].is_hidden, "but 20 of 60 was reported a month ago"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3))
def test_no_small_count_can_be_worked_out(cells):
    table = {
        code: {3: (positive, positive + rest)}
        for code, (positive, rest) in zip((A, B, C), cells, strict=True)
    }
    found = shown(table)
    open_ = {code for code, each in found.items() if not each.is_hidden}
    for code in (A, B, C):
        positive, of = table[code][3]
        small = positive in SMALL or of in SMALL or of - positive in SMALL
        assert not (small and code in open_)
    totals = [sum(table[code][3][part] for code in (A, B, C)) for part in (0, 1)]
    hidden_villages = [code for code in (A, B, C) if code not in open_]
    if TOWN not in open_ or not hidden_villages:
        return
    left = totals[0] - sum(table[code][3][0] for code in (A, B, C) if code in open_)
    ways = [each for each in product(range(left + 1), repeat=len(hidden_villages)) if sum(each) == left]
    for at, code in enumerate(hidden_villages):
        if table[code][3][0] in SMALL:
            assert len({each[at] for each in ways}) > 1


YOUNG = Measure(
    "I-07.young",
    "m",
    Count("t", both(is_("is", "yes"), is_("amount", "young")), on="date"),
    Count("t", is_("amount", "young"), on="date"),
    within="I-07",
)


def bands(table):
    """Table: village → (positive, of) of the young, and of the others."""
    made = [
        case(village, 3, n < positive) | {"amount": band}
        for village, told in table.items()
        for band, (positive, of) in zip(("young", "old"), told, strict=True)
        for n in range(of)
    ]
    told = Indicator("I-07", "", "", "", "", "", "R", "", (POSITIVE, YOUNG), suppressed=True)
    counted = figures(t=made)
    return [counted.shown(told, each, MARCH) for each in told.measures]


def test_a_part_and_its_whole_do_not_tell_a_small_remainder():
    whole, part = bands({A: ((28, 60), (2, 30)), B: ((20, 60), (9, 30)), C: ((20, 60), (9, 30))})
    assert not any(each.is_hidden for each in whole.values())
    assert part[A].is_cover
    assert part[B].is_cover or part[C].is_cover, "else the township's tells it"


NUMBERS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda each: (each[0], sum(each)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=3))
def test_no_small_remainder_can_be_subtracted(told):
    table = dict(zip((A, B, C), told, strict=True))
    whole, part = bands(table)
    for code, (_young, (positive, of)) in table.items():
        if {positive, of, of - positive} & set(SMALL):
            assert whole[code].is_hidden or part[code].is_hidden
    for found in (whole, part):
        dark = [code for code in table if found[code].is_hidden]
        assert found[TOWN].is_hidden or len(dark) != 1


def test_a_median_of_a_few_is_hidden():
    waits = [case(A, 3, positive=True) | {"days": "4"}] * 3 + [case(B, 3, positive=True) | {"days": "9"}] * 6
    measure = Measure("I-10.days", "m", Count("t", on="date", how=How.MEDIAN, of="days"), unit=Unit.DAYS)
    told = Indicator("I-10", "", "", "", "", "", "R", "", (measure,), suppressed=True)
    found = figures(t=waits).shown(told, measure, MARCH)
    assert (found[A].is_small, found[B].is_hidden, found[B].n) == (True, False, 9)
    assert not figures(t=waits).shown(indicator(suppressed=False), measure, MARCH)[A].is_hidden
