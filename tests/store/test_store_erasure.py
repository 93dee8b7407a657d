"""Erased documents are in no file of the folder, whatever happened meanwhile."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import JournalDB, Workspace
from fieldkit.store import journal as journal_module
from fieldkit.store.ring import Ring


def test_erased_documents_are_in_no_file(tmp_path, bytes_in):
    with Workspace.create(tmp_path / "w", passphrase=None, name="w") as workspace:
        number = workspace.drafts.insert({"secret": "CANARY-42"})
        workspace.drafts.patch({"more": "CANARY-43"}, number)
        removed = workspace.drafts.insert({"secret": "CANARY-44"})
        workspace.drafts.remove(doc_ids=[removed])
        workspace.meta.insert({"kept": "STAYS"})
        assert bytes_in(tmp_path).count(b"CANARY") == 3
        workspace.db.erase("drafts", [number])
        assert b"CANARY" not in bytes_in(tmp_path)
        assert workspace.drafts.all() == []
        workspace.meta.insert({"after": 1})
    assert b"STAYS" in bytes_in(tmp_path)


def test_a_torn_tail_that_was_set_aside_is_erased_too(path, killed, bytes_in, tmp_path):
    db = JournalDB(path, None)
    number = db.insert({"n": 1})
    db.patch({"secret": "CANARY"}, number)
    killed(db)
    os.truncate(path, db.storage.journal.length - 1)
    with JournalDB(path, None) as db:
        assert db.storage.torn
        assert b"CANARY" in bytes_in(tmp_path)
        db.erase("_default", [number])
        assert b"CANARY" not in bytes_in(tmp_path)


def test_an_erasure_that_was_killed_is_finished_when_opened(path, killed, bytes_in, tmp_path, monkeypatch):
    db = JournalDB(path, None)
    number = db.insert({"secret": "CANARY"})
    db.insert({"kept": 1})

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("fieldkit.store.files.os.fsync", full)
        with pytest.raises(StoreError) as caught:
            db.erase("_default", [number])
    assert caught.value.code == "medium.full"
    assert db.all() == [{"kept": 1}]
    killed(db)
    assert b"CANARY" in bytes_in(tmp_path)
    with JournalDB(path, None) as db:
        assert b"CANARY" not in bytes_in(tmp_path)
        assert db.all() == [{"kept": 1}]


def test_a_compaction_that_was_killed_leaves_no_copy(path, tmp_path):
    JournalDB(path, None).close()
    path.with_name(f"{path.name}.new").write_bytes(b"CANARY")
    JournalDB(path, None).close()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "name", [".日志 1-5.torn.77", ".日志 1-5.damaged.77", "backup/日志 1-5.part", "backup/.keys.json.77"]
)
def test_what_a_killed_process_left_half_written_goes(path, tmp_path, bytes_in, name):
    ring = Ring(path, tmp_path / "backup")
    with JournalDB(path, None, ring) as db:
        number = db.insert({"n": 1})
    (tmp_path / name).write_bytes(b"CANARY")
    with JournalDB(path, None, ring) as db:
        assert b"CANARY" not in bytes_in(tmp_path)
        (tmp_path / name).write_bytes(b"CANARY")
        db.erase("_default", [number])
        assert b"CANARY" not in bytes_in(tmp_path)


def test_an_erasure_inside_a_batch_is_part_of_its_commit(path, bytes_in, tmp_path):
    with JournalDB(path, None) as db:
        number = db.insert({"secret": "CANARY"})
        with pytest.raises(ZeroDivisionError), db.batch():
            db.erase("_default", [number])
            raise ZeroDivisionError
        assert db.all() == [{"secret": "CANARY"}]
        with db.batch():
            db.table("other").insert({"n": 1})
            db.erase("_default", [number, 99])
        assert b"CANARY" not in bytes_in(tmp_path)
        assert (db.all(), db.table("other").all()) == ([], [{"n": 1}])


def test_a_document_may_stand_in_the_place_of_the_erased(path, bytes_in, tmp_path):
    with JournalDB(path, None) as db:
        number = db.insert({"id": "r1", "body": "CANARY"})
        db.erase("_default", [number], instead={number: {"id": "r1", "body": ""}})
        assert b"CANARY" not in bytes_in(tmp_path)
    with JournalDB(path, None) as db:
        assert db.all() == [{"id": "r1", "body": ""}]


def test_names_of_what_is_erased_are_gone_for_good_before_the_new_journal_stands(path, monkeypatch):
    """A power cut may bring back a name whose folder was not synced; the new journal knows nothing of the erasure."""
    done = []
    with JournalDB(path, None) as db:
        number = db.insert({"secret": "CANARY"})
        path.with_name(f"{path.stem}-1.torn").write_bytes(b"CANARY")
        for owner, name in ((Path, "unlink"), (Path, "replace")):
            real = getattr(owner, name)
            monkeypatch.setattr(
                owner,
                name,
                lambda own, *rest, real=real, name=name, **named: (
                    done.append((name, own.suffix)),
                    real(own, *rest, **named),
                )[1],
            )
        real_sync = journal_module.sync_folder
        monkeypatch.setattr(
            journal_module, "sync_folder", lambda folder: (done.append(("sync", "")), real_sync(folder))
        )
        db.erase("_default", [number])
    gone, stands = done.index(("unlink", ".torn")), done.index(("replace", ".new"))
    assert ("sync", "") in done[gone:stands]
    assert ("sync", "") in done[stands:]
