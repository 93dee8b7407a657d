"""The choices a question offers now, read from its list in the language of the interview."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from fieldkit.xforms.definition import Choice, Itemset, Label, Question
from fieldkit.xforms.instance import Document, Node
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.table import Table, TableDocument, cell_of
from fieldkit.xforms.xpath import ast

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

    def choices(self, question: Question, nodes: Iterable[Node], language: str) -> Iterator[Choice]:
        """The choices of an itemset's `nodes`, or those written into the body."""
        if question.itemset is None:
            for choice in question.choices:
                yield Choice(choice.value, _plain(choice.label, language))
            return
        for node in nodes:
            yield self._choice(question.itemset, node, language)

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

    def all_values(self, itemset: Itemset) -> Container[str] | None:
        """The values of the whole list where the question offers all of it, else None."""
        table = self._whole_table(itemset)
        return _Values(table, itemset.value) if table is not None else None

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
            return {choice.value: _plain(choice.label, language) for choice in question.choices}
        items = _items(self.documents(list_name(question.itemset)))
        choices = (self._choice(question.itemset, item, language) for item in items)
        return {choice.value: choice.label for choice in choices}

    def _whole_table(self, itemset: Itemset) -> Table | None:
        """The table an itemset offers all of, in its own order."""
        document = self.documents(list_name(itemset)) if _is_whole(itemset) else None
        return document.table if isinstance(document, TableDocument) else None

    def _choice(self, itemset: Itemset, node: Node, language: str) -> Choice:
        value = cell_of(node, itemset.value)
        missing = cell_of(node, _MISSING)
        label = self._label(itemset, node, language) or value
        return Choice(value, label, Missing(missing) if missing and missing in _CODES else None)

    def _label(self, itemset: Itemset, node: Node, language: str) -> str:
        if itemset.label_itext:
            segments = self.form.texts.get(language, {}).get(cell_of(node, itemset.label), ())
            return "".join(segment for segment in segments if isinstance(segment, str))
        return cell_of(node, f"{itemset.label}::{language}") or cell_of(node, itemset.label)


_CODES = frozenset(missing.value for missing in Missing)


class _Values(Container[str]):
    """The values in a column of a table."""

    def __init__(self, table: Table, column: str) -> None:
        self.table = table
        self.column = column

    def __contains__(self, value: object) -> bool:
        return bool(self.table.find(self.column, str(value)))


def _items(document: Document | None, *, with_column: str = "") -> Iterable[Node]:
    """The rows of a list; none of a table without the column `with_column`."""
    if document is None:
        return ()
    if isinstance(document, TableDocument):
        table = document.table
        return table.rows() if not with_column or with_column in table.places else ()
    return document.element.elements()


def _plain(label: Label, language: str) -> str:
    return "".join(segment for segment in label.segments(language) if isinstance(segment, str))


def _path(itemset: Itemset) -> ast.Expr:
    """The path of an itemset, without the order it is shuffled into."""
    path = itemset.nodes.compiled.expr
    while isinstance(path, ast.Call) and path.name == "randomize" and path.arguments:
        path = path.arguments[0]
    return path


def _is_whole(itemset: Itemset) -> bool:
    path = _path(itemset)
    return isinstance(path, ast.Path) and not any(step.predicates for step in path.steps)


def list_name(itemset: Itemset) -> str:
    """The list an itemset draws from, "" when it draws from the answers."""
    path = _path(itemset)
    start = path.start if isinstance(path, ast.Path) else None
    if (
        isinstance(start, ast.Call)
        and start.name == "instance"
        and isinstance(start.arguments[0], ast.Literal)
    ):
        return start.arguments[0].value
    return ""
