"""Tiers of fields: P aggregate-safe, N team, C contact, R restricted, X seen but never stored (domain §2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from fieldkit.xforms import Form, FormEntry, Problem
from fieldkit.xforms.answers import Answer

RESTRICTED = frozenset({"R", "X"})
CONTACT = frozenset({"C"})


def paths_of(form: Form, tiers: frozenset[str]) -> frozenset[str]:
    """The template paths below the root of every field in one of `tiers`."""
    return frozenset(path.split("/", 2)[2] for path, item in form.items.items() if item.bind.tier in tiers)


def without(form: Form, tiers: frozenset[str]) -> Callable[[Mapping[str, Answer]], dict[str, Answer]]:
    """Takes the fields of `tiers` out of flat answers to a form, record after record: for lists, search and tables."""
    hidden, repeats = paths_of(form, tiers), _repeats(form)

    def shown(answers: Mapping[str, Answer]) -> dict[str, Answer]:
        return {key: answer for key, answer in answers.items() if _template(key, repeats) not in hidden}

    return shown


def without_what_was_seen(entry: FormEntry, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of a finished record without the answers that are missing since they are never stored: whoever
    corrects a record need not see the card again.
    """
    return [each for each in problems if each.kind != "required" or entry.is_stored(each.path)]


def template_of(key: str, form: Form) -> str:
    """The template path of a flat key: the same without instance ids."""
    return _template(key, _repeats(form))


def _repeats(form: Form) -> frozenset[str]:
    """The template paths below the root of every repeat."""
    return frozenset("/".join(steps[1:]) for steps in form.repeats)


def _template(key: str, repeats: frozenset[str]) -> str:
    if not repeats:
        return key
    done = ""
    parts = iter(key.split("/"))
    for part in parts:
        done = f"{done}/{part}" if done else part
        if done in repeats:
            next(parts, None)
    return done
