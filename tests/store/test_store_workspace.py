"""The workspace's folder: making and opening it, its passphrase, its one writer."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import Workspace
from fieldkit.store.files import write_file
from fieldkit.store.frames import Frames, Kind
from fieldkit.store.keys import Cost
from fieldkit.store.lock import Lock
from fieldkit.store.workspace import ring_of

CHEAP = Cost(8 * 1024, 1, 1)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "工作 区" / "清溪镇 1"


@pytest.fixture
def locked(folder):
    Workspace.create(folder, passphrase="清溪é", name="清溪", cost=CHEAP).close()
    return folder


def refusal(code, step):
    with pytest.raises(StoreError) as caught:
        step()
    assert caught.value.code == code
    return caught.value.params


def test_a_workspace_is_made_and_found_again(folder):
    with Workspace.create(
        folder, passphrase=None, name='清"溪\\\n', demo=True, settings={"user": "覃", "language": "zh"}
    ) as made:
        made.drafts.insert({"n": 1})
        assert made.is_open
        assert made.demo
    with Workspace.open(folder) as workspace:
        assert workspace.name == '清"溪\\\n'
        assert (workspace.settings.user, workspace.settings.language) == ("覃", "zh")
        assert workspace.drafts.all() == [{"n": 1}]
        assert workspace.notices == []
        for part in (workspace.forms, workspace.outbox, workspace.inbox, workspace.reports):
            assert part.is_dir()
        tables = (workspace.revisions, workspace.receipts, workspace.worklist, workspace.meta)
        assert [len(table) for table in tables] == [0, 0, 0, 0]
        workspace.close()


def test_what_is_there_is_not_overwritten(folder):
    Workspace.create(folder, passphrase=None, name="w").close()
    refusal("workspace.exists", lambda: Workspace.create(folder, passphrase=None, name="x"))
    other = folder.with_name("other")
    other.mkdir()
    (other / "letter.txt").write_text("x")
    refusal("workspace.not-empty", lambda: Workspace.create(other, passphrase=None, name="x"))
    refusal("workspace.none", lambda: Workspace.open(other))


def test_settings_that_make_no_sense_leave_no_folder(folder):
    with pytest.raises(ValueError, match="nonsense"):
        Workspace.create(folder, passphrase=None, name="w", settings={"nonsense": 1})
    assert not folder.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('id = "x"\nformat = 99\nlater = 1\n', "workspace.newer-format"),
        ("id =", "workspace.unreadable"),
        ('format = 1\nname = "x"\n', "workspace.unreadable"),
    ],
)
def test_settings_of_another_kind(folder, text, code):
    Workspace.create(folder, passphrase=None, name="w").close()
    (folder / "workspace.toml").write_text(text, encoding="utf-8")
    refusal(code, lambda: Workspace.open(folder))


def test_the_passphrase_opens_and_no_other(locked):
    refusal("workspace.needs-passphrase", lambda: Workspace.open(locked))
    refusal("workspace.wrong-passphrase", lambda: Workspace.open(locked, passphrase=lambda: "清溪e"))
    refusal("workspace.wrong-passphrase", lambda: Workspace.open(locked, passphrase=lambda: ""))
    decomposed = "清溪e\u0301"
    with Workspace.open(locked, passphrase=lambda: decomposed) as workspace:
        assert not workspace.is_open


def test_an_open_workspace_asks_for_nothing(folder):
    Workspace.create(folder, passphrase=None, name="w").close()
    Workspace.open(folder, passphrase=lambda: pytest.fail("asked")).close()


def test_an_encrypted_workspace_shows_nothing(locked, bytes_in):
    with Workspace.open(locked, passphrase=lambda: "清溪é") as workspace:
        number = workspace.drafts.insert({"name": "CANARY-覃秀兰", "long": "CANARY" * 500})
        workspace.drafts.patch({"more": "CANARY"}, number)
        workspace.db.storage.journal.compact()
        workspace.drafts.patch({"more": "CANARY again"}, number)
    found = bytes_in(locked)
    assert b"CANARY" not in found
    assert "覃秀兰".encode() not in found
    with Workspace.open(locked, passphrase=lambda: "清溪é") as workspace:
        assert workspace.drafts.all()[0]["more"] == "CANARY again"


def test_no_nonce_is_used_twice(path, key):
    """NIST SP 800-38D, 8.3: a repeated nonce gives away GCM's key; so also after a write that was taken back."""
    frames = Frames(bytes(16), key)
    packed = [frames.pack(Kind.COMMIT, b"the same", 1) for _ in range(500)]
    assert len({frame[8:20] for frame in packed}) == 500


def test_without_its_keys_an_encrypted_workspace_is_left_alone(locked):
    (locked / "data" / "keys.json").unlink()
    (locked / "data" / "backup" / "keys.json").unlink()
    before = (locked / "data" / "journal.fkj").read_bytes()
    refusal("journal.foreign-key", lambda: Workspace.open(locked))
    assert (locked / "data" / "journal.fkj").read_bytes() == before


def test_a_torn_tail_is_told(folder):
    with Workspace.create(folder, passphrase=None, name="w") as workspace:
        workspace.drafts.insert({"n": 1})
    journal = folder / "data" / "journal.fkj"
    journal.write_bytes(journal.read_bytes() + b"torn")
    with Workspace.open(folder) as workspace:
        [(code, params)] = workspace.notices
        assert (code, params["bytes"]) == ("journal.torn-tail", 4)
        [aside] = (folder / "data").glob("journal-*.torn")
        assert params["path"] == str(aside)
        assert workspace.drafts.all() == [{"n": 1}]
    with Workspace.open(folder) as workspace:
        assert workspace.notices == []


HOLDER = """
import sys
from pathlib import Path
from fieldkit.store import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_one_writer_and_the_lock_dies_with_its_holder(folder):
    Workspace.create(folder, passphrase=None, name="w").close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "open\n"
        params = refusal("workspace.locked", lambda: Workspace.open(folder))
        assert params["pid"] == holder.pid
        assert "@" in params["holder"]
        assert params["since"].startswith("20")
        holder.kill()
    Workspace.open(folder).close()


def test_a_refused_opening_keeps_no_lock(locked):
    refusal("workspace.wrong-passphrase", lambda: Workspace.open(locked, passphrase=lambda: "no"))
    journal = locked / "data" / "journal.fkj"
    whole = journal.read_bytes()
    for copy in ring_of(locked).copies():
        copy.unlink()
    journal.write_bytes(b"nonsense")
    refusal("journal.damaged", lambda: Workspace.open(locked, passphrase=lambda: "清溪é"))
    journal.write_bytes(whole)
    Workspace.open(locked, passphrase=lambda: "清溪é").close()


def test_a_full_disk_keeps_nobody_out(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fieldkit.store.lock.os.write", full)
    first = Lock(tmp_path / "lock")
    assert refusal("workspace.locked", lambda: Lock(tmp_path / "lock"))["holder"] == "?"
    first.release()
    first.release()
    Lock(tmp_path / "lock").release()


@pytest.mark.parametrize(
    ("number", "code"), [(30, "medium.read-only"), (13, "medium.read-only"), (28, "medium.full")]
)
@pytest.mark.parametrize("call", ["fieldkit.store.files.os.open", "pathlib.Path.replace"])
def test_a_file_is_written_whole_or_not(tmp_path, monkeypatch, number, code, call):
    path = tmp_path / "a.txt"
    write_file(path, b"old")

    def fail(*_arguments):
        raise OSError(number, "no")

    with monkeypatch.context() as broken:
        broken.setattr(call, fail)
        refusal(code, lambda: write_file(path, b"new"))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    write_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_the_store_imports_no_more_than_it_needs():
    code = "import sys, fieldkit.store; print([m for m in ('pydantic', 'textual', 'sync', 'fieldkit.xforms') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
