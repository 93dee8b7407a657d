"""Attributes of the answers that have binds of their own, such as the ids of entities (`/data/meta/entity/@id`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from fieldkit.xforms.definition import Bind, Form
from fieldkit.xforms.events import preload
from fieldkit.xforms.instance import Attribute
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.values import normalise
from fieldkit.xforms.xpath import Context, Environment


class BoundAttributes:
    """Fills the bound attributes of one entry. No expression of a form depends on them, so they need no rules."""

    def __init__(self, form: Form, tree: AnswerTree, environment: Environment) -> None:
        self.form = form
        self.tree = tree
        self.environment = environment

    def preload(self, now: datetime, properties: Mapping[str, str]) -> None:
        """Give a new entry the values that are known when it begins."""
        for attribute, bind in self._bound():
            text = preload(bind, now, properties)
            if text is not None:
                attribute.value = text

    def calculate(self) -> None:
        """Bring every calculated attribute up to date."""
        for attribute, bind in self._bound():
            if bind.calculate is not None:
                context = Context(attribute, 1, 1, attribute, self.environment)
                attribute.value = normalise(bind.calculate.compiled.value(context), bind.type)

    def _bound(self) -> Iterator[tuple[Attribute, Bind]]:
        for path, bind in self.form.attributes.items():
            owner, _, name = path.rpartition("/@")
            for element in self.tree.expand(self.tree.root, tuple(owner.split("/")[2:])):
                for attribute in element.attributes:
                    if attribute.qname == name:
                        yield attribute, bind
