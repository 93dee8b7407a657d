"""Which old bodies may go from a laptop: what nobody sees any more, and the office holds twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sync import Operation, Revision, merge

_PRUNED = frozenset({Operation.PUT, Operation.RESOLVE})
_KEPT_NOTES = frozenset({"files", "orphans"})
"""What a note may hold that is shown from there: attachments, and answers to an earlier form."""


def prunable(revisions: Sequence[Revision], held: Collection[str], before: datetime) -> list[str]:
    """The ids of the revisions of one record whose bodies may go: those that no head is, that the office holds in two
    copies (`held`), that were made before a moment, and without which the record shows the same.
    """
    view = merge(revisions)
    found = {
        each.id
        for each in revisions
        if each.id in held and each.id not in view.heads and each.envelope.operation in _PRUNED
        and _made(each) < before and each.body is not None and not _KEPT_NOTES & set(each.body.note)
    }  # fmt: skip
    without = [without_body(each) if each.id in found else each for each in revisions]
    return sorted(found) if merge(without) == view else []


def without_body(revision: Revision) -> Revision:
    """The envelope alone, which still proves what stood there."""
    return Revision(revision.envelope, revision.raw, revision.signature, None)


def _made(revision: Revision) -> datetime:
    moment = datetime.fromisoformat(revision.envelope.wall)
    return moment if moment.tzinfo else moment.astimezone()
