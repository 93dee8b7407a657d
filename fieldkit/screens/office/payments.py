"""Payments: how many came on time, and the list that staff work through. It names nobody; one that is opened says whom to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work

from fieldkit.i18n import N_, _
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.serving import Serving
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office.payments import Payment
    from fieldkit.report.periods import Period
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.payments import Opened

_PERIOD, _ALL, _NEW = "period", "all", "new"
_MOST = 300
"""Lines of a list; what was due first stands first."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A benefit that somebody applies for. household: its number, "" where it is not registered."""

    household: str


class PaymentsScreen(Serving["Payment | NewCase | None"]):
    """The payments of a period. Returns the one to open, or a new case; None to go back."""

    ABOUT = N_(
        "Payments of a period: how many came on time, whose money is still owed, then the others. The list names nobody; Enter opens a payment and says whom to tell."
    )

    def __init__(self, desk: Desk, period: Period) -> None:
        super().__init__(desk)
        self.period: Period = period
        self.is_of_all_time = False

    def title_text(self) -> str:
        """Of which period."""
        return "  ".join([_("Payments"), str(self.period)])

    def said(self) -> str:
        """The figures of the period, for the whole town, and what Enter does."""
        payments = self.desk.payments
        how = _("Enter on a payment opens it: whom to tell, and what was done.")
        return "\n".join([*payments.said(payments.figures(self.period)), how])

    def show_lines(self) -> None:
        """Another period, whose money is owed, then the others."""
        payments = self.desk.payments
        owed = payments.to_see_to(None if self.is_of_all_time else self.period)
        other = (
            _("Only this period")
            if self.is_of_all_time
            else labelled(_("Everything that is still owed, of all periods"), str(len(payments.to_see_to())))
        )
        rows: list[tuple[Payment | None, str]] = [(None, _heading(_("To see to"), owed))]
        rows += self._rows(owed)
        if not self.is_of_all_time:
            settled = payments.settled(self.period)
            rows.append((None, _heading(_("The others of this period"), settled)))
            rows += self._rows(settled)
        begin = [(_PERIOD, _("Another period")), (_ALL, other), (_NEW, _("Somebody applies for a benefit"))]
        self.lines.show(begin, rows)
        if owed:
            self.lines.highlighted = len(begin) + 1

    def _rows(self, some: list[Payment]) -> Iterable[tuple[Payment | None, str]]:
        yield from ((each, f"  {self.desk.payments.line(each)}") for each in some[:_MOST])
        if len(some) > _MOST:
            yield None, "  " + _("and {count} more: choose a shorter period", count=len(some) - _MOST)

    @work
    async def chosen(self, what: Payment | str) -> None:
        """Open a payment, or show another period."""
        if what == _ALL:
            self.is_of_all_time = not self.is_of_all_time
            self.refresh_words()
        elif what == _PERIOD:
            asked = AskText(_("Which period? 2026-03, 2026-Q1, 2026"), self.period.name)
            typed = await self.app.push_screen_wait(asked)
            if typed:
                await self.does(lambda: self._use(typed))
        elif what == _NEW:
            asked = AskText(_("Number of the household; leave it empty if it is not registered."))
            number = await self.app.push_screen_wait(asked)
            if number is not None:
                self.dismiss(NewCase(number.strip()))
        elif not isinstance(what, str):
            self.dismiss(what)

    def _use(self, typed: str) -> None:
        self.period = self.desk.payments.period(typed)


def _heading(words: str, some: list[Payment]) -> str:
    return f"-- {labelled(words, str(len(some)))} --"


class PaymentScreen(Serving[str | None]):
    """One payment: what is to be done, whom to tell where that was agreed to, and what was done. Returns "correct" where its
    case is to be opened in its form.
    """

    ABOUT = N_(
        "One payment: what it is, whom to tell where that was agreed to, what was done. A digit notes the next step; what was noted last can be undone."
    )

    def __init__(self, desk: Desk, payment: Payment) -> None:
        """Raises FieldkitError as `Payments.see`."""
        super().__init__(desk)
        self.opened: Opened = desk.payments.see(payment)

    def title_text(self) -> str:
        """Its case."""
        return _("Payment of case {number}", number=self.opened.payment.case)

    def said(self) -> str:
        """What is known of it."""
        return "\n".join(self.desk.payments.lines(self.opened)) + "\n"

    def show_lines(self) -> None:
        """What can be done."""
        self.lines.show((what, _(words)) for what, words in self._actions())

    def again(self) -> None:
        """How it stands now."""
        self.opened = self.desk.payments.see(self.opened.payment)

    def _actions(self) -> Iterable[tuple[str, str]]:
        kind = self.opened.payment.kind
        if kind in {"failed", "returned", "held"}:
            yield "told", N_("The person was told today")
            yield "again", N_("Paid again on a day")
            yield "note", N_("Note what was done")
        if self.opened.payment.is_open and kind != "unclear":
            yield "paid", N_("Paid: on which day, how much")
            yield "failed", N_("Failed: why")
            yield "returned", N_("Came back: why")
            if kind != "held":
                yield "held", N_("On hold")
        yield "correct", N_("Correct it in its form")

    @work
    async def chosen(self, what: str) -> None:
        """Do a step of it."""
        payments, opened = self.desk.payments, self.opened
        if what == "correct":
            self.dismiss(what)
            return
        if what == "told":
            await self.does(lambda: payments.person_told(opened))
            return
        step = await self._asked(what)
        if step is not None:
            await self.does(step)

    async def _asked(self, what: str) -> Callable[[], None] | None:
        """A step that needs an answer first, None where it was not given."""
        payments, opened, ask = self.desk.payments, self.opened, self.app.push_screen_wait
        if what in {"failed", "returned"}:
            reasons = payments.reasons()
            chosen = await ask(Pick(_("Why?"), [words for _code, words in reasons]))
            return (lambda: payments.failed(opened, what, reasons[chosen[0]][0])) if chosen else None
        if what == "held":
            return lambda: payments.failed(opened, what, "")
        if what == "note":
            text = await ask(AskText(_("What was done? No names, no numbers."), payments.noted(opened)))
            return None if text is None else lambda: payments.note(opened, text)
        if what == "again":
            day = await ask(AskText(_("Paid again on which day?"), payments.soon()))
            return (lambda: payments.again(opened, day)) if day else None
        today = self.desk.session.today().isoformat()
        paid_on = await ask(AskText(_("On which day did the money come?"), today))
        standard = opened.payment.amount
        amount = await ask(AskText(_("How much, in yuan?"), standard)) if paid_on else None
        return (lambda: payments.paid(opened, paid_on, amount)) if paid_on and amount else None
