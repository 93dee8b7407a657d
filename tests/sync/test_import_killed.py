"""SIGKILL at every write and at any moment of an import, an erasure and a release; a disk that is full. Done again, the
archive is byte for byte what it would have been.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from sync import Archive, Bundle, Operation, SyncError, schema
from sync.shelf import Shelf
from tests.sync.laptops import NOW, Laptop, World
from tests.sync.places import KINDS

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and SIGKILL")
ROOT = Path(__file__).parents[2]

WORKER = """
import os, sys
from pathlib import Path
from sync import Archive, schema
from sync import shelf
from tests.sync.laptops import NOW
import sqlite3

print("ready", flush=True)
for line in sys.stdin:
    folder, kind, what, stop = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        left = int(stop)
        def counted(function):
            def counting(*arguments):
                global left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), 9)
                return function(*arguments)
            return counting
        schema.insert_rows = counted(schema.insert_rows)
        shelf.Shelf.move = counted(shelf.Shelf.move)
        shelf.Shelf.replace = counted(shelf.Shelf.replace)
        office = Archive.open(Path(folder), now=lambda: NOW)
        print("begun", os.getpid(), flush=True)
        if kind == "import":
            office.import_bundle(Path(what))
        else:
            office.release(what, by="m", reason="r")
        os._exit(0)
    sys.stdin.readline()  # until then its number is its own, though it is dead
    _pid, status = os.waitpid(child, 0)
    print("ended", os.waitstatus_to_exitcode(status), flush=True)
"""


class Worker:
    """A process whose children do one thing each and are killed at it."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout.readline() == "ready\n"

    def close(self):
        self._process.communicate()

    def killed(self, folder, kind, what, *, write=0, after=None):
        """Whether it was killed: at that write, or after that many seconds."""
        self._process.stdin.write(f"{folder}\t{kind}\t{what}\t{write}\n")
        self._process.stdin.flush()
        words = self._process.stdout.readline().split()
        assert words[0] == "begun"
        if after is not None:
            _wait(after)
            os.kill(int(words[1]), signal.SIGKILL)
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        words = self._process.stdout.readline().split()
        assert words[1] in {"0", "-9"}, words
        return words[1] == "-9"


def _wait(seconds):
    """Look at the clock until it is time."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


@pytest.fixture
def worker():
    process = Worker()
    yield process
    process.close()


class Case:
    """An office before something big happens to it, and as it is afterwards when nobody is killed."""

    def __init__(self, place, folder, kind, what):
        self.folder, self.kind, self.what = folder, kind, what
        self.after = folder.with_name(folder.name + " after")
        place.copy(folder, self.after)
        start = time.perf_counter()
        self.done(self.after)
        self.takes = time.perf_counter() - start
        self.before, self.dump = dumped(folder), dumped(self.after)

    def done(self, folder):
        office = Archive.open(folder, now=lambda: NOW)
        if self.kind == "import":
            office.import_bundle(Path(self.what))
        else:
            office.release(self.what, by="m", reason="r")
        office.close()


@pytest.fixture
def cases(request, base, place):
    """A bundle of 500 revisions is brought; one that erases 75 of their records; one that waited is released. Twice as much
    where it may take long, two fifths of it on servers.
    """
    part = 10 if place.here is not None else 2 if request.node.get_closest_marker("soak") else 4
    world, office = World(), place.new(base / "first")
    laptop, late, stranger = (Laptop(world, number) for number in (1, 2, 3))
    office.enroll(laptop.card)
    for number in range(1000 // part):
        record = world.new_record()
        first = laptop.sealed(record, Operation.PUT, {"a": f"canary {number}"}, ("a",), parents=())
        laptop.sealed(record, Operation.PUT, {"a": f"canary {number} again"}, ("a",), parents=[first.id])
    late.learn(list(laptop.held.values())[: 600 // part])
    for record in world.records[: 300 // part]:
        late.sealed(record, Operation.ERASE, {}, (), parents=[])
    for _ in range(500 // part):
        stranger.sealed(world.new_record(), Operation.PUT, {"a": "1"}, ("a",), parents=())
    office.enroll(late.card)
    office.close()
    made = [Case(place, office.folder, "import", laptop.stick(base, office))]
    place.copy(made[0].after, base / "second")
    erasing = [each for each in late.held.values() if each.envelope.operation is Operation.ERASE]
    made.append(Case(place, base / "second", "import", late.stick(base, office, erasing)))
    place.copy(made[0].after, base / "third")
    waiting = Archive.open(base / "third", now=lambda: NOW)
    report = waiting.import_bundle(stranger.stick(base, office))
    assert report.quarantined == 500 // part
    waiting.enroll(stranger.card)
    waiting.close()
    made.append(Case(place, base / "third", "release", report.sha256))
    return made


def dumped(folder):
    """All that an archive holds: the rows of every table, the packs opened, and the whole of what it shows."""
    office = Archive.open(folder, now=lambda: NOW)
    with office.engine.connect() as connection:
        rows = {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in schema.metadata.sorted_tables if table.name != "pack"
        }  # fmt: skip
        shelf = Shelf(connection, office.secret)
        numbers = connection.execute(select(schema.pack.c.id).order_by(schema.pack.c.id)).scalars().all()
        rows["pack"] = [(number, shelf.raw(number)) for number in numbers]
    proof = office.verify()
    assert proof.damaged == ()
    assert proof.state == office.state()
    office.close()
    return rows, proof


def murdered(base, place, cases, worker, rng, moments, writes, tried):
    """Each case at any moment and at each write, and done again: as if nobody had been killed."""
    killed = unharmed = 0
    for case in cases:
        stops = [{"after": rng.random() * case.takes * 1.2} for _ in range(moments)]
        for stop in [*({"write": each} for each in writes), *stops]:
            folder = base / "killed"
            place.copy(case.folder, folder)
            dead = worker.killed(folder, case.kind, case.what, **stop)
            killed += dead
            unharmed += not dead
            found = dumped(folder)
            assert found in (case.before, case.dump), "all of it or nothing"
            if found == case.before:
                case.done(folder)
                assert dumped(folder) == case.dump
            place.remove(folder)
    tried(f"{killed} killed, {unharmed} at their end before")
    assert killed > unharmed


def test_an_archive_whose_work_is_killed_and_repeated_is_the_same(base, place, cases, worker, tried):
    murdered(base, place, cases, worker, random.Random(3), moments=5, writes=[1, 2, 4, 7, 11], tried=tried)


@pytest.mark.parametrize("place", KINDS[1:], indirect=True)
def test_on_servers_too(base, place, cases, worker, tried):
    murdered(base, place, cases[:2], worker, random.Random(5), moments=0, writes=[2, 7], tried=tried)


@pytest.mark.soak
@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_an_archive_whose_work_is_killed_and_repeated_is_the_same_500_times(
    base, place, cases, worker, tried
):
    murdered(base, place, cases, worker, random.Random(), moments=150, writes=range(1, 21), tried=tried)


# -- a disk that is full ------------------------------------------------------------------------------------------


@contextmanager
def room_for(length):
    """No file may grow beyond `length` bytes: writing raises EFBIG, as a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_import_into_a_full_disk_is_refused_and_changes_nothing(base, cases, tried):
    refused = 0
    for case in cases:
        for length in range(0, 600_000, 60_000):
            folder = base / "full"
            shutil.copytree(case.folder, folder)
            with room_for(length):
                try:
                    case.done(folder)
                except SyncError as error:
                    assert error.code.startswith("medium."), error
                    refused += 1
                    done = False
                else:
                    done = True
            assert dumped(folder) == (case.dump if done else case.before)
            if not done:
                case.done(folder)
                assert dumped(folder) == case.dump
            shutil.rmtree(folder)
    tried(f"{refused} of 30 refused")
    assert refused > 10


def test_a_bundle_that_finds_no_room_leaves_nothing_half_written(base, new_office, tried):
    world, office = World(), new_office()
    laptop = Laptop(world, 1)
    laptop.write(world.new_record(), changes={"a": "1" * 3000})
    stick = base / "stick"
    stick.mkdir()
    refused = 0
    for length in range(0, 2400, 7):
        try:
            with room_for(length):
                path = laptop.stick(stick, office)
        except SyncError as error:
            assert error.code == "medium.full"
            refused += 1
        else:
            assert Bundle(path).whole
            path.unlink()
        assert list(stick.iterdir()) == []
    tried(f"no room {refused} of {2400 // 7} times")
    assert 100 < refused < 2400 // 7, "some of them found room"
