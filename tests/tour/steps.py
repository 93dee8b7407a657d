"""The steps of the tour, read out of README.md and README.zh.md: what stands in `such letters` is pressed or typed, in this
order; what stands in *italics* is then on screen; `↓` to *a line* is pressed until that line is marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
PAGES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
HEADINGS = {"en": "## Five minutes\n", "zh": "## 五分钟\n"}
_STEP = re.compile(r"^(\d+)\. (.*(?:\n   .*)*)", re.MULTILINE)
_WHAT = re.compile(r"`↓`(?: to | ?到)\*(?P<mark>[^*]+)\*|`(?P<do>[^`]+)`|\*(?P<see>[^*]+)\*")
_KEY = re.compile(r"Enter|Esc|↓|\d|F\d+|(?:Ctrl|Alt)\+\w+")


@dataclass(frozen=True)
class Deed:
    """One thing to do or to see. `see` and `mark` have the words on screen; `open`: a file."""

    kind: Literal["press", "type", "run", "open", "mark", "see"]
    what: str

    @property
    def said(self) -> str:
        """As the page writes it, "" for what is only looked at."""
        return "" if self.kind == "see" else f"`↓` *{self.what}*" if self.kind == "mark" else f"`{self.what}`"


@dataclass(frozen=True)
class Step:
    """A step: its number, its sentences, what is done and seen in it."""

    number: int
    text: str
    deeds: tuple[Deed, ...]


def steps(language: str) -> list[Step]:
    """The tour in a language."""
    part = section(language)
    return [
        Step(int(number), " ".join(text.split()), tuple(_deeds(text))) for number, text in _STEP.findall(part)
    ]


def section(language: str) -> str:
    """What stands under the heading of the tour."""
    return PAGES[language].read_text(encoding="utf-8").partition(HEADINGS[language])[2].partition("\n## ")[0]


def served(language: str) -> list[str]:
    """The commands that open the tour in a browser, in order: instead of those of the steps."""
    return re.findall(r"`([^`]*\bserve\b[^`]*)`", section(language))


def _deeds(text: str) -> list[Deed]:
    return [_deed(found.lastgroup or "", found[found.lastgroup or ""]) for found in _WHAT.finditer(text)]


def _deed(kind: str, what: str) -> Deed:
    what = " ".join(what.split())
    if kind != "do":
        return Deed("mark" if kind == "mark" else "see", what)
    if _KEY.fullmatch(what):
        return Deed("press", what)
    if what.startswith(("make ", ".venv/")):
        return Deed("run", what)
    return Deed("open" if what.endswith(".html") else "type", what)
