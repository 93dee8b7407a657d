"""Flat tables say what the records say: nothing else, nothing more than their specs name, in either database."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.merge import RecordView, Version
from sync.table_spec import Column, FlatTable
from sync.tables import (
    Refreshed,
    bring_up_to_date,
    counts,
    prepare,
    rebuild,
    refresh,
    remembered,
    remove,
    scrub,
)
from tests.databases import KINDS, dump, opened, rows_of

HASH = "a" * 64
NEEDS = (("antenatal", "needs__antenatal"), ("child", "needs__child"))
VISIT = FlatTable(
    "visit",
    "visit",
    (
        Column("words", "talk/words"),
        Column("size", "size", "integer"),
        Column("weight", "weight", "decimal"),
        Column("day", "day", "date"),
        Column("at", "at", "datetime"),
        Column("needs", "block/needs", "several", NEEDS),
    ),
    versions=((HASH, "2026"),),
)
MEMBERS = FlatTable(
    "visit",
    "visit_members",
    (Column("age", "home/members/age", "integer"), Column("name", "home/members/name")),
    ("home/members",),
)
EVENTS = FlatTable(
    "visit",
    "visit_events",
    (Column("what", "home/members/events/what"),),
    ("home/members", "home/members/events"),
)
TABLES = [VISIT, MEMBERS, EVENTS]


@pytest.fixture(params=KINDS)
def engine(request, tmp_path):
    engine, close = opened(request.param, tmp_path, request)
    yield engine
    close()


def view(record="r1", fields=None, *, form="visit", conflicts=(), state="live", form_hash=HASH):
    versions = {
        path: (Version("1", "x", "d", "u", "w"), Version("2", "y", "d", "u", "w")) for path in conflicts
    }
    return RecordView(
        record, form, ("h",), fields or {}, versions, state, False, ("h",), "0", "2026-03-01T08:00:00+08:00",
        form_hash,
    )  # fmt: skip


def filled(engine, *views, tables=TABLES):
    with engine.begin() as connection:
        prepare(connection, tables)
        return refresh(connection, tables, views)


def test_a_record_is_a_row_with_numbers_days_choices_and_what_is_missing(engine):
    answers = {
        "talk/words": "说了什么 & more", "size": "4", "weight": "3.25", "day": "2026-02-28",
        "at": "2026-02-28T09:30:00.000+08:00", "block/needs": "child other", "secret/phone": "13800000000",
    }  # fmt: skip
    filled(engine, view(fields=answers), view("r2", {"size": {"missing": "dk"}}, form_hash="b" * 64))
    with engine.connect() as connection:
        first, second = rows_of(connection, "visit")
    assert first == {
        "record_id": "r1", "form_version": "2026", "form_hash": HASH, "state": "live", "incomplete": 0,
        "made_on": "2026-03-01", "conflicts": 0, "conflicting": None, "missing": None, "unread": None,
        "words": "说了什么 & more", "size": 4, "weight": 3.25, "day": "2026-02-28",
        "at": "2026-02-28T09:30:00.000+08:00", "needs": "child other", "needs__antenatal": 0, "needs__child": 1,
    }  # fmt: skip
    assert (second["form_version"], second["form_hash"]) == (None, "b" * 64)
    assert second["size"] is None
    assert json.loads(second["missing"]) == {"size": "dk"}
    assert second["needs__child"] is None, "not asked is not no"


def test_instances_of_repeats_are_rows_and_keep_their_parents(engine):
    answers = {
        "home/members/k1": "2", "home/members/k1/age": "30", "home/members/k2": "1",
        "home/members/k2/events/e1": "1", "home/members/k2/events/e1/what": "moved",
        "home/members/k1/events/e1": "1", "home/members/k1/events/e1/what": "born",
    }  # fmt: skip
    filled(engine, view(fields=answers, conflicts=["home/members/k1/name", "home/members/k3/age"]))
    with engine.connect() as connection:
        members = rows_of(connection, "visit_members")
        events = rows_of(connection, "visit_events")
    assert [(m["instance_id"], m["parent_id"], m["position"], m["age"]) for m in members] == [
        ("k1", "", 2, 30), ("k2", "", 1, None), ("k3", "", None, None),
    ]  # fmt: skip
    assert [(m["conflicts"], m["conflicting"]) for m in members] == [(1, "name"), (0, None), (1, "age")]
    assert [(e["parent_id"], e["instance_id"], e["what"]) for e in events] == [
        ("k1", "e1", "born"), ("k2", "e1", "moved"),
    ]  # fmt: skip


def test_what_is_in_conflict_is_null_and_named_and_hidden_conflicts_are_not_told(engine):
    filled(engine, view(fields={"size": "1"}, conflicts=["weight", "secret/phone", "_deleted"]))
    with engine.connect() as connection:
        [row] = rows_of(connection, "visit")
    assert (row["weight"], row["conflicts"], row["conflicting"]) == (None, 2, "weight _deleted")
    filled(engine, view(fields={"secret/phone": {"missing": "pns"}}, conflicts=["secret/phone"]))
    with engine.connect() as connection:
        [row] = rows_of(connection, "visit")
        assert "phone" not in dump(connection)
    assert (row["conflicts"], row["missing"]) == (0, None)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("size", "007", 7), ("size", "+5", 5), ("size", "-9223372036854775808", -(2**63)), ("size", "9" * 19, None),
        ("size", "1.0", None), ("size", "٣", None), ("size", "9" * 5000, None), ("size", " 1", None), ("size", "1_0", None),
        ("weight", "-0.5", -0.5), ("weight", "1e400", None), ("weight", "nan", None), ("weight", "0.12345678901234567", None),
        ("weight", "1.5E2", 150.0), ("weight", "1e-400", None), ("weight", "123456789012345678901", None), ("weight", "", None),
        ("day", "2026-02-29", None), ("day", "0000-01-01", None), ("day", "2024-02-29", "2024-02-29"), ("day", "20240229", None),
        ("at", "2026-03-01T25:00", None), ("at", "2026-03-01T08:00Z", "2026-03-01T08:00Z"), ("at", "2026-03-01", None),
        ("talk/words", "a\0b", None), ("talk/words", "'; DROP TABLE visit; --", "'; DROP TABLE visit; --"),
    ],
)  # fmt: skip
def test_no_value_becomes_another_and_none_raises(engine, path, text, value):
    filled(engine, view(fields={path: text}))
    name = path.rsplit("/", 1)[-1]
    with engine.connect() as connection:
        [row] = rows_of(connection, "visit")
    assert row[name] == value
    noted = {name: text} if value is None and text else None
    assert (json.loads(row["unread"]) if row["unread"] else None) == noted


TEXTS = st.text(max_size=12) | st.sampled_from(["child", "antenatal child", "", "0", "1e5", "2026-01-01"])
NUMBERS = st.integers(-(10**25), 10**25).map(str) | st.decimals(allow_nan=False, allow_infinity=False).map(
    str
)
DAYS = st.dates().map(str) | st.datetimes(timezones=st.timezones()).map(lambda t: t.isoformat())
ANSWERS = TEXTS | NUMBERS | DAYS | st.sampled_from(["dk", "pns", "na"]).map(lambda c: {"missing": c})
PATHS = st.sampled_from([column.path for column in VISIT.columns]) | st.builds(
    "home/members/{}{}".format,
    st.sampled_from("abc"),
    st.sampled_from(["", "/age", "/name", "/phone", "/events/x", "/events/y/what"]),
)


@st.composite
def views(draw):
    found = []
    for n in range(draw(st.integers(1, 5))):
        fields = draw(st.dictionaries(PATHS, ANSWERS, max_size=12))
        conflicts = draw(st.sets(PATHS, max_size=3)) - set(fields)
        state = draw(st.sampled_from(["live", "live", "live", "deleted", "withdrawn", "erased"]))
        found.append(view(f"r{n}", fields if state == "live" else {}, conflicts=conflicts, state=state))
    return found


def read_back(row, table):
    """The answers and conflicts that a row tells, by column."""
    missing = json.loads(row["missing"] or "{}")
    unread = json.loads(row["unread"] or "{}")
    found = {}
    for column in table.columns:
        value = row[column.name]
        assert (value is not None) + (column.name in missing) + (column.name in unread) <= 1
        if value is not None:
            found[column.name] = value
            if column.kind == "several":
                assert [row[name] for _v, name in column.choices] == [
                    int(v in value.split()) for v, _ in column.choices
                ]
        elif column.name in missing:
            found[column.name] = {"missing": missing[column.name]}
        elif column.name in unread:
            found[column.name] = unread[column.name]
            assert column.kind not in {"text", "several"} or "\0" in unread[column.name]
    disputed = set((row["conflicting"] or "").split())
    assert row["conflicts"] == len(disputed)
    return found, disputed


def same(value, answer):
    return Decimal(repr(value)) == Decimal(answer) if isinstance(value, int | float) else value == answer


def agree(row, table, answers, conflicts):
    found, disputed = read_back(row, table)
    paths = {column.name: column.path for column in table.columns}
    expected = {name: answers[path] for name, path in paths.items() if answers.get(path)}
    assert found.keys() == expected.keys()
    assert all(same(found[name], expected[name]) for name in found)
    assert disputed - {"position"} == {name for name, path in paths.items() if path in conflicts}


def below(paths, instance):
    start = f"home/members/{instance}/"
    return {f"home/members/{path[len(start) :]}": paths[path] for path in paths if path.startswith(start)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(views(), st.randoms())
def test_the_tables_say_what_the_records_say_in_any_order_and_twice(engine, records, chance):
    with engine.connect() as connection:
        prepare(connection, TABLES)
        rebuild(connection, TABLES, records)
        rows = {row["record_id"]: row for row in rows_of(connection, "visit")}
        live = {each.record: each for each in records if each.state == "live"}
        assert rows.keys() == live.keys()
        members = {
            (row["record_id"], row["instance_id"]): row for row in rows_of(connection, "visit_members")
        }
        for record, each in live.items():
            agree(rows[record], VISIT, each.fields, each.conflicts)
            ids = {path.split("/")[2] for path in (*each.fields, *each.conflicts) if path.startswith("home")}
            assert {key[1] for key in members if key[0] == record} == ids
            for instance in ids:
                agree(
                    members[record, instance], MEMBERS, below(each.fields, instance), below(each.conflicts, instance)
                )  # fmt: skip
        once = dump(connection)
        again = [*records, *records]
        chance.shuffle(again)
        for at in range(len(again)):
            refresh(connection, TABLES, again[at : at + 1])
        assert dump(connection) == once
        connection.rollback()


class Records:
    """A source of records in memory; each import has a number."""

    def __init__(self):
        self.imports = []

    def add(self, *some):
        self.imports.append(some)

    def latest(self, _connection):
        return len(self.imports)

    def stale_records(self, _connection, since):
        return [each.record for some in self.imports[since:] for each in some]

    def views(self, _connection, records):
        last = {each.record: each for some in self.imports for each in some}
        return [last[record] for record in (last if records is None else dict.fromkeys(records))]


def test_only_what_changed_is_written_and_nothing_the_second_time(engine):
    source = Records()
    source.add(view("r1", {"size": "1"}), view("r2", {"size": "2"}))
    with engine.begin() as connection:
        assert bring_up_to_date(connection, TABLES, source) == Refreshed(2, 0, rebuilt=True)
        once = dump(connection)
    with engine.begin() as connection:
        assert bring_up_to_date(connection, TABLES, source) == Refreshed()
        assert dump(connection) == once
        assert remembered(connection) == [VISIT, EVENTS, MEMBERS]
    source.add(view("r2", {"size": "3"}), view("r3", {"size": "4"}, form="other"))
    with engine.begin() as connection:
        assert bring_up_to_date(connection, TABLES, source).written == 2
        assert [row["size"] for row in rows_of(connection, "visit")] == [1, 3]
        assert counts(connection, TABLES) == {"visit": 2, "visit_members": 0, "visit_events": 0}
    incremental, source.imports = source.imports, [tuple(source.views(None, None))]
    with engine.begin() as connection:
        before = dump(connection)
        assert bring_up_to_date(connection, TABLES, source, anew=True).rebuilt
        assert rows_of(connection, "visit")
        source.imports = incremental
        bring_up_to_date(connection, TABLES, source)
        assert dump(connection) == before


def test_a_new_version_adds_columns_and_takes_none_away(engine):
    filled(engine, view(fields={"size": "1", "talk/words": "x", "home/members/a/age": "3"}))
    kept = [each for each in VISIT.columns if each.name not in {"size", "words"}]
    newer = replace(VISIT, columns=(*kept, Column("size", "size"), Column("fresh", "fresh", "integer")))
    source = Records()
    source.add(view(fields={"size": "about 1", "talk/words": "x", "fresh": "7"}), view("r2", {"size": "007"}))
    with engine.begin() as connection:
        assert bring_up_to_date(connection, [newer, MEMBERS], source).rebuilt
        first, second = rows_of(connection, "visit")
        assert (first["fresh"], first["size"], second["size"]) == (7, "about 1", "007")
        assert first["words"] is None, "what no spec names holds nothing"
        assert rows_of(connection, "visit_events") == []
        assert [table.name for table in remembered(connection)] == ["visit", "visit_members"]


def test_a_change_that_is_broken_off_changes_neither_shape_nor_rows(engine):
    filled(engine, view(fields={"size": "1"}))
    with engine.connect() as connection:
        before = dump(connection)
    source = Records()
    source.views = lambda _connection, _records: iter([view(), None])
    newer = [replace(VISIT, columns=(Column("size", "size"), Column("fresh", "fresh"))), MEMBERS]
    with pytest.raises(AttributeError), engine.begin() as connection:
        bring_up_to_date(connection, newer, source)
    with engine.connect() as connection:
        assert dump(connection) == before


def test_erased_withdrawn_and_deleted_records_leave_no_row(engine):
    answers = {"size": "1", "home/members/k1": "1", "home/members/k1/events/e": "1"}
    filled(engine, *(view(f"r{n}", answers) for n in range(4)))
    gone = [view(f"r{n}", state=state) for n, state in enumerate(("erased", "withdrawn", "deleted"))]
    assert filled(engine, *gone, view("r9", state="erased")) == Refreshed(0, 3, left_over=True)
    with engine.begin() as connection:
        assert counts(connection, TABLES) == {"visit": 1, "visit_members": 1, "visit_events": 1}
        assert remove(connection, TABLES, ["r3", "r4"]) == 1
        assert set(counts(connection, TABLES).values()) == {0}


def test_a_record_that_changes_its_form_has_rows_in_one_table_only(engine):
    other = FlatTable("other", "other", (Column("size", "size", "integer"),))
    tables = [VISIT, other]
    filled(engine, view(fields={"size": "1"}), tables=tables)
    filled(engine, view(fields={"size": "1"}, form="other"), tables=tables)
    with engine.connect() as connection:
        assert counts(connection, tables) == {"visit": 0, "other": 1}


def test_no_byte_of_an_erased_record_stays_in_the_file(tmp_path):
    engine, close = opened("sqlite", tmp_path)
    many = [view(f"r{n:05}", {"talk/words": f"CANARY-{n:05}" * 40}) for n in range(300)]
    filled(engine, *many)
    erased = [view(each.record, state="erased") for each in many[::3]]
    done = filled(engine, *erased)
    assert (done.removed, done.left_over) == (100, True)
    scrub(engine, TABLES)
    close()
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for n, each in enumerate(many):
        assert (each.fields["talk/words"][:12].encode() in found) == (n % 3 != 0)


def test_scrubbing_keeps_the_rows(engine):
    filled(engine, view(fields={"size": "1"}))
    with engine.connect() as connection:
        before = dump(connection)
    scrub(engine, TABLES)
    with engine.connect() as connection:
        assert dump(connection) == before


@pytest.mark.parametrize("name", ["Visit", "a b", 'a"b', "", "x" * 64, "1a", "名"])
def test_a_name_that_is_no_plain_name_is_refused(name):
    with pytest.raises(ValueError, match="no name"):
        FlatTable("f", name, ())
    with pytest.raises(ValueError, match="no name"):
        FlatTable("f", "t", (Column(name, "a"),))


def test_names_twice_unknown_kinds_and_the_archives_own_tables_are_refused(engine):
    with pytest.raises(ValueError, match="twice"):
        FlatTable("f", "t", (Column("missing", "a"),))
    with pytest.raises(ValueError, match="kind"):
        FlatTable("f", "t", (Column("a", "a", "float"),))
    with engine.connect() as connection, pytest.raises(ValueError, match="own"):
        prepare(connection, [FlatTable("revision", "revision", ())])


def test_the_key_begins_with_the_record_so_that_rows_can_be_spread(engine):
    from sqlalchemy import inspect

    filled(engine)
    with engine.connect() as connection:
        for table in TABLES:
            key = inspect(connection).get_pk_constraint(table.name)["constrained_columns"]
            assert tuple(key) == table.key
            assert key[0] == "record_id"
