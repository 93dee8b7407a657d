"""Registrations on the household form: their number, what is refused or odd, and what declining leaves."""

from __future__ import annotations

import pytest

from fieldkit.demo.town import household_number
from fieldkit.privacy.declines import is_declined, kept_answers
from fieldkit.xforms import FormEntry
from tests.forms.shipped import CHINA, LISTS, NOW, VILLAGE, answer, asked, entry, member, problems, registered

DEMO = [{"name": "household", "next": "201"}, {"name": "demo", "next": "1"}]


def test_a_registration_gets_its_number_once_and_for_good() -> None:
    form = registered(numbers=DEMO)
    assert form.value("/data/home/hh_id") == household_number(VILLAGE, 201)
    assert len(form.value("/data/home/hh_id")) == 17
    later = {**LISTS, "numbers": [{"name": "household", "next": "202"}, {"name": "demo", "next": "1"}]}
    again = FormEntry(form.form, answers=form.answers(), now=NOW, tz=CHINA, lists=later)
    assert again.value("/data/home/hh_id") == household_number(VILLAGE, 201)


@pytest.mark.parametrize("running", [1, 42, 999, 1234, 9999])
def test_the_check_digit_catches_every_single_error_and_swap(running: int) -> None:
    number = household_number(VILLAGE, running)
    for place in range(len(number)):
        for digit in "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            if wrong != number:
                assert household_number(wrong[:12], int(wrong[12:16])) != wrong
    for place in range(len(number) - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if swapped != number:
            assert household_number(swapped[:12], int(swapped[12:16])) != swapped


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("group_no", 61, ["constraint"]),
        ("group_no", 3, []),
        ("addr_note", "长" * 41, ["constraint"]),
        ("phone", "13812345678", []),
        ("phone", "0713-1234567", []),
        ("phone", "10000012345", []),
        ("phone", "12345", ["check"]),
        ("declared_size", 21, ["constraint"]),
        ("declared_size", 1, []),
        ("paper_ref", "ab", ["constraint"]),
        ("paper_ref", "QX-2026-001", []),
    ],
)
def test_constraints_of_a_registration(name: str, value: object, found: list[str]) -> None:
    form = answer(registered(numbers=DEMO), mode="written")
    assert problems(answer(form, **{name: value}), name) == found


def test_cross_rules_of_the_members() -> None:
    form = answer(registered(), declared_size=2)

    def kinds(path: str) -> list[str]:
        return [problem.kind for problem in form.problems(path)]

    first = member(form, 1, name="覃秀兰", birth_year=1970, rel="0")
    second = member(form, 2, name="覃小明", birth_year=1975, rel="2")
    assert kinds(f"{second}/rel") == ["warning"], "a child less than 12 years younger than the head"
    form.set(f"{second}/rel", "0")
    assert kinds(f"{first}/rel") == ["constraint"], "one head only"
    form.set(f"{second}/rel", "5")
    form.set(f"{second}/birth_year", 1910)
    assert kinds(f"{second}/rel") == ["warning"], "a parent older than 110"
    form.set(f"{second}/name", "覃秀兰")
    form.set(f"{second}/birth_year", 1971)
    assert "warning" in kinds(f"{second}/birth_year"), "the same person twice"
    third = member(form, 3, name="王芳", birth_year=2000)
    assert kinds("/data/home/declared_size") == ["warning"]
    assert form.value(f"{third}/age") == "26"
    member(form, 3, name="1")
    assert kinds(f"{third}/name") == ["constraint"]
    member(form, 3, name="买买提·艾力")
    assert kinds(f"{third}/name") == []


def test_a_declined_registration_keeps_nothing_of_the_household() -> None:
    form = answer(entry("household.xlsx"), village=VILLAGE, notice_read="read_aloud", basic="no")
    assert is_declined(form)
    assert kept_answers(form) == {"village": VILLAGE, "date": NOW.date().isoformat(), "outcome": "declined"}
    assert not {"name", "phone", "addr_note"} & asked(form)
