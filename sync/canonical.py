"""Canonical JSON: one value, one sequence of bytes (the integer and text subset of RFC 8785).

ASCII keys sorted, no floats, integers within ±2^53, text in NFC. Outside that subset writers disagree, so it is
refused at the door.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import orjson

from sync.errors import SyncError

_LARGEST = 2**53
_DEEPEST = 64


def dumps(value: Any) -> bytes:
    """The canonical bytes of a value. Raises SyncError("canonical.refused")."""
    return orjson.dumps(_checked(value, 0), option=orjson.OPT_SORT_KEYS)


def dumps_known(value: Any) -> bytes:
    """As `dumps`, for a value put together of parts that were read from canonical bytes; several times faster."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def loads_strict(raw: bytes) -> Any:
    """The value of canonical bytes; any other bytes, duplicate keys included, raise SyncError."""
    value = loads_sorted(raw)
    if dumps(value) != raw:
        raise SyncError("canonical.refused", reason="not in canonical form")
    return value


def loads_sorted(raw: bytes) -> Any:
    """The value of bytes that are canonical wherever the value holds nothing but objects with ASCII keys, lists, text
    and whole numbers; the caller, who knows what it must hold, sees to that. Several times faster than `loads_strict`.

    Raises SyncError("canonical.refused").
    """
    try:
        value = orjson.loads(raw)
        same = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == raw
        normal = raw.isascii() or unicodedata.is_normalized("NFC", raw.decode("utf-8"))
    except (ValueError, TypeError) as error:
        raise SyncError("canonical.refused", reason=str(error)) from error
    if not same or not normal:
        raise SyncError("canonical.refused", reason="not in canonical form")
    return value


def _checked(value: Any, depth: int) -> Any:
    """The value with its text in NFC."""
    if depth > _DEEPEST:
        raise SyncError("canonical.refused", reason="nested too deeply")
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise SyncError("canonical.refused", reason="an integer is too large")
        return value
    if isinstance(value, (list, tuple)):
        return [_checked(each, depth + 1) for each in value]
    if isinstance(value, dict):
        return {_key(key): _checked(each, depth + 1) for key, each in value.items()}
    raise SyncError("canonical.refused", reason=f"a {type(value).__name__} has no canonical form")


def _key(key: Any) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise SyncError("canonical.refused", reason=f"the key {key!r} is not ASCII text")
    return key
