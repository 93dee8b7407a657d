"""Attachments: encrypted like records, whole or refused, gone when they are removed."""

from __future__ import annotations

import hashlib
import random

import pytest

from fieldkit.errors import StoreError
from fieldkit.store.attachments import Attachments

KEY = bytes(range(32))


@pytest.fixture(params=[KEY, None], ids=["encrypted", "clear"])
def files(request, tmp_path):
    return Attachments(tmp_path / "kept", request.param)


@pytest.fixture
def photo(tmp_path):
    def make(size):
        path = tmp_path / f"照片 {size}.jpg"
        path.write_bytes(random.Random(size).randbytes(size))
        return path

    return make


def code_of(step):
    with pytest.raises(StoreError) as caught:
        step()
    return caught.value.code


@pytest.mark.parametrize("size", [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 900_000])
def test_what_goes_in_comes_out(files, photo, size):
    source = photo(size)
    kept = files.put(source)
    assert (kept.bytes, kept.sha256) == (size, hashlib.sha256(source.read_bytes()).hexdigest())
    assert b"".join(files.read(kept.id)) == source.read_bytes()
    assert files.ids() == {kept.id}


def test_an_encrypted_one_shows_neither_bytes_nor_name_nor_sum(tmp_path, bytes_in):
    source = tmp_path / "CANARY.txt"
    source.write_bytes(b"CANARY" * 1000)
    files = Attachments(tmp_path / "kept", KEY)
    kept = files.put(source)
    assert b"CANARY" not in bytes_in(files.folder)
    assert not any("CANARY" in path.name or kept.sha256[:8] in path.name for path in files.folder.iterdir())


def test_no_flipped_bit_and_no_cut_goes_unnoticed(tmp_path, photo):
    files = Attachments(tmp_path / "kept", KEY)
    kept = files.put(photo(300))
    [path] = files.folder.iterdir()
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        for changed in (bytes(damaged), whole[:place], whole + b"x"):
            path.write_bytes(changed)
            assert code_of(lambda: list(files.read(kept.id))) == "attachment.damaged"


def test_chunks_of_two_files_cannot_be_mixed(tmp_path, photo):
    files = Attachments(tmp_path / "kept", KEY)
    one, two = files.put(photo(600_000)), files.put(photo(600_001))
    first, second = (files.folder / f"{kept.id}.fka" for kept in (one, two))
    half = 21 + 5 + 256 * 1024 + 28
    second.write_bytes(second.read_bytes()[:half] + first.read_bytes()[half:])
    assert code_of(lambda: list(files.read(two.id))) == "attachment.damaged"


def test_what_is_removed_is_gone(files, photo):
    kept, other = files.put(photo(10)), files.put(photo(11))
    files.remove([kept.id, kept.id])
    assert files.ids() == {other.id}
    assert code_of(lambda: list(files.read(kept.id))) == "attachment.gone"


def test_what_is_no_file_is_refused_in_words(files, tmp_path):
    assert code_of(lambda: files.put(tmp_path / "none.jpg")) == "attachment.gone"
    assert code_of(lambda: files.put(tmp_path)) == "attachment.gone"


def test_a_full_disk_leaves_nothing_half(files, photo, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fieldkit.store.files.os.fsync", full)
    assert code_of(lambda: files.put(photo(10))) == "medium.full"
    assert list(files.folder.iterdir()) == []
