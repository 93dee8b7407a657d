"""Sticks and folders as the office finds them: what is mounted, what is named, what lies on them, and how often it is read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from fieldkit.office import Office, media, noticed
from fieldkit.office.media import Medium, bundles_on, cards_on
from fieldkit.office.noticed import Watch


@pytest.fixture
def office(tmp_path, now, monkeypatch):
    monkeypatch.setattr(media, "MOUNTED", ())
    Office.create(tmp_path / "o", name="清溪", division="", now=lambda: now).close()
    return tmp_path / "o"


def test_what_is_mounted_is_a_stick_and_a_mere_folder_there_is_none(office, monkeypatch):
    memory = Path("/dev/shm")
    if not os.path.ismount(memory):
        pytest.skip("nothing is mounted here")
    monkeypatch.setattr(media, "MOUNTED", ("/dev/sh*", f"{office}/*"))
    [stick, *folders] = media.media(office)
    assert (stick.path, stick.name, stick.is_mount, stick.is_there) == (memory, "shm", True, True)
    assert [each.path for each in folders] == [office / "sticks"]
    monkeypatch.setenv("FIELDKIT_INBOX", str(memory))
    named = [each for each in media.media(office) if each.path == memory]
    assert [each.is_mount for each in named] == [False], "once, as what the office calls it"


def test_a_folder_that_is_named_is_one_place_and_each_folder_in_it_another(office, tmp_path, monkeypatch):
    more = tmp_path / "U盘 1"
    for folder in (office / "sticks" / "甲", office / "sticks" / ".Trash-1000", more / "b"):
        folder.mkdir(parents=True)
    monkeypatch.setenv("FIELDKIT_INBOX", os.pathsep.join([str(more), "", str(tmp_path / "gone")]))
    found = {each.path: each for each in media.media(office)}
    assert list(found) == [office / "sticks", office / "sticks" / "甲", more, more / "b"]
    (more / "1.fkb").touch()
    (more / "b" / "2.fkb").touch()
    assert bundles_on(found[more]) == [more / "1.fkb"], "no bundle belongs to two"
    shutil.rmtree(more)
    assert not found[more].is_there
    with pytest.raises(OSError, match="No such file"):
        bundles_on(found[more])


def test_bundles_are_found_in_folders_and_what_systems_leave_behind_is_none(tmp_path):
    for name in (
        "b.fkb", "a.fkb", ".torn.fkb.part", "._a.fkb", "x/y/c.fkb", ".Trash-1000/files/old.fkb", "$RECYCLE.BIN/1.fkb",
        "System Volume Information/2.fkb", "1/2/3/4/5/deep.fkb", "k.fkkey", "x/l.fkkey", "a.fkb.txt",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    stick = Medium(tmp_path, "U", is_mount=False)
    assert [str(each.relative_to(tmp_path)) for each in bundles_on(stick)] == [
        "a.fkb", "b.fkb", "x/y/c.fkb", ".torn.fkb.part",
    ]  # fmt: skip
    assert [each.name for each in cards_on(stick)] == ["k.fkkey", "l.fkkey"]


def test_a_bundle_is_read_once_until_it_changes(office, monkeypatch):
    read = []
    bundle = noticed.Bundle
    monkeypatch.setattr(noticed, "Bundle", lambda path: read.append(path) or bundle(path))
    path = office / "sticks" / "a.fkb"
    path.write_bytes(b"nothing of ours")
    watch = Watch(office)
    for _each in range(3):
        [lying] = watch.look()
    assert (read, lying.bundles[0].sha256) == ([path], "")
    path.write_bytes(b"something else, longer")
    watch._last.clear()
    watch.look()
    assert read == [path, path]
    path.unlink()
    watch._last.clear()
    assert watch.look() == []


def test_a_medium_that_is_slow_is_looked_through_less_often(office, monkeypatch):
    clock, walks = [0.0], []

    def slow(medium):
        walks.append(clock[0])
        clock[0] += 2.0
        return []

    monkeypatch.setattr(noticed, "elapsed", lambda: clock[0])
    monkeypatch.setattr(noticed, "bundles_on", slow)
    watch = Watch(office)
    for _second in range(100):
        watch.look()
        clock[0] += 1.0
    assert len(walks) <= 4
