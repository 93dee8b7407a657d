"""The shipped forms as they lie in `forms/`: whole for pyxform, in both languages, and true to the people asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from fieldkit.privacy.forms import advice, refusals
from fieldkit.xforms import load_form
from tests.forms.shipped import (
    FORBIDDEN_WORDS,
    FORMS,
    LANGUAGES,
    SOURCES,
    TRANSLATED,
    UNASKED,
    Row,
    plain,
    questions,
    sheets,
    words,
)


@pytest.mark.parametrize("source", SOURCES)
def test_pyxform_converts_without_errors_or_warnings(source: str) -> None:
    book: dict[str, list[Row]] = {}
    for name, rows in sheets(source).items():
        book[name] = plain(rows)
        book[f"{name}_header"] = [dict.fromkeys(column for row in book[name] for column in row)]
    warnings: list[str] = []
    result = convert(book, warnings=warnings, form_name="data", pretty_print=False)
    assert "<h:title>" in result.xform
    assert warnings == []


@pytest.mark.parametrize("source", SOURCES)
def test_settings_name_the_form_its_purpose_and_its_declines(source: str) -> None:
    (settings,) = sheets(source)["settings"]
    assert settings["form_id"] == Path(source).stem
    assert re.fullmatch(r"20\d{8}", settings["version"])
    assert settings["default_language"] == LANGUAGES[0]
    assert settings["fk:family"]
    names = {row.get("name") for row in questions(source)}
    if any(row.get("fk:consent") == "basic" for row in questions(source)):
        assert settings["fk:declined_keeps"] == "village date outcome"
    assert set(re.findall(r"\$\{(\w+)\}", settings.get("fk:declined", ""))) <= names
    assert set(settings.get("fk:declined_keeps", "").split()) <= names
    assert "处罚" in settings["fk:purpose::中文 (zh)"]


@pytest.mark.parametrize("source", SOURCES)
def test_every_text_exists_in_both_languages(source: str) -> None:
    faults = []
    for sheet, rows in sheets(source).items():
        for row in rows:
            for column in {column.partition("::")[0] for column in row if "::" in column}:
                missing = [language for language in LANGUAGES if not row.get(f"{column}::{language}")]
                faults += [f"{sheet} {row.get('name')} {column}: {language}" for language in missing]
            plain_texts = [column for column in TRANSLATED if column in row and sheet != "entities"]
            faults += [f"{sheet} {row.get('name')} {column}: no language" for column in plain_texts]
    assert faults == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_question_has_words_where_people_need_them(source: str) -> None:
    zh = LANGUAGES[0]
    (settings,) = sheets(source)["settings"]
    for row in questions(source):
        if row["type"] not in ("calculate", "hidden"):
            assert row.get(f"label::{zh}"), row["name"]
        if row["type"] not in UNASKED:
            assert row.get(f"fk:why::{zh}"), row["name"]
            assert row.get(f"fk:who_sees::{zh}") or f"fk:who_sees::{zh}" in settings, row["name"]
        for rule, said in (
            ("constraint", "constraint_message"),
            ("fk:warning", "fk:warning_message"),
            ("required", "required_message"),
        ):
            assert (rule in row) == (f"{said}::{zh}" in row), (row["name"], rule)


@pytest.mark.parametrize("source", SOURCES)
def test_chinese_is_chinese_and_english_is_english(source: str) -> None:
    for place, text in words(source):
        shown = re.sub(r"\$\{\w+\}", "", text)
        if place.endswith("(en)"):
            assert not re.search(r"[\u3400-\u9fff，。；：？！]", shown), place
        elif place.endswith("(zh)"):
            assert re.search(r"[\u3400-\u9fff]", shown), place
            assert not re.search(r"[\u3400-\u9fff][,;:?!.]", shown), place
        assert not re.search("[“”‘’]", shown), f"{place}: pyxform would straighten these quotation marks"


@pytest.mark.parametrize("source", SOURCES)
def test_names_are_unique_and_every_tier_is_set(source: str) -> None:
    names = [
        row["name"] for row in sheets(source)["survey"] if not row["type"].startswith(("end", "csv-external"))
    ]
    assert len(names) == len(set(names))
    assert [
        row["name"] for row in questions(source) if row.get("fk:tier") not in {"P", "N", "C", "R", "X"}
    ] == []


@pytest.mark.parametrize("source", SOURCES)
def test_lists_are_used_and_have_no_doubles(source: str) -> None:
    book = sheets(source)
    used = {
        row["type"].split()[1] for row in book["survey"] if re.match(r"select_(one|multiple) ", row["type"])
    }
    choices = [(row["list_name"], row["name"]) for row in book["choices"]]
    assert {name for name, _ in choices} == used
    assert len(choices) == len(set(choices))
    for row in book["survey"]:
        if row["type"].startswith("select_one_from_file"):
            assert (FORMS / row["type"].split()[1]).is_file()
        if row["type"] == "csv-external":
            assert (FORMS / f"{row['name']}.csv").is_file()


# -- the rules that protect people ----------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_no_form_is_refused_and_nothing_is_left_to_look_at(source: str) -> None:
    """The rules for the people asked, as `fieldkit forms check` holds every form to them."""
    form = load_form(FORMS / source)
    assert refusals(form) == []
    assert advice(form) == []


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_forbidden_is_asked(source: str) -> None:
    """Beyond what the check refuses in any form: what the programme itself never asks."""
    assert [place for place, text in words(source) if FORBIDDEN_WORDS.search(text)] == []


@pytest.mark.parametrize("source", SOURCES)
def test_missing_answers_are_marked_as_such(source: str) -> None:
    """`dk`, `pns` and `na` always are; `declined` is, save where it is how a visit or an offer ended."""
    for row in sheets(source)["choices"]:
        value, missing = row["name"], row.get("missing", "")
        assert missing in {"", value}, row
        assert bool(missing) or value not in {"dk", "pns", "na"}, row


@pytest.mark.parametrize("source", SOURCES)
def test_missing_answers_trigger_nothing(source: str) -> None:
    """No rule asks whether something was declined or not answered, except to leave questions out."""
    lists: dict[str, set[str]] = {}
    for row in sheets(source)["choices"]:
        if row.get("missing"):
            lists.setdefault(row["list_name"], set()).add(row["name"])
    for row in questions(source):
        for column in ("required", "fk:warning", "calculation", "default"):
            for name, value in re.findall(r"\$\{(\w+)\}\s*=\s*'(declined|pns|dk|na)'", row.get(column, "")):
                (asked,) = [each for each in questions(source) if each["name"] == name]
                kind = asked["type"].split()
                assert len(kind) > 1, (row["name"], column)
                assert value not in lists.get(kind[1], set()), (row["name"], column)


@pytest.mark.parametrize("source", SOURCES)
def test_none_stands_alone_in_multiple_choices(source: str) -> None:
    book = sheets(source)
    lists: dict[str, set[str]] = {}
    for row in book["choices"]:
        lists.setdefault(row["list_name"], set()).add(row["name"])
    for row in book["survey"]:
        if row["type"].startswith("select_multiple "):
            for value in lists[row["type"].split()[1]] & {"none", "pns", "declined", "na"}:
                assert f"selected(., '{value}')" in row["constraint"], (row["name"], value)


@pytest.mark.parametrize("source", SOURCES)
def test_health_questions_of_a_talk_are_asked_in_private_alone(source: str) -> None:
    """Where a form asks whether somebody else can hear, every group of restricted questions waits for the answer."""
    book = sheets(source)
    if not any(row.get("name") == "private_now" for row in book["survey"]):
        return
    gates: list[str] = []
    for row in book["survey"]:
        if row["type"].startswith("begin "):
            gates.append(row.get("relevant", ""))
        elif row["type"].startswith("end "):
            gates.pop()
        elif row.get("fk:tier") == "R":
            assert any("${private_now} = 'yes'" in gate for gate in [*gates, row.get("relevant", "")]), row[
                "name"
            ]


# -- lists and numbers ----------------------------------------------------------------------------------------
