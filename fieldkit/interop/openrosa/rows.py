"""Rows of repeats keep their ids when a phone sends a record anew: XML has places, and a place is not a row."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.privacy.tiers import template_of
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer

Rows = dict[str, dict[str, Answer]]


def with_lasting_ids(
    form: Form, answers: Mapping[str, Answer], before: Mapping[str, Answer]
) -> dict[str, Answer]:
    """Flat answers whose rows have the ids they had `before`: a row that says the same is the same, the others of its repeat
    follow in their order, and what is left is new.
    """
    named = dict(answers)
    for repeat in sorted({"/".join(steps[1:]) for steps in form.repeats}, key=lambda each: each.count("/")):
        keys = [key for key in named if template_of(key, form) == repeat]
        for parent in dict.fromkeys(key.rpartition("/")[0] for key in keys):
            ids = _matched(_rows(form, named, parent, repeat), _rows(form, before, parent, repeat))
            named = {_renamed(key, parent, ids): answer for key, answer in named.items()}
    return named


def _rows(form: Form, answers: Mapping[str, Answer], parent: str, repeat: str) -> Rows:
    """The rows of a repeat by id, in their order: what each says itself, without the rows inside it."""
    start = f"{parent}/"
    order = {
        key.rpartition("/")[2]: str(answer)
        for key, answer in answers.items()
        if key.startswith(start) and template_of(key, form) == repeat
    }
    inner = [
        f"{'/'.join(steps[1:])}/" for steps in form.repeats if "/".join(steps[1:]).startswith(f"{repeat}/")
    ]
    rows: Rows = {row: {} for row in sorted(order, key=lambda row: (len(order[row]), order[row]))}
    for key, answer in answers.items():
        row, _, rest = key.removeprefix(start).partition("/")
        if key.startswith(start) and rest and row in rows:
            template = f"{template_of(key, form)}/"
            if not any(template.startswith(each) for each in inner):
                rows[row][rest] = answer
    return rows


def _matched(rows: Rows, before: Rows) -> dict[str, str]:
    """Which id each row gets."""
    left = dict(before)
    found: dict[str, str] = {}
    for row, said in rows.items():
        same = next((each for each, then in left.items() if said == then), None)
        if same is not None:
            found[row] = same
            del left[same]
    others = (row for row in rows if row not in found)
    return found | dict(zip(others, left, strict=False))


def _renamed(key: str, parent: str, ids: Mapping[str, str]) -> str:
    start = f"{parent}/"
    if not key.startswith(start):
        return key
    row, slash, rest = key.removeprefix(start).partition("/")
    return f"{start}{ids.get(row, row)}{slash}{rest}"
