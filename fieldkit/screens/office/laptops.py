"""The laptops of the office by name: when each was last heard of, and what is odd about it."""

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen: a laptop by its id, "" to enrol one. at: the number of the marked line."""

    device: str
    at: int


class LaptopsScreen(Frame[Wanted | None]):
    """Lists them; gives what was chosen, None to go back. at: the line that is marked."""

    ABOUT = N_(
        "The laptops of this office. 1 enrols another; Enter on one shows what is known of it, and revokes it when it is lost."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    LaptopsScreen Static.said { height: auto; padding: 0 2; }
    LaptopsScreen Numbered, LaptopsScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk, at: int = 0) -> None:
        super().__init__()
        self.desk = desk
        self.at = at
        self.laptops: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What there is to know, and the list."""
        yield Static(classes="said", markup=False)
        yield self.laptops

    def title_text(self) -> str:
        """What this is."""
        return _("Laptops")

    def show_words(self) -> None:
        """Draw the list."""
        try:
            known = self.desk.laptops.all()
        except FieldkitError as error:
            self.refuse(error)
            return
        here = self.laptops.highlighted if self.laptops.option_count else self.at
        said = _("By name; Enter shows a laptop.") if known else _("No laptop is enrolled.")
        self.query_one(".said", Static).update(said)
        self.laptops.show(
            [("enrol", _("Enrol a laptop"))],
            [(each.device.id, f"  {self.desk.laptops.line(each)}") for each in known],
        )
        self.laptops.highlighted = min(here or 0, len(known))

    def _chosen(self, what: str) -> None:
        self.dismiss(Wanted("" if what == "enrol" else what, self.laptops.highlighted or 0))

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
