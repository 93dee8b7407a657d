"""Preloads and `setvalue` actions (ODK XForms spec, "Preload Attributes", "Actions and Events")."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from fieldkit.xforms.definition import Bind, Form, SetValue
from fieldkit.xforms.instance import Element
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.values import normalise
from fieldkit.xforms.xpath import Context, Environment

FIRST_LOAD = frozenset({"odk-instance-first-load", "xforms-ready"})
LOAD = frozenset({"odk-instance-load"})
NEW_REPEAT = frozenset({"odk-new-repeat"})
VALUE_CHANGED = frozenset({"xforms-value-changed"})


class Actions:
    """Runs the actions of a form over one entry. `write` puts a text into an element, or into its attribute of a
    name, and recomputes.
    """

    def __init__(
        self,
        form: Form,
        tree: AnswerTree,
        environment: Environment,
        write: Callable[[Element, str, str], None],
    ) -> None:
        self.form = form
        self.tree = tree
        self.environment = environment
        self.write = write

    def loaded(self, *, first: bool) -> None:
        """Run what is due when an entry is opened: dynamic defaults when it is opened `first`."""
        for action in self._on(FIRST_LOAD | LOAD if first else LOAD):
            self._run(action, self.tree.expand(self.tree.root, _steps(action)[1:]))

    def new_repeat(self, instance: Element) -> None:
        """Fill dynamic defaults of a new repeat instance."""
        item = instance.item
        depth = len(item.steps) if item else 0
        for action in self._on(NEW_REPEAT):
            steps = _steps(action)
            if item is not None and steps[:depth] == item.steps:
                self._run(action, self.tree.expand(instance, steps[depth:]))

    def value_changed(self, element: Element) -> None:
        """Run what the change of a question triggers, in the same repeat instance."""
        item = element.item
        if item is None:
            return
        for action in self._on(VALUE_CHANGED):
            if action.trigger == item.path:
                steps = _steps(action)
                common = _common(steps, item.steps)
                self._run(action, self.tree.expand(self.tree.ancestor(element, common), steps[common:]))

    def _meant(self, action: SetValue, targets: Iterable[Element]) -> Iterable[Element]:
        if action.only is None:
            return targets
        root = self.tree.root
        meant = action.only.compiled.nodes(Context(root, 1, 1, root, self.environment))
        return [target for target in targets if target in meant]

    def _on(self, events: frozenset[str]) -> Iterable[SetValue]:
        return (action for action in self.form.actions if action.events & events)

    def _run(self, action: SetValue, targets: Iterable[Element]) -> None:
        name = action.target.partition("/@")[2]
        for target in self._meant(action, targets):
            text = action.text
            if action.value is not None:
                node = target.attribute_node(name) if name else target
                kind = target.item.bind.type if target.item and not name else ""
                context = Context(node, 1, 1, node, self.environment)
                text = normalise(action.value.compiled.value(context), kind)
            self.write(target, text, name)


def preload(tree: AnswerTree, now: datetime, properties: Mapping[str, str]) -> None:
    """Give the questions and attributes of a new entry what their binds preload."""
    for leaf in tree.leaves():
        text = _preloaded(leaf.item.bind, now, properties) if leaf.item else None
        if text is not None:
            leaf.text = text
    for path, bind in tree.form.attributes.items():
        above, _, name = path.partition("/@")
        text = _preloaded(bind, now, properties)
        for element in tree.expand(tree.root, tuple(above.split("/")[2:])) if text is not None else ():
            element.attribute_node(name).value = str(text)


def due_at_end(tree: AnswerTree) -> list[Element]:
    """What is given the time at which an entry ends (`timestamp/end`)."""
    binds = ((leaf, leaf.item.bind) for leaf in tree.leaves() if leaf.item)
    return [leaf for leaf, bind in binds if (bind.preload, bind.preload_params) == ("timestamp", "end")]


def _preloaded(bind: Bind, now: datetime, properties: Mapping[str, str]) -> str | None:
    """The text a preload gives a new entry, None for one that is due later or unknown."""
    match bind.preload, bind.preload_params:
        case "uid", _:
            return f"uuid:{uuid.uuid4()}"
        case "timestamp", "start":
            return now.isoformat(timespec="milliseconds")
        case "date", "today":
            return now.date().isoformat()
        case "property" | "context" | "patient", name:
            return properties.get(name.replace(" ", "").lower().removeprefix("uri:"), "")
    return None


def _steps(action: SetValue) -> tuple[str, ...]:
    """The steps of the elements an action sets, or whose attribute it sets."""
    return tuple(action.target.partition("/@")[0][1:].split("/"))


def _common(ours: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    count = 0
    for a, b in zip(ours, theirs, strict=False):
        if a != b:
            break
        count += 1
    return count
