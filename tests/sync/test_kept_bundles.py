"""Bundles are kept for ever, and nothing is taken in that is not kept; what is erased leaves them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sync import Archive, Bundle, SyncError, stripping
from tests.sync.filled import CANARY, fill
from tests.sync.holding import held_by, opened_bytes, rebuilt
from tests.sync.laptops import NOW, Laptop, World

ROOT = Path(__file__).parents[2]


def copied(archive, folder):
    """A copy of an office's folder, open: a backup that is brought back, or a second process."""
    shutil.copytree(archive.folder, folder)
    return Archive.open(folder, now=lambda: NOW)


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
