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
    found: dict[str, str] = {}
    depths: dict[str, int] = {}
    for key, answer in record.answers.items():
        name, depth = key.rpartition("/")[2], key.count("/")
        if depth < depths.get(name, depth + 1):
            depths[name] = depth
            found[name] = answer if isinstance(answer, str) else ""
    return found


def rows_of(answers: Mapping[str, Answer], repeat: str) -> list[tuple[str, dict[str, str]]]:
    """The rows of the repeat of that name, in their own order: the lasting id of each, and its texts by the question's
    name.
    """
    rows: dict[str, dict[str, str]] = {}
    order: dict[str, float] = {}
    begin = repeat + "/"
    for key, answer in answers.items():
        if begin not in key:
            continue
        before, found, inside = key.partition(begin)
        if not found or (before and not before.endswith("/")) or not isinstance(answer, str):
            continue
        instance, _, name = inside.partition("/")
        if name:
            rows.setdefault(instance, {})[name.rsplit("/", 1)[-1]] = answer
        elif answer:
            order[instance] = float(answer)
    return [(each, rows.get(each, {})) for each in sorted(order, key=lambda each: (order[each], each))]
