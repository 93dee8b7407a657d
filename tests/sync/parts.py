"""A bundle taken apart and put together by hand (docs/bundle-format.md), so that any of it may be wrong."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, replace

import pyrage
import zstandard

from sync import Revision
from sync.revision import DOMAIN

_SEGMENT = struct.Struct(">II32s")


@dataclass(frozen=True)
class Part:
    """A segment. stored and raw: the lengths it declares; digest: that of what is stored, as it declares."""

    stored: int
    raw: int
    digest: bytes
    content: bytes

    def to_bytes(self):
        return _SEGMENT.pack(self.stored, self.raw, self.digest) + self.content


@dataclass(frozen=True)
class Parts:
    start: bytes
    header: bytes
    segments: tuple[Part, ...]
    length: int | None = None
    """Of the header, where it is declared wrong."""

    def to_bytes(self):
        length = len(self.header) if self.length is None else self.length
        inside = self.start + length.to_bytes(4, "big") + self.header
        inside += b"".join(each.to_bytes() for each in self.segments)
        return inside + b"\xff" * 4 + hashlib.sha256(inside).digest() + b"FKBE"

    def with_header(self, **changes):
        facts = {**json.loads(self.header), **changes}
        facts = {name: value for name, value in facts.items() if value is not None}
        header = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        return replace(self, header=header)

    def with_segment(self, number, part):
        parts = list(self.segments)
        parts[number] = part
        return replace(self, segments=tuple(parts))


def taken_apart(content):
    """The parts of a bundle that is whole."""
    length = int.from_bytes(content[5:9], "big")
    at, segments = 9 + length, []
    while content[at : at + 4] != b"\xff" * 4:
        stored, raw, digest = _SEGMENT.unpack_from(content, at)
        at += _SEGMENT.size + stored
        segments.append(Part(stored, raw, digest, content[at - stored : at]))
    return Parts(content[:5], content[9 : 9 + length], tuple(segments))


def sealed(raw, recipients, *, packed=None, raw_length=None):
    """A segment of anything, for the office whose recipients all may know."""
    packed = zstandard.ZstdCompressor().compress(raw) if packed is None else packed
    readers = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    content = pyrage.encrypt(packed, readers)
    length = len(raw) if raw_length is None else raw_length
    return Part(len(content), length, hashlib.sha256(content).digest(), content)


def opened(part, identity):
    """What is in a segment."""
    packed = pyrage.decrypt(part.content, [pyrage.x25519.Identity.from_str(identity)])
    return zstandard.ZstdDecompressor().decompress(packed)


def signed(like, key, raw=None, raw_body=None):
    """A revision of any bytes, signed as a revision is. like: a revision that has what is not given."""
    raw = like.raw if raw is None else raw
    raw_body = like.raw_body if raw_body is None else raw_body
    return Revision(like.envelope, raw, key.sign(DOMAIN + hashlib.sha256(raw).digest()), raw_body)


def with_body(like, key, raw_body):
    """A revision of any body's bytes, whose envelope and signature fit."""
    return signed(like, key, with_fact(like.raw, "body", hashlib.sha256(raw_body).hexdigest()), raw_body)


def with_fact(raw, name, value):
    """An envelope's bytes with another value of a field."""
    return plain({**json.loads(raw), name: value})


def plain(value):
    """JSON as the product writes it where it may, and where it may not."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
