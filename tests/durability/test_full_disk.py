"""A disk that is full at every byte in turn: a commit, a compaction and a close are whole or told, and lose nothing."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from contextlib import contextmanager

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import Workspace
from tests.durability.walk import CHEAP, bytes_below, memory, opened

TEXT = "清溪" * 20
resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size")


@contextmanager
def room_for(length):
    """No file may grow beyond `length` bytes. Python ignores SIGXFSZ, so that writing raises EFBIG, as a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(params=["", "one"], ids=["open", "encrypted"])
def passphrase(request):
    return request.param


@pytest.fixture
def full(base, passphrase, tried):
    """Do `step` on a copy of one workspace with room for every length of a file from `shortest` to `longest`.

    Done, `after` is found; refused, what was there before, or one of the `halfway` states, and what it showed.
    """
    made = base / "made"
    with Workspace.create(made, passphrase=passphrase or None, name="w", cost=CHEAP) as workspace:
        workspace.drafts.insert({"n": 1, "text": TEXT})
        workspace.drafts.insert({"n": 2})
        before = memory(workspace)
        sealed, unsealed = made, base / "unsealed"
        shutil.copytree(made, unsealed)

    def sweep(step, shortest, longest, after=before, halfway=(), every=1, made=sealed):
        refused = 0
        for length in range(shortest, longest + 1, every):
            folder = base / "w"
            shutil.copytree(made, folder)
            workspace = opened(folder, passphrase)
            possible = [after]
            try:
                with room_for(length):
                    step(workspace)
            except StoreError as error:
                assert error.code == "medium.full"
                possible = [before, *halfway]
                refused += 1
            shown = memory(workspace)
            assert shown in possible
            workspace.close()
            with opened(folder, passphrase) as again:
                assert memory(again) == shown
                assert again.notices == []
                assert shown["drafts"].keys() >= {"1"} or TEXT.encode() not in bytes_below(folder)
                again.drafts.insert({"freed": 1})
            shutil.rmtree(folder)
        tried(f"{len(range(shortest, longest + 1, every))} sizes of a disk, {refused} of them too small")
        return refused

    sweep.unsealed = unsealed
    sweep.size = (made / "data" / "journal.fkj").stat().st_size
    return sweep


def test_a_commit_on_a_disk_that_is_full_at_every_byte(full):
    document = {"n": 3, "text": "full" * 30}
    after = {"drafts": {"1": {"n": 1, "text": TEXT}, "2": {"n": 2}, "3": document}, "meta": {}}
    ends = set()

    def step(workspace):
        workspace.drafts.insert(document)
        ends.add(workspace.db.storage.journal.length)

    refused = full(step, full.size - 3, full.size + 250, after)
    [end] = ends
    assert refused == end - (full.size - 3), "refused as long as the frame itself has no room, and no longer"


def test_a_batch_on_a_disk_that_is_full_at_every_byte(full):
    def step(workspace):
        with workspace.db.batch():
            workspace.drafts.patch({"n": 9}, 1)
            workspace.meta.insert({"n": 3})

    after = {"drafts": {"1": {"n": 9, "text": TEXT}, "2": {"n": 2}}, "meta": {"1": {"n": 3}}}
    assert full(step, full.size - 3, full.size + 200, after) > 50


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.soak)])
def test_a_compaction_on_a_disk_that_is_full_at_every_byte(full, every):
    refused = full(lambda workspace: workspace.db.storage.journal.compact(), 0, full.size + 50, every=every)
    assert refused > 50


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.soak)])
def test_an_erasure_on_a_disk_that_is_full_at_every_byte(full, every):
    """A removal that is durable stays, and its bytes go when there is room again."""
    after = {"drafts": {"2": {"n": 2}}, "meta": {}}
    refused = full(
        lambda workspace: workspace.db.erase("drafts", [1]), 0, full.size + 120, after, [after], every=every
    )
    assert refused > 50


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.soak)])
def test_a_close_on_a_disk_that_is_full_at_every_byte(full, every):
    """No error: what was committed is durable without a seal, and without a copy."""
    sealed = Counter()

    def step(workspace):
        workspace.close()
        sealed[workspace.db.storage.journal._sealed] += 1

    assert full(step, 0, full.size + 60, every=every, made=full.unsealed) == 0
    assert min(sealed[True], sealed[False]) > 5, "the disk was full before the seal, and behind it"
