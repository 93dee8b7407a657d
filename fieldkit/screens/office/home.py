"""The office's Home: what waits, and where to go; whoever may not do something does not see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.menu import Part


class OfficeHome(Frame[None]):
    """Lists what can be done here. Posts `Wanted`."""

    ABOUT = N_(
        "What waits at this office, in the order of a clerk's day; behind each line stands how much. A digit or Enter opens a line, arrows move, lines without a digit are reached by the arrows. What you may not do does not stand here."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.QUIT)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    OfficeHome Numbered, OfficeHome Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    OfficeHome Static.said { height: auto; padding: 0 2; }
    """

    class Wanted(Message):
        """A part was chosen, by its id."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def __init__(self) -> None:
        super().__init__()
        self.desk: Desk | None = None
        self.lines: Numbered[Part] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """A line that says who works here, and the list."""
        yield Static(classes="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """The office's name, once it is open."""
        return self.desk.office.name if self.desk else _("The office")

    def opened(self, desk: Desk) -> None:
        """Show what there is to do."""
        self.desk = desk
        self.refresh_words()

    def show_words(self) -> None:
        """Draw who works here, and what waits."""
        said = self.query_one(".said", Static)
        if self.desk is None:
            said.update(_("Opening…"))
            return
        from fieldkit.session.desk.menu import parts_for

        words = [self.desk.who, self.desk.session.watermark]
        try:
            parts = parts_for(self.desk)
            words.append(_("A digit opens a line, or the arrows and Enter."))
        except FieldkitError as error:
            parts = []
            words.append(explain(error))
        said.update("\n".join(filter(None, words)))
        here = self.lines.highlighted or 0
        self.lines.show(parts[:9], [(part, f"  {line}") for part, line in parts[9:]])
        self.lines.highlighted = min(here, max(0, len(parts) - 1)) if parts else None

    def _chosen(self, part: Part) -> None:
        self.post_message(self.Wanted(part.id))

    def action_quit(self) -> None:
        """Leave; everything is kept."""
        self.app.exit()
