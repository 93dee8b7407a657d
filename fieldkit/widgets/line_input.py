"""A text input whose input-method window opens at the caret."""

from __future__ import annotations

from textual.geometry import Offset
from textual.widgets import Input


class LineInput(Input):
    """Textual 8.2 reports the caret one cell too far right at the end of the text; this corrects it."""

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's own cursor belongs."""
        x, y = super().cursor_screen_offset
        return Offset(x - (1 if self.cursor_at_end else 0), y)
