"""Conflicts at a desk: each value with who wrote it and when; a person chooses, nothing is chosen for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation, as_record
from fieldkit.i18n import _
from fieldkit.office.conflicts import (
    BOTH,
    CONFLICT,
    OPEN,
    asked_back,
    before,
    brought_back,
    kept_both,
    values,
    visits_on,
)
from fieldkit.office.looks import SENSITIVE, Look, tier_of
from fieldkit.office.roles import Act, Role, who_decides
from fieldkit.office.titles import Title, titles
from fieldkit.privacy.tiers import template_of
from fieldkit.session.desk.conflict_words import Side, ask_words, side_of
from fieldkit.session.desk.decisions import Done
from fieldkit.session.desk.retyping import Retyping, worked_out
from fieldkit.session.desk.told import told
from sync import STATE

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.words import OfficeWords
    from fieldkit.xforms.answers import Answer
    from sync import RecordView, Revision
    from sync.derived import Row

_ANSWERED_IN = timedelta(days=7)

Step = tuple[Operation, dict[str, "Answer"], dict[str, Any]]
"""A revision that is to be written: what it does, the answers it writes, its note."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A question with several values; with one where somebody decided it meanwhile.

    before: what stood there when all had seen the same, in words; "" where that is not known. hidden: whoever sits here
    may not see it, so `sides` is empty, and `may` says who can. sensitive: it is a contact or restricted answer, which no text
    that leaves the office names. both: the note where all values were kept. asked: a laptop was asked about it, by when.
    """

    path: str
    label: str
    sides: tuple[Side, ...]
    before: str = ""
    hidden: bool = False
    may: tuple[Role, ...] = ()
    sensitive: bool = False
    both: str = ""
    asked: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there are several values."""
        return len(self.sides) > 1

    @property
    def is_about_deleting(self) -> bool:
        """Whether one deleted the record that another changed."""
        return self.path == STATE


@dataclass(frozen=True, slots=True)
class Opened:
    """A record in conflict, as somebody is shown it. look: what it was opened from."""

    look: Look
    title: str
    clashes: tuple[Clash, ...]
    revisions: Sequence[Revision] = field(repr=False, default=())

    @property
    def record(self) -> str:
        """Its id."""
        return self.look.view.record

    @property
    def is_live(self) -> bool:
        """Whether there is still something to decide: it was not deleted, withdrawn or erased meanwhile."""
        return self.look.view.state == "live"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decides of one question. how: "take" an answer ("" for none), keep "both" with a note, or "ask" the
    laptops that wrote, with a text and a day (ISO 8601) by which they are to answer, "" for none.
    """

    how: str
    answer: Answer = ""
    text: str = ""
    deadline: str = ""


class Conflicts:
    """The conflicts of one archive at one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self, state: str = OPEN) -> list[Row]:
        """The records in conflict, those changed last at the end. state: OPEN, or BOTH for those where all was kept.

        Raises FieldkitError.
        """
        self._desk.need(Act.DECIDE)
        with told():
            self._desk.office.lists.up_to_date()
            return self._desk.office.lists.rows(CONFLICT, [state])

    def counts(self) -> tuple[int, int]:
        """How many are open, and of how many all values were kept. Raises FieldkitError."""
        self._desk.need(Act.DECIDE)
        with told():
            counts = self._desk.office.lists.counts(CONFLICT)
        return counts.get(OPEN, 0), counts.get(BOTH, 0)

    def lines(self, rows: Sequence[Row]) -> list[str]:
        """Some of them in words: what the record is of, and which questions. Raises FieldkitError."""
        self._desk.need(Act.DECIDE)
        words = self._desk.words
        with told():
            named = titles(self._desk.office, [row.record for row in rows])
        lines = []
        for row in rows:
            form, paths = row.facts["form"], row.facts["paths"]
            labels = _(", ").join(_asked(words, form, paths))
            asked = _("(asked back)") if set(row.facts["asked"]) >= set(paths) else ""
            title = words.title(named.get(row.record, Title(form, row.place)))
            lines.append("  ".join(filter(None, (asked, title, labels))))
        return lines

    def open(self, record: str, also: Sequence[str] = ()) -> Opened:
        """A record with every question that is in conflict, and `also` these. Raises FieldkitError("record.unknown"), …"""
        desk = self._desk
        desk.need(Act.DECIDE)
        look = desk.look(record, "conflict")
        if look is None:
            raise FieldkitError("record.unknown", id=record)
        with told():
            revisions = desk.office.archive.revisions(record)
            known = {*look.view.revisions}
            revisions = [each for each in revisions if each.id in known]
            paths = list(look.view.conflicts) + [path for path in also if path not in look.view.conflicts]
            clashes = self._clashes(look, revisions, paths if look.view.state == "live" else [])
        return Opened(look, desk.words.record(look.view), clashes, revisions)

    def retyping(self, opened: Opened, choices: Mapping[str, Choice], path: str) -> Retyping:
        """Another answer to one of its questions. choices: what is decided of the others. Raises FieldkitError as `write`."""
        self._desk.need(Act.DECIDE)
        self._clash(opened, path)
        taken = {key: each.answer for key, each in choices.items() if each.how == "take" and key != STATE}
        answers = {**opened.look.view.fields, **taken}
        answers = {key: answer for key, answer in answers.items() if answer != ""}
        return Retyping(self._desk.session.interviews, opened.look.form, answers, path)

    def in_words(self, opened: Opened, path: str, answer: Answer) -> str:
        """An answer to one of its questions, as a person would say it."""
        self._desk.need(Act.DECIDE)
        return self._desk.words.answer(opened.look.view, path, answer)

    def question_back(self, clash: Clash) -> str:
        """A neutral question to those who wrote the values, for sending back."""
        return ask_words(clash.label, () if clash.sensitive else clash.sides)

    @property
    def usual_deadline(self) -> str:
        """The day by which an answer is asked for where nobody says otherwise: in a week."""
        return (self._desk.session.today() + _ANSWERED_IN).isoformat()

    def deadline(self, typed: str) -> str:
        """A day as somebody typed it, "" for none. Raises FieldkitError("conflict.no-day")."""
        try:
            return date.fromisoformat(typed.strip()).isoformat() if typed.strip() else ""
        except ValueError as error:
            raise FieldkitError("conflict.no-day", text=typed) from error

    def write(self, opened: Opened, choices: Mapping[str, Choice]) -> Done:
        """Keep what somebody chose of a record as it was opened, and remember it for `Decisions.undo`.

        What is not among the choices stays as it is. One who decides that the record was rightly deleted decides that alone.
        Raises FieldkitError("conflict.nothing"), ("conflict.hidden"), ("conflict.deleted-first"), ("conflict.no-note"),
        ("decision.overtaken"): then nothing was written; and those of the archive.
        """
        self._desk.need(Act.DECIDE)
        self._check(opened, choices)
        view, made = opened.look.view, list[str]()
        try:
            for operation, answers, note in self._steps(opened, choices):
                view = self._desk.decide(view, operation, answers, changed=answers, note=note)
                made.append(self._desk.last_decided)
        finally:
            done = Done(opened.record, tuple(made))
            if made:
                self._desk.decisions.note(done)
        return done

    # -- inside -------------------------------------------------------------------------------------------

    def _steps(self, opened: Opened, choices: Mapping[str, Choice]) -> list[Step]:
        """The revisions that a person's choices are: answers first, then what is said about the others."""
        view, state = opened.look.view, choices.get(STATE)
        if state is not None and state.how == "take" and state.answer == "yes":
            return [(Operation.DELETE, {}, {"reason": state.text} if state.text else {})]
        takes = {path: choice.answer for path, choice in choices.items() if choice.how == "take"}
        words = self._desk.words
        note = _said(view, choices, lambda path: words.is_worked_out(view.form, path))
        steps: list[Step] = [(Operation.RESOLVE, self._whole(opened, takes), {})] if takes else []
        return [*steps, (Operation.REVIEW, {}, note)] if note else steps

    def _whole(self, opened: Opened, takes: Mapping[str, Answer]) -> dict[str, Answer]:
        """What is decided, with the rows that come back by it and, once no question is open, what the form works out of it."""
        form, view = opened.look.form, opened.look.view
        answers = {path: answer for path, answer in takes.items() if path != STATE}
        for path, answer in list(answers.items()):
            answers = brought_back(form, view, opened.revisions, path, answer) | answers
        left = [path for path in view.conflicts if path not in takes]
        words = self._desk.words
        if all(words.is_worked_out(view.form, path) for path in left):
            standing = {path: answer for path, answer in {**view.fields, **answers}.items() if answer != ""}
            answers |= worked_out(self._desk.session.interviews, form, standing, left)
        return answers

    def _check(self, opened: Opened, choices: Mapping[str, Choice]) -> None:
        if not choices:
            raise FieldkitError("conflict.nothing")
        for path, choice in choices.items():
            clash = self._clash(opened, path)
            if choice.how != "take" and not any(letter.isalpha() for letter in choice.text):
                raise FieldkitError("conflict.no-note")
            if choice.how == "both" and (clash.is_about_deleting or not clash.is_open):
                raise FieldkitError("conflict.not-both")
        takes = [path for path, choice in choices.items() if choice.how == "take" and path != STATE]
        about_deleting = next((each for each in opened.clashes if each.is_about_deleting), None)
        if takes and about_deleting is not None and about_deleting.is_open:
            chosen = choices.get(STATE)
            if chosen is None or chosen.how != "take" or chosen.answer != "no":
                raise FieldkitError("conflict.deleted-first")

    def _clash(self, opened: Opened, path: str) -> Clash:
        """One of its questions, of which whoever sits here may see the answers."""
        clash = next((each for each in opened.clashes if each.path == path), None)
        if clash is None:
            raise FieldkitError("conflict.no-question", path=path)
        if clash.hidden:
            raise FieldkitError("conflict.hidden", who=self._desk.name, may=", ".join(clash.may))
        return clash

    def _clashes(self, look: Look, revisions: Sequence[Revision], paths: Sequence[str]) -> tuple[Clash, ...]:
        words, view = self._desk.words, look.view
        both, asked = kept_both(view, revisions), asked_back(view, revisions)
        household = as_record(view).text("hh_id") if view.form == "household" else ""
        found = []
        asked_for = [path for path in paths if not words.is_worked_out(view.form, path)] or paths
        for path in sorted(asked_for, key=lambda path: (path != STATE, _place(look, path))):
            label = words.question(view, path)
            if path in look.hidden or words.is_hidden(view, path):
                found.append(Clash(path, label, (), hidden=True, may=who_decides(tier_of(path, look.form))))
                continue
            written = values(self._desk.office, view, revisions, path)
            visits = visits_on(self._desk.office, household, {each.at[:10] for each in written})
            sides = [side_of(each, words.answer(view, path, each.answer), words, visits) for each in written]
            then = before(view, revisions, path) if path in view.conflicts and path != STATE else None
            said = "" if then is None else words.answer(view, path, then)
            sensitive = tier_of(path, look.form) in SENSITIVE
            found.append(
                Clash(path, label, tuple(sides), said, sensitive=sensitive, both=both.get(path, ""), asked=asked.get(path))
            )  # fmt: skip
        return tuple(found)


def _asked(words: OfficeWords, form: str, paths: Sequence[str]) -> list[str]:
    """What the questions are called; what the form works out of the answers is not one, unless that is all there is."""
    asked = [path for path in paths if not words.is_worked_out(form, path)]
    return [words.label(form, path) for path in asked or paths]


def _said(
    view: RecordView, choices: Mapping[str, Choice], is_worked_out: Callable[[str], bool]
) -> dict[str, Any]:
    """The note of a review: of which conflicts all values are kept, with what the form works out of them, and what the laptops
    are asked.
    """
    note: dict[str, Any] = {}
    both = {path: choice.text for path, choice in choices.items() if choice.how == "both"}
    if both:
        both |= dict.fromkeys(filter(is_worked_out, view.conflicts), next(iter(both.values())))
        note["both"] = {
            path: {"note": text, "of": sorted(each.revision for each in view.conflicts[path])}
            for path, text in both.items()
        }
    asks = {path: choice for path, choice in choices.items() if choice.how == "ask"}
    if asks:
        # Whether the record stays is asked of the record, not of a question in it.
        told_at = {path: "" if path == STATE else path for path in asks}
        note |= {
            "comments": {told_at[path]: choice.text for path, choice in asks.items()},
            "state": "queried",
        }
        days = [choice.deadline for choice in asks.values() if choice.deadline]
        note |= {"deadline": min(days)} if days else {}
    return note


def _place(look: Look, path: str) -> int:
    """Where the form asks it."""
    if look.form is None:
        return 0
    order = list(look.form.items)
    whole = f"/{look.form.root}/{template_of(path, look.form)}"
    return order.index(whole) if whole in look.form.items else len(order)
