"""Changing one record at a desk in a few keys: through its form's rules, as a decision that can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.i18n import language
from fieldkit.session.desk.told import told
from fieldkit.session.interview import refuse

if TYPE_CHECKING:
    from fieldkit.office.looks import Look
    from fieldkit.session.desk.desk import Desk
    from fieldkit.xforms import FormEntry
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
        look = self._desk.look(record, why)
        if look is None:
            raise FieldkitError("record.unknown", id=record)
        if look.view.state != "live":
            raise FieldkitError("serve.gone")
        if look.form is None:
            raise FieldkitError("form.gone", form=look.view.form, version="")
        return look

    @told()
    def change(self, look: Look, why: str, step: Callable[[FormEntry], object]) -> RecordView:
        """Let a step answer questions of a record as it was seen, and keep what differs then; give how it stands.

        The rules of its form decide: nothing is kept where an answer is missing or wrong that was not so before. why: words
        for the history. Raises FieldkitError("interview.unfinished"), ("serve.older-form") where the version the record was
        made with has no such question, ("decision.overtaken"); StoreError.
        """
        assert look.form is not None
        entry = self._desk.session.interviews.continued(look.form, look.view.fields, language())
        before, stood = entry.answers(relevant_only=True), _blocking(entry)
        try:
            step(entry)
        except LookupError as error:
            raise FieldkitError("serve.older-form") from error
        worse = _blocking(entry) - stood
        if worse:
            raise refuse([each for each in entry.problems() if (each.path, each.kind) in worse])
        now = entry.answers(relevant_only=True)
        changed = {key: now.get(key, "") for key in {*now, *before} if now.get(key) != before.get(key)}
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
        if not self._done:
            raise FieldkitError("serve.nothing-to-undo")
        record, revision = self._done[-1]
        self._desk.undo(record, revision)
        self._done.pop()
        return record


def row_at(entry: FormEntry, repeat: str, row: str) -> str:
    """The path of a row of a repeat, by its lasting id. Raises LookupError where it is gone."""
    path = entry.form.find(repeat).path
    for number in range(1, entry.count(path) + 1):
        if entry.tree.element(f"{path}[{number}]").instance_id == row:
            return f"{path}[{number}]"
    raise LookupError(row)


def _blocking(entry: FormEntry) -> set[tuple[str, str]]:
    return {(each.path, each.kind) for each in entry.problems() if each.kind != "warning"}
