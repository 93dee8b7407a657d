"""Which services are planned and what is done of them: counted off the screen's thread, since every record is read for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget
from textual.worker import get_current_worker

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.desk.worklist_words import service_lines
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.fieldwork.targets import Progress
    from fieldkit.session.desk.desk import Desk


class ServicesScreen(Frame[None]):
    """The township's targets first, then those of villages in the order of their codes. Esc goes back, also while it counts."""

    ABOUT = N_(
        "The services that are planned, with what is done of each and what is expected by today; the township first, then villages in the order of their codes. To read only."
    )
    KEYS: ClassVar[tuple[c.Command, ...]] = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ServicesScreen Static.said { height: auto; padding: 0 1 1 1; }
    ServicesScreen Numbered, ServicesScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.lines: Numbered[str] = Numbered(lambda _line: None)
        self.found: list[Progress] | FieldkitError | None = None

    def body(self) -> Iterable[Widget]:
        """What is said, and the lines."""
        yield Static(classes="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What this is, and the day."""
        return "  ".join(
            [_("Services: planned, done, expected by today"), self.desk.worklists.today.isoformat()]
        )

    def on_mount(self) -> None:
        """Begin to count."""
        self._count()

    @work(thread=True, group="background")
    def _count(self) -> None:
        try:
            found: list[Progress] | FieldkitError = self.desk.worklists.services()
        except FieldkitError as error:
            found = error
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._counted, found)

    def _counted(self, found: list[Progress] | FieldkitError) -> None:
        self.found = found
        if self.is_attached:
            self.refresh_words()

    def show_words(self) -> None:
        """Draw the lines, or say that they are being counted, or what stands in the way."""
        said = self.query_one(".said", Static)
        if self.found is None:
            said.update(_("What was done is being counted from every record …"))
        elif isinstance(self.found, FieldkitError):
            said.update(explain(self.found))
        elif not self.found:
            said.update(_("No target is set for a service that is counted here."))
        else:
            said.update(
                _(
                    "Expected by today counts working days. Targets are for services; nobody is measured by them."
                )
            )
            lines = [line for each in self.found for line in service_lines(self.desk, each)]
            self.lines.show((), [(line, line) for line in lines])

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)
