"""Ask for one line of text over the screen, or for a new passphrase, which is typed twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from fieldkit.i18n import _
from fieldkit.session.passphrases import agreed
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.message import Notice
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from textual.app import App


class AskText(ModalScreen[str | None]):
    """One line; Enter gives it, Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False, priority=True)]
    DEFAULT_CSS = """
    AskText { align: center top; }
    AskText > Vertical {
        width: 80%; max-width: 76; height: auto; margin-top: 3; border: solid $accent; padding: 1 2;
        background: $surface;
    }
    """

    def __init__(self, question: str, text: str = "", *, password: bool = False) -> None:
        super().__init__()
        self.question = question
        self.line = LineInput(text, password=password, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Question, line, keys."""
        with Vertical():
            yield Static(self.question, markup=False)
            yield self.line
            yield Static(_("Enter takes it, Esc leaves it."), markup=False)

    def on_input_submitted(self) -> None:
        """Give what was typed."""
        self.dismiss(self.line.value)

    def action_give_up(self) -> None:
        """Give nothing."""
        self.dismiss(None)


async def ask_twice(app: App[Any], question: str) -> str | None:
    """A new passphrase, None where it was left. Raises FieldkitError("passphrase.differs"), ("passphrase.empty")."""
    first = await app.push_screen_wait(AskText(question, password=True))
    if first is None:
        return None
    second = await app.push_screen_wait(AskText(_("Once more: "), password=True))
    if second is None:
        return None
    return agreed(first, second)


async def ask_change(app: App[Any], name: str, change: Callable[[str, str], None]) -> None:
    """Ask for the passphrase in use, then for a new one twice, `change` the one to the other, and say so. Raises what `change`
    does, and as `ask_twice`.
    """
    old = await app.push_screen_wait(AskText(_("The passphrase of {name} now:", name=name), password=True))
    new = None if old is None else await ask_twice(app, _("New passphrase: "))
    if old is None or new is None:
        return
    change(old, new)
    await app.push_screen_wait(Notice(_("From now on the new passphrase opens {path}.", path=name)))
