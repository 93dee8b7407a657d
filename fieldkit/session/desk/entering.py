"""Changing one record at a desk in a few keys: through its form's rules, as a decision that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
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
        self._desk.undo(record, revision)
        self._done.pop()
        return record
