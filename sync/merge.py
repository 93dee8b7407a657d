"""What a record shows: a pure function of the set of its revisions.

A per-field multi-value register over the revision graph: a field's value is the set of its causally maximal
writes. One value: merged. Several: a conflict that stays until a person's revision follows all of them. Order
and repetition of arrival cannot matter, since only the set is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync.revision import Answer, Body, Operation, Revision

STATE = "_deleted"
"""The pseudo-field that a delete writes; any put writes it too, as not deleted."""

_WRITES = frozenset({Operation.PUT, Operation.RESOLVE})


@dataclass(frozen=True, slots=True)
class Version:
    """One of the values of a field in conflict; "" where it was removed."""

    answer: Answer
    revision: str
    device: str
    user: str
    wall: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as it stands.

    fields: path → answer, without those in conflict. conflicts: path → its values. state: "live", "deleted",
    "withdrawn" or "erased". incomplete: a revision's parent has not arrived. revisions: ids by clock.
    form_hash: the version of the form that the last of them was made with.
    """

    record: str
    form: str
    heads: tuple[str, ...]
    fields: Mapping[str, Answer]
    conflicts: Mapping[str, tuple[Version, ...]]
    state: str
    incomplete: bool
    revisions: tuple[str, ...]
    hlc: str
    wall: str
    form_hash: str = ""


def merge(revisions: Iterable[Revision]) -> RecordView:
    """Merge the revisions of one record, in any order, repeated or not."""
    known = {revision.id: revision for revision in revisions}
    if len(known) == 1:
        return _single(next(iter(known.values())))
    ordered = sorted(known, key=lambda each: (known[each].envelope.hlc, each))
    ancestors = _ancestors(known)
    heads = tuple(
        sorted(set(known) - {parent for each in known.values() for parent in each.envelope.parents})
    )
    incomplete = any(parent not in known for each in known.values() for parent in each.envelope.parents)
    last = known[ordered[-1]].envelope

    def view(
        state: str, fields: Mapping[str, Answer], conflicts: Mapping[str, tuple[Version, ...]]
    ) -> RecordView:
        return RecordView(
            last.record,
            last.form,
            heads,
            fields,
            conflicts,
            state,
            incomplete,
            tuple(ordered),
            last.hlc,
            last.wall,
            last.form_hash,
        )

    if any(each.envelope.operation is Operation.ERASE for each in known.values()):
        return view("erased", {}, {})
    counted = _after_withdrawals(known, ancestors)
    if counted is None:
        return view("withdrawn", {}, {})
    fields, conflicts = _fields(counted, ancestors)
    deleted = fields.pop(STATE, "") == "yes"
    return view("deleted" if deleted else "live", {} if deleted else fields, conflicts)


def withdrawn(revisions: Iterable[Revision]) -> set[str]:
    """The ids of the revisions of one record whose answers a withdrawal took back: nobody is shown them any more."""
    known = {revision.id: revision for revision in revisions}
    return set(known) - set(_following_withdrawals(known, _ancestors(known)))


def _single(revision: Revision) -> RecordView:
    """A record with one revision: nearly all of them."""
    envelope, body = revision.envelope, revision.body
    states = {Operation.ERASE: "erased", Operation.WITHDRAW: "withdrawn", Operation.DELETE: "deleted"}
    state = states.get(envelope.operation, "live")
    wrote = body.answers if body and envelope.operation in _WRITES else {}
    fields = {path: answer for path, answer in wrote.items() if answer != "" and path != STATE}
    return RecordView(
        envelope.record, envelope.form, (revision.id,), fields, {}, state, bool(envelope.parents), (revision.id,),
        envelope.hlc, envelope.wall, envelope.form_hash,
    )  # fmt: skip


def _ancestors(known: Mapping[str, Revision]) -> dict[str, frozenset[str]]:
    """For each revision all those it follows; worked out without recursion, whatever order they came in."""
    found: dict[str, frozenset[str]] = {}
    for start in known:
        stack = [start]
        while stack:
            top = stack[-1]
            waiting = [
                p for p in known[top].envelope.parents if p in known and p not in found and p not in stack
            ]
            if waiting:
                stack.append(waiting[0])
                continue
            stack.pop()
            parents = [parent for parent in known[top].envelope.parents if parent in known]
            found[top] = frozenset(parents).union(*(found.get(parent, frozenset()) for parent in parents))
    return found


def _after_withdrawals(
    known: Mapping[str, Revision], ancestors: Mapping[str, frozenset[str]]
) -> dict[str, Revision] | None:
    """What still counts: a withdrawal beats what it follows and what is concurrent; a later put reopens."""
    counted = _following_withdrawals(known, ancestors)
    reopened = any(each.envelope.operation in _WRITES for each in counted.values())
    return counted if reopened or len(counted) == len(known) else None


def _following_withdrawals(
    known: Mapping[str, Revision], ancestors: Mapping[str, frozenset[str]]
) -> dict[str, Revision]:
    withdrawals = [i for i, each in known.items() if each.envelope.operation is Operation.WITHDRAW]
    return {i: each for i, each in known.items() if all(w in ancestors[i] for w in withdrawals)}


def _fields(
    known: Mapping[str, Revision], ancestors: Mapping[str, frozenset[str]]
) -> tuple[dict[str, Answer], dict[str, tuple[Version, ...]]]:
    writes: dict[str, dict[str, Version]] = {}
    for revision_id, revision in known.items():
        for path, answer in _written(revision, known).items():
            envelope = revision.envelope
            version = Version(answer, revision_id, envelope.device, envelope.user, envelope.wall)
            writes.setdefault(path, {})[revision_id] = version
    fields: dict[str, Answer] = {}
    conflicts: dict[str, tuple[Version, ...]] = {}
    for path, versions in writes.items():
        followed = frozenset().union(*(ancestors[each] for each in versions))
        standing = {each: version for each, version in versions.items() if each not in followed}
        if len(standing) > 1 and all(path in _own(known[each]) for each in standing):
            last = max(standing, key=lambda each: (known[each].envelope.hlc, each))
            standing = {last: standing[last]}
        distinct: dict[str, Version] = {}
        for each in sorted(standing):
            distinct.setdefault(repr(standing[each].answer), standing[each])
        if len(distinct) > 1:
            conflicts[path] = tuple(distinct.values())
        elif distinct:
            answer = next(iter(distinct.values())).answer
            if answer != "":
                fields[path] = answer
    return fields, conflicts


def _own(revision: Revision) -> set[str]:
    """The paths where a revision says something of itself (its id, when it began and ended): the latest stands there,
    for nobody holds two opinions about that.
    """
    named = revision.body.note.get("own") if revision.body else None
    return {path for path in named if isinstance(path, str)} if isinstance(named, list) else set()


def _written(revision: Revision, known: Mapping[str, Revision]) -> dict[str, Answer]:
    """The paths a revision writes; one whose parents are not here, or their answers not any more, writes all it holds."""
    operation, body = revision.envelope.operation, revision.body
    if operation is Operation.DELETE:
        return {STATE: "yes"}
    if operation not in _WRITES or body is None:
        return {}
    parents = [known[parent] for parent in revision.envelope.parents if parent in known]
    rootless = not any(parent.raw_body is not None for parent in parents)
    return {**_changes(body, whole=rootless), STATE: "no"}


def _changes(body: Body, *, whole: bool) -> dict[str, Answer]:
    if whole:
        return dict(body.answers) | {path: "" for path in body.changed if path not in body.answers}
    return {path: body.answers.get(path, "") for path in body.changed}
