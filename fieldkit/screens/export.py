"""Writing what is new to a stick or a folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput


class ExportScreen(Frame[None]):
    """Asks for a folder, writes the bundle, says when the stick may be removed."""

    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = (
        "ExportScreen Static { padding: 1 2; height: auto; } ExportScreen LineInput { margin: 0 2; }"
    )

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._said = ""

    def body(self) -> Iterable[Widget]:
        """Explanation, folder, result."""
        yield Static(id="explanation", markup=False)
        yield LineInput(str(self.session.outbox), id="folder")
        yield Static(id="result", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("To the stick")

    def show_words(self) -> None:
        """Draw the words."""
        count = self.session.status().only_here
        self.query_one("#explanation", Static).update(
            _(
                "{count} records are still only on this laptop. Type the folder of the stick, then Enter.",
                count=count,
            )
        )
        self.query_one("#result", Static).update(self._said)
        self.query_one("#folder").focus()

    @on(Input.Submitted)
    @work(exclusive=True)
    async def _write(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            exported = self.session.export(event.value)
        except FieldkitError as error:
            self._said = explain(error)
        else:
            said = _(
                "{records} records written to {path} and read back. You may remove the stick.",
                records=exported.bundle.records,
                path=exported.bundle.path.name,
            )
            failing = explain(exported.failing) if exported.failing else ""
            self._said = "\n\n".join(filter(None, [said, failing]))
        self.refresh_words()

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
