"""Flat tables: records as rows of 60 columns (40 codes, 6 texts, numbers, days, two lists of choices), beside a bare sqlite3 executemany of the same rows, in the same run."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.schema import CreateTable

from bench.rows import median, row
from sync.merge import RecordView
from sync.table_rows import rows_maker
from sync.table_spec import Column, FlatTable
from sync.tables import _sql_table, prepare, rebuild, refresh

COUNT = 20_000
ROUNDS = 3
HASH = "a" * 64
ANSWERS = {
    "text": "yes_02", "integer": "42", "decimal": "3.5", "date": "2026-03-01",
    "datetime": "2026-03-01T08:00:00+08:00", "several": "a c",
}  # fmt: skip
KINDS = ["text"] * 46 + ["integer"] * 5 + ["decimal"] * 2 + ["date"] * 4 + ["datetime"] + ["several"] * 2


def _table():
    columns = []
    for n, kind in enumerate(KINDS):
        choices = tuple((value, f"q{n}__{value}") for value in "abcdef") if kind == "several" else ()
        columns.append(Column(f"q{n}", f"part/q{n}", kind, choices))
    return FlatTable("visit", "visit", tuple(columns), versions=((HASH, "1"),))


def _views(table):
    for n in range(COUNT):
        answers = {column.path: ANSWERS[column.kind] for column in table.columns}
        answers |= {f"part/q{at}": f"一些文字 some words {n}" for at in range(6, 12)}
        answers["part/q3"] = {"missing": "dk"}
        record = f"0195c0de-{n:04x}-7000-8000-{n:012x}"
        yield RecordView(
            record, "visit", (), answers, {}, "live", False, (), "", "2026-03-01T08:00:00+08:00", HASH
        )


def _durable(connection, _record=None):
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _timed(work):
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000_000 / COUNT


def _ours(folder, table, views):
    """Microseconds a record: into empty tables, then all again in place of their rows."""
    engine = create_engine(f"sqlite:///{folder / 'ours.db'}")
    event.listen(engine, "connect", _durable)
    with engine.begin() as connection:
        prepare(connection, [table])

    def write(how):
        with engine.begin() as connection:
            how(connection, [table], views)

    costs = _timed(lambda: write(rebuild)), _timed(lambda: write(refresh))
    engine.dispose()
    return costs


def _bare(folder, table, rows):
    connection = sqlite3.connect(folder / "bare.db")
    _durable(connection)
    connection.execute(
        str(CreateTable(_sql_table(table)).compile(dialect=create_engine("sqlite://").dialect))
    )
    names = rows_maker(table).columns
    statement = f"INSERT INTO visit ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"

    def write():
        with connection:
            connection.executemany(statement, rows)

    cost = _timed(write)
    connection.close()
    return cost


def rows():
    table = _table()
    views = list(_views(table))
    maker = rows_maker(table)
    made = [each for view in views for each in maker.rows(view)]
    found = []
    for _round in range(ROUNDS):
        folder = Path(tempfile.mkdtemp())
        try:
            found.append((*_ours(folder, table, views), _bare(folder, table, made)))
        finally:
            shutil.rmtree(folder)
    written, again, bare = (median(costs) for costs in zip(*found, strict=True))
    peer = "bare sqlite3 executemany of ready rows"
    yield row("tables: records written, 60 columns", "µs/record", written, bare, peer)
    yield row("tables: records written again in place, 60 columns", "µs/record", again, bare, peer)


if __name__ == "__main__":
    for result in rows():
        print(json.dumps(result, ensure_ascii=False), flush=True)
