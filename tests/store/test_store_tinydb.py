"""TinyDB's public behaviour on the journal, batches, and documents as their readers meet them."""

from __future__ import annotations

from datetime import date

import pytest
from tinydb import Query, where
from tinydb.table import Document

from fieldkit.store import JournalDB
from fieldkit.store.merge_patch import merge_patch


@pytest.fixture
def db(path, key):
    with JournalDB(path, key) as opened:
        yield opened


def test_tinydb_behaves_as_tinydb(path, key):
    with JournalDB(path, key) as db:
        table = db.table("people")
        assert table.insert({"name": "a", "n": 1}) == 1
        assert table.insert_multiple([{"name": "b", "n": 2}, {"name": "c", "n": 3}]) == [2, 3]
        assert [d["name"] for d in table.search(where("n") > 1)] == ["b", "c"]
        assert table.get(doc_id=2)["name"] == "b"
        assert [d.doc_id for d in table.get(doc_ids=[3, 1, 9])] == [1, 3]
        assert table.get(where("name") == "c").doc_id == 3
        assert table.get(where("name") == "x") is None
        assert table.update({"n": 5}, where("name") == "a") == [1]
        assert table.upsert({"name": "d", "n": 4}, where("name") == "d") == [4]
        assert table.upsert(Document({"name": "e"}, doc_id=4)) == [4]
        assert table.contains(Query().n == 5)
        assert table.contains(doc_id=4)
        assert not table.contains(doc_id=5)
        assert table.count(where("n") >= 4) == 2
        assert table.remove(doc_ids=[2, 77]) == [2]
        assert table.remove(where("name") == "c") == [3]
        assert len(table) == 2
        table.update(lambda d: d.update(n=d["n"] + 1))
        assert [d["n"] for d in table] == [6, 5]
        db.insert({"x": 1})
        assert db.tables() == {"people", "_default"}
        db.drop_table("people")
        assert db.tables() == {"_default"}
        other = db.table("other")
        other.insert({})
        other.truncate()
        assert len(other) == 0
        assert other.insert({"again": 1}) == 1
    with JournalDB(path, key) as db:
        assert db.all() == [{"x": 1}]
        assert db.tables() == {"_default", "other"}
        db.drop_tables()
        assert db.tables() == set()


def test_an_empty_table_lasts(path, key):
    with JournalDB(path, key) as db:
        db.table("empty", persist_empty=True)
        db.storage.journal.compact()
    with JournalDB(path, key) as db:
        assert db.tables() == {"empty"}


def test_ids_are_given_as_tinydb_gives_them(db):
    assert db.insert(Document({}, doc_id=12)) == 12
    assert db.insert({}) == 13
    with pytest.raises(ValueError, match="already exists"):
        db.insert(Document({}, doc_id=12))
    assert db.insert(Document({}, doc_id=-3)) == -3
    with pytest.raises(ValueError):
        db.insert(Document({}, doc_id=1 << 70))
    assert [d.doc_id for d in db] == [12, 13, -3]


@pytest.mark.parametrize(
    "read",
    [lambda db: db.all()[0], lambda db: db.search(where("list").exists())[0], lambda db: db.get(doc_id=1)],
)
def test_documents_never_alias(db, read):
    db.insert({"list": [1]})
    read(db)["list"].append(2)
    assert read(db) == {"list": [1]}


def test_a_query_is_answered_anew_after_every_change(db):
    asked = where("n") == 1
    number = db.insert({"n": 1})
    assert len(db.search(asked)) == 1
    db.patch({"n": 2}, number)
    assert db.search(asked) == []


def test_looking_through_a_table_that_shrinks_meanwhile(db):
    db.insert_multiple({"n": n} for n in range(4))
    for document in db:
        db.remove(doc_ids=[5 - document.doc_id])
    assert len(db) == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, date(2026, 1, 1), 1 << 70, "\ud800"])
def test_what_would_not_come_back_the_same_is_refused(db, value):
    db.insert({"kept": None})
    with pytest.raises((TypeError, ValueError)):
        db.insert({"deep": [{"value": value}]})
    with pytest.raises((TypeError, ValueError)):
        db.patch({"value": value}, 1)
    assert db.all() == [{"kept": None}]


def test_a_patch_of_nothing_is_refused(db):
    with pytest.raises(KeyError):
        db.patch({"a": 1}, 7)
    assert db.all() == []


def test_a_patch_writes_a_frame_of_its_own_size(db):
    number = db.insert({"answers": {f"q{n}": "x" * 40 for n in range(500)}})
    before = db.storage.journal.length
    db.patch({"answers": {"q3": "y"}}, number)
    assert db.storage.journal.length - before < 120
    assert db.get(doc_id=number)["answers"]["q3"] == "y"


def test_a_patch_sees_whatever_changed_since_the_last_one(db):
    number = db.insert({"a": {"x": 1}, "list": [1]})
    db.patch({"a": {"y": 2}}, number)
    db.get(doc_id=number)["a"]["x"] = "only a reader's"
    db.patch({"b": 1}, number)
    assert db.get(doc_id=number) == {"a": {"x": 1, "y": 2}, "list": [1], "b": 1}
    db.update({"a": {"z": 3}}, doc_ids=[number])
    db.patch({"b": 2}, number)
    assert db.get(doc_id=number) == {"a": {"z": 3}, "list": [1], "b": 2}
    with pytest.raises(ZeroDivisionError), db.batch():
        db.patch({"a": {"z": 4}}, number)
        raise ZeroDivisionError
    db.patch({"c": 1}, number)
    assert db.get(doc_id=number) == {"a": {"z": 3}, "list": [1], "b": 2, "c": 1}


def test_patches_are_replayed_as_they_were_made(path, key, killed):
    db = JournalDB(path, key)
    emptied, removed, replaced = db.insert_multiple([{"a": 1}, {"a": 1}, {"a": 1}])
    for number in (emptied, removed, replaced):
        db.patch({"a": None}, number)
    db.patch({"b": 2}, emptied)
    db.remove(doc_ids=[removed])
    db.insert(Document({"new": 1}, removed))
    db.update(lambda document: document.update(c=3), doc_ids=[replaced])
    db.patch({"d": {"e": 4}}, replaced)
    before = {document.doc_id: dict(document) for document in db}
    killed(db)
    with JournalDB(path, key) as db:
        assert {document.doc_id: dict(document) for document in db} == before
        assert before == {emptied: {"b": 2}, removed: {"new": 1}, replaced: {"c": 3, "d": {"e": 4}}}


def test_a_batch_is_one_frame(path, key, killed):
    db = JournalDB(path, key)
    size = db.storage.journal.length
    with db.batch():
        db.insert({"a": 1})
        db.table("t").insert({"b": 2})
        assert db.storage.journal.length == size
    whole = path.read_bytes()[: db.storage.journal.length]
    killed(db)
    path.write_bytes(whole[:-1])
    with JournalDB(path, key) as db:
        assert (db.all(), db.table("t").all()) == ([], [])


def test_a_batch_that_raises_leaves_nothing_in_memory(db):
    asked = where("a").exists()
    db.insert_multiple([{"a": 1}, {"a": 2}])
    with pytest.raises(ZeroDivisionError), db.batch():
        db.insert({"a": 3})
        db.patch({"a": 9}, 2)
        db.remove(doc_ids=[1])
        db.table("other").insert({})
        assert [d["a"] for d in db.search(asked)] == [9, 3]
        raise ZeroDivisionError
    assert [d["a"] for d in db.search(asked)] == [1, 2]
    assert db.tables() == {"_default"}
    assert db.insert({}) == 3


def test_a_batch_inside_a_batch_is_part_of_it(path, key):
    with JournalDB(path, key) as db:
        with db.batch():
            db.insert({"n": 1})
            with pytest.raises(ZeroDivisionError), db.batch():
                db.insert({"n": 2})
                raise ZeroDivisionError
            with db.batch():
                db.insert({"n": 3})
            db.insert({"n": 4})
        with pytest.raises(ZeroDivisionError), db.batch():
            with db.batch():
                db.insert({"n": 5})
            raise ZeroDivisionError
        assert [d["n"] for d in db] == [1, 3, 4]
    with JournalDB(path, key) as db:
        assert [d["n"] for d in db] == [1, 3, 4]


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch_as_rfc_7396(target, patch, result):
    assert merge_patch(target, patch) == result
