"""An archive made anew from its keys and the bundles that were kept is the one there was, after the worst of years too."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis.stateful import precondition, rule

from sync import Archive, SyncError
from tests.sync.filled import CANARY, fill
from tests.sync.holding import held_by, opened_bytes, rebuilt
from tests.sync.laptops import NOW
from tests.sync.places import KINDS
from tests.sync.test_any_order import WHO, Fieldwork, years

ROOT = Path(__file__).parents[2]


class KeptFieldwork(Fieldwork):
    """The same years, with more erasures, at whose end the office burns down."""

    def new_office(self):
        archive = super().new_office()
        archive.keep_bundles(archive.folder.with_name(f"{archive.folder.name} kept"))
        return archive

    @rule(who=WHO, which=WHO)
    def erase_something(self, who, which):
        """And bring that to the office at once."""
        laptop = self.laptop(who)
        laptop.erase(self.record(laptop, which))
        self.sticks.append((laptop.stick(self.folder, self.desk.archive), laptop, list(laptop.held.values())))
        self.desk.take_in(*self.sticks[-1])

    @precondition(lambda self: self.sticks)
    @rule()
    def scrub(self):
        self.desk.archive.scrub_bundles()

    def everything_arrives(self):
        archive = self.desk.archive
        archive.scrub_bundles()
        again = rebuilt(archive, archive.folder / "again")
        assert held_by(again) == held_by(archive)
        assert again.verify() == archive.verify()
        erased = {
            note.record for note in self.world.notes.values() if note.id in self.desk.present and note.erases
        }
        gone = [
            answer.encode()
            for note in self.world.notes.values() if note.record in erased and not note.erases
            for answer in note.answers.values() if isinstance(answer, str) and answer.startswith("canary-")
        ]  # fmt: skip
        others = {
            answer for note in self.world.notes.values() if note.record not in erased
            for answer in note.answers.values() if isinstance(answer, str)
        }  # fmt: skip
        kept = b"".join(opened_bytes(archive))
        assert [each for each in gone if each in kept and each.decode() not in others] == []
        self.counted["ends"] += 1
        self.counted["erased"] += len(erased)
        self.counted["kept notes"] += 1
        again.close()
        shutil.rmtree(archive.keeper.store.folder)


def test_what_is_made_anew_is_what_there_was_after_the_worst_of_years(base, place, tried):
    counted = years(KeptFieldwork, base, place, tried, examples=15, steps=50, derandomize=True)
    assert counted["erased"]


@pytest.mark.soak
@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_what_is_made_anew_is_what_there_was_hundreds_of_times(base, place, tried):
    counted = years(KeptFieldwork, base, place, tried, examples=500, steps=80)
    assert counted["erased"]


# -- one thing at a time ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_archive_is_made_anew_from_its_bundles_alone(office, base, kind, request):
    fill(office, base / "sticks")
    office.scrub_bundles()
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    again = rebuilt(office, base / "again", database=url)
    assert held_by(again) == held_by(office)
    assert again.history() == office.history()
    assert again.quarantine() == office.quarantine()
    assert again.card() == office.card()
    assert again.verify().damaged == ()
    device = office.devices()[0].id
    assert again.receipt(device).generation > office.receipt(device).generation
    with pytest.raises(SyncError, match=r"archive\.exists"):
        rebuilt(office, base / "again", database=url)
    again.close()


def test_an_office_that_begins_later_is_made_anew_with_what_it_held_before(new_office, base):
    office = new_office()
    world, laptops = fill(office, base / "sticks")
    office.keep_bundles(base / "kept")
    record = world.new_record()
    laptops[1].write(record, changes={"a": f"{CANARY}-later"})
    office.import_bundle(laptops[1].stick(base / "sticks", office))
    office.scrub_bundles()
    again = rebuilt(office, base / "again")
    assert held_by(again) == held_by(office)
    again.close()
    shared = world.records[0]
    laptops[1].erase(shared)
    laptops[1].erase(record)
    office.import_bundle(laptops[1].stick(base / "sticks", office))
    assert office.scrub_bundles() >= 2, "the base, and a bundle"
    again = rebuilt(office, base / "once more")
    assert held_by(again) == held_by(office)
    gone = [f"{CANARY}-{which}".encode() for which in ("0", "1", "later")]
    everything = b"".join([*opened_bytes(office), *opened_bytes(again)])
    assert [each for each in gone if each in everything] == []
    assert again.verify().damaged == ()
    again.close()


REBUILDER = """
import os, sys
from pathlib import Path
from sync.rebuilding import Rebuilding, rebuild
from tests.sync.laptops import NOW
folder, bundles, keys, last = sys.argv[1:]
def told(number):
    if number == int(last):
        os.kill(os.getpid(), 9)
rebuild(Rebuilding(Path(folder), Path(bundles), Path(keys), (Path(keys) / "archive.key").read_bytes(), told=told), lambda: NOW)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_rebuilding_that_is_killed_goes_on_where_it_was(office, base):
    fill(office, base / "sticks")
    office.scrub_bundles()
    before = {path: path.read_bytes() for path in office.keeper.store.folder.rglob("*") if path.is_file()}
    folder = base / "again"
    for last in (3, 9):
        command = [
            sys.executable,
            "-c",
            REBUILDER,
            str(folder),
            str(base / "kept"),
            str(office.folder / "keys"),
            str(last),
        ]
        assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -9
        with pytest.raises(SyncError, match=r"archive\.none"):
            Archive.open(folder, now=lambda: NOW)
    assert {path: path.read_bytes() for path in before} == before
    numbers = []
    again = rebuilt(office, folder, told=numbers.append)
    assert numbers[0] == 10
    assert held_by(again) == held_by(office)
    again.close()


def test_what_does_not_fit_is_refused_and_named(office, new_office, base):
    fill(office, base / "sticks")
    other = Archive.create(base / "other", name="b", division="", now=lambda: NOW)
    with pytest.raises(SyncError, match=r"kept\.other-office"):
        other.keep_bundles(base / "kept")
    other.close()
    (base / "full").mkdir()
    (base / "full" / "a").touch()
    with pytest.raises(SyncError, match=r"kept\.not-empty"):
        new_office().keep_bundles(base / "full")
    store = office.keeper.store
    note = store.folder / "notes" / "000" / "000000006.note"
    for number, (spoil, code) in enumerate(
        (
            (lambda: note.write_bytes(note.read_bytes()[:-1] + b"x"), r"kept\.damaged"),
            (lambda: shutil.copy(note.with_name("000000005.note"), note), r"kept\.damaged"),
            (lambda: next(store.folder.rglob("*.fkb")).unlink(), r"kept\.missing"),
            (lambda: _flip(next(store.folder.rglob("*.fkb"))), r"kept\.damaged"),
        )
    ):
        whole = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
        spoil()
        with pytest.raises(SyncError, match=code):
            rebuilt(office, base / f"try {number}")
        for path, content in whole.items():
            path.write_bytes(content)
    again = rebuilt(office, base / "again")
    office.scrub_bundles()
    assert held_by(again)["state"] == office.state()
    again.close()


def _flip(path):
    content = bytearray(path.read_bytes())
    content[-50] ^= 1
    path.write_bytes(content)
