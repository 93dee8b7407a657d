"""The register of reports: what is due to the unit above and what became of it; each step in a few keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual import work

from fieldkit.i18n import N_, _
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.serving import Serving
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.register import Entry

_NEW = "new"
_MOST = 300
"""Lines of a list; the latest stand first."""


class RegisterScreen(Serving["Entry | str | None"]):
    """Lists the register. Returns the line to open, "new" for another report; None to go back."""

    ABOUT = N_(
        "Reports that are due to the unit above, and what became of each. Enter on one notes that it was sent, received, sent back, corrected."
    )

    def title_text(self) -> str:
        """What this is, and the day."""
        return "  ".join([_("Report register"), self.desk.session.today().isoformat()])

    def said(self) -> str:
        """What Enter does."""
        return _(
            "Enter on a report notes that it was sent, its receipt, that it came back, that it is corrected."
        )

    def show_lines(self) -> None:
        """What waits for somebody here, then what is settled."""
        register = self.desk.register
        entries = register.entries()
        begin = [(_NEW, _("Another report that was sent"))] if register.may_write else []
        waiting = [each for each in entries if not each.is_settled]
        settled = [each for each in entries if each.is_settled]
        rows: list[tuple[Entry | None, str]] = []
        for heading, some in ((_("To see to"), waiting), (_("Sent"), settled)):
            rows.append((None, f"-- {labelled(heading, str(len(some)))} --"))
            rows += [(each, f"  {register.line(each)}") for each in some[:_MOST]]
        self.lines.show(begin, rows)
        self.lines.highlighted = len(begin) + 1

    def chosen(self, what: Entry | str) -> None:
        """Go there."""
        self.dismiss(what)


class SendingScreen(Serving[str | None]):
    """One report of the register, and what can be noted of it. Returns "correct" for its form, None to go back."""

    ABOUT = N_(
        "One report of the register. A digit notes what became of it; what was noted last can be undone."
    )

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk)
        self.entry = entry

    def title_text(self) -> str:
        """Which report."""
        return "  ".join([_("Report register"), self.desk.register.title(self.entry)])

    def said(self) -> str:
        """What is known of it."""
        return "\n".join(self.desk.register.lines(self.entry)) + "\n"

    def show_lines(self) -> None:
        """What can be noted."""
        actions = self._actions() if self.desk.register.may_write else ()
        self.lines.show((what, _(words)) for what, words in actions)

    def again(self) -> None:
        """How it stands now."""
        self.entry = self.desk.register.now(self.entry)

    def _actions(self) -> Iterable[tuple[str, str]]:
        sending = self.entry.sending
        if sending is None or not sending.sent_on:
            yield "today", N_("Sent today")
            yield "sent", N_("Sent on another day")
        else:
            if not sending.is_received:
                yield "received", N_("The receipt is here")
            if not sending.is_returned:
                yield "returned", N_("It came back to be corrected")
            elif not sending.fixed_on:
                yield "fixed", N_("Corrected: on which day")
        if sending is not None:
            yield "correct", N_("Correct it in its form")

    @work
    async def chosen(self, what: str) -> None:
        """Note a step."""
        register, entry = self.desk.register, self.entry
        if what == "correct":
            self.dismiss(what)
        elif what == "received":
            await self.does(lambda: register.received(entry))
        elif what == "returned":
            await self.does(lambda: register.returned(entry))
        else:
            step = await self._asked(what)
            if step is not None:
                await self.does(step)

    async def _asked(self, what: str) -> Callable[[], None] | None:
        """A step that needs an answer first, None where it was not given."""
        register, entry = self.desk.register, self.entry
        today = self.desk.session.today().isoformat()
        if what == "fixed":
            fixed = await self._typed(_("Corrected on which day?"), today)
            return (lambda: register.fixed(entry, fixed)) if fixed else None
        day = today if what == "today" else await self._typed(_("Sent on which day?"), today)
        if not day:
            return None
        unit = register.unit() if entry.sending is None else entry.sending.to_unit
        to = unit or await self._typed(_("To which unit? No phone numbers, no names."))
        return (lambda: register.sent(entry, day, to)) if to else None

    async def _typed(self, question: str, text: str = "") -> str:
        """What was typed, "" where it was left."""
        return await self.app.push_screen_wait(AskText(question, text)) or ""
