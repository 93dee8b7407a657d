"""What the store's tests share: a path with a space and Chinese characters, and ends as a crash leaves them."""

from __future__ import annotations

import os

import pytest

from fieldkit.store import JournalDB


@pytest.fixture
def path(tmp_path):
    return tmp_path / "日志 1.fkj"


@pytest.fixture
def key():
    return bytes(range(32))


@pytest.fixture
def killed():
    """Leave a database as a killed process does: no seal, nothing compacted."""

    def leave(db):
        journal = db.storage.journal
        os.close(journal._handle)
        journal._handle = -1
        journal._trusted = False

    return leave


@pytest.fixture
def unclean(key, killed):
    """Make a journal of a killed process, six commits of one document each; give the offset after each.

    The room for later frames is cut off, so that every byte of the file means something.
    """

    def make(path):
        db = JournalDB(path, key)
        ends = []
        for number in range(6):
            db.insert({"n": number, "text": "清溪" * 5})
            ends.append(db.storage.journal.length)
        killed(db)
        os.truncate(path, ends[-1])
        return ends

    return make


@pytest.fixture
def bytes_in():
    """Every byte of every file in a folder."""
    return lambda folder: b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
