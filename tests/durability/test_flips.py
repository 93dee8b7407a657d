"""Every bit of a small journal turned, and every length of it, through opening a workspace: nothing changes silently."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import Workspace
from fieldkit.store.frames import FILE_HEADER_LENGTH
from fieldkit.store.workspace import ring_of
from tests.durability.walk import CHEAP, memory, opened

WHOLE = {"drafts": {str(n): {"n": n, "text": "清溪" * n} for n in range(1, 6)}, "meta": {"1": {"k": 1}}}


@pytest.fixture(params=["", "one"], ids=["open", "encrypted"])
def passphrase(request):
    return request.param


@pytest.fixture
def made(base, passphrase):
    """A workspace of six commits as it is `left`: sealed, unsealed, or unsealed with room; and where its frames end.

    `copies`: whether the ring keeps one.
    """

    def make(left, *, copies):
        folder = base / f"{left} {copies}"
        with Workspace.create(folder, passphrase=passphrase or None, name="w", cost=CHEAP) as workspace:
            ends = []
            for number in WHOLE["drafts"]:
                workspace.drafts.insert(WHOLE["drafts"][number])
                ends.append(workspace.db.storage.journal.length)
            workspace.meta.insert({"k": 1})
            ends.append(workspace.db.storage.journal.length)
            journal = folder / "data" / "journal.fkj"
            running = journal.read_bytes()
        if left == "unsealed":
            journal.write_bytes(running[: ends[-1]])
        elif left == "unsealed with room":
            journal.write_bytes(running)
        if not copies:
            for copy in ring_of(folder).copies():
                copy.unlink()
        return folder, ends

    return make


def reopened(made, base, passphrase, data):
    """What a workspace shows, and the codes of its notices, when its journal holds `data`; None where it is refused."""
    folder = base / "w"
    shutil.copytree(made, folder)
    journal = folder / "data" / "journal.fkj"
    journal.write_bytes(data)
    try:
        with opened(folder, passphrase) as workspace:
            return memory(workspace), [code for code, _ in workspace.notices]
    except StoreError as error:
        assert error.code == "journal.damaged"
        assert journal.read_bytes() == data, "what cannot be mended is left as it is"
        return None, [error.code]
    finally:
        shutil.rmtree(folder)


LEFT = ["sealed", "unsealed", "unsealed with room"]


@pytest.mark.parametrize("every_bit", [False, pytest.param(True, marks=pytest.mark.soak)])
@pytest.mark.parametrize("copies", [False, True], ids=["alone", "with a copy"])
@pytest.mark.parametrize("left", LEFT)
def test_no_turned_bit_changes_anything_silently(made, base, passphrase, tried, left, copies, every_bit):
    folder, ends = made(left, copies=copies)
    whole = (folder / "data" / "journal.fkj").read_bytes()
    places = [*range(min(len(whole), ends[-1] + 20)), *range(ends[-1] + 20, len(whole), 32 * 1024)]
    told = Counter()
    # The quick run turns a bit of every byte of a sealed file, and of some bytes of the others.
    for place in places[:: 1 if every_bit or (left, copies) == ("sealed", False) else 5]:
        for bit in range(8) if every_bit else [place % 8]:
            turned = bytearray(whole)
            turned[place] ^= 1 << bit
            shown, notices = reopened(folder, base, passphrase, bytes(turned))
            told[" ".join(notices) or "nothing to tell"] += 1
            assert shown is not None
            if shown != WHOLE:
                assert notices[0] in {"journal.mended-with-loss", "journal.torn-tail"}
                assert not copies or place >= ends[-2], "a copy has it"
            assert left != "sealed" or place < ends[-1] or shown == WHOLE
            for table, rows in shown.items():
                assert rows.items() <= WHOLE[table].items(), "less, never other"
    tried(f"{told.total()} bits turned: {dict(told)}")


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("left", LEFT)
def test_every_length_opens_with_every_whole_commit(made, base, passphrase, tried, left, every):
    folder, ends = made(left, copies=False)
    whole = (folder / "data" / "journal.fkj").read_bytes()
    told = Counter()
    lengths = [*range(min(len(whole), ends[-1] + 20) + 1), *range(ends[-1] + 20, len(whole), 32 * 1024)]
    lengths = lengths[:: 1 if left == "sealed" else every]
    for length in lengths:
        shown, notices = reopened(folder, base, passphrase, whole[:length])
        told[" ".join(notices) or "nothing to tell"] += 1
        if length < FILE_HEADER_LENGTH:
            assert shown is None
            continue
        kept = sum(end <= length for end in ends)
        assert [*shown["drafts"]] == [str(n) for n in range(1, 6)][:kept]
        assert bool(shown["meta"]) is (kept == 6)
        seams = {FILE_HEADER_LENGTH, *ends, len(whole)}
        cut = bytes(whole[max(seam for seam in seams if seam <= length) : length])
        assert notices == (["journal.torn-tail"] if any(cut) else [])
    tried(f"{len(lengths)} lengths: {dict(told)}")


def test_with_a_copy_even_an_empty_journal_is_whole(made, base, passphrase):
    folder, _ = made("sealed", copies=True)
    for data in (b"", b"nonsense", bytes(4096)):
        shown, notices = reopened(folder, base, passphrase, data)
        assert (shown, notices[0][:14]) == (WHOLE, "journal.mended")
