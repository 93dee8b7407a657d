"""Answers as plain data. Two shapes, both read back by `FormEntry(answers=…)`:

flat     stable path → answer, repeats keyed by instance id, never by position: what drafts and records keep.
         `{"consent/basic": "yes", "members/k3v9x2m8qa": "1", "members/k3v9x2m8qa/born": "1980"}`;
         the entry of an instance itself holds its place in the order.
nested   what people and programs write: `{"consent/basic": "yes", "members": [{"_id": "k3…", "born": 1980}]}`;
         a key is a path below the root, a full path, or a name that occurs once in the form.
An answer is text, or `{"missing": "dk" | "declined" | "pns" | "na"}`. What is seen and never stored (tier X) is in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fieldkit.xforms.definition import Form, Group, Item, Question, Repeat
from fieldkit.xforms.instance import Document, Element
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.values import tidy, to_text

if TYPE_CHECKING:
    from fieldkit.xforms.entry import FormEntry

Answer = str | Mapping[str, str]
INSTANCE_ID = "_id"
_SHOWN = 20
"""How many of the choices offered an error names."""


class AnswerError(LookupError):
    """An answers file that does not fit the form. `key` is the offending key, `reason` a code for its sentence."""

    def __init__(self, key: str, reason: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.reason = reason
        self.params = params


def flat_key(element: Element) -> str:
    """The stable path of an element, below the root."""
    parts: list[str] = []
    node: Element | None = element
    while isinstance(node, Element) and isinstance(node.parent, Element):
        parts.append(f"{node.qname}/{node.instance_id}" if isinstance(node.item, Repeat) else node.qname)
        node = node.parent
    return "/".join(reversed(parts))


def answer_of(element: Element) -> Answer | None:
    """The answer a leaf holds, None if it has none."""
    if element.missing is not None:
        return {"missing": element.missing.value}
    return element.text or None


def flat(tree: AnswerTree, *, relevant_only: bool) -> dict[str, Answer]:
    """Every answer of a tree in the flat shape; without those not relevant when a record is made of them."""
    found: dict[str, Answer] = {}
    stack = [tree.root]
    filled, unstored = tree.form.filled_attributes, tree.form.unstored
    while stack:
        node = stack.pop()
        if (relevant_only and not node.relevant) or (unstored and not is_stored(node, unstored)):
            continue
        if isinstance(node.item, Repeat):
            found[flat_key(node)] = str(node.position)
        if filled:
            for name, text in _own_attributes(tree.form, node):
                found[f"{flat_key(node)}/@{name}"] = text
        inside = [child for child in node.children if isinstance(child, Element)] if node.children else []
        if not inside and isinstance(node.item, Question):
            answer = answer_of(node)
            if answer is not None or node.item.path in tree.defaults:
                found[flat_key(node)] = answer or ""
        stack += reversed(inside)
    return found


def flat_changes(tree: AnswerTree, changed: Iterable[Element]) -> dict[str, Answer | None] | None:
    """What elements that changed hold now, in the flat shape; None for those that hold nothing.

    None as a whole where that is not all: instances came or went, or attributes are filled.
    """
    found: dict[str, Answer | None] = {}
    if tree.form.filled_attributes:
        return None
    unstored = tree.form.unstored
    for node in changed:
        if unstored and not is_stored(node, unstored):
            continue
        if isinstance(node.item, Repeat):
            return None
        if isinstance(node.item, Question):
            answer = answer_of(node)
            default = "" if node.item.path in tree.defaults else None
            found[flat_key(node)] = default if answer is None else answer
    return found


def is_stored(element: Element, unstored: frozenset[str]) -> bool:
    """Whether what an element holds is kept at all; `unstored` as `Form.unstored`."""
    return element.item is None or element.item.path not in unstored


def _own_attributes(form: Form, element: Element) -> Iterator[tuple[str, str]]:
    """The attributes of an element that the form's rules and actions fill, where they are filled."""
    for name in _filled(form, element):
        text = element.attribute(name)
        if text:
            yield name, text


def nested(tree: AnswerTree) -> dict[str, Any]:
    """Every answer of a tree in the nested shape, keys as paths below the root."""
    return _nested(tree, tree.root, "")


def _nested(tree: AnswerTree, element: Element, prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element.elements():
        if not is_stored(child, tree.form.unstored):
            continue
        key = f"{prefix}{child.qname}"
        if not isinstance(child.item, Repeat):
            found |= {f"{key}/@{name}": text for name, text in _own_attributes(tree.form, child)}
        if isinstance(child.item, Repeat):
            own = {f"@{name}": text for name, text in _own_attributes(tree.form, child)}
            instance = {INSTANCE_ID: child.instance_id, **own, **_nested(tree, child, "")}
            found.setdefault(key, []).append(instance)
        elif list(child.elements()):
            found |= _nested(tree, child, f"{key}/")
        else:
            answer = answer_of(child)
            if answer is not None or (child.item is not None and child.item.path in tree.defaults):
                found[key] = answer or ""
    return found


def is_flat(answers: Mapping[str, Any]) -> bool:
    """Whether answers come in the flat shape: no lists of instances among them."""
    return not any(
        isinstance(value, list) and value and isinstance(value[0], Mapping) for value in answers.values()
    )


def go_on(answers: Mapping[str, Any]) -> bool:
    """Whether answers continue an entry: they carry its id."""
    return any(key.endswith("meta/instanceID") for key in answers)


def flattened(form: Form, answers: Mapping[str, Any], new_id: Callable[[], str]) -> dict[str, Any]:
    """Nested answers in the flat shape; `new_id` names the instances that have no `_id`. Raises AnswerError."""
    found: dict[str, Any] = {}
    _flatten(form, answers, None, "", new_id, found)
    return found


def _flatten(
    form: Form,
    answers: Mapping[str, Any],
    within: Item | None,
    base: str,
    new_id: Callable[[], str],
    found: dict[str, Any],
) -> None:
    """Put what nested answers say into `found`. `within`: the repeat they stand in, `base`: the key of its instance."""
    depth = len(within.steps) if within else 1
    for key, value in answers.items():
        if "@" in key:
            found["/".join(part for part in (base, key) if part)] = value
    for key, item, value in in_order(form, within, answers):
        name = "/".join([*([base] if base else []), *item.steps[depth:]])
        if not isinstance(item, Repeat):
            found[name] = dict(value) if isinstance(value, Mapping) else _written(key, item, value)
            continue
        for place, instance in enumerate(value, 1):
            own = f"{name}/{instance.get(INSTANCE_ID) or new_id()}"
            found[own] = str(place)
            _flatten(form, instance, item, own, new_id, found)


def _written(key: str, item: Item, value: Any) -> str:
    """An answer as it is stored."""
    try:
        return tidy(to_text(value), item)
    except TypeError as error:
        raise AnswerError(key, "answers.type", value=repr(value), expected=item.bind.type) from error


def restore(tree: AnswerTree, answers: Mapping[str, Any]) -> None:
    """Put flat answers into a fresh tree. Unknown keys are left out: the form no longer asks them."""
    order = sorted(
        (key for key in answers if _instance_of(tree.form, key)),
        key=lambda key: (key.count("/"), _rank(answers[key])),
    )
    elements: dict[str, Element] = {}
    _remove_instances(tree, tree.root)
    for key in order:
        path = _instance_of(tree.form, key)
        assert path is not None
        if answers[key] == "":
            continue
        above, _, instance_id = key.rpartition("/")
        parent = _find(tree, above.rpartition("/")[0], elements)
        item = tree.form.items[path]
        if parent is not None and isinstance(item, Repeat):
            elements[key] = tree.add(parent, item, instance_id=instance_id)
            _remove_instances(tree, elements[key])
    for key, answer in answers.items():
        if key not in elements:
            _restore(tree, key, answer, elements)


def _remove_instances(tree: AnswerTree, start: Element) -> None:
    """Take the instances that a template brings along out: what was answered says which there are."""
    above = start.item.steps if start.item else ()
    for item in tree.form.items.values():
        if isinstance(item, Repeat) and len(item.steps) > len(above) and item.steps[: len(above)] == above:
            for instance in tree.expand(start, item.steps[len(above) :]):
                tree.remove(instance)


def answers_document(form: Form, answers: Mapping[str, Answer]) -> Document:
    """Flat answers as a document that expressions can read; empty where there are none."""
    tree = AnswerTree(form, lambda: "")
    for leaf in tree.leaves():
        leaf.text = ""
    restore(tree, answers)
    return tree.document


def _restore(tree: AnswerTree, key: str, answer: Answer, elements: Mapping[str, Element]) -> None:
    above, _, attribute = key.partition("/@")
    element = _find(tree, above, elements)
    if element is None:
        return
    if attribute in _filled(tree.form, element):
        element.set_attribute(attribute, str(answer))
    elif not attribute and isinstance(element.item, Question):
        put(element, answer)


def _filled(form: Form, element: Element) -> tuple[str, ...]:
    return form.filled_attributes.get(element.item.path, ()) if element.item else ()


def put(element: Element, answer: object) -> None:
    """Give a leaf an answer as stored."""
    if isinstance(answer, Mapping):
        element.missing = Missing(answer["missing"])
        element.text = ""
    else:
        element.missing = None
        element.text = str(answer)


def _rank(order: object) -> float:
    try:
        return float(str(order))
    except ValueError:
        return 0.0


def _instance_of(form: Form, key: str) -> str | None:
    """The template path of the repeat whose instance `key` names, None if it names something else."""
    path = f"/{form.root}"
    parts = key.split("/")
    at = 0
    while at < len(parts):
        path = f"{path}/{parts[at]}"
        at += 1
        if isinstance(form.items.get(path), Repeat):
            if at == len(parts) - 1:
                return path
            at += 1
    return None


def _find(tree: AnswerTree, key: str, instances: Mapping[str, Element]) -> Element | None:
    """The element a flat key names."""
    node = tree.root
    done = ""
    for part in key.split("/") if key else ():
        done = f"{done}/{part}" if done else part
        if done in instances:
            node = instances[done]
            continue
        inside = [child for child in node.elements() if child.qname == part]
        if not inside:
            if isinstance(tree.form.items.get(f"{node.item.path}/{part}" if node.item else ""), Repeat):
                continue
            return None
        if not isinstance(inside[0].item, Repeat):
            node = inside[0]
    return node


def resolve(form: Form, within: Item | None, key: str) -> Item:
    """The item a key of nested answers means: a path, a path below `within`, or a name that occurs once there.

    Raises AnswerError for a key the form does not have, or that could mean several.
    """
    base = within.path if within else f"/{form.root}"
    for path in (key, f"{base}/{key}"):
        if path in form.items:
            return form.items[path]
    found = [
        item for path, item in form.items.items() if path.startswith(base + "/") and path.endswith("/" + key)
    ]
    if len(found) == 1:
        return found[0]
    reason = "answers.ambiguous" if found else "answers.unknown"
    raise AnswerError(key, reason, candidates=[item.path for item in found])


def in_order(form: Form, within: Item | None, answers: Mapping[str, Any]) -> Iterator[tuple[str, Item, Any]]:
    """Nested answers in the order the form asks them, each with its item. Raises AnswerError."""
    order = {path: number for number, path in enumerate(form.items)}
    asked = ((key, value) for key, value in answers.items() if key != INSTANCE_ID and "@" not in key)
    found = [(key, resolve(form, within, key), value) for key, value in asked]
    for key, item, value in sorted(found, key=lambda entry: order[entry[1].path]):
        if isinstance(item, Repeat) != (isinstance(value, list) and not _texts(value)):
            raise AnswerError(key, "answers.repeat" if isinstance(item, Repeat) else "answers.not-repeat")
        if isinstance(item, Group) and not isinstance(item, Repeat):
            raise AnswerError(key, "answers.group")
        yield key, item, value


def fill(entry: FormEntry, answers: Mapping[str, Any]) -> None:
    """Answer a new entry from nested answers, question by question. Raises AnswerError."""
    _fill(entry, answers, None, f"/{entry.form.root}")


def _fill(entry: FormEntry, answers: Mapping[str, Any], within: Item | None, base: str) -> None:
    top = within.path if within else f"/{entry.form.root}"
    for key, value in answers.items():
        above, at, attribute = key.partition("@")
        if at:
            entry.tree.element(f"{base}/{above}".rstrip("/")).set_attribute(attribute, str(value))
    for key, item, value in in_order(entry.form, within, answers):
        path = base + item.path[len(top) :]
        if isinstance(item, Repeat):
            _fill_repeat(entry, path, item, value)
        else:
            _set(entry, path, key, value)


def _set(entry: FormEntry, path: str, key: str, value: Any) -> None:
    try:
        entry.set(path, Missing(value["missing"]) if isinstance(value, Mapping) else value)
    except TypeError as error:
        expected = entry.item(path).bind.type
        raise AnswerError(key, "answers.type", value=repr(value), expected=expected) from error
    except (KeyError, ValueError) as error:
        raise AnswerError(key, "answers.missing-value") from error
    check_choice(entry, path, key, value)


def check_choice(entry: FormEntry, path: str, key: str, value: Any) -> None:
    """Refuse what a select does not offer; the engine has not taken it."""
    item = entry.item(path)
    if (
        isinstance(value, Mapping)
        or entry.missing(path)
        or not isinstance(item, Question)
        or not item.is_select
    ):
        return
    text = tidy(to_text(value), item)
    offered = [choice.value for choice in entry.choices(path)]
    for chosen in [text] if item.control == "select1" else text.split():
        if chosen and chosen not in offered:
            raise AnswerError(key, "answers.choice", value=chosen, known=", ".join(offered[:_SHOWN]))


def _fill_repeat(entry: FormEntry, path: str, repeat: Repeat, instances: list[Mapping[str, Any]]) -> None:
    for number, answers in enumerate(instances, 1):
        instance = entry.add_repeat(path) if number > entry.count(path) else f"{path}[{number}]"
        if answers.get(INSTANCE_ID):
            entry.name_instance(instance, str(answers[INSTANCE_ID]))
        _fill(entry, answers, repeat, instance)
    while entry.count(path) > max(1, len(instances)):
        entry.remove_repeat(f"{path}[{entry.count(path)}]")


def _texts(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(part, str) for part in value)
