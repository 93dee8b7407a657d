"""A desk at the office hands in what was made there, and keeps nothing of it: the archive in the same place has it then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldkit.errors import FieldkitError
from fieldkit.exchange.exchange import Exchange
from fieldkit.store import Workspace
from sync import Revision, write_bundle


class HandingIn:
    """What waits at one desk. exchange: over `workspace`."""

    def __init__(self, exchange: Exchange, workspace: Workspace, now: Callable[[], datetime]) -> None:
        self._exchange = exchange
        self._workspace = workspace
        self._now = now

    @property
    def waits(self) -> bool:
        """Whether there is anything that the archive does not have."""
        revisions = self._workspace.revisions
        return bool(self._exchange.waiting_declines()) or any(
            not given for (given,) in revisions.columns("handed_on")
        )

    @contextmanager
    def bundle(self, *, declines: bool = True) -> Iterator[Path | None]:
        """All that waits in one file, for as long as it is being taken in; None where nothing waits. What is in it is
        erased here afterwards, unless taking it in raised something.

        declines: with them, shuffled. One that were handed in as soon as somebody had declined would stand beside what was
        done just before, and tell who it was.

        Raises FieldkitError("export.not-enrolled"), SyncError("medium.…"), StoreError.
        """
        enrolment = self._exchange.device.enrolment
        if enrolment is None:
            raise FieldkitError("export.not-enrolled")
        waiting = self._exchange.to_hand_in(declines=declines)
        if not waiting:
            yield None
            return
        with TemporaryDirectory(dir=self._workspace.outbox) as folder:
            made = write_bundle(
                Path(folder), waiting, key=self._exchange.device.key, office=enrolment.office,
                recipients=enrolment.recipients, now=self._now(), tip=self._exchange.device.tip,
            )  # fmt: skip
            yield made.path
        self._forget({each.id for each in waiting})

    def borrow(self, revisions: Collection[Revision]) -> int:
        """Have records of the archive here, for as long as something is asked about them. Raises StoreError."""
        return self._exchange.take_records(revisions)

    def give_back(self) -> None:
        """Erase what was borrowed, unless an interview is in progress. Raises StoreError."""
        if not len(self._workspace.drafts):
            table = self._workspace.revisions
            borrowed = [number for number, (given,) in table.numbered("handed_on") if given]
            if borrowed:
                self._workspace.db.erase(table.name, borrowed)

    def _forget(self, ids: Collection[str]) -> None:
        table = self._workspace.revisions
        gone = [number for number, (each,) in table.numbered("id") if each in ids]
        with self._workspace.db.batch():
            self._workspace.db.erase(table.name, gone)
