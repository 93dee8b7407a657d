"""Journals cut, flipped, spliced and opened with the wrong key: whole commits survive, nothing changes silently."""

from __future__ import annotations

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import JournalDB
from fieldkit.store.frames import FILE_HEADER_LENGTH, Frames, Kind
from fieldkit.store.operations import Code, Operation, pack

TEXT = "清溪" * 5


@pytest.mark.parametrize("key", [None, bytes(32)], ids=["clear", "encrypted"])
def test_every_truncation_opens_with_every_whole_commit(path, key, unclean, tmp_path):
    ends = unclean(path)
    whole = path.read_bytes()
    folder = tmp_path / "cut"
    folder.mkdir()
    for length in range(FILE_HEADER_LENGTH, len(whole) + 1):
        copy = folder / f"{length}.fkj"
        copy.write_bytes(whole[:length])
        last = max([FILE_HEADER_LENGTH, *(end for end in ends if end <= length)])
        with JournalDB(copy, key) as db:
            assert [d["n"] for d in db] == list(range(sum(end <= length for end in ends)))
            assert db.storage.torn == len(whole[last:length].rstrip(b"\0"))
            db.insert({"after": 1})
        kept = b"".join(file.read_bytes() for file in folder.glob(f"{length}-*.torn"))
        assert kept == whole[last:length].rstrip(b"\0"), "zeros at the end are room, not bytes of a frame"
        with JournalDB(copy, key) as again:
            assert again.all()[-1] == {"after": 1}
            assert again.storage.torn == 0


def test_a_write_torn_after_a_clean_close_is_only_torn(path, key, killed):
    with JournalDB(path, key) as db:
        db.insert({"n": 1})
    sealed = path.stat().st_size
    db = JournalDB(path, key)
    db.insert({"n": 2})
    end = db.storage.journal.length
    killed(db)
    whole = path.read_bytes()[:end]
    for length in range(sealed, len(whole)):
        path.write_bytes(whole[:length])
        with JournalDB(path, key) as db:
            assert db.all() == [{"n": 1}]
            assert db.storage.torn == len(whole[sealed:length].rstrip(b"\0"))


@pytest.mark.parametrize("key", [None, bytes(32)], ids=["clear", "encrypted"])
@pytest.mark.parametrize("sealed", [True, False])
def test_no_flipped_bit_goes_unnoticed(path, key, unclean, tmp_path, sealed):
    ends = unclean(path)
    if sealed:
        JournalDB(path, key).close()
    whole = path.read_bytes()
    last = ends[-1] if sealed else ends[-2]
    folder = tmp_path / "flipped"
    folder.mkdir()
    copy = folder / "j.fkj"
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        copy.write_bytes(damaged)
        try:
            db = JournalDB(copy, key)
        except StoreError as error:
            assert error.code in {"journal.damaged", "workspace.newer-format"}
            assert copy.read_bytes() == bytes(damaged), "a damaged file is left as it is"
            assert list(folder.iterdir()) == [copy]
            continue
        documents = db.all()
        db.close()
        assert place >= last, "what another frame follows is no torn tail"
        assert documents == [{"n": n, "text": TEXT} for n in range(6 if sealed else 5)]
        [aside] = folder.glob("j-*.torn")
        assert aside.read_bytes() == bytes(damaged[last:]).rstrip(b"\0")
        aside.unlink()


def frames_of(whole, ends):
    return [whole[start:end] for start, end in zip([FILE_HEADER_LENGTH, *ends], ends, strict=False)]


@pytest.mark.parametrize(
    "order",
    [(0, 2, 3, 4, 5), (0, 1, 1, 2, 3, 4, 5), (0, 2, 1, 3, 4, 5), (1, 2, 3, 4, 5), (0, 3, 4, 5)],
    ids=["dropped", "repeated", "swapped", "first dropped", "two dropped"],
)
def test_frames_that_were_moved_are_noticed(path, key, unclean, order):
    ends = unclean(path)
    whole = path.read_bytes()
    frames = frames_of(whole, ends)
    path.write_bytes(whole[:FILE_HEADER_LENGTH] + b"".join(frames[n] for n in order))
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        JournalDB(path, key)
    assert caught.value.code == "journal.damaged"
    assert path.read_bytes() == before


@pytest.mark.parametrize("last", [1, 2, 3, 4])
def test_a_hole_over_several_frames_is_damage(path, key, unclean, last):
    ends = unclean(path)
    damaged = bytearray(path.read_bytes())
    damaged[FILE_HEADER_LENGTH + 5 : ends[last] - 5] = bytes(ends[last] - FILE_HEADER_LENGTH - 10)
    path.write_bytes(damaged)
    with pytest.raises(StoreError) as caught:
        JournalDB(path, key)
    assert (caught.value.code, caught.value.params["offset"]) == ("journal.damaged", FILE_HEADER_LENGTH)
    assert path.read_bytes() == bytes(damaged)


@pytest.mark.parametrize(
    ("written", "opened"), [(bytes(32), b"\1" * 32), (bytes(32), None), (None, bytes(32))]
)
def test_the_wrong_key_changes_nothing(path, tmp_path, written, opened):
    with JournalDB(path, written) as db:
        db.insert({"a": 1})
    whole = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        JournalDB(path, opened)
    assert caught.value.code == "journal.foreign-key"
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


def test_frames_of_another_file_are_refused(path, key, unclean, tmp_path):
    ends = unclean(path)
    other = tmp_path / "other.fkj"
    unclean(other)
    spliced = path.read_bytes()[: ends[2]] + other.read_bytes()[ends[2] :]
    path.write_bytes(spliced)
    with pytest.raises(StoreError) as caught:
        JournalDB(path, key)
    assert caught.value.code == "journal.damaged"


def test_a_later_kind_of_frame_is_named_as_such(path, key, unclean):
    unclean(path)
    whole = path.read_bytes()
    frame = bytearray(Frames(whole[4:20], key).pack(Kind.COMMIT, b"", 6))
    frame[2] = 3
    frame[-4:] = crc_of(frame, whole[4:20], 6)
    path.write_bytes(whole + frame)
    with pytest.raises(StoreError) as caught:
        JournalDB(path, key)
    assert caught.value.code == "workspace.newer-format"
    assert path.read_bytes() == whole + frame


def crc_of(frame, file_id, number):
    import struct
    import zlib

    bound = bytes(frame[:8]) + file_id + struct.pack("<Q", number)
    return struct.pack("<I", zlib.crc32(frame[8:-4], zlib.crc32(bound)))


@pytest.mark.parametrize(
    "payload",
    [b"\0", b"\1\1\0", pack([Operation(99, "t")]), pack([Operation(Code.PATCH, "t", 1, b"{}")])],
    ids=["short", "no head", "unknown operation", "patch of nothing"],
)
def test_a_whole_frame_of_nonsense_is_damage(path, key, unclean, payload):
    unclean(path)
    whole = path.read_bytes()
    path.write_bytes(whole + Frames(whole[4:20], key).pack(Kind.COMMIT, payload, 6))
    with pytest.raises(StoreError) as caught:
        JournalDB(path, key)
    assert caught.value.code == "journal.damaged"


def test_a_declared_length_beyond_the_file_allocates_nothing(path, key, unclean):
    ends = unclean(path)
    damaged = bytearray(path.read_bytes())
    damaged[ends[-2] + 4 : ends[-2] + 8] = b"\xff\xff\xff\xff"
    path.write_bytes(damaged)
    with JournalDB(path, key) as db:
        assert len(db) == 5


def test_a_commit_that_could_not_be_read_again_is_refused(path, key, monkeypatch):
    monkeypatch.setattr("fieldkit.store.journal._LARGEST_COMMIT", 1000)
    with JournalDB(path, key) as db:
        db.insert({"n": 1})
        with pytest.raises(StoreError) as caught:
            db.insert({"n": "x" * 1000})
        assert caught.value.code == "journal.too-large"
        assert db.all() == [{"n": 1}]
