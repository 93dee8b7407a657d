"""Correcting a finished record: who may, what was corrected, and what the new revision says.

A revision writes only what differs between the record as its author saw it and the answers at the end. What the form
calculates anew on opening alone (an age, a number of visits) stays as it was recorded, and so do values in conflict.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from fieldkit.errors import FieldkitError
from fieldkit.privacy.declines import is_declined
from fieldkit.records import Record
from fieldkit.session.words import Words
from fieldkit.xforms import Form, FormEntry, Repeat
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.audit import audit_options
from fieldkit.xforms.migration import Plan

_IDS = frozenset({"instanceID", "deprecatedID"})


@dataclass(frozen=True, slots=True)
class Correction:
    """A record as it was opened, what an entry made of it at once, and how its keys stand in the form in use."""

    record: Record
    opened: Mapping[str, Answer]
    plan: Plan | None = None

    @property
    def base(self) -> dict[str, Answer]:
        """The answers of the record at their keys in the form in use; what has no place there stays where it is."""
        if self.plan is None:
            return dict(self.record.answers)
        gone = {orphan.key: orphan.answer for orphan in self.plan.orphans if orphan.why == "gone"}
        return {**gone, **self.plan.answers}

    def changed(self, now: Mapping[str, Answer]) -> dict[str, Answer]:
        """Key → answer of everything that is not as it was opened; "" for what was taken away."""
        keys = {*now, *self.opened}
        return {key: now.get(key, "") for key in keys if now.get(key) != self.opened.get(key)}

    def answers(self, now: Mapping[str, Answer]) -> dict[str, Answer]:
        """The answers of the corrected record."""
        corrected = {**self.base, **self.changed(now)}
        return {key: answer for key, answer in corrected.items() if answer != ""}


def refuse_unless_open(record: Record | None, record_id: str) -> Record:
    """The record, if it may be corrected.

    Raises FieldkitError: "record.unknown", "amend.erased", "amend.withdrawn", "amend.deleted", "amend.declined".
    """
    if record is None:
        raise FieldkitError("record.unknown", id=record_id)
    if record.state == "erased":
        raise FieldkitError("amend.erased", id=record_id)
    if record.state == "withdrawn":
        raise FieldkitError("amend.withdrawn", id=record_id)
    if record.state == "deleted":
        raise FieldkitError("amend.deleted", id=record_id)
    if record.state == "declined":
        raise FieldkitError("amend.declined", id=record_id)
    return record


def refuse_a_decline(entry: FormEntry, record_id: str) -> None:
    """A record that is a decline holds nothing to correct. Raises FieldkitError("amend.declined")."""
    if is_declined(entry):
        raise FieldkitError("amend.declined", id=record_id)


def refuse_to_decline(entry: FormEntry, record_id: str) -> None:
    """A correction that makes the record a decline would leave the answers it has in the history, or destroy them
    without anybody having asked for that: both are decided by the person, not by a correction.

    Raises FieldkitError("amend.declining").
    """
    if is_declined(entry):
        raise FieldkitError("amend.declining", id=record_id)


def in_words(reason: str) -> str:
    """The reason for a correction. Raises FieldkitError("amend.no-reason") where nothing is said."""
    if not any(letter.isalpha() for letter in reason):
        raise FieldkitError("amend.no-reason")
    return " ".join(reason.split())


def is_answered_otherwise(form: Form, changed: Mapping[str, Answer]) -> bool:
    """Whether a person changed anything: times and calculations move by themselves."""
    words = Words(form, "")
    return any(words.is_asked(key) or isinstance(words.item(key), Repeat) for key in changed)


def own_paths(form: Form, answers: Mapping[str, Answer]) -> list[str]:
    """Where a correction speaks of itself, not of the record: its ids, its times, its log. Two that were made apart are
    not in conflict there.
    """
    words, audit = Words(form, ""), audit_options(form)
    log = audit.node.split("/", 2)[-1] if audit else ""
    return sorted(
        key
        for key in answers
        if key == log
        or ((item := words.item(key)) is not None and (item.bind.preload or _local(item.path) in _IDS))
    )


def identity(form: Form, before: Mapping[str, Answer]) -> dict[str, Answer]:
    """The ids of a corrected record where its form has them: a new `instanceID`, the previous one as `deprecatedID`."""
    found: dict[str, Answer] = {}
    paths = {_local(path): path.split("/", 2)[-1] for path in form.items}
    if "instanceID" in paths:
        found[paths["instanceID"]] = f"uuid:{uuid.uuid4()}"
        if "deprecatedID" in paths:
            found[paths["deprecatedID"]] = before.get(paths["instanceID"], "")
    return found


def _local(path: str) -> str:
    """The name at the end of a path, without its namespace."""
    return path.rpartition("/")[2].rpartition(":")[2]
