"""What was decided at the office lately, by whomever, and taking it back: here the last thing first, or any of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.office.decisions import Decided, decisions
from fieldkit.office.looks import form_of, tier_of
from fieldkit.office.roles import Act, who_decides
from fieldkit.office.titles import titles
from fieldkit.session.desk.told import told

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.words import OfficeWords

_REVIEWERS = {"approved": N_("approved"), "closed": N_("closed"), "received": N_("opened again")}
"""States of a record that only whoever reviews may give, and so take back."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was decided of a record in one go: the ids of its revisions, in their order."""

    record: str
    revisions: tuple[str, ...]


class Decisions:
    """The decisions of one archive, as somebody at a desk may take them back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._done: list[Done] = []
        self._taken_back: list[Done] = []

    def note(self, done: Done) -> None:
        """Remember what was decided here, so that it is what `undo` takes back next."""
        self._done.append(done)
        self._taken_back.clear()

    @property
    def can_undo(self) -> bool:
        """Whether anything that was decided here stands."""
        return bool(self._done)

    @told()
    def undo(self) -> Done | None:
        """Take back what was decided here last; again, what was decided before it. None where there is nothing.

        Raises FieldkitError as `Desk.decide`; then it stands.
        """
        self._desk.need(Act.DECIDE)
        if not self._done:
            return None
        last = self._done[-1]
        self._taken_back.append(self._without(last))
        return self._done.pop()

    @told()
    def redo(self) -> Done | None:
        """Do again what was taken back last. Raises as `undo`."""
        self._desk.need(Act.DECIDE)
        if not self._taken_back:
            return None
        again = self._without(self._taken_back[-1])
        self._taken_back.pop()
        self._done.append(again)
        return again

    @told()
    def lately(self, last: int | None = 500) -> list[Decided]:
        """What was decided at this archive, newest first, whoever decided it. Raises FieldkitError."""
        self._desk.need(Act.DECIDE)
        self._desk.office.lists.up_to_date()
        return decisions(self._desk.office, last)

    def named(self, beginning: str) -> Decided:
        """The decision whose id begins so. Raises FieldkitError("decision.unknown"), ("decision.ambiguous")."""
        found = (
            [each for each in self.lately(None) if each.revision.startswith(beginning)] if beginning else []
        )
        if len(found) > 1:
            raise FieldkitError("decision.ambiguous", id=beginning, count=len(found))
        if not found:
            raise FieldkitError("decision.unknown", id=beginning)
        return found[0]

    @told()
    def take_back(self, decided: Decided, reason: str = "") -> Done:
        """Undo a decision that anybody made. Raises FieldkitError("decision.undone") where it is already, ("role.may-not")
        where it is not theirs to make, ("conflict.hidden") where it is about answers they may not see, and as `undo`.
        """
        self._desk.need(Act.DECIDE)
        self._see_that_it_is_theirs(decided)
        undoing = self._without(Done(decided.record, (decided.revision,)), reason)
        self._done.append(undoing)
        self._taken_back.clear()
        return undoing

    def _see_that_it_is_theirs(self, decided: Decided) -> None:
        """See that whoever sits here could have made a decision, or what an undoing brings back, themselves."""
        office, desk = self._desk.office, self._desk
        view = office.view(decided.record)
        form = form_of(office, view) if view is not None else None
        for each in _with_undone(decided, decisions(office, record=decided.record)):
            if each.review in _REVIEWERS:
                desk.need(Act.REVIEW)
            for tier in {tier_of(path, form) for path in each.paths if path} & desk.hidden:
                raise FieldkitError("conflict.hidden", who=desk.name, may=", ".join(who_decides(tier)))

    def _without(self, done: Done, reason: str = "") -> Done:
        """The undoing of what was decided in one go, unless somebody undid it meanwhile."""
        self._desk.need(Act.DECIDE)
        known = decisions(self._desk.office, record=done.record)
        if not {each.revision for each in known if each.holds}.issuperset(done.revisions):
            self._done = [each for each in self._done if each != done]
            self._taken_back = [each for each in self._taken_back if each != done]
            raise FieldkitError("decision.undone", id=done.revisions[-1][:8])
        made = []
        for revision in reversed(done.revisions):
            self._desk.undo(done.record, revision, reason)
            made.append(self._desk.last_decided)
        return Done(done.record, tuple(made))

    # -- words --------------------------------------------------------------------------------------------

    @told()
    def lines(self, found: Sequence[Decided]) -> list[str]:
        """Decisions, each in a line: when, who, of which record, what. Raises FieldkitError."""
        self._desk.need(Act.DECIDE)
        named = titles(self._desk.office, {each.record for each in found})
        words = self._desk.words
        lines = []
        for each in found:
            title = words.title(named[each.record]) if each.record in named else words.form(each.form)
            parts = (each.at[:16].replace("T", " "), words.laptop(each.device), _what(each, words), title)
            lines.append("  ".join(parts))
        return lines


def _with_undone(decided: Decided, known: Sequence[Decided]) -> Iterator[Decided]:
    """A decision, and those that it undoes, and so on."""
    yield decided
    for each in known:
        if each.revision in decided.undoes:
            yield from _with_undone(each, known)


def _what(decided: Decided, words: OfficeWords) -> str:
    """What was decided, in words, without any answer."""
    said = _(", ").join(_said(decided, words))
    return said if decided.holds else _("(taken back) {what}", what=said)


def _said(decided: Decided, words: OfficeWords) -> Iterator[str]:
    if decided.undoes:
        yield _("took a decision back")
        return
    if decided.operation == "delete":
        yield _("deleted")
    elif decided.operation == "resolve":
        labels = [words.label(decided.form, path) for path in decided.paths]
        yield _("decided: {questions}", questions=_(", ").join(labels) or _("the record stays"))
    if "both" in decided.parts:
        yield _("kept all answers, with a note")
    if "comments" in decided.parts:
        yield _("sent back to ask")
    if "settled" in decided.parts:
        yield _("settled a finding")
    if decided.review in _REVIEWERS:
        yield _(_REVIEWERS[decided.review])
