"""The register of reports: what is due to the unit above, and what became of each that was sent; every step in a few keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.office.flat import up_to_date
from fieldkit.office.reporting import month_ends
from fieldkit.office.roles import Act
from fieldkit.office.sendings import FORM, KIND, Sending, sendings
from fieldkit.report.obligations import Obligation, kind_of, last_due, lately
from fieldkit.session.desk.told import told
from fieldkit.session.reading.dates import read_date
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.xforms import FormEntry

WHY = "report"
"""What the log of looks says of a line of the register that was opened."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register: a report that is due by the calendar, what the register holds of one, or both."""

    due: Obligation | None
    sending: Sending | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it waits for anybody here."""
        return self.sending is not None and self.sending.is_settled


class ReportRegister:
    """The register of an office: whoever may see reports reads it, whoever serves writes in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def state(self) -> str:
        """How many reports are due or came back, in words, for Home. Raises FieldkitError."""
        self._desk.need(Act.REPORT)
        up_to_date(self._desk.office, quickly=True)
        count = len([each for each in self._entries() if not each.is_settled and self._is_due(each)])
        return _("{count} to send", count=count) if count else ""

    @told()
    def due(self) -> list[Entry]:
        """What is due by the calendar now, and was before, in the order of the days. Raises FieldkitError."""
        self._desk.need(Act.REPORT)
        up_to_date(self._desk.office)
        return [each for each in self._entries() if each.due is not None]

    @told()
    def entries(self) -> list[Entry]:
        """What waits for somebody here, by the day it is due; then what is settled, the latest first. Raises FieldkitError."""
        self._desk.need(Act.REPORT)
        up_to_date(self._desk.office)
        found = self._entries()
        waiting = sorted((each for each in found if not each.is_settled), key=_day)
        return [*waiting, *(each for each in found if each.is_settled)]

    @staticmethod
    def became(sending: Sending | None) -> str:
        """What became of a report, in words."""
        if sending is None or not sending.sent_on:
            return _("not sent yet")
        if sending.is_returned:
            fixed = (
                _("corrected on {day}", day=sending.fixed_on) if sending.fixed_on else _("not corrected yet")
            )
            return _("came back, {fixed}", fixed=fixed)
        receipt = _("receipt is here") if sending.is_received else _("no receipt yet")
        return _("sent on {day}, {receipt}", day=sending.sent_on, receipt=receipt)

    @staticmethod
    def title(entry: Entry) -> str:
        """What a report is, in words."""
        return str(entry.due) if entry.due else entry.sending.topic if entry.sending else ""

    def line(self, entry: Entry) -> str:
        """A line of the list: the day it is due, what became of it, what it is."""
        return "  ".join([_day(entry) or _("no day"), self.became(entry.sending), self.title(entry)])

    def lines(self, entry: Entry) -> list[str]:
        """All that is known of a line of the register."""
        sending = entry.sending
        if sending is None:
            return [labelled(_("Due by"), _day(entry)), self.became(None)]
        facts = [
            (_("Due by"), sending.due),
            (_("Number"), sending.number),
            (_("Sent to"), sending.to_unit),
            (_("Sent on"), sending.sent_on),
            (_("Receipt"), (_("yes") if sending.is_received else _("no")) if sending.sent_on else ""),
            (_("Corrected on"), sending.fixed_on),
        ]
        return [*(labelled(what, text) for what, text in facts if text), self.became(sending)]

    @property
    def may_write(self) -> bool:
        """Whether whoever sits here may note anything."""
        return self._desk.may(Act.SERVE)

    # -- steps --------------------------------------------------------------------------------------------

    def unit(self) -> str:
        """The unit that the last report went to, "" where none did. Raises FieldkitError."""
        return next((each.sending.to_unit for each in self.entries() if each.sending), "")

    def sent(self, entry: Entry, day: str, unit: str) -> None:
        """It was sent on a day, as it was typed, to a unit. Raises FieldkitError("reading.date"), as `Entering.make` and `change`."""
        self._desk.need(Act.SERVE)
        on = read_date(day, self._today())
        if entry.sending is not None:
            self._change(entry, _("sent"), {"sent_on": on})
            return
        assert entry.due is not None
        answers = {
            "kind": KIND,
            "date": self._today().isoformat(),
            "topic": str(entry.due),
            "report_no": entry.due.number,
            "to_unit": unit.strip(),
            "due": entry.due.due.isoformat(),
            "sent_on": on,
            "attend": [{"role": "health_office", "role_n": 1}],  # whoever sits here
        }
        self._desk.entering.make(FORM, answers)

    def received(self, entry: Entry) -> None:
        """The unit above has it: a receipt or an answer is here. Raises as `Entering.change`."""
        self._desk.need(Act.SERVE)
        self._change(entry, _("receipt"), {"receipt": "yes"})

    def returned(self, entry: Entry) -> None:
        """It came back to be corrected. Raises as `Entering.change`."""
        self._desk.need(Act.SERVE)
        self._change(entry, _("came back"), {"returned_for_fix": "yes"})

    def fixed(self, entry: Entry, day: str) -> None:
        """It was corrected on a day, as it was typed. Raises FieldkitError("reading.date"), as `Entering.change`."""
        self._desk.need(Act.SERVE)
        self._change(entry, _("corrected"), {"fixed_on": read_date(day, self._today())})

    @told()
    def now(self, entry: Entry) -> Entry:
        """The same line as it stands now. Raises FieldkitError."""
        self._desk.need(Act.REPORT)
        up_to_date(self._desk.office)
        record = entry.sending.record if entry.sending else ""
        found = self._entries()
        same = (each for each in found if record and each.sending and each.sending.record == record)
        again = (each for each in found if entry.due and each.due == entry.due)
        return next(same, next(again, Entry(entry.due, None)))

    def _change(self, entry: Entry, why: str, answers: dict[str, str]) -> None:
        if entry.sending is None:
            raise FieldkitError("register.not-sent")

        def step(form: FormEntry) -> None:
            for name, value in answers.items():
                form.set(form.form.find(name).path, value)

        look = self._desk.entering.open(entry.sending.record, WHY)
        self._desk.entering.change(look, why, step)

    def _entries(self) -> list[Entry]:
        """What is due by the calendar, in its order, each with what the register holds of it; then the rest of that."""
        known = sendings(self._desk.office)
        ends = month_ends(self._desk.office.folder)
        windows = {_window(each, ends): each for each in reversed(known)}
        due = [Entry(each, windows.get(each)) for each in lately(self._today(), ends)]
        taken = {each.sending.record for each in due if each.sending}
        return [*due, *(Entry(None, each) for each in known if each.record not in taken)]

    def _is_due(self, entry: Entry) -> bool:
        return _day(entry) <= self._today().isoformat()

    def _today(self) -> date:
        return self._desk.session.today()


def _window(sending: Sending, month_ends: int) -> Obligation | None:
    """Which report of the calendar it is: its number tells the kind, the day it was due the window."""
    kind = kind_of(sending.number)
    return last_due(kind, date.fromisoformat(sending.due), month_ends) if kind and sending.due else None


def _day(entry: Entry) -> str:
    return entry.due.due.isoformat() if entry.due else entry.sending.due if entry.sending else ""
