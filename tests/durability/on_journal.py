"""A pytest plugin that runs TinyDB's own tests on our classes: loaded before them, it puts ours in the place of TinyDB's.

What asks for another storage, a middleware or a fake of the tests, gets TinyDB itself; below a middleware lies our storage.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import tinydb
import tinydb.database
import tinydb.storages

from fieldkit.store import JournalDB, JournalStorage

Stock = tinydb.TinyDB


class OnDisk(JournalStorage):
    """Where the tests say JSONStorage; what concerns the text of its file is passed over."""

    def __init__(self, path: Any, access_mode: str = "r+", **_text: Any) -> None:
        super().__init__(path, bytes(32))


class InMemory(JournalStorage):
    """Where the tests say MemoryStorage."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        super().__init__(Path(self._folder.name) / "j.fkj", bytes(32))


class TinyDB(JournalDB):
    """Where the tests say TinyDB."""

    default_storage_class = OnDisk

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        storage = named.get("storage", OnDisk)
        if isinstance(storage, type) and issubclass(storage, JournalStorage):
            return super().__new__(cls)
        return Stock(*arguments, **named)


for module in (tinydb, tinydb.database):
    module.TinyDB = TinyDB
for module in (tinydb, tinydb.storages):
    module.JSONStorage = OnDisk
    module.MemoryStorage = InMemory
