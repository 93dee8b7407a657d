"""What a commit says, in few bytes: a list of operations on documents, each document as raw JSON.

An operation is `u8 code, u16 table length, u64 document id, u32 length`, then table name and bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

_HEAD = struct.Struct("<BHQI")


class Code(IntEnum):
    """What is done: a document put, patched (RFC 7396), removed; a table dropped."""

    PUT = 1
    PATCH = 2
    REMOVE = 3
    DROP = 4


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `raw` is JSON for PUT and PATCH."""

    code: Code
    table: str
    document: int = 0
    raw: bytes = b""


def pack(operations: Iterable[Operation]) -> bytes:
    """The payload of a commit."""
    parts: list[bytes] = []
    for operation in operations:
        name = operation.table.encode("utf-8")
        parts += [
            _HEAD.pack(operation.code, len(name), operation.document, len(operation.raw)),
            name,
            operation.raw,
        ]
    return b"".join(parts)


def unpack(payload: bytes) -> Iterator[Operation]:
    """The operations of a payload. Raises ValueError where it does not hold whole operations."""
    offset = 0
    while offset < len(payload):
        try:
            code, name_length, document, length = _HEAD.unpack_from(payload, offset)
        except struct.error as error:
            raise ValueError(str(error)) from error
        offset += _HEAD.size
        end = offset + name_length + length
        if end > len(payload):
            raise ValueError(end)
        name = payload[offset : offset + name_length].decode("utf-8")
        yield Operation(Code(code), name, document, payload[offset + name_length : end])
        offset = end
