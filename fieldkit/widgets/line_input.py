"""A text input whose input-method window opens at the caret, and whose caret stands still."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Offset
from textual.widgets import Input


class LineInput(Input):
    """Textual 8.2 reports the caret one cell too far right at the end of the text; this corrects it.

    A caret that blinks would wake the processor twice a second for as long as nobody types.
    """

    def on_mount(self) -> None:
        """Let the caret stand still."""
        self.cursor_blink = False

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's own cursor belongs."""
        x, y = super().cursor_screen_offset
        return Offset(x - (1 if self.cursor_at_end else 0), y)

    def way_back(self) -> Callable[[], None]:
        """Take back a digit typed from here on: the line, caret and mark as they are now."""
        value, selection = self.value, self.selection

        def back() -> None:
            self.value = value
            self.selection = selection

        return back
