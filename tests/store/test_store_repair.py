"""Damaged journals: frames tell where they begin, copies hold what is lost, and nothing is thrown away."""

from __future__ import annotations

import random

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import JournalDB, Workspace
from fieldkit.store.frames import FILE_HEADER_LENGTH
from fieldkit.store.repair import repair, salvage
from fieldkit.store.ring import KEEP, Ring
from fieldkit.store.workspace import ring_of


@pytest.fixture
def ring(path):
    return Ring(path, path.parent / "backup")


def numbers(tables, name="_default"):
    return sorted(
        int(raw.split(b'"n":')[1].split(b",")[0].rstrip(b"}")) for raw in tables.get(name, {}).values()
    )


@pytest.mark.parametrize("key", [None, bytes(32)], ids=["clear", "encrypted"])
def test_every_flipped_bit_costs_at_most_its_own_frame(path, key, unclean):
    ends = unclean(path)
    whole = path.read_bytes()
    starts = [FILE_HEADER_LENGTH, *ends]
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        path.write_bytes(damaged)
        found = salvage(path, key)
        hit = next((n for n, end in enumerate(ends) if starts[n] <= place < end), None)
        assert numbers(found.tables) == [n for n in range(6) if n != hit]
        assert list(found.lost) == ([] if hit is None else [starts[hit]])


def test_a_hole_over_many_frames_is_bridged(path, key, killed):
    db = JournalDB(path, key)
    ends = [(db.insert({"n": n}), db.storage.journal.length)[1] for n in range(300)]
    killed(db)
    damaged = bytearray(path.read_bytes())
    damaged[ends[9] : ends[199] - 3] = random.Random(1).randbytes(ends[199] - 3 - ends[9])
    path.write_bytes(damaged)
    found = salvage(path, key)
    assert numbers(found.tables) == [*range(10), *range(200, 300)]
    assert found.lost == {ends[9]: ends[199] - ends[9]}


def test_a_copy_gives_back_what_a_damaged_block_held(path, key, killed, ring):
    db = JournalDB(path, key, ring)
    ends = []
    for n in range(50):
        db.insert({"n": n})
        ends.append(db.storage.journal.length)
        if n == 39:
            ring.add()
    killed(db)
    damaged = bytearray(path.read_bytes())
    damaged[100 : ends[30]] = bytes(ends[30] - 100)
    damaged[ends[44] + 2] ^= 1
    path.write_bytes(damaged)
    done = repair(path, key, ring)
    assert done.aside is not None
    assert done.aside.read_bytes() == bytes(damaged)
    assert list(done.found.lost) == [ends[44]]
    with JournalDB(path, key, ring) as db:
        assert sorted(d["n"] for d in db) == [n for n in range(50) if n != 45]


def test_what_compaction_wrote_badly_is_in_the_journal_before_it(path, key, ring):
    with JournalDB(path, key, ring) as db:
        for n in range(30):
            db.insert({"n": n})
        db.remove(doc_ids=[1])
        db.storage.journal.compact()
        db.remove(doc_ids=[2])
        db.insert({"n": 30})
    damaged = bytearray(path.read_bytes())
    damaged[FILE_HEADER_LENGTH + 30] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StoreError):
        JournalDB(path, key, ring)
    found = repair(path, key, ring).found
    assert found.from_copies
    with JournalDB(path, key, ring) as db:
        assert sorted(d["n"] for d in db) == list(range(2, 31)), "removed documents stay removed"


def test_a_change_to_a_lost_document_is_counted(path, key, killed):
    db = JournalDB(path, key)
    first = db.insert({"n": 0})
    end = db.storage.journal.length
    db.insert({"n": 1})
    db.patch({"n": 7}, first)
    killed(db)
    damaged = bytearray(path.read_bytes())
    damaged[end - 5] ^= 1
    path.write_bytes(damaged)
    found = salvage(path, key)
    assert (numbers(found.tables), found.orphans) == ([1], 1)


def test_the_wrong_key_repairs_nothing(path, key, unclean, ring):
    ends = unclean(path)
    damaged = bytearray(path.read_bytes())
    damaged[ends[0] - 5] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StoreError) as caught:
        repair(path, bytes(32), ring)
    assert caught.value.code == "journal.foreign-key"
    assert path.read_bytes() == bytes(damaged)


def test_what_nothing_can_be_read_of_is_left_as_it_is(path, key, ring):
    path.write_bytes(b"nonsense")
    with pytest.raises(StoreError) as caught:
        repair(path, key, ring)
    assert caught.value.code == "journal.damaged"
    assert path.read_bytes() == b"nonsense"


def test_the_ring_keeps_the_newest_and_survives_a_medium_without_links(path, key, ring, monkeypatch):
    db = JournalDB(path, key, ring)
    for n in range(KEEP + 2):
        db.insert({"n": n})
        if n == 2:
            monkeypatch.setattr(
                "fieldkit.store.ring.os.link", lambda *_: (_ for _ in ()).throw(OSError(1, "no"))
            )
        db.storage.journal.compact()
    assert len(ring.copies()) == KEEP
    assert [len(salvage(copy, key).tables["_default"]) for copy in ring.copies()] == [
        KEEP + 2,
        KEEP + 1,
        KEEP,
    ]
    db.close()


def test_a_full_disk_at_close_costs_the_copy_and_no_more(path, key, ring, monkeypatch):
    db = JournalDB(path, key, ring)
    db.insert({"n": 1})
    monkeypatch.setattr(
        "fieldkit.store.ring.write_synced", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    db.close()
    assert ring.copies() == []
    with JournalDB(path, key, ring) as db:
        assert db.all() == [{"n": 1}]


def test_erasing_reaches_copies_tails_and_damaged_files(path, ring, bytes_in, tmp_path):
    with JournalDB(path, None, ring) as db:
        number = db.insert({"secret": "CANARY"})
        db.insert({"kept": 1})
        ring.add()
        db.storage.journal.compact()
        db.patch({"more": "CANARY"}, number)
    damaged = bytearray(path.read_bytes())
    damaged[-5] ^= 1
    path.with_name(f"{path.stem}-1.damaged").write_bytes(damaged)
    assert bytes_in(tmp_path).count(b"CANARY") >= 4
    with JournalDB(path, None, ring) as db:
        db.erase("_default", [number])
        assert b"CANARY" not in bytes_in(tmp_path)
        assert db.all() == [{"kept": 1}]
    assert b"CANARY" not in bytes_in(tmp_path)
    assert len(ring.copies()) == 1


@pytest.fixture
def half_erased(path, ring, killed, monkeypatch):
    """A journal of which {"n": 2} is left: its process was killed while it erased the other document, of which there
    is a copy, and a byte of it is damaged.
    """
    db = JournalDB(path, None, ring)
    number = db.insert({"n": 1, "secret": "CANARY"})
    end = db.storage.journal.length
    db.insert({"n": 2})
    ring.add()
    with monkeypatch.context() as broken:
        broken.setattr("fieldkit.store.journal.Journal._finish_erasing", lambda _self: None)
        db.erase("_default", [number])
    killed(db)
    damaged = bytearray(path.read_bytes())
    damaged[end + 3] ^= 1
    path.write_bytes(damaged)


@pytest.mark.usefixtures("half_erased")
def test_a_repair_in_the_middle_of_an_erasure_finishes_it(path, ring, bytes_in, tmp_path):
    done = repair(path, None, ring)
    assert done.aside is None
    with JournalDB(path, None, ring) as db:
        assert db.all() == [{"n": 2}]
        assert b"CANARY" not in bytes_in(tmp_path)


@pytest.mark.usefixtures("half_erased")
def test_a_repair_that_fails_keeps_the_copies_it_needs(path, ring, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(
            "fieldkit.store.repair.write_journal", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
        )
        with pytest.raises(StoreError):
            repair(path, None, ring)
    assert not repair(path, None, ring).found.lost
    with JournalDB(path, None, ring) as db:
        assert db.all() == [{"n": 2}]


def test_a_repair_in_the_middle_of_an_erasure_leaves_no_tail(
    path, ring, killed, bytes_in, tmp_path, monkeypatch
):
    db = JournalDB(path, None, ring)
    number = db.insert({"n": 1, "secret": "CANARY"})
    end = db.storage.journal.length
    db.insert({"n": 2})
    path.with_name(f"{path.stem}-1.torn").write_bytes(b"CANARY")
    with monkeypatch.context() as broken:
        broken.setattr("fieldkit.store.journal.Journal._finish_erasing", lambda _self: None)
        db.erase("_default", [number])
        db.drop_table("_default")
        db.table("other").insert({"n": 3})
    killed(db)
    damaged = bytearray(path.read_bytes())
    damaged[end + 3] ^= 1
    path.write_bytes(damaged)
    repair(path, None, ring)
    with JournalDB(path, None, ring) as db:
        assert (db.tables(), db.table("other").all()) == ({"other"}, [{"n": 3}])
    assert b"CANARY" not in bytes_in(tmp_path)


def test_damage_to_a_fresh_compaction_is_no_torn_write(path, key, ring):
    """All documents lie in its last frame; they come back from the journal before it."""
    db = JournalDB(path, key, ring)
    db.insert_multiple({"n": n} for n in range(5))
    db.storage.journal.compact()
    db.close()
    damaged = bytearray(path.read_bytes())
    damaged[FILE_HEADER_LENGTH + 30] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StoreError) as caught:
        JournalDB(path, key, ring)
    assert caught.value.code == "journal.damaged"
    repair(path, key, ring)
    with JournalDB(path, key, ring) as db:
        assert [d["n"] for d in db] == list(range(5))


def test_a_second_name_of_the_journal_is_no_copy(path, key, ring, monkeypatch):
    db = JournalDB(path, key, ring)
    db.insert({"n": 1})
    with monkeypatch.context() as broken:
        broken.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(5, "no")))
        with pytest.raises(StoreError):
            db.storage.journal.compact()
    db.close()
    assert [copy.samefile(path) for copy in ring.copies()] == [True]
    with JournalDB(path, key, ring) as db:
        assert ring.copies() == []
    assert [copy.samefile(path) for copy in ring.copies()] == [False]


def test_a_damaged_workspace_opens_mended_and_says_so(tmp_path):
    folder = tmp_path / "清溪 1"
    with Workspace.create(folder, passphrase=None, name="w") as workspace:
        for n in range(5):
            workspace.drafts.insert({"n": n, "text": f"answer {n}"})
    journal = folder / "data" / "journal.fkj"
    damaged = journal.read_bytes().replace(b"answer 2", b"answer ?")
    journal.write_bytes(damaged)
    with Workspace.open(folder) as workspace:
        assert [code for code, _ in workspace.notices] == ["journal.mended"]
        assert [d["text"] for d in workspace.drafts] == [f"answer {n}" for n in range(5)]
        workspace.drafts.insert({"n": 5})
    for copy in ring_of(folder).copies():
        copy.unlink()
    journal.write_bytes(journal.read_bytes().replace(b"answer 2", b"answer ?"))
    with Workspace.open(folder) as workspace:
        [(code, params)] = workspace.notices
        assert code == "journal.mended-with-loss"
        assert params["bytes"]
        assert workspace.drafts.all() == [{"n": 5}]
        assert b"answer ?" in (folder / "data" / params["path"]).read_bytes()


def test_a_journal_that_is_gone_comes_back_from_its_copy_and_is_never_made_anew(tmp_path):
    folder = tmp_path / "w"
    with Workspace.create(folder, passphrase=None, name="w") as workspace:
        workspace.drafts.insert({"n": 1})
    (folder / "data" / "journal.fkj").unlink()
    with Workspace.open(folder) as workspace:
        assert workspace.drafts.all() == [{"n": 1}]
    (folder / "data" / "journal.fkj").unlink()
    for copy in ring_of(folder).copies():
        copy.unlink()
    with pytest.raises(StoreError) as caught:
        Workspace.open(folder)
    assert caught.value.code == "journal.gone"
    assert not (folder / "data" / "journal.fkj").exists()
