"""The journal as a TinyDB storage, with batches that are one commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from tinydb.storages import Storage

from fieldkit.store.documents import encode
from fieldkit.store.journal import Journal
from fieldkit.store.operations import Code, Operation, Tables, apply
from fieldkit.store.ring import Ring


@dataclass(slots=True)
class _Batch:
    """Writes that wait for one commit. A table is copied when the batch first changes it."""

    tables: Tables
    own: set[str] = field(default_factory=set)
    operations: list[Operation] = field(default_factory=list)

    def add(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            if operation.table not in self.own:
                self.own.add(operation.table)
                if operation.table in self.tables:
                    self.tables[operation.table] = self.tables[operation.table].copy()
            apply(self.tables, operation)
            self.operations.append(operation)


class JournalStorage(Storage):
    """A TinyDB storage on an append-only journal. `key` None keeps it in the clear, `ring` None without copies.

    Raises what Journal does.
    """

    def __init__(
        self,
        path: str | Path,
        key: bytes | None = None,
        ring: Ring | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self.journal = Journal(Path(path), key, ring, read_only=read_only)
        self._batch: _Batch | None = None

    @property
    def tables(self) -> Tables:
        """Raw documents by table and id, a batch in progress included."""
        return self.journal.tables if self._batch is None else self._batch.tables

    @property
    def in_batch(self) -> bool:
        """Whether writes wait for the end of a batch."""
        return self._batch is not None

    @property
    def torn(self) -> int:
        """Bytes of an unfinished frame that were set aside when opening."""
        return self.journal.torn

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The whole database, decoded, as TinyDB knows it."""
        decoded = {
            name: {str(number): orjson.loads(raw) for number, raw in table.items()}
            for name, table in self.tables.items()
        }
        return decoded or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the database what `data` says, writing only the differences."""
        operations = [Operation(Code.DROP, name) for name in self.tables if name not in data]
        for name, documents in data.items():
            before = self.tables.get(name)
            if before is None:
                operations.append(Operation(Code.CREATE, name))
                before = {}
            wanted = {int(number): encode(document) for number, document in documents.items()}
            operations += [Operation(Code.REMOVE, name, number) for number in before if number not in wanted]
            operations += [
                Operation(Code.PUT, name, number, raw)
                for number, raw in wanted.items()
                if raw != before.get(number)
            ]
        self.commit(operations)

    def commit(self, operations: list[Operation]) -> None:
        """One durable commit, or a part of the batch in progress. Raises StoreError, and nothing has changed."""
        if self._batch is None:
            self.journal.commit(operations)
        else:
            self._batch.add(operations)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Everything written inside is one commit; nothing of it, if the block raises.

        A batch inside a batch joins it when it ends, and leaves no trace in it when it raises.
        """
        outer = self._batch
        inner = self._batch = _Batch(dict(self.tables))
        try:
            yield
        finally:
            self._batch = outer
        if outer is None:
            self.journal.commit(inner.operations)
        else:
            outer.tables = inner.tables
            outer.own |= inner.own
            outer.operations += inner.operations

    def close(self) -> None:
        """Seal and close the journal."""
        self.journal.close()
