"""The laptop's store beside SQLite (WAL, synchronous=FULL) and stock TinyDB, on the same disk in the same run.

`python -m bench.store` prints one JSON object a line. Ours is encrypted; SQLite is not. FIELDKIT_BENCH_DIR names
the disk.
"""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import sqlite3
import tempfile
import time
import tracemalloc
from pathlib import Path

import orjson
from tinydb import TinyDB

from bench.rows import median, quantile, row
from fieldkit.store import JournalDB

KEY = bytes(32)
TIMES = 1000
QUESTIONS = 300
"""How many answers the draft holds: a long interview."""
PEER = "SQLite WAL FULL"


HAN = [chr(0x4E00 + n) for n in range(3000)]
LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"


def document(n):
    """A record of about 2.8 KB, half of it Chinese, in words that no other record has."""
    chance = random.Random(n)
    words = ("".join(chance.choices(HAN, k=9)) for _ in range(45))
    codes = ("".join(chance.choices(LATIN, k=20)) for _ in range(45))
    return {f"needs/q{i}": f"{word} {code}" for i, (word, code) in enumerate(zip(words, codes, strict=True))}


def _sqlite(path, count):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE d (id INTEGER PRIMARY KEY, body TEXT)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO d (body) VALUES (?)", ((orjson.dumps(document(n)).decode(),) for n in range(count))
    )
    connection.execute("COMMIT")
    return connection


def _in_turns(*steps):
    """The milliseconds of each step, taken in turns so that the disk's moods meet all alike."""
    costs = [[] for _ in steps]
    for n in range(TIMES):
        for step, cost in zip(steps, costs, strict=True):
            began = time.perf_counter()
            step(n)
            cost.append((time.perf_counter() - began) * 1000)
    return costs


def _commits(folder, count):
    sql = _sqlite(folder / f"{count}.db", count)
    db = JournalDB(folder / f"{count}.fkj", KEY)
    table = db.table("t")
    table.insert_multiple(document(n) for n in range(count))
    documents = [document(count + n) for n in range(TIMES)]
    drafts = db.table("drafts")
    draft = drafts.insert({"answers": {}})
    record, peer_record, answer, peer_answer = _in_turns(
        lambda n: table.insert(documents[n]),
        lambda n: sql.execute("INSERT INTO d (body) VALUES (?)", (orjson.dumps(documents[n]).decode(),)),
        lambda n: drafts.patch({"answers": {f"q{n % QUESTIONS}": f"a{n}"}, "cursor": {"path": "/q"}}, draft),
        lambda n: sql.execute("UPDATE d SET body = json_set(body, '$.x', ?) WHERE id = 1", (n,)),
    )
    db.close()
    sql.close()
    for label, ours, peer in (("record", record, peer_record), ("answer", answer, peer_answer)):
        name = f"store: durable {label}"
        yield row(f"{name}, p50, {count // 1000}k documents", "ms", median(ours), median(peer), PEER)
        yield row(
            f"{name}, p99, {count // 1000}k documents",
            "ms",
            quantile(ours, 0.99),
            quantile(peer, 0.99),
            PEER,
        )


def _opening(folder, count):
    """A journal as insertion one by one leaves it, and the same compacted."""
    path = folder / f"open-{count}.fkj"
    db = JournalDB(path, KEY)
    # One frame a record without one sync a record, which would take minutes here.
    journal = db.storage.journal
    from fieldkit.store import journal as module

    sync, module._sync = module._sync, lambda _handle: None
    try:
        for n in range(count):
            db.table("t").insert(document(n))
    finally:
        module._sync = sync
    journal._append(module.Kind.SEAL, b"")
    journal._sealed = True
    db.close()
    for how in ("one frame a record", "compacted"):
        began = time.perf_counter()
        db = JournalDB(path, KEY)
        cost = time.perf_counter() - began
        size = path.stat().st_size
        if how == "compacted":
            db.close()
            gc.collect()
            tracemalloc.start()
            db = JournalDB(path, KEY)
            held, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            yield row(f"store: memory of a record, {count // 1000}k records", "bytes", held / count)
            yield row(f"store: peak while opening, {count // 1000}k records", "bytes/record", peak / count)
            yield row(f"store: file, {count // 1000}k records", "bytes/record", size / count)
        name = f"store: open {count // 1000}k records"
        yield row(name if how != "compacted" else f"{name}, compacted", "s", cost)
        if how != "compacted":
            began = time.perf_counter()
            db.storage.journal.compact()
            yield row(f"store: compact {count // 1000}k records", "s", time.perf_counter() - began)
        db.close()


def _stock(folder, count):
    stock = TinyDB(folder / f"stock-{count}.json")
    stock.insert_multiple(document(n) for n in range(count))
    costs = []
    for n in range(3):
        began = time.perf_counter()
        stock.insert(document(count + n))
        costs.append((time.perf_counter() - began) * 1000)
    stock.close()
    return median(costs)


def rows():
    folder = Path(tempfile.mkdtemp(dir=os.environ.get("FIELDKIT_BENCH_DIR")))
    try:
        records = {}
        for count in (1_000, 10_000, 50_000):
            for made in _commits(folder, count):
                if made["name"].startswith("store: durable record, p50"):
                    records[count] = made["ours"]
                yield made
        for count in (1_000, 10_000):
            name = f"store: durable record against stock TinyDB at {count // 1000}k"
            yield row(
                name, "ms", records[count], _stock(folder, count), f"stock TinyDB, {count // 1000}k documents"
            )
        grown = records[50_000], records[1_000]
        yield row("store: growth of a commit from 1k to 50k documents", "ms", *grown, "ours at 1k documents")
        for count in (10_000, 50_000):
            yield from _opening(folder, count)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    for result in rows():
        print(json.dumps(result, ensure_ascii=False), flush=True)
