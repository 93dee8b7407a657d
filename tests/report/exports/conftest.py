"""A form with a question of every kind and tier, and records of it held in memory."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import date

import pytest

from fieldkit.library import FormLibrary
from fieldkit.places import Place
from fieldkit.privacy.profiles import Profile
from fieldkit.records import Record
from fieldkit.report.exports.writing import Wanted, export

TODAY = date(2026, 3, 31)
SECRET = b"kept by the office"
CONTACT, RESTRICTED, SEEN, FREE = "絕無僅有联系", "絕無僅有健康", "絕無僅有看过", "絕無僅有随笔"
PLACES = [
    Place("990101100200", {"zh": "石桥村", "en": "Shiqiao"}),
    Place("990101100201", {"zh": "河口村", "en": "Hekou"}),
]
SURVEY = [
    ("select_one village", "village", "P"), ("text", "hh_id", "N"), ("select_one outcome", "outcome", "P"), ("date", "date", "P"),
    ("select_one yes_no", "stats", "N"), ("integer", "rooms", "P"), ("decimal", "amount", "N"), ("time", "arrive", "N"),
    ("select_multiple needs", "needs", "N"), ("integer", "birth_year", "N"), ("text", "note", "N"), ("text", "name", "C"),
    ("select_one yes_no", "ill", "R"), ("text", "card", "X"), ("calculate", "code", "P"), ("calculate", "inner", "N"),
    ("text", "withdrawn_scope", "N"), ("begin repeat", "members", ""), ("text", "called", "C"), ("select_one sex", "sex", "N"),
    ("begin repeat", "jobs", ""), ("integer", "hours", "N"), ("end repeat", "", ""), ("end repeat", "", ""),
]  # fmt: skip
CHOICES = [
    ("village", "990101100200"), ("village", "990101100201"), ("outcome", "done"), ("outcome", "declined"), ("yes_no", "yes"),
    ("yes_no", "no"), ("needs", "water"), ("needs", "school"), ("needs", "road"), ("sex", "1"), ("sex", "2"),
]  # fmt: skip


def write_form(folder, survey=tuple(SURVEY), *, log=False):
    rows = [
        {
            "type": kind,
            "name": name,
            "label::English (en)": name.title(),
            "label::中文 (zh)": f"问{name}",
            "fk:tier": tier,
        }
        | ({"calculation": "string(1)"} if kind == "calculate" else {})
        for kind, name, tier in survey
    ]
    rows += [{"type": "audit", "name": "audit"}] if log else []
    book = {
        "settings": [
            {"form_id": "fam", "form_title": "Families", "version": "7", "fk:declined": "${outcome} = 'declined'",
             "fk:declined_keeps": "village date outcome"}
        ],
        "survey": rows,
        "choices": [
            {"list_name": of, "name": name, "label::English (en)": f"{name}!", "label::中文 (zh)": f"选{name}"}
            for of, name in CHOICES
        ],
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "fam.yaml").write_text(json.dumps(book, ensure_ascii=False, indent=1), encoding="utf-8")
    return FormLibrary(folder)


@dataclass
class Tables:
    library: FormLibrary
    found: list[Record] = field(default_factory=list)

    def read(self, take):
        for record in self.found:
            take(record)
        return "5" * 64

    def places(self):
        return PLACES


def record(number, answers, *, conflicts=(), form="fam"):
    return Record(
        f"0195c0de-{number:04x}-7000-8000-{number:012x}", form, answers, frozenset(conflicts), TODAY
    )


DONE = {
    "village": "990101100200", "hh_id": "99010110020000017", "outcome": "done", "date": "2026-03-16", "stats": "yes",
    "rooms": "-3", "amount": "81945.10", "arrive": "09:41:00.000+08:00", "needs": "water road", "birth_year": "1971",
    "note": FREE, "name": CONTACT, "ill": "yes", "card": SEEN, "code": "=cmd|'/c calc'!A1", "inner": FREE,
    "members/a": "2", "members/a/sex": "1", "members/a/called": CONTACT, "members/b": "1", "members/b/sex": "2",
    "members/a/jobs/x": "1", "members/a/jobs/x/hours": "40", "members/a/jobs/y": "2", "members/a/jobs/y/hours": {"missing": "dk"},
}  # fmt: skip


def everything(folder):
    """All that can be read in a folder, in workbooks and zips too."""
    found = b""
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        found += path.name.encode() + content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(path) as archive:
                found += b"".join(archive.read(name) + name.encode() for name in archive.namelist())
    return found


def rows(folder, name="fam"):
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return write_form(tmp_path_factory.mktemp("forms") / "f")


@pytest.fixture
def tables(library):
    return Tables(library)


@pytest.fixture
def exported(tables, tmp_path):
    """Write an export of these records; gives its folder and manifest."""

    def made(kind, *records, profile=Profile.DEIDENTIFIED, language="en", name="out", form="fam", **how):
        if records:
            tables.found = list(records)
        wanted = Wanted(form, kind, profile, language, "安排服务", TODAY)
        folder = tmp_path / name
        return folder, export(tables, wanted, folder, SECRET, **how)

    return made
