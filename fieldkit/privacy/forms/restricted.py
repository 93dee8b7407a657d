"""Restricted answers are read by restricted questions alone (domain §0, rule 3), and what is only seen is never kept."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.privacy.lists import family_of
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.xforms import Form, Question, Repeat
from fieldkit.xforms.definition import Bind, Item, Label
from fieldkit.xforms.dependencies import references
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.lint.place import found_at

_RESIDENT_ID = "resident-id"
_META = "/meta"


def restricted_faults(form: Form) -> Iterator[FormProblem]:
    """Each place of a form where a restricted answer (tier R, X) would get out of its group of questions, and lists of
    another family.
    """
    restricted = {path for path, item in form.items.items() if item.bind.tier in RESTRICTED}
    for item in form.items.values():
        yield from _own(item)
        if not _is_restricted_place(item, form):
            yield from _reads(item, form, restricted)
    yield from _of_the_form(form, restricted)
    for name in form.instances:
        family = family_of(name)
        if family and form.privacy.family != family:
            message = phrase(
                N_(
                    "the list {name} is read by forms of the family {family} alone; take it out, or set fk:family if the form belongs there"
                ),
                name=name,
                family=family,
            )
            yield FormProblem("settings", None, "fk:family", message)


def _own(item: Item) -> Iterator[FormProblem]:
    bind = item.bind
    if bind.tier in RESTRICTED and bind.save_to:
        yield found_at(
            item,
            "save_to",
            phrase(
                N_(
                    "a restricted answer may not be kept in a list of entities, which others read; drop save_to"
                )
            ),
        )
    if bind.check == _RESIDENT_ID and bind.tier != "X":
        yield found_at(
            item,
            "fk:tier",
            phrase(N_("the number of an ID card may be looked at, never stored: give the question tier X")),
        )
    if bind.tier == "X" and isinstance(item, Question) and not item.control:
        yield found_at(
            item, "fk:tier", phrase(N_("what is worked out is stored; tier X is for questions alone"))
        )


def _is_restricted_place(item: Item, form: Form) -> bool:
    """Restricted itself, or a group in which everything that is asked or worked out is."""
    if isinstance(item, Question):
        return item.bind.tier in RESTRICTED
    below = item.path + "/"
    inside = [
        each
        for path, each in form.items.items()
        if path.startswith(below) and isinstance(each, Question) and (each.label or each.bind.calculate)
    ]
    return bool(inside) and all(each.bind.tier in RESTRICTED for each in inside)


def _reads(item: Item, form: Form, restricted: set[str]) -> Iterator[FormProblem]:
    for column, expression in _expressions(item):
        for read in _named(expression, form, restricted):
            message = phrase(
                N_(
                    "this reads the restricted {name}, so its answer would show here. Restricted answers are read by restricted questions of their own family alone"
                ),
                name=read.rpartition("/")[2],
            )
            yield found_at(item, column, message)


def _expressions(item: Item) -> Iterator[tuple[str, Expression]]:
    yield from _rules(item.bind)
    if isinstance(item, Repeat) and item.count is not None:
        yield "repeat_count", item.count
    if isinstance(item, Question) and item.itemset is not None:
        yield "choice_filter", item.itemset.nodes
    for column, label in (("label", item.label), ("hint", item.hint), ("guidance_hint", item.guidance)):
        yield from ((column, part) for part in _parts(label))


def _rules(bind: Bind) -> Iterator[tuple[str, Expression]]:
    for column, rule in (
        ("relevant", bind.relevant),
        ("constraint", bind.constraint),
        ("calculation", bind.calculate),
        ("required", bind.required),
        ("read_only", bind.readonly),
        ("fk:warning", bind.warning),
    ):
        if rule is not None:
            yield column, rule
    for column, label in (
        ("constraint_message", bind.constraint_message),
        ("required_message", bind.required_message),
        ("fk:warning_message", bind.warning_message),
    ):
        yield from ((column, part) for part in _parts(label))


def _parts(label: Label | None) -> Iterator[Expression]:
    for text in label.texts.values() if label else ():
        yield from (part for part in text if not isinstance(part, str))


def _named(expression: Expression, form: Form, restricted: set[str]) -> list[str]:
    """The restricted paths an expression reads, or that lie in what it reads as a whole."""
    found = set()
    for read in references(expression, form.items):
        path = "/" + "/".join(read.steps)
        if path in restricted:
            found.add(path)
        elif read.steps and read.steps[-1] == "*":
            found |= {each for each in restricted if each.rpartition("/")[0] == path.rpartition("/")[0]}
    return sorted(found)


def _of_the_form(form: Form, restricted: set[str]) -> Iterator[FormProblem]:
    """What stands outside the questions: the name of a record, the slip, declines, entities, actions."""
    privacy = form.privacy
    settings = [
        ("instance_name", form.instance_name),
        ("fk:declined", privacy.declined),
        ("fk:slip_when", privacy.slip_when),
        *(("fk:slip", part) for part in _parts(privacy.slip)),
    ]
    for column, expression in settings:
        for read in _named(expression, form, restricted) if expression is not None else ():
            name = read.rpartition("/")[2]
            yield FormProblem(
                "settings",
                None,
                column,
                phrase(N_("this reads the restricted {name}; what it says is seen by others"), name=name),
            )
    for path, bind in form.attributes.items():
        for _, expression in _rules(bind):
            for read in _named(expression, form, restricted):
                message = phrase(
                    N_("the entity reads the restricted {name}; lists are read by others"),
                    name=read.rpartition("/")[2],
                )
                yield FormProblem("entities", None, path.rpartition("/@")[2], message)
    for action in form.actions:
        target = form.items.get(action.target)
        if target is None or target.bind.tier in RESTRICTED or _META in action.target:
            continue
        reads = _named(action.value, form, restricted) if action.value is not None else []
        for read in [*reads, *([action.trigger] if action.trigger in restricted else [])]:
            message = phrase(N_("this is filled in from the restricted {name}"), name=read.rpartition("/")[2])
            yield found_at(target, "trigger" if read == action.trigger else "default", message)
