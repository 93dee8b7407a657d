"""Bundles are kept for ever, and an archive made anew from them alone is the one there was; what is erased leaves them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from sync import Archive, Bundle, SyncError, stripping
from sync.office_keys import SECRET
from sync.rebuilding import Rebuilding, rebuild
from tests.sync.filled import CANARY, fill
from tests.sync.holding import held_by, opened_bytes
from tests.sync.laptops import NOW, Laptop, World
from tests.sync.places import KINDS
from tests.sync.test_any_order import WHO, Fieldwork

ROOT = Path(__file__).parents[2]


def rebuilt(archive, folder, **other):
    """An archive made anew from the keys and the kept bundles of another."""
    keys = archive.folder / "keys"
    secret = (archive.folder / SECRET).read_bytes()
    return rebuild(Rebuilding(folder, archive.keeper.store.folder, keys, secret, **other), lambda: NOW)


@pytest.fixture
def office(new_office, base):
    """An office that keeps its bundles, from its first day."""
    archive = new_office()
    archive.keep_bundles(base / "kept")
    return archive


def copied(archive, folder):
    """A copy of an office's folder, open: a backup that is brought back, or a second process."""
    shutil.copytree(archive.folder, folder)
    return Archive.open(folder, now=lambda: NOW)


class KeptFieldwork(Fieldwork):
    """The same years, with more erasures, at whose end the office burns down."""

    def new_office(self):
        archive = super().new_office()
        archive.keep_bundles(archive.folder.with_name(f"{archive.folder.name} kept"))
        return archive

    @rule(who=WHO, which=WHO)
    def erase_something(self, who, which):
        laptop = self.laptop(who)
        laptop.erase(self.record(laptop, which))

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


def years(base, place, tried, examples, steps, *, derandomize=False):
    counted = Counter()
    folder = base / "sticks"
    folder.mkdir()
    run_state_machine_as_test(
        lambda: KeptFieldwork(folder, place, counted),
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate,), derandomize=derandomize,
        ),
    )  # fmt: skip
    tried(", ".join(f"{number} {what}" for what, number in sorted(counted.items())))
    assert counted["ends"]
    assert counted["erased"]


def test_what_is_made_anew_is_what_there_was_after_the_worst_of_years(base, place, tried):
    years(base, place, tried, examples=15, steps=50, derandomize=True)


@pytest.mark.soak
@pytest.mark.parametrize("place", KINDS, indirect=True)
def test_what_is_made_anew_is_what_there_was_hundreds_of_times(base, place, tried):
    years(base, place, tried, examples=500, steps=80)


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


def test_what_was_erased_leaves_every_kept_bundle_and_the_rest_stays(office, base):
    _world, laptops = fill(office, base / "sticks")
    erased, kept = f"{CANARY}-1".encode(), f"{CANARY}-0".encode()
    assert any(erased in each for each in opened_bytes(office))
    before = {path.name for path in office.keeper.store.folder.rglob("*.fkb")}
    assert office.scrub_bundles() > 2
    assert not any(erased in each for each in opened_bytes(office))
    assert any(kept in each for each in opened_bytes(office))
    for path in office.keeper.store.folder.rglob("*.fkb"):
        bundle = Bundle(path)
        assert bundle.whole
        assert bundle.sha256 == path.stem
        assert bundle.manifest(office.keys.identity).is_signed_by(_public(laptops, bundle.device))
    assert before - {path.name for path in office.keeper.store.folder.rglob("*.fkb")}
    assert office.scrub_bundles() == 0
    # The same stick again brings nothing back, nor does one that was written before the erasure and comes late.
    late = laptops[0].stick(base / "sticks", office)
    office.import_bundle(late)
    assert any(erased in each for each in opened_bytes(office))
    assert office.scrub_bundles() == 1
    for path in (base / "sticks").iterdir():
        office.import_bundle(path)
    office.scrub_bundles()
    assert not any(erased in each for each in opened_bytes(office))
    again = rebuilt(office, base / "again")
    assert held_by(again) == held_by(office)
    again.close()


def _public(laptops, device):
    return next(each.key.public for each in laptops if each.id == device)


def test_a_torn_bundle_stays_torn_and_its_broken_end_goes(office, base):
    world, laptop = World(), Laptop(World(), 1)
    laptop.world = world
    office.enroll(laptop.card)
    records = [world.new_record() for _ in range(40)]
    for record in records:
        laptop.write(record, changes={"a": f"{CANARY}-{record}"})
    (base / "sticks").mkdir()
    whole = laptop.stick(base / "sticks", office).read_bytes()
    torn = base / "sticks" / "torn.fkb"
    torn.write_bytes(whole[: len(whole) * 2 // 3])
    report = office.import_bundle(torn)
    assert report.missing
    laptop.erase(records[0])
    office.import_bundle(laptop.stick(base / "sticks", office, [laptop.held[laptop.previous]]))
    assert office.scrub_bundles() == 1
    [rewritten] = [path for path in office.keeper.store.folder.rglob("*.fkb") if not Bundle(path).whole]
    assert rewritten.stat().st_size < len(whole) * 2 // 3
    again = rebuilt(office, base / "again")
    assert held_by(again) == held_by(office)
    assert again.history()[0]["counts"]["missing"] == report.missing
    again.close()


def test_only_lists_of_contents_are_opened_of_what_is_not_concerned(office, base, monkeypatch):
    world = World()
    laptops = [Laptop(world, number) for number in (1, 2)]
    (base / "sticks").mkdir()
    for laptop in laptops:
        office.enroll(laptop.card)
        for _ in range(50):
            laptop.write(world.new_record(), changes={"a": "1"})
        for n in range(5):
            held = list(laptop.held.values())
            office.import_bundle(laptop.stick(base / "sticks", office, held[n * 10 : n * 10 + 10]))
    laptops[0].erase(world.records[0])
    office.import_bundle(laptops[0].stick(base / "sticks", office, [laptops[0].held[laptops[0].previous]]))
    opened = []
    real = stripping.open_segment
    monkeypatch.setattr(stripping, "open_segment", lambda *given: opened.append(1) or real(*given))
    assert office.scrub_bundles() == 1
    assert len(opened) < 6, "one bundle, twice, and the one that brought the erasure"


def test_what_was_noted_and_not_committed_is_done_first(office, base):
    """The disk fails, or the power, between the note and the commit: the stick need not come again."""
    laptop = Laptop(World(), 1)
    laptop.write(laptop.world.new_record(), changes={"a": "1"})
    office.enroll(laptop.card)
    (base / "sticks").mkdir()
    stick = laptop.stick(base / "sticks", office)
    twin = copied(office, base / "twin")
    office.import_bundle(stick)
    done = held_by(office)
    other = Laptop(World(), 2)
    twin.enroll(other.card)
    office.enroll(other.card)
    assert held_by(twin) == held_by(office) != done
    assert twin.history() == office.history()
    twin.close()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("left", ["note", "commit"])
def test_killed_between_note_and_commit_nothing_is_done_twice_and_nothing_not_at_all(office, base, left):
    laptop = Laptop(World(), 1)
    laptop.write(laptop.world.new_record(), changes={"a": "1"})
    office.enroll(laptop.card)
    (base / "sticks").mkdir()
    stick = laptop.stick(base / "sticks", office)
    code = f"""
import os, sys
from pathlib import Path
from sync import Archive, kept_bundles, keeping
from tests.sync.laptops import NOW
write = kept_bundles.KeptBundles.write_note
def dying(self, number, facts):
    if {left!r} == "commit":
        write(self, number, facts)
    os.kill(os.getpid(), 9)
kept_bundles.KeptBundles.write_note = dying
Archive.open(Path(sys.argv[1]), now=lambda: NOW).import_bundle(Path(sys.argv[2]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(office.folder), str(stick)], cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == -9
    assert office.history() == []
    report = office.import_bundle(stick)
    assert (report.new, report.held) == ((1, 0) if left == "note" else (0, 1))
    assert len(office.history()) == (1 if left == "note" else 2)
    again = rebuilt(office, base / "again")
    assert held_by(again) == held_by(office)
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


def test_where_the_store_is_not_there_nothing_is_taken_in(office, base):
    laptop = Laptop(World(), 1)
    office.enroll(laptop.card)
    laptop.write(laptop.world.new_record(), changes={"a": "1"})
    (base / "sticks").mkdir()
    stick = laptop.stick(base / "sticks", office)
    (base / "kept").rename(base / "away")
    (base / "kept").mkdir()  # the place where it should be mounted
    with pytest.raises(SyncError, match=r"kept\.gone"):
        office.import_bundle(stick)
    assert office.verify().damaged == ()
    assert list((base / "kept").iterdir()) == []
    (base / "kept").rmdir()
    (base / "away").rename(base / "kept")
    assert office.import_bundle(stick).new == 1


def test_a_store_that_is_lost_for_good_is_begun_anew(office, base):
    fill(office, base / "sticks")
    with pytest.raises(SyncError, match=r"kept\.already"):
        office.keep_bundles(base / "second")
    elsewhere = Archive.open(office.folder, now=lambda: NOW)
    (base / "kept").rename(base / "lost")
    office.keep_bundles(base / "second", instead=True)
    (base / "lost").rename(base / "kept")
    with pytest.raises(SyncError, match=r"kept\.unnamed"):
        elsewhere.enroll(Laptop(World(), 9).card)
    elsewhere.close()
    again = rebuilt(office, base / "again")
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


def test_an_old_office_toml_does_not_let_anything_in_that_is_not_kept(office, base):
    toml = office.folder / "office.toml"
    lines = [line for line in toml.read_text(encoding="utf-8").splitlines() if not line.startswith("bundles")]
    toml.write_text("\n".join(lines), encoding="utf-8")
    forgetful = Archive.open(office.folder, now=lambda: NOW)
    with pytest.raises(SyncError, match=r"kept\.unnamed"):
        forgetful.enroll(Laptop(World(), 1).card)
    forgetful.close()


def test_nothing_in_the_store_is_in_clear(office, base):
    fill(office, base / "sticks")
    names = [each.name.encode() for each in office.devices()]
    for path in office.keeper.store.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [word for word in (b"canary", "王".encode(), b"he called", *names) if word in content]


def test_what_was_erased_leaves_the_bundles_that_wait_where_none_are_kept(new_office, base):
    office = new_office()
    fill(office, base / "sticks")
    erased = f"{CANARY}-1".encode()
    assert any(erased in each for each in opened_bytes(office))
    assert office.scrub_bundles() == 1
    assert not any(erased in each for each in opened_bytes(office))
    assert office.scrub_bundles() == 0
    office.keep_bundles(base / "kept")
    office.enroll(Laptop(World(), 4).card)
    [waiting] = [each for each in office.quarantine() if not each.released]
    report = office.release(waiting.sha256, by="m", reason="r")
    assert (report.new, report.held) == (1, 1)
    assert [each.released is not None for each in office.quarantine()] == [True, True]
    assert office.verify().damaged == ()
    again = rebuilt(office, base / "again")
    assert held_by(again) == held_by(office)
    again.close()
