"""Records in conflict: which there are, and what is known of each of the values: who wrote it, when, and over what before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import column, quoted_name, select, table

from fieldkit.exchange import as_record
from fieldkit.fieldwork.households import VISIT
from sync import (
    STATE,
    Answer,
    Operation,
    RecordView,
    Revision,
    Version,
    covers,
    merge,
    schema,
    undone,
    withdrawn,
    withdrawn_paths,
)
from sync.derived import Derivation, Row
from sync.tables import remembered

if TYPE_CHECKING:
    from fieldkit.office.office import Office
    from fieldkit.xforms import Form

CONFLICT = "conflict"
OPEN, BOTH = "open", "both"
_SAYS_STATE = frozenset({Operation.PUT, Operation.RESOLVE, Operation.DELETE})
_AHEAD = timedelta(days=1)
"""How far a clock may be off before it is called wrong, as `sync.importing` has it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value as somebody wrote it. at: by the laptop's own clock, ISO 8601. operation: of the revision that wrote it.

    reason: why, where that was said. clock_is_doubtful: the laptop's clock cannot have been right.
    """

    answer: Answer
    revision: str
    device: str
    user: str
    at: str
    operation: str
    reason: str
    clock_is_doubtful: bool = False


def derivation() -> Derivation:
    """The list of records in conflict: state OPEN, or BOTH where somebody decided that all of its values stand.

    facts: form, paths, devices (ids), and in `asked` the paths that a laptop was asked about since.
    """
    return Derivation(CONFLICT, "1", _rows, in_conflict=True)


def _rows(view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
    if view.state != "live" or not view.conflicts:
        return
    kept = kept_both(view, revisions)
    facts = {
        "form": view.form,
        "paths": sorted(view.conflicts),
        "devices": sorted({each.device for values in view.conflicts.values() for each in values}),
        "asked": sorted(asked_back(view, revisions)),
    }
    state = BOTH if kept.keys() >= view.conflicts.keys() else OPEN
    yield Row(view.record, "", state, as_record(view).text("village"), moment(view.hlc), facts)


def kept_both(view: RecordView, revisions: Iterable[Revision]) -> dict[str, str]:
    """The conflicts of which somebody decided that all values stand, each with the note; a value that came since, or an
    undoing, opens one again.
    """
    found: dict[str, str] = {}
    for review in _reviews(revisions):
        both = review.body.note.get("both") if review.body else None
        for path, said in both.items() if isinstance(both, dict) else ():
            values = view.conflicts.get(path, ())
            if (
                values
                and isinstance(said, dict)
                and said.get("of") == sorted(each.revision for each in values)
            ):
                found[path] = str(said.get("note", ""))
    return found


def asked_back(view: RecordView, revisions: Collection[Revision]) -> dict[str, str]:
    """The conflicts that a laptop was asked about, each with the day by which it is to answer, "" for none; a value that
    came since is an answer.
    """
    known = {each.id: each for each in revisions}
    found: dict[str, str] = {}
    for review in _reviews(revisions):
        note = review.body.note if review.body else {}
        comments = note.get("comments")
        before = followed(known, review.id)
        for told_at in comments if isinstance(comments, dict) else ():
            path = told_at or STATE
            values = view.conflicts.get(path, ())
            if values and before.issuperset(each.revision for each in values):
                found[path] = str(note.get("deadline", ""))
    return found


def followed(known: Mapping[str, Revision], start: str) -> frozenset[str]:
    """The ids of the revisions that one follows, of those `known`."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        parents = known[waiting.pop()].envelope.parents
        fresh = [each for each in parents if each in known and each not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def before(view: RecordView, revisions: Collection[Revision], path: str) -> Answer | None:
    """What stood at a path in conflict when all who wrote a value there had seen the same; "" for nothing.

    None where they had nothing in common, where that was in conflict itself, and where it was withdrawn since.
    """
    known = {each.id: each for each in revisions}
    seen = [followed(known, version.revision) for version in view.conflicts[path]]
    common = frozenset.intersection(*seen)
    hidden = withdrawn_paths(revisions)
    is_hidden = any(covers(hidden.get(each, ()), path) for each in common)
    if not common or is_hidden or common & withdrawn(revisions):
        return None
    then = merge(known[each] for each in common)
    return None if path in then.conflicts or then.state != "live" else then.fields.get(path, "")


def ordered(versions: Iterable[Version]) -> list[Version]:
    """The values of a conflict, the one written first by the laptops' own clocks first."""
    return sorted(versions, key=lambda each: (_time(each.wall), each.revision))


def values(
    office: Office, view: RecordView, revisions: Collection[Revision], path: str
) -> tuple[Written, ...]:
    """The values of a conflict, `ordered`; of a path that is not in conflict the one that stands, as it was written last.

    Raises SyncError.
    """
    known = {each.id: each for each in revisions}
    doubtful = _doubtful_clocks(office, known)

    def written(answer: Answer, revision: Revision) -> Written:
        envelope, body = revision.envelope, revision.body
        reason = str(body.note.get("reason", "")) if body else ""
        return Written(
            answer, revision.id, envelope.device, envelope.user, envelope.wall, envelope.operation.value, reason,
            revision.id in doubtful,
        )  # fmt: skip

    if path in view.conflicts:
        return tuple(written(each.answer, known[each.revision]) for each in ordered(view.conflicts[path]))
    last = _last_writer(known, path)
    return (written(view.fields.get(path, ""), last),) if last is not None else ()


def brought_back(
    form: Form | None, view: RecordView, revisions: Iterable[Revision], path: str, answer: Answer
) -> dict[str, Answer]:
    """What comes back with an answer to a question about a row of a list that somebody else took off it: the row as it was
    where the answer was given. Nothing where the row is there, or no answer is.
    """
    if form is None or answer == "":
        return {}
    gone = [row for row in _rows_around(form, path) if row not in view.fields and row not in view.conflicts]
    found: dict[str, Answer] = {}
    for revision in revisions:
        body = revision.body
        if gone and body is not None and body.answers.get(path) == answer:
            found = {
                key: each
                for key, each in body.answers.items()
                if any(key == row or key.startswith(f"{row}/") for row in gone) and key not in view.conflicts
            }
    return found


def visits_on(office: Office, household: str, days: Iterable[str]) -> frozenset[str]:
    """On which of these days (ISO 8601) somebody recorded a visit to a household, as the flat tables tell. Raises SyncError."""
    wanted = set(days)
    with office.archive.database.reading() as connection:
        for spec in remembered(connection) if household else ():
            names = {each.path.rpartition("/")[2]: each.name for each in spec.columns}
            if spec.form == VISIT and not spec.repeats and {"hh_id", "date"} <= names.keys():
                visits = table(
                    quoted_name(spec.name, quote=True), column(names["hh_id"]), column(names["date"])
                )
                query = select(visits.c[names["date"]]).where(visits.c[names["hh_id"]] == household)
                return frozenset(
                    str(day) for day in connection.execute(query).scalars() if str(day) in wanted
                )
    return frozenset()


def moment(hlc: str) -> str:
    """The time of a hybrid clock in UTC, ISO 8601 with microseconds, so that text order is its order."""
    milliseconds, _minus, counter = hlc.partition("-")
    at = datetime.fromtimestamp(int(milliseconds) // 1000, UTC)
    at += timedelta(milliseconds=int(milliseconds) % 1000, microseconds=int(counter, 16))
    return at.isoformat(timespec="microseconds")


def _rows_around(form: Form, path: str) -> Iterator[str]:
    """The keys of the rows that a flat path lies in, outermost first."""
    repeats = {"/".join(steps[1:]) for steps in form.repeats}
    template, done, parts = "", "", iter(path.split("/"))
    for part in parts:
        template, done = f"{template}/{part}".strip("/"), f"{done}/{part}".strip("/")
        if template in repeats:
            done = f"{done}/{next(parts, '')}"
            if done != path:
                yield done


def _reviews(revisions: Iterable[Revision]) -> list[Revision]:
    """The reviews that nobody undid, in the order of their clocks."""
    known = list(revisions)
    gone = undone(known)
    found = [each for each in known if each.envelope.operation is Operation.REVIEW and each.id not in gone]
    return sorted(found, key=lambda each: (each.envelope.hlc, each.id))


def _last_writer(known: Mapping[str, Revision], path: str) -> Revision | None:
    gone = undone(known.values())
    writers = [each for each in known.values() if each.id not in gone and _writes(each, path)]
    return max(writers, key=lambda each: (each.envelope.hlc, each.id), default=None)


def _writes(revision: Revision, path: str) -> bool:
    """Whether a revision says what stands at a path; that a record is not deleted is said by all that answer or decide."""
    body, operation = revision.body, revision.envelope.operation
    if body is None:
        return False
    if path == STATE:
        return operation in _SAYS_STATE and not body.note.get("undoes")
    return path in body.changed


def _doubtful_clocks(office: Office, known: Mapping[str, Revision]) -> set[str]:
    """The revisions whose laptop had a clock that cannot have been right: it said a time after the archive had them already,
    or well before something they follow; or it was wrong when the bundle that brought them was written.
    """
    revision, bundle = schema.revision, schema.bundle
    joined = revision.join(bundle, bundle.c.number == revision.c.arrived)
    columns = (
        revision.c.rev_id,
        revision.c.device,
        bundle.c.imported,
        bundle.c.made,
        bundle.c.device.label("carrier"),
    )
    record = next(iter(known.values())).envelope.record
    with office.archive.database.reading() as connection:
        rows = connection.execute(
            select(*columns).select_from(joined).where(revision.c.record_id == record)
        ).all()
    since = {each.id: each.enrolment.since for each in office.archive.devices()}
    found: set[str] = set()
    for row in rows:
        if row.rev_id not in known:
            continue
        wall, came = _time(known[row.rev_id].envelope.wall), _time(row.imported)
        parents = [
            _time(known[each].envelope.wall) for each in known[row.rev_id].envelope.parents if each in known
        ]
        own = row.carrier == row.device
        made_wrongly = own and (_time(row.made) > came + _AHEAD or row.made[:10] < since.get(row.device, ""))
        if wall > came + _AHEAD or made_wrongly or any(wall < each - _AHEAD for each in parents):
            found.add(row.rev_id)
    return found


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
