"""Choosing how the app looks: digits or arrows; each choice is seen at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from fieldkit.appearance import COLOURS, Appearance
from fieldkit.commands import HELP
from fieldkit.i18n import N_, _
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.static import Static

COLOUR_WORDS = (N_("Dark"), N_("High contrast"), N_("Daylight: black on white"))
_SWITCHES = (
    N_("Big letters: more room, for a large font"),
    N_("Plain signs, where lines are drawn wrongly"),
)


class ChooseAppearance(Explained, ModalScreen[None]):
    """Shows `look` and calls `wear` with every change."""

    ABOUT = N_(
        "How everything looks. A digit, or the arrows and space, changes it at once; Enter or Esc closes this, and what was chosen is remembered."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP.binding,
        Binding("enter,escape", "close", show=False, priority=True),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("space", "choose_here", show=False),
        *(Binding(str(number), f"choose({number - 1})", show=False) for number in range(1, 6)),
    ]
    DEFAULT_CSS = """
    ChooseAppearance { align: center middle; }
    ChooseAppearance > Vertical {
        width: 90%; max-width: 64; height: auto; border: solid $accent; padding: 1 2; background: $surface;
    }
    """

    def __init__(self, look: Appearance, wear: Callable[[Appearance], None]) -> None:
        super().__init__()
        self.look = look
        self.wear = wear
        self.highlighted = 0

    def compose(self) -> ComposeResult:
        """The choices, and how to go on."""
        with Vertical():
            yield Static(id="choices")
            yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        """Show them."""
        self._draw()

    def action_move(self, by: int) -> None:
        """Move the highlight."""
        self.highlighted = max(0, min(len(COLOURS) + 1, self.highlighted + by))
        self._draw()

    def action_choose_here(self) -> None:
        """Take what is highlighted."""
        self.action_choose(self.highlighted)

    def action_choose(self, place: int) -> None:
        """Take the choice at that place, and wear it."""
        self.highlighted = place
        if place < len(COLOURS):
            self.look = replace(self.look, colours=COLOURS[place])
        elif place == len(COLOURS):
            self.look = replace(self.look, big=not self.look.big)
        else:
            self.look = replace(self.look, plain=not self.look.plain)
        self.wear(self.look)
        self._draw()

    def action_close(self) -> None:
        """Close; what was chosen holds."""
        self.dismiss(None)

    def _draw(self) -> None:
        here = self.look.colours or self.app.theme
        rows = [
            f"({'x' if name == here else ' '}) {_(words)}"
            for name, words in zip(COLOURS, COLOUR_WORDS, strict=True)
        ]
        switched = (self.look.big, self.look.plain)
        rows += [f"[{'x' if on else ' '}] {_(words)}" for on, words in zip(switched, _SWITCHES, strict=True)]
        self.query_one("#choices", Static).update(
            Content("\n").join(
                Content.styled(f"{place + 1} {row}", "reverse" if place == self.highlighted else "")
                for place, row in enumerate(rows)
            )
        )
        self.query_one("#keys", Static).update("\n" + _("A digit or space chooses, Enter closes."))
