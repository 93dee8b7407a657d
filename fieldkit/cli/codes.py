"""Codes on the command line: drawn for a scanner, and read from one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from textwrap import wrap

from fieldkit.appearance import chosen_appearance, needs_plain
from fieldkit.cli.common import warn
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.qr import Room, matrix, room, rows
from fieldkit.session.code_parts import are_digits
from sync import Scan, SyncError
from sync.digits import LARGEST_PART, spoken

STDIN = "-"
# White on black reversed, not black on white: where a terminal has no colours, reversing is left.
_PAPER, _PAPER_BARE = "\x1b[0;97;40;7m", "\x1b[0;7m"
_DARK, _DARK_BARE = "\x1b[0;30;40m##", "\x1b[0m  "
_PLAIN_AGAIN = "\x1b[0m"
_ROW = 69
"""Columns of ten groups."""

_LINES_AROUND = 3
"""Lines of a window that the part's number and the prompt take."""


def drawn(codes: Callable[[int], tuple[str, ...]]) -> str:
    """The QR codes of a message, as many as the window asks for: black on white on a terminal, bare characters in a
    pipe. `codes` gives the message in parts of at most so many digits.
    """
    plain, terminal = _plain(), sys.stdout.isatty()
    space = Room(LARGEST_PART, 4)
    if terminal:
        columns, lines = shutil.get_terminal_size()
        space = room(columns, lines - _LINES_AROUND, plain=plain)
    parts = codes(space.digits)
    if not parts:
        return _("This window is too small for the code. Enlarge it and look again, or use the digits.")
    shown = []
    for number, part in enumerate(parts, 1):
        if len(parts) > 1:
            shown.append(
                _("Code {number} of {total}, to be scanned in any order:", number=number, total=len(parts))
            )
        lines_of = rows(matrix(part, space.quiet), plain=plain)
        shown += [_inked(line) for line in lines_of] if terminal else lines_of
    return "\n".join(shown)


def drawn_text(text: str) -> str:
    """The QR code of a text: black on white on a terminal, bare characters in a pipe. Where the window is too small to show all of
    it at once, it says so.
    """
    lines = rows(matrix(text), plain=_plain())
    if not sys.stdout.isatty():
        return "\n".join(lines)
    drawn = [*map(_inked, lines)]
    columns, height = shutil.get_terminal_size()
    if columns < len(lines[0]) or height <= len(lines):
        drawn.append(
            _(
                "The window is too small for a camera to see all of this: it takes {columns} columns and {lines} lines. Enlarge it or make its letters smaller.",
                columns=len(lines[0]), lines=len(lines) + 1,
            )
        )  # fmt: skip
    return "\n".join(drawn)


def read_aloud(parts: tuple[str, ...]) -> str:
    """The digits in groups, one part a line, for whoever has no scanner."""
    words = _(
        "Without a scanner: type or read out these groups line by line; the last digit of each checks it."
    )
    return "\n".join([words, *("\n".join(wrap(spoken(part), _ROW)) for part in parts)])


def scan_of(source: str) -> Scan | None:
    """The code that an argument means: digits, or `-` for lines from the standard input; None for a file or folder.

    Raises SyncError("digits.…").
    """
    if source == STDIN:
        return _typed()
    return Scan(source.splitlines()) if are_digits(source) else None


def _typed() -> Scan:
    """Lines until the code is whole. At a keyboard a line that is wrong is told and may come again."""
    scan, person = Scan(), sys.stdin.isatty()
    if person:
        warn(_("Scan the code or type its digits; Enter ends each part."))
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            scan.add(line)
        except SyncError as error:
            if not person:
                raise
            warn(explain(error))
        if scan.complete:
            break
        if person and scan.groups:
            warn(_("Go on with group {number}.", number=scan.groups + 1))
        elif person and scan.missing:
            warn(_("Still missing: {parts}", parts=", ".join(map(str, scan.missing))))
    return scan


def _inked(line: str) -> str:
    bare = bool(os.environ.get("NO_COLOR"))
    paper, dark = (_PAPER_BARE, _DARK_BARE) if bare else (_PAPER, _DARK)
    return paper + line.replace("##", dark + paper) + _PLAIN_AGAIN


def _plain() -> bool:
    """Whether blocks cannot be drawn: the person's look or the terminal says so, or its encoding has none."""
    look, _unknown = chosen_appearance()
    try:
        "█▀▄".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return True
    return needs_plain(None) if look.plain is None else look.plain
