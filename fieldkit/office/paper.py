"""Records entered from paper at the office, and whether the paper was entered a second time, read out of the decisions about them.

A note says `{"paper": true}` of the first entry, and of the second `{"second": {"compared": n, "questions": {path: n}, "differs":
[path, …]}}`, by the paths of questions without their rows. The second entry itself is kept nowhere.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fieldkit.exchange import as_record
from sync import Operation, undone
from sync.derived import Derivation, Row

if TYPE_CHECKING:
    from fieldkit.office.office import Office
    from sync import RecordView, Revision

PAPER = "paper"
ONCE, TWICE = "once", "twice"
ONE_IN = 20


def _rows(view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
    if view.state != "live":
        return
    gone = undone(revisions)
    notes = [
        body.note
        for each in sorted(revisions, key=lambda each: (each.envelope.hlc, each.id))
        if each.envelope.operation in {Operation.REVIEW, Operation.RESOLVE}
        and each.id not in gone
        and (body := each.body) is not None
    ]
    if any(note.get("paper") for note in notes):
        second = next((note["second"] for note in reversed(notes) if "second" in note), None)
        record = as_record(view)
        facts = {"form": view.form, "questions": {}, "differs": []} | (second or {})
        yield Row(
            view.record, "", TWICE if second else ONCE, record.text("village"), record.text("date"), facts
        )


def derivations() -> list[Derivation]:
    """How records from paper become rows."""
    return [Derivation(PAPER, "1", _rows, operation=Operation.REVIEW)]


def waiting(office: Office, *, every: bool) -> list[Row]:
    """The records whose paper is to be entered a second time: of each form one in twenty, rounded up, or `every` one.

    Which ones a hash of the office and the record decides, so that nobody picks, and one more changes one at most. Raises
    SyncError.
    """
    rows = office.lists.rows(PAPER)
    if every:
        return [row for row in rows if row.state == ONCE]
    chosen = {
        row.record for form in {row.facts["form"] for row in rows} for row in _share(office, form, rows)
    }
    return [row for row in rows if row.state == ONCE and row.record in chosen]


def agreement(office: Office) -> dict[str, dict[str, tuple[int, int]]]:
    """Form → question (path without rows) → in how many second entries it differed, of how many. Raises SyncError."""
    asked: dict[str, Counter[str]] = {}
    differing: dict[str, Counter[str]] = {}
    for row in office.lists.rows(PAPER, [TWICE]):
        form = row.facts["form"]
        asked.setdefault(form, Counter()).update(row.facts["questions"])
        differing.setdefault(form, Counter()).update(row.facts["differs"])
    return {
        form: {question: (differing[form][question], count) for question, count in sorted(counts.items())}
        for form, counts in sorted(asked.items())
    }


def _share(office: Office, form: str, rows: Sequence[Row]) -> list[Row]:
    of_form = [row for row in rows if row.facts["form"] == form]
    ordered = sorted(
        of_form, key=lambda row: hashlib.sha256(f"{office.archive.id}\0{row.record}".encode()).digest()
    )
    return ordered[: math.ceil(len(of_form) / ONE_IN)]
