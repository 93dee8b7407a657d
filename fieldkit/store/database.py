"""The laptop's database: TinyDB with batches and erasure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tinydb import TinyDB

from fieldkit.store.operations import Code, Operation
from fieldkit.store.storage import JournalStorage
from fieldkit.store.table import JournalTable


class JournalDB(TinyDB):
    """A TinyDB whose tables are JournalTables; takes what JournalStorage takes."""

    table_class = JournalTable
    default_storage_class = JournalStorage  # type: ignore[assignment]  # TinyDB means any Storage

    @contextmanager
    def batch(self) -> Iterator[None]:
        """All writes inside, in any table, are one commit; nothing of them, if the block or the commit raises."""
        try:
            with self._journal.batch():
                yield
        except BaseException:
            for table in self._tables.values():
                assert isinstance(table, JournalTable)
                table.forget()
            raise

    def erase(self, table: str, doc_ids: Iterable[int]) -> None:
        """Remove documents so that their bytes are in no file of the journal any more; unknown ids are passed over.

        Raises StoreError; RuntimeError inside a batch. A refusal after the removal is made good at the next
        close or open.
        """
        known = self._journal.tables.get(table, {})
        try:
            self._journal.erase(table, [number for number in doc_ids if number in known])
        finally:
            self.table(table).clear_cache()

    def tables(self) -> set[str]:
        return set(self._journal.tables)

    def drop_table(self, name: str) -> None:
        self._tables.pop(name, None)
        if name in self._journal.tables:
            self._journal.commit([Operation(Code.DROP, name)])

    @property
    def _journal(self) -> JournalStorage:
        storage = self.storage
        assert isinstance(storage, JournalStorage)
        return storage
