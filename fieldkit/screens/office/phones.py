"""The phones that send with ODK Collect by name: what of them waits, whether they are served, and letting another in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

_ADD = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen: a phone by what it calls itself, "" to let one in. at: the number of the marked line."""

    user: str
    at: int


class PhonesScreen(Frame[Wanted | None]):
    """Lists them; gives what was chosen, None to go back. at: the line that is marked."""

    ABOUT = N_(
        "The phones that send records with ODK Collect, by name. 1 lets another in; Enter on one shows what it was given and what of it waits."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    PhonesScreen Static.said { height: auto; padding: 0 2; }
    PhonesScreen Numbered, PhonesScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk, at: int = 0) -> None:
        super().__init__()
        self.desk = desk
        self.at = at
        self.phones: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What there is to know, and the list."""
        yield Static(classes="said", markup=False)
        yield self.phones

    def title_text(self) -> str:
        """What this is."""
        return _("Phones")

    def show_words(self) -> None:
        """Draw the list."""
        try:
            known, serving = self.desk.phones.all(), self.desk.phones.serving()
        except FieldkitError as error:
            self.refuse(error)
            return
        here = self.phones.highlighted if self.phones.option_count else self.at
        said = _("By name; Enter shows a phone.") if known else _("No phone sends to this office.")
        self.query_one(".said", Static).update(f"{said}\n{serving}")
        self.phones.show(
            [(_ADD, _("Let a phone in"))],
            [(each.phone.user, f"  {self.desk.phones.line(each)}") for each in known],
        )
        self.phones.highlighted = min(here or 0, len(known))

    def _chosen(self, user: str) -> None:
        self.dismiss(Wanted(user, self.phones.highlighted or 0))

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
