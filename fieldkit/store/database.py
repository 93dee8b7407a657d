"""The laptop's database: TinyDB with batches and erasure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tinydb import TinyDB

from fieldkit.store.documents import encode
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

    def erase(
        self, table: str, doc_ids: Iterable[int], instead: Mapping[int, Mapping[str, Any]] | None = None
    ) -> None:
        """Remove documents so that their bytes are in no file of the journal any more; unknown ids are passed over.

        instead: documents that take the place of some of them, by id. Inside a batch the bytes go at its end.
        Raises StoreError; where the removal itself was durable, the bytes go at the next close or open.
        """
        known = self._journal.tables.get(table, {})
        erased = [number for number in doc_ids if number in known]
        operations = [Operation(Code.ERASE, table, number) for number in erased]
        operations += [
            Operation(Code.PUT, table, number, encode(document))
            for number, document in (instead or {}).items()
        ]
        try:
            self._journal.commit(operations)
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
