"""A screen with a code for a scanner on its right, as large as the window allows, in as many parts as that takes."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType

from fieldkit.i18n import is_plain
from fieldkit.qr import QUIET, room
from fieldkit.widgets.frame import Frame, Result
from fieldkit.widgets.keybar import KeyBar
from fieldkit.widgets.qr import QrCode

_NARROWEST, _WIDEST = 22, 34
"""Columns of the words beside the code."""


class CodeBeside(Frame[Result]):
    """Subclasses have a `QrCode` in their body, and give `codes`. PgDn and PgUp turn to another part."""

    TURNING: ClassVar[list[BindingType]] = [
        Binding("pagedown", "turn(1)", show=False, priority=True),
        Binding("pageup", "turn(-1)", show=False, priority=True),
    ]
    # The code lies over the right end of the title: in 24 lines it needs every one but that of the keys.
    DEFAULT_CSS = "CodeBeside QrCode { dock: right; }"

    def __init__(self) -> None:
        super().__init__()
        self.part = 0
        self.parts: tuple[str, ...] = ()

    @abstractmethod
    def codes(self, most: int) -> tuple[str, ...]:
        """What is shown, in parts of at most `most` digits; none where there is nothing, or it does not fit."""

    def on_resize(self) -> None:
        """Show as much of the code as there is room for."""
        self.refresh_words()

    def action_turn(self, by: int) -> None:
        """Show the next part of a code that has several."""
        if self.parts:
            self.part = (self.part + by) % len(self.parts)
            self.refresh_words()

    def draw_code(self) -> None:
        """Draw the part that is turned to."""
        width, height = self.app.size
        lines = height - self.query_one(KeyBar).get_content_height(self.app.size, self.app.size, width)
        words = max(_NARROWEST, min(_WIDEST, width - 2 * lines))
        space = room(width - words, lines, plain=is_plain())
        self.parts = self.codes(space.digits) if space.digits else ()
        self.part = min(self.part, max(0, len(self.parts) - 1))
        shown = self.parts[self.part] if self.parts else ""
        self.query_one(QrCode).show(shown, plain=is_plain(), quiet=space.quiet if shown else QUIET)
