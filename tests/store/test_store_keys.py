"""Keys: what opens a workspace, what does not, and what a damaged or stolen key file gives away."""

from __future__ import annotations

import os
import zlib

import orjson
import pyrage
import pytest

from fieldkit.errors import StoreError
from fieldkit.store import Workspace, files
from fieldkit.store.keys import Cost, KeyFile
from fieldkit.store.workspace import key_file

CHEAP = Cost(8 * 1024, 1, 1)


@pytest.fixture
def locked(tmp_path):
    folder = tmp_path / "清溪 1"
    with Workspace.create(folder, passphrase="first", name="清溪", cost=CHEAP) as workspace:
        workspace.drafts.insert({"n": 1})
    return folder


def refusal(code, step):
    with pytest.raises(StoreError) as caught:
        step()
    assert caught.value.code == code
    return caught.value.params


def opened(folder, passphrase):
    with Workspace.open(folder, passphrase=lambda: passphrase) as workspace:
        return workspace.drafts.all()


def journal(folder):
    return (folder / "data" / "journal.fkj").read_bytes()


def test_the_passphrase_changes_and_the_data_stays_as_it_is_written(locked):
    before = journal(locked)
    with Workspace.open(locked, passphrase=lambda: "first") as workspace:
        workspace.change_passphrase("second", CHEAP)
        refusal("workspace.wrong-passphrase", lambda: key_file(locked).open("first"))
    assert journal(locked) == before
    assert opened(locked, "second") == [{"n": 1}]
    refusal("workspace.wrong-passphrase", lambda: opened(locked, "first"))
    (locked / "data" / "keys.json").unlink()
    refusal("workspace.wrong-passphrase", lambda: opened(locked, "first"))
    assert opened(locked, "second") == [{"n": 1}]


def test_an_open_workspace_has_no_passphrase_to_change(tmp_path):
    with Workspace.create(tmp_path / "w", passphrase=None, name="w") as workspace:
        refusal("workspace.not-encrypted", lambda: workspace.change_passphrase("x"))
        workspace.seal_for(["age1nonsense"])
    assert not key_file(tmp_path / "w").exists()


@pytest.mark.parametrize("failing", ["fieldkit.store.files.os.fsync", "pathlib.Path.replace"])
def test_a_change_that_fails_leaves_the_old_passphrase(locked, monkeypatch, failing):
    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    with Workspace.open(locked, passphrase=lambda: "first") as workspace, monkeypatch.context() as broken:
        broken.setattr(failing, fail)
        refusal("medium.full", lambda: workspace.change_passphrase("second", CHEAP))
    assert opened(locked, "first") == [{"n": 1}]


@pytest.mark.parametrize("which", ["keys.json", "backup/keys.json"])
def test_a_change_that_one_file_refuses_is_taken_back_in_the_other(locked, monkeypatch, which):
    refusing, real, refused = locked / "data" / which, files.sync_folder, []

    def sync_folder(folder):
        if folder == refusing.parent and not refused:
            refused.append(folder)
            raise OSError(28, "No space left on device")
        real(folder)

    with Workspace.open(locked, passphrase=lambda: "first") as workspace, monkeypatch.context() as broken:
        broken.setattr("fieldkit.store.files.sync_folder", sync_folder)
        refusal("medium.full", lambda: workspace.change_passphrase("second", CHEAP))
    for name in ("keys.json", "backup/keys.json"):
        refusal(
            "workspace.wrong-passphrase", lambda name=name: KeyFile(locked / "data" / name).open("second")
        )
        KeyFile(locked / "data" / name).open("first")


@pytest.mark.parametrize("which", ["keys.json", "backup/keys.json"])
@pytest.mark.parametrize("how", ["gone", "empty", "flipped"])
def test_either_key_file_heals_the_other(locked, which, how):
    path = locked / "data" / which
    whole = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if how == "empty" else whole.replace(b'"salt": "', b'"salt": "A'))
    assert opened(locked, "first") == [{"n": 1}]
    assert path.read_bytes() == whole


def test_no_flipped_bit_of_the_key_file_locks_anybody_out(locked):
    path = locked / "data" / "keys.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        assert key_file(locked).recipients == ()
        assert key_file(locked)._read() == key_file(locked)._read(), "what the copy says"
        assert orjson.loads(whole)["salt"] == key_file(locked)._read()["salt"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"memory": 1 << 40}, "keys.unreadable"),
        ({"passes": 0}, "keys.unreadable"),
        ({"salt": "!"}, "keys.unreadable"),
        ({"wrapped": ""}, "workspace.wrong-passphrase"),
        ({"test": "AAAA"}, "keys.unreadable"),
        ({"format": 2}, "workspace.newer-format"),
        ({"format": None}, "keys.unreadable"),
    ],
)
def test_a_key_file_of_nonsense(locked, changes, code):
    (locked / "data" / "backup" / "keys.json").unlink()
    path = locked / "data" / "keys.json"
    planted = {**orjson.loads(path.read_bytes()), **changes}
    planted.pop("check")
    planted["check"] = zlib.crc32(orjson.dumps(planted, option=orjson.OPT_SORT_KEYS))
    path.write_bytes(orjson.dumps(planted))
    refusal(code, lambda: Workspace.open(locked, passphrase=lambda: "first"))


def test_a_key_that_is_not_the_datas_wraps_nothing(locked):
    keys = key_file(locked)
    refusal("keys.unreadable", lambda: keys.change(os.urandom(32), "second", CHEAP))
    refusal("keys.unreadable", lambda: keys.seal_for(os.urandom(32), []))
    assert opened(locked, "first") == [{"n": 1}]


def test_the_offices_recipients_open_it_too_and_nobody_else(locked):
    office, county, other = (pyrage.x25519.Identity.generate() for _ in range(3))
    with Workspace.open(locked, passphrase=lambda: "first") as workspace:
        workspace.seal_for([str(office.to_public()), str(county.to_public())])
        workspace.change_passphrase("second", CHEAP)
    keys = key_file(locked)
    assert keys.recovery is not None
    for identity in (office, county):
        assert pyrage.decrypt(keys.recovery, [identity]) == keys.open("second")
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(keys.recovery, [other])
    with Workspace.open(locked, passphrase=lambda: "second") as workspace:
        refusal("keys.bad-recipient", lambda: workspace.seal_for(["age1nonsense"]))
    assert keys.recipients == (str(office.to_public()), str(county.to_public()))


@pytest.mark.parametrize("changed", [False, True])
def test_to_try_a_passphrase_costs_64_mebibytes_three_times_over(costly_keys, tmp_path, changed):
    with Workspace.create(tmp_path / "w", passphrase="first", name="w") as workspace:
        if changed:
            workspace.change_passphrase("second")
    kept = orjson.loads((tmp_path / "w" / "data" / "keys.json").read_bytes())
    assert (kept["kdf"], kept["memory"], kept["passes"], kept["lanes"]) == ("argon2id", 64 * 1024, 3, 1)
