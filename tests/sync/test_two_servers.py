"""One archive over two servers that do not commit at one moment: half of an import is taken back, by itself."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import event

from sync import SyncError, schema
from sync.spreading import citus_script
from tests.sync.laptops import Laptop, World
from tests.sync.test_import_killed import dumped
from tests.sync.test_servers import Town, opened

pytestmark = pytest.mark.parametrize("place", ["two servers"], indirect=True)


@pytest.fixture
def town(place, base):
    office = place.new(base / "office")
    made = Town(base, office)
    office.import_bundle(made.first)
    office.close()
    return made


def names(place, folder):
    return place.databases(folder)[1:]


def test_a_record_lies_on_one_server_and_both_have_some(place, town):
    held, kept = [], 0
    for server, name in zip(place.servers, names(place, town.archive.folder), strict=True):
        with server.connect(name) as connection:
            number = place.servers.index(server)
            rows = {
                table.name: [
                    row[0]
                    for row in connection.execute(f"SELECT record_id FROM {table.name}_{number}").fetchall()
                ]
                for table in schema.BY_RECORD
            }
            assert set(rows["current"]) == set(rows["revision"]) == set(rows["head"])
            held.append(set(rows["current"]))
            [packs] = connection.execute(f"SELECT count(*) FROM pack_{number}").fetchone()
            kept += packs
    assert held[0]
    assert held[1]
    assert not held[0] & held[1]
    assert len(held[0] | held[1]) == 20
    assert kept == 2, "a pack of fifteen and one of five"


REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no power''; END';
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse();
"""


def fail_to_commit(server, name, table):
    """From now on a server takes rows and then does not commit them; gives what ends that."""
    with server.connect(name) as connection:
        connection.execute(REFUSE.format(table=table))

    def end():
        with server.connect(name) as again:
            again.execute("DROP FUNCTION refuse CASCADE")

    return end


def half(place, folder):
    """How many revisions each server holds."""
    found = []
    for number, (server, name) in enumerate(zip(place.servers, names(place, folder), strict=True)):
        with server.connect(name) as connection:
            found.append(connection.execute(f"SELECT count(*) FROM revision_{number}").fetchone()[0])
    return found


@pytest.mark.parametrize("read_first", [True, False])
def test_half_an_import_is_taken_back_whichever_server_fails(place, base, town, read_first):
    folder = town.archive.folder
    before = dumped(folder)
    whole, untouched = base / "whole", base / "untouched"
    place.copy(folder, whole)
    place.copy(folder, untouched)
    office = opened(whole)
    office.import_bundle(town.second)
    office.close()
    after = dumped(whole)
    halves = 0
    for at, server in enumerate(place.servers):
        end = fail_to_commit(server, names(place, folder)[at], f"current_{at}")
        held = half(place, folder)
        office = opened(folder)
        with pytest.raises(SyncError, match="no power"):
            office.import_bundle(town.second)
        halves += half(place, folder) != held
        end()
        if read_first:
            assert office.state() == before[1].state
            assert half(place, folder) == held
            office.close()
            assert dumped(folder) == before
            office = opened(folder)
        office.import_bundle(town.second)
        office.close()
        assert dumped(folder) == after
        with place.here.connect(place.databases(folder)[0]) as connection:
            assert connection.execute("SELECT count(*) FROM undertaking").fetchone() == (0,)
        folder = base / f"before {at}"
        place.copy(untouched, folder)
    assert halves == 1, "one of the two had committed before the other failed"


def test_answers_that_come_later_are_taken_back_to_where_none_were(place, base):
    """An erased copy came first; the whole one comes, and half of it stays on one server."""
    office = place.new(base / "office")
    world = World()
    laptop, other = Laptop(world, 1), Laptop(world, 2)
    for each in (laptop, other):
        office.enroll(each.card)
    for _ in range(12):
        laptop.write(world.new_record(), changes={"a": "1"})
    other.learn(list(laptop.held.values()))
    erased = [other.erase(record) for record in world.records]
    bare = [each for each in other.held.values() if each.id not in {one.id for one in erased}]
    office.import_bundle(other.stick(base, office, bare))
    office.close()
    before = dumped(office.folder)
    halves = 0
    for at, server in enumerate(place.servers):
        end = fail_to_commit(server, names(place, office.folder)[at], f"revision_{at}")
        office = opened(office.folder)
        with pytest.raises(SyncError, match="no power"):
            office.import_bundle(laptop.stick(base, office))
        with place.here.connect(place.databases(office.folder)[0]) as connection:
            [facts] = connection.execute("SELECT facts FROM undertaking").fetchone()
            halves += len(json.loads(facts)["moved"]) == 12
        end()
        assert office.state() == before[1].state
        office.close()
        assert dumped(office.folder) == before
    assert halves == 2
    office = opened(office.folder)
    office.import_bundle(laptop.stick(base, office))
    assert [view.fields for view in office.views()] == [{"a": "1"}] * 12
    assert office.verify().damaged == ()
    office.close()


def test_no_statement_of_an_import_goes_to_more_servers_than_its_records_lie_on(place, base, town):
    """What an import of one record asks is planned: each statement names its keys, and goes to one server."""
    office = opened(town.archive.folder)
    said = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        said.append((statement, parameters))

    record, revised = town.records[5], Laptop(town.world, 2)
    seen = [each for each in town.laptop.held.values() if town.world.notes[each.id].record == record]
    revised.learn(seen[:1])
    office.enroll(revised.card)
    path = revised.stick(base, office, [*seen, revised.write(record, changes={"a": "more"})])
    event.listen(office.engine, "before_cursor_execute", note)
    report = office.import_bundle(path)
    event.remove(office.engine, "before_cursor_execute", note)
    assert report.conflicts == 1, "a record whose graph branches takes the longest way"
    spread = {table.name for table in schema.BY_RECORD} | {"pack"}
    asked = set()
    with office.database.at_once() as connection:
        for statement, parameters in said:
            kind = statement.split()[0]
            table = re.search(r'(?:FROM|INTO|UPDATE) "?(\w+)"?', statement)
            # Each row that is inserted goes where its key says; the next number of a pack is the first database's affair.
            if not table or table[1] not in spread or kind == "INSERT" or "max(" in statement:
                continue
            table = table[1]
            asked.add((kind, table))
            plan = (
                connection.exec_driver_sql(f"EXPLAIN (VERBOSE, COSTS OFF) {statement}", parameters)
                .scalars()
                .all()
            )
            parts = set(re.findall(rf"{table}_(?:on_)?(\d)", "\n".join(plan)))
            assert len(parts) == 1, (statement, plan)
    assert {each for kind, each in asked if kind == "DELETE"} == {"current", "head", "conflict"}
    assert {"revision", "parent", "pack"} <= {each for kind, each in asked if kind == "SELECT"}
    office.close()


CITUS = """
CREATE FUNCTION create_distributed_table(name regclass, key text, colocate_with text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF colocate_with NOT IN ('none', 'revision') THEN RAISE EXCEPTION 'no such group'; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
                 WHERE i.indrelid = name AND i.indisprimary AND a.attname = key)
  THEN RAISE EXCEPTION 'the key of % lacks %', name, key; END IF;
  EXECUTE format('COMMENT ON TABLE %s IS %L', name, key || ' ' || colocate_with);
END $$
"""


def test_the_script_for_citus_fits_the_tables(place, base, town):
    """Citus itself is not packaged; its functions are stood in for by one that checks what Citus demands of keys."""
    place.servers = ()
    office = place.new(base / "one server")
    office.enroll(town.laptop.card)
    office.import_bundle(town.first)
    office.close()
    [name] = place.databases(office.folder)
    with place.here.connect(name) as connection:
        connection.execute(CITUS)
        connection.execute(citus_script().replace("CREATE EXTENSION IF NOT EXISTS citus;", ""))
        said = dict(
            connection.execute(
                "SELECT relname, obj_description(oid) FROM pg_class WHERE relkind = 'r' AND obj_description(oid) IS NOT NULL"
            ).fetchall()
        )
    assert said == {
        "revision": "record_id none", "pack": "id none",
        **dict.fromkeys(("parent", "current", "head", "conflict"), "record_id revision"),
    }  # fmt: skip
    office = opened(office.folder)
    assert office.database.is_spread
    office.import_bundle(town.second)
    assert office.verify().damaged == ()
    office.close()
