"""Resident IDs (GB 11643-1999): published and invented numbers, every refusal, and finding them in free text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.datatypes import resident_id
from fieldkit.datatypes.refused import RefusedError

TODAY = date(2026, 3, 31)
PUBLISHED = "11010519491231002X"
INVENTED = ["990101198503120029", "990101199007150047", "990101200002290126", "990101196206080033"]


def made(area, day, sequence):
    first = f"{area}{day:%Y%m%d}{sequence:03}"
    return first + resident_id.check_digit(first)


NUMBERS = st.builds(
    made,
    st.sampled_from(sorted(resident_id.PROVINCES)).map(lambda province: f"{province}0101"),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


def refused(text, **options):
    with pytest.raises(RefusedError) as caught:
        resident_id.parse(text, TODAY, **options)
    return caught.value.code.removeprefix("identity."), caught.value.params


@pytest.mark.parametrize(
    "typed",
    [PUBLISHED, PUBLISHED.lower(), "110105 19491231 002x", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ", "  11010519491231002ｘ\n"],
)  # fmt: skip
def test_the_published_number_in_every_writing(typed):
    assert resident_id.parse(typed, TODAY) == PUBLISHED


@pytest.mark.parametrize("number", INVENTED)
def test_invented_numbers_are_taken_in_a_demo_alone(number):
    assert resident_id.parse(number, TODAY, demo=True) == number
    assert refused(number) == ("province", {"digits": "99"})


@pytest.mark.parametrize(
    ("text", "reason", "params"),
    [
        ("990101197802290015", "no-date", {"date": "1978-02-29"}), ("110105194912310021", "check", {}), ("11010519491231002Y", "signs", {}),
        ("1101051949123100X2", "signs", {}), ("1101051949123100", "length", {"count": 16}), ("", "length", {"count": 0}), ("1101051949123100222", "length", {"count": 19}),
        ("110105491231002", "old", {}), ("470105194912310028", "province", {"digits": "47"}), ("110105179912310021", "early-date", {"date": "1799-12-31"}),
        ("110105202604010023", "late-date", {"date": "2026-04-01"}), ("110105000012310023", "no-date", {"date": "0000-12-31"}), ("无", "length", {"count": 1}),
    ],
)  # fmt: skip
def test_refusals(text, reason, params):
    assert refused(text, demo=True) == (reason, params)


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_never_passes(number, at, digit):
    other = number[:at] + digit + number[at + 1 :]
    if other != number:
        with pytest.raises(RefusedError):
            resident_id.parse(other, TODAY)


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_that_changed_places_never_pass(number, at):
    other = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if other != number:
        with pytest.raises(RefusedError):
            resident_id.parse(other, TODAY)


def test_what_a_number_tells():
    assert resident_id.birth_date(PUBLISHED) == date(1949, 12, 31)
    assert resident_id.sex(PUBLISHED) == "2"
    assert [resident_id.sex(number) for number in INVENTED] == ["2", "2", "2", "1"]
    assert resident_id.masked(PUBLISHED) == "1101**********002X"


def test_an_old_number_becomes_the_one_of_eighteen_signs():
    assert resident_id.upgraded("110105 491231 002") == PUBLISHED
    with pytest.raises(RefusedError) as caught:
        resident_id.upgraded("110105780229001")
    assert caught.value.params == {"date": "1978-02-29"}
    with pytest.raises(RefusedError):
        resident_id.upgraded(PUBLISHED)


@pytest.mark.parametrize(
    ("before", "written", "after"),
    [
        ("她的身份证是", PUBLISHED, "，住石桥村"), ("ID: ", "110105 19491231 002x", "."), ("", "110105-1949-1231-002X", ""), ("证", "１１０１０５１９４９１２３１００２Ｘ", "号"),
        ("电话 13800138000 ", PUBLISHED, " 完"), ("7 ", "990101 198503 120029", "\n"), ("1101051949 ", PUBLISHED, ""),
    ],
)  # fmt: skip
def test_a_number_in_free_text_is_found_where_it_stands(before, written, after):
    [found] = resident_id.find(before + written + after)
    assert (found.start, found.end) == (len(before), len(before + written))
    assert found.number == resident_id.normal(written)


@pytest.mark.parametrize(
    "text",
    ["", "没有号码", "110105194912310021", "1" + PUBLISHED, PUBLISHED + "7", PUBLISHED + "A", "990101197802290015", "13800138000", "99010110020000011", "6217001380013800012"],
)  # fmt: skip
def test_what_is_no_number_is_not_found(text):
    assert resident_id.find(text) == []


@given(NUMBERS, NUMBERS, st.text(alphabet="村民 的，。a", max_size=5))
def test_two_numbers_are_both_found(first, second, between):
    found = resident_id.find(f"{first}。{between}，{second}")
    assert [each.number for each in found] == [first, second]
