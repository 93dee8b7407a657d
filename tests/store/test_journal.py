"""The journal: TinyDB's behaviour on it, durability, damage, secrecy, one writer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinydb import Query, where

from fieldkit.errors import StoreError
from fieldkit.store import JournalDB, JournalStorage, Workspace
from fieldkit.store.frames import FILE_HEADER_LENGTH
from fieldkit.store.keys import Cost
from fieldkit.store.merge_patch import merge_patch

CHEAP = Cost(8 * 1024, 1, 1)
KEY = bytes(range(32))


def open_db(path, key=KEY):
    return JournalDB(path, key, storage=JournalStorage)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "日志 1.fkj"


def test_tinydb_behaves_as_tinydb(path):
    with open_db(path) as db:
        table = db.table("people")
        assert table.insert({"name": "a", "n": 1}) == 1
        assert table.insert_multiple([{"name": "b", "n": 2}, {"name": "c", "n": 3}]) == [2, 3]
        assert [d["name"] for d in table.search(where("n") > 1)] == ["b", "c"]
        assert table.get(doc_id=2)["name"] == "b"
        assert table.get(doc_ids=[1, 3])[1]["name"] == "c"
        assert table.update({"n": 5}, where("name") == "a") == [1]
        assert table.upsert({"name": "d", "n": 4}, where("name") == "d") == [4]
        assert table.contains(Query().n == 5)
        assert table.count(where("n") >= 4) == 2
        assert table.remove(doc_ids=[2]) == [2]
        assert len(table) == 3
        table.update(lambda d: d.update(n=d["n"] + 1))
        assert [d["n"] for d in table] == [6, 4, 5]
        db.insert({"x": 1})
        assert db.tables() == {"people", "_default"}
        db.drop_table("people")
        assert db.tables() == {"_default"}
        other = db.table("other")
        other.insert({})
        other.truncate()
        assert len(other) == 0
    with open_db(path) as db:
        assert db.all() == [{"x": 1}]


def test_documents_never_alias(path):
    with open_db(path) as db:
        db.insert({"list": [1]})
        db.all()[0]["list"].append(2)
        assert db.all()[0]["list"] == [1]


def test_a_batch_is_one_commit_or_nothing(path):
    with open_db(path) as db:
        with pytest.raises(ZeroDivisionError), db.batch():
            db.insert({"a": 1})
            assert len(db) == 1
            raise ZeroDivisionError
        assert len(db) == 0
        with db.batch():
            db.insert({"a": 1})
            db.table("t").insert({"b": 2})
    size = path.stat().st_size
    whole = path.read_bytes()
    path.write_bytes(whole[: size - 40])
    with open_db(path) as db:
        assert (len(db), len(db.table("t"))) in {(1, 1), (0, 0)}


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": "foo"}, {"a": {"missing": "dk"}}, {"a": {"missing": "dk"}}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch_as_rfc_7396(target, patch, result):
    assert merge_patch(target, patch) == result


_operations = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.text(max_size=5)),
        st.tuples(
            st.just("patch"),
            st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 9)), max_size=3),
        ),
        st.tuples(st.just("remove"), st.integers(1, 6)),
        st.tuples(st.just("reopen"), st.none()),
        st.tuples(st.just("compact"), st.none()),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_operations)
def test_the_journal_agrees_with_a_dictionary(tmp_path_factory, operations):
    path = tmp_path_factory.mktemp("j") / "j.fkj"
    db = open_db(path)
    model: dict[int, dict] = {}
    for kind, value in operations:
        table = db.table("t")
        if kind == "insert":
            model[table.insert({"v": value})] = {"v": value}
        elif kind == "patch" and model:
            number = max(model)
            table.patch(value, number)
            model[number] = merge_patch(model[number], value)
        elif kind == "remove" and value in model:
            table.remove(doc_ids=[value])
            del model[value]
        elif kind == "reopen":
            db.close()
            db = open_db(path)
        elif kind == "compact":
            db.storage.journal.compact()
        assert {d.doc_id: dict(d) for d in db.table("t")} == model
    db.close()
    with open_db(path) as db:
        assert {d.doc_id: dict(d) for d in db.table("t")} == model


def unclean(path, count=6):
    """A journal as a killed process leaves it: no seal."""
    db = open_db(path)
    ends = []
    for number in range(count):
        db.insert({"n": number, "text": "清溪" * 5})
        ends.append(path.stat().st_size)
    os.close(db.storage.journal._handle)
    return ends


def test_every_truncation_opens_with_every_whole_commit(path, tmp_path):
    ends = unclean(path)
    whole = path.read_bytes()
    for length in range(FILE_HEADER_LENGTH, len(whole)):
        copy = tmp_path / f"{length}.fkj"
        copy.write_bytes(whole[:length])
        db = open_db(copy)
        assert len(db) == sum(end <= length for end in ends)
        torn = length - max([FILE_HEADER_LENGTH, *(end for end in ends if end <= length)])
        assert db.storage.torn == torn
        db.insert({"after": 1})
        db.close()
        with open_db(copy) as again:
            assert again.all()[-1] == {"after": 1}
        kept = list(tmp_path.glob(f"{length}-*.torn"))
        assert sum(file.stat().st_size for file in kept) == torn


def test_no_bit_flips_unnoticed_in_a_sealed_journal(path, tmp_path):
    with open_db(path) as db:
        for number in range(3):
            db.insert({"n": number})
    whole = path.read_bytes()
    copy = tmp_path / "flipped.fkj"
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        copy.write_bytes(bytes(damaged))
        try:
            db = open_db(copy)
        except StoreError as error:
            assert error.code in {"journal.damaged", "workspace.newer-format", "journal.foreign-key"}
            assert copy.read_bytes() == bytes(damaged), "a damaged file is left as it is"
            continue
        documents = db.all()
        db.close()
        sealed_tail = db.storage.torn > 0
        assert documents == [{"n": 0}, {"n": 1}, {"n": 2}][: len(documents)]
        assert sealed_tail or place >= 20 - 12 or documents == [{"n": 0}, {"n": 1}, {"n": 2}]
        for file in tmp_path.glob("flipped-*.torn"):
            file.unlink()


def test_another_key_opens_nothing(path):
    with open_db(path) as db:
        db.insert({"a": 1})
    with pytest.raises(StoreError) as caught:
        open_db(path, bytes(32))
    assert caught.value.code == "journal.foreign-key"


@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_a_failing_disk_leaves_the_previous_state_whole(path, monkeypatch, call):
    db = open_db(path)
    db.insert({"n": 1})

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    target = "fieldkit.store.journal.os.write" if call == "write" else "fieldkit.store.journal._sync"
    monkeypatch.setattr(target, fail)
    with pytest.raises(StoreError) as caught:
        db.insert({"n": 2})
    assert caught.value.code == "medium.full"
    assert db.all() == [{"n": 1}]
    monkeypatch.undo()
    if call == "write":
        db.insert({"n": 3})
        db.close()
        with open_db(path) as again:
            assert again.all() == [{"n": 1}, {"n": 3}]
    else:
        with pytest.raises(StoreError) as refused:
            db.insert({"n": 3})
        assert refused.value.code == "journal.not-trusted"
        db.close()


def test_a_commit_is_on_disk_and_synced_before_anybody_sees_it(path, monkeypatch):
    from fieldkit.store import journal

    db = open_db(path, key=None)
    seen = []
    real = journal._sync

    def watch(handle):
        seen.append((b"CANARY" in path.read_bytes(), len(db)))
        real(handle)

    monkeypatch.setattr(journal, "_sync", watch)
    db.insert({"a": "CANARY"})
    assert seen == [(True, 0)]
    db.close()


def test_erased_documents_are_in_no_file(tmp_path):
    with Workspace.create(tmp_path / "w", passphrase=None, name="w") as workspace:
        number = workspace.drafts.insert({"secret": "CANARY-42"})
        workspace.drafts.patch({"more": "CANARY-43"}, number)
        workspace.meta.insert({"kept": "STAYS"})
        workspace.db.erase("drafts", [number])
        workspace.meta.insert({"after": 1})
    found = b"".join(file.read_bytes() for file in (tmp_path / "w").rglob("*") if file.is_file())
    assert b"CANARY" not in found
    assert b"STAYS" in found


def test_an_encrypted_workspace_shows_nothing(tmp_path):
    with Workspace.create(tmp_path / "w", passphrase="清溪", name="w", cost=CHEAP) as workspace:
        workspace.drafts.insert({"name": "CANARY-覃秀兰"})
        assert not workspace.is_open
    found = b"".join(file.read_bytes() for file in (tmp_path / "w").rglob("*") if file.is_file())
    assert b"CANARY" not in found
    assert "覃秀兰".encode() not in found
    with pytest.raises(StoreError) as caught:
        Workspace.open(tmp_path / "w", passphrase=lambda: "wrong")
    assert caught.value.code == "workspace.wrong-passphrase"
    with Workspace.open(tmp_path / "w", passphrase=lambda: "清溪") as workspace:
        assert workspace.drafts.all() == [{"name": "CANARY-覃秀兰"}]


def test_one_writer_and_the_lock_dies_with_its_holder(tmp_path):
    Workspace.create(tmp_path / "w", passphrase=None, name="w").close()
    code = (
        "import sys, time; from pathlib import Path; from fieldkit.store import Workspace; "
        f"w = Workspace.open(Path({str(tmp_path / 'w')!r})); print('open', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "open\n"
    with pytest.raises(StoreError) as caught:
        Workspace.open(tmp_path / "w")
    assert caught.value.code == "workspace.locked"
    assert caught.value.params["pid"] == holder.pid
    holder.kill()
    holder.wait()
    holder.stdout.close()
    Workspace.open(tmp_path / "w").close()


WRITER = """
import sys
from pathlib import Path
from fieldkit.store import JournalDB, JournalStorage
db = JournalDB(Path(sys.argv[1]), bytes(range(32)), storage=JournalStorage)
table = db.table("t")
for n in range(100000):
    number = table.insert({"n": n})
    table.patch({"done": n}, number)
    if n % 40 == 39:
        db.erase("t", [1])
        table.insert({"n": -1})
    print(n, flush=True)
"""


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.soak)])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path, kills):
    for round_ in range(kills):
        path = tmp_path / f"{round_}.fkj"
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        acknowledged = -1
        for line in writer.stdout:
            acknowledged = int(line)
            if acknowledged >= 20 + round_ * 7:
                break
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
        acknowledged = int(rest[-1]) if rest and rest[-1].isdigit() else acknowledged
        with open_db(path) as db:
            found = {d["n"]: d for d in db.table("t")}
        wanted = set(range(1, acknowledged))  # the first one is erased at 39, before 39 is said
        assert wanted <= set(found)
        assert all(found[n].get("done") == n for n in wanted)
