"""What was kept aside: each bundle with its reason, and letting it in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.aside import Kept
    from fieldkit.session.desk.desk import Desk


class QuarantineScreen(Frame[None]):
    """Lists what was kept aside, with why for the marked one. Enter lets it in, once somebody has said why."""

    ABOUT = N_(
        "Bundles that could not be taken as they came, such as those of a revoked laptop. Below stands why. Enter lets the marked one in, with a reason in words; nothing here is lost."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    QuarantineScreen Static.said { height: auto; padding: 0 2; }
    QuarantineScreen Numbered, QuarantineScreen Numbered:focus {
        padding: 0 1; max-height: 60%; text-wrap: nowrap; text-overflow: ellipsis;
    }
    QuarantineScreen VerticalScroll { height: 1fr; padding: 1 2 0 2; }
    QuarantineScreen #why { height: auto; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.kept: list[Kept] = []
        self.bundles: Numbered[Kept] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What to do, the list, and why the marked one was kept aside."""
        yield Static(classes="said", markup=False)
        yield self.bundles
        with VerticalScroll(can_focus=False):
            yield Static(id="why", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Kept aside")

    def show_words(self) -> None:
        """Draw what there is."""
        aside, here = self.desk.aside, self.bundles.highlighted or 0
        try:
            self.kept = aside.all()
            titles = aside.titles(self.kept)
        except FieldkitError as error:
            self.refuse(error)
            return
        if not self.kept:
            said = _(
                "{first} {second}",
                first=_("Nothing is kept aside."),
                second=_("What the inbox does not take as it came stands here, with the reason."),
            )
        elif aside.may_release:
            said = _("Nothing here is in the archive. Enter lets the marked one in, once you say why.")
        else:
            said = _("Nothing here is in the archive, and nothing of it is lost.")
        self.query_one(".said", Static).update(said)
        self.bundles.show((), list(zip(self.kept, titles, strict=True)))
        self.bundles.highlighted = min(here, len(self.kept) - 1) if self.kept else None
        self._show_why()

    @on(OptionList.OptionHighlighted)
    def _show_why(self) -> None:
        at = self.bundles.highlighted
        lines = self.desk.aside.lines(self.kept[at]) if at is not None and at < len(self.kept) else []
        self.query_one("#why", Static).update("\n".join(lines))

    @work
    async def _chosen(self, kept: Kept) -> None:
        """Let a bundle in, for a reason in words."""
        aside = self.desk.aside
        try:
            aside.check(kept)
        except FieldkitError as error:
            self.refuse(error)
            return
        asked = Pick(_("Let this in? It is merged like any other, and who let it in stays noted."), [_("Leave it"), _("Let it in")])  # fmt: skip
        if await self.app.push_screen_wait(asked) != (1,):
            return
        reason = await self.app.push_screen_wait(
            AskText(_("Why is it let in? In words, for whoever asks later."))
        )
        if reason is None:
            return
        try:
            said = aside.released_line(aside.release(kept, reason))
        except FieldkitError as error:
            self.refuse(error)
        else:
            self.notify(said, markup=False)
            self.refresh_words()

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
