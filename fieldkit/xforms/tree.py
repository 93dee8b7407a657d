"""The answers of one entry as a tree: built from the form's template, found by path, grown by repeats.

A path names repeat instances by position, `/data/members[2]/age`; a repeat without a number means the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from fieldkit.xforms.definition import JAVAROSA, Form, Question, Repeat
from fieldkit.xforms.instance import Document, Element, Parent, from_lxml, xml_parser
from fieldkit.xforms.values import fits, normalise, tidy

_STEP = re.compile(r"([^/\[\]]+)(?:\[(\d+)\])?")


class AnswerTree:
    """The main instance. `new_id` gives the lasting ids of repeat instances.

    single: template path → element, of everything that lies in no repeat. defaults: template paths of the leaves
    that the template gives a value; where such an answer was taken away, that must be kept too.
    """

    def __init__(self, form: Form, new_id: Callable[[], str]) -> None:
        self.form = form
        self.new_id = new_id
        self.single: dict[str, Element] = {}
        self.templates: dict[str, Element] = {}
        self.defaults: set[str] = set()
        self._found: dict[str, Element] = {}
        self.document = Document()
        root = from_lxml(etree.fromstring(form.template, xml_parser()))
        assert isinstance(root, Element)
        root = _only_elements(root)
        self._take_templates(root, f"/{root.qname}")
        self.document.append(root)
        self._adopt(root, f"/{root.qname}", self.single)

    @property
    def root(self) -> Element:
        """The root element of the answers."""
        return self.document.element

    def element(self, path: str) -> Element:
        """The element at a path. Raises LookupError where there is none."""
        found = self.single.get(path) or self._found.get(path)
        if found is None:
            found = self._found[path] = self._locate(path)
        return found

    def question(self, path: str) -> Element:
        """The element of the question at a path. Raises LookupError where there is none."""
        element = self.element(path)
        if not isinstance(element.item, Question):
            raise LookupError(path)
        return element

    def repeat(self, path: str) -> tuple[Element, Repeat]:
        """What the repeat at a path lies in, and the repeat, whether or not it has instances. Raises LookupError."""
        above, _, name = path.rpartition("/")
        parent = self.element(above)
        repeat = self.form.items.get(f"{parent.item.path if parent.item else ''}/{name}")
        if not isinstance(repeat, Repeat):
            raise LookupError(path)
        return parent, repeat

    def path(self, element: Element) -> str:
        """The path of an element, repeats with their position."""
        item = element.item
        if item is not None and self.single.get(item.path) is element:
            return item.path
        parts: list[str] = []
        node: Element | None = element
        while isinstance(node, Element):
            name = node.qname
            parts.append(f"{name}[{node.position}]" if isinstance(node.item, Repeat) else name)
            node = node.parent if isinstance(node.parent, Element) else None
        return "/" + "/".join(reversed(parts))

    def holds(self, element: Element) -> bool:
        """Whether an element is still part of the answers, and not of a removed instance."""
        return element.root is self.document

    def instances(self, parent: Parent, name: str) -> list[Element]:
        """The instances of the repeat `name` below `parent`, in order."""
        return _named(parent, name)

    def expand(self, start: Element, steps: tuple[str, ...]) -> list[Element]:
        """Every element reached from `start` by the names in `steps`, in document order."""
        found = [start]
        for name in steps:
            found = _named(found[0], name) if len(found) == 1 else [c for n in found for c in _named(n, name)]
        return found

    def ancestor(self, element: Element, depth: int) -> Element:
        """The ancestor with `depth` steps in its path; `element` itself if that is its own depth."""
        item = element.item
        if item is not None:
            for _ in range(len(item.steps) - depth):
                assert isinstance(element.parent, Element)
                element = element.parent
            return element
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
            self.put_back(parent, made, parent.children.index(siblings[at]))
        else:
            self.put_back(parent, made, self._end_of(parent, repeat, siblings))
        return made

    def put_back(self, parent: Element, instance: Element, index: int) -> None:
        """Return a removed instance to the child index it had."""
        parent.insert(index, instance)
        self._renumber(parent, instance)

    def remove(self, instance: Element) -> int:
        """Take a repeat instance out and give the child index it had."""
        parent = _parent(instance)
        index = parent.children.index(instance)
        parent.remove(instance)
        self._renumber(parent, instance)
        return index

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
            inside = _named(node, name)
            if not 1 <= place <= len(inside):
                raise LookupError(path)
            node = inside[place - 1]
        return node

    def _renumber(self, parent: Parent, instance: Element) -> None:
        for place, sibling in enumerate(_named(parent, instance.qname), 1):
            sibling.position = place
        self._found.clear()

    def _take_templates(self, element: Element, path: str) -> None:
        """Set the prototypes of repeats aside. Where none is marked a first instance serves, without its answers
        and without the instances of repeats inside it (JavaRosa).
        """
        for child in list(element.elements()):
            here = f"{path}/{child.qname}"
            self._take_templates(child, here)
            if not isinstance(self.form.items.get(here), Repeat):
                continue
            if child.attribute("template", JAVAROSA) is not None:
                child.attributes = [a for a in child.attributes if a.namespace != JAVAROSA]
                self.templates[here] = _copy(child)
                if not self._is_sole_instance(child, here):
                    element.remove(child)
            elif here not in self.templates:
                self.templates[here] = self._emptied(_copy(child), here)

    def _is_sole_instance(self, template: Element, path: str) -> bool:
        """Whether a prototype is the one instance too: nobody could add it to a repeat that is fixed by hand."""
        repeat = self.form.items[path]
        fixed = isinstance(repeat, Repeat) and repeat.fixed and repeat.count is None
        return fixed and len(_named(_parent(template), template.qname)) == 1

    def _emptied(self, template: Element, path: str) -> Element:
        stack = [(template, path)]
        while stack:
            node, here = stack.pop()
            node.text = ""
            for child in list(node.elements()):
                below = f"{here}/{child.qname}"
                if isinstance(self.form.items.get(below), Repeat):
                    node.remove(child)
                else:
                    stack.append((child, below))
        return template

    def _adopt(self, element: Element, path: str, single: dict[str, Element] | None = None) -> None:
        """Tie elements to the items of the form, give repeat instances their ids and places, drop defaults that
        are no value of their type (JavaRosa), though a fraction leaves its whole part (ODK Web Forms). What lies in no repeat is noted in `single`.
        """
        stack = [(element, path, single is not None)]
        places: dict[tuple[Parent | None, str], int] = {}
        while stack:
            node, here, alone = stack.pop()
            item = node.item = self.form.items.get(here)
            if isinstance(item, Repeat):
                alone = False
                node.position = places[node.parent, here] = places.get((node.parent, here), 0) + 1
                node.instance_id = node.instance_id or self.new_id()
            elif isinstance(item, Question) and node.text:
                text = normalise(node.text, "int") if item.bind.type == "int" else node.text
                node.text = tidy(text, item) if fits(text, item.bind.type) else ""
                self.defaults.add(here)
            if alone and single is not None:
                single.setdefault(here, node)
            stack += [(child, f"{here}/{child.qname}", alone) for child in reversed(list(node.elements()))]

    def _end_of(self, parent: Element, repeat: Repeat, siblings: list[Element]) -> int:
        """The child index behind the last instance; without one, before the first sibling that the template puts
        after the repeat.
        """
        if siblings:
            return parent.children.index(siblings[-1]) + 1
        above = repeat.path.rpartition("/")[0]
        order = [item.name for path, item in self.form.items.items() if path.rpartition("/")[0] == above]
        after = set(order[order.index(repeat.name) + 1 :])
        for index, child in enumerate(parent.children):
            if isinstance(child, Element) and child.qname in after:
                return index
        return len(parent.children)


def _named(parent: Parent, name: str) -> list[Element]:
    """The children of a name as written, prefix included."""
    prefix, colon, local = name.rpartition(":")
    return [c for c in parent.named(local) if c.prefix == prefix] if colon else parent.named(name)


def _parent(element: Element) -> Parent:
    assert element.parent is not None
    return element.parent


def _copy(element: Element) -> Element:
    made = _bare(element)
    made.text = element.text
    for child in element.elements():
        made.append(_copy(child))
    return made


def _bare(element: Element) -> Element:
    """A copy of an element and its attributes alone."""
    made = Element(element.name, element.namespace, element.prefix)
    for attribute in element.attributes:
        made.set_attribute(attribute.name, attribute.value, attribute.namespace, attribute.prefix)
    return made


def _only_elements(element: Element) -> Element:
    """A copy without the white space and comments between and around values: only elements are answers."""
    made = _bare(element)
    stack = [(element, made)]
    while stack:
        theirs, ours = stack.pop()
        inside = list(theirs.elements())
        if not inside:
            ours.text = theirs.string_value().strip()
        for child in inside:
            copy = _bare(child)
            ours.append(copy)
            stack.append((child, copy))
    return made
