"""The answers of one entry as a tree: built from the form's template, found by path, grown by repeats.

A path names repeat instances by position, `/data/members[2]/age`; a repeat without a number means the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from fieldkit.xforms.definition import JAVAROSA, Form, Repeat
from fieldkit.xforms.instance import Document, Element, Parent, from_lxml, xml_parser

_STEP = re.compile(r"([^/\[\]]+)(?:\[(\d+)\])?")


class AnswerTree:
    """The main instance. `new_id` gives the lasting ids of repeat instances."""

    def __init__(self, form: Form, new_id: Callable[[], str]) -> None:
        self.form = form
        self.new_id = new_id
        self.templates: dict[str, Element] = {}
        self._kept: dict[tuple[Element, str], list[Element]] = {}
        self.document = Document()
        root = from_lxml(etree.fromstring(form.template, xml_parser()))
        assert isinstance(root, Element)
        _clean(root)
        self._take_templates(root, f"/{root.qname}")
        self.document.append(root)
        self._adopt(root, f"/{root.qname}")
        self._found: dict[str, Element] = {}

    @property
    def root(self) -> Element:
        """The root element of the answers."""
        return self.document.element

    def element(self, path: str) -> Element:
        """The element at a path. Raises LookupError where there is none."""
        found = self._found.get(path)
        if found is None:
            found = self._found[path] = self._locate(path)
        return found

    def path(self, element: Element) -> str:
        """The path of an element, repeats with their position."""
        parts: list[str] = []
        node: Element | None = element
        while isinstance(node, Element):
            name = node.qname
            if isinstance(node.item, Repeat):
                name = f"{name}[{self.position(node)}]"
            parts.append(name)
            node = node.parent if isinstance(node.parent, Element) else None
        return "/" + "/".join(reversed(parts))

    def holds(self, element: Element) -> bool:
        """Whether an element is still part of the answers, and not of a removed instance."""
        return element.root is self.document

    def position(self, instance: Element) -> int:
        """The 1-based position of a repeat instance among its siblings."""
        return self.instances(_parent(instance), instance.qname).index(instance) + 1

    def instances(self, parent: Parent, name: str) -> list[Element]:
        """The instances of the repeat `name` below `parent`, in order."""
        return [child for child in parent.elements() if child.qname == name]

    def expand(self, start: Element, steps: tuple[str, ...]) -> list[Element]:
        """Every element reached from `start` by the names in `steps`, in document order."""
        found = [start]
        for name in steps:
            found = [child for node in found for child in node.elements() if child.qname == name]
        return found

    def ancestor(self, element: Element, depth: int) -> Element:
        """The ancestor with `depth` steps in its path; `element` itself if that is its own depth."""
        chain = [element]
        while isinstance(chain[-1].parent, Element):
            chain.append(chain[-1].parent)
        return chain[-depth]

    def add(
        self, parent: Element, repeat: Repeat, *, instance_id: str = "", at: int | None = None
    ) -> Element:
        """Grow a repeat by one instance below `parent`; `at` is its 0-based place among its siblings."""
        made = _copy(self.templates[repeat.path])
        self._adopt(made, repeat.path)
        made.instance_id = instance_id or self.new_id()
        siblings = self.instances(parent, made.qname)
        if siblings and at is not None and at < len(siblings):
            parent.insert(parent.children.index(siblings[at]), made)
        elif siblings:
            parent.insert(parent.children.index(siblings[-1]) + 1, made)
        else:
            parent.insert(self._place_for(parent, repeat), made)
        self._found.clear()
        return made

    def put_back(self, parent: Element, instance: Element, index: int) -> None:
        """Return a removed instance to the child index it had."""
        parent.insert(index, instance)
        self._found.clear()

    def remove(self, instance: Element) -> int:
        """Take a repeat instance out and give the child index it had."""
        parent = _parent(instance)
        index = parent.children.index(instance)
        parent.remove(instance)
        self._found.clear()
        return index

    def keep(self, instance: Element) -> None:
        """Take an instance out, remembering it for `add_kept`."""
        parent = _parent(instance)
        assert isinstance(parent, Element)
        self.remove(instance)
        self._kept.setdefault((parent, instance.qname), []).append(instance)

    def add_kept(self, parent: Element, repeat: Repeat) -> Element:
        """Grow a repeat by the instance last kept from it, else by a new one."""
        kept = self._kept.get((parent, repeat.name))
        if not kept:
            return self.add(parent, repeat)
        siblings = self.instances(parent, repeat.name)
        index = parent.children.index(siblings[-1]) + 1 if siblings else self._place_for(parent, repeat)
        instance = kept.pop()
        self.put_back(parent, instance, index)
        return instance

    def leaves(self, start: Element | None = None) -> Iterator[Element]:
        """Every leaf of the form below `start` (default: all), in document order."""
        stack = [start or self.root]
        while stack:
            node = stack.pop()
            inside = list(node.elements())
            if inside:
                stack += reversed(inside)
            elif node.item is not None and not isinstance(node.item, Repeat):
                yield node

    def _locate(self, path: str) -> Element:
        steps = _STEP.findall(path)
        if not path.startswith("/") or not steps or steps[0][0] != self.root.qname:
            raise LookupError(path)
        node = self.root
        for name, number in steps[1:]:
            place = int(number or 1)
            inside = [child for child in node.elements() if child.qname == name]
            if not 1 <= place <= len(inside):
                raise LookupError(path)
            node = inside[place - 1]
        return node

    def _take_templates(self, element: Element, path: str) -> None:
        """Set the prototypes of repeats aside; a first instance serves where none is marked."""
        for child in list(element.elements()):
            here = f"{path}/{child.qname}"
            self._take_templates(child, here)
            if not isinstance(self.form.items.get(here), Repeat):
                continue
            if child.attribute("template", JAVAROSA) is not None:
                element.remove(child)
                child.attributes = [a for a in child.attributes if a.namespace != JAVAROSA]
                self.templates[here] = child
            elif here not in self.templates:
                self.templates[here] = _copy(child)

    def _adopt(self, element: Element, path: str) -> None:
        """Tie elements to the items of the form and give repeat instances their ids."""
        stack = [(element, path)]
        while stack:
            node, here = stack.pop()
            node.item = self.form.items.get(here)
            if isinstance(node.item, Repeat) and not node.instance_id:
                node.instance_id = self.new_id()
            stack += [(child, f"{here}/{child.qname}") for child in reversed(list(node.elements()))]

    def _place_for(self, parent: Element, repeat: Repeat) -> int:
        """Where a repeat without instances belongs: before the first sibling that the template puts after it."""
        order = [
            item.name for path, item in self.form.items.items() if path.rsplit("/", 1)[0] == _up(repeat.path)
        ]
        after = set(order[order.index(repeat.name) + 1 :])
        for index, child in enumerate(parent.children):
            if isinstance(child, Element) and child.qname in after:
                return index
        return len(parent.children)


def _up(path: str) -> str:
    return path.rsplit("/", 1)[0]


def _parent(element: Element) -> Parent:
    assert element.parent is not None
    return element.parent


def _copy(element: Element) -> Element:
    made = Element(element.name, element.namespace, element.prefix, element.text)
    for attribute in element.attributes:
        made.set_attribute(attribute.name, attribute.value, attribute.namespace, attribute.prefix)
    for child in element.elements():
        made.append(_copy(child))
    return made


def _clean(element: Element) -> None:
    """Drop white space and comments between elements: only elements are answers."""
    stack = [element]
    while stack:
        node = stack.pop()
        inside = list(node.elements())
        if inside:
            node.children = list(inside)
        stack += inside
