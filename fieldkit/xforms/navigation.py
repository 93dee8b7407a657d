"""Walking a form question by question, as ODK does: groups and instances that are not relevant are passed over.

The body is laid out flat; each entry knows where its part ends and what it lies in, so that a step costs the
depth of the form, not its length.
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


@dataclass(frozen=True, slots=True)
class _Place:
    item: Item
    parent: int
    end: int


class Navigator:
    """Finds the next and previous place from any place of an entry."""

    def __init__(self, form: Form, tree: AnswerTree) -> None:
        self.tree = tree
        self.places: list[_Place] = []
        for item in form.body:
            self._lay(item, -1)
        self._numbers = {place.item.path: n for n, place in enumerate(self.places) if place.item.path}

    def _lay(self, item: Item, parent: int) -> None:
        number = len(self.places)
        self.places.append(_Place(item, parent, 0))
        if isinstance(item, Group) and not item.is_page:
            for child in item.children:
                self._lay(child, number)
        self.places[number] = _Place(item, parent, len(self.places))

    def forward(self, index: Index) -> Index:
        """The place after `index`."""
        return next(self._after(index), Index(Event.END))

    def backward(self, index: Index) -> Index:
        """The place before `index`."""
        before = Index(Event.BEGINNING)
        for place in self.all():
            if place == index:
                break
            before = place
        return before

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
        return self._after(Index(Event.BEGINNING))

    def _first_inside(self, element: Element, path: str) -> Index:
        item = element.item
        inside = isinstance(item, Group) and item.path in self._numbers
        if not inside:
            raise LookupError(path)
        prefix = self.tree.path(element)
        found = (place for place in self.all() if place.path == prefix or place.path.startswith(prefix + "/"))
        return next(found, Index(Event.END))

    def _after(self, index: Index) -> Iterator[Index]:
        """Every place after `index`."""
        root = self.tree.root
        if index.event is Event.END:
            return
        if index.event is Event.BEGINNING:
            yield from self._walk(0, len(self.places), root)
            return
        if index.event is Event.PROMPT_NEW_REPEAT:
            parent_path, _, name = index.path.rpartition("/")
            element = self.tree.element(parent_path)
            item = element.item
            assert item is not None
            number = self._numbers[f"{item.path}/{name}"]
        else:
            element = self.tree.element(index.path)
            assert element.item is not None
            number = self._numbers[element.item.path]
            instance, element = element, _up(element, self.places[number].item)
            if isinstance(instance.item, Repeat):
                yield from self._later_pages(instance, instance.item)
        yield from self._climb(number, element)

    def _later_pages(self, instance: Element, repeat: Repeat) -> Iterator[Index]:
        """The instances of a repeat asked page by page that follow `instance`."""
        holder = _up(instance, repeat)
        later = self.tree.instances(holder, instance.qname)
        for sibling in later[later.index(instance) + 1 :]:
            if sibling.relevant:
                yield Index(Event.PAGE, self.tree.path(sibling))
        yield from self._prompt(repeat, holder)

    def _climb(self, number: int, container: Element) -> Iterator[Index]:
        """What follows the part at `number`, inside `container` and then outwards."""
        while True:
            place = self.places[number]
            parent = place.parent
            last = self.places[parent].end if parent >= 0 else len(self.places)
            yield from self._walk(place.end, last, container)
            if parent < 0:
                return
            outer = self.places[parent].item
            if isinstance(outer, Repeat):
                holder = container.parent
                assert isinstance(holder, Element)
                later = self.tree.instances(holder, container.qname)
                for instance in later[later.index(container) + 1 :]:
                    if instance.relevant:
                        yield from self._walk(parent + 1, last, instance)
                yield from self._prompt(outer, holder)
                container = holder
            elif outer.path:
                container = _up(container, outer)
            number = parent

    def _walk(self, start: int, end: int, container: Element) -> Iterator[Index]:
        """The places from `start` to before `end`, all lying directly or deeper in `container`."""
        number = start
        while number < end:
            place = self.places[number]
            item = place.item
            if isinstance(item, Repeat):
                yield from self._repeat(number, container)
            elif isinstance(item, Group) and not item.is_page:
                inner = self._inner(container, item) if item.path else container
                if inner is not None and inner.relevant:
                    yield from self._walk(number + 1, place.end, inner)
            else:
                element = self._inner(container, item)
                if element is not None and element.relevant:
                    event = Event.PAGE if isinstance(item, Group) else Event.QUESTION
                    yield Index(event, self.tree.path(element))
            number = place.end

    def _repeat(self, number: int, container: Element) -> Iterator[Index]:
        place = self.places[number]
        repeat = place.item
        assert isinstance(repeat, Repeat)
        holder = self._holder(container, repeat)
        if holder is None or not holder.relevant:
            return
        instances = self.tree.instances(holder, repeat.steps[-1])
        for instance in instances:
            if instance.relevant:
                if repeat.is_page:
                    yield Index(Event.PAGE, self.tree.path(instance))
                else:
                    yield from self._walk(number + 1, place.end, instance)
        if not instances or any(instance.relevant for instance in instances):
            yield from self._prompt(repeat, holder)

    def _prompt(self, repeat: Repeat, holder: Element) -> Iterator[Index]:
        if not repeat.fixed:
            yield Index(Event.PROMPT_NEW_REPEAT, f"{self.tree.path(holder)}/{repeat.steps[-1]}")

    def _holder(self, container: Element, item: Item) -> Element | None:
        """The element that directly holds the nodes of `item`, at or below `container`."""
        item_of = container.item
        depth = len(item_of.steps) if item_of else 1
        found = self.tree.expand(container, item.steps[depth:-1])
        return found[0] if found else None

    def _inner(self, container: Element, item: Item) -> Element | None:
        holder = self._holder(container, item)
        found = self.tree.expand(holder, item.steps[-1:]) if holder is not None else []
        return found[0] if found else None


def _up(element: Element, item: Item) -> Element:
    """The element that the part `item` of the body lies in."""
    depth = len(item.steps)
    node = element
    while node.item is not None and len(node.item.steps) >= depth and isinstance(node.parent, Element):
        node = node.parent
    return node
