"""Bundles changed at random and with knowledge of their parts: refused by a code, or taken in as far as they are genuine."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections import Counter
from dataclasses import replace

import pytest
import zstandard
from sqlalchemy import select

from sync import Archive, SyncError, schema
from tests.sync.laptops import NOW, Laptop, World, bare
from tests.sync.parts import opened, plain, sealed, taken_apart, with_fact

HUGE = (0, 1, 15, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1, 2**31, 2**32 - 2)
REFUSALS = {
    "bundle.unknown-format",
    "bundle.truncated",
    "bundle.tampered",
    "bundle.foreign",
}


class Stand:
    """An office with its laptops, and genuine bundles to be changed. genuine: the ids of all that was ever signed."""

    def __init__(self, base, new_office, rng):
        self.base, self.new_office, self.rng = base, new_office, rng
        world, self.office = World(), new_office("looked at")
        self.first, self.second, self.stranger = (Laptop(world, number) for number in (1, 2, 3))
        for laptop in (self.first, self.second):
            self.office.enroll(laptop.card)
        shutil.copytree(self.office.folder, base / "empty")
        for laptop in (self.first, self.second, self.stranger):
            for _ in range(20):
                record = world.new_record()
                laptop.write(record, changes={"name": "清溪", "a": str(len(world.notes))})
                laptop.write(record, changes={"a": str(len(world.notes))})
        self.first.learn(list(self.second.held.values())[:9])
        self.genuine = set(world.notes)
        paths = [each.stick(base, self.office) for each in (self.first, self.second, self.stranger)]
        self.whole = [path.read_bytes() for path in paths]
        self.parts = [taken_apart(each) for each in self.whole]
        self.counted = Counter()
        self.path = base / "changed.fkb"

    def bring(self, content, what=""):
        """Bring a file: what became of it, as a code or as the report."""
        self.path.write_bytes(content)
        try:
            report = self.office.import_bundle(self.path)
        except SyncError as error:
            assert error.code in REFUSALS, (what, error)
            self.counted[error.code] += 1
            return error.code
        assert report.offered == (
            report.new + report.held + report.quarantined + report.refused + report.missing
        ), what
        self.counted["with something new" if report.new else "with nothing new"] += 1
        if report.new or report.refused:
            self.look(what)
        return report

    def look(self, what=""):
        """Nothing is there that was never signed, and nothing contradicts itself; then begin again with nothing."""
        with self.office.engine.connect() as connection:
            ids = set(connection.execute(select(schema.revision.c.rev_id)).scalars())
        assert ids <= self.genuine, what
        proof = self.office.verify()
        assert (proof.damaged, proof.revisions) == ((), len(ids)), what
        assert sum(len(view.revisions) for view in self.office.views()) == len(ids), what
        self.office.close()
        shutil.rmtree(self.office.folder)
        shutil.copytree(self.base / "empty", self.office.folder)
        self.office = Archive.open(self.office.folder, now=lambda: NOW)


@pytest.fixture
def stand(base, new_office):
    made = Stand(base, new_office, random.Random(7))
    yield made
    made.office.close()


# -- any bytes --------------------------------------------------------------------------------------------


def flipped(rng, content, _other):
    for _ in range(rng.choice([1, 1, 2, 30])):
        at = rng.randrange(len(content))
        content = content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
    return content


def cut(rng, content, _other):
    return content[: rng.randrange(len(content))]


def spliced(rng, content, other):
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


def dropped(rng, content, _other):
    at = rng.randrange(len(content))
    return content[:at] + content[at + rng.choice([1, 4, 40, 400]) :]


def grown(rng, content, other):
    at, start = rng.randrange(len(content) + 1), rng.randrange(len(other))
    return content[:at] + rng.choice([bytes(40), other[start : start + 300], b"\xff" * 4]) + content[at:]


def overwritten(rng, content, _other):
    at = rng.randrange(len(content))
    return (
        content[:at] + rng.choice([bytes(4), b"\xff" * 4, b"FKBE", b"\x7f\xff\xff\xff"]) + content[at + 4 :]
    )


BYTES = (flipped, cut, spliced, dropped, grown, overwritten)

# -- parts, put together so that the hash at the end fits -------------------------------------------------------


def shuffled(stand, parts, other):
    segments = list(parts.segments)
    stand.rng.shuffle(segments)
    return replace(parts, segments=tuple(segments))


def repeated(stand, parts, other):
    return replace(parts, segments=parts.segments + tuple(stand.rng.choices(parts.segments, k=2)))


def left_out(stand, parts, other):
    at = stand.rng.randrange(len(parts.segments))
    return replace(parts, segments=parts.segments[:at] + parts.segments[at + 1 :])


def borrowed(stand, parts, other):
    at = stand.rng.randrange(len(parts.segments))
    return parts.with_segment(at, stand.rng.choice(other.segments))


def lengths(stand, parts, other):
    at, name = stand.rng.randrange(len(parts.segments)), stand.rng.choice(["stored", "raw"])
    return parts.with_segment(at, replace(parts.segments[at], **{name: stand.rng.choice(HUGE)}))


def header_length(stand, parts, other):
    return replace(parts, length=stand.rng.choice([*HUGE, len(parts.header) - 1]))


def header_fact(stand, parts, other):
    values = [
        "",
        stand.office.id,
        stand.first.id,
        stand.second.id,
        stand.stranger.id,
        0,
        1,
        -1,
        10**30,
        1.5,
        None,
        [],
        True,
    ]
    name = stand.rng.choice(["office", "device", "bundle", "revisions", "format", "x"])
    return parts.with_header(**{name: stand.rng.choice(values)})


def header_bytes(stand, parts, other):
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    twice = parts.header.replace(b'"format":', b'"format":2,"format":', 1)
    return replace(
        parts, header=stand.rng.choice([b"", b"{}", b"[]", deep, twice, parts.header[:-1], b"\xff" * 50])
    )


def sealed_for_others(stand, parts, other):
    """Contents of a segment sealed again by somebody who has no key but knows whom to seal for."""
    at = stand.rng.randrange(1, len(parts.segments))
    raw = opened(parts.segments[at], stand.office.keys.identity)
    for change in stand.rng.choices(BYTES, k=stand.rng.choice([1, 1, 3])):
        raw = change(stand.rng, raw or b"\0", parts.header)
    return parts.with_segment(at, sealed(raw, stand.office.recipients))


def list_changed(stand, parts, other):
    raw = opened(parts.segments[0], stand.office.keys.identity)
    change = stand.rng.choice(BYTES)
    return parts.with_segment(0, sealed(change(stand.rng, raw, parts.header), stand.office.recipients))


def list_signed_by_another(stand, parts, other):
    raw = opened(parts.segments[0], stand.office.keys.identity)
    signer = stand.rng.choice([stand.second, stand.stranger])
    signature = signer.key.sign(b"fieldkit manifest 1\0" + raw[64:])
    return parts.with_segment(0, sealed(signature + raw[64:], stand.office.recipients))


def list_of_nonsense(stand, parts, other):
    """Properly signed by its laptop, and not what a list of contents is."""
    raw = opened(parts.segments[0], stand.office.keys.identity)[64:]
    name = stand.rng.choice(["ids", "chains", "tip", "made", "bundle", "office", "device"])
    value = stand.rng.choice(
        [None, "", 1, 1.5, [], {}, [[]], [1], ["x"], "9999-12-31T23:59:59+00:00", "0001-01-01", 2**60]
    )
    signed = stand.rng.choice([with_fact(raw, name, value), plain(value), raw[:-1], b"[" * 3000])
    return parts.with_segment(
        0, sealed(stand.first.key.sign(b"fieldkit manifest 1\0" + signed) + signed, stand.office.recipients)
    )


def packed_otherwise(stand, parts, other):
    at = stand.rng.randrange(len(parts.segments))
    raw = opened(parts.segments[at], stand.office.keys.identity)
    one = zstandard.ZstdCompressor()
    packed = stand.rng.choice(
        [
            zstandard.ZstdCompressor(write_content_size=False).compress(raw),
            one.compress(raw) + one.compress(raw),
            one.compress(raw) + b"x",
            one.compress(raw)[:-1],
            zstandard.ZstdCompressor(level=22).compress(raw),
            raw,
            b"",
        ]
    )
    return parts.with_segment(at, sealed(raw, stand.office.recipients, packed=packed, raw_length=len(raw)))


def no_age_file(stand, parts, other):
    at = stand.rng.randrange(len(parts.segments))
    part = parts.segments[at]
    content = stand.rng.choice(BYTES)(stand.rng, part.content, part.content)
    digest = hashlib.sha256(content).digest()
    return parts.with_segment(at, replace(part, stored=len(content), content=content, digest=digest))


PARTS = (
    shuffled, repeated, left_out, borrowed, lengths, header_length, header_fact, header_bytes, sealed_for_others,
    list_changed, list_signed_by_another, list_of_nonsense, packed_otherwise, no_age_file,
)  # fmt: skip


def fuzzed(stand, rounds, tried):
    for number in range(rounds):
        at = stand.rng.randrange(3)
        other = (at + 1) % 3
        if number % 3:
            kind = PARTS[number % len(PARTS)]
            content = kind(stand, stand.parts[at], stand.parts[other]).to_bytes()
            if number % 5 == 0:
                content = stand.rng.choice(BYTES)(stand.rng, content, stand.whole[other])
        else:
            kind = BYTES[number // 3 % len(BYTES)]
            content = kind(stand.rng, stand.whole[at], stand.whole[other])
        stand.bring(content, f"{kind.__name__} {number}")
        if number % 100 == 99:
            stand.look()
    for content in stand.whole:
        stand.bring(content)
    tried(
        f"{rounds} changed bundles: " + ", ".join(f"{n} {what}" for what, n in sorted(stand.counted.items()))
    )


def test_no_changed_bundle_brings_anything_that_was_not_signed(stand, tried):
    fuzzed(stand, 420, tried)


@pytest.mark.soak
def test_no_changed_bundle_brings_anything_that_was_not_signed_hundreds_of_thousands_of_times(stand, tried):
    fuzzed(stand, 200_000, tried)


def test_a_list_signed_by_another_known_laptop_is_refused(stand):
    raw = opened(stand.parts[0].segments[0], stand.office.keys.identity)
    for laptop in (stand.second, stand.stranger):
        signature = laptop.key.sign(b"fieldkit manifest 1\0" + raw[64:])
        changed = stand.parts[0].with_segment(0, sealed(signature + raw[64:], stand.office.recipients))
        assert stand.bring(changed.to_bytes()) == "bundle.tampered"
    assert stand.bring(stand.whole[0]).new == 49


def test_a_revision_that_no_list_promises_is_refused_however_genuine(stand):
    """Somebody between laptop and office adds what the laptop signed another time."""
    added = replace(stand.parts[0], segments=(*stand.parts[0].segments, stand.parts[1].segments[-1]))
    assert stand.bring(added.to_bytes()) == "bundle.tampered"
    assert stand.office.verify().revisions == 0


def test_answers_taken_off_a_revision_on_its_way_come_with_the_next_stick(stand):
    held = list(stand.first.held.values())
    report = stand.office.import_bundle(
        stand.second.stick(stand.base, stand.office, [bare(each) for each in held])
    )
    assert report.new == len(held)
    assert stand.office.verify().incomplete
    stand.office.import_bundle(stand.first.stick(stand.base, stand.office))
    assert not stand.office.verify().incomplete
    assert {view.fields["name"] for view in stand.office.views()} == {"清溪"}
