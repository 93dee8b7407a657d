"""What comes after results: who needs what by when, a clinician's confirmation, follow-ups, letters and neutral messages.

All of this is restricted (tier R). It is shown where somebody asks for it, and never on Home, in a household's story or in a
list of visits: a family that looks on learns nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange, Operation
from fieldkit.fieldwork.screened import BREAST, CERVIX, FOLLOW, PARTICIPANT
from fieldkit.fieldwork.triage import REASONS, Found, Step, Triage, triage
from fieldkit.i18n import _
from fieldkit.records import Record
from fieldkit.session.letters import Letter, Part

if TYPE_CHECKING:
    from fieldkit.session.interview import Interview
    from fieldkit.session.interviews import Interviews
    from fieldkit.session.laboratory import Laboratory

_SUGGESTED = {
    CERVIX: ("next_step/triage", "next_step/is_other_hr", "next_step/to_repeat"),
    BREAST: ("next_step/br_action",),
}
"""What says that something is next: it was known from the day on which one of these was last written."""
_CHOSEN = {CERVIX: "next_step/triage_final", BREAST: "next_step/br_final"}
_BY_LETTER = frozenset({"collect_self", "sealed_via_doctor"})
_BY_MESSAGE = "sms_neutral"
_LETTER = "letter_sealed"


@dataclass(frozen=True, slots=True)
class Message:
    """A neutral message to somebody who wants one. phone: "" where she gave none."""

    pid: str
    phone: str
    text: str


@dataclass(frozen=True, slots=True)
class Telling:
    """How those are told who have not been told yet. letters: sealed, by number. messages: by number. otherwise: numbers of
    those who want a call, said nothing, or should hear it from a doctor in person. not_wanted: numbers of those who want no telling; nothing is sent to them.
    unconfirmed: numbers whose next step no clinician has confirmed; nothing is sent before.
    """

    letters: tuple[Letter, ...]
    messages: tuple[Message, ...]
    otherwise: tuple[str, ...]
    not_wanted: tuple[str, ...]
    unconfirmed: tuple[str, ...]

    @property
    def without_phone(self) -> tuple[str, ...]:
        """The numbers of those who want a message and gave no telephone."""
        return tuple(each.pid for each in self.messages if not each.phone)

    def messages_csv(self) -> str:
        """Telephone and text, for whoever sends them: in the order of the telephone numbers, and without anything else."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerows(sorted((each.phone, each.text) for each in self.messages if each.phone))
        return "\ufeff" + text.getvalue()


class Results:
    """The results of one workspace and what comes after them. laboratory: where results come in."""

    def __init__(
        self,
        exchange: Exchange,
        interviews: Interviews,
        laboratory: Laboratory,
        today: Callable[[], date],
    ) -> None:
        self.laboratory = laboratory
        self._exchange = exchange
        self._interviews = interviews
        self._today = today

    def triage(self) -> Triage:
        """The list as the records kept here make it."""
        records = self._exchange.records(PARTICIPANT, CERVIX, BREAST, FOLLOW)
        changed = [each for each in records if each.form in _SUGGESTED and each.number is None]
        return triage(records, {each.id: self._known_on(each) for each in changed})

    def confirm(self, found: Found) -> bool:
        """Write that a clinician confirms what the protocol suggests of a cervical examination, as a correction of it; false
        where the record says something else by now. Raises FieldkitError("form.gone"), StoreError.
        """
        record = self._exchange.record(found.record)
        if record is None or record.text("triage") != found.suggested or record.text("triage_final"):
            return False
        opened = self.laboratory.opened(record)
        if opened is None:
            raise FieldkitError("form.gone", form=record.form, version="")
        form, correction, entry = opened
        entry.set(form.find("triage_final").path, found.suggested)
        self.laboratory.write(form, correction, entry, _("A clinician has confirmed the next step."))
        return True

    def follow(self, found: Found, language: str = "") -> Interview:
        """Begin the follow-up of a finding, filled in as far as it is known, or go on with one that is open. Raises as
        `Interviews.start`, `Interviews.amend`.
        """
        if found.follow:
            return self._interviews.amend(found.follow, language)
        for draft in self._interviews.unfinished():
            if draft.form == FOLLOW and not draft.amends and self._is_of(draft.id, found):
                return self._interviews.resume(draft.id)
        answers: dict[str, Any] = {"pid": found.pid, "reason": REASONS[found.step]}
        if found.is_suspected:
            answers["suspected"] = "yes"
        if found.due is not None and found.due >= self._today():
            answers["due"] = found.due.isoformat()
        return self._interviews.start(FOLLOW, language=language, answers=answers)

    def untold_events(self) -> list[str]:
        """The screening days of which somebody has not been told yet, the latest first."""
        return sorted({each.woman.event for each in self._untold()}, reverse=True)

    def telling(self, event: str = "") -> Telling:
        """Who is to be told, and how: of one screening day, or of all. A woman gets one letter or message of all that was
        found.
        """
        of: dict[str, list[Found]] = {}
        for each in self._untold():
            if event in {"", each.woman.event}:
                of.setdefault(each.pid, []).append(each)
        text = self.message_text()
        letters: list[Letter] = []
        messages: list[Message] = []
        otherwise: list[str] = []
        not_wanted: list[str] = []
        unconfirmed: list[str] = []
        for pid, found in of.items():
            woman = found[0].woman
            if woman.safe_contact == "none":
                not_wanted.append(pid)
            elif not all(map(_may_be_told, found)):
                unconfirmed.append(pid)
            elif any(each.is_suspected or each.step is Step.CARE for each in found):
                otherwise.append(pid)
            elif woman.safe_contact == _BY_MESSAGE:
                messages.append(Message(pid, woman.phone, text))
            elif woman.safe_contact in _BY_LETTER:
                letters.append(Letter(pid, woman.born, tuple(map(_part, found))))
            else:
                otherwise.append(pid)
        return Telling(
            tuple(letters), tuple(messages), tuple(otherwise), tuple(not_wanted), tuple(unconfirmed)
        )

    def note_told(self, pids: Collection[str], how: str) -> int:
        """Write down that these women were told: a follow-up of each finding that has none, with nothing more to do where
        nothing was found. how: "letter_sealed" or "sms_neutral". Gives how many follow-ups that made. Raises StoreError.
        """
        lists = self._interviews.lists_for(self._interviews.form(FOLLOW))
        noted: set[tuple[str, str]] = set()
        for found in self._untold():
            matter = (found.pid, REASONS.get(found.step, ""))
            if found.pid not in pids or found.follow or matter in noted or not _may_be_told(found):
                continue
            answers = {"pid": found.pid, "reason": matter[1], "told": how}
            if found.step is Step.ROUTINE and how == _LETTER:
                answers["final"] = "completed_here"
            self._interviews.record(FOLLOW, answers, lists)
            noted.add(matter)
        return len(noted)

    def _untold(self) -> list[Found]:
        """What is known and was not told yet, of those who have not asked to be left alone."""
        found = self.triage().found
        return [each for each in found if each.step is not Step.WAITING and each.is_open and not each.told]

    def message_text(self) -> str:
        """The neutral message, as the form of follow-ups words it: sent as it stands, in Chinese."""
        entry = self._interviews.continued(self._interviews.form(FOLLOW), {}, lists={})
        return entry.value(entry.form.find("sms_text").path)

    def _is_of(self, draft: str, found: Found) -> bool:
        entry = self._interviews.resume(draft).entry
        return all(
            entry.value(entry.form.find(name).path) == wanted
            for name, wanted in (("pid", found.pid), ("reason", REASONS[found.step]))
        )

    def _known_on(self, record: Record) -> date:
        """The day on which what is next was known; confirming it, or a later result that changes nothing, moves no day."""
        suggested, chosen = _SUGGESTED[record.form], _CHOSEN[record.form]
        is_chosen = record.text(chosen) not in {"", record.text(suggested[0])}
        keys = {*suggested, *((chosen,) if is_chosen else ())}
        days = [
            date.fromisoformat(each.envelope.wall[:10])
            for each in self._exchange.revisions(record.id)
            if each.envelope.operation is Operation.PUT
            and each.body is not None
            and keys & set(each.body.changed)
        ]
        return max(days, default=record.made_on)


def _may_be_told(found: Found) -> bool:
    """What a clinician has confirmed is told, and that one more test is needed, which decides nothing yet."""
    return found.step is Step.CYTOLOGY or (found.confirmed and found.step is not Step.DECIDE)


def _part(found: Found) -> Part:
    return Part(found.form, found.step, found.due, has_virus=found.said.get("hpv") == "pos")
