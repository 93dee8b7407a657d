"""Division codes (GB/T 2260, GB/T 10114), household numbers and participant numbers."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.datatypes import damm, division, numbers
from fieldkit.datatypes.refused import RefusedError

FORMS = Path(__file__).parents[2] / "forms"


def reason(read, *arguments, **options):
    with pytest.raises(RefusedError) as caught:
        read(*arguments, **options)
    return caught.value.code.partition(".")[2]


def with_digit(first):
    return first + damm.check_digit(first)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("421121", "county"), ("421121105", "town"), ("421121200", "township"), ("421121400", "other-town"), ("110105001", "subdistrict"),
        ("421121105001", "community"), ("421121105200", "village"), ("421121105598", "other-village"), ("421121105000", ""), ("421121600", ""), ("42", ""), ("441900003", "subdistrict"),
    ],
)  # fmt: skip
def test_what_a_code_names(code, kind):
    assert division.kind_of(code) == kind
    if kind:
        assert division.parse(code, len(code)) == code


@pytest.mark.parametrize(
    ("text", "length", "wrong"),
    [
        ("42112110520", 12, "length"), ("421121105200", 6, "length"), ("47112110520x", 12, "signs"), ("471121105200", 12, "province"), ("420021105200", 12, "county"),
        ("421100", 6, "county"), ("421121000200", 12, "town"), ("421121600200", 12, "town"), ("421121105000", 12, "village"), ("421121105600", 12, "village"), ("990101100200", 12, "province"), ("", 6, "length"),
    ],
)  # fmt: skip
def test_codes_that_are_none(text, length, wrong):
    assert reason(division.parse, text, length) == wrong


def test_every_shipped_division_is_invented_and_well_formed():
    with (FORMS / "divisions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert division.parse(row["name"], division.VILLAGE, demo=True) == row["name"]
        assert division.kind_of(row["name"]) == row["kind"]
        assert division.parse(row["town"], division.TOWN, demo=True) == row["name"][:9]
        assert reason(division.parse, row["name"], division.VILLAGE) == "province"


def test_typed_codes_are_folded():
    assert division.parse("４２１１２１ 105 200", division.VILLAGE) == "421121105200"
    assert numbers.parse_household("99010110020000011") == "99010110020000011"
    assert numbers.parse_household("990101100200-0001-1") == "99010110020000011"
    assert numbers.parse_participant("260331 1001 9") == "26033110019"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("99010110020000012", "check"), ("9901011002000001", "length"), ("9901011002000001a", "signs"), ("99010110020000101", "check"),
        (with_digit("9901011000000001"), "village"), (with_digit("4711211052000001"), "village"), (with_digit("9901011002000000"), "running"), ("", "length"),
    ],
)  # fmt: skip
def test_household_numbers_that_are_none(text, wrong):
    assert reason(numbers.parse_household, text) == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("26033110018", "check"), ("2603311001", "length"), ("2603311001x", "signs"), (with_digit("2602301001"), "no-date"), (with_digit("2603310001"), "station"), (with_digit("0000001001"), "no-date"),
    ],
)  # fmt: skip
def test_participant_numbers_that_are_none(text, wrong):
    assert reason(numbers.parse_participant, text) == wrong


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 9), st.integers(0, 999), st.data())
def test_a_participant_number_with_a_slip_never_passes(day, station, running, data):
    number = with_digit(f"{day:%y%m%d}{station}{running:03}")
    assert numbers.parse_participant(number) == number
    at = data.draw(st.integers(0, 10))
    wrong = number[:at] + data.draw(st.sampled_from("0123456789")) + number[at + 1 :]
    swapped = number[:at] + number[at : at + 2][::-1] + number[at + 2 :]
    for each in {wrong, swapped} - {number}:
        reason(numbers.parse_participant, each)
