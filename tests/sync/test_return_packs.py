"""Return packs: what goes in comes out, for its own laptop alone; any other bytes are refused, and only that."""

from __future__ import annotations

import base64
import hashlib
import random
import struct
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyrage
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import (
    Body,
    Comment,
    DeviceKey,
    Enrolment,
    Envelope,
    Held,
    Operation,
    Receipt,
    ReturnPack,
    SyncError,
    addressee,
    new_record_id,
    read_return_pack,
    seal,
    spoken_code,
    write_return_pack,
)
from sync import pack as packs
from sync.canonical import dumps

OFFICE, LAPTOP = DeviceKey.generate(b"o" * 32), DeviceKey.generate(b"l" * 32)
IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
MADE = datetime(2026, 3, 31, 8, 0, tzinfo=UTC).isoformat()


def enrolment(key=OFFICE, device=LAPTOP):
    return Enrolment(
        key.id,
        key.public,
        "清溪",
        "990101100000",
        device.id,
        device.public,
        "laptop 1",
        "2026-03-01",
        (1, 200),
    ).signed_by(key)


def receipt(key=OFFICE, **changes):
    facts = {"generation": 1, "made": MADE, "held": (Held(LAPTOP.id, "e1", 3, "a" * 64, (5,)),)}
    return Receipt(key.id, **{**facts, **changes}).signed_by(key)


def revision(number=1):
    body = Body({"a": "甲"}, ("a",), salt=bytes(16)).to_bytes()
    envelope = Envelope(
        record=new_record_id(number, random.Random(number)), parents=(), form="visit", form_hash="h", device=LAPTOP.id, epoch="e1",
        sequence=number, previous="0" * 64 if number > 1 else None, hlc=f"{number:013d}-0000", wall=MADE, user="u", operation=Operation.PUT,
        body_hash=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    return seal(envelope, body, LAPTOP)


def full():
    return ReturnPack(
        receipt(also=("b" * 64,)), enrolment(), ({"household": "1", "due": "2026-04-01"},), {"村.csv": b"name\n1\n"},
        {"visit.xlsx": b"\0\1" * 5000}, (Comment("c1", "r1", "members/x/age", "请核对", "李", MADE),),
        (revision(1), revision(2)),
    )  # fmt: skip


def test_everything_in_a_pack_comes_out_again(tmp_path):
    path = write_return_pack(tmp_path, full(), OFFICE, RECIPIENT)
    read = read_return_pack(path, str(IDENTITY))
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert replace(read, sha256="") == full()
    assert addressee(path) == LAPTOP.id


def test_only_its_own_laptop_reads_it_and_no_word_of_it_is_in_clear(tmp_path):
    path = write_return_pack(tmp_path, full(), OFFICE, RECIPIENT)
    for identity in ("", str(pyrage.x25519.Identity.generate()), "nonsense"):
        with pytest.raises(SyncError, match=r"pack\.sealed"):
            read_return_pack(path, identity)
    raw = path.read_bytes()
    assert not [word for word in ("请核对", "household", "laptop 1", "visit.xlsx") if word.encode() in raw]


def test_what_is_about_people_is_never_written_unsealed(tmp_path):
    for part in ("worklist", "lists", "comments", "revisions"):
        pack = ReturnPack(receipt(), enrolment(), **{part: getattr(full(), part)})
        with pytest.raises(SyncError, match=r"pack\.unsealed"):
            write_return_pack(tmp_path, pack, OFFICE)
    assert not list(tmp_path.iterdir())
    plain = ReturnPack(receipt(), enrolment(), forms={"f.xlsx": b"x"})
    assert read_return_pack(write_return_pack(tmp_path, plain, OFFICE)).forms == {"f.xlsx": b"x"}


def test_a_pack_of_the_first_version_is_still_read(tmp_path):
    signed = dumps(
        {
            "fieldkit": "return 1", "device": LAPTOP.id, "receipt": receipt().to_json(),
            "enrolment": base64.b64encode(enrolment().to_bytes()).decode(), "worklist": [{"household": "1", "due": "d"}],
        }
    )  # fmt: skip
    path = tmp_path / "old.fkr"
    path.write_bytes(OFFICE.sign(b"fieldkit return 1\0" + signed) + signed)
    read = read_return_pack(path)
    assert (read.receipt, read.worklist) == (receipt(), ({"household": "1", "due": "d"},))
    assert addressee(path) == LAPTOP.id


def test_another_offices_receipt_or_signature_is_refused(tmp_path):
    other = DeviceKey.generate(b"x" * 32)
    for pack, key in (
        (ReturnPack(receipt(), enrolment()), other),
        (ReturnPack(receipt(other), enrolment()), OFFICE),
    ):
        with pytest.raises(SyncError, match=r"receipt\.bad-signature"):
            read_return_pack(write_return_pack(tmp_path, pack, key))


@pytest.mark.parametrize("name", ["../x.csv", "a/b.csv", ".hidden", "", "c:x", "a\nb"])
def test_names_that_lead_elsewhere_are_refused_on_both_sides(tmp_path, monkeypatch, name):
    pack = ReturnPack(receipt(), enrolment(), forms={name: b"x"})
    with pytest.raises(SyncError, match=r"pack\.bad-name"):
        write_return_pack(tmp_path, pack, OFFICE)
    anything = packs._NAME
    monkeypatch.setattr(packs, "_NAME", packs.re.compile(r"(?s).*"))
    path = write_return_pack(tmp_path, pack, OFFICE)
    monkeypatch.setattr(packs, "_NAME", anything)
    with pytest.raises(SyncError, match=r"pack\.unreadable"):
        read_return_pack(path)


def resealed(tmp_path, inside, header=None, cipher=packs.CIPHER_AGE):
    """A file whose outside is right, around any content."""
    header = dumps(header or {"format": 2, "office": OFFICE.id, "device": LAPTOP.id})
    stored = zstandard.ZstdCompressor().compress(inside)
    if cipher == packs.CIPHER_AGE:
        stored = pyrage.encrypt(stored, [IDENTITY.to_public()])
    path = tmp_path / "made.fkr"
    path.write_bytes(packs.MAGIC + bytes([cipher]) + struct.pack(">I", len(header)) + header + stored)
    return path


def inside_of(pack):
    signed = packs._signed_part(pack)
    return OFFICE.sign(b"fieldkit return 2\0" + signed) + signed


def test_a_header_that_lies_about_its_laptop_is_refused(tmp_path):
    path = resealed(tmp_path, inside_of(full()), {"format": 2, "office": OFFICE.id, "device": "0" * 32})
    with pytest.raises(SyncError, match=r"pack\.unreadable"):
        read_return_pack(path, str(IDENTITY))


def test_what_would_be_too_large_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "LARGEST_CONTENT", 100_000)
    with pytest.raises(SyncError, match="too large"):
        read_return_pack(resealed(tmp_path, b"\0" * 100_001), str(IDENTITY))
    with pytest.raises(SyncError, match="zero-length"):
        read_return_pack(resealed(tmp_path, b"\0" * 100_000), str(IDENTITY))
    with pytest.raises(SyncError, match=r"pack\.too-large"):
        write_return_pack(tmp_path, ReturnPack(receipt(), enrolment(), forms={"f": b"x" * 100_001}), OFFICE)


def test_a_window_beyond_bounds_is_refused(tmp_path):
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    wide = zstandard.ZstdCompressor(compression_params=parameters)
    stored = wide.compress(b"".join(bytes([n % 251]) * 9 for n in range(4_000_000)))
    header = dumps({"format": 2, "office": OFFICE.id, "device": LAPTOP.id})
    path = tmp_path / "wide.fkr"
    path.write_bytes(packs.MAGIC + b"\0" + struct.pack(">I", len(header)) + header + stored)
    with pytest.raises(SyncError, match=r"pack\.unreadable.*(memory|window|large)"):
        read_return_pack(path)


def test_a_file_that_is_not_there_or_huge(tmp_path, monkeypatch):
    with pytest.raises(SyncError, match=r"medium\.gone"):
        read_return_pack(tmp_path / "none.fkr")
    monkeypatch.setattr(packs, "_LARGEST_FILE", 1000)
    (tmp_path / "huge.fkr").write_bytes(b"\0" * 1001)
    with pytest.raises(SyncError, match="larger than any pack"):
        read_return_pack(tmp_path / "huge.fkr")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef", max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_bytes_bring_anything_but_a_refusal(tmp_path_factory, data):
    """Mutations of every layer: the file, the compressed content, the list itself signed by the office."""
    tmp_path = tmp_path_factory.mktemp("fuzz")
    layer = data.draw(st.sampled_from(["file", "content", "list"]))
    pack = full()
    if layer == "file":
        path = tmp_path / "file.fkr"
        path.write_bytes(mutated(data, written()))
    elif layer == "content":
        path = resealed(tmp_path, mutated(data, inside_of(pack)), cipher=data.draw(st.sampled_from([0, 1])))
    else:
        listed = packs.packed(pack.receipt, pack.enrolment, pack.worklist, pack.comments)
        listed |= {
            "fieldkit": "return 2",
            "lists": [],
            "forms": [],
            "revisions": [0, hashlib.sha256().hexdigest()],
        }
        name = data.draw(st.sampled_from(sorted(listed)))
        if data.draw(st.booleans()):
            listed[name] = data.draw(PLAIN)
        else:
            del listed[name]
        raw = dumps(listed)
        signed = struct.pack(">I", len(raw)) + raw + data.draw(st.binary(max_size=4))
        path = resealed(tmp_path, OFFICE.sign(b"fieldkit return 2\0" + signed) + signed)
    try:
        addressee(path)
        read = read_return_pack(path, str(IDENTITY))
    except SyncError:
        return
    assert layer == "list" or read.enrolment == pack.enrolment


@cache
def written():
    """A pack's bytes, once: every sealing differs, in its length too."""
    with TemporaryDirectory() as folder:
        return write_return_pack(Path(folder), full(), OFFICE, RECIPIENT).read_bytes()


def mutated(data, raw):
    kind = data.draw(st.sampled_from(["flip", "cut", "swap", "double"]))
    at = data.draw(st.integers(0, len(raw) - 1))
    length = data.draw(st.integers(1, 40))
    if kind == "flip":
        return raw[:at] + bytes([raw[at] ^ 1 << data.draw(st.integers(0, 7))]) + raw[at + 1 :]
    if kind == "cut":
        return raw[:at]
    if kind == "swap":
        return raw[:at] + data.draw(st.binary(min_size=length, max_size=length)) + raw[at + length :]
    return raw[: at + length] + raw[at:]


def test_the_spoken_code_is_six_digits_and_the_same_for_the_same_file():
    assert spoken_code("0" * 64) == "000 000"
    assert spoken_code("f" * 64) == spoken_code("F" * 64)
    codes = {spoken_code(hashlib.sha256(bytes([n])).hexdigest()) for n in range(100)}
    assert len(codes) == 100
    assert all(len(code) == 7 and code.replace(" ", "").isdigit() for code in codes)
