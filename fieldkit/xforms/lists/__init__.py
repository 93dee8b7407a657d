"""The lists of a form: tables that look like XML to expressions, and the choices read from them."""

from fieldkit.xforms.lists.choices import ChoiceReader
from fieldkit.xforms.lists.library import Lists, keep_large, open_kept
from fieldkit.xforms.table import MemoryTable, Rows, Table, TableDocument, cell_of, rows_document

__all__ = [
    "ChoiceReader", "Lists", "MemoryTable", "Rows", "Table", "TableDocument", "cell_of", "keep_large", "open_kept", "rows_document",
]  # fmt: skip
