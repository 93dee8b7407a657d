"""Where every record is: on this laptop, on which sticks, with the office."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fieldkit.store import JournalTable


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a record is beside this laptop: files written to sticks, and copies the office says it holds."""

    record: str
    files: tuple[str, ...]
    copies: int

    @property
    def is_only_here(self) -> bool:
        """Whether no office has acknowledged it."""
        return not self.copies


_PLACE = ("record", "id", "device", "epoch", "sequence", "handed_on")
"""Whose revision it is, its id, its place in the chain of a laptop, and whether the office handed it on."""


def whereabouts(
    revisions: JournalTable, exports: Iterable[Mapping[str, Any]], held: Collection[str], copies: int
) -> list[Whereabouts]:
    """For every record with `revisions` here: the sticks of `exports` it went on, and in how many `copies` the office
    has it, which holds the revisions `held`.
    """
    written = [
        (row["device"], row["epoch"], row["from"], row["to"], frozenset(row.get("ids", ())), row["file"])
        for row in exports
    ]
    found: dict[str, Whereabouts] = {}
    for record, revision, device, epoch, sequence, handed_on in revisions.columns(*_PLACE):
        files = tuple(
            file
            for d, e, first, last, ids, file in written
            if (d, e) == (device, epoch) and first <= sequence <= last and (not ids or revision in ids)
        )
        here = Whereabouts(record, files, copies if revision in held else int(bool(handed_on)))
        known = found.get(record)
        # A record is where its least travelled revision is.
        if known is None or (here.copies, len(files)) < (known.copies, len(known.files)):
            found[record] = here
    return list(found.values())
