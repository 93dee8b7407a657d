"""Bursts of a scanner among the keys of a hand: every key of the hand arrives once and in order, every code as one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fieldkit.session.bursts import ENTER, GAP, LINE_FEED, SHORTEST, WHOLE, Router, digit_of

OTHER = ["a", "tab", "f1"]


@dataclass(frozen=True)
class Pressed:
    """A key: which one of all, its sign, when it came."""

    number: int
    sign: str
    at: float


def arrived(keys, can_take_back):
    """What arrives: keys by number, codes as digits. `can_take_back`: whether the caret stands where a digit can be."""
    router, came, took_back = Router(), [], 0
    for key in keys:
        if router.due is not None and router.due <= key.at:
            came += router.lapse()
        told = router.take(key.number, key.sign, key.at, at_once=can_take_back(key.number))
        came += told.keys
        if told.code:
            if told.began_with:
                took_back += 1
                came.pop()
            came.append(told.code)
    return [*came, *router.lapse()], took_back


def scripted(parts):
    """Keys with their times, and what should arrive. A part is a hand's (sign, pause) or a code with its gaps."""
    keys, wanted, at, quick = [], [], 0.0, 0
    for part in parts:
        if isinstance(part, tuple):
            sign, pause = part
            quick = quick + 1 if sign.isdigit() else 0
            if quick >= SHORTEST:
                pause, quick = max(pause, GAP), 1
            at += pause
            wanted.append(len(keys))
            keys.append(Pressed(len(keys), sign, at))
            continue
        code, gap = part
        at, quick = at + 2 * GAP, 0
        for sign in [*code, ENTER]:
            at += gap
            keys.append(Pressed(len(keys), sign, at))
        wanted.append(code)
    return keys, wanted


by_hand = st.tuples(
    st.sampled_from([*"0123456789", ENTER, *OTHER]).map(lambda sign: "" if sign in OTHER else sign),
    st.floats(0.001, 0.3),
)


@st.composite
def codes(draw):
    code = draw(st.text("0123456789", min_size=SHORTEST, max_size=30))
    return [code, draw(st.floats(0.0, min(0.9 * GAP, 0.95 * WHOLE / len(code))))]


@given(st.lists(by_hand | codes(), max_size=60), st.integers())
def test_every_key_of_a_hand_arrives_once_in_order_and_every_code_as_one(parts, places):
    keys, wanted = scripted(parts)
    came, _ = arrived(keys, lambda number: bool(places >> number % 64 & 1))
    assert came == wanted


@given(st.lists(by_hand, max_size=60))
def test_a_hand_alone_sends_no_code(parts):
    keys, wanted = scripted(parts)
    assert arrived(keys, lambda _number: False)[0] == wanted


@given(codes())
@example(["99010110020000011", 0.008])
def test_what_began_at_once_is_taken_back(code):
    keys, _ = scripted([code])
    assert arrived(keys, lambda _number: True) == ([code[0]], 1)
    assert arrived(keys, lambda _number: False) == ([code[0]], 0)


def at_gaps(digits, gap, *, enter=None):
    keys = [Pressed(n, digit, n * gap) for n, digit in enumerate(digits)]
    return [*keys, Pressed(len(keys), ENTER, keys[-1].at + (gap if enter is None else enter))]


@pytest.mark.parametrize(
    ("digits", "gap", "enter", "is_code"),
    [
        ("12345678", 0.039, None, True),
        ("12345678", 0.041, None, False),
        ("1234567", 0.01, None, False),
        ("12345678", 0.01, 0.039, True),
        ("12345678", 0.01, 0.041, False),
        ("99010110020000011", 0.0290, None, True),
        ("99010110020000011", 0.0300, None, False),
    ],
)
def test_the_limits_are_those_of_the_rule(digits, gap, enter, is_code):
    keys = at_gaps(digits, gap, enter=enter)
    came, _ = arrived(keys, lambda _number: False)
    assert came == ([digits] if is_code else [key.number for key in keys])


def test_nothing_is_held_back_longer_than_it_can_be_a_code():
    router = Router()
    assert router.take("1", "1", 10.0).keys == ()
    assert router.due == 10.0 + GAP
    assert router.lapse() == ("1",)
    assert router.due is None
    assert router.take("2", "2", 20.0, at_once=True).keys == ("2",)
    assert router.due is None
    held = [router.take(n, "3", 20.0 + 0.03 * n).keys for n in range(1, 30)]
    assert sum(map(len, held)) == 29
    assert held[15] == (), "still half a second has not passed"
    assert held[-1] == (29,), "a key held down flows on"


def test_a_line_feed_behind_the_enter_belongs_to_the_code():
    keys = at_gaps("12345678", 0.01)
    end = keys[-1].at
    assert arrived([*keys, Pressed(9, LINE_FEED, end + 0.01)], lambda _: False)[0] == ["12345678"]
    assert arrived([*keys, Pressed(9, LINE_FEED, end + 0.05)], lambda _: False)[0] == ["12345678", 9]


@pytest.mark.parametrize(
    ("character", "digit"),
    [("7", "7"), ("７", "7"), ("a", ""), ("七", ""), ("", ""), (None, ""), ("①", ""), ("٣", ""), ("12", "")],
)
def test_full_width_digits_are_digits(character, digit):
    assert digit_of(character) == digit
