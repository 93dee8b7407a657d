"""A screen with a text that may be longer than the room for it: PgDn and PgUp show more, wherever the caret is."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen


class Paged:
    """Mixed into screens with one `VerticalScroll`, whose bindings have `PAGING` among them."""

    PAGING: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def action_page(self, by: int) -> None:
        """Show more of the text."""
        assert isinstance(self, Screen)
        page = self.query_one(VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)
