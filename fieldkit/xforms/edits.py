"""Changing the tree, with the way back: every step of an interview can be undone and done again."""

from __future__ import annotations

from dataclasses import dataclass

from fieldkit.xforms.definition import Repeat
from fieldkit.xforms.instance import Element
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.recompute import Recomputation
from fieldkit.xforms.tree import AnswerTree


@dataclass(slots=True)
class _Change:
    """What was before: of a leaf (no `parent`), or of an instance: whether it was added, where it was."""

    element: Element
    text: str = ""
    missing: Missing | None = None
    parent: Element | None = None
    index: int = 0
    added: bool = False


class Edits:
    """Writes to one tree, tells the recomputation, and remembers steps until they are taken back."""

    def __init__(self, tree: AnswerTree, recomputation: Recomputation) -> None:
        self._tree = tree
        self._recomputation = recomputation
        self._step: list[_Change] = []
        self._done: list[list[_Change]] = []
        self._undone: list[list[_Change]] = []

    def store(self, element: Element, text: str, missing: Missing | None = None) -> bool:
        """Give a leaf a text or a missing answer; dependants wait until `Recomputation.run`.

        Gives whether that changed it.
        """
        if element.text == text and element.missing is missing:
            return False
        self._step.append(_Change(element, element.text, element.missing))
        element.text, element.missing = text, missing
        self._recomputation.value_changed(element)
        return True

    def add(self, parent: Element, repeat: Repeat, at: int | None) -> Element:
        """Add an instance, last or before the 0-based place `at`."""
        instance = self._tree.add(parent, repeat, at=at)
        self._added(instance, parent, repeat)
        return instance

    def take(self, instance: Element, repeat: Repeat) -> None:
        """Take an instance out."""
        parent = instance.parent
        assert isinstance(parent, Element)
        index = self._tree.remove(instance)
        self._step.append(_Change(instance, parent=parent, index=index))
        self._recomputation.structure_changed(parent, repeat)

    def close_step(self) -> None:
        """All since the last time is one step, with what followed from it."""
        recomputation = self._recomputation
        if recomputation.dropped or recomputation.grown or recomputation.settled:
            self._take_consequences()
        if self._step:
            self._done.append(self._step)
            self._undone.clear()
            self._step = []

    def forget(self) -> None:
        """There is no way back from here."""
        self._step = []
        self._done.clear()
        self._undone.clear()

    def undo(self) -> None:
        """Take back the last step, if there is one."""
        self._revert(self._done, self._undone)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._revert(self._undone, self._done)

    def _revert(self, steps: list[list[_Change]], opposite: list[list[_Change]]) -> None:
        if not steps:
            return
        changes, self._step = steps.pop(), []
        changes.reverse()
        before = {change.element: change for change in changes if change.parent is None}
        for change in sorted(changes, key=_turn):
            repeat = change.element.item
            if change.parent is None:
                self.store(change.element, change.text, change.missing)
                self._recomputation.run()
            elif isinstance(repeat, Repeat) and change.added:
                self.take(change.element, repeat)
            elif isinstance(repeat, Repeat):
                self._tree.put_back(change.parent, change.element, change.index)
                self._added(change.element, change.parent, repeat)
        self._recomputation.run()
        for change in before.values():  # what was computed on the way there is not what was there
            self.store(change.element, change.text, change.missing)
        self._recomputation.run()
        for element in before:
            if not element.text and element.missing is None:
                self._recomputation.taken_back(element)
        self._take_consequences()
        opposite.append(self._step)
        self._step = []

    def _take_consequences(self) -> None:
        """Add to the step the answers that became impossible, and the instances that counts made or took out."""
        self._step += [_Change(element, text) for element, text in self._recomputation.dropped]
        self._step += [_addition(instance) for instance in self._recomputation.grown]
        self._step += [
            _Change(instance, parent=parent, index=index)
            for instance, parent, index in self._recomputation.settled
        ]
        self._recomputation.dropped, self._recomputation.grown, self._recomputation.settled = [], [], []

    def _added(self, instance: Element, parent: Element, repeat: Repeat) -> None:
        self._step.append(_addition(instance))
        self._recomputation.structure_changed(parent, repeat, instance)


def _addition(instance: Element) -> _Change:
    parent = instance.parent
    assert isinstance(parent, Element)
    return _Change(instance, parent=parent, index=parent.children.index(instance), added=True)


def _turn(change: _Change) -> int:
    """When a change is reverted: instances come back before the answers that count them, and go after those."""
    return 1 if change.parent is None else 2 if change.added else 0
