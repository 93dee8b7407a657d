"""A backup is a whole office, read back; an archive that is lost comes back from it, and laptops bring what came since."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.cli import run
from fieldkit.errors import FieldkitError
from fieldkit.office import Office
from fieldkit.office.backup import Backup, back_up, restore
from sync import Archive, SyncError
from tests.conftest import NOW
from tests.sync.filled import fill
from tests.sync.holding import held_by

ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(tmp_path):
    """An office with something of everything, and files of its own."""
    Office.create(tmp_path / "office", name="清溪/镇", division="990101100000", now=lambda: NOW).close()
    archive = opened(tmp_path / "office")
    fill(archive, tmp_path / "sticks")
    for name in ("worklist/laptop 1.csv", "lists/places.csv", "forms/talk.yaml", "keys/tls/server.pem"):
        path = archive.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    yield archive
    archive.close()


def opened(folder):
    return Archive.open(folder, now=lambda: NOW)


def test_a_backup_is_an_office_of_its_own(office, tmp_path):
    (office.folder / "inbox" / "laptop").mkdir(parents=True)
    (office.folder / "inbox" / "laptop" / "half.fkb").touch()
    made, _removed = back_up(office, tmp_path / "backups", NOW)
    assert made.path.name == "清溪_镇-20260331-093000"
    assert made.state == office.state()
    assert Backup.read(made.path) == made
    assert made.is_open
    there = {path.relative_to(made.path).as_posix() for path in made.path.rglob("*") if path.is_file()}
    assert (
        there
        == {*made.files, "backup.json"}
        >= {"archive.db", "keys/tls/server.pem", "worklist/laptop 1.csv"}
    )
    assert not any(name.startswith("inbox") for name in there)
    copy = opened(made.path)
    assert held_by(copy) == held_by(office)
    copy.close()
    for private in (made.path, made.path / "keys" / "archive.key"):
        assert not private.stat().st_mode & 0o077


def test_what_comes_meanwhile_is_in_the_next_one(office, tmp_path, monkeypatch):
    """Somebody takes a stick in while a backup is written: it holds what was there when it was begun."""
    from sync import moving

    before, real = office.state(), moving.state_of
    busy = opened(office.folder)
    other = tmp_path / "sticks" / "other"
    other.mkdir()

    def meanwhile(*given):
        if busy.state() == before:
            from tests.sync.laptops import Laptop, World

            laptop = Laptop(World(), 9)
            busy.enroll(laptop.card)
            laptop.write(laptop.world.new_record(), changes={"a": "1"})
            busy.import_bundle(laptop.stick(other, busy))
        return real(*given)

    monkeypatch.setattr(moving, "state_of", meanwhile)
    made, _removed = back_up(office, tmp_path / "backups", NOW)
    assert made.state == before != office.state()
    copy = opened(made.path)
    assert copy.verify().state == before
    assert copy.verify().damaged == ()
    copy.close()
    busy.close()


def test_only_so_many_are_kept_and_only_of_this_office(office, tmp_path):
    target = tmp_path / "backups"
    Office.create(tmp_path / "other", name="other", division="", now=lambda: NOW).close()
    other = opened(tmp_path / "other")
    back_up(other, target, NOW)
    other.close()
    (target / "holiday photos").mkdir()
    made = [back_up(office, target, NOW + timedelta(days=day))[0].path for day in range(3)]
    again, removed = back_up(office, target, NOW + timedelta(days=2), keep=2)
    assert again.path.name.endswith("-2"), "the same second has a name of its own"
    assert sorted(removed) == made[:2]
    assert sorted(path.name for path in target.iterdir()) == sorted(
        ["holiday photos", "other-20260331-093000", made[2].name, again.path.name]
    )


def test_a_medium_that_forgets_leaves_nothing_with_a_backups_name(office, tmp_path, monkeypatch):
    from fieldkit.office import backup

    def differs(path, _expected):
        raise SyncError("medium.failing", path=str(path), reason="it reads back differently")

    monkeypatch.setattr(backup, "read_back", differs)
    with pytest.raises(SyncError, match=r"medium\.failing"):
        back_up(office, tmp_path / "backups", NOW)
    assert list((tmp_path / "backups").iterdir()) == []
    with pytest.raises(FieldkitError, match=r"backup\.inside"):
        back_up(office, office.folder / "backups", NOW)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_there_was_and_newer_than_all_before(office, tmp_path, kind, request):
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    made, _removed = back_up(office, tmp_path / "backups", NOW)
    first = restore(made, tmp_path / "restored", LATER, database=url)
    back = opened(tmp_path / "restored")
    assert held_by(back) == held_by(office)
    assert (
        back.receipt(back.devices()[0].id).generation
        == first
        > office.receipt(back.devices()[0].id).generation
    )
    back.close()
    assert restore(made, tmp_path / "once more", LATER + timedelta(seconds=1)) > first
    if url:
        assert not (tmp_path / "restored" / "archive.db").exists()
        with pytest.raises(SyncError, match=r"database\.in-use"):
            restore(made, tmp_path / "third", LATER, database=url)
    with pytest.raises(SyncError, match=r"archive\.exists"):
        restore(made, tmp_path / "restored", LATER)
    back = opened(tmp_path / "restored")
    again, _removed = back_up(back, tmp_path / "backups", NOW)
    back.close()
    assert restore(again, tmp_path / "of the restored", LATER) > first, "whatever the clock says"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: (path / "archive.db").write_bytes((path / "archive.db").read_bytes()[:-1] + b"x"),
        lambda path: (path / "keys" / "office.keys").unlink(),
        lambda path: (path / "worklist" / "laptop 1.csv").write_text("other"),
    ],
)
def test_a_backup_that_is_not_whole_is_not_restored(office, tmp_path, spoil):
    made, _removed = back_up(office, tmp_path / "backups", NOW)
    spoil(made.path)
    with pytest.raises(FieldkitError, match=r"backup\.changed"):
        restore(made, tmp_path / "restored", LATER)
    assert not (tmp_path / "restored").exists()
    assert not (tmp_path / ".restored.part").exists()


def test_what_is_no_backup_or_would_leave_its_folder_is_refused(office, tmp_path):
    made, _removed = back_up(office, tmp_path / "backups", NOW)
    with pytest.raises(FieldkitError, match=r"backup\.clock"):
        restore(made, tmp_path / "restored", NOW - timedelta(days=1))
    with pytest.raises(FieldkitError, match=r"backup\.none"):
        Backup.read(tmp_path)
    facts = json.loads((made.path / "backup.json").read_bytes())
    facts["files"].append(["../../outside", "0" * 64])
    (made.path / "backup.json").write_text(
        json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    )
    with pytest.raises(FieldkitError, match=r"backup\.none"):
        Backup.read(made.path)


KILLED = """
import os, sys
from datetime import timedelta
from pathlib import Path
from fieldkit.office import backup
from sync import Archive
from tests.conftest import NOW

folder, target, where, url = map(str, sys.argv[1:])
def dying(*_given, **_named):
    os.kill(os.getpid(), 9)
setattr(backup, where, dying)
if where == "read_back":
    backup.back_up(Archive.open(Path(folder), now=lambda: NOW), Path(target), NOW)
else:
    backup.restore(backup.Backup.read(Path(folder)), Path(target), NOW + timedelta(hours=1), database=url)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_half_way_nothing_is_there_and_it_can_be_begun_again(office, tmp_path, postgres):
    def killed(*arguments):
        command = [sys.executable, "-c", KILLED, *map(str, arguments)]
        assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -9

    target, folder, url = tmp_path / "backups", tmp_path / "restored", postgres.new_database()
    killed(office.folder, target, "read_back", "")
    assert [path.name[0] for path in target.iterdir()] == ["."]
    os.utime(next(target.iterdir()), (0, 0))
    made, _removed = back_up(office, target, LATER)
    assert [path for path in target.iterdir() if path.name[0] == "."] == [], "what was begun long ago is gone"
    for where, database in (("_raised", ""), ("write_facts", url), ("sync_folder", "")):
        killed(made.path, folder, where, database)
        assert folder.exists() == (where == "sync_folder"), where
        if where == "sync_folder":
            shutil.rmtree(folder)
    restore(made, folder, LATER, database=url)
    back = opened(folder)
    assert held_by(back) == held_by(office)
    back.close()


# -- with a laptop, by commands ---------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path, monkeypatch, capsys):
    """A laptop and its office with a passphrase, enrolled; gives what a command printed, as data."""
    monkeypatch.setenv("FIELDKIT_WORKSPACE", str(tmp_path / "laptop"))
    monkeypatch.setenv("FIELDKIT_OFFICE", str(tmp_path / "office"))
    (tmp_path / "passphrase").write_text("correct horse battery", encoding="utf-8")

    def command(*arguments, code=0, locked=True):
        monkeypatch.delenv("FIELDKIT_PASSPHRASE_FILE", raising=False)
        if locked:
            monkeypatch.setenv("FIELDKIT_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
        capsys.readouterr()
        assert run(["--lang", "en", *map(str, arguments), "--json"]) == code
        said = capsys.readouterr()
        return said.err if code else json.loads(said.out)

    command("init", tmp_path / "laptop", "--name", "laptop 1", "--open")
    (tmp_path / "laptop" / "forms" / "talk.yaml").write_text(
        'settings:\n  - {form_id: talk, version: "1"}\nsurvey:\n  - {type: text, name: a, label: Says}\n',
        encoding="utf-8",
    )
    (tmp_path / "a.json").write_text('{"a": "1"}', encoding="utf-8")
    (tmp_path / "stick").mkdir()
    return command


def travel(pair, tmp_path, *, writes=True):
    """A record is made, and the stick goes to the office and back."""
    if writes:
        pair("fill", "talk", "--answers", tmp_path / "a.json", "--finalize")
    pair("sync", "export", tmp_path / "stick")
    merged = pair("office", "merge", tmp_path / "stick")
    pair("office", "return", tmp_path / "stick")
    taken = pair("sync", "import", tmp_path / "stick")
    for path in (tmp_path / "stick").iterdir():
        path.rename(tmp_path / f"used {path.name}")
    return merged, taken


@pytest.fixture
def enrolled(pair, tmp_path):
    """The same with its office, which keeps its bundles if a test wants it."""

    def made(*more):
        pair("office", "init", tmp_path / "office", "--code", "990101100000", "--name", "清溪", *more)
        pair("sync", "key", "--out", tmp_path / "l.fkkey")
        pair("sync", "import", pair("office", "enroll", tmp_path / "l.fkkey")["file"])
        travel(pair, tmp_path)
        return pair

    return made


def test_after_a_restore_the_laptop_brings_again_what_the_office_had_acknowledged(enrolled, tmp_path):
    pair = enrolled("--open")
    made = pair("office", "backup", tmp_path / "backups", "--keep", "3")
    assert made["open"]
    _merged, taken = travel(pair, tmp_path)
    assert taken["only_here"] == 0
    lost = pair("office", "verify")
    old_pack = next(path for path in tmp_path.glob("used *.fkr"))
    shutil.rmtree(tmp_path / "office")
    restored = pair("office", "restore", made["backup"], tmp_path / "office")
    assert restored["state"] == made["state"] == pair("office", "verify")["state"] != lost["state"]
    pair("office", "return", tmp_path / "stick")
    taken = pair("sync", "import", tmp_path / "stick")
    assert (taken["receipt"], taken["only_here"]) == ("restored", 1)
    assert pair("sync", "status")["only_here"] == 1
    assert "before the office's archive was restored" in pair("sync", "import", old_pack, code=1)
    merged, taken = travel(pair, tmp_path, writes=False)
    assert (merged["new"], taken["only_here"]) == (1, 0)
    again = pair("office", "verify")
    assert (again["state"], again["damaged"]) == (lost["state"], [])


def test_with_its_bundles_an_office_is_made_anew_without_any_laptop(enrolled, tmp_path):
    pair = enrolled("--bundles", tmp_path / "kept")
    made = pair("office", "backup", tmp_path / "backups")
    assert not made["open"]
    travel(pair, tmp_path)
    lost, history = pair("office", "verify"), pair("office", "history")
    shutil.copytree(tmp_path / "office" / "keys", tmp_path / "keys")
    shutil.rmtree(tmp_path / "office")
    assert "passphrase" in pair(
        "office", "rebuild", tmp_path / "office", "--bundles", tmp_path / "kept", "--keys", tmp_path / "keys",
        locked=False, code=1,
    )  # fmt: skip
    anew = pair(
        "office", "rebuild", tmp_path / "office", "--bundles", tmp_path / "kept", "--keys", tmp_path / "keys"
    )
    assert (anew["state"], anew["bundles"]) == (lost["state"], 2)
    assert pair("office", "verify") == lost
    assert pair("office", "history") == history
    _merged, taken = travel(pair, tmp_path)
    assert taken["only_here"] == 0
    # From the backup, and what came since it out of the store: the same.
    now = pair("office", "verify")
    restored = pair("office", "restore", made["backup"], tmp_path / "second", locked=False)
    assert restored["bundles"] == str(tmp_path / "kept")
    assert pair("--office", tmp_path / "second", "office", "bundles")["caught_up"] == 3
    assert pair("--office", tmp_path / "second", "office", "verify") == now


def test_an_archive_is_moved_by_a_command_and_says_where_the_old_one_is(enrolled, tmp_path, postgres):
    pair = enrolled("--open")
    before = pair("office", "verify")
    pair("office", "tables")
    url = postgres.new_database()
    moved = pair("office", "move", "--database", url)
    assert moved["old"] == str(tmp_path / "office" / "archive.db")
    assert postgres.password not in json.dumps(moved)
    assert moved["state"] == before["state"] == pair("office", "verify")["state"]
    assert pair("office", "tables")["rebuilt"]
    _merged, taken = travel(pair, tmp_path)
    assert taken["only_here"] == 0
    assert "holds an archive already" in pair("office", "move", "--file", code=1)
    made = pair("office", "backup", tmp_path / "backups")
    assert made["state"] == pair("office", "verify")["state"]
    assert pair("--office", made["backup"], "office", "verify")["state"] == made["state"]
    (tmp_path / "office" / "archive.db").unlink()
    assert pair("office", "move", "--file")["state"] == pair("office", "verify")["state"]
