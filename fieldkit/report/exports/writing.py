"""Writing an export: records read once, rows laid out by their pseudonyms, a folder that is there as a whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.i18n import speaking
from fieldkit.privacy.profiles import Profile, header
from fieldkit.records import Record
from fieldkit.report.exports.audit import LOG, log_paths
from fieldkit.report.exports.codebook import write_codebook
from fieldkit.report.exports.columns import Row, export_tables, versions_of
from fieldkit.report.exports.csv_file import write_csv
from fieldkit.report.exports.filled import Filled, Head, Written
from fieldkit.report.exports.keeping import files_kept, kept
from fieldkit.report.exports.manifest import MANIFEST, Manifest, facts_of, verify
from fieldkit.report.exports.openrosa import write_openrosa
from fieldkit.report.exports.parquet import write_parquet
from fieldkit.report.exports.rows import Persons, RowsMaker, Told
from fieldkit.report.exports.spool import Spool
from fieldkit.report.exports.spss import write_sav
from fieldkit.report.exports.stata import write_dta
from fieldkit.report.exports.tally import COUNTS_ONLY, Tally
from fieldkit.report.exports.xlsx_file import write_xlsx
from fieldkit.report.records import RecordTables
from fieldkit.xforms import Form

Write = Callable[[Path, list[Filled], Head], Iterator[Written]]
Progress = Callable[[str, int, int], None]
"""Told what is done ("reading", "writing" or "checking"), how much, and of how many rows at most, 0 where that is not known.
Whatever it raises stops the export, and nothing is left of it.
"""

XML = "xml"
FORMATS: Mapping[str, Write] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "dta": write_dta,
    "sav": write_sav,
    "parquet": write_parquet,
}
"""Every format but XML, which needs the form itself."""
_STEP = 500
_SPOOL = ".rows"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export that is asked for. language: of labels. purpose: what it is for, as its header says it. on: the day."""

    form: str
    format: str
    profile: Profile
    language: str
    purpose: str
    on: date


def nobody(_stage: str, _done: int, _of: int) -> None:
    """Tells nobody how far it is."""


def export(
    tables: RecordTables, wanted: Wanted, target: Path, secret: bytes, told: Progress = nobody
) -> Manifest:
    """Write an export into a new folder, and read it back. secret: of the pseudonyms.

    Raises FieldkitError("form.unknown"), ("exports.nothing"), ("exports.exists"), ("exports.counts-as-xml"), ("exports.library"),
    ("medium.…"), and whatever the tables raise; then nothing is left of it.
    """
    if wanted.profile is Profile.AGGREGATE and wanted.format == XML:
        raise FieldkitError("exports.counts-as-xml")
    versions = versions_of(tables.library, wanted.form)
    if versions[-1].id in COUNTS_ONLY and wanted.profile is not Profile.AGGREGATE:
        raise FieldkitError("exports.counts-only", form=wanted.form)
    with speaking(wanted.language), kept(target) as folder:
        if wanted.profile is Profile.AGGREGATE:
            tally = Tally(versions, tables.places(), secret)
            state = tally.read(tables, partial(_every, told))
            filled, log, facts = [_counted(tally)], None, tally.told
        else:
            state, filled, log, facts = _spooled(tables, versions, folder, secret, told)
        line = header(
            wanted.profile, purpose=_printed(wanted.purpose), on=wanted.on, content=state.encode("ascii")
        )
        head = Head(
            line, wanted.language, versions[-1].id, versions[-1].title, tuple(each.version for each in versions), wanted.on
        )  # fmt: skip
        _count(filled, told)
        written = list(_write(folder, filled, head, wanted.format, versions[-1], log))
        shutil.rmtree(folder / _SPOOL, ignore_errors=True)
        names = write_codebook(folder, [each.table for each in filled], head)
        files = files_kept(written, names)
        manifest = Manifest(
            line, head.form, head.versions, wanted.profile.value, wanted.format, wanted.language, wanted.on.isoformat(),
            state, tuple(facts_of(folder / name, rows) for name, rows in files.items()), facts.kept_out, facts.declined,
            facts.unread,
        )  # fmt: skip
        (folder / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        told("checking", 0, 0)
        return verify(folder)


def _counted(tally: Tally) -> Filled:
    """The table of counts."""
    rows = list(tally.rows())
    missing = {at for row in rows for at, value in enumerate(row) if isinstance(value, list)}
    return Filled(tally.table, partial(iter, rows), missing, len(rows))


def _spooled(
    tables: RecordTables, versions: Sequence[Form], folder: Path, secret: bytes, told: Progress
) -> tuple[str, list[Filled], Filled | None, Told]:
    """Every record read, and its rows on the disk: the state, the tables with their rows, and the log."""
    specs = export_tables(versions, tables.places())
    (folder / _SPOOL).mkdir()
    spool = Spool(folder / _SPOOL)
    maker = RowsMaker(versions, specs, secret)
    others = Persons(tables.library, secret, maker.persons)
    filled = [
        Filled(each, partial(spool.rows, number, maker.persons)) for number, each in enumerate([*specs, LOG])
    ]

    def put(number: int, row: Row, person: str) -> None:
        spool.put(number, row, person)
        each = filled[number]
        each.expected += 1
        if list in map(type, row):
            each.missing.update(at for at, value in enumerate(row) if isinstance(value, list))

    step = partial(_every, told)
    form = versions[-1].id
    count = 0

    def take(record: Record) -> None:
        nonlocal count
        count += 1
        step("reading", count, 0)
        if record.form == form:
            maker.take(record, put)
        else:
            others.take(record)

    state = tables.read(take)
    *filled, log = filled
    return state, filled, log if log_paths(versions) else None, maker.told


def _write(
    folder: Path, filled: list[Filled], head: Head, kind: str, form: Form, log: Filled | None
) -> Iterator[Written]:
    if kind == XML:
        return write_openrosa(folder, filled, head, form, log)
    return FORMATS[kind](folder, filled, head)


def _every(told: Progress, stage: str, done: int, of: int) -> None:
    """Tell it now and then."""
    if done % _STEP == 0:
        told(stage, done, of)


def _count(filled: Sequence[Filled], told: Progress) -> None:
    """Let every row that is written be told."""
    of = sum(each.expected for each in filled)
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        _every(told, "writing", done, of)

    for each in filled:
        each.told = one_more


def _printed(text: str) -> str:
    """A text without signs that no file can hold in a line."""
    return "".join(sign for sign in text if sign.isprintable()).strip()
