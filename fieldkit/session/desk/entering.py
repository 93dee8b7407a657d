"""Changing one record at a desk in a few keys: through its form's rules, as a decision that can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.i18n import _
from fieldkit.office.roles import Act
from fieldkit.session.desk.editing import edited
from fieldkit.session.desk.told import told

if TYPE_CHECKING:
    from fieldkit.office.looks import Look
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.editing import Step
    from sync import RecordView


class Entering:
    """What was changed so at one desk; the last of it can be undone, and the one before."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._done: list[tuple[str, str]] = []

    def open(self, record: str, why: str) -> Look:
        """A record that is there and live, as it may be shown here. why: for the log.

        Raises FieldkitError("record.unknown"), ("serve.gone") where somebody deleted it or took it back, ("form.gone").
        """
        self._desk.need(Act.SERVE)
        look = self._desk.look(record, why)
        if look is None:
            raise FieldkitError("record.unknown", id=record)
        if look.view.state != "live":
            raise FieldkitError("serve.gone")
        if look.form is None:
            raise FieldkitError("form.gone", form=look.view.form, version="")
        return look

    @told()
    def change(self, look: Look, why: str, step: Step) -> RecordView:
        """Let a step answer questions of a record as it was seen, and keep what differs then; give how it stands.

        The rules of its form decide: nothing is kept where an answer is missing or wrong that was not so before. why: words
        for the history. Raises FieldkitError("interview.unfinished"), ("serve.older-form") where the version the record was
        made with has no such question, ("decision.overtaken"); StoreError.
        """
        self._desk.need(Act.SERVE)
        assert look.form is not None
        changed = edited(self._desk.session.interviews, look.form, look.view.fields, step)
        if not changed:
            return look.view
        note = {"by": self._desk.name, "reason": why}
        view = self._desk.decide(look.view, Operation.RESOLVE, changed, changed=changed, note=note)
        self._done.append((view.record, view.heads[0]))
        return view

    @told()
    def make(self, form: str, answers: Mapping[str, Any]) -> str:
        """Make a record by every rule of its form, and hand it in; give its id. Undone, it is taken out again.

        Raises AnswerError, FieldkitError("interview.unfinished"), as `Desk.hand_in`.
        """
        self._desk.need(Act.SERVE)
        interviews = self._desk.session.interviews
        self._desk.hand_in()
        with self._desk.alone():
            record = interviews.record(form, answers, interviews.lists_for(interviews.form(form)))
            self._desk.hand_in()
        self._done.append((record, ""))
        return record

    @property
    def can_undo(self) -> bool:
        """Whether anything was changed here that was not undone."""
        return bool(self._done)

    def undo(self) -> str:
        """Undo what was changed last here; give its record. Raises FieldkitError("serve.nothing-to-undo") and as `Desk.undo`."""
        self._desk.need(Act.SERVE)
        if not self._done:
            raise FieldkitError("serve.nothing-to-undo")
        record, revision = self._done[-1]
        if revision:
            self._desk.undo(record, revision)
        else:
            self._take_out(record)
        self._done.pop()
        return record

    @told()
    def _take_out(self, record: str) -> None:
        """Take out what was made here. Raises FieldkitError("decision.overtaken") where somebody else has changed it since."""
        view = self._desk.office.view(record)
        if view is None:
            raise FieldkitError("record.unknown", id=record)
        revisions = self._desk.office.archive.revisions(record)
        if any(each.envelope.device != self._desk.device for each in revisions):
            raise FieldkitError("decision.overtaken", record=record, **self._desk.last_to_change(view))
        self._desk.decide(view, Operation.DELETE, note={"by": self._desk.name, "reason": _("undone")})
