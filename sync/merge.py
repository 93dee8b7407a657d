"""What a record shows: a pure function of the set of its revisions.

A per-field multi-value register over the revision graph: a field's value is the set of its causally maximal
writes. One value: merged. Several: a conflict that stays until a person's revision follows all of them. Order
and repetition of arrival cannot matter, since only the set is looked at.

A withdrawal beats what it follows and what is concurrent with it: of the whole record, or, where its note names
`paths`, of those alone, while it writes what stands there instead. A path is a pattern of steps, `*` for any instance of
a repeat, and covers all below it. What a person writes afterwards counts again.

A resolution may be undone: a later one whose note says `undoes` names it, and then the record shows what it would without
it, conflicts included. What undoes can be undone in turn.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from sync.revision import Answer, Body, Operation, Revision

STATE = "_deleted"
"""The pseudo-field that a delete writes; any put writes it too, as not deleted."""

_WRITES = frozenset({Operation.PUT, Operation.RESOLVE})
_UNDOABLE = frozenset({Operation.RESOLVE, Operation.DELETE, Operation.REVIEW})


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
    fields, conflicts = _fields(counted, ancestors, _covered(known, ancestors))
    deleted = fields.pop(STATE, "") == "yes"
    return view("deleted" if deleted else "live", {} if deleted else fields, conflicts)


def withdrawn(revisions: Iterable[Revision]) -> set[str]:
    """The ids of the revisions of one record whose answers a withdrawal took back: nobody is shown them any more."""
    known = {revision.id: revision for revision in revisions}
    return set(known) - set(_following_withdrawals(known, _ancestors(known)))


def withdrawn_paths(revisions: Iterable[Revision]) -> dict[str, frozenset[str]]:
    """For each revision of one record the patterns of the paths in it that a withdrawal of a part took back; those it took
    nothing from are left out. `covers` says whether a path is among them.
    """
    known = {revision.id: revision for revision in revisions}
    covered = _covered(known, _ancestors(known))
    return {each: frozenset("/".join(steps) for steps in patterns) for each, patterns in covered.items()}


def ancestors(revisions: Iterable[Revision]) -> dict[str, frozenset[str]]:
    """For each revision of one record, by its id, the ids of those that it follows."""
    return _ancestors({revision.id: revision for revision in revisions})


def undone(revisions: Iterable[Revision]) -> frozenset[str]:
    """The ids of the revisions of one record that somebody undid, and nobody did again."""
    known = {revision.id: revision for revision in revisions}
    return _undone(known, _ancestors(known))


def covers(patterns: Iterable[str], path: str) -> bool:
    """Whether one of the patterns covers a path, or what it lies in."""
    return _is_covered(tuple(pattern.split("/") for pattern in patterns), path)


def fields_of(body: Body) -> dict[str, Answer]:
    """What a live record shows whose only revision wrote this: path → answer."""
    if STATE not in body.answers and "" not in body.answers.values():
        return dict(body.answers)
    return {path: answer for path, answer in body.answers.items() if answer != "" and path != STATE}


def _single(revision: Revision) -> RecordView:
    """A record with one revision: nearly all of them."""
    envelope, body = revision.envelope, revision.body
    states = {Operation.ERASE: "erased", Operation.WITHDRAW: "withdrawn", Operation.DELETE: "deleted"}
    state = states.get(envelope.operation, "live")
    fields = fields_of(body) if body and envelope.operation in _WRITES else {}
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
    if any(each.envelope.operation in _WRITES and not _undoes(each) for each in counted.values()):
        return counted
    is_withdrawn = any(each.envelope.operation is Operation.WITHDRAW for each in known.values())
    return None if is_withdrawn else counted


def _following_withdrawals(
    known: Mapping[str, Revision], ancestors: Mapping[str, frozenset[str]]
) -> dict[str, Revision]:
    withdrawals = [
        i
        for i, each in known.items()
        if each.envelope.operation is Operation.WITHDRAW and not _patterns(each)
    ]
    return {i: each for i, each in known.items() if all(w in ancestors[i] for w in withdrawals)}


def _undone(known: Mapping[str, Revision], ancestors: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Whatever undoes something follows it, so that the last word is heard first."""
    undoing = {each: _undoes(revision) & ancestors[each] for each, revision in known.items()}
    found: set[str] = set()
    for each in sorted(undoing, key=lambda each: (len(ancestors[each]), each), reverse=True):
        if each not in found:
            # What a withdrawal took back counts no more, so that there is nothing of it to be undone.
            named = undoing[each] & known.keys()
            found |= {one for one in named if known[one].envelope.operation in _UNDOABLE}
    return frozenset(found)


def _undoes(revision: Revision) -> frozenset[str]:
    """The ids of the revisions that one undoes; it writes nothing else."""
    if revision.envelope.operation is not Operation.RESOLVE or revision.raw_body is None:
        return frozenset()
    body = revision.body
    named = body.note.get("undoes") if body is not None else None
    return (
        frozenset(each for each in named if isinstance(each, str)) if isinstance(named, list) else frozenset()
    )


def _patterns(revision: Revision) -> tuple[list[str], ...]:
    """The paths that a withdrawal is confined to, in steps; () for one of the whole record, and for anything else."""
    if revision.envelope.operation is not Operation.WITHDRAW or revision.raw_body is None:
        return ()
    body = revision.body
    named = body.note.get("paths") if body is not None else None
    if not isinstance(named, list) or not all(isinstance(each, str) and each for each in named):
        return ()
    return tuple(each.split("/") for each in named)


def _covered(
    known: Mapping[str, Revision], ancestors: Mapping[str, frozenset[str]]
) -> dict[str, tuple[list[str], ...]]:
    """For each revision the patterns of those withdrawals of a part that it does not follow."""
    parts = {each: patterns for each, revision in known.items() if (patterns := _patterns(revision))}
    covered: dict[str, tuple[list[str], ...]] = {}
    for each in known if parts else ():
        missed = [part for part in parts if part != each and part not in ancestors[each]]
        if missed:
            covered[each] = tuple(pattern for part in missed for pattern in parts[part])
    return covered


def _is_covered(patterns: tuple[list[str], ...], path: str) -> bool:
    steps = path.split("/")
    return any(
        len(pattern) <= len(steps) and all(a in {"*", b} for a, b in zip(pattern, steps, strict=False))
        for pattern in patterns
    )


def _fields(
    known: Mapping[str, Revision],
    ancestors: Mapping[str, frozenset[str]],
    covered: Mapping[str, tuple[list[str], ...]],
) -> tuple[dict[str, Answer], dict[str, tuple[Version, ...]]]:
    writes = _writes(known, covered, _undone(known, ancestors))
    fields: dict[str, Answer] = {}
    conflicts: dict[str, tuple[Version, ...]] = {}
    for path, versions in writes.items():
        if len(versions) == 1:
            [only] = versions.values()
            if only.answer != "":
                fields[path] = only.answer
            continue
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


def _writes(
    known: Mapping[str, Revision], covered: Mapping[str, tuple[list[str], ...]], without: Container[str]
) -> dict[str, dict[str, Version]]:
    """Every write that counts: path → revision → what it says."""
    writes: dict[str, dict[str, Version]] = {}
    for revision_id, revision in known.items():
        if revision_id in without:
            continue
        taken_back = covered.get(revision_id, ())
        for path, answer in _written(revision, known).items():
            if taken_back and _is_covered(taken_back, path):
                continue
            envelope = revision.envelope
            version = Version(answer, revision_id, envelope.device, envelope.user, envelope.wall)
            writes.setdefault(path, {})[revision_id] = version
    return writes


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
    if body is None or not (operation in _WRITES or _patterns(revision)):
        return {}
    parents = [known[parent] for parent in revision.envelope.parents if parent in known]
    rootless = not any(parent.raw_body is not None for parent in parents)
    changes = _changes(body, whole=rootless)
    return changes if operation is Operation.WITHDRAW or _undoes(revision) else {**changes, STATE: "no"}


def _changes(body: Body, *, whole: bool) -> dict[str, Answer]:
    if whole:
        return dict(body.answers) | {path: "" for path in body.changed if path not in body.answers}
    return {path: body.answers.get(path, "") for path in body.changed}
