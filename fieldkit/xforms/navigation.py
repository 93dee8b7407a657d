"""Walking a form question by question, as ODK does: groups and instances that are not relevant are passed over.

The body is laid out once; each part knows what it lies in and its place there, so that a step in either direction
costs the depth of the form, not its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from fieldkit.xforms.definition import Form, Group, Item, Question, Repeat
from fieldkit.xforms.instance import Element
from fieldkit.xforms.tree import AnswerTree


class Event(StrEnum):
    """What stands at a place of the form (JavaRosa's FormEntryController events)."""

    BEGINNING = "beginning"
    QUESTION = "question"
    PAGE = "page"
    PROMPT_NEW_REPEAT = "prompt-new-repeat"
    END = "end"


@dataclass(frozen=True, slots=True)
class Index:
    """A place of the form. For PROMPT_NEW_REPEAT, `path` is the repeat without a number."""

    event: Event
    path: str = ""


_LEAF: list[int] = []
"""What lies in a question: nothing, the same for all."""


@dataclass(slots=True)
class _Place:
    """A part of the body. `parent` and `children` are numbers of places; `rank` is its own among its siblings."""

    item: Item
    parent: int
    rank: int
    children: list[int]


class Navigator:
    """Finds the next and previous place from any place of an entry. `back` means towards the beginning."""

    def __init__(self, form: Form, tree: AnswerTree) -> None:
        self.tree = tree
        self.places: list[_Place] = []
        self._top: list[int] = []
        for item in form.body:
            self._lay(item, -1, self._top)
        self._numbers = {place.item.path: n for n, place in enumerate(self.places) if place.item.path}

    def _lay(self, item: Item, parent: int, siblings: list[int]) -> None:
        number = len(self.places)
        inside = isinstance(item, Group) and not item.is_page
        place = _Place(item, parent, len(siblings), [] if inside else _LEAF)
        self.places.append(place)
        siblings.append(number)
        if isinstance(item, Group) and inside:
            for child in item.children:
                self._lay(child, number, place.children)

    def forward(self, index: Index) -> Index:
        """The place after `index`."""
        return next(self._from(index, back=False), Index(Event.END))

    def backward(self, index: Index) -> Index:
        """The place before `index`."""
        return next(self._from(index, back=True), Index(Event.BEGINNING))

    def index_of(self, path: str) -> Index:
        """The place where `path` is asked: itself, or the page it stands on. Raises LookupError."""
        element = self.tree.element(path)
        place: Index | None = None
        node: Element | None = element
        while isinstance(node, Element):
            item = node.item
            if isinstance(item, Group) and item.is_page and item.path in self._numbers:
                place = Index(Event.PAGE, self.tree.path(node))
            elif place is None and isinstance(item, Question) and item.path in self._numbers:
                place = Index(Event.QUESTION, self.tree.path(node))
            node = node.parent if isinstance(node.parent, Element) else None
        if place is not None:
            return place
        return self._first_inside(element, path)

    def all(self) -> Iterator[Index]:
        """Every place from the first question on."""
        return self._from(Index(Event.BEGINNING), back=False)

    def asked(self, index: Index) -> list[str]:
        """The relevant questions asked at a place: one, or those of its page."""
        if index.event is Event.QUESTION:
            return [index.path]
        if index.event is not Event.PAGE:
            return []
        leaves = self.tree.leaves(self.tree.element(index.path))
        return [self.tree.path(leaf) for leaf in leaves if leaf.relevant and _is_asked(leaf.item)]

    def _first_inside(self, element: Element, path: str) -> Index:
        item = element.item
        inside = isinstance(item, Group) and item.path in self._numbers
        if not inside:
            raise LookupError(path)
        prefix = self.tree.path(element)
        found = (place for place in self.all() if place.path == prefix or place.path.startswith(prefix + "/"))
        return next(found, Index(Event.END))

    def _from(self, index: Index, *, back: bool) -> Iterator[Index]:
        """Every place after `index`, or before it, nearest first."""
        if index.event in {Event.BEGINNING, Event.END}:
            if back == (index.event is Event.END):
                yield from self._inside(self._top, self.tree.root, back=back)
            return
        if index.event is Event.PROMPT_NEW_REPEAT:
            parent_path, _, name = index.path.rpartition("/")
            element = self.tree.element(parent_path)
            assert element.item is not None
            number = self._numbers[f"{element.item.path}/{name}"]
            if back:
                yield from self._instances(number, self.tree.instances(element, name)[::-1], back=True)
            container = _up(element, self.places[number].item)
        else:
            element = self.tree.element(index.path)
            assert element.item is not None
            number = self._numbers[element.item.path]
            if isinstance(element.item, Repeat):
                yield from self._beside(number, element, back=back)
            container = _up(element, self.places[number].item)
        yield from self._climb(number, container, back=back)

    def _climb(self, number: int, container: Element, *, back: bool) -> Iterator[Index]:
        """What follows the part at `number`, inside `container` and then outwards."""
        while True:
            place = self.places[number]
            siblings = self.places[place.parent].children if place.parent >= 0 else self._top
            rest = siblings[: place.rank] if back else siblings[place.rank + 1 :]
            yield from self._inside(rest, container, back=back)
            if place.parent < 0:
                return
            outer = self.places[place.parent].item
            if isinstance(outer, Repeat):
                yield from self._beside(place.parent, container, back=back)
                container = _parent(container)
            elif outer.path:
                container = _up(container, outer)
            number = place.parent

    def _beside(self, number: int, instance: Element, *, back: bool) -> Iterator[Index]:
        """What lies in the other instances of a repeat, from `instance` on; forwards, the way to add another."""
        holder = _parent(instance)
        instances = self.tree.instances(holder, instance.qname)
        here = instance.position
        rest = instances[: here - 1][::-1] if back else instances[here:]
        yield from self._instances(number, rest, back=back)
        if not back:
            yield from self._prompt(number, holder)

    def _inside(self, numbers: list[int], container: Element, *, back: bool) -> Iterator[Index]:
        """The places of the parts `numbers`, all lying directly or deeper in `container`."""
        for number in reversed(numbers) if back else numbers:
            place = self.places[number]
            item = place.item
            if isinstance(item, Repeat):
                yield from self._repeat(number, container, back=back)
                continue
            element = self._inner(container, item) if item.path else container
            if element is None or not element.relevant:
                continue
            if isinstance(item, Group) and not item.is_page:
                yield from self._inside(place.children, element, back=back)
            else:
                event = Event.PAGE if isinstance(item, Group) else Event.QUESTION
                yield Index(event, self.tree.path(element))

    def _repeat(self, number: int, container: Element, *, back: bool) -> Iterator[Index]:
        repeat = self.places[number].item
        holder = self._holder(container, repeat)
        if holder is None or not holder.relevant:
            return
        instances = self.tree.instances(holder, repeat.steps[-1])
        may_grow = not instances or any(instance.relevant for instance in instances)
        if may_grow and back:
            yield from self._prompt(number, holder)
        yield from self._instances(number, instances[::-1] if back else instances, back=back)
        if may_grow and not back:
            yield from self._prompt(number, holder)

    def _instances(self, number: int, instances: list[Element], *, back: bool) -> Iterator[Index]:
        place = self.places[number]
        paged = isinstance(place.item, Repeat) and place.item.is_page
        for instance in instances:
            if not instance.relevant:
                continue
            if paged:
                yield Index(Event.PAGE, self.tree.path(instance))
            else:
                yield from self._inside(place.children, instance, back=back)

    def _prompt(self, number: int, holder: Element) -> Iterator[Index]:
        repeat = self.places[number].item
        if isinstance(repeat, Repeat) and not repeat.fixed:
            yield Index(Event.PROMPT_NEW_REPEAT, f"{self.tree.path(holder)}/{repeat.steps[-1]}")

    def _holder(self, container: Element, item: Item) -> Element | None:
        """The element that directly holds the nodes of `item`, at or below `container`."""
        depth = len(container.item.steps) if container.item else 1
        found = self.tree.expand(container, item.steps[depth:-1])
        return found[0] if found else None

    def _inner(self, container: Element, item: Item) -> Element | None:
        alone = self.tree.single.get(item.path)
        if alone is not None:
            return alone
        holder = self._holder(container, item)
        found = self.tree.expand(holder, item.steps[-1:]) if holder is not None else []
        return found[0] if found else None


def _is_asked(item: Item | None) -> bool:
    return isinstance(item, Question) and bool(item.control)


def _parent(element: Element) -> Element:
    assert isinstance(element.parent, Element)
    return element.parent


def _up(element: Element, item: Item) -> Element:
    """The element that the part `item` of the body lies in."""
    depth = len(item.steps)
    node = element
    while node.item is not None and len(node.item.steps) >= depth and isinstance(node.parent, Element):
        node = node.parent
    return node
