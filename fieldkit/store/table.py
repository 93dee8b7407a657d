"""TinyDB on the journal: its own behaviour, with work in proportion to what changes.

TinyDB reads and writes whole tables through two methods; here they work on views that decode a document when
it is looked at and notice which ones an update touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from fieldkit.store.journal import Journal, Tables
from fieldkit.store.merge_patch import merge_patch
from fieldkit.store.operations import Code, Operation


class JournalStorage(Storage):
    """A TinyDB storage on an append-only journal. `key` None keeps it in the clear."""

    def __init__(self, path: str | Path, key: bytes | None = None) -> None:
        self.journal = Journal(Path(path), key)
        self._pending: list[Operation] | None = None
        self._overlay: Tables = {}

    @property
    def tables(self) -> Tables:
        """Raw documents by table and id, a batch in progress included."""
        return self.journal.tables if self._pending is None else self._overlay

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
            working = _Working(name, self.tables.get(name, {}))
            wanted = {int(number): document for number, document in documents.items()}
            for number in [number for number in working if number not in wanted]:
                del working[number]
            working.update(wanted)
            operations += working.operations()
        self.commit(operations)

    def commit(self, operations: list[Operation]) -> None:
        """One durable commit, or a part of the batch in progress."""
        if self._pending is None:
            self.journal.commit(operations)
            return
        self._pending += operations
        for operation in operations:
            _apply(self._overlay, operation)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Everything written inside is one commit; nothing of it, if the block raises."""
        self._overlay = {name: dict(table) for name, table in self.journal.tables.items()}
        self._pending = []
        try:
            yield
            pending, self._pending = self._pending, None
            self.journal.commit(pending)
        finally:
            self._pending = None
            self._overlay = {}

    def close(self) -> None:
        """Seal and close the journal."""
        self.journal.close()


class JournalTable(Table):
    """A TinyDB table whose documents are decoded when read, so that no two readers share one."""

    def patch(self, changes: Mapping[str, Any], doc_id: int) -> None:
        """Merge `changes` into one document (RFC 7396), written as one small frame. Raises KeyError, StoreError."""
        if doc_id not in self._storage.tables.get(self.name, {}):  # type: ignore[attr-defined]
            raise KeyError(doc_id)
        self._commit([Operation(Code.PATCH, self.name, doc_id, orjson.dumps(dict(changes)))])

    def _read_table(self) -> Any:
        return _View(self._storage.tables.get(self.name, {}))  # type: ignore[attr-defined]

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        working = _Working(self.name, self._storage.tables.get(self.name, {}))  # type: ignore[attr-defined]
        updater(working)
        self._commit(working.operations())

    def _commit(self, operations: list[Operation]) -> None:
        self._storage.commit(operations)  # type: ignore[attr-defined]
        self.clear_cache()


class JournalDB(TinyDB):
    """A TinyDB whose tables are JournalTables."""

    table_class = JournalTable

    def batch(self) -> Any:
        """A context in which all writes are one commit."""
        return self._journal_storage.batch()

    def erase(self, table: str, doc_ids: list[int]) -> None:
        """Remove documents so that their bytes are nowhere in the journal any more."""
        self.table(table).remove(doc_ids=doc_ids)
        self._journal_storage.journal.compact()

    @property
    def _journal_storage(self) -> JournalStorage:
        storage = self.storage
        assert isinstance(storage, JournalStorage)
        return storage


class _View(Mapping[str, Any]):
    """A table as TinyDB reads it: ids as text, documents decoded when looked at."""

    def __init__(self, raw: dict[int, bytes]) -> None:
        self._raw = raw

    def __getitem__(self, number: str) -> Any:
        return orjson.loads(self._raw[int(number)])

    def __iter__(self) -> Iterator[str]:
        return (str(number) for number in list(self._raw))

    def __len__(self) -> int:
        return len(self._raw)


class _Working(MutableMapping[int, Any]):
    """A table being updated: remembers what was looked at, set and removed."""

    def __init__(self, name: str, raw: dict[int, bytes]) -> None:
        self._name = name
        self._raw = raw
        self._seen: dict[int, Any] = {}
        self._removed: dict[int, None] = {}

    def __getitem__(self, number: int) -> Any:
        if number not in self._seen:
            if number in self._removed:
                raise KeyError(number)
            self._seen[number] = orjson.loads(self._raw[number])
        return self._seen[number]

    def __setitem__(self, number: int, document: Any) -> None:
        self._removed.pop(number, None)
        self._seen[number] = document

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._seen.pop(number, None)
        self._removed[number] = None

    def __contains__(self, number: object) -> bool:
        return number in self._seen or (number in self._raw and number not in self._removed)

    def __iter__(self) -> Iterator[int]:
        kept = [number for number in self._raw if number not in self._removed]
        return iter([*kept, *(number for number in self._seen if number not in self._raw)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def operations(self) -> list[Operation]:
        """What must be written: documents that differ, and removals. Raises TypeError for what is no JSON."""
        made = [Operation(Code.REMOVE, self._name, number) for number in self._removed if number in self._raw]
        for number, document in self._seen.items():
            raw = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
            if raw != self._raw.get(number):
                made.append(Operation(Code.PUT, self._name, number, raw))
        return made


def _apply(tables: Tables, operation: Operation) -> None:
    table = tables.setdefault(operation.table, {})
    if operation.code is Code.PUT:
        table[operation.document] = operation.raw
    elif operation.code is Code.PATCH:
        merged = merge_patch(orjson.loads(table[operation.document]), orjson.loads(operation.raw))
        table[operation.document] = orjson.dumps(merged)
    elif operation.code is Code.REMOVE:
        table.pop(operation.document, None)
    else:
        tables.pop(operation.table, None)
