"""Large lists on disk: a table of SQLite with an index on every column, built once for each content.

Only lists that belong to a form are kept so (choices, CSV files): what is about people (entity lists,
worklists, the last saved answers) is handed in by the program and stays in memory. The file's name holds the
digest of its bytes, so that a damaged file is known when it is opened and built anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from fieldkit.xforms.table import Cells, Row, Table

LARGE = 5_000
"""From how many rows on a list goes into a side-file."""
_FORMAT = 1


class FileTable(Table):
    """A table in a side-file, read as it is needed."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        names = [name for (name,) in self._connection.execute("SELECT name FROM columns ORDER BY place")]
        super().__init__(names)
        (self._size,) = self._connection.execute("SELECT count(*) FROM cells").fetchone()

    def __len__(self) -> int:
        return int(self._size)

    def rows(self) -> list[Row]:
        return self._read("SELECT * FROM cells ORDER BY number", ())

    def _search_index(self, column: str, value: str) -> list[Row]:
        place = self.places.get(column)
        if place is None:
            return [] if value else self.rows()
        return self._read(f"SELECT * FROM cells WHERE ifnull(c{place}, '') = ? ORDER BY number", (value,))  # noqa: S608 - a number

    def search(self, columns: Sequence[str], text: str, limit: int) -> list[Row]:
        places = [self.places[name] for name in columns if name in self.places]
        held = " OR ".join(f"instr(lower(c{place}), ?)" for place in places) or "0"
        query = f"SELECT * FROM cells WHERE {held} ORDER BY number LIMIT {int(limit)}"  # noqa: S608 - numbers
        return self._read(query, (text.lower(),) * len(places))

    def _read(self, query: str, values: tuple[str, ...]) -> list[Row]:
        root = self.document.table_root
        return [Row(root, number, cells) for number, *cells in self._connection.execute(query, values)]


def opened(folder: Path, key: str) -> FileTable | None:
    """The table built for `key`, None where there is none or it is damaged."""
    for path in folder.glob(f"{key}-*.db"):
        try:
            if _digest(path) == path.stem.rpartition("-")[2]:
                return FileTable(path)
        except (OSError, sqlite3.Error):
            continue
    return None


def built(folder: Path, key: str, columns: Sequence[str], cells: Iterable[Cells]) -> FileTable:
    """Build the table of `key`. Raises OSError or sqlite3.Error where the folder cannot hold it."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{key}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    connection = sqlite3.connect(fresh)
    try:
        _fill(connection, columns, cells)
    finally:
        connection.close()
    for stale in folder.glob(f"{key}-*.db"):
        stale.unlink(missing_ok=True)
    return FileTable(fresh.rename(folder / f"{key}-{_digest(fresh)}.db"))


def key_of(*parts: str | bytes) -> str:
    """The key of a content."""
    digest = hashlib.sha256(f"list {_FORMAT}".encode())
    for part in parts:
        digest.update(b"\0" + (part.encode() if isinstance(part, str) else part))
    return digest.hexdigest()


def _fill(connection: sqlite3.Connection, columns: Sequence[str], cells: Iterable[Cells]) -> None:
    names = [f"c{place}" for place in range(len(columns))]
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE TABLE columns (place INTEGER PRIMARY KEY, name TEXT)")
    connection.executemany("INSERT INTO columns VALUES (?, ?)", list(enumerate(columns)))
    declared = "".join(f", {name} TEXT" for name in names)
    connection.execute(f"CREATE TABLE cells (number INTEGER PRIMARY KEY{declared})")
    marks = ", ?" * len(names)
    rows = ((number, *row) for number, row in enumerate(cells))
    connection.executemany(f"INSERT INTO cells VALUES (?{marks})", rows)  # noqa: S608 - question marks
    for name in names:
        connection.execute(f"CREATE INDEX by_{name} ON cells (ifnull({name}, ''))")
    connection.commit()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
