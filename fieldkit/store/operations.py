"""What a commit says, in few bytes: a list of operations on documents, each document as raw JSON.

An operation is `u8 code, u16 table length, i64 document id, u32 length`, then table name and bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple

import orjson

from fieldkit.store.merge_patch import merge_patch

Tables = dict[str, dict[int, bytes]]

_HEAD = struct.Struct("<BHqI")


class Code(IntEnum):
    """What is done to a document or a table.

    ERASE is a removal that is not done before the document's bytes have left the file; CREATE makes a table
    that may stay empty.
    """

    PUT = 1
    PATCH = 2
    REMOVE = 3
    DROP = 4
    CREATE = 5
    ERASE = 6


class Operation(NamedTuple):
    """One operation. `raw` is written: JSON for PUT, an RFC 7396 patch for PATCH.

    patched: what the document of a PATCH becomes; not written, since replaying finds it again.
    """

    code: int
    table: str
    document: int = 0
    raw: bytes = b""
    patched: bytes = b""


def pack(operations: Iterable[Operation]) -> bytes:
    """The payload of a commit. Raises ValueError for an id beyond 64 bits or a table name beyond 64 KiB."""
    parts: list[bytes] = []
    for code, table, document, raw, _patched in operations:
        name = table.encode("utf-8")
        try:
            head = _HEAD.pack(code, len(name), document, len(raw))
        except struct.error as error:
            raise ValueError(str(error)) from error
        parts += (head, name, raw)
    return b"".join(parts)


def unpack(payload: bytes) -> Iterator[Operation]:
    """The operations of a payload. Raises ValueError where it does not hold whole operations."""
    offset, length = 0, len(payload)
    while offset < length:
        try:
            code, name_length, document, size = _HEAD.unpack_from(payload, offset)
        except struct.error as error:
            raise ValueError(str(error)) from error
        start = offset + _HEAD.size + name_length
        name = payload[offset + _HEAD.size : start].decode("utf-8")
        offset = start + size
        if offset > length:
            raise ValueError(offset)
        yield Operation(code, name, document, payload[start:offset])


def apply(tables: Tables, operation: Operation) -> None:
    """Do one operation on the raw documents of `tables`."""
    code, name, document, raw, patched = operation
    if code == Code.DROP:
        tables.pop(name, None)
        return
    table = tables.get(name)
    if table is None:
        table = tables[name] = {}
    if code == Code.PUT:
        table[document] = raw
    elif code == Code.PATCH:
        table[document] = patched
    elif code != Code.CREATE:
        table.pop(document, None)


class Replay:
    """Does written operations again; a document under patches stays decoded until `finish`.

    erasing: whether an ERASE was met, so that its bytes are still in the file.
    """

    def __init__(self, tables: Tables) -> None:
        self.erasing = False
        self._tables = tables
        self._decoded: dict[tuple[str, int], Any] = {}

    def apply(self, payload: bytes) -> None:
        """Do the operations of a commit. Raises ValueError, KeyError for what no fieldkit wrote."""
        for operation in unpack(payload):
            code, table, document, raw, _patched = operation
            if code == Code.PATCH:
                key = table, document
                if key not in self._decoded:
                    self._decoded[key] = orjson.loads(self._tables[table][document])
                self._decoded[key] = merge_patch(self._decoded[key], orjson.loads(raw))
                continue
            Code(code)  # an unknown one is a ValueError
            if self._decoded:
                self._forget(operation)
            self.erasing = self.erasing or code == Code.ERASE
            apply(self._tables, operation)

    def finish(self) -> None:
        """Put the patched documents into the tables."""
        for (table, document), value in self._decoded.items():
            self._tables[table][document] = orjson.dumps(value)

    def _forget(self, operation: Operation) -> None:
        if operation.code == Code.DROP:
            for key in [key for key in self._decoded if key[0] == operation.table]:
                del self._decoded[key]
        elif operation.code != Code.CREATE:
            self._decoded.pop((operation.table, operation.document), None)
