"""The log of looks: who was shown contact or restricted answers of which record, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.desk.words import called
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.looks import Looked


class LooksScreen(Frame[None]):
    """Lists looks, newest first; Enter on one shows those at the same record alone, Esc all again."""

    ABOUT = N_(
        "Who was shown contact or restricted answers of which record, when and why, the latest first; never what was seen. Enter shows the looks at one record alone, Esc all again."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    LooksScreen Numbered, LooksScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    LooksScreen #said { height: auto; padding: 0 2; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.record = ""
        self.lines: Numbered[Looked] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What this is, and the list."""
        yield Static(id="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Who looked at what")

    def show_words(self) -> None:
        """Draw the list."""
        said = (
            _("Looks at one record. Esc shows all again.")
            if self.record
            else _(
                "Every look at contact and restricted answers; never what was seen. Enter: only that record."
            )
        )
        self.query_one("#said", Static).update(said)
        try:
            found = self.desk.looks.latest(self.record)
        except FieldkitError as error:
            self.lines.show((), [(None, explain(error))])
            return
        nobody = [(None, _("Nobody has looked at such an answer yet."))]
        self.lines.show((), [(each, line_of(each)) for each in found] or nobody)

    def action_back(self) -> None:
        """Go back to all looks, or to Home."""
        if self.record:
            self.record = ""
            self.refresh_words()
        else:
            self.dismiss(None)

    def _chosen(self, look: Looked) -> None:
        self.record = look.record
        self.refresh_words()


def line_of(look: Looked) -> str:
    """A look in one line."""
    return "  ".join(
        [look.at[:16].replace("T", " "), called(look.by), labelled(look.why, look.tiers), look.title]
    )
