"""A medium that takes nothing: what is on it can be read, every change is refused, and no byte of it is touched."""

from __future__ import annotations

import os

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import Workspace
from fieldkit.store.keys import Cost


@pytest.fixture
def write_protected(monkeypatch):
    """From now on the system lets nothing be opened for writing."""

    def protect():
        real = os.open

        def opened(path, flags, *rest, **named):
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                raise OSError(30, "Read-only file system", str(path))
            return real(path, flags, *rest, **named)

        monkeypatch.setattr(os, "open", opened)

    return protect


@pytest.mark.parametrize("passphrase", [None, "p"])
def test_a_write_protected_workspace_is_read_and_left_alone(tmp_path, write_protected, passphrase):
    folder = tmp_path / "w"
    with Workspace.create(folder, passphrase=passphrase, name="w", cost=Cost(8 * 1024, 1, 1)) as workspace:
        workspace.drafts.insert({"n": 1})
    journal = folder / "data" / "journal.fkj"
    journal.write_bytes(journal.read_bytes() + b"torn")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    write_protected()
    with Workspace.open(folder, passphrase=lambda: passphrase) as workspace:
        assert workspace.is_read_only
        assert [code for code, _ in workspace.notices] == ["workspace.read-only", "journal.torn-tail"]
        assert workspace.drafts.all() == [{"n": 1}]
        for change in (
            lambda: workspace.drafts.insert({}),
            lambda: workspace.drafts.patch({"n": 2}, 1),
            lambda: workspace.db.erase("drafts", [1]),
            workspace.db.storage.journal.compact,
        ):
            with pytest.raises(StoreError) as caught:
                change()
            assert caught.value.code == "medium.read-only"
        workspace.tidy()
        assert workspace.drafts.all() == [{"n": 1}]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
