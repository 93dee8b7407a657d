"""Bundles and the archive: 200,000 revisions of 2.8 KB written, and merged with every check on; `git fast-import` of the
same bodies as files, and PouchDB's replication where node is present, beside them in the same run.

BENCH_SYNC=20000 takes fewer.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.revisions import Revisions
from bench.rows import row
from sync import Archive, DeviceKey, KeyCard, schema, write_bundle
from sync.archive import make_tables
from sync.database import Database
from tests.clusters import Cluster, NoServerError

COUNT = int(os.environ.get("BENCH_SYNC", "200000"))
POUCH_COUNT = min(COUNT, 20_000)
POUCH = ("pouchdb-core", "pouchdb-adapter-leveldb", "pouchdb-replication")
STICK = 52
SERVERS = 2
SEED = bytes(range(32))


def _git(folder, revisions):
    """Microseconds that `git fast-import` takes for each body as a file of its own."""
    subprocess.run(["git", "init", "--quiet", "--bare", folder / "git"], check=True)
    stream = folder / "stream"
    with stream.open("wb") as file:
        for number, revision in enumerate(revisions, 1):
            file.write(b"blob\nmark :%d\ndata %d\n" % (number, len(revision.raw_body)))
            file.write(revision.raw_body + b"\n")
        file.write(b"commit refs/heads/main\ncommitter b <b> 1700000000 +0000\ndata 1\nx\n")
        for number, revision in enumerate(revisions, 1):
            file.write(b"M 100644 :%d %s/%s\n" % (number, revision.id[:2].encode(), revision.id[2:].encode()))
        file.write(b"\ndone\n")
    began = time.perf_counter()
    with stream.open("rb") as file:
        subprocess.run(
            ["git", "-C", folder / "git", "fast-import", "--quiet", "--done"], stdin=file, check=True
        )
    taken = time.perf_counter() - began
    shutil.rmtree(folder / "git")
    stream.unlink()
    return 1e6 * taken / COUNT


def _pouch(folder, revisions):
    """Microseconds that PouchDB's replication takes for each body as a document; None where it cannot be had."""
    if shutil.which("npm") is None:
        return None
    modules = folder / "npm"
    modules.mkdir()
    got = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", modules, *POUCH],
        check=False, capture_output=True, timeout=180,
    )  # fmt: skip
    if got.returncode:
        return None
    documents = folder / "documents"
    with documents.open("w", encoding="utf-8") as file:
        for revision in islice(revisions, POUCH_COUNT):
            file.write(f'{{"_id":"{revision.id}","body":{revision.raw_body.decode()}}}\n')
    script = Path(__file__).with_name("replicate.js")
    done = subprocess.run(
        ["node", script, modules, documents, folder], check=False, capture_output=True, text=True, timeout=600
    )
    return 1e6 / float(done.stdout) if done.returncode == 0 else None


def _stick(folder, archive, number):
    """Seconds that one stick of an ordinary laptop takes."""
    key = DeviceKey.generate()
    archive.enroll(KeyCard(f"laptop {number}", key.public, "e1"))
    made = write_bundle(
        folder, list(Revisions(STICK, key)), key=key, office=archive.id, recipients=archive.recipients,
        now=datetime.now(UTC),
    )  # fmt: skip
    began = time.perf_counter()
    assert archive.import_bundle(made.path).new == STICK
    return time.perf_counter() - began


def _on_servers(archive, path, count):
    """Microseconds a revision that a bundle takes on PostgreSQL: brought, brought again, and brought over `count` servers
    from one more; None where there is no server to run.
    """
    try:
        clusters = [Cluster(durable=True, settings="shared_buffers = 256MB\n") for _ in range(1 + count)]
    except NoServerError:
        return None, None, None
    try:
        alone = _elsewhere(archive, clusters[0].new_database(), ())
        taken = [_timed(alone, path), _timed(alone, path)]
        assert not alone.verify().damaged
        alone.close()
        spread = _elsewhere(
            archive, clusters[0].new_database(), [each.new_database() for each in clusters[1:]]
        )
        taken.append(_timed(spread, path))
        spread.close()
        return taken
    finally:
        for each in clusters:
            each.remove()


def _elsewhere(archive, url, servers):
    """The same office with an empty database."""
    database = Database(url)
    facts = {"schema": str(schema.VERSION), "office": archive.id, "generation": "1"}
    make_tables(database, facts, servers, archive._secret)
    said = {"name": archive.name, "division": archive.division, "recipients": archive.recipients}
    made = Archive(archive.folder, said, archive.keys, database, lambda: datetime.now(UTC), archive._secret)
    made.enroll(KeyCard("bench", DeviceKey.generate(SEED).public, "e1"))
    return made


def _timed(archive, path):
    began = time.perf_counter()
    report = archive.import_bundle(path)
    assert report.new + report.held == COUNT
    return 1e6 * (time.perf_counter() - began) / COUNT


def rows():
    folder = Path(tempfile.mkdtemp())
    try:
        key = DeviceKey.generate(SEED)
        revisions = Revisions(COUNT, key)
        archive = Archive.create(folder / "office", name="bench", division="", now=lambda: datetime.now(UTC))
        archive.enroll(KeyCard("bench", key.public, "e1"))
        parts = {"key": key, "office": archive.id, "recipients": archive.recipients, "now": datetime.now(UTC)}
        few = list(islice(revisions, 20_000))
        began = time.perf_counter()
        write_bundle(folder, few, **parts).path.unlink()
        written = 1e6 * (time.perf_counter() - began) / len(few)
        del few
        made = write_bundle(folder, revisions, **parts)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        report = archive.import_bundle(made.path)
        merged = 1e6 * (time.perf_counter() - began) / COUNT
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert report.new == COUNT, report.counts()
        began = time.perf_counter()
        assert archive.import_bundle(made.path).held == COUNT
        again = 1e6 * (time.perf_counter() - began) / COUNT
        stick = max(_stick(folder, archive, number) for number in range(5))
        began = time.perf_counter()
        proof = archive.verify()
        verified = 1e6 * (time.perf_counter() - began) / COUNT
        assert not proof.damaged
        archive.close()
        stored = (folder / "office" / "archive.db").stat().st_size / COUNT
        servers, servers_again, spread = _on_servers(archive, made.path, SERVERS)
        git = _git(folder, revisions)
        pouch = _pouch(folder, revisions)
    finally:
        shutil.rmtree(folder)
    yield row("sync: export, signed, sealed, read back", "µs/revision", written)
    yield row("sync: size of a bundle", "bytes/revision", made.bytes / COUNT)
    yield row(
        "sync: merge, every check on", "µs/revision", merged, git, "git fast-import, files of the same bodies"
    )
    yield row(
        "sync: merge against PouchDB", "µs/revision", merged, pouch, "PouchDB replication, leveldb to leveldb"
    )
    if servers:
        yield row(
            "sync: merge on PostgreSQL, every check on", "µs/revision", servers, git,
            "git fast-import, files of the same bodies",
        )  # fmt: skip
        yield row(
            "sync: merge on PostgreSQL against PouchDB", "µs/revision", servers, pouch,
            "PouchDB replication, leveldb to leveldb",
        )  # fmt: skip
        yield row("sync: merge of the same bundle again, PostgreSQL", "µs/revision", servers_again)
        yield row(f"sync: merge over {SERVERS} servers (postgres_fdw)", "µs/revision", spread)
    yield row("sync: merge of the same bundle again", "µs/revision", again)
    yield row("sync: memory that a merge adds", "MB", grown)
    yield row("sync: one stick of 52, slowest", "s", stick)
    yield row("sync: verify the whole archive", "µs/revision", verified)
    yield row("sync: size of the archive", "bytes/revision", stored)
