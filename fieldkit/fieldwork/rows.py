"""The rows of a repeat in a record's flat answers."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.xforms.answers import Answer


def rows_of(answers: Mapping[str, Answer], repeat: str) -> list[tuple[str, dict[str, str]]]:
    """The rows of the repeat of that name, in their own order: the lasting id of each, and its texts by the question's
    name.
    """
    rows: dict[str, dict[str, str]] = {}
    order: dict[str, float] = {}
    begin = repeat + "/"
    for key, answer in answers.items():
        before, found, inside = key.partition(begin)
        if not found or (before and not before.endswith("/")) or not isinstance(answer, str):
            continue
        instance, _, name = inside.partition("/")
        if name:
            rows.setdefault(instance, {})[name.rsplit("/", 1)[-1]] = answer
        elif answer:
            order[instance] = float(answer)
    return [(each, rows.get(each, {})) for each in sorted(order, key=lambda each: (order[each], each))]
