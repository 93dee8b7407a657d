"""Where every record is: on this laptop, on which sticks, with the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fieldkit.store import JournalTable
from sync import Receipt


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


_PLACE = ("record", "device", "epoch", "sequence", "handed_on")
"""Whose revision it is, its place in the chain of a laptop, and whether the office handed it on."""


def whereabouts(
    revisions: JournalTable, exports: Iterable[Mapping[str, Any]], receipt: Receipt | None
) -> list[Whereabouts]:
    """For every record with `revisions` here: the sticks of `exports` it went on, and what `receipt` says of it."""
    written = [(row["device"], row["epoch"], row["from"], row["to"], row["file"]) for row in exports]
    found: dict[str, Whereabouts] = {}
    for record, device, epoch, sequence, handed_on in revisions.columns(*_PLACE):
        held = receipt is not None and receipt.covers_place(device, epoch, sequence)
        files = tuple(
            file
            for d, e, first, last, file in written
            if (d, e) == (device, epoch) and first <= sequence <= last
        )
        copies = receipt.copies if held and receipt is not None else int(bool(handed_on))
        here = Whereabouts(record, files, copies)
        known = found.get(record)
        # A record is where its least travelled revision is.
        if known is None or (here.copies, len(files)) < (known.copies, len(known.files)):
            found[record] = here
    return list(found.values())
