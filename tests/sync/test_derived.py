"""The rows of lists: in proportion to what changed, by state and in order, gone with what was erased; and what people did."""

from __future__ import annotations

import pytest

from sync import Operation, derived, schema
from sync.events import note, noted
from sync.table_source import ArchiveSource
from tests.sync.holding import rebuilt
from tests.sync.laptops import NOW, Laptop, World
from tests.sync.listed import brought_up
from tests.sync.places import KINDS


@pytest.fixture
def laptop(new_office):
    """A laptop with fifty records at the office; `laptop.office` is that."""
    world, office = World(), new_office()
    made = Laptop(world, 1)
    office.enroll(made.card)
    made.office = office
    for number in range(50):
        made.write(world.new_record(), changes={"name": f"canary-{number}"})
    return made


def brought(laptop, folder):
    laptop.office.import_bundle(laptop.stick(folder, laptop.office))
    return brought_up(laptop.office)


@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_only_what_changed_is_read_again(laptop, base):
    rows, read = brought(laptop, base)
    assert (len(rows["all"]), read) == (50, 50)
    assert brought_up(laptop.office) == (rows, 0)
    record = laptop.world.records[7]
    laptop.write(record, changes={"name": "another"})
    rows, read = brought(laptop, base)
    assert read == 1
    assert [each.facts["fields"]["name"] for each in rows["all"] if each.record == record] == ["another"]
    laptop.sealed(record, Operation.REVIEW, {}, (), note={})
    rows, read = brought(laptop, base)
    assert (read, len(rows["reviewed"])) == (1, 1)


@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_what_was_erased_leaves_its_rows(laptop, base):
    brought(laptop, base)
    laptop.erase(laptop.world.records[3])
    rows, _read = brought(laptop, base)
    assert [each.state for each in rows["all"] if each.record == laptop.world.records[3]] == ["erased"]
    with laptop.office.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT facts FROM derived").scalars().all()
    assert not any('"canary-3"' in each for each in kept)
    assert any('"canary-4"' in each for each in kept)


def test_another_version_of_a_derivation_makes_all_rows_anew(laptop, base):
    brought(laptop, base)
    assert brought_up(laptop.office, "2")[1] == 50


def test_an_archive_that_went_back_makes_all_rows_anew(laptop, base):
    rows, _read = brought(laptop, base)
    with laptop.office.database.writing() as connection:
        connection.execute(derived.derived_state.update().values(current=999))
    assert brought_up(laptop.office) == (rows, 50)


def test_rows_come_by_state_and_record_in_the_order_of_their_time(laptop, base):
    brought(laptop, base)
    laptop.sealed(laptop.world.records[0], Operation.DELETE, {}, ())
    brought(laptop, base)
    with laptop.office.database.reading() as connection:
        deleted = derived.rows(connection, "all", states=["deleted"])
        assert [each.record for each in deleted] == [laptop.world.records[0]]
        assert derived.counts(connection, "all") == {"deleted": 1, "live": 49}
        everything = derived.rows(connection, "all")
        assert [each.at for each in everything] == sorted(each.at for each in everything)
        assert derived.rows(connection, "all", last=3) == everything[-3:]
        assert (
            derived.rows(connection, "all", record=laptop.world.records[5])[0].record
            == laptop.world.records[5]
        )


def test_an_archive_without_lists_has_none(new_office):
    with new_office().database.reading() as connection:
        assert derived.rows(connection, "all") == []
        assert derived.counts(connection, "all") == {}


@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_what_people_did_is_told_in_order(new_office):
    office = new_office()
    for number in range(3):
        note(office, "look", "d", {"record": f"r{number}"}, NOW)
    note(office, "desk", "d", {"name": "王芳"}, NOW)
    assert [each.number for each in noted(office)] == [1, 2, 3, 4]
    assert [each.facts["record"] for each in noted(office, "look", last=2)] == ["r1", "r2"]
    assert noted(office, "desk")[0].facts == {"name": "王芳"}


def test_what_people_did_is_in_an_archive_made_anew_and_in_a_copy(office, base):
    note(office, "desk", "d", {"name": "王芳", "roles": ["clerk"]}, NOW)
    note(office, "look", "d", {"record": "r"}, NOW)
    again = rebuilt(office, base / "again")
    assert noted(again) == noted(office)
    office.copy_to(base / "copy.db")
    with office.database.reading() as connection:
        assert connection.execute(schema.event.select()).all()


def _named(view, _revisions):
    if view.state == "live" and "name" in view.fields:
        yield derived.Row(view.record, "", view.fields["name"])


def _twice(state, rows):
    if len(rows) > 1:
        yield derived.Row(rows[0].record, state, "found", facts={"records": [each.record for each in rows]})


def gathered(archive, version="1", of="1"):
    """Bring rows of names, and of names that several records have, up to date; give the latter."""
    derivations = [derived.Derivation("named", of, _named)]
    gatherings = [derived.Gathering("twice", version, "named", _twice)]
    source = ArchiveSource(archive.secret)
    with archive.database.writing() as connection:
        derived.bring_up_to_date(connection, derivations, source, gatherings)
    with archive.database.reading() as connection:
        assert derived.are_up_to_date(connection, [*derivations, *gatherings], source)
        return {each.key: each.facts["records"] for each in derived.rows(connection, "twice")}


@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_what_records_have_in_common_follows_what_they_say(laptop, base):
    office, records = laptop.office, laptop.world.records
    brought(laptop, base)
    assert gathered(office) == {}
    for record in (records[3], records[9]):
        laptop.write(record, changes={"name": "one name"})
    brought(laptop, base)
    both = sorted([records[3], records[9]])
    assert gathered(office) == {"one name": both}
    laptop.write(records[3], changes={"name": "canary-7"})
    brought(laptop, base)
    assert gathered(office) == {"canary-7": sorted([records[3], records[7]])}
    laptop.erase(records[7])
    brought(laptop, base)
    assert gathered(office) == {}


def test_what_is_gathered_is_made_anew_with_another_version_of_it_or_of_what_it_is_made_of(laptop, base):
    laptop.write(laptop.world.records[3], changes={"name": "canary-7"})
    brought(laptop, base)
    expected = gathered(laptop.office)
    assert list(expected) == ["canary-7"]
    for version, of in (("2", "1"), ("2", "2")):
        with laptop.office.database.writing() as connection:
            connection.execute(derived.derived.delete().where(derived.derived.c.kind == "twice"))
        assert gathered(laptop.office, version, of) == expected
