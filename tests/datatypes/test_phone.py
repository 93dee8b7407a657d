"""Telephone numbers: every writing of them, every refusal, masking, and finding them in free text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.datatypes import phone
from fieldkit.datatypes.refused import RefusedError

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "typed",
    ["13812345678", "138 1234 5678", "138-1234-5678", "+8613812345678", "+86 138 1234 5678", "0086-13812345678", "１３８１２３４５６７８", "＋８６ 138 12345678", "138—1234—5678"],
)  # fmt: skip
def test_a_mobile_number_in_every_writing(typed):
    assert phone.mobile(typed) == phone.phone(typed) == "13812345678"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07136150000", "0713-6150000"), ("0713-6150000", "0713-6150000"), ("(0713) 615 0000", "0713-6150000"), ("010 12345678", "010-12345678"),
        ("02787654321", "027-87654321"), ("+86 713 6150000", "0713-6150000"), ("+86 10 12345678", "010-12345678"), ("+86 0713 6150000", "0713-6150000"), ("０７１３－６１５００００", "0713-6150000"),
    ],
)  # fmt: skip
def test_a_landline_keeps_its_area_apart(typed, number):
    assert phone.phone(typed) == number
    assert phone.phone(number) == number
    assert reason(phone.mobile, typed) == "mobile.landline"


def reason(read, text, **options):
    with pytest.raises(RefusedError) as caught:
        read(text, **options)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "of_mobile", "of_phone"),
    [
        ("1381234567", "length", "unknown"), ("138123456789", "length", "unknown"), ("12812345678", "beginning", "unknown"), ("10000012345", "beginning", "unknown"),
        ("1381234567a", "signs", "signs"), ("", "signs", "signs"), ("138 1234 5678 / 139", "signs", "signs"), ("6150000", "length", "no-area"), ("87654321", "length", "no-area"),
        ("110", "length", "unknown"), ("+86 1381234567", "length", "unknown"), ("+1 202 555 0100", "signs", "signs"),
    ],
)  # fmt: skip
def test_refusals(text, of_mobile, of_phone):
    assert reason(phone.mobile, text) == f"mobile.{of_mobile}"
    assert reason(phone.phone, text) == f"phone.{of_phone}"


def test_invented_numbers_are_taken_in_a_demo_alone():
    assert phone.mobile("100000 12345", demo=True) == phone.phone("100000-12345", demo=True) == "10000012345"
    assert reason(phone.mobile, "10000112345", demo=True) == "mobile.beginning"


def test_masked():
    assert phone.masked("13812345678") == "138****5678"
    assert phone.masked("0713-6150000") == "0713-****000"


@pytest.mark.parametrize(
    ("before", "written", "after", "number"),
    [
        ("她的电话是", "13812345678", "，晚上打", "13812345678"), ("tel ", "138 1234 5678", ".", "13812345678"), ("", "+86 138-1234-5678", "", "13812345678"),
        ("微信", "１３８１２３４５６７８", "。", "13812345678"), ("座机", "0713-6150000", "转", "0713-6150000"), ("", "(0713) 6150000", "", "0713-6150000"),
        ("示例", "10000012345", "", "10000012345"), ("", "86 13812345678", "", "13812345678"), ("", "0086 13812345678", "", "13812345678"),
    ],
)  # fmt: skip
def test_a_number_in_free_text_is_found_where_it_stands(before, written, after, number):
    [found] = phone.find(before + written + after)
    assert (found.start, found.end, found.number) == (len(before), len(before + written), number)


@pytest.mark.parametrize(
    "text", ["", "三口人，两亩地", "11010519491231002X", "110105 19491231 002X", "99010110020000011", "2026-03-31", "81945", "6150000", "138123456789"]
)  # fmt: skip
def test_what_is_no_number_is_not_found(text):
    assert phone.find(text) == []


@given(st.lists(MOBILES, max_size=4), st.sampled_from(["，", "、", " / ", "\n"]))
def test_every_number_of_a_list_is_found(numbers, between):
    assert [found.number for found in phone.find(between.join(numbers))] == numbers
