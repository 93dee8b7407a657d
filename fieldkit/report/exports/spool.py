"""Rows on their way, on the disk: they come in the order of the archive and leave in that of their pseudonyms.

Whoever reads an export cannot tell who came when, and the same records give the same file whatever order their sticks came in.
Rows are dealt into parts by the first digits of their key; one part is sorted in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from fieldkit.report.exports.columns import Row

_DIGITS = 2
"""Of a key, in hex: 256 parts, of a million rows some 4,000 each."""
_WAITING = 16 * 2**20
"""Bytes that wait in memory for the disk."""
_KEY = len('["0123456789abcdef"')


class Spool:
    """The rows of some tables, in a folder that is its caller's. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[tuple[int, str], bytearray] = {}
        self._bytes = 0

    def put(self, table: int, row: Row, person: str) -> None:
        """Add a row of a table. person: see `rows.Put`."""
        key = row[0]
        assert isinstance(key, str)
        line = orjson.dumps([key, person, *row[1:]])
        # One buffer a part: what orjson gives lies in a block of kilobytes each.
        waiting = self._waiting.setdefault((table, key[:_DIGITS]), bytearray())
        waiting += line
        waiting += b"\n"
        self._bytes += len(line)
        if self._bytes > _WAITING:
            self._write()

    def rows(self, table: int, without: set[str]) -> Iterator[Row]:
        """The rows of a table by key, those of a record in their order. without: participants of whom none is given."""
        self._write()
        for path in sorted(self._folder.glob(f"{table}-*")):
            lines = path.read_bytes().splitlines()
            lines.sort(key=_key)
            for line in lines:
                key, person, *rest = orjson.loads(line)
                if person not in without:
                    yield [key, *rest]

    def _write(self) -> None:
        for (table, part), waiting in self._waiting.items():
            with (self._folder / f"{table}-{part}").open("ab") as file:
                file.write(waiting)
        self._waiting.clear()
        self._bytes = 0


def _key(line: bytes) -> bytes:
    return line[:_KEY]
