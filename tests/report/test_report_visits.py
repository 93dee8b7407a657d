from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.report import REPORTS, Record, bars, make, parse_period, to_text
from fieldkit.report.document import Check

MARCH = parse_period("2026-03")
DAY = date(2026, 4, 1)
VILLAGES = ["990101100200", "990101100201", "990101100999", "=1+1", "", None]
OUTCOMES = ["done", "declined", "nobody", "unsafe", "new\x1bcode", "other", "", None]
DAYS = ["2026-03-01", "2026-03-31", "2026-02-28", "2026-04-01", "yesterday", "", None]


def report_of(tables, period=MARCH):
    return make(tables, "visits", period, unit="清溪镇", made_on=DAY)


def codes(report):
    return [code for code, *_rest in report.parts[0].rows[:-1]]


def named(report):
    """The name and the counts of each village."""
    return [(name, counts) for _code, name, *counts in report.parts[0].rows[:-1]]


def total(report):
    table = report.parts[0]
    assert table.sums == {len(table.rows) - 1}
    return table.rows[-1][1], table.rows[-1][2:]


def headers(report):
    return [column.header for column in report.parts[0].columns][2:]


def counts_of(report, row):
    return dict(zip(headers(report), dict(named(report))[row], strict=True))


@st.composite
def a_visit(draw):
    answers = {
        "village": draw(st.sampled_from(VILLAGES)),
        "outcome": draw(st.sampled_from([*OUTCOMES, {"missing": "dk"}])),
        "header/date": draw(st.sampled_from(DAYS)),
    }
    conflicts = draw(st.frozensets(st.sampled_from(sorted(answers))))
    kept = {path: answer for path, answer in answers.items() if answer is not None and path not in conflicts}
    made_on = date(2026, 3, 1) + timedelta(days=draw(st.integers(-3, 40)))
    return Record("r", draw(st.sampled_from(["visit", "visit", "household"])), kept, conflicts, made_on)


def day_of(record):
    try:
        return date.fromisoformat(record.answers.get("header/date", ""))
    except ValueError:
        return record.made_on


@given(found=st.lists(a_visit(), max_size=30))
def test_every_visit_of_the_period_is_counted_once_whatever_is_in_it(make_tables, found):
    report = report_of(make_tables(*found))
    expected = sum(record.form == "visit" and MARCH.contains(day_of(record)) for record in found)
    _name, sums = total(report)
    assert sums[-1] == expected
    assert sum(sums[:-1]) == expected
    assert sum(counts[-1] for _name, counts in named(report)) == expected
    assert all(sum(counts[:-1]) == counts[-1] for _name, counts in named(report))
    assert [sum(column) for column in zip(*(counts for _name, counts in named(report)), strict=True)] == list(
        sums
    )
    assert all(check.passed for check in report.parts[0].checks)


@given(found=st.lists(a_visit(), max_size=30))
def test_the_order_of_the_rows_is_that_of_the_codes_whatever_the_values(make_tables, places, found):
    report = report_of(make_tables(*found))
    known = [place.code for place in places]
    assert codes(report)[: len(known)] == known
    strangers = [code for code in codes(report)[len(known) :] if code]
    assert strangers == sorted(strangers)


def test_every_place_has_a_row_and_every_outcome_a_column_even_without_a_visit(english, make_tables, places):
    report = report_of(make_tables())
    assert [name for name, _counts in named(report)] == [place.names["en"] for place in places]
    assert headers(report) == [
        "Done", "Partly done", "Nobody home", "Moved away", "Declined", "Postponed", "Not found", "Unsafe",
        "In conflict", "Total",
    ]  # fmt: skip
    assert total(report) == ("Total", (0,) * 10)


def test_names_follow_the_language(tongue, make_tables, places):
    assert [name for name, _counts in named(report_of(make_tables()))] == [
        place.names[tongue] for place in places
    ]


def test_unknown_missing_and_contested_codes_stand_in_rows_and_columns_of_their_own(
    english, make_tables, make_visit
):
    report = report_of(
        make_tables(
            make_visit(outcome="left\x1b[2J"),
            make_visit(outcome=None),
            make_visit(conflicts=["outcome"]),
            make_visit(village="990101100999"),
            make_visit(village=None),
            make_visit(conflicts=["village"]),
        )
    )
    known = counts_of(report, "Qingxi")
    assert known["left?[2J (not in the list)"] == known["Not given"] == known["In conflict"] == 1
    assert [name for name, _counts in named(report)[-3:]] == [
        "990101100999 (not in the list)",
        "Not given",
        "In conflict",
    ]
    assert [counts[-1] for _name, counts in named(report)[-3:]] == [1, 1, 1]


def test_an_uncertain_date_counts_on_the_day_of_the_record(make_tables, make_visit):
    before, within = date(2026, 2, 27), date(2026, 3, 2)
    report = report_of(
        make_tables(
            make_visit(day=None, made_on=within),
            make_visit(day=None, made_on=before),
            make_visit(conflicts=["header/date"], made_on=within),
            make_visit(day="2026-02-01", made_on=within),
        )
    )
    assert total(report)[1][-1] == 2


def test_the_outermost_question_of_a_name_counts(english, make_tables):
    answers = {
        "village": "990101100200", "outcome": "done", "header/date": "2026-03-05",
        "appt/a1/date": "2026-05-01", "appt/a1/outcome": "declined",
    }  # fmt: skip
    contested = Record("r", "visit", answers, frozenset({"appt/a2/outcome"}), DAY)
    assert counts_of(report_of(make_tables(contested)), "Qingxi")["Done"] == 1


def test_what_stands_around_the_table(english, make_tables, make_visit):
    report = report_of(make_tables(make_visit(), make_visit(day="2026-04-02")))
    text = to_text(report)
    assert report.title == "清溪镇: monthly report on household visits (3/2026)"
    assert "Sum of all outcomes = visits in the period: 1 = 1, passed" in text
    assert (
        "visits in the period + visits outside it = all visit records: 2 = 2, passed".casefold()
        in text.casefold()
    )
    assert "Visit records outside the period: 1." in text
    assert "01234567." in text
    assert "012345678" not in text
    assert "Head of the unit (signature) ________" in text
    assert "Reported on 2026-4-1" in text


def test_an_unknown_report_and_a_period_it_is_not_made_for_are_refused(english, make_tables, monkeypatch):
    monkeypatch.setitem(REPORTS, "visits", replace(REPORTS["visits"], periods=frozenset({"month"})))
    assert report_of(make_tables()).name == "visits"
    with pytest.raises(FieldkitError) as caught:
        report_of(make_tables(), parse_period("2026-W10"))
    assert (caught.value.code, caught.value.params["known"]) == ("report.period", "a month (2026-03)")
    with pytest.raises(FieldkitError) as caught:
        make(make_tables(), "nope", MARCH, unit="清溪镇", made_on=DAY)
    assert (caught.value.code, caught.value.params["known"]) == ("report.unknown", ", ".join(REPORTS))


def test_a_failed_check_says_so_in_words(english):
    assert str(Check("1 = 2", passed=False)) == "1 = 2, FAILED"


def test_bars_keep_the_order_and_the_room_and_print_the_numbers(tongue, make_tables, make_visit, places):
    report = report_of(make_tables(*[make_visit(places[2].code)] * 16, *[make_visit(places[0].code)] * 3))
    for plain in (False, True):
        lines = bars(report.parts[1], 40, plain=plain)
        assert [line.split()[0] for line in lines] == [place.names[tongue] for place in places]
        assert [int(line.split()[1]) for line in lines] == [3, 0, 16, 0, 0]
        assert len(lines[2]) > len(lines[0]) > len(lines[1])
        assert all(wide(line) <= 40 for line in lines)
        assert not plain or set("".join(line.split()[2] for line in lines if len(line.split()) > 2)) == {"#"}


def test_bars_of_nothing_and_of_little_room(make_tables, make_visit):
    assert bars(report_of(make_tables(villages=[])).parts[1], 20) == []
    assert all(wide(line) <= 20 for line in bars(report_of(make_tables(make_visit())).parts[1], 20))


def wide(text):
    return sum(2 if "\u2e80" <= letter <= "\uffef" else 1 for letter in text)
