"""A check code that two people can compare over the telephone."""

from __future__ import annotations

_DIGITS = 6


def spoken_code(sha256: str) -> str:
    """Six digits in two groups for the SHA-256 (hex) of a file, the same wherever they are worked out.

    It tells two files of a day apart; it is no proof of anything, which is what signatures are for.
    """
    digits = f"{int(sha256, 16) % 10**_DIGITS:0{_DIGITS}d}"
    return f"{digits[:3]} {digits[3:]}"
