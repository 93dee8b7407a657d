"""Killed writers, failing disks: what was acknowledged is there, what was refused is not."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import JournalDB

# Open, so that the bytes can be searched. Every tenth document is erased, which compacts.
WRITER = """
import sys
from pathlib import Path
from fieldkit.store import JournalDB
db = JournalDB(Path(sys.argv[1]), None)
table = db.table("t")
for n in range(100000):
    number = table.insert({"n": n, "text": f"canary-{n}-"})
    table.patch({"done": n}, number)
    if n % 10 == 9:
        db.erase("t", [number])
    print(n, flush=True)
"""


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.soak)])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path, bytes_in, kills):
    chance = random.Random(kills)
    for round_ in range(kills):
        folder = tmp_path / str(round_)
        folder.mkdir()
        path = folder / "j.fkj"
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        enough = chance.randrange(1, 200)
        lines = []
        for line in writer.stdout:
            lines.append(line)
            if len(lines) == enough:
                break
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.read().splitlines(keepends=True)
        writer.wait()
        writer.stdout.close()
        acknowledged = [int(line) for line in lines if line.endswith("\n")]
        assert acknowledged == list(range(len(acknowledged)))
        with JournalDB(path, None) as db:
            found = {d["n"]: d for d in db.table("t")}
        kept = {n for n in acknowledged if n % 10 != 9}
        assert all(found[n]["done"] == n for n in kept)
        assert set(found) - kept <= {len(acknowledged)}, "at most the one that was being written"
        left = bytes_in(folder)
        assert not any(f"canary-{n}-".encode() in left for n in acknowledged if n % 10 == 9)


def fail(number):
    def failing(*_arguments, **_named):
        raise OSError(number, os.strerror(number))

    return failing


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "medium.full"), (errno.EROFS, "medium.read-only"), (errno.EIO, "medium.failing")],
)
def test_a_write_that_fails_leaves_the_previous_state_whole(path, key, monkeypatch, number, code):
    with JournalDB(path, key) as db:
        db.insert({"n": 1})
        size = db.storage.journal.length
        with monkeypatch.context() as broken:
            broken.setattr("fieldkit.store.journal.os.write", fail(number))
            with pytest.raises(StoreError) as caught:
                db.insert({"n": 2})
        assert caught.value.code == code
        assert db.all() == [{"n": 1}]
        assert path.stat().st_size == size
        db.insert({"n": 3})
    with JournalDB(path, key) as db:
        assert db.all() == [{"n": 1}, {"n": 3}]


def test_after_a_failed_sync_nothing_is_written_until_reopened(path, key, monkeypatch):
    db = JournalDB(path, key)
    db.insert({"n": 1})
    size = db.storage.journal.length
    with monkeypatch.context() as broken:
        broken.setattr("fieldkit.store.journal._sync", fail(errno.EIO))
        with pytest.raises(StoreError) as caught:
            db.insert({"n": 2})
    assert caught.value.code == "medium.failing"
    for write in (lambda: db.insert({"n": 3}), lambda: db.patch({}, 1), lambda: db.erase("_default", [1])):
        with pytest.raises(StoreError) as refused:
            write()
        assert refused.value.code == "journal.not-trusted"
    assert db.all() == [{"n": 1}]
    db.close()
    assert path.stat().st_size == size, "what was refused is not found again later"
    with JournalDB(path, key) as db:
        assert db.all() == [{"n": 1}]
        db.insert({"n": 4})


def test_a_write_that_cannot_be_taken_back_ends_all_writing(path, key, monkeypatch):
    db = JournalDB(path, key)
    db.insert({"n": 1})
    with monkeypatch.context() as broken:
        broken.setattr("fieldkit.store.journal.os.write", fail(errno.EIO))
        broken.setattr("fieldkit.store.journal.os.ftruncate", fail(errno.EIO))
        with pytest.raises(StoreError):
            db.insert({"n": 2})
    with pytest.raises(StoreError) as refused:
        db.insert({"n": 3})
    assert refused.value.code == "journal.not-trusted"
    db.close()


def test_a_batch_the_disk_refuses_leaves_no_part(path, key, monkeypatch):
    with JournalDB(path, key) as db:
        db.insert({"n": 1})
        with monkeypatch.context() as broken:
            broken.setattr("fieldkit.store.journal.os.write", fail(errno.ENOSPC))
            with pytest.raises(StoreError), db.batch():
                db.insert({"n": 2})
                db.table("t").insert({"n": 3})
        assert (db.all(), db.tables()) == ([{"n": 1}], {"_default"})
        assert db.insert({"n": 4}) == 2


@pytest.mark.parametrize(
    ("call", "goes_on"),
    [
        ("fieldkit.store.files.os.fsync", True),
        ("pathlib.Path.replace", False),
        ("fieldkit.store.journal.sync_folder", False),
    ],
)
def test_a_compaction_that_fails_loses_nothing(path, key, monkeypatch, call, goes_on):
    db = JournalDB(path, key)
    numbers = db.insert_multiple({"n": n} for n in range(5))
    db.remove(doc_ids=numbers[:2])
    kept = db.all()
    with monkeypatch.context() as broken:
        broken.setattr(call, fail(errno.EIO))
        with pytest.raises(StoreError) as caught:
            db.storage.journal.compact()
    assert caught.value.code == "medium.failing"
    assert db.all() == kept
    if goes_on:
        db.insert({"n": 9})
        kept = db.all()
    else:
        with pytest.raises(StoreError) as refused:
            db.insert({"n": 9})
        assert refused.value.code == "journal.not-trusted"
    db.close()
    with JournalDB(path, key) as db:
        assert db.all() == kept


def test_a_disk_that_refuses_the_seal_is_no_error(path, key, monkeypatch):
    db = JournalDB(path, key)
    db.insert({"n": 1})
    with monkeypatch.context() as broken:
        broken.setattr("fieldkit.store.journal.os.write", fail(errno.ENOSPC))
        db.close()
    db.close()
    with JournalDB(path, key) as db:
        assert db.all() == [{"n": 1}]
        assert db.storage.torn == 0


def test_every_commit_is_synced_before_it_is_acknowledged(path, key, monkeypatch):
    seen = []
    real = os.fdatasync
    with JournalDB(path, key) as db:
        monkeypatch.setattr(
            "fieldkit.store.journal._sync",
            lambda handle: (seen.append(len(path.read_bytes().rstrip(b"\0"))), real(handle)),
        )
        for n in range(3):
            number = db.insert({"n": n})
            db.patch({"m": 1}, number)
            assert seen[-1] == len(path.read_bytes().rstrip(b"\0"))
        assert len(seen) == 6


def test_a_journal_mostly_of_garbage_is_compacted_at_close(path, key, monkeypatch):
    monkeypatch.setattr("fieldkit.store.journal._COMPACT_FROM", 1000)
    with JournalDB(path, key) as db:
        number = db.insert({"n": 0})
        for n in range(200):
            db.update({"n": n}, doc_ids=[number])
        grown = db.storage.journal.length
    assert path.stat().st_size < grown / 20
    with JournalDB(path, key) as db:
        assert db.all() == [{"n": 199}]


def test_a_journal_of_many_frames_is_compacted_at_close(path, key, monkeypatch):
    monkeypatch.setattr("fieldkit.store.journal._COMPACT_FRAMES", 20)
    with JournalDB(path, key) as db:
        for n in range(30):
            db.insert({"n": n})
    with JournalDB(path, key) as db:
        assert [d["n"] for d in db] == list(range(30))
        assert db.storage.journal._number < 5
