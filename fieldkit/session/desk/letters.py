"""Letters about somebody away to the office where they are: written, waiting, answered, and ended at once when they ask to stop."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork.liaison import ITEMS, MIGRANT, Row, Stands, has_stopped, letter_basis, letters_of
from fieldkit.i18n import N_, _
from fieldkit.office.letters import LETTER, Sent, note_sent, sent_letter
from fieldkit.office.looks import form_of
from fieldkit.office.roles import Act
from fieldkit.office.titles import titles
from fieldkit.office.units import unit, units
from fieldkit.session.desk.editing import edited
from fieldkit.session.desk.letter_items import SHARED, letter_of
from fieldkit.session.desk.told import told
from fieldkit.session.letter_page import letter_page
from sync.errors import refused
from sync.files import write_file
from sync.letters import LETTER_SUFFIX, REPLY_SUFFIX, Letter, read_reply, sealed_letter

if TYPE_CHECKING:
    from fieldkit.office.titles import Title
    from fieldkit.office.units import Unit
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.editing import Step
    from fieldkit.session.desk.words import OfficeWords
    from fieldkit.xforms import FormEntry
    from sync import RecordView

STANDS = {
    Stands.READY: N_("to write"),
    Stands.DUE: N_("reply due"),
    Stands.ANSWERED: N_("answered"),
    Stands.STOPPED: N_("ended: asked to stop"),
}
RESULTS = {
    "received": N_("received, still under way"),
    "answered": N_("answered: the service goes on there"),
    "not_found": N_("not found there"),
    "declined": N_("declined by the person"),
    "wrong_unit": N_("wrong office"),
    "asked_stop": N_("asked to stop"),
}
"""What an office can reply."""
_IN_FORM = {
    "received": "pending",
    "answered": "served",
    "not_found": "not_found",
    "declined": "declined_by_person",
    "wrong_unit": "wrong_unit",
    "asked_stop": "declined_by_person",
}
"""The same as the record's form has it."""
_FIRST = (Stands.READY, Stands.DUE, Stands.STOPPED, Stands.ANSWERED)


@dataclass(frozen=True, slots=True)
class Line:
    """A letter in the list. title: village, household and day, without names. stands; at: the day a reply is due, ISO 8601, or of the record.
    is_late: whether that day is past. result: what came of it, in words.
    """

    record: str
    row: str
    title: str
    stands: Stands
    at: str
    is_late: bool
    result: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a reply said. result: of `RESULTS`; text: in the words of the other office."""

    record: str
    title: str
    unit: str
    result: str
    text: str


class Letters:
    """The letters of one office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def state(self) -> str:
        """What waits, in a few words, "" for nothing. Raises FieldkitError."""
        self._desk.need(Act.LIAISE)
        counts = self._desk.office.lists.counts(LETTER)
        due, ready = counts.get(Stands.DUE, 0), counts.get(Stands.READY, 0)
        said = [_("replies due: {count}", count=due)] if due else []
        said += [_("to write: {count}", count=ready)] if ready else []
        return _(", ").join(said)

    @told()
    def all(self) -> list[Line]:
        """All letters: those to be written, those waiting by the day a reply is due, and the others. Raises FieldkitError."""
        self._desk.need(Act.LIAISE)
        self._desk.office.lists.up_to_date()
        rows = self._desk.office.lists.rows(LETTER)
        known = titles(self._desk.office, {row.record for row in rows})
        words, today = self._desk.words, self._desk.session.today().isoformat()
        lines = [
            Line(
                row.record, row.key, _place(words, known.get(row.record)), Stands(row.state), row.at,
                row.state == Stands.DUE and row.at < today, words.choices(MIGRANT, "liaison/0/result", row.facts["result"]),
            )
            for row in rows
        ]  # fmt: skip
        return sorted(lines, key=lambda line: (_FIRST.index(line.stands), line.at))

    # -- writing ------------------------------------------------------------------------------------------

    @told()
    def by_hand(self, record: str, row: str) -> list[tuple[str, str]]:
        """What the person agreed to have given that no record here holds, so that somebody writes it: item and its words. Nothing
        of it for whoever may not see restricted answers. Raises FieldkitError.
        """
        self._desk.need(Act.LIAISE)
        if not self._desk.may(Act.RESTRICTED):
            return []
        row_items = self._row(self._view(record), row).items
        words = self._desk.words
        return [(item, words.choices(MIGRANT, SHARED, item)) for item in row_items if not ITEMS[item]]

    @told()
    def units_for(self, record: str, row: str) -> list[Unit]:
        """The offices of the county that the person agreed to. Raises FieldkitError."""
        self._desk.need(Act.LIAISE)
        view = self._view(record)
        county = self._row(view, row).county
        return [each for each in units(self._desk.office) if each.county == county]

    @told()
    def draft(self, record: str, row: str, to: str, said: Mapping[str, str] | None = None) -> Letter:
        """The letter about a record to an office, as it would be sent, for looking at. said: what is written by hand, by item.

        Raises FieldkitError as `letter_basis`, ("unit.unknown"), ("letter.said"), ("role.hidden"), and as `case_transfer`.
        """
        self._desk.need(Act.LIAISE)
        view = self._view(record)
        addressee = unit(self._desk.office, to)
        chosen = self._row(view, row)
        basis = letter_basis(as_record(view), chosen, addressee.county)
        self._desk.look(record, "letter")
        return letter_of(self._desk, view, basis, chosen, addressee, said or {})

    @told()
    def write(
        self, record: str, row: str, to: str, folder: Path, said: Mapping[str, str] | None = None
    ) -> tuple[Letter, Path]:
        """Write a letter into a folder, sealed for that office alone, and note in the record that it was sent today.

        Raises FieldkitError as `draft`, ("unit.on-paper"), as `Desk.decide`; SyncError("medium.…"): then nothing was written.
        """
        self._desk.need(Act.LIAISE)
        addressee = unit(self._desk.office, to)
        if addressee.is_on_paper:
            raise FieldkitError("unit.on-paper", name=to)
        letter = self.draft(record, row, to, said)
        sealed = sealed_letter(letter, self._desk.office.key, addressee.recipients)
        path = folder / f"{letter.written:%Y%m%d}-{letter.id[:8]}{LETTER_SUFFIX}"
        write_file(path, sealed)
        try:
            self._sent(letter, record, row)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
        return letter, path

    @told()
    def page(self, record: str, row: str, to: str, said: Mapping[str, str] | None = None) -> str:
        """The same letter as a page to be printed, for an office without fieldkit; the record says that it was sent today.

        Raises FieldkitError as `draft`, as `Desk.decide`.
        """
        self._desk.need(Act.LIAISE)
        letter = self.draft(record, row, to, said)
        page = letter_page(letter, self._desk.session.watermark)
        self._sent(letter, record, row)
        return page

    def _sent(self, letter: Letter, record: str, row: str) -> None:
        today = self._desk.session.today().isoformat()
        sent = Sent(letter.id, record, row, letter.to, self._desk.name)
        if letter.to:
            note_sent(self._desk.office, sent, self._desk.device)
        found = self._row(self._view(record), row)
        self._correct(
            record, _row_step(found, {"sent_on": today, "result": "pending"}), {"letter": letter.id}
        )

    @told()
    def replies_at(self, place: Path) -> list[Path]:
        """A file as it is, or the replies in a folder, the newest first. Raises FieldkitError."""
        self._desk.need(Act.LIAISE)
        return files_at(place, REPLY_SUFFIX)

    # -- what came back -----------------------------------------------------------------------------------

    @told()
    def take(self, path: Path) -> Told:
        """Take a reply that came back into the record it is about. A wish to stop ends contact today.

        Raises FieldkitError("letter.…"), ("reply.unknown"), ("reply.other-unit"), ("reply.taken"), ("reply.result"),
        ("letter.record-gone"), as `Desk.decide`.
        """
        desk = self._desk
        desk.need(Act.LIAISE)
        office = desk.office
        known = {each.id: each for each in units(office) if not each.is_on_paper}
        reply = read_reply(
            path, office.identity, office.archive.id, lambda key: known[key].public if key in known else None
        )
        sent = sent_letter(office, reply.letter)
        if sent is None:
            raise FieldkitError("reply.unknown", path=str(path))
        if sent.to != reply.sender:
            raise FieldkitError("reply.other-unit", path=str(path))
        if reply.result not in RESULTS:
            raise FieldkitError("reply.result", path=str(path), result=reply.result)
        view = office.view(sent.record)
        row = self._found(view, sent.row)
        if view is None or row is None:
            raise FieldkitError("letter.record-gone")
        if row.replied_on:
            raise FieldkitError("reply.taken", day=row.replied_on)
        self.answer(sent.record, sent.row, reply.result, on=reply.on.isoformat(), said=reply.text)
        return Told(sent.record, desk.words.record(view), known[reply.sender].name, reply.result, reply.text)

    @told()
    def answer(self, record: str, row: str, result: str, *, on: str = "", said: str = "") -> None:
        """Note what an office answered, one on paper perhaps. on: the day, today without one; said: in its own words.

        Raises FieldkitError("letter.not-sent"), as `Desk.decide`.
        """
        self._desk.need(Act.LIAISE)
        view = self._view(record)
        found = self._row(view, row)
        if not found.sent_on:
            raise FieldkitError("letter.not-sent")
        today = self._desk.session.today().isoformat()
        # Another office's clock may be wrong: no reply is older than its letter, or of tomorrow.
        day = min(max(on or today, found.sent_on), today)
        answers = {"result": _IN_FORM[result]} | ({} if result == "received" else {"replied_on": day})
        steps = [_row_step(found, answers)]
        stops = result == "asked_stop" and not has_stopped(as_record(view))
        if stops and _ways(view):
            steps.append(_stop_step(today, _ways(view)[0]))
        note = {"reply": result} | ({"said": said} if said else {})
        self._correct(record, lambda entry: [step(entry) for step in steps], note)
        if stops and not _ways(view):
            self._take_contact_back(record)

    @told()
    def stop(self, record: str) -> None:
        """Somebody asked not to be contacted, by whatever way that came: from today on everything is closed for them.

        In the record of somebody away it is a contact of today; in any other the consent to contact is taken back.
        Raises FieldkitError("record.unknown"), ("letter.stopped"), as `Desk.decide`.
        """
        desk = self._desk
        desk.need(Act.LIAISE)
        view = self._view(record)
        if view.form == MIGRANT and has_stopped(as_record(view)):
            raise FieldkitError("letter.stopped")
        if view.form == MIGRANT and _ways(view):
            step = _stop_step(desk.session.today().isoformat(), _ways(view)[0])
            self._correct(record, step, {"reply": "asked_stop"})
        else:
            self._take_contact_back(record)

    # -- inside -------------------------------------------------------------------------------------------

    def _take_contact_back(self, record: str) -> None:
        desk = self._desk
        with desk.alone():
            desk.session.handing_in.borrow(desk.office.archive.revisions(record))
            try:
                desk.session.withdraw(record, scope="contact", reason="asked_stop")
            finally:
                desk.hand_in()

    def _correct(self, record: str, step: Step, note: Mapping[str, str]) -> None:
        view = self._view(record)
        form = form_of(self._desk.office, view)
        if form is None:
            raise FieldkitError("form.gone", form=view.form, version="")
        answers = edited(self._desk.session.interviews, form, view.fields, step)
        self._desk.decide(
            view, Operation.RESOLVE, answers, changed=answers, note={"by": self._desk.name, **note}
        )

    def _view(self, record: str) -> RecordView:
        view = self._desk.office.view(record)
        if view is None or view.state != "live":
            raise FieldkitError("record.unknown", id=record)
        return view

    def _row(self, view: RecordView, row: str) -> Row:
        found = self._found(view, row)
        if found is None:
            raise FieldkitError("letter.no-row")
        return found

    @staticmethod
    def _found(view: RecordView | None, row: str) -> Row | None:
        rows = letters_of(as_record(view)) if view is not None and view.state == "live" else []
        return next((each for each in rows if each.id == row), None)


def _place(words: OfficeWords, title: Title | None) -> str:
    """Village, household and day: all records here are of one form."""
    return words.title(replace(title, form="")) if title is not None else ""


def files_at(place: Path, suffix: str) -> list[Path]:
    """A file as it is, or those in a folder with that suffix, by name, the latest first. Raises SyncError("medium.…")."""
    try:
        if not place.is_dir():
            return [place]
        found = [each for each in place.iterdir() if each.suffix == suffix and not each.name.startswith(".")]
    except OSError as error:
        raise refused(error, place) from error
    return sorted(found, key=lambda each: each.name, reverse=True)


def _row_step(row: Row, answers: Mapping[str, str]) -> Step:
    """Sets answers in a row of contact with a destination."""

    def step(entry: FormEntry) -> None:
        where = f"{entry.form.find('liaison').path}[{row.number}]"
        for name, answer in answers.items():
            entry.set(f"{where}/{name}", answer)

    return step


def _ways(view: RecordView) -> list[str]:
    """The ways of contact that were agreed to."""
    return [way for way in as_record(view).text("contact").split() if way != "none"]


def _stop_step(today: str, way: str) -> Step:
    """Adds a contact of today at which the person asked to stop, by a way that was agreed to."""

    def step(entry: FormEntry) -> None:
        entry.set(entry.form.find("log_wanted").path, "yes")
        where = entry.add_repeat(entry.form.find("contact_log").path)
        for name, answer in {"log_date": today, "log_channel": way, "log_result": "asked_stop"}.items():
            entry.set(f"{where}/{name}", answer)

    return step
