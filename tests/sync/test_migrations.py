"""An archive that the first version made opens, and is the same archive."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync import Archive, SyncError
from sync.verifying import _visible

FIRST = Path(__file__).with_name("archive_1")
STATE = "66bc42303fc22ba64008793d57a61390edc275ce52fc70927aae9d22c24a58ad"
"""What the first version said of it: the hash of all that its records show, one after the other."""
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "office"
    shutil.copytree(FIRST, made)
    (made / "archive.sql").unlink()
    database = sqlite3.connect(made / "archive.db")
    database.executescript((FIRST / "archive.sql").read_text(encoding="utf-8"))
    database.close()
    return made


def test_it_opens_and_is_the_same(folder):
    for _ in range(2):
        archive = Archive.open(folder, now=lambda: NOW)
        proof = archive.verify()
        assert (proof.records, proof.revisions, proof.conflicts, proof.damaged) == (3, 6, 1, ())
        shown = sorted(archive.views(), key=lambda view: view.record)
        assert hashlib.sha256(b"".join(map(_visible, shown))).hexdigest() == STATE
        assert proof.state == archive.state()
        assert [(each.reasons, each.revisions) for each in archive.quarantine()] == [(("device.unknown",), 1)]
        assert [row["counts"]["new"] for row in archive.history()] == [3, 3]
        assert len(archive.devices()) == 2
        archive.close()


def test_nothing_of_it_stays_in_clear(folder):
    Archive.open(folder, now=lambda: NOW).close()
    assert sorted(path.name for path in (folder / "keys").iterdir()) == ["archive.key", "office.keys"]
    assert "AGE-SECRET-KEY" not in (folder / "keys" / "office.keys").read_text(encoding="latin-1")
    database = sqlite3.connect(folder / "archive.db")
    assert not [name for (name,) in database.execute("SELECT name FROM sqlite_master") if name.endswith("_1")]
    database.close()


def test_a_later_version_is_left_alone(folder):
    Archive.open(folder, now=lambda: NOW).close()
    database = sqlite3.connect(folder / "archive.db")
    with database:
        database.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    database.close()
    before = (folder / "archive.db").read_bytes()
    with pytest.raises(SyncError, match=r"archive\.newer"):
        Archive.open(folder, now=lambda: NOW)
    assert (folder / "archive.db").read_bytes() == before
