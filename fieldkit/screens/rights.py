"""The rights of one person: what is recorded about her, and seeing, correcting, withdrawing, deleting it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.rights import Said
from fieldkit.session.session import Session
from fieldkit.session.sitting import Sitting
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.printing import print_page
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

_SCOPES = {
    "contact": N_("Contact: the telephone is hidden, open tasks end"),
    "share": N_("Sharing with other offices"),
    "health": N_("Health items: the answers are hidden everywhere"),
    "stats": N_("Use in statistics"),
    "basic": N_("Everything: nothing of these records is shown any more"),
}
"""What can be taken back, in the order it is offered; the whole comes last, where nobody presses it by accident."""


class RightsScreen(Paged, Frame[Said | None]):
    """What can be done for one person. Returns the answer to be corrected, None to go back."""

    ABOUT = N_(
        "What is recorded of one person, for herself: to see, to print, to correct, to take consent back, to delete. A digit does what stands beside it; PgDn and PgUp show more of what is recorded."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        *Paged.PAGING,
    ]
    DEFAULT_CSS = "RightsScreen #said { height: auto; padding: 0 2; }"

    def __init__(self, session: Session, sitting: Sitting) -> None:
        super().__init__()
        self.session = session
        self.sitting = sitting
        self.actions: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What can be done, then everything that is recorded."""
        yield self.actions
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="said", markup=False)

    def title_text(self) -> str:
        """Whose rights."""
        return "  ".join(part for part in (_("Rights of the person"), self.sitting.title) if part)

    def show_words(self) -> None:
        """Draw actions and answers."""
        hidden = any(each.is_restricted for each in self.sitting.said)
        lines = [("print", _("Print what is recorded"))]
        if hidden:
            lines.append(("print-all", _("Print it with the answers on health")))
        lines.append(("correct", _("Correct an answer")))
        if self.sitting.scopes:
            lines.append(("withdraw", _("Take consent back")))
        lines.append(("erase", _("Delete what is recorded, for good")))
        if self.sitting.acts:
            lines.append(("receipt", _("Receipt for what was done")))
        self.actions.show(lines)
        self.query_one("#said", Static).update("\n".join(self._lines()))

    def _lines(self) -> Iterable[str]:
        here = ""
        for number, each in enumerate(self.sitting.said, 1):
            if each.record != here:
                here = each.record
                yield f"-- {self.sitting.heading(here)} --"
            words = _("(not shown)") if each.is_restricted else each.words
            yield f"{number:>3} {labelled(each.label, words)}"
        if not here:
            yield _("Nothing is recorded.")

    def action_back(self) -> None:
        """Go back; what was done stays done."""
        self.dismiss(None)

    @work
    async def _chosen(self, what: str) -> None:
        """Do what was chosen; whatever is refused is said in words."""
        try:
            if what in {"print", "print-all"}:
                await self._print(self.sitting.page(with_health=what == "print-all"), _("printed"))
            elif what == "receipt":
                await self._print(self.sitting.receipt(), "")
            elif what == "correct":
                await self._correct()
            elif what == "withdraw":
                await self._withdraw()
            else:
                await self._erase()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
        if self.is_current:
            self.refresh_words()

    async def _print(self, page: str, act: str) -> None:
        await print_page(self.app, self.session.prints, page)
        if act:
            self.sitting.note(act)

    async def _correct(self) -> None:
        typed = await self.app.push_screen_wait(AskText(_("Which answer? Its number:")))
        if not typed:
            return
        number = int(typed) if typed.strip().isdecimal() else 0
        if not 1 <= number <= len(self.sitting.said):
            self.notify(_("There is no answer number {number}.", number=typed), markup=False)
            return
        self.dismiss(self.sitting.said[number - 1])

    async def _withdraw(self) -> None:
        scopes = [each for each in _SCOPES if each in self.sitting.scopes]
        lines = [_(_SCOPES[each]) for each in scopes]
        chosen = await self.app.push_screen_wait(
            Pick(
                _("What is no longer agreed to? No entitlement changes."),
                lines,
                several=True,
            )
        )
        if not chosen:
            return
        reason = await self.app.push_screen_wait(AskText(_("Who asked for it?"), _("the person herself")))
        if reason is None:
            return
        count = self.sitting.withdraw([scopes[place] for place in chosen], reason)
        self.notify(
            _(
                "Consent is taken back in {count} {count:record|records}. It goes everywhere with the next stick.",
                count=count,
            )
        )

    async def _erase(self) -> None:
        kept = await self.app.push_screen_wait(
            Pick(
                _("Deleted answers cannot be brought back, here or at the office. Delete them?"),
                [_("Keep them"), _("Delete them for good")],
            )
        )
        if kept == (1,):
            count = self.sitting.erase()
            self.notify(
                _(
                    "Deleted: {count} {count:record|records}. It goes everywhere with the next stick.",
                    count=count,
                )
            )
