"""The store against a plain dictionary: random work, refusals of the disk, kills and reopenings between."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tinydb import where
from tinydb.table import Document

from fieldkit.errors import StoreError
from fieldkit.store import JournalDB
from fieldkit.store.merge_patch import merge_patch

TABLES = st.sampled_from(["t", "表"])
IDS = st.integers(1, 6)
VALUES = st.one_of(st.none(), st.integers(0, 3), st.text(max_size=3), st.just("x" * 600))
DOCUMENTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


class Undone(Exception):  # noqa: N818 # raised to undo a batch
    pass


class StoreMachine(RuleBasedStateMachine):
    key: bytes | None = bytes(32)

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "j.fkj"
        self.db = JournalDB(self.path, self.key)
        self.model = {"t": {}, "表": {}}

    def teardown(self):
        self.db.close()
        self.folder.cleanup()

    @rule(table=TABLES, document=DOCUMENTS)
    def insert(self, table, document):
        number = max(self.model[table], default=0) + 1
        # Ids are not given again while the database is open, so the model asks for the one it names.
        self.db.table(table).insert(Document(document, number))
        self.model[table][number] = document

    @rule(table=TABLES, documents=st.lists(DOCUMENTS, max_size=3))
    def insert_multiple(self, table, documents):
        numbers = self.db.table(table).insert_multiple(documents)
        assert not set(numbers) & set(self.model[table])
        self.model[table] |= dict(zip(numbers, documents, strict=True))

    @rule(table=TABLES, number=IDS, document=DOCUMENTS)
    def patch(self, table, number, document):
        if number in self.model[table]:
            self.db.table(table).patch(document, number)
            self.model[table][number] = merge_patch(self.model[table][number], document)

    @rule(table=TABLES, number=IDS, document=DOCUMENTS)
    def upsert(self, table, number, document):
        self.db.table(table).upsert(Document(document, number))
        self.model[table][number] = {**self.model[table].get(number, {}), **document}

    @rule(table=TABLES, old=VALUES, new=VALUES)
    def update(self, table, old, new):
        self.db.table(table).update({"b": new}, where("a") == old)
        for document in self.model[table].values():
            if "a" in document and document["a"] == old:
                document["b"] = new

    @rule(table=TABLES, numbers=st.sets(IDS))
    def remove(self, table, numbers):
        self.db.table(table).remove(doc_ids=numbers)
        self.model[table] = {n: d for n, d in self.model[table].items() if n not in numbers}

    @rule(table=TABLES, numbers=st.sets(IDS))
    def erase(self, table, numbers):
        self.db.erase(table, numbers)
        self.model[table] = {n: d for n, d in self.model[table].items() if n not in numbers}

    @rule(table=TABLES)
    def truncate(self, table):
        self.db.table(table).truncate()
        self.model[table] = {}

    @rule(table=TABLES)
    def drop(self, table):
        self.db.drop_table(table)
        self.model[table] = {}

    @rule(document=DOCUMENTS, undone=st.booleans())
    def batch(self, document, undone):
        made = {}
        try:
            with self.db.batch():
                for name in self.model:
                    made[name] = self.db.table(name).insert(document)
                    self.db.table(name).patch({"c": 7}, made[name])
                if undone:
                    raise Undone
        except Undone:
            return
        for name, number in made.items():
            self.model[name][number] = {**document, "c": 7}

    @rule(table=TABLES, document=DOCUMENTS, written=st.integers(0, 40))
    def disk_full(self, table, document, written):
        real = os.write

        def half(handle, data):
            real(handle, data[:written])
            raise OSError(28, "No space left on device")

        with mock.patch("fieldkit.store.journal.os.write", half), pytest.raises(StoreError) as caught:
            self.db.table(table).insert({**document, "lost": 1})
        assert caught.value.code == "medium.full"

    @rule(table=TABLES, document=DOCUMENTS)
    def sync_fails(self, table, document):
        failing = mock.Mock(side_effect=OSError(5, "Input/output error"))
        with mock.patch("fieldkit.store.journal._sync", failing), pytest.raises(StoreError):
            self.db.table(table).insert({**document, "lost": 1})
        self.reopen()

    @rule()
    def compact(self):
        self.db.storage.journal.compact()

    @rule()
    def reopen(self):
        self.db.close()
        self.db = JournalDB(self.path, self.key)
        assert self.db.storage.torn == 0

    @rule()
    def kill(self):
        journal = self.db.storage.journal
        os.close(journal._handle)
        journal._handle, journal._trusted = -1, False
        self.reopen()

    @invariant()
    def agrees(self):
        for name, documents in self.model.items():
            assert {d.doc_id: dict(d) for d in self.db.table(name)} == documents


class ClearMachine(StoreMachine):
    key = None


for machine in (StoreMachine, ClearMachine):
    machine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestEncrypted = StoreMachine.TestCase
TestClear = ClearMachine.TestCase
