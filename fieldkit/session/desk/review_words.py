"""A record that is looked over, in words: what was asked and answered, what it says, and how it came to say that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fieldkit.exchange import Operation
from fieldkit.i18n import N_, _, language
from fieldkit.office.looks import SENSITIVE, tier_of
from fieldkit.office.reviews import Asked, Reply, State
from fieldkit.session.desk.words import called
from fieldkit.session.words import Words
from fieldkit.wording import labelled
from sync import Answer, Revision, merge

if TYPE_CHECKING:
    from fieldkit.session.desk.reviews import Case
    from fieldkit.session.desk.words import OfficeWords

STATES = {
    State.RECEIVED: N_("received"),
    State.QUERIED: N_("queried"),
    State.ANSWERED: N_("answered"),
    State.APPROVED: N_("approved"),
    State.CLOSED: N_("closed"),
}
_CHANGED = {
    "approved": N_("changed since it was approved"),
    "closed": N_("changed since it was closed"),
}
_DID = {
    Operation.PUT: N_("recorded"),
    Operation.RESOLVE: N_("decided"),
    Operation.DELETE: N_("deleted"),
    Operation.WITHDRAW: N_("withdrawn"),
    Operation.ERASE: N_("erased"),
    Operation.REVIEW: N_("looked at"),
}
_REVIEWED = {
    "queried": N_("queried"),
    "approved": N_("approved"),
    "closed": N_("closed"),
    "received": N_("opened again"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in words. path: its place, "" for the record as a whole. is_hidden: it is there, and not shown here."""

    path: str
    label: str
    answer: str
    is_hidden: bool

    @property
    def line(self) -> str:
        """As one line."""
        return labelled(self.label, self.answer) if self.path else self.label


def deadline_words(day: str, today: str) -> str:
    """By when an answer is wished for, "" for no day. A day that is past is told, and nothing follows from it."""
    if not day:
        return ""
    return _("by {day}", day=day) if day >= today else _("since {day}", day=day)


def changed_words(before: str) -> str:
    """That a record was changed since it was approved or closed, "" where it was not."""
    return _(_CHANGED[before]) if before else ""


class CaseWords:
    """The words of one case. words: of the office it is in."""

    def __init__(self, case: Case, words: OfficeWords) -> None:
        self._case = case
        self._office = words
        look = case.look
        self._words = Words(look.form, language())
        self._hidden = _("(not shown)")

    def title(self) -> str:
        """What the record is of."""
        return self._office.record(self._case.look.view)

    def standing(self, today: str) -> str:
        """How it stands, and where a question about it goes."""
        review = self._case.review
        day = deadline_words(review.at, today) if review.state is State.QUERIED else ""
        names = _(", ").join(each.name for each in self._case.laptops)
        goes = _("recorded by {names}", names=names) if names else _("recorded by no laptop that is in use")
        said = (_(STATES[review.state]), day, changed_words(review.changed_since), goes)
        return "  ".join(part for part in said if part)

    def answers(self) -> list[Said]:
        """The record as a whole, then every answer that a person gave, in the order of the form."""
        view, look = self._case.look.view, self._case.look
        found = [Said("", _("The record as a whole"), "", is_hidden=False)]
        for path in self._words.ordered({**view.fields, **dict.fromkeys(view.conflicts, "")}):
            if self._words.form is not None and not self._words.is_asked(path):
                continue
            is_hidden = path in look.hidden
            if path in view.conflicts:
                answer = _("(several values)")
            else:
                answer = self._hidden if is_hidden else self._said(path, view.fields[path])
            found.append(Said(path, self._label(path), answer, is_hidden))
        return found

    def asked(self) -> list[str]:
        """What was asked and stands, each with what came of it."""
        lines = []
        for each in self._case.review.questions:
            said = labelled(self._label(each.path), each.text)
            lines.append(f"{said}  ({'  '.join(part for part in (called(each.by), each.at[:10]) if part)})")
            replies = [f"  {self._reply(each, reply)}" for reply in each.replies]
            by = _("by {day}", day=each.deadline) if each.deadline else ""
            lines += replies or ["  " + "  ".join(part for part in (_("no answer yet"), by) if part)]
        return lines

    def history(self) -> list[str]:
        """Every revision, latest first: who, when, on which laptop, and what it changed."""
        return [line for each in reversed(self._case.revisions) for line in self._step(each)]

    # -- inside -------------------------------------------------------------------------------------------

    def _label(self, path: str) -> str:
        return self._words.label(path, self._case.look.view.fields) if path else _("The record as a whole")

    def _said(self, path: str, answer: Answer) -> str:
        return self._words.answer(path, answer) or _("(nothing)")

    def _reply(self, asked: Asked, reply: Reply) -> str:
        laptop = self._office.laptop(reply.device)
        who = "  ".join(part for part in (called(reply.by), laptop, reply.at[:10]) if part)
        if reply.text is None and asked.path:
            said = labelled(_("changed"), self._change(asked.path, self._before(asked)))
        elif reply.text is None:
            said = _("corrected")
        else:
            said = reply.text or _("It is right as it is")
        return f"-> {said}  ({who})"

    def _before(self, asked: Asked) -> dict[str, Answer]:
        """The answers that whoever asked had before them."""
        seen = [each for each in self._case.revisions if each.id in asked.seen]
        return dict(merge(seen).fields) if seen else {}

    def _change(self, path: str, before: dict[str, Answer]) -> str:
        """From what to what an answer was changed; nothing of one that is not shown here, or that nobody looks at now."""
        view = self._case.look.view
        sensitive = tier_of(path, self._case.look.form) in SENSITIVE
        if (
            path in self._case.look.hidden
            or path in view.conflicts
            or (sensitive and path not in view.fields)
        ):
            return self._hidden
        old, new = before.get(path, ""), view.fields.get(path, "")
        return f"{self._said(path, old)} -> {self._said(path, new)}"

    def _step(self, revision: Revision) -> Iterator[str]:
        envelope, body = revision.envelope, revision.body
        note = body.note if body is not None else {}
        did = _(_DID[envelope.operation])
        if envelope.operation is Operation.REVIEW:
            did = _did(note)
        elif note.get("undoes"):
            did = _("took a decision back")
        reason = note.get("reason")
        head = "  ".join(
            part
            for part in (
                envelope.wall[:16].replace("T", " "),
                called(envelope.user),
                self._office.laptop(envelope.device),
                did,
            )
            if part
        )
        yield labelled(head, str(reason)) if reason else head
        if body is not None and envelope.parents and envelope.operation in {Operation.PUT, Operation.RESOLVE}:
            for path in self._words.ordered(self._case.look.view.fields, body.changed):
                if self._words.is_asked(path):
                    yield "  " + labelled(self._label(path), _("changed"))


def _did(note: Mapping[str, Any]) -> str:
    """What a revision of the kind "review" did."""
    if note.get("replies"):
        return _("answered in words")
    state = str(note.get("state", "queried" if note.get("comments") else ""))
    return _(_REVIEWED.get(state, _DID[Operation.REVIEW]))
