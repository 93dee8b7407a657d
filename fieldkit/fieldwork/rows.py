"""Texts by name, and the rows of repeats, in a record's flat answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldkit.records import Record

if TYPE_CHECKING:
    from fieldkit.xforms.answers import Answer


def texts_of(record: Record) -> dict[str, str]:
    """The texts of a record by the question's name, the outermost of each, "" where its answer is none: what
    `Record.text` gives, for all names in one pass.
    """
    return texts_and_rows(record.answers, "")[0]


def rows_of(answers: Mapping[str, Answer], repeat: str) -> list[tuple[str, dict[str, str]]]:
    """The rows of the repeat of that name, in their own order: the lasting id of each, and its texts by the question's
    name.
    """
    return texts_and_rows(answers, repeat)[1]


def texts_and_rows(
    answers: Mapping[str, Answer], repeat: str
) -> tuple[dict[str, str], list[tuple[str, dict[str, str]]]]:
    """Both in one pass: `texts_of` a record with these answers, and the `rows_of` a repeat ("" for none)."""
    found: dict[str, str] = {}
    depths: dict[str, int] = {}
    rows: dict[str, dict[str, str]] = {}
    order: dict[str, float] = {}
    places: dict[str, tuple[int, str | None]] = {}
    for key, answer in answers.items():
        at = key.rfind("/") + 1
        before, name = key[:at], key[at:]
        place = places.get(before)
        if place is None:
            place = places[before] = _place(before, repeat)
        depth, instance = place
        text = answer if isinstance(answer, str) else None
        if name not in found or depth < depths[name]:
            found[name], depths[name] = text or "", depth
        if instance is None or text is None:
            continue
        if instance:
            rows.setdefault(instance, {})[name] = text
        elif text:
            order[name] = float(text)
    return found, [(each, rows.get(each, {})) for each in sorted(order, key=lambda each: (order[each], each))]


def _place(before: str, repeat: str) -> tuple[int, str | None]:
    """How deep a key lies that begins so, and in which instance of the repeat: "" for where the instances themselves are named,
    None for outside of it.
    """
    begin = repeat + "/"
    start = before.find(begin) if repeat else -1
    is_inside = start == 0 or (start > 0 and before[start - 1] == "/")
    return before.count("/"), before[start + len(begin) :].partition("/")[0] if is_inside else None
