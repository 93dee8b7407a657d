"""Samples of back-checks in the archive: which records may be drawn, what was drawn, and what was checked.

Lists read derived rows: of a sample what it is of, of a back-check the questions compared (tiers P and N), by the sample's
number, so that no record is opened for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork.contact import is_closed, said_by
from fieldkit.fieldwork.rows import rows_of
from fieldkit.fieldwork.samples import BACKCHECK, SAMPLE, Sample, sample_of, sample_of_check
from fieldkit.fieldwork.sampling import Item
from fieldkit.office import flat_rows
from fieldkit.report.backcheck_results import Comparison
from sync import schema
from sync.derived import Derivation, Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fieldkit.office.office import Office
    from sync import RecordView, Revision

CHECK = "check"
OPEN, GIVEN_UP = "open", "given-up"
DECLINED, FIGURE, ISSUE = "declined", "figure", "issue"
"""The states of checks that are of no sample: declined (of which nobody knows whose), a figure, an issue."""

_HOUSEHOLD_FORMS = ("household", "visit", "migrant")
_STAFF = ("staff", "staff_code", "staff_id", "username")
"""Questions that say who made a record, where a form has one."""


# -- what lists read ----------------------------------------------------------------------------------------


def _sample_rows(view: RecordView, _revisions: Sequence[Revision]) -> Iterator[Row]:
    if view.state == "live":
        sample = sample_of(as_record(view))
        facts = {
            "number": sample.number, "form": sample.form, "first": sample.first, "last": sample.last,
            "frame": sample.frame, "drawn": len(sample.drawn), "percent": sample.percent,
        }  # fmt: skip
        yield Row(view.record, "", GIVEN_UP if sample.given_up else OPEN, at=sample.on, facts=facts)


def _check_rows(view: RecordView, _revisions: Sequence[Revision]) -> Iterator[Row]:
    if view.state != "live":
        return
    record = as_record(view)
    village, on, method = record.text("village"), record.text("date"), record.text("method")
    if record.text("outcome") == "declined":
        yield Row(view.record, "", DECLINED, village, on)
    elif method == "village_figure":
        figures = [
            [int(row["recounted"]), int(row["reported"])]
            for _id, row in rows_of(view.fields, "figure")
            if row.get("recounted", "").isdigit() and row.get("reported", "").isdigit()
        ]
        yield Row(view.record, "", FIGURE, village, on, {"figures": figures})
    else:
        items = [
            [row.get("field", ""), row["item_type"], row["match"], row.get("reason", "")]
            for _id, row in rows_of(view.fields, "item")
            if row.get("match") in {"yes", "no"} and row.get("item_type", "") in {"1", "2", "3"}
        ]
        state = sample_of_check(record.text("sample_id")) if method == "random" else ISSUE
        facts = {"orig": _bare(record.text("orig_uuid")), "items": items}
        yield Row(view.record, "", state or ISSUE, village, on, facts)


def derivations() -> list[Derivation]:
    """How samples and back-checks become rows."""
    return [
        Derivation(SAMPLE, "1", _sample_rows, forms=frozenset({SAMPLE})),
        Derivation(CHECK, "1", _check_rows, forms=frozenset({BACKCHECK})),
    ]


def comparisons(row: Row) -> list[Comparison]:
    """What a back-check compared, by its row."""
    return [
        Comparison(question, kind, match == "no", reason)
        for question, kind, match, reason in row.facts.get("items", ())
    ]


def checked(office: Office, number: str) -> dict[str, Row]:
    """Record → the back-check of a sample that was done of it. Raises SyncError."""
    return {row.facts["orig"]: row for row in office.lists.rows(CHECK, [number]) if "orig" in row.facts}


def sample(office: Office, number: str) -> tuple[RecordView, Sample] | None:
    """A sample by its number, None where there is none. Raises SyncError."""
    for row in office.lists.rows(SAMPLE):
        if row.facts["number"] == number:
            view = office.view(row.record)
            return (view, sample_of(as_record(view))) if view is not None else None
    return None


# -- what may be drawn --------------------------------------------------------------------------------------


def frame_of(office: Office, form: str, first: str, last: str) -> list[Item]:
    """The records of a form that may be asked again: live, done, of these days, and of no household that wants no contact; none
    that is or was in a sample.

    first, last: ISO 8601, both included. Raises SyncError.
    """
    office.keep_tables()
    taken = _taken(office)
    with office.archive.database.reading() as connection:
        found = [
            row
            for row in flat_rows.rows_of(
                connection, form, ["village", "hh_id", "date"], {"outcome": ["done"]}
            )
            if first <= row["date"] <= last and row["record_id"] not in taken
        ]
    closed = closed_households(office, {row["hh_id"] for row in found})
    villages = {row["record_id"]: row["village"] for row in found if row["hh_id"] not in closed}
    hands = hands_of(office, villages)
    return [
        Item(record, village, hands[record][0], hands[record][1])
        for record, village in villages.items()
        if record in hands
    ]


def hands_of(office: Office, records: Collection[str]) -> dict[str, tuple[str, frozenset[str]]]:
    """Record → who made it, and everybody who had a hand in it (`sampling.Item`). Raises SyncError."""
    desks = _desk_names(office)
    found = {}
    with office.archive.database.reading() as connection:
        for record, revisions in office.archive.table_source().revisions(connection, records):
            found[record] = _hands(revisions, desks)
    return found


def closed_households(office: Office, households: Collection[str]) -> set[str]:
    """The households among these that want no more contact. Raises SyncError."""
    said: dict[str, list[str]] = {}
    with office.archive.database.reading() as connection:
        for form in _HOUSEHOLD_FORMS:
            for some in schema.in_parts(sorted(set(households) - {""})):
                for row in flat_rows.rows_of(connection, form, ["hh_id"], {"hh_id": some}):
                    said.setdefault(row["hh_id"], []).append(row["record_id"])
        ever = _ever_closed(connection)
        wanted = {each for records in said.values() if ever & set(records) for each in records}
        views = {
            view.record: as_record(view)
            for view in office.archive.table_source().views(connection, wanted)
            if view.state == "live"
        } if wanted else {}  # fmt: skip
    return {
        household
        for household, records in said.items()
        if is_closed([each for record in records if record in views and (each := said_by(views[record]))])
    }


def gone(office: Office, records: Collection[str]) -> set[str]:
    """Those of these records that are not live any more. Raises SyncError."""
    current = schema.current.c
    with office.archive.database.reading() as connection:
        rows = schema.select_in(connection, (current.record_id, current.state), current.record_id, records)
        live = {row[0] for row in rows if row[1] == "live"}
    return set(records) - live


def last_state(office: Office) -> str:
    """What the archive took in last: the SHA-256 of that bundle, "" before the first. Raises SyncError."""
    table = schema.bundle
    with office.archive.database.reading() as connection:
        query = select(table.c.sha256).order_by(table.c.number.desc()).limit(1)
        return str(connection.execute(query).scalar() or "")


def _taken(office: Office) -> set[str]:
    """Every record that a sample has drawn, or that was checked already."""
    found = {str(row.facts["orig"]) for row in office.lists.rows(CHECK) if row.facts.get("orig")}
    for row in office.lists.rows(SAMPLE):
        view = office.view(row.record)
        if view is not None:
            known = sample_of(as_record(view))
            found |= {*known.drawn, *known.asked} if not known.given_up else set(known.asked)
    return found


def _ever_closed(connection: Connection) -> set[str]:
    """The records that ever close contact, whatever was agreed to since."""
    rows = [
        row["record_id"]
        for form, where in (
            ("household", {"contact": ["none"]}),
            ("visit", {"contact": ["none"]}),
            ("visit", {"wants_no_more": ["yes"]}),
        )
        for row in flat_rows.rows_of(connection, form, [], where)
    ]
    stopped = flat_rows.rows_of(
        connection, "migrant", [], {"log_result": ["asked_stop"]}, repeat="contact_log"
    )
    return {*rows, *(row["record_id"] for row in stopped)}


def _hands(revisions: Iterable[Revision], desks: Mapping[str, str]) -> tuple[str, frozenset[str]]:
    writing = [each for each in revisions if each.envelope.operation in {Operation.PUT, Operation.RESOLVE}]
    first = min(writing, key=lambda each: (each.envelope.hlc, each.id), default=None)
    people = set()
    for each in writing:
        envelope = each.envelope
        people |= {envelope.device, envelope.user, desks.get(envelope.device, "")}
        body = each.body
        people |= {
            answer
            for path, answer in (body.answers.items() if body else ())
            if path.rpartition("/")[2] in _STAFF and isinstance(answer, str)
        }
    author = f"{first.envelope.device} {first.envelope.user}" if first else ""
    return author, frozenset(people - {""})


def _desk_names(office: Office) -> dict[str, str]:
    from fieldkit.office.desks import workers

    return {each.device: each.name for each in workers(office)}


def _bare(record: str) -> str:
    return record.removeprefix("uuid:")
