"""Nothing to see: a locked screen that asks for the PIN or the passphrase, and a screen hidden with one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from fieldkit.commands import HIDE, QUIT
from fieldkit.i18n import _
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.lock import ScreenLock


class Locked(ModalScreen[None]):
    """Covers everything until the right PIN or passphrase is typed."""

    DEFAULT_CSS = """
    Locked { align: center middle; background: $background; }
    Locked > Vertical { width: 60; max-width: 90%; height: auto; border: solid $accent; padding: 1 2; }
    Locked Static { height: auto; }
    Locked #said { color: $error; text-style: bold; }
    """

    def __init__(self, lock: ScreenLock) -> None:
        super().__init__()
        self.screen_lock = lock

    def compose(self) -> ComposeResult:
        """What is asked, a line to type in, what was wrong."""
        with Vertical():
            yield Static(id="asked", markup=False)
            yield LineInput(id="typed", password=True)
            yield Static(id="said", markup=False)
            yield Static(_("{key} leaves; everything is kept.", key=QUIT.key_names), markup=False)

    def on_mount(self) -> None:
        """Ask."""
        self._ask()

    def _ask(self) -> None:
        asked = (
            _("Locked. PIN or passphrase, then Enter:")
            if self.screen_lock.takes_pin
            else _("Locked. Passphrase, then Enter:")
        )
        self.query_one("#asked", Static).update(asked)
        self.query_one("#typed", LineInput).focus()

    @on(Input.Submitted)
    @work(exclusive=True)
    async def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        line = self.query_one("#typed", LineInput)
        typed, line.value = line.value, ""
        if not typed:
            return
        by_pin = self.screen_lock.takes_pin
        if await self._opens(typed).wait():
            self.dismiss(None)
            return
        said = _("That is not it.")
        if by_pin and self.screen_lock.takes_pin:
            said = _(
                "That is not it. {count} more {count:try|tries} with the PIN.",
                count=self.screen_lock.tries_left,
            )
        elif by_pin:
            said = _("The PIN was wrong five times. From here only the passphrase opens the screen.")
        self.query_one("#said", Static).update(said)
        self._ask()

    @work(thread=True)
    def _opens(self, typed: str) -> bool:
        """Off the screen's thread, since a passphrase takes a moment to try."""
        return self.screen_lock.opens(typed)


class Hidden(ModalScreen[None]):
    """A neutral screen: nobody who comes near reads what was on it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape", "show_again", show=False, priority=True)]
    DEFAULT_CSS = "Hidden { align: center middle; background: $background; } Hidden Static { width: auto; color: $text-muted; }"

    def compose(self) -> ComposeResult:
        """How to go on, and no more."""
        yield Static(_("{key} goes on", key=HIDE.key_names), markup=False)

    def action_show_again(self) -> None:
        """Show the screen below."""
        self.dismiss(None)
