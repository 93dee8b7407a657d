"""A list as a table: kept by column, searched by index, and seen by expressions as XML.

`<root><item><column>cell</column>…</item>…</root>` is what ODK makes of a CSV file and what pyxform writes for
choices. A node for every cell of 100,000 rows would cost seconds and hundreds of megabytes, so nodes are made
when an expression reaches them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from fieldkit.xforms.instance import Document, Element, Node
from fieldkit.xforms.plaintext import folded

Rows = Iterable[Mapping[str, str]]
Cells = Sequence[str | None]
"""The cells of a row in the order of the columns; None where the row does not have that column at all."""


_REMEMBERED = 20_000
"""How many rows found are kept for the next time they are asked for."""


class Table(ABC):
    """Rows of text. `columns` are the names in order."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.places = {name: place for place, name in enumerate(self.columns)}
        self.document = TableDocument(self)
        self._found: dict[tuple[str, str], list[Row]] = {}
        self._remembered = 0

    @abstractmethod
    def __len__(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def rows(self) -> list[Row]:
        """Every row, in order."""

    def find(self, column: str, value: str) -> list[Row]:
        """The rows whose cell in `column` is `value`, in order. A cell that is not there is empty.

        The list is not to be changed.
        """
        found = self._found.get((column, value))
        if found is None:
            found = self._search_index(column, value)
            self._remembered += len(found) + 1
            if self._remembered > _REMEMBERED:
                self._found.clear()
                self._remembered = len(found) + 1
            self._found[column, value] = found
        return found

    @abstractmethod
    def _search_index(self, column: str, value: str) -> list[Row]:
        """What `find` gives, looked up."""

    @abstractmethod
    def search(self, columns: Sequence[str], text: str, limit: int) -> list[Row]:
        """The first `limit` rows that hold `text` in one of `columns`, whatever its case and accents."""


class MemoryTable(Table):
    """A table in memory; an index for a column is made when it is first searched."""

    def __init__(self, columns: Sequence[str], cells: Iterable[Cells]) -> None:
        super().__init__(columns)
        turned = list(zip(*cells, strict=True))
        self._columns: list[tuple[str | None, ...]] = turned or [() for _ in self.columns]
        self._size = len(self._columns[0]) if self._columns else 0
        self._indexes: dict[str, dict[str, list[int]]] = {}
        self._folded: dict[str, list[str]] = {}

    @classmethod
    def from_rows(cls, rows: Rows) -> MemoryTable:
        """Make a table of mappings, which need not all have the same keys."""
        known = list(rows)
        names = list(dict.fromkeys(str(name) for row in known for name in row))
        return cls(names, ([_cell(row, name) for name in names] for row in known))

    def __len__(self) -> int:
        return self._size

    def rows(self) -> list[Row]:
        return [self._row(number) for number in range(self._size)]

    def _search_index(self, column: str, value: str) -> list[Row]:
        index = self._indexes.get(column)
        if index is None:
            place = self.places.get(column)
            index = self._indexes[column] = {}
            for number, cell in enumerate(self._columns[place] if place is not None else [""] * self._size):
                index.setdefault(cell or "", []).append(number)
        return [self._row(number) for number in index.get(value, ())]

    def search(self, columns: Sequence[str], text: str, limit: int) -> list[Row]:
        wanted = folded(text)
        read = [self._searched(name) for name in columns if name in self.places]
        found = (n for n in range(self._size) if any(wanted in column[n] for column in read))
        return [self._row(number) for number in islice(found, limit)]

    def _searched(self, name: str) -> list[str]:
        """The cells of a column as they are searched."""
        cells = self._folded.get(name)
        if cells is None:
            cells = self._folded[name] = [folded(cell or "") for cell in self._columns[self.places[name]]]
        return cells

    def _row(self, number: int) -> Row:
        return Row(self.document.table_root, number, [column[number] for column in self._columns])


class TableDocument(Document):
    """The document a table is to expressions."""

    __slots__ = ("table", "table_root")

    def __init__(self, table: Table, root: str = "root", item: str = "item") -> None:
        super().__init__()
        self.table = table
        self.table_root = TableRoot(table, root, item)
        self.append(self.table_root)

    def is_called(self, root: str, item: str) -> bool:
        """Whether its root and its rows have these names."""
        return root == self.table_root.name and item == self.table_root.item_name


class TableRoot(Element):
    """The element around the rows. Its children are made each time they are asked for."""

    __slots__ = ("item_name", "table")

    def __init__(self, table: Table, name: str, item: str) -> None:
        super().__init__(name)
        self.table = table
        self.item_name = item

    @property
    def children(self) -> list[Node]:
        """Every row."""
        return list(self.table.rows())

    @children.setter
    def children(self, _children: list[Node]) -> None:
        """There is nothing to keep: the rows come from the table."""

    def named(self, name: str) -> list[Element]:
        return list(self.table.rows()) if name == self.item_name else []


class Row(Element):
    """A row as an element, made whenever it is asked for: two that stand for the same row are equal.

    number: 0-based. cells: by the places of the table's columns. Elements for cells are made when they are read.
    """

    __slots__ = ("_made", "cells", "number")

    def __init__(self, root: TableRoot, number: int, cells: Cells) -> None:
        self.name = root.item_name
        self.namespace = self.prefix = self.text = self.instance_id = ""
        self.parent = root
        self.attributes = []
        self.relevant = True
        self.item = self.missing = self.declared = self._by_name = None
        self.position = 1
        self.number = number
        self.cells = cells
        self._made: dict[str, list[Element]] = {}

    def __eq__(self, other: object) -> bool:
        """Whether both stand for the same row."""
        return isinstance(other, Row) and other.number == self.number and other.parent is self.parent

    def __hash__(self) -> int:
        """By table and number."""
        return hash((id(self.parent), self.number))

    @property
    def table(self) -> Table:
        """The table it is a row of."""
        assert isinstance(self.parent, TableRoot)
        return self.parent.table

    def cell(self, column: str) -> str:
        """The text in a column, "" where there is none."""
        place = self.table.places.get(column)
        return self.cells[place] or "" if place is not None else ""

    @property
    def children(self) -> list[Node]:
        """The cells that there are."""
        return [cell for column in self.table.columns for cell in self.named(column)]

    @children.setter
    def children(self, _children: list[Node]) -> None:
        """There is nothing to keep."""

    def named(self, name: str) -> list[Element]:
        made = self._made.get(name)
        if made is None:
            place = self.table.places.get(name)
            text = self.cells[place] if place is not None else None
            made = self._made[name] = [] if text is None else [Cell(self, name, text)]
        return made


class Cell(Element):
    """A cell as an element; two that stand for the same cell are equal."""

    __slots__ = ()

    def __init__(self, row: Row, name: str, text: str) -> None:
        super().__init__(name, text=text)
        self.parent = row

    def __eq__(self, other: object) -> bool:
        """Whether both stand for the same cell."""
        return isinstance(other, Cell) and other.name == self.name and other.parent == self.parent

    def __hash__(self) -> int:
        """By row and column."""
        return hash((self.parent, self.name))


def rows_document(rows: Rows | Table) -> TableDocument:
    """Rows as a document."""
    return (rows if isinstance(rows, Table) else MemoryTable.from_rows(rows)).document


def cell_of(node: Node, name: str) -> str:
    """The text of the child `name` of a row or of any element, "" where there is none."""
    if isinstance(node, Row):
        return node.cell(name)
    found = node.child(name) if isinstance(node, Element) else None
    return found.string_value() if found is not None else ""


def _cell(row: Mapping[str, str], name: str) -> str | None:
    return (row[name] or "") if name in row else None
