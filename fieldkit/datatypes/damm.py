"""Damm's check digit (H. M. Damm, 2004): it finds every wrong digit and every two neighbours that changed places.

The quasigroup is the totally anti-symmetric one of order 10 that Damm's thesis gives and everybody uses.
"""

from __future__ import annotations

_TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def check_digit(digits: str) -> str:
    """The digit to put behind ASCII `digits`; "" where they are none."""
    if not digits.isascii() or not digits.isdigit():
        return ""
    state = "0"
    for digit in digits:
        state = _TABLE[int(state)][int(digit)]
    return state


def is_valid(number: str) -> bool:
    """Whether ASCII digits end in their check digit."""
    return len(number) > 1 and check_digit(number) == "0"
