"""Bundles and the archive: writing and merging 10,000 revisions of about 2.8 KB, beside a plain SQLite insert of the same."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import row
from sync import Archive, Body, DeviceKey, Envelope, KeyCard, Operation, new_record_id, seal, write_bundle

COUNT = 10_000


def _revisions(key):
    made = []
    for n in range(COUNT):
        body = Body({f"q{i}": f"答案 {n} 一些文字 some words" for i in range(60)}, ("q1",)).to_bytes()
        envelope = Envelope(
            record=new_record_id(1_770_000_000_000 + n), parents=(), form="visit", form_hash="h" * 64, device=key.id,
            epoch="e1", sequence=n + 1, previous=made[-1].id if made else None, hlc=f"{n:013d}-0000",
            wall="2026-03-01T08:00:00+08:00", user="u", operation=Operation.PUT,
            body_hash=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        made.append(seal(envelope, body, key))
    return made


def rows():
    folder = Path(tempfile.mkdtemp())
    try:
        key = DeviceKey.generate()
        revisions = _revisions(key)
        archive = Archive.create(folder / "office", name="bench", division="", now=lambda: datetime.now(UTC))
        archive.enroll(KeyCard("bench", key.public, "e1"))
        began = time.perf_counter()
        made = write_bundle(
            folder,
            revisions,
            key=key,
            office=archive.id,
            recipients=archive.recipients,
            now=datetime.now(UTC),
        )
        written = COUNT / (time.perf_counter() - began)
        began = time.perf_counter()
        assert archive.import_bundle(made.path).new == COUNT
        merged = COUNT / (time.perf_counter() - began)
        archive.close()
        plain = sqlite3.connect(folder / "plain.db")
        plain.execute("CREATE TABLE r (id TEXT PRIMARY KEY, raw BLOB, body BLOB)")
        began = time.perf_counter()
        with plain:
            plain.executemany(
                "INSERT INTO r VALUES (?, ?, ?)", [(r.id, r.raw, r.raw_body) for r in revisions]
            )
        peer = COUNT / (time.perf_counter() - began)
        plain.close()
    finally:
        shutil.rmtree(folder)
    yield row("exchange: bundle written, signed, read back", "revisions/s", written)
    yield row("exchange: bundle size", "bytes/revision", made.bytes / COUNT)
    yield row("exchange: bundle merged, every check on", "revisions/s", merged, peer, "bare SQLite insert")
