"""TinyDB's tables on the journal: their own behaviour, with work in proportion to what changes.

TinyDB reads and writes whole tables through two methods; here they work on views that decode a document when
it is looked at and notice which ones an update touched.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping
from functools import partial
from typing import Any

import orjson
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from fieldkit.store.columns import Columns
from fieldkit.store.documents import encode
from fieldkit.store.merge_patch import merge_patch
from fieldkit.store.operations import Code, Operation
from fieldkit.store.storage import JournalStorage


class JournalTable(Table):
    """A TinyDB table whose documents are decoded when read, so that no two readers share one.

    Methods that write raise StoreError, TypeError or ValueError, and then nothing has changed.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._columns: Columns | None = None
        self._patched: tuple[bytes, Any] = b"", None

    def patch(self, changes: Mapping[str, Any], doc_id: int) -> None:
        """Merge `changes` into one document (RFC 7396), written as one small frame. Raises KeyError, StoreError."""
        written = encode(dict(changes))
        raw = self._rows[doc_id]
        # A draft takes answer after answer: what the last patch made of it need not be read again.
        before = self._patched[1] if self._patched[0] is raw else orjson.loads(raw)
        after = merge_patch(before, orjson.loads(written))
        patched = orjson.dumps(after)
        self._commit([Operation(Code.PATCH, self.name, doc_id, written, patched)])
        self._patched = patched, after

    def keep_columns(self, *fields: str) -> None:
        """Read these fields in one go when the first of them is asked for."""
        self._known().add(*fields)

    def columns(self, *fields: str) -> list[tuple[Any, ...]]:
        """These fields of every document, None where it has none, by ascending id, without decoding what did not change."""
        return [row for _number, row in self.numbered(*fields)]

    def numbered(self, *fields: str) -> list[tuple[int, tuple[Any, ...]]]:
        """As `columns`, each with the id of its document."""
        return sorted(self._known().rows(*fields).items())

    def to_read(self, *fields: str) -> list[tuple[Callable[[], Document], tuple[Any, ...]]]:
        """As `columns`, and before them what decodes the document, as it is now, whatever becomes of it."""
        rows = self._rows
        return [
            (partial(self._document, number, rows[number]), row) for number, row in self.numbered(*fields)
        ]

    def value(self, doc_id: int, field: str) -> Any:
        """A field of one document, without decoding it. Raises KeyError where there is no such document."""
        return self._known().value(doc_id, field)

    def values(self, field: str) -> list[Any]:
        """The values that documents have in a field, each once."""
        return self._known().values(field)

    def changes(self) -> list[int]:
        """As `Journal.changes`: the ids of documents that changed, in order; another list where the table was made anew."""
        return self._journal.journal.changes(self.name)

    def find(self, field: str, value: Any) -> list[Document]:
        """The documents whose `field` is `value`, by ascending id; only they are decoded."""
        rows = self._rows
        return [self._document(number, rows[number]) for number in self._known().find(field, value)]

    def _known(self) -> Columns:
        """Raises RuntimeError inside a batch, whose writes are not in the journal yet."""
        if self._journal.in_batch:
            raise RuntimeError("columns show what is committed")
        self._columns = self._columns or Columns(self._journal.journal, self.name)
        return self._columns

    def get(
        self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: list[int] | None = None
    ) -> Any:
        if doc_id is None and doc_ids is not None:
            wanted = set(map(int, doc_ids))
            return [self._document(number, raw) for number, raw in self._rows.items() if number in wanted]
        either: Any = super().get  # its overloads know no None here
        return either(cond, doc_id)

    def search(self, cond: QueryLike) -> list[Document]:
        # TinyDB's cache keeps the documents themselves, which their readers would then share; ours their ids.
        cache: Any = self._query_cache
        known = cache.get(cond)
        if known is not None:
            rows = self._rows
            return [self._document(number, rows[number]) for number in known]
        found = list(self._matching(cond))
        if getattr(cond, "is_cacheable", lambda: True)():
            cache[cond] = [document.doc_id for document in found]
        return found

    def update(
        self,
        fields: Mapping[Any, Any] | Callable[[MutableMapping[Any, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        # By ids, so that documents that were only looked at are not encoded again.
        if doc_ids is None and cond is not None:
            doc_ids = [document.doc_id for document in self._matching(cond)]
        return super().update(fields, doc_ids=doc_ids)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        if doc_ids is None and cond is not None:
            doc_ids = [document.doc_id for document in self._matching(cond)]
        return super().remove(doc_ids=doc_ids)

    def forget(self) -> None:
        """Drop what is remembered of a batch that was undone: query results, the next id."""
        self.clear_cache()
        self._next_id = None

    @property
    def _journal(self) -> JournalStorage:
        storage = self._storage
        assert isinstance(storage, JournalStorage)
        return storage

    @property
    def _rows(self) -> dict[int, bytes]:
        return self._journal.tables.get(self.name, {})

    def _document(self, number: int, raw: bytes) -> Document:
        return self.document_class(orjson.loads(raw), self.document_id_class(number))

    def _matching(self, cond: QueryLike) -> Iterator[Document]:
        for number, raw in list(self._rows.items()):
            content = orjson.loads(raw)
            if cond(content):
                yield self.document_class(content, self.document_id_class(number))

    def _get_next_id(self) -> int:
        number: int = self._next_id or max(self._rows, default=0) + 1
        self._next_id: Any = number + 1  # TinyDB declares None alone
        return number

    def _read_table(self) -> Any:
        return _View(self._rows)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        working = _Working(self._rows)
        updater(working)
        self._commit(working.operations(self.name, made=self.name in self._journal.tables))

    def _commit(self, operations: list[Operation]) -> None:
        self._journal.commit(operations)
        self.clear_cache()


class _View(Mapping[str, Any]):
    """A table as TinyDB reads it: ids as text, documents decoded when looked at."""

    def __init__(self, rows: dict[int, bytes]) -> None:
        self._rows = rows

    def __getitem__(self, number: str) -> Any:
        try:
            return orjson.loads(self._rows[int(number)])
        except ValueError:  # an id that is no number is one that does not exist
            raise KeyError(number) from None

    def __iter__(self) -> Iterator[str]:
        return map(str, list(self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    def items(self) -> ItemsView[str, Any]:
        """All documents as they are now, whatever is written while they are looked through."""
        return _Items(self)


class _Items(ItemsView[str, Any]):
    def __init__(self, view: _View) -> None:
        super().__init__(view)
        self._rows = list(view._rows.items())  # noqa: SLF001 # one thing with its view

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for number, raw in self._rows:
            yield str(number), orjson.loads(raw)


class _Working(MutableMapping[int, Any]):
    """A table being updated: remembers what was looked at, set and removed."""

    def __init__(self, rows: dict[int, bytes]) -> None:
        self._rows = rows
        self._seen: dict[int, Any] = {}
        self._removed: dict[int, None] = {}

    def __getitem__(self, number: int) -> Any:
        if number not in self._seen:
            if number in self._removed:
                raise KeyError(number)
            self._seen[number] = orjson.loads(self._rows[number])
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
        return number in self._seen or (number in self._rows and number not in self._removed)

    def __iter__(self) -> Iterator[int]:
        kept = [number for number in self._rows if number not in self._removed]
        return iter([*kept, *(number for number in self._seen if number not in self._rows)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove everything at once; one by one, as inherited, would look through the table for each."""
        self._seen.clear()
        self._removed = dict.fromkeys(self._rows)

    def operations(self, name: str, *, made: bool) -> list[Operation]:
        """What must be written: the table if it is not made yet, removals, and documents that differ.

        Raises TypeError, ValueError for what is no JSON.
        """
        written = [] if made else [Operation(Code.CREATE, name)]
        written += [Operation(Code.REMOVE, name, number) for number in self._removed if number in self._rows]
        for number, document in self._seen.items():
            raw = encode(document)
            if raw != self._rows.get(number):
                written.append(Operation(Code.PUT, name, number, raw))
        return written
