"""Something a person must read; any of Enter, Esc or space closes it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from fieldkit.i18n import _
from fieldkit.widgets.static import Static

_SHARE = 0.9
"""Of the height of the screen, at most."""
_AROUND = 7
"""Lines beside the text: border, room within it, an empty line and at most two that say how to close it."""


class Notice(ModalScreen[None]):
    """A message over the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,space", "dismiss_it", show=False, priority=True)
    ]
    DEFAULT_CSS = """
    Notice { align: center middle; }
    Notice > Vertical {
        width: 80%; max-width: 76; height: auto; max-height: 90%; border: solid $accent; padding: 1 2;
        background: $surface;
    }
    Notice.-narrow > Vertical { width: 94%; }
    Notice VerticalScroll { height: auto; }
    Notice Static { height: auto; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        """The text and how to close it."""
        with Vertical():
            with VerticalScroll():
                yield Static(self.text, markup=False)
            yield Static("\n" + _("Enter closes this."), markup=False, id="closing")

    def on_mount(self) -> None:
        """Say so where there is more than fits."""
        self.call_after_refresh(self._say_how)

    def on_resize(self) -> None:
        """More or less may fit now; the words that say how to close it have room in any case."""
        most = int(self.app.size.height * _SHARE) - _AROUND
        self.query_one(VerticalScroll).styles.max_height = max(3, most)
        self.call_after_refresh(self._say_how)

    def _say_how(self) -> None:
        more = self.query_one(VerticalScroll).max_scroll_y > 0
        said = _("There is more: arrows or PgDn. Enter closes this.") if more else _("Enter closes this.")
        self.query_one("#closing", Static).update("\n" + said)

    def action_dismiss_it(self) -> None:
        """Close."""
        self.dismiss()
