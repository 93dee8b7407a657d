"""How the app looks: colours, big letters, plain signs. Chosen by a person, remembered for them, or by the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fieldkit.config import read_config, write_config
from fieldkit.terminal import BROWSER

COLOURS = ("fieldkit", "high-contrast", "daylight")
_FILE = "appearance"
_BARE_TERMINALS = ("linux", "dumb")


@dataclass(frozen=True, slots=True)
class Appearance:
    """A look. colours: one of COLOURS, "" where nobody chose. big: more space, one thing at a time.

    plain: only signs that every terminal draws alike; None leaves it to the terminal.
    """

    colours: str = ""
    big: bool = False
    plain: bool | None = None

    def __str__(self) -> str:
        """The look in the words that `appearance_of` reads."""
        plain = {True: "plain", False: "lines", None: ""}[self.plain]
        return " ".join(word for word in (self.colours, "big" if self.big else "", plain) if word)


def appearance_of(text: str) -> tuple[Appearance, list[str]]:
    """Read a look written as words (`daylight big plain`; `lines` is the opposite of `plain`); and words not known."""
    look, unknown = Appearance(), []
    for word in text.replace(",", " ").split():
        if word in COLOURS:
            look = replace(look, colours=word)
        elif word == "big":
            look = replace(look, big=True)
        elif word in {"plain", "lines"}:
            look = replace(look, plain=word == "plain")
        else:
            unknown.append(word)
    return look, unknown


def chosen_appearance() -> tuple[Appearance, list[str]]:
    """The look of FIELDKIT_THEME, else the one remembered; and what of it is no word for a look."""
    return appearance_of(os.environ.get("FIELDKIT_THEME") or read_config(_FILE) or "")


def remember_appearance(look: Appearance) -> None:
    """Look like that next time, too."""
    write_config(_FILE, str(look) + "\n")


def needs_plain(
    sign_width: int | None, environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> bool:
    """Whether a terminal is known or likely to draw lines and boxes wrongly.

    sign_width: the cells it used for a sign of ambiguous width, None where it did not say.
    """
    if environment.get("TEXTUAL_DRIVER") == BROWSER:
        return False
    if platform == "win32" and "WT_SESSION" not in environment:
        return True
    return sign_width == 2 or environment.get("TERM", "") in _BARE_TERMINALS
