"""A QR code as modules and as characters, and how much of one a window can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

QUIET = 4
"""Light modules around the code (ISO/IEC 18004)."""

_NARROW = 1
"""Light modules around it where a window of 24 lines has room for no more: readers find it, if from nearer."""

_SMALLEST, _LARGEST = 1, 40
_HALVES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


@dataclass(frozen=True, slots=True)
class Room:
    """What a window can hold: a code of so many digits, 0 for none, with so many light modules around it."""

    digits: int
    quiet: int


def room(columns: int, lines: int, *, plain: bool) -> Room:
    """The most digits that fit in so many columns and lines, drawn as `rows` does."""
    side = min(columns // 2, lines) if plain else min(columns, 2 * lines)
    for quiet in (QUIET, _NARROW):
        version = min((side - 2 * quiet - 17) // 4, _LARGEST)
        if version >= _SMALLEST:
            return Room(_digits_of(version), quiet)
    return Room(0, QUIET)


def matrix(text: str, quiet: int = QUIET, correction: str = "L") -> list[list[bool]]:
    """The modules of the code for a text (digits, or UTF-8), quiet zone included; True is dark. correction: L, M, Q or H.

    Raises ValueError for a text that no code can hold.
    """
    import qrcode
    from qrcode.exceptions import DataOverflowError

    level = getattr(qrcode.constants, f"ERROR_CORRECT_{correction}")
    code = qrcode.QRCode(error_correction=level, border=quiet)
    code.add_data(text.encode("utf-8"), optimize=0)
    try:
        code.make(fit=True)
    except DataOverflowError as error:
        raise ValueError(text) from error
    return [[bool(module) for module in row] for row in code.get_matrix()]


def rows(modules: list[list[bool]], *, plain: bool) -> list[str]:
    """The code in characters: two modules in one by half blocks, or `##` for each dark module where a terminal has
    no blocks.
    """
    if plain:
        return ["".join("##" if dark else "  " for dark in row) for row in modules]
    light = [False] * len(modules)
    pairs = zip_longest(modules[::2], modules[1::2], fillvalue=light)
    return ["".join(_HALVES[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs]


@cache
def _digits_of(version: int) -> int:
    """How many digits a code of this version holds: three in ten bits, two in seven, one in four."""
    import qrcode.constants
    from qrcode.base import rs_blocks

    blocks = rs_blocks(version, qrcode.constants.ERROR_CORRECT_L)
    length = 10 if version < 10 else 12 if version < 27 else 14
    bits: int = 8 * sum(block.data_count for block in blocks) - 4 - length
    return bits // 10 * 3 + (bits % 10 >= 4) + (bits % 10 >= 7)
