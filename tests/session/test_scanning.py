"""What a code means, and what a scanner's keys tell about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.datatypes.damm import check_digit
from fieldkit.i18n import set_language
from fieldkit.session.bursts import GAP, WHOLE
from fieldkit.session.probing import TEST_CODE, Stroke, is_over, probe_lines, probed
from fieldkit.session.scanning import Repeats, Scan, is_offered, understood, wanted_by
from fieldkit.xforms import FormEntry, load_form

PARTICIPANT = "2603311001" + check_digit("2603311001")


def test_numbers_are_known_by_their_length_and_check_digit():
    assert understood(TEST_CODE) == Scan(TEST_CODE, "household")
    assert understood(PARTICIPANT) == Scan(PARTICIPANT, "participant")
    assert understood("12345678") == Scan("12345678", "", "scan.unknown")


@pytest.mark.parametrize("number", [TEST_CODE, PARTICIPANT])
@given(data=st.data())
def test_one_wrong_digit_is_a_fault(number, data):
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda each: each != number[place]))
    assert understood(number[:place] + digit + number[place + 1 :]).fault


def test_the_same_code_at_once_counts_once():
    repeats = Repeats()
    assert [repeats.same(code, at) for code, at in [("1", 10), ("1", 11.4), ("2", 11.45), ("1", 11.5)]] == [
        False, True, False, False,
    ]  # fmt: skip
    assert [repeats.same("1", at) for at in (12.9, 13.1, 14.0)] == [True, False, True]


FORM = """| survey |
| | type | name | label | bind::fk:check |
| | text | hh_id | Household | |
| | text | whose | Whose | household-number |
| | text | pid | Participant | |
| | text | words | Words | |
| | barcode | pack | Pack | |
| | select_one house | chosen | Chosen | household-number |
| choices |
| | list_name | name | label |
| | house | 99010110020000011 | One |
"""


@pytest.fixture
def entry(tmp_path):
    path = tmp_path / "scan.md"
    path.write_text(FORM, encoding="utf-8")
    return FormEntry(load_form(path))


def test_a_question_takes_its_own_kind_of_number(entry):
    def takers(scan):
        names = ["hh_id", "whose", "pid", "words", "pack", "chosen"]
        return {name for name in names if wanted_by(entry, f"/data/{name}", scan)}

    assert takers(understood(TEST_CODE)) == {"hh_id", "whose", "chosen", "pack"}
    assert takers(understood(PARTICIPANT)) == {"pid", "pack"}
    assert takers(understood(TEST_CODE[:-1] + "2")) == {"pack"}, "a wrong number goes nowhere"
    assert takers(understood("6901234567892")) == {"pack"}


def test_choices_must_offer_the_number(entry):
    assert is_offered(entry, "/data/chosen", TEST_CODE)
    assert not is_offered(entry, "/data/chosen", "99010110020000020")
    assert is_offered(entry, "/data/whose", "99010110020000020")


def strokes(digits, gap=0.008, suffix="enter", *, wide=False):
    shown = [chr(ord(digit) + 0xFEE0) if wide else digit for digit in digits]
    keys = [(digit, character) for digit, character in zip(digits, shown, strict=True)]
    keys += [(suffix, None)] if suffix else []
    return [Stroke(key, character, n * gap) for n, (key, character) in enumerate(keys)]


def test_a_scanner_set_up_well_is_good():
    set_language("en")
    probe = probed(strokes(TEST_CODE))
    assert probe.is_burst
    assert probe.digits == TEST_CODE
    assert [round(each) for each in probe.gaps] == [8, 8, 8]
    assert any(line.startswith("Good") for line in probe_lines(probe))
    wide = probed(strokes(TEST_CODE, wide=True))
    assert (wide.digits, wide.wide, wide.is_burst) == (TEST_CODE, True, True)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (strokes(TEST_CODE, suffix="tab"), "Set the suffix to CR"),
        (strokes(TEST_CODE, suffix=""), "Set the suffix to CR"),
        (strokes(TEST_CODE, gap=0.05), "50 ms lay between two keys"),
        (strokes(TEST_CODE, gap=0.035), "it took 595 ms"),
        (strokes("1234"), "fewer than 8 digits"),
        ([Stroke("f", "f", -0.01), *strokes(TEST_CODE)], "keys that are no digits came: f"),
        (strokes(TEST_CODE[:-1] + "2"), "The last digit does not fit"),
    ],
)
def test_what_is_to_be_set_is_said(sent, said):
    set_language("en")
    assert said in "\n".join(probe_lines(probed(sent)))


def test_a_code_ends_with_its_suffix_or_a_pause():
    sent = strokes(TEST_CODE)
    end = sent[-1].at
    assert not is_over([], 1.0)
    assert not is_over(sent[:-1], end)
    assert not is_over(sent, end + GAP / 2), "a line feed behind it"
    assert is_over(sent, end + GAP)
    assert is_over(sent[:5], sent[4].at + WHOLE + 0.01)
