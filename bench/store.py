"""The laptop's store beside SQLite (WAL, synchronous=FULL) and stock TinyDB, on the same disk in the same run."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

import orjson
from tinydb import TinyDB

from bench.rows import median, row
from fieldkit.store import JournalDB, JournalStorage

DOCUMENT = {f"问题{n}": "一个答案 with some text" for n in range(60)}
TIMES = 300


def _timed(step):
    costs = []
    for n in range(TIMES):
        began = time.perf_counter()
        step(n)
        costs.append((time.perf_counter() - began) * 1000)
    return median(costs)


def _sqlite(folder, documents):
    connection = sqlite3.connect(folder / "peer.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE d (id INTEGER PRIMARY KEY, body TEXT)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO d (body) VALUES (?)", documents)
    connection.execute("COMMIT")
    body = orjson.dumps(DOCUMENT).decode()
    insert = _timed(lambda _n: connection.execute("INSERT INTO d (body) VALUES (?)", (body,)))
    update = _timed(
        lambda n: connection.execute("UPDATE d SET body = json_set(body, '$.x', ?) WHERE id = 1", (n,))
    )
    connection.close()
    return insert, update


def rows():
    folder = Path(tempfile.mkdtemp(dir=os.environ.get("FIELDKIT_BENCH_DIR")))
    try:
        body = orjson.dumps(DOCUMENT).decode()
        insert, update = _sqlite(folder, [(body,)] * 10_000)
        db = JournalDB(folder / "j.fkj", bytes(32), storage=JournalStorage)
        table = db.table("t")
        table.insert_multiple(DOCUMENT for _ in range(10_000))
        record = _timed(lambda _n: table.insert(DOCUMENT))
        draft = db.table("drafts").insert({"answers": {}})
        answer = _timed(
            lambda n: db.table("drafts").patch(
                {"answers": {f"q{n}": "yes"}, "cursor": {"path": "/data/q"}}, draft
            )
        )
        db.close()
        began = time.perf_counter()
        JournalDB(folder / "j.fkj", bytes(32), storage=JournalStorage).close()
        opened = time.perf_counter() - began
        stock = TinyDB(folder / "stock.json")
        stock.insert_multiple(DOCUMENT for _ in range(1000))
        began = time.perf_counter()
        stock.insert(DOCUMENT)
        stock_cost = (time.perf_counter() - began) * 1000
        stock.close()
    finally:
        shutil.rmtree(folder)
    peer = "SQLite WAL FULL"
    yield row("store: durable record, p50, 10k documents", "ms", record, insert, peer)
    yield row("store: durable answer, p50, 10k documents", "ms", answer, update, peer)
    yield row(
        "store: durable record against stock TinyDB at 1k",
        "ms",
        record,
        stock_cost,
        "stock TinyDB, 1k documents",
    )
    yield row("store: open 10k records", "s", opened)
