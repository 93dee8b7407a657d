"""What a new phone scans in ODK Collect, this once: a code as large as it is, what it says for whoever types, and a way to a picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _, is_plain
from fieldkit.qr import QUIET, matrix
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.keybar import KeyBar
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.qr import QrCode
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.phones import Code

_NARROWEST = 17
"""Columns of the words beside the code."""
_LEAST_QUIET = 1
"""Light modules around the code where there is no room for more."""


class PhoneCodeScreen(Frame[None]):
    """Shows the code until somebody says that it is scanned."""

    ABOUT = N_(
        "What the new phone scans in ODK Collect, shown this once; whoever types finds the same in words beside it. Go back once it is scanned."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    # The code lies over the right end of the title: it needs every line but that of the keys.
    DEFAULT_CSS = """
    PhoneCodeScreen QrCode { dock: right; }
    PhoneCodeScreen #words { height: 1fr; padding: 0 1; }
    PhoneCodeScreen #words Static { height: auto; }
    """

    def __init__(self, desk: Desk, code: Code) -> None:
        super().__init__()
        self.desk = desk
        self.code = code
        self.actions: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """How to, by hand, what else can be done; the code on the right."""
        with Vertical(id="words"):
            yield Static(id="how", markup=False)
            yield self.actions
        yield QrCode("")

    def title_text(self) -> str:
        """Whose code it is."""
        return self.code.name

    def on_resize(self) -> None:
        """There may be room for the code now."""
        self.refresh_words()

    def show_words(self) -> None:
        """Draw the code where it fits, and the words."""
        fits = self._draw()
        code = self.code
        side = len(matrix(code.text, _LEAST_QUIET))
        columns, lines = (2 * side, side + 1) if is_plain() else (side, (side + 1) // 2 + 1)
        how = (
            _("In ODK Collect: Add project, scan.")
            if fits
            else _(
                "This window is too small for the code of {name}: it takes {columns} columns and {lines} lines. Enlarge the window or make its letters smaller, write the code as a picture, or type in ODK Collect what stands here.",
                name=code.name, columns=columns + _NARROWEST, lines=lines,
            )
        )  # fmt: skip
        typed = [_("Address:"), code.url, _("User:"), code.user, _("Password:"), code.password]
        once = _("This is shown once. Whoever has it can send as this phone.")
        self.query_one("#how", Static).update("\n".join([how, "", *typed, "", once, ""]))
        self.actions.show([("write", _("Write it as a picture")), ("done", _("It is scanned"))])

    def _draw(self) -> bool:
        width, height = self.app.size
        lines = height - self.query_one(KeyBar).get_content_height(self.app.size, self.app.size, width)
        for quiet in (QUIET, _LEAST_QUIET):
            side = len(matrix(self.code.text, quiet))
            room = min((width - _NARROWEST) // 2, lines) if is_plain() else min(width - _NARROWEST, 2 * lines)
            if side <= room:
                self.query_one(QrCode).show(self.code.text, plain=is_plain(), quiet=quiet)
                return True
        self.query_one(QrCode).show("", plain=is_plain())
        return False

    @work
    async def _chosen(self, what: str) -> None:
        """Write a picture, or be done."""
        if what == "done":
            self.dismiss(None)
            return
        typed = await self.app.push_screen_wait(
            AskText(_("Where to write the picture:"), f"~/{self.code.user}.png")
        )
        if not typed:
            return
        try:
            path = self.desk.phones.write(self.code, typed)
            said = _(
                "The code is in {path}. Remove that file once it is scanned: it holds the password.",
                path=path,
            )
        except FieldkitError as error:
            said = explain(error)
        await self.app.push_screen_wait(Notice(said))

    @work
    async def action_back(self) -> None:
        """Go back once somebody has said that the code is not needed any more."""
        asked = Pick(
            _("Is the code scanned? It is not shown again; without it the phone must be revoked and let in anew."),
            [_("Stay here"), _("It is scanned")],
        )  # fmt: skip
        if await self.app.push_screen_wait(asked) == (1,):
            self.dismiss(None)
