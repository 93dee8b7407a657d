"""The files that go from laptop to laptop: whole or refused, whoever changed or cut them, and never more than is allowed."""

from __future__ import annotations

import base64
import random
import struct
from dataclasses import replace

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import Carried as Content
from sync import (
    DeviceKey,
    Left,
    SyncError,
    carry,
    open_carried,
    proven,
    read_introduction,
    write_carry,
)
from sync.canonical import dumps
from sync.sealing import new_identity, recipient_of, seal_for
from tests.sync.test_return_packs import LAPTOP, OFFICE, enrolment, revision

IDENTITY = new_identity()
OTHER = DeviceKey.generate(b"c" * 32)
LEFT = Left(LAPTOP.id, "0000000000001-0000", (("990101100200", "2026-03-31", 3),), ("x",)).signed_by(LAPTOP)
CONTENT = Content((revision(1), revision(2)), (enrolment(device=OTHER),), (LEFT,))


def written(folder, content=CONTENT, recipients=None):
    readers = [recipient_of(IDENTITY)] if recipients is None else recipients
    return write_carry(folder / "a.fkc", enrolment(), content, key=LAPTOP, recipients=readers).path


def test_everything_comes_out_again_and_nothing_of_it_is_in_clear(tmp_path):
    path = written(tmp_path)
    introduction = read_introduction(path)
    assert introduction.sender == enrolment()
    assert open_carried(introduction, IDENTITY) == CONTENT
    content = path.read_bytes()
    assert b"visit" not in content
    assert b"990101100200" not in content
    assert [each.name for each in tmp_path.iterdir()] == ["a.fkc"]


def test_an_introduction_holds_nothing_else(tmp_path):
    path = written(tmp_path, recipients=[])
    assert read_introduction(path).sealed == b""
    with pytest.raises(SyncError, match=r"carry\.not-for-us"):
        open_carried(read_introduction(path), IDENTITY)


def test_others_cannot_open_it(tmp_path):
    with pytest.raises(SyncError, match=r"carry\.not-for-us"):
        open_carried(read_introduction(written(tmp_path)), new_identity())


def test_cut_anywhere_it_is_refused(tmp_path):
    path = written(tmp_path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(SyncError, match=r"carry\.(damaged|unreadable)"):
            read_introduction(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(SyncError, match=r"carry\.damaged"):
        read_introduction(path)


def test_any_changed_byte_is_refused(tmp_path):
    path = written(tmp_path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        with pytest.raises(SyncError):
            read_introduction(path)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_do_worse_than_a_refusal(tmp_path_factory, junk, keep):
    folder = tmp_path_factory.mktemp("junk")
    path = written(folder)
    path.write_bytes(path.read_bytes()[:keep] + junk)
    with pytest.raises(SyncError):
        read_introduction(path)


def signed(tmp_path, raw, length=None, header=None):
    """A file that its laptop did sign, whatever is in it."""
    packed = zstandard.ZstdCompressor().compress(raw)
    plain = {
        "format": 1, "enrolment": base64.b64encode(enrolment().to_bytes()).decode(),
        "length": len(raw) if length is None else length,
    }  # fmt: skip
    told = dumps(plain | (header or {}))
    before = carry.MAGIC + struct.pack(">I", len(told)) + told + seal_for([recipient_of(IDENTITY)], packed)
    path = tmp_path / "b.fkc"
    path.write_bytes(before + LAPTOP.sign(carry._message(before)))
    return path


LISTS = [
    b"", b"\0\0\0\1", b"\xff\xff\xff\xff{}", struct.pack(">I", 2) + b"[]", struct.pack(">I", 2) + b"{}",
    struct.pack(">I", 4) + b"null",
    *(
        struct.pack(">I", len(raw)) + raw
        for raw in (
            dumps({"fieldkit": "carry 2", "authors": [], "left": []}),
            dumps({"fieldkit": "carry 1", "authors": [1], "left": []}),
            dumps({"fieldkit": "carry 1", "authors": ["eA=="], "left": []}),
            dumps({"fieldkit": "carry 1", "authors": [], "left": [{}]}),
            dumps({"fieldkit": "carry 1", "authors": [], "left": ["x"] * 3000}),
            dumps({"fieldkit": "carry 1", "authors": 1, "left": []}),
            dumps({"fieldkit": "carry 1", "authors": [], "left": []}) + b"x",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("raw", LISTS)
def test_a_signed_file_that_makes_no_sense_is_refused(tmp_path, raw):
    with pytest.raises(SyncError, match=r"carry\.unreadable"):
        open_carried(read_introduction(signed(tmp_path, raw)), IDENTITY)


@pytest.mark.parametrize(
    "header",
    [{"format": 2}, {"length": -1}, {"length": 2**40}, {"length": "1"}, {"enrolment": 1}, {"more": 1}],
)
def test_a_header_of_another_kind_is_refused(tmp_path, header):
    with pytest.raises(SyncError, match=r"carry\.unreadable"):
        read_introduction(signed(tmp_path, b"x", header=header))


@pytest.mark.parametrize("length", [0, 1, 5, 1000, carry.LARGEST_CONTENT])
def test_a_bomb_is_not_unpacked(tmp_path, length):
    path = signed(tmp_path, bytes(carry.LARGEST_CONTENT * 4), length=length)
    assert path.stat().st_size < 100_000
    with pytest.raises(SyncError, match=r"carry\.unreadable"):
        open_carried(read_introduction(path), IDENTITY)


def test_what_would_be_too_large_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(carry, "LARGEST_CONTENT", 100)
    with pytest.raises(SyncError, match=r"carry\.too-large"):
        written(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_word_of_the_office_for_somebody_else_introduces_nobody(tmp_path):
    path = write_carry(tmp_path / "a.fkc", enrolment(device=OTHER), CONTENT, key=LAPTOP, recipients=[]).path
    with pytest.raises(SyncError, match=r"carry\.damaged"):
        read_introduction(path)


def test_a_word_that_no_office_signed_introduces_nobody(tmp_path):
    word = replace(enrolment(), name="laptop 9")
    path = write_carry(tmp_path / "a.fkc", word, CONTENT, key=LAPTOP, recipients=[]).path
    with pytest.raises(SyncError, match=r"enrolment\.bad-signature"):
        read_introduction(path)


def test_only_what_its_author_signed_is_proven():
    one, two = revision(1), revision(2)
    forged = replace(two, signature=one.signature)
    keys = {LAPTOP.id: LAPTOP.public}
    assert proven([one, forged], keys, ()) == ([one], 1)
    assert proven([one, two], {LAPTOP.id: OFFICE.public}, ()) == ([], 2)
    assert proven([one], {}, ()) == ([], 1)
    assert proven([one, two], {}, {one.id, two.id}) == ([], 0)


def test_a_count_is_the_word_of_its_laptop_alone():
    assert LEFT.is_genuine(LAPTOP.public)
    assert Left.from_json(LEFT.to_json()) == LEFT
    for changed in (
        replace(LEFT, device="y"), replace(LEFT, made="2"), replace(LEFT, before=()),
        replace(LEFT, days=(("990101100200", "2026-03-31", 4),)),
    ):  # fmt: skip
        assert not changed.is_genuine(LAPTOP.public)
    assert not LEFT.is_genuine(random.Random(1).randbytes(32))
