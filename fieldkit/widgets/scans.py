"""Codes that a scanner reads while an interview asks: the question takes its number; what is another's is offered."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from fieldkit.i18n import _
from fieldkit.session.scanning import Scan, is_offered, wanted_by
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.widgets.page import Page


class ReadsCodes:
    """A screen that does something with codes that are read while it is shown."""

    @abstractmethod
    def take_scan(self, scan: Scan) -> bool:
        """Take a code; False for one that means nothing here."""


class TakesScans(ReadsCodes):
    """A screen whose `page` takes codes as answers."""

    page: Page

    def take_scan(self, scan: Scan) -> bool:
        """Give a code as the answer of the question with the caret and go on. False where it asks for none of its kind."""
        view = self.page.current()
        if view is None or not view.answer.takes_answer:
            return False
        entry = view.interview.entry
        if not wanted_by(entry, view.path, scan):
            return False
        if is_offered(entry, view.path, scan.digits):
            view.answer.post_message(AnswerWidget.Answered(view.path, scan.digits))
            view.answer.go_on()
        else:
            view.show_problem(_("{number} is not among the choices here.", number=scan.digits))
        return True


class Offer(ModalScreen[bool]):
    """Something that may be done now: Enter does it, Esc leaves everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer(True)", show=False, priority=True),
        Binding("escape", "answer(False)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Offer { align: center middle; }
    Offer Static { width: 80%; max-width: 76; height: auto; border: solid $accent; padding: 1 2; background: $surface; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        """What may be done, and the keys."""
        yield Static(self.text + "\n\n" + _("Enter opens it, Esc goes on here."), markup=False)

    def action_answer(self, wanted: bool) -> None:
        """Close with the answer."""
        self.dismiss(wanted)
