"""Reads a QR code from the characters it is drawn in (ISO/IEC 18004; nothing is corrected)."""

from __future__ import annotations

from qrcode.base import rs_blocks
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.util import pattern_position

from fieldkit.qr import QUIET

_HALVES = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
_FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
_LEVELS = {"L": (0b01, ERROR_CORRECT_L), "M": (0b00, ERROR_CORRECT_M), "Q": (0b11, ERROR_CORRECT_Q)}
_MASKS = [
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
]


def modules_of(lines):
    """The modules that half blocks draw."""
    found = []
    for line in lines:
        pairs = [_HALVES[character] for character in line]
        found += [[above for above, _ in pairs], [below for _, below in pairs]]
    return found


def plain_modules_of(lines):
    """The modules that two signs each draw."""
    return [[line[c : c + 2] == "##" for c in range(0, len(line), 2)] for line in lines]


def inks(style, *, colours):
    """How light the ink and the paper of a cell are, 0 to 255; without colours, on a terminal that writes light on
    dark.
    """
    pair = [255, 0]
    if colours:
        assert {style.color.triplet, style.bgcolor.triplet} <= {(0, 0, 0), (255, 255, 255)}, "nothing between"
        pair = [style.color.triplet.red, style.bgcolor.triplet.red]
    return pair[::-1] if style.reverse else pair


def seen(line, *, colours):
    """The two rows of modules that a camera sees in a line of half blocks; True is dark."""
    pairs = [(_HALVES[ch], inks(style, colours=colours)) for ch, style in line]
    return [[tones[not halves[row]] == 0 for halves, tones in pairs] for row in (0, 1)]


def bare(modules, quiet=QUIET):
    """The code without its quiet zone, which must be light and so wide."""
    if not any(modules[-1]) and len(modules) > len(modules[0]):
        modules = modules[:-1]
    size = len(modules[0])
    assert len(modules) == size
    edge = [*range(quiet), *range(size - quiet, size)]
    assert not any(modules[n][m] or modules[m][n] for n in edge for m in range(size))
    return [row[quiet : size - quiet] for row in modules[quiet : size - quiet]]


def decoded(code, correction="L"):
    """The text of a code: bytes or digits."""
    written_as, level = _LEVELS[correction]
    size = len(code)
    version = (size - 17) // 4
    assert size == 17 + 4 * version
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        assert ["".join(str(int(code[top + r][left + c])) for c in range(7)) for r in range(7)] == _FINDER
    spots = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    written = int("".join(str(int(code[r][c])) for r, c in spots), 2) ^ 0b101010000010010
    assert written >> 13 == written_as, "error correction"
    mask = _MASKS[written >> 10 & 0b111]
    reserved = _reserved(size, version)
    bits, upward = [], True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        lines = range(size - 1, -1, -1) if upward else range(size)
        cells = [(r, c) for r in lines for c in (right, right - 1) if not reserved[r][c]]
        bits += [int(code[r][c]) ^ mask(r, c) for r, c in cells]
        upward = not upward
    stream = _in_order(bits, version, level)
    mode, rest = stream[:4], stream[4:]
    if mode == "0100":
        width = 8 if version < 10 else 16
        length, rest = int(rest[:width], 2), rest[width:]
        return bytes(int(rest[8 * n : 8 * n + 8], 2) for n in range(length)).decode("utf-8")
    assert mode == "0001", "digits"
    width = 10 if version < 10 else 12 if version < 27 else 14
    length, rest = int(rest[:width], 2), rest[width:]
    digits = ""
    while len(digits) < length:
        several = min(3, length - len(digits))
        take = {3: 10, 2: 7, 1: 4}[several]
        digits += f"{int(rest[:take], 2):0{several}}"
        rest = rest[take:]
    return digits


def _reserved(size, version):
    reserved = [[False] * size for _ in range(size)]
    for r in range(size):
        for c in range(size):
            corner = (r < 9 and c < 9) or (r < 9 and c >= size - 8) or (r >= size - 8 and c < 9)
            says_version = version >= 7 and ((r < 6 and c >= size - 11) or (c < 6 and r >= size - 11))
            reserved[r][c] = corner or says_version or r == 6 or c == 6
    places = pattern_position(version)
    for r in places:
        for c in places:
            if (r, c) not in {(6, 6), (6, size - 7), (size - 7, 6)}:
                for dr in range(-2, 3):
                    for dc in range(-2, 3):
                        reserved[r + dr][c + dc] = True
    return reserved


def _in_order(bits, version, level):
    """The bits of the data, whose blocks are written in turn, a byte of each."""
    blocks = [block.data_count for block in rs_blocks(version, level)]
    words = ["".join(map(str, bits[8 * n : 8 * n + 8])) for n in range(sum(blocks))]
    found = [[] for _ in blocks]
    for place in range(max(blocks)):
        for block, length in zip(found, blocks, strict=True):
            if place < length:
                block.append(words.pop(0))
    return "".join(word for block in found for word in block)
