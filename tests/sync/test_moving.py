"""An archive that goes to another database is the same there, and is nowhere else any more."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tomllib
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select

from sync import Archive, SyncError, schema
from sync.database import Database
from sync.rebuilding import Rebuilding, rebuild
from tests.sync.filled import fill
from tests.sync.holding import held_by
from tests.sync.laptops import NOW

ROOT = Path(__file__).parents[2]


@pytest.fixture
def filled(new_office, base):
    archive = new_office()
    _world, laptops = fill(archive, base / "sticks")
    return archive, laptops


@pytest.fixture
def office(filled):
    return filled[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, base):
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{base / 'elsewhere.db'}"
    return request.getfixturevalue("postgres").new_database()


def opened(folder):
    return Archive.open(folder, now=lambda: NOW)


def moved(archive, url=""):
    result = archive.move(url)
    archive.close()
    return result, opened(archive.folder)


def test_there_and_back_everything_is_the_same(office, url, base):
    before, proof, image = held_by(office), office.verify(), (office.folder / "archive.db").read_bytes
    result, there = moved(office, url)
    old = office.folder / "archive.db"
    assert (result.old, result.copied.state) == (str(old), before["state"])
    assert held_by(there) == before
    assert there.verify() == proof
    assert there.database.kind == url.partition("+")[0].partition(":")[0]
    kept = image()
    old.rename(base / "old.db")
    _result, back = moved(there)
    assert held_by(back) == before
    assert back.verify() == proof
    assert (base / "old.db").read_bytes() == kept
    back.close()


@pytest.mark.parametrize("place", ["two servers"], indirect=True)
def test_an_archive_over_several_servers_is_made_anew_and_comes_back_to_one(new_office, base):
    office = new_office()
    office.keep_bundles(base / "kept")
    fill(office, base / "sticks")
    office.scrub_bundles()
    before = held_by(office)
    keys = office.folder / "keys"
    again = rebuild(
        Rebuilding(base / "again", base / "kept", keys, (keys / "archive.key").read_bytes()), lambda: NOW
    )
    assert held_by(again) == before
    again.close()
    _result, there = moved(office, f"sqlite:///{base / 'one.db'}")
    assert held_by(there) == before
    assert not there.database.is_spread
    assert there.verify().damaged == ()
    there.close()


def test_what_was_left_takes_nothing_in_and_is_not_opened_by_mistake(filled, url, base):
    office, laptops = filled
    facts = (office.folder / "office.toml").read_bytes()
    waiting = opened(office.folder)  # another process that has it open already
    stick = laptops[0].stick(base / "sticks", office)
    _result, there = moved(office, url)
    for use in (
        lambda: waiting.import_bundle(stick),
        lambda: waiting.enroll(laptops[3].card),
        lambda: waiting.move(f"sqlite:///{base / 'third.db'}"),
    ):
        with pytest.raises(SyncError, match=r"archive\.moved"):
            use()
    waiting.close()
    copy = base / "copy"
    shutil.copytree(office.folder, copy)
    (copy / "office.toml").write_bytes(facts)
    with pytest.raises(SyncError, match=r"archive\.moved") as refused:
        opened(copy)
    assert "p%40ss" not in str(refused.value)
    assert there.import_bundle(stick).new == 0
    there.close()


def test_a_database_that_holds_an_archive_is_left_alone(office, new_office, url):
    other = new_office()
    _result, there = moved(other, url)
    before = held_by(there)
    with pytest.raises(SyncError, match=r"database\.in-use"):
        office.move(url)
    assert held_by(there) == before
    with pytest.raises(SyncError, match=r"database\.in-use"):
        there.move(url)
    there.close()
    again = opened(office.folder)
    assert again.verify().damaged == ()
    again.close()


def test_what_arrives_otherwise_is_not_believed(office, url, monkeypatch):
    before = held_by(office)
    copied = schema.insert_rows
    lost = []

    def losing(connection, table, rows):
        if table is schema.finding or (table is schema.conflict and not lost.append(1)):
            rows = rows[1:]
        copied(connection, table, rows)

    monkeypatch.setattr(schema, "insert_rows", losing)
    with pytest.raises(SyncError, match=r"database\.differs"):
        office.move(url)
    assert lost
    monkeypatch.undo()
    assert held_by(office) == before
    engine = create_engine(Database(url).engine.url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    _result, there = moved(office, url)
    assert held_by(there) == before
    there.close()


def test_who_names_a_database_is_nobody_elses_to_read(office, url):
    _result, there = moved(office, url)
    there.close()
    path = office.folder / "office.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert tomllib.loads(path.read_text(encoding="utf-8"))["database"] == url


MOVER = """
import os, sys
from pathlib import Path
from sync import Archive, archive, moving, schema
from tests.sync.laptops import NOW

folder, url, name, left = sys.argv[1:]
owner = {"insert_rows": schema, "remember": schema, "state_of": moving, "write_facts": archive}[name]
function, left = getattr(owner, name), int(left)

def counting(*arguments, **named):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
    return function(*arguments, **named)

setattr(owner, name, counting)
Archive.open(Path(folder), now=lambda: NOW).move(url)
"""
STEPS = [("insert_rows", 1), ("insert_rows", 9), ("state_of", 2), ("write_facts", 1), ("remember", 2)]
"""In the middle of the copy, before it is committed, and on both sides of where office.toml is switched."""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_anywhere_it_is_where_it_was_and_goes_when_it_is_told_again(office, url, base):
    before = held_by(office)
    office.close()
    went = []
    for number, (name, time) in enumerate(STEPS):
        folder = base / f"killed {number}"
        shutil.copytree(office.folder, folder)
        place = f"sqlite:///{folder / 'there.db'}" if url.startswith("sqlite") else url
        command = [sys.executable, "-c", MOVER, str(folder), place, name, str(time)]
        assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -9
        facts = tomllib.loads((folder / "office.toml").read_text(encoding="utf-8"))
        went.append(bool(facts["database"]))
        archive = opened(folder)
        assert held_by(archive) == before
        if not facts["database"]:
            _result, archive = moved(archive, place)
            assert held_by(archive) == before
        assert archive.verify().damaged == ()
        assert archive.enroll(_card())
        _empty(archive)
    assert went == [False, False, False, False, True]


def _card():
    from tests.sync.laptops import Laptop, World

    return Laptop(World(), 9).card


def _empty(archive):
    """Empty the database again, for the next one."""
    engine = archive.engine
    schema.metadata.drop_all(engine)
    archive.close()


def test_memory_is_bounded(office, url, tried):
    with office.database.writing() as connection:
        for number in range(60):
            schema.insert_rows(connection, schema.pack, [(10_000 + number, 1, os.urandom(1_000_000))])
    tracemalloc.start()
    office.move(url)
    _size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    tried(f"60 MB moved with {peak / 1e6:.1f} MB")
    assert peak < 12_000_000


def test_a_row_of_every_table_was_there_to_be_moved(office):
    with office.database.reading() as connection:
        empty = {
            table.name for table in schema.metadata.sorted_tables
            if connection.execute(select(table).limit(1)).first() is None
        }  # fmt: skip
    assert empty <= {"event", "finding", "undertaking"}
