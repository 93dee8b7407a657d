"""The choices a question offers now, read from its list in the language of the interview."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from fieldkit.xforms.definition import Choice, Itemset, Question, Segment
from fieldkit.xforms.instance import Document, Node
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.table import Row, Table, TableDocument, cell_of
from fieldkit.xforms.xpath import Context, ast

if TYPE_CHECKING:
    from fieldkit.xforms.definition import Form

_MISSING = "missing"
"""The column of a list that makes a choice a missing answer."""


class ChoiceReader:
    """Says what a question offers, in the words of a language. `documents` gives a list by name."""

    def __init__(self, form: Form, documents: Callable[[str], Document | None]) -> None:
        self.form = form
        self.documents = documents
        self._missing: dict[str, dict[str, Missing]] = {}

    def missing_values(self, itemset: Itemset) -> Mapping[str, Missing]:
        """The values of the list behind `itemset` that stand for a missing answer (its `missing` column)."""
        name = list_name(itemset)
        if name not in self._missing:
            document = self.documents(name)
            choices = (self._choice(itemset, item, "") for item in _items(document, with_column=_MISSING))
            self._missing[name] = {choice.value: choice.missing for choice in choices if choice.missing}
        return self._missing[name]

    def choices(
        self, question: Question, nodes: Sequence[Node], language: str, context: Context
    ) -> Iterator[Choice]:
        """The choices of an itemset's `nodes`, or those written into the body; values in their words are filled in
        for `context`.
        """
        if question.itemset is None:
            for choice in question.choices:
                yield Choice(choice.value, _joined(choice.label.segments(language), context))
            return
        if nodes and isinstance(nodes[0], Row):
            yield from self._of_rows(question.itemset, nodes, nodes[0].table, language, context)
            return
        for node in nodes:
            yield self._choice(question.itemset, node, language, context)

    def has_values(self, itemset: Itemset, nodes: Iterable[Node]) -> bool:
        """Whether the words of some of the choices hold values, and so depend on the answers."""
        if not itemset.label_itext or not self._filled_in:
            return False
        return any(cell_of(node, itemset.label) in self._filled_in for node in nodes)

    @cached_property
    def _filled_in(self) -> frozenset[str]:
        """The ids of texts that hold values."""
        return frozenset(
            key
            for texts in self.form.texts.values()
            for key, segments in texts.items()
            if not all(isinstance(segment, str) for segment in segments)
        )

    def _of_rows(
        self, itemset: Itemset, rows: Sequence[Node], table: Table, language: str, context: Context
    ) -> Iterator[Choice]:
        """The choices of rows of one table: as `_choice` has them, hundreds at a time."""
        place = table.places.get
        value, label, missing = place(itemset.value), place(itemset.label), place(_MISSING)
        translated = None if itemset.label_itext else place(f"{itemset.label}::{language}")
        if value is None or label is None or missing is not None or translated is not None:
            yield from (self._choice(itemset, row, language, context) for row in rows)
            return
        texts = self.form.texts.get(language, {}) if itemset.label_itext else None
        for row in rows:
            assert isinstance(row, Row)
            code, words = row.cells[value] or "", row.cells[label] or ""
            yield Choice(code, (words if texts is None else _joined(texts.get(words, ()), context)) or code)

    def value(self, itemset: Itemset, node: Node) -> str:
        """The value of the choice a node stands for."""
        return cell_of(node, itemset.value)

    def search(self, question: Question, typed: str, limit: int, language: str) -> list[Choice] | None:
        """The first `limit` choices that hold what was typed in value or label; None where the list must be
        filtered first.
        """
        itemset = question.itemset
        table = self._whole_table(itemset) if itemset is not None and not itemset.label_itext else None
        if itemset is None or table is None:
            return None
        columns = (itemset.value, f"{itemset.label}::{language}", itemset.label)
        return [self._choice(itemset, row, language) for row in table.search(columns, typed, limit)]

    def has_rows(self, itemset: Itemset) -> bool:
        """Whether the list is there at all: a file may have been forgotten."""
        name = list_name(itemset)
        document = self.documents(name) if name else None
        if isinstance(document, TableDocument):
            return len(document.table) > 0
        return not name or any(True for _ in _items(document))

    def words_of(self, question: Question, language: str) -> dict[str, str]:
        """Value → label of every choice there is, filters aside."""
        if question.itemset is None:
            return {choice.value: _joined(choice.label.segments(language)) for choice in question.choices}
        items = _items(self.documents(list_name(question.itemset)))
        choices = (self._choice(question.itemset, item, language) for item in items)
        return {choice.value: choice.label for choice in choices}

    def _whole_table(self, itemset: Itemset) -> Table | None:
        """The table an itemset offers all of."""
        found = itemset.nodes.compiled.lookup
        document = self.documents(list_name(itemset)) if found is not None and found.is_whole else None
        return document.table if isinstance(document, TableDocument) else None

    def _choice(self, itemset: Itemset, node: Node, language: str, context: Context | None = None) -> Choice:
        value = cell_of(node, itemset.value)
        missing = cell_of(node, _MISSING)
        label = self._label(itemset, node, language, context) or value
        return Choice(value, label, Missing(missing) if missing and missing in _CODES else None)

    def _label(self, itemset: Itemset, node: Node, language: str, context: Context | None) -> str:
        if itemset.label_itext:
            return _joined(self.form.texts.get(language, {}).get(cell_of(node, itemset.label), ()), context)
        return cell_of(node, f"{itemset.label}::{language}") or cell_of(node, itemset.label)


_CODES = frozenset(missing.value for missing in Missing)


def _items(document: Document | None, *, with_column: str = "") -> Iterable[Node]:
    """The rows of a list; none of a table without the column `with_column`."""
    if document is None:
        return ()
    if isinstance(document, TableDocument):
        table = document.table
        return table.rows() if not with_column or with_column in table.places else ()
    return document.element.elements()


def _joined(segments: Iterable[Segment], context: Context | None = None) -> str:
    """Words with their values as they stand for `context`, without values where there is none."""
    return "".join(
        segment if isinstance(segment, str) else segment.compiled.string(context) if context else ""
        for segment in segments
    ).strip()


def list_name(itemset: Itemset) -> str:
    """The list an itemset draws from, "" when it draws from the answers."""
    path = itemset.nodes.compiled.expr
    while isinstance(path, ast.Call) and path.name == "randomize" and path.arguments:
        path = path.arguments[0]
    start = path.start if isinstance(path, ast.Path) else None
    if (
        isinstance(start, ast.Call)
        and start.name == "instance"
        and isinstance(start.arguments[0], ast.Literal)
    ):
        return start.arguments[0].value
    return ""
