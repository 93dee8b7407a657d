"""Payments: what was due and what became of it, and the list that staff work through until everybody has their money.

Lists name nobody. Who it is, and how to reach them, is shown with one payment that is opened, and only where the person agreed
to be contacted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fieldkit.datatypes.money import yuan
from fieldkit.exchange import as_record
from fieldkit.fieldwork import working_days
from fieldkit.fieldwork.households import OF_OTHERS
from fieldkit.i18n import N_, _
from fieldkit.office import payments
from fieldkit.office.flat import up_to_date
from fieldkit.office.payments import FORM, Figures, Payment, Reach
from fieldkit.office.roles import Act
from fieldkit.records import text_at
from fieldkit.report.periods import Period, parse_period
from fieldkit.session.desk.editing import row_at
from fieldkit.session.desk.labels import Labels
from fieldkit.session.desk.told import told
from fieldkit.session.reading.dates import read_date
from fieldkit.session.reading.standards import read_money
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office.looks import Look
    from fieldkit.session.desk.desk import Desk
    from fieldkit.xforms import FormEntry

KINDS = {
    payments.ON_TIME: N_("paid on time"),
    payments.LATE: N_("paid late"),
    payments.SHORT: N_("paid on time, another amount"),
    payments.FAILED: N_("failed"),
    payments.RETURNED: N_("came back"),
    payments.HELD: N_("on hold"),
    payments.SCHEDULED: N_("not paid yet"),
    payments.UNCLEAR: N_("in conflict"),
}
_TO_DO = {
    "acct_wrong": N_("Ask the person for the right account, hand it in, agree on a day."),
    "name_mismatch": N_("See with the person what name the account has, hand it in, agree on a day."),
    "dormant": N_("Tell the person that the bank must wake the account, agree on a day."),
    "death": N_("Call nobody about it. What is still owed is settled with the family when they come."),
    "fund_late": N_("Ask the finance office when the money comes, and tell the person that day."),
    "other": N_("Find out why, tell the person, agree on a day."),
    payments.HELD: N_("See why it is on hold, and tell the person."),
    payments.SCHEDULED: N_("Ask whether it was paid, and note the day."),
    payments.UNCLEAR: N_("Two laptops say different things: decide the conflict first."),
}
SOON = 5
"""Working days from today on which paying again is proposed."""
WHY = "payment"


@dataclass(frozen=True, slots=True)
class Opened:
    """A payment that was opened, with its case as it may be shown here and how the person may be told."""

    payment: Payment
    look: Look
    reach: Reach
    person: Look | None


class Payments:
    """The payments of an office, for whoever serves there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labels = Labels(desk.session.library, FORM)

    # -- lists --------------------------------------------------------------------------------------------

    @told()
    def state(self) -> str:
        """How many wait for somebody, in words, for Home. Raises FieldkitError."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office, quickly=True)
        count = payments.count_to_see_to(self._desk.office, self._desk.session.today())
        return _("{count} to see to", count=count) if count else ""

    @told()
    def period(self, text: str = "") -> Period:
        """A period as it was typed; without one the month in which something was last due.

        Raises FieldkitError("role.may-not"), ("period.unknown"), and of the archive.
        """
        self._desk.need(Act.SERVE)
        if not text:
            up_to_date(self._desk.office)
            text = payments.last_due(self._desk.office, self._today()).isoformat()[:7]
        return parse_period(text)

    @told()
    def figures(self, period: Period) -> Figures:
        """What was due in a period, for the whole town. Raises FieldkitError("role.may-not") and of the archive."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office)
        return payments.figures(self._desk.office, period.first, period.last)

    @told()
    def to_see_to(self, period: Period | None = None) -> list[Payment]:
        """Whose money is still owed, of a period or of all time, by the day it was due. Raises as `figures`."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office)
        first, last = (period.first, period.last) if period else (None, None)
        return payments.to_see_to(self._desk.office, self._today(), first, last)

    @told()
    def settled(self, period: Period) -> list[Payment]:
        """The other payments of a period, those that came late first. Raises as `figures`."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office)
        return payments.settled(self._desk.office, period.first, period.last, self._today())

    def said(self, figures: Figures) -> list[str]:
        """The figures in words: how many of how many on time, what became of the others, the sums."""
        rate = _("Paid on time and in full: {on_time} of {due}", on_time=figures.on_time, due=figures.due) + (
            f" = {figures.rate} %" if figures.rate is not None else ""
        )
        others = [
            _("{what} {count}", what=_(words), count=figures.kinds[kind])
            for kind, words in KINDS.items()
            if kind != payments.ON_TIME and figures.kinds.get(kind)
        ]
        why = [
            _("{what} {count}", what=self._labels.of("fail_reason", reason), count=count)
            for reason, count in sorted(figures.reasons.items())
        ]
        became = _(", ").join(others)
        if why:
            became = _("{what} ({why})", what=became, why=_(", ").join(why))
        lines = [rate, became]
        lines.append(_("Owed {owed}, paid {paid}", owed=yuan(figures.owed), paid=yuan(figures.paid)))
        return [line for line in lines if line]

    def line(self, each: Payment) -> str:
        """One of a list: due day, what became of it, amount, what was agreed, programme and period; nobody's name."""
        agreed = [_("again on {day}", day=each.again[5:])] if each.again and each.is_open else []
        agreed += [_("told {day}", day=each.told[5:])] if each.told and each.is_open else []
        programme = self._labels.of("programme", each.programme)
        return "  ".join(
            [each.due, self.became(each), yuan(each.amount), *agreed, f"{programme} {each.period}"]
        )

    def became(self, each: Payment) -> str:
        """What became of a payment, with the reason where it failed or the day it came."""
        more = self._labels.of("fail_reason", each.reason) or (
            each.paid_on if each.kind == payments.LATE else ""
        )
        return labelled(_(KINDS[each.kind]), more) if more else _(KINDS[each.kind])

    def to_do(self, each: Payment) -> str:
        """What whoever sees to it does next; "" where the money came."""
        if not each.is_open:
            return ""
        return _(_TO_DO.get(each.reason) or _TO_DO.get(each.kind) or _TO_DO["other"])

    # -- one payment --------------------------------------------------------------------------------------

    @told()
    def see(self, payment: Payment) -> Opened:
        """Open a payment: its case, and whom to tell where that was agreed to. Both looks are written down.

        Raises FieldkitError("role.may-not"), as `Entering.open`.
        """
        self._desk.need(Act.SERVE)
        look = self._desk.entering.open(payment.record, WHY)
        text = as_record(look.view).text
        reach = payments.reach(self._desk.office, text("hh_id"), text("person"), text("contact"))
        person = self._desk.look(reach.household, WHY) if reach.ways and reach.household else None
        return Opened(self._now(payment, look), look, reach, person)

    def lines(self, opened: Opened) -> Iterator[str]:
        """What is known of a payment, line by line: what is to be done, the account's last digits, whom to tell and how."""
        each, fields = opened.payment, opened.look.fields
        yield "  ".join([labelled(_("Due"), each.due), self.became(each), yuan(each.amount)])
        yield "  ".join(
            [self._labels.of("programme", each.programme), each.period, labelled(_("case"), each.case)]
        )
        account = fields.get(f"payment/{each.row}/acct_last4")
        if account:
            yield _("Account ending in {digits}", digits=account)
        for name, words in (
            ("notified_on", _("Person told on")),
            ("again_on", _("Paid again on")),
            ("pay_note", _("Noted")),
        ):
            answer = fields.get(f"payment/{each.row}/{name}")
            if answer:
                yield labelled(words, str(answer))
        yield ""
        yield from self._whom(opened)
        if self.to_do(each):
            yield self.to_do(each)

    def _whom(self, opened: Opened) -> Iterator[str]:
        reach = opened.reach
        if not reach.ways:
            yield _("No contact was agreed to: do not call; tell the person when they come.")
            return
        ways = _(", ").join(self._labels.of("contact", each) for each in reach.ways)
        yield labelled(_("May be told by"), ways)
        if opened.person is not None:
            fields = opened.person.fields
            name = next((fields[key] for key in fields if key.endswith(f"/{reach.person}/name")), "")
            is_own = text_at(fields, "phone_owner") not in OF_OTHERS
            phone = text_at(fields, "phone") if is_own and "phone" in reach.ways else ""
            yield "  ".join(filter(None, (str(name), phone)))

    def paid(self, opened: Opened, day: str, amount: str) -> None:
        """It was paid on a day. amount: yuan. Raises FieldkitError("reading.date"), ("money.…"), and as `Entering.change`."""
        self._desk.need(Act.SERVE)
        on = read_date(day, self._today())
        given = read_money(amount)

        def step(entry: FormEntry, row: str) -> None:
            entry.set(f"{row}/status", "paid")
            entry.set(f"{row}/paid_on", on)
            entry.set(f"{row}/paid_amt", given)

        self._change(opened, _("paid"), step)

    def person_told(self, opened: Opened) -> None:
        """The person was told today. Raises as `Entering.change`."""
        self._desk.need(Act.SERVE)
        today = self._today().isoformat()
        self._change(opened, _("person told"), lambda entry, row: entry.set(f"{row}/notified_on", today))

    def again(self, opened: Opened, day: str) -> None:
        """It is to be paid again on a day; the day it was due stays. Raises ReadingError, as `Entering.change`."""
        self._desk.need(Act.SERVE)
        on = read_date(day, self._today())
        self._change(opened, _("new day"), lambda entry, row: entry.set(f"{row}/again_on", on))

    def note(self, opened: Opened, text: str) -> None:
        """What was done about it, in words. Raises as `Entering.change`."""
        self._desk.need(Act.SERVE)
        self._change(opened, _("note"), lambda entry, row: entry.set(f"{row}/pay_note", text.strip()))

    def failed(self, opened: Opened, status: str, reason: str) -> None:
        """It failed or came back ("failed", "returned"), and why; or it is "held". Raises as `Entering.change`."""
        self._desk.need(Act.SERVE)

        def step(entry: FormEntry, row: str) -> None:
            entry.set(f"{row}/status", status)
            if reason:
                entry.set(f"{row}/fail_reason", reason)

        self._change(opened, _(KINDS[status]), step)

    def reasons(self) -> list[tuple[str, str]]:
        """Why a payment may fail, each with its words."""
        return list(self._labels.all("fail_reason").items())

    def noted(self, opened: Opened) -> str:
        """What is noted of it."""
        return str(opened.look.fields.get(f"payment/{opened.payment.row}/pay_note", ""))

    def soon(self) -> str:
        """A day on which it may be paid again: some working days from today."""
        self._desk.need(Act.SERVE)
        return working_days.after(self._today(), SOON).isoformat()

    def _change(self, opened: Opened, why: str, step: Callable[[FormEntry, str], object]) -> None:
        self._desk.need(Act.SERVE)

        def of_row(entry: FormEntry) -> None:
            step(entry, row_at(entry, "payment", opened.payment.row))

        self._desk.entering.change(opened.look, why, of_row)

    def _now(self, payment: Payment, look: Look) -> Payment:
        """The payment as it stands now: it may have been changed since the list was read."""
        up_to_date(self._desk.office)
        found = payments.of_record(self._desk.office, look.view.record)
        return next((each for each in found if each.row == payment.row), payment)

    def _today(self) -> date:
        return self._desk.session.today()
