"""What the tests of the shipped forms share: their sheets, sample lists, and entries to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

import yaml
from pyxform.xls2json_backends import xlsx_to_dict

from fieldkit.xforms import FormEntry, load_form

FORMS = Path(__file__).parents[2] / "forms"
SOURCES = tuple(sorted(path.name for path in FORMS.iterdir() if path.suffix in {".xlsx", ".yaml"}))
TEXT = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads YAML as nothing but texts, by the C library where it is there: the other takes most of a minute for all forms."""
LANGUAGES = ("中文 (zh)", "English (en)")
TRANSLATED = (
    "label",
    "hint",
    "required_message",
    "constraint_message",
    "fk:why",
    "fk:who_sees",
    "fk:warning_message",
)
STRUCTURE = ("begin group", "end group", "begin repeat", "end repeat", "csv-external")
UNASKED = (*STRUCTURE, "calculate", "hidden", "note")
FORBIDDEN_WORDS = re.compile(
    r"宗教|信仰|党员|政治面貌|第几胎|合法|准生证|责任书|保证书|后进|落后|party member|religio|pledge",
    re.IGNORECASE,
)
CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 16, 8, 5, tzinfo=CHINA)
VILLAGE = "990101100200"
DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

Row = dict[str, str]


def damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = int(DAMM[state][int(digit)])
    return state


HOUSEHOLD = f"{VILLAGE}0007{damm(f'{VILLAGE}0007')}"
LISTS = {
    "households": [
        {"name": HOUSEHOLD, "label": "曾秀兰", "village": VILLAGE, "group_no": "3", "visits": "2"}
    ],
    "members": [
        {"name": "a", "label": "曾秀兰", "hh": HOUSEHOLD, "birth_year": "1971", "age": "55"},
        {"name": "b", "label": "曾小花", "hh": HOUSEHOLD, "birth_year": "2013", "age": "13"},
        {"name": "c", "label": "曾大明", "hh": HOUSEHOLD, "birth_year": "2010", "age": "16"},
        {"name": "d", "label": "别家人", "hh": "99010110020000081", "birth_year": "1980", "age": "46"},
        {"name": "other_adult", "label": "其他成年人", "label::English (en)": "another adult", "hh": ""},
    ],
    "numbers": [{"name": "household", "next": "7"}, {"name": "demo", "next": "0"}],
}


@lru_cache
def sheets(source: str) -> dict[str, list[Row]]:
    """The sheets of a form, read once: who changes a row copies it."""
    path = FORMS / source
    if path.suffix == ".yaml":
        with path.open(encoding="utf-8") as file:
            book = yaml.load(file, Loader=TEXT)  # every cell is text, as in a spreadsheet
    else:
        book = xlsx_to_dict(str(path))
        book = (
            book
            if isinstance(book, dict)
            else {name: getattr(book, name) for name in ("survey", "choices", "settings")}
        )
    names = ("survey", "choices", "settings", *(("entities",) if "entities" in book else ()))
    return {
        name: [
            {column: str(cell) for column, cell in row.items() if cell not in (None, "")}
            for row in book[name]
        ]
        for name in names
    }


def plain(rows: list[Row]) -> list[Row]:
    """Rows without fieldkit's own columns, as any other tool sees them."""
    return [{column: cell for column, cell in row.items() if not column.startswith("fk:")} for row in rows]


def questions(source: str) -> Iterator[Row]:
    return (row for row in sheets(source)["survey"] if row["type"] not in STRUCTURE)


def words(source: str) -> Iterator[tuple[str, str]]:
    for sheet, rows in sheets(source).items():
        for row in rows:
            for column, cell in row.items():
                if "::" in column or column == "form_title":
                    yield f"{sheet} {row.get('name', row.get('form_id'))} {column}", cell


def entry(source: str, **lists: list[Row]) -> FormEntry:
    return FormEntry(
        load_form(FORMS / source), now=NOW, tz=CHINA, seed=1, lists={**LISTS, **lists}, demo=True
    )


def answer(form: FormEntry, **answers: object) -> FormEntry:
    for name, value in answers.items():
        form.set(form.form.find(name).path, value)
    return form


def registered(**lists: list[Row]) -> FormEntry:
    """A registration up to where the household is asked about, with consent to be called."""
    form = entry("household.xlsx", **lists)
    return answer(
        form, village=VILLAGE, notice_read="read_aloud", basic="yes", given_by="self", contact="phone"
    )


def member(form: FormEntry, number: int, **answers: object) -> str:
    """Answer for a member, who is added if there are one less so far; gives the member's path."""
    path = f"/data/home/members[{number}]"
    if form.count("/data/home/members") < number:
        form.add_repeat("/data/home/members")
    for name, value in answers.items():
        form.set(f"{path}/{name}", value)
    return path


def problems(form: FormEntry, name: str) -> list[str]:
    return [problem.kind for problem in form.problems(form.form.find(name).path)]


def asked(form: FormEntry) -> set[str]:
    """Names of the questions that are relevant and meant for a person."""
    return {
        item.name
        for path, item in form.form.items.items()
        if getattr(item, "control", "") and form.is_relevant(path)
    }


# -- the sources --------------------------------------------------------------------------------------------
