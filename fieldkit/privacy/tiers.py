"""Tiers of fields: P aggregate-safe, N team, C contact, R restricted, X seen but never stored (domain §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fieldkit.xforms import Form, FormEntry, Problem
from fieldkit.xforms.answers import Answer

RESTRICTED = frozenset({"R", "X"})
CONTACT = frozenset({"C"})


def paths_of(form: Form, tiers: frozenset[str]) -> frozenset[str]:
    """The template paths below the root of every field in one of `tiers`."""
    return frozenset(path.split("/", 2)[2] for path, item in form.items.items() if item.bind.tier in tiers)


def without(answers: Mapping[str, Answer], form: Form, tiers: frozenset[str]) -> dict[str, Answer]:
    """Flat answers without the fields of `tiers`: for lists, search and tables."""
    hidden = paths_of(form, tiers)
    return {key: answer for key, answer in answers.items() if template_of(key, form) not in hidden}


def without_what_was_seen(entry: FormEntry, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of a finished record without the answers that are missing since they are never stored: whoever
    corrects a record need not see the card again.
    """
    return [each for each in problems if each.kind != "required" or entry.is_stored(each.path)]


def template_of(key: str, form: Form) -> str:
    """The template path of a flat key: the same without instance ids."""
    repeats = {"/".join(steps[1:]) for steps in form.repeats}
    done: list[str] = []
    parts = iter(key.split("/"))
    for part in parts:
        done.append(part)
        if "/".join(done) in repeats:
            next(parts, None)
    return "/".join(done)
