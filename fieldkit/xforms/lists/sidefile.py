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
from contextlib import closing
from pathlib import Path

from fieldkit.xforms.plaintext import folded
from fieldkit.xforms.table import Cells, Row, Table

LARGE = 5_000
"""From how many rows on a list goes into a side-file."""
_FORMAT = 2


class FileTable(Table):
    """A table in a side-file, read as it is needed."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        described = self._connection.execute("SELECT name, folded FROM columns ORDER BY place").fetchall()
        super().__init__([name for name, _ in described])
        self._folded = [bool(folded) for _, folded in described]
        self._shown = ", ".join(["number", *(f"c{place}" for place in range(len(described)))])
        (self._size,) = self._connection.execute("SELECT count(*) FROM cells").fetchone()

    def __len__(self) -> int:
        return int(self._size)

    def rows(self) -> list[Row]:
        return self._read("ORDER BY number", ())

    def _search_index(self, column: str, value: str) -> list[Row]:
        place = self.places.get(column)
        if place is None:
            return [] if value else self.rows()
        return self._read(f"WHERE ifnull(c{place}, '') = ? ORDER BY number", (value,))

    def search(self, columns: Sequence[str], text: str, limit: int) -> list[Row]:
        places = [self.places[name] for name in columns if name in self.places]
        read = [f"f{place}" if self._folded[place] else f"lower(c{place})" for place in places]
        held = " OR ".join(f"instr({cell}, ?)" for cell in read) or "0"
        return self._read(f"WHERE {held} ORDER BY number LIMIT {int(limit)}", (folded(text),) * len(places))

    def _read(self, which: str, values: tuple[str, ...]) -> list[Row]:
        root = self.document.table_root
        found = self._connection.execute(f"SELECT {self._shown} FROM cells {which}", values)  # noqa: S608 - numbers
        return [Row(root, number, cells) for number, *cells in found]


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
    try:
        with closing(sqlite3.connect(fresh)) as connection:
            _fill(connection, columns, cells)
        for stale in folder.glob(f"{key}-*.db"):
            stale.unlink(missing_ok=True)
        return FileTable(fresh.rename(folder / f"{key}-{_digest(fresh)}.db"))
    finally:
        fresh.unlink(missing_ok=True)


def key_of(*parts: str | bytes) -> str:
    """The key of a content."""
    digest = hashlib.sha256(f"list {_FORMAT}".encode())
    for part in parts:
        digest.update(b"\0" + (part.encode() if isinstance(part, str) else part))
    return digest.hexdigest()


def _fill(connection: sqlite3.Connection, columns: Sequence[str], cells: Iterable[Cells]) -> None:
    """Write the rows; a column that holds more than ASCII is kept a second time as it is searched."""
    rows = list(cells)
    names = [f"c{place}" for place in range(len(columns))]
    wide = [any(not (row[place] or "").isascii() for row in rows) for place in range(len(columns))]
    second = [place for place, is_wide in enumerate(wide) if is_wide]
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE TABLE columns (place INTEGER PRIMARY KEY, name TEXT, folded INTEGER)")
    described = zip(range(len(columns)), columns, wide, strict=True)
    connection.executemany("INSERT INTO columns VALUES (?, ?, ?)", described)
    declared = "".join(f", {name} TEXT" for name in [*names, *(f"f{place}" for place in second)])
    connection.execute(f"CREATE TABLE cells (number INTEGER PRIMARY KEY{declared})")
    marks = ", ?" * (len(names) + len(second))
    filled = (
        (number, *row, *(folded(row[place] or "") for place in second)) for number, row in enumerate(rows)
    )
    connection.executemany(f"INSERT INTO cells VALUES (?{marks})", filled)  # noqa: S608 - question marks
    for name in names:
        connection.execute(f"CREATE INDEX by_{name} ON cells (ifnull({name}, ''))")
    connection.commit()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
