"""Lists of an office as the tests of sync keep them: every record's row, and one for each review."""

from __future__ import annotations

from sync import Operation, derived
from sync.table_source import ArchiveSource


def _row(view, revisions):
    facts = {"fields": dict(view.fields), "conflicts": sorted(view.conflicts), "revisions": len(revisions)}
    yield derived.Row(view.record, "", view.state, at=view.wall, facts=facts)


def _reviews(view, revisions):
    for each in revisions:
        if each.envelope.operation is Operation.REVIEW:
            yield derived.Row(view.record, each.id, view.state)


def lists(version="1"):
    return [
        derived.Derivation("quarrels", version, _row, in_conflict=True),
        derived.Derivation("all", version, _row),
        derived.Derivation("talks", version, _row, forms=frozenset({"talk"})),
        derived.Derivation("reviewed", version, _reviews, operation=Operation.REVIEW),
    ]


def brought_up(archive, version="1"):
    """Bring the lists of an archive up to date; give what they hold, and how many records were read."""
    source = ArchiveSource(archive.secret)
    with archive.database.writing() as connection:
        read = derived.bring_up_to_date(connection, lists(version), source)
    with archive.database.reading() as connection:
        assert derived.are_up_to_date(connection, lists(version), source)
        return {each.kind: derived.rows(connection, each.kind) for each in lists(version)}, read
