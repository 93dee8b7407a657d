"""Colours, and the signs of the plain look. Nothing is told by colour alone.

Every pair of text and background that is drawn has a contrast of 4.5 at least, 7 in the two looks made for bad light.
The strong colours of these two are those of Okabe and Ito, which people with any kind of colour blindness tell apart;
on white they are darkened.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme


def _theme(
    name: str,
    *,
    paper: str,
    raised: str,
    bar: str,
    ink: str,
    quiet: str,
    title: str,
    on_title: str,
    accent: str,
    good: str,
    warning: str,
    error: str,
    dark: bool = True,
) -> Theme:
    """A theme in which every colour that Textual would mix for itself is said."""
    return Theme(
        name=name,
        primary=title,
        secondary=title,
        accent=accent,
        foreground=ink,
        background=paper,
        surface=raised,
        panel=bar,
        success=good,
        warning=warning,
        error=error,
        dark=dark,
        variables={
            "text": ink,
            "text-muted": quiet,
            "text-disabled": quiet,
            "text-accent": accent,
            "text-warning": warning,
            "text-error": error,
            "text-success": good,
            "foreground-muted": quiet,
            "foreground-disabled": quiet,
            "block-cursor-foreground": on_title,
            "block-cursor-background": title,
            "block-cursor-blurred-foreground": on_title,
            "block-cursor-blurred-background": title,
            "block-cursor-blurred-text-style": "bold",
            "block-hover-background": bar,
            "border": accent,
            "border-blurred": quiet,
            "input-cursor-background": ink,
            "input-cursor-foreground": paper,
            "input-selection-background": title,
            "input-selection-foreground": on_title,
            "scrollbar": quiet,
            "scrollbar-background": bar,
        },
    )


THEMES = (
    _theme(
        "fieldkit", paper="#101418", raised="#181d22", bar="#242b33", ink="#e8e8e8", quiet="#a9b2bb",
        title="#1f5f8b", on_title="#ffffff", accent="#e0a030", good="#56b870", warning="#e6b800", error="#ff8080",
    ),
    _theme(
        "high-contrast", paper="#000000", raised="#000000", bar="#000000", ink="#ffffff", quiet="#d0d0d0",
        title="#f0e442", on_title="#000000", accent="#56b4e9", good="#56b4e9", warning="#f0e442", error="#e69f00",
    ),
    _theme(
        "daylight", paper="#ffffff", raised="#ffffff", bar="#f2f2f2", ink="#000000", quiet="#404040",
        title="#003f63", on_title="#ffffff", accent="#00476f", good="#00472f", warning="#5a3d00", error="#7a2600",
        dark=False,
    ),
)  # fmt: skip

_LOOKALIKES = {
    "…": ".", "·": ".", "•": "*", "—": "-", "–": "-", "―": "-", "‖": "|", "“": '"', "”": '"', "‘": "'", "’": "'",
    "×": "x", "÷": "/", "±": "+", "°": "o", "←": "<", "→": ">", "↑": "^", "↓": "v", "↔": "-", "■": "#", "□": "o",
    "▲": "^", "△": "^", "▼": "v", "▽": "v", "◆": "*", "◇": "o", "●": "*", "○": "o", "◎": "o", "★": "*", "☆": "*",
    "▶": ">", "▷": ">", "◀": "<", "◁": "<", "✓": "v", "✗": "x", "†": "+", "‡": "+", "§": "S", "¤": "$", "√": "v",
    "≤": "<", "≥": ">", "≠": "#", "≈": "~", "∞": "8", "«": "<", "»": ">",
}  # fmt: skip
_FULL = "█▉▋▌▐▀▄▓▒"
_EDGES = {"▁": "-", "▔": "-", "▏": "|", "▎": "|", "▊": "|", "▕": "|"}


@lru_cache(maxsize=1)
def _plain_signs() -> dict[int, str]:
    """Ambiguous sign → a sign of ASCII, one for one, so that no line changes its width."""
    signs = {chr(code): _line_sign(chr(code)) for code in range(0x2500, 0x2580)}
    signs |= {chr(code): " " for code in range(0x2580, 0x25A0)} | dict.fromkeys(_FULL, "#") | _EDGES
    signs |= {chr(code): str(unicodedata.digit(chr(code))) for code in range(0x2460, 0x2469)} | _LOOKALIKES
    return str.maketrans(signs)


def _line_sign(sign: str) -> str:
    """The ASCII of a sign of the block Box Drawing."""
    ways = set(unicodedata.name(sign).split()) & {
        "HORIZONTAL",
        "VERTICAL",
        "UP",
        "DOWN",
        "LEFT",
        "RIGHT",
        "ARC",
    }
    if ways <= {"HORIZONTAL", "LEFT", "RIGHT"} and ways:
        return "-"
    return "|" if ways <= {"VERTICAL", "UP", "DOWN"} else "+"


class PlainSigns(LineFilter):
    """Draws lines, boxes and marks of ambiguous width as ASCII, whatever widget they come from.

    Letters of ambiguous width (Greek, Cyrillic) stay: they are somebody's words.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the segments with such signs replaced."""
        signs = _plain_signs()
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(signs), segment.style, segment.control)
            for segment in segments
        ]
