"""Taking consent back, whole or in part (domain §0, rule 11; F0 `withdrawn_on`, `withdrawn_scope`).

Each part covers what was asked only because of that consent: everything whose relevance leads to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.privacy.forms.consent import GENERAL, leads_to
from fieldkit.privacy.forms.words import choices_of
from fieldkit.privacy.tiers import template_of
from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.definition import Item

SCOPES = ("basic", "health", "contact", "share", "stats")
"""What can be taken back. `basic` is the whole record; the others leave the rest as it is."""
WHOLE = "basic"
_REFUSED = ("none", "no")
"""What stands for "I do not agree" in the list of a consent question; the first that its list has."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal of a part does to a record. paths: patterns below the root, `*` for any instance of a repeat, of
    what nobody is shown any more. written: flat key → what stands there instead. answers: all that remain.
    """

    paths: tuple[str, ...]
    written: Mapping[str, Answer]
    answers: Mapping[str, Answer]


def withdrawn(form: Form, answers: Mapping[str, Answer], scopes: Collection[str], on: date) -> Withdrawn:
    """What withdrawing `scopes` (without `basic`) does to the flat answers of a record of `form`."""
    covered = sorted(_covered(form, scopes))
    written: dict[str, Answer] = {}
    for key in answers:
        item = form.items.get(f"/{form.root}/{template_of(key, form)}")
        if item is not None and _scope_of(item) in scopes:
            refusal = _refusal(form, item)
            if refusal:
                written[key] = refusal
    for name, value in (
        ("withdrawn_on", on.isoformat()),
        ("withdrawn_scope", _joined(form, answers, scopes)),
    ):
        key = _key(form, name)
        if key:
            written[key] = value
    below = tuple(path.split("/", 2)[2] for path in covered)
    remaining = {
        key: answer
        for key, answer in answers.items()
        if not any(_lies_in(template_of(key, form), path) for path in below)
    }
    paths = {_pattern(form, path) for path in covered} | {
        _pattern(form, _template(form, key)) for key in written
    }
    return Withdrawn(tuple(sorted(paths)), written, {**remaining, **written})


def scopes_in(form: Form, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """The parts that can be taken back from a record: those it consented to; always with the whole."""
    agreed = {
        scope
        for key, answer in answers.items()
        if (item := form.items.get(_template(form, key))) is not None
        and (scope := _scope_of(item))
        and answer not in {"", *_REFUSED}
        and isinstance(answer, str)
    }
    return tuple(each for each in SCOPES if each in agreed | {WHOLE})


def _scope_of(item: Item) -> str:
    """The scope that a consent question belongs to: examinations and the like are consents to health."""
    consent = item.bind.consent
    return consent if consent in GENERAL or not consent else "health"


def _covered(form: Form, scopes: Collection[str]) -> set[str]:
    """The template paths that nobody is shown any more."""
    found: set[str] = set()
    given = {item.path: _scope_of(item) for item in form.items.values() if _scope_of(item)}
    for item in form.items.values():
        if not isinstance(item, Question) or item.path in given:
            continue
        if any(given.get(path) in scopes for path in leads_to(form, item)):
            found.add(item.path)
    if "share" in scopes:
        found |= {
            "/" + "/".join(repeat)
            for repeat in form.repeats
            for path, scope in given.items()
            if scope == "share" and path.startswith("/" + "/".join(repeat) + "/")
        }
    return found


def _refusal(form: Form, item: Item) -> str:
    offered = {value for value, _, _ in choices_of(form, item)}
    return next((value for value in _REFUSED if value in offered), "")


def _joined(form: Form, answers: Mapping[str, Answer], scopes: Collection[str]) -> str:
    before = answers.get(_key(form, "withdrawn_scope"), "")
    known = {*scopes, *(before.split() if isinstance(before, str) else ())}
    return " ".join(each for each in SCOPES if each in known)


def _key(form: Form, name: str) -> str:
    """The flat key of a question outside repeats, "" where the form has none of that name."""
    try:
        return form.find(name).path.split("/", 2)[2]
    except LookupError:
        return ""


def _template(form: Form, key: str) -> str:
    return f"/{form.root}/{template_of(key, form)}"


def _pattern(form: Form, path: str) -> str:
    """A template path below the root, with `*` behind each repeat on the way; a repeat itself covers all its instances."""
    steps = path.split("/")[1:]
    found: list[str] = []
    for end, step in enumerate(steps, 1):
        found.append(step)
        if tuple(steps[:end]) in form.repeats and end < len(steps):
            found.append("*")
    return "/".join(found[1:])


def _lies_in(path: str, above: str) -> bool:
    return path == above or path.startswith(above + "/")
