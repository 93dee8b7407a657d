"""Bundles made to fill the memory or to take all day: each is refused, or taken in as what it is, soon and in little room."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
import zstandard

from sync import Body
from tests.sync.laptops import Laptop, World
from tests.sync.parts import Part, plain, sealed, signed, taken_apart, with_body, with_fact

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no measure of memory")
ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
SECONDS, MEMORY = 1.0, 256 * MB
BROUGHT = """
import json, resource, sys, time
from pathlib import Path
from sync import Archive, SyncError
from tests.sync.laptops import NOW
office = Archive.open(Path(sys.argv[1]), now=lambda: NOW)
office.import_bundle(Path(sys.argv[2]))
unit = 1 if sys.platform == "darwin" else 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[3:]:
    start = time.process_time()
    try:
        said = office.import_bundle(Path(path)).counts()
    except SyncError as error:
        said = error.code
    spent, after = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([said, spent, (after - before) * unit]), flush=True)
"""


class Bombs:
    """An office, a laptop that it knows, whose key is in bad hands; and one small bundle to begin with."""

    def __init__(self, base, office):
        self.base, self.office, world = base, office, World()
        self.laptop = Laptop(world, 1)
        office.enroll(self.laptop.card)
        self.made = self.laptop.write(world.new_record(), changes={"a": "1"})
        self.small = self.laptop.stick(base, office)
        self.parts = taken_apart(self.small.read_bytes())

    def list_of(self, raw, signature=None):
        """A bundle whose list of contents is any bytes."""
        signature = self.laptop.key.sign(b"fieldkit manifest 1\0" + raw) if signature is None else signature
        return self.parts.with_segment(0, sealed(signature + raw, self.office.recipients)).to_bytes()

    def facts(self, **changes):
        facts = {
            name: value
            for name, value in json.loads(self.parts.header).items()
            if name in {"bundle", "device", "office"}
        }
        return plain(
            {**facts, "chains": [], "ids": [self.made.id], "made": "x", "tip": ["", 0, ""], **changes}
        )

    def segment(self, part):
        return self.parts.with_segment(1, part).to_bytes()

    def carrying(self, *revisions):
        return self.laptop.stick(self.base, self.office, list(revisions)).read_bytes()


def packed(size, **how):
    """Zeros, as small as they get."""
    compressor = zstandard.ZstdCompressor(**how).compressobj()
    return b"".join(compressor.compress(bytes(MB)) for _ in range(size // MB)) + compressor.flush()


def wide(bombs):
    """A frame that wants a window of 1 GiB."""
    parameters = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    return sealed(
        b"", bombs.office.recipients, packed=packed(2 * MB, compression_params=parameters), raw_length=2 * MB
    )


def stanzas(part, count):
    """An age file that names very many readers."""
    stranger = str(pyrage.x25519.Identity.generate().to_public())
    first, reader, key, rest = sealed(b"", [stranger]).content.split(b"\n", 3)
    content = b"\n".join([first, *[reader, key] * count, rest])
    return replace(
        part,
        stored=len(content),
        content=content,
        raw=8 * MB,
        digest=hashlib.sha256(content).digest(),
    )


def a_note(bombs, note):
    body = Body({"a": "2"}, ("a",)).to_bytes().replace(b'"note":{}', b'"note":' + note)
    return bombs.carrying(bombs.made, with_body(bombs.made, bombs.laptop.key, body))


def many_sealed(bombs, raw, count):
    part = sealed(raw, bombs.office.recipients)
    return replace(bombs.parts, segments=(bombs.parts.segments[0], *[part] * count)).to_bytes()


BOMBS = {
    "8 MiB of zeros": lambda b: b.segment(sealed(bytes(8 * MB), b.office.recipients)),
    "4 GiB declared": lambda b: b.segment(replace(b.parts.segments[1], raw=2**32 - 2)),
    "4 GiB stored": lambda b: b.segment(replace(b.parts.segments[1], stored=2**32 - 2)),
    "1 GiB of zeros, 8 MiB declared": lambda b: b.segment(sealed(b"", b.office.recipients, packed=packed(1024 * MB), raw_length=8 * MB)),
    "a window of 1 GiB": lambda b: b.segment(wide(b)),
    "a list of 256 MiB": lambda b: b.parts.with_segment(0, sealed(b"", b.office.recipients, packed=zstandard.ZstdCompressor().compress(bytes(256 * MB)), raw_length=256 * MB)).to_bytes(),
    "a list of very many numbers, unsigned": lambda b: b.list_of(b.facts(ids=[0] * (7 * MB)), bytes(64)),
    "a list of very many numbers": lambda b: b.list_of(b.facts(ids=[0] * (7 * MB))),
    "a list of very many lists": lambda b: b.list_of(b.facts(chains=[[]] * (5 * MB))),
    "a list that is deep": lambda b: b.list_of(b"[" * (15 * MB)),
    "a list of readers": lambda b: b.segment(stanzas(b.parts.segments[1], 60_000)),
    "a list with a list of readers": lambda b: b.parts.with_segment(0, stanzas(b.parts.segments[0], 60_000)).to_bytes(),
    "very many empty revisions": lambda b: many_sealed(b, (bytes(4) + bytes(64) + bytes(4)) * 100_000, 5),
    "very many segments": lambda b: replace(b.parts, segments=(b.parts.segments[0], *[Part(0, 0, bytes(32), b"")] * 500_000)).to_bytes(),
    "a revision of 5 MiB": lambda b: b.carrying(b.made, with_body(b.made, b.laptop.key, Body({"a": "x" * 5 * MB}, ("a",)).to_bytes())),
    "an envelope of very many parents": lambda b: b.carrying(b.made, signed(b.made, b.laptop.key, with_fact(b.made.raw, "par", ["a" * 64] * 50_000))),
    "a body of very many paths": lambda b: b.carrying(b.made, with_body(b.made, b.laptop.key, Body({f"a{n}": "" for n in range(150_000)}, ()).to_bytes())),
    "a note of very many numbers": lambda b: a_note(b, plain({"a": [0] * (2 * MB - 100)})),
    "a note of very many lists": lambda b: a_note(b, plain({"a": [[]] * (MB)})),
    "a note that is deep": lambda b: a_note(b, b'{"a":' * 500_000 + b"1" + b"}" * 500_000),
    "a header that is long": lambda b: replace(b.parts, header=b.parts.header + b" " * 60_000, length=2**31).to_bytes(),
}  # fmt: skip


@pytest.fixture
def bombs(base, new_office):
    return Bombs(base, new_office())


def test_no_bundle_takes_long_or_much_room(base, bombs, tried):
    """One process is brought all of them: what it has taken at its most grows by less than one may take."""
    paths = [base / f"bomb {number}.fkb" for number in range(len(BOMBS))]
    for path, make in zip(paths, BOMBS.values(), strict=True):
        path.write_bytes(make(bombs))
    done = subprocess.run(
        [sys.executable, "-c", BROUGHT, str(bombs.office.folder), str(bombs.small), *map(str, paths)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    longest = 0.0
    for name, line in zip(BOMBS, done.stdout.splitlines(), strict=True):
        said, spent, grown = json.loads(line)
        assert spent < SECONDS, (name, said, spent)
        assert grown < MEMORY, (name, said, grown)
        assert isinstance(said, dict) or said.startswith("bundle."), (name, said)
        longest = max(longest, spent)
    assert bombs.office.verify().damaged == ()
    tried(f"{len(BOMBS)} bombs, the longest {longest:.2f} s of work, {grown / MB:.0f} MB for all")
