"""Exports: 100,000 records of 100 columns in every format, beside the bare library given the same rows ready in memory; and how much
memory 1,000,000 rows of 12 columns take on their way into CSV.

Ours reads records, hides what stays, lays rows out by pseudonym, writes, and reads everything back; the library only writes.
"""

from __future__ import annotations

import csv
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.rows import row
from fieldkit.library import FormLibrary
from fieldkit.places import places
from fieldkit.privacy.profiles import Profile
from fieldkit.records import Record
from fieldkit.report.exports.writing import Wanted, export

COUNT, WIDTH = 100_000, 100
LONG, NARROW = 1_000_000, 12
FORMATS = ("csv", "xlsx", "dta", "sav", "parquet", "xml")
CODES = ("yes", "no", "unsure", "never", "often")
TODAY = date(2026, 3, 31)
SECRET = b"secret of the bench"


def _form(folder, width):
    """A form of so many questions: mostly codes, some numbers, days and several answers, as the programme's own."""
    kinds = ["select_one answers"] * 6 + ["integer", "date", "decimal", "select_one answers"]
    survey = [
        {"type": kinds[n % len(kinds)], "name": f"q{n}", "label": f"Question {n}", "fk:tier": "N"}
        for n in range(width)
    ]
    book = {
        "settings": [{"form_id": "wide", "form_title": "Wide", "version": "1"}],
        "survey": survey,
        "choices": [{"list_name": "answers", "name": code, "label": code.title()} for code in CODES],
    }
    (folder / "wide.yaml").write_text(json.dumps(book, indent=1), encoding="utf-8")


def _answers(n, width):
    answers = {}
    for at in range(width):
        match at % 10:
            case 6:
                answers[f"q{at}"] = str((n * 7 + at) % 90)
            case 7:
                answers[f"q{at}"] = f"2026-{(n + at) % 12 + 1:02}-11"
            case 8:
                answers[f"q{at}"] = f"{(n + at) % 1000}.50"
            case _:
                answers[f"q{at}"] = CODES[(n * 3 + at) % 5]
    if not n % 10:
        answers["q3"] = {"missing": "dk"}
    return answers


class Tables:
    """Records as an archive gives them, one after the other."""

    def __init__(self, folder, count, width):
        _form(folder, width)
        self.library = FormLibrary(folder)
        self._count, self._width = count, width

    def read(self, take):
        for n in range(self._count):
            take(Record(f"{n:032x}", "wide", _answers(n, self._width), frozenset(), TODAY))
        return "0" * 64

    def places(self):
        return places()


def _ours(tables, kind, folder):
    began = time.perf_counter()
    wanted = Wanted("wide", kind, Profile.DEIDENTIFIED, "en", "安排服务", TODAY)
    export(tables, wanted, folder / "out", SECRET)
    spent = time.perf_counter() - began
    shutil.rmtree(folder / "out")
    return spent


def _without_writing(tables):
    """What it takes to make the records up: no part of the export."""
    began = time.perf_counter()
    tables.read(lambda _record: None)
    return time.perf_counter() - began


def _bare(kind, folder):
    """The library alone: rows ready in memory, into a file."""
    if kind == "csv":
        ready = [list(map(_text, _answers(n, WIDTH).values())) for n in range(COUNT)]
        return _timed(lambda: _bare_csv(folder / "bare.csv", ready))
    if kind == "xlsx":
        ready = [list(map(_text, _answers(n, WIDTH).values())) for n in range(COUNT)]
        return _timed(lambda: _bare_xlsx(folder / "bare.xlsx", ready))
    if kind == "xml":
        ready = [_answers(n, WIDTH) for n in range(COUNT)]
        return _timed(lambda: _bare_xml(folder / "bare.zip", ready))
    return _bare_frame(kind, folder)


def _bare_frame(kind, folder):
    import polars as pl
    import pyreadstat

    numbers = {code: number for number, code in enumerate(CODES, 1)}
    columns = {f"q{at}": [] for at in range(WIDTH)}
    for n in range(COUNT):
        for name, said in _answers(n, WIDTH).items():
            text = _text(said)
            columns[name].append(
                numbers.get(text, text) if kind != "parquet" and not text[:1].isdigit() else text
            )
    frame = pl.DataFrame({name: pl.Series(_typed(column), strict=False) for name, column in columns.items()})
    if kind == "parquet":
        return _timed(lambda: frame.write_parquet(folder / "bare.parquet"))
    write = pyreadstat.write_dta if kind == "dta" else pyreadstat.write_sav
    return _timed(lambda: write(frame, folder / f"bare.{kind}"))


def _typed(column):
    if all(isinstance(each, int) or each == "" for each in column):
        return [each or None for each in column]
    try:
        return [float(each) if each else None for each in column]
    except ValueError:
        return column


def _bare_csv(path, ready):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ready)


def _bare_xlsx(path, ready):
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate(ready):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell)


def _bare_xml(path, ready):
    import zipfile

    from lxml import etree

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, answers in enumerate(ready):
            root = etree.Element("data")
            for name, said in answers.items():
                etree.SubElement(root, name).text = _text(said)
            archive.writestr(f"{n}.xml", etree.tostring(root))


def _text(said):
    return said if isinstance(said, str) else ""


def _timed(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


_PEERS = {
    "csv": "csv.writer", "xlsx": "xlsxwriter, constant memory", "dta": "pyreadstat.write_dta", "sav": "pyreadstat.write_sav",
    "parquet": "polars write_parquet", "xml": "lxml and zipfile",
}  # fmt: skip


def _growth(kind):
    """MB that an export of LONG rows takes beyond what the process needed before it, in a process of its own."""
    code = f"from bench.exports import grown; grown({kind!r})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def grown(kind):
    """Write LONG rows, and print by how many MB the process grew."""
    folder = Path(tempfile.mkdtemp())
    try:
        for name, count in (("few", 100), ("all", LONG)):
            (folder / name).mkdir()
            tables = Tables(folder / name, count, NARROW)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            _ours(tables, kind, folder / name)
    finally:
        shutil.rmtree(folder)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


def rows():
    folder = Path(tempfile.mkdtemp())
    try:
        tables = Tables(folder, COUNT, WIDTH)
        made_up = _without_writing(tables)
        for kind in FORMATS:
            ours = COUNT / (_ours(tables, kind, folder) - made_up)
            bare = COUNT / _bare(kind, folder)
            yield row(
                f"exports: {kind}, 100,000 × 100",
                "µs/row",
                1e6 / ours,
                1e6 / bare,
                f"{_PEERS[kind]}: {bare:,.0f} rows/s; ours {ours:,.0f}",
            )
    finally:
        shutil.rmtree(folder)
    yield row("exports: memory of 1,000,000 rows × 12 into csv", "MB", _growth("csv"))


if __name__ == "__main__":
    for result in rows():
        print(json.dumps(result, ensure_ascii=False), flush=True)
