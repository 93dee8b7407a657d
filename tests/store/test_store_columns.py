"""Columns: what lists need of every document, always as the documents are, decoded only when they changed."""

from __future__ import annotations

from types import SimpleNamespace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.store import JournalDB


@pytest.fixture
def db(path, key):
    with JournalDB(path, key) as db:
        yield db


def test_columns_follow_every_kind_of_change(db):
    table = db.table("t")
    assert table.columns("id", "form") == []
    one, two = table.insert_multiple([{"id": "a", "form": "f"}, {"id": "b"}])
    assert table.columns("id", "form") == [("a", "f"), ("b", None)]
    table.patch({"form": "g", "long": "x" * 1000}, two)
    table.update({"id": "c"}, doc_ids=[one])
    assert table.columns("id", "form") == [("c", "f"), ("b", "g")]
    assert [document.doc_id for document in table.find("id", "c")] == [one]
    assert table.find("id", "a") == []
    db.erase("t", [one])
    table.remove(doc_ids=[two])
    assert table.columns("id", "form") == []
    table.insert({"id": "d"})
    db.drop_table("t")
    assert db.table("t").columns("id", "form") == []
    db.table("t").insert({"id": "e"})
    assert db.table("t").columns("id", "form") == [("e", None)]
    assert table.columns("id", "form") == [("e", None)]


def test_only_what_changed_is_decoded(db, monkeypatch):
    table = db.table("t")
    table.insert_multiple({"id": str(n)} for n in range(100))
    table.columns("id")
    decoded = []
    noting = SimpleNamespace(loads=lambda raw: decoded.append(raw) or orjson.loads(raw))
    monkeypatch.setattr("fieldkit.store.columns.orjson", noting)
    table.patch({"more": 1}, 7)
    table.patch({"more": 2}, 7)
    assert len(table.columns("id")) == 100
    assert len(decoded) == 1


def test_a_batch_shows_no_columns_before_its_end(db):
    table = db.table("t")
    with db.batch():
        table.insert({"id": "a"})
        with pytest.raises(RuntimeError):
            table.find("id", "a")
    assert len(table.find("id", "a")) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["put", "patch", "remove", "drop", "look"]), st.integers(1, 5), st.integers(0, 3)
        )
    )
)
def test_columns_are_what_the_documents_say(tmp_path_factory, steps):
    with JournalDB(tmp_path_factory.mktemp("c") / "j.fkj", None) as db:
        for what, number, value in steps:
            table = db.table("t")
            known = {document.doc_id for document in table}
            if what == "put":
                table.insert({"v": value})
            elif what == "patch" and number in known:
                table.patch({"v": value}, number)
            elif what == "remove" and number in known:
                table.remove(doc_ids=[number])
            elif what == "drop":
                db.drop_table("t")
            table = db.table("t")
            if what == "look":
                assert table.columns("v") == [
                    (document["v"],) for document in sorted(table, key=lambda d: d.doc_id)
                ]
                assert table.find("v", value) == [
                    d for d in sorted(table, key=lambda d: d.doc_id) if d["v"] == value
                ]
