"""Amounts in yuan: typed, shown, and in 大写, with the examples of the rules of 1996 and of payment slips."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.datatypes.money import capital_figures, parse, yuan
from fieldkit.datatypes.refused import RefusedError

AMOUNTS = st.decimals(min_value=Decimal(0), max_value=Decimal("9999999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("81945", "捌万壹仟玖佰肆拾伍元整"), ("0.05", "伍分"), ("0", "零元整"), ("0.50", "伍角整"), ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"), ("1680.32", "壹仟陆佰捌拾元叁角贰分"), ("16409.02", "壹万陆仟肆佰零玖元零贰分"), ("325.04", "叁佰贰拾伍元零肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"), ("101.50", "壹佰零壹元伍角整"), ("1004.56", "壹仟零肆元伍角陆分"), ("10", "壹拾元整"), ("100000000", "壹亿元整"),
        ("100000007", "壹亿零柒元整"), ("150000000", "壹亿伍仟万元整"), ("100010000", "壹亿零壹万元整"), ("1234567890123.45", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
        ("1000000000000", "壹万亿元整"), ("1000100000000", "壹万零壹亿元整"), ("20001", "贰万零壹元整"), ("200010", "贰拾万零壹拾元整"), ("-5", "负伍元整"), ("-0.001", "零元整"),
    ],
)  # fmt: skip
def test_capital_figures(amount, words):
    assert capital_figures(amount) == f"人民币{words}"


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1e16", "9999999999999999.999"])
def test_what_is_no_amount_has_no_words(text):
    assert capital_figures(text) == yuan(text) == ""


_DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}


def read_back(words):
    """The amount that capital figures say, read as a clerk does."""
    whole, _, small = words.removeprefix("人民币").removesuffix("整").rpartition("元")
    fen, digit = 0, 0
    for sign in small:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            fen += digit * {"角": 10, "分": 1}[sign]
    return Decimal(whole_number(whole)) + Decimal(fen) / 100


def whole_number(words):
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        above, found, below = words.rpartition(unit)
        if found:
            return whole_number(above) * size + whole_number(below)
    total = digit = 0
    for sign in words:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += digit * {"拾": 10, "佰": 100, "仟": 1000}[sign]
            digit = 0
    return total + digit


@given(AMOUNTS)
def test_capital_figures_read_back_give_the_amount(amount):
    words = capital_figures(amount)
    assert read_back(words) == amount
    assert "零零" not in words
    assert words.endswith("整") == (amount * 100 % 10 == 0)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("81945", "81945"), ("¥81,945.00", "81945"), ("￥81945.50", "81945.50"), ("８１，９４５．５元", "81945.50"), ("81 945元", "81945"), ("3.5万元", "35000"), ("8.1945万", "81945"),
        ("0.05", "0.05"), (".5", "0.50"), ("-5", "-5"), ("负5元", "-5"), ("¥-5.10", "-5.10"), ("-¥5", "-5"), ("-0", "0"), ("500元整", "500"), ("007", "7"), ("0.10000", "0.10"),
    ],
)  # fmt: skip
def test_typed_amounts(typed, kept):
    assert parse(typed) == kept
    assert parse(kept) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "unreadable"), ("元", "unreadable"), ("十元", "unreadable"), ("1,23", "unreadable"), ("12,34,567", "unreadable"), ("5$", "unreadable"), ("1.2.3", "unreadable"), ("--5", "unreadable"),
        ("-¥-5", "unreadable"), ("1e3", "unreadable"), ("5.", "unreadable"), ("0.005", "fen"), ("0.0000001万", "fen"), ("10000000000000000", "large"),
    ],
)  # fmt: skip
def test_amounts_that_are_none(typed, code):
    with pytest.raises(RefusedError) as caught:
        parse(typed)
    assert caught.value.code == f"money.{code}"


@pytest.mark.parametrize(
    ("amount", "shown"), [("81945", "¥81,945.00"), ("0", "¥0.00"), ("-5.1", "-¥5.10"), ("1234567.895", "¥1,234,567.90"), ("", "")]
)  # fmt: skip
def test_shown(amount, shown):
    assert yuan(amount) == shown


@given(AMOUNTS)
def test_what_is_shown_is_read_back(amount):
    assert Decimal(parse(yuan(amount))) == amount
