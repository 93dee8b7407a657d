"""The monthly report and all indicators of an office with 100,000 records, each in a process of its own, beside a bare reading.

The peer opens, decompresses and parses the same packs with the libraries alone: no merge, no hash, no counting.
FIELDKIT_BENCH_OFFICE names an office made before (bench.office.archive), which saves the minutes of making it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.office import RECORDS, archive
from bench.rows import row

PERIOD = "2026-03"
_BARE = """
import sys, orjson, zstandard
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import select
from fieldkit.office import Office
from sync import schema
from sync.sealing import unshut
from sync.wire import pieces
office = Office.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
count = 0
with office.archive.database.reading() as connection:
    for number, content in connection.execute(select(schema.pack.c.id, schema.pack.c.content)):
        raw = zstandard.ZstdDecompressor().decompress(unshut(office.archive.secret, content, b"fieldkit pack %d" % number))
        for piece in pieces(raw):
            orjson.loads(piece.raw), piece.body and orjson.loads(piece.body)
            count += 1
"""


def _timed(*arguments):
    """Seconds on the clock, and the most memory in MB, of a process."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{arguments} ended with {status}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def _measured(office, folder):
    bare, _memory = min(_timed("-c", _BARE, str(office)) for _time in range(2))
    for name in ("monthly", "indicators"):
        command = ("-m", "fieldkit", "report", name, "--period", PERIOD, "--office", str(office))
        took = [_timed(*command, "--out", str(Path(folder, f"{name}.xlsx"))) for _time in range(3)]
        seconds, memory = min(took)[0], max(each[1] for each in took)
        yield row(
            f"report: {name}, {RECORDS:,} records",
            "s",
            seconds,
            bare,
            "the packs opened and parsed, nothing else",
        )
        yield row(f"report: {name}, {RECORDS:,} records, memory", "MB", memory)


def rows():
    with tempfile.TemporaryDirectory() as folder:
        known = os.environ.get("FIELDKIT_BENCH_OFFICE")
        if not known:
            archive(Path(folder)).close()
        yield from _measured(Path(known) if known else Path(folder, "office"), folder)
