"""What the list of a return pack says of receipt, enrolment, worklist and comments."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sync.enrolment import Enrolment
from sync.errors import SyncError
from sync.receipt import Receipt

_COMMENT = ("id", "record", "path", "text", "author", "time")


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody at the office asks about one answer of a record.

    id: the same wherever it arrives. path: of the answer, "" for the record as a whole. time: ISO 8601. deadline: the day
    by which an answer is wished for, ISO 8601, "" for none.
    """

    id: str
    record: str
    path: str
    text: str
    author: str
    time: str
    deadline: str = ""


def packed(
    receipt: Receipt,
    enrolment: Enrolment,
    worklist: Iterable[Mapping[str, str]],
    comments: Sequence[Comment],
    *,
    asks: bool = False,
) -> dict[str, Any]:
    """These as plain data. asks: whether the comments are all that wait for an answer; then the days for that are told
    beside them, for laptops from before read rows of six.
    """
    deadlines = {"deadlines": [[each.id, each.deadline] for each in comments]} if asks else {}
    return deadlines | {
        "receipt": receipt.to_json(),
        "enrolment": base64.b64encode(enrolment.to_bytes()).decode("ascii"),
        "worklist": [dict(row) for row in worklist],
        "comments": [[getattr(each, name) for name in _COMMENT] for each in comments],
    }


def enrolment_of(listed: Mapping[str, Any], path: Path) -> Enrolment:
    """The enrolment. Raises SyncError("pack.unreadable"), ("enrolment.unreadable"), ("enrolment.bad-signature")."""
    try:
        raw = base64.b64decode(text(listed, "enrolment", path), validate=True)
    except ValueError as error:
        raise SyncError("pack.unreadable", path=str(path), reason=str(error)) from error
    return Enrolment.from_bytes(raw, path)


def receipt_of(listed: Mapping[str, Any], path: Path) -> Receipt:
    """The receipt. Raises SyncError("pack.unreadable")."""
    try:
        return Receipt.from_json(listed["receipt"])
    except (KeyError, SyncError) as error:
        raise SyncError("pack.unreadable", path=str(path), reason=f"receipt: {error}") from error


def worklist_of(rows: Any) -> tuple[dict[str, str], ...]:
    """The rows. Raises TypeError, AttributeError."""
    return tuple({name: _text(value) for name, value in row.items()} for row in _list(rows))


def comments_of(rows: Any, deadlines: Any) -> tuple[Comment, ...]:
    """The comments. deadlines: rows of id and day, None where none are told. Raises TypeError, ValueError."""
    days = {
        _text(comment): _text(day)
        for comment, day in map(_list, _list([] if deadlines is None else deadlines))
    }
    found = [Comment(**dict(zip(_COMMENT, map(_text, _list(row)), strict=True))) for row in _list(rows)]
    return tuple(replace(each, deadline=days.get(each.id, "")) for each in found)


def text(listed: Mapping[str, Any], name: str, path: Path) -> str:
    """A text by its name. Raises SyncError("pack.unreadable")."""
    found = listed.get(name)
    if not isinstance(found, str):
        raise SyncError("pack.unreadable", path=str(path), reason=f"{name} is no text")
    return found


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
