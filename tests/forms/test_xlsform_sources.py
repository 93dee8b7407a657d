"""The shipped forms as they lie in `forms/`: whole for pyxform, in both languages, and true to the people asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from tests.forms.shipped import (
    EXPRESSIONS,
    FORBIDDEN_NAMES,
    FORBIDDEN_WORDS,
    FORMS,
    HEALTH_LISTS,
    LANGUAGES,
    RESTRICTED,
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
    assert settings["fk:declined_keeps"] == "village date outcome"
    assert settings["fk:retention"]
    names = {row.get("name") for row in questions(source)}
    assert set(re.findall(r"\$\{(\w+)\}", settings["fk:declined"])) <= names
    assert set(settings["fk:declined_keeps"].split()) <= names
    assert "处罚" in settings["fk:purpose::中文 (zh)"]


@pytest.mark.parametrize("source", SOURCES)
def test_every_text_exists_in_both_languages(source: str) -> None:
    faults = []
    for sheet, rows in sheets(source).items():
        for row in rows:
            for column in {column.partition("::")[0] for column in row if "::" in column}:
                missing = [language for language in LANGUAGES if not row.get(f"{column}::{language}")]
                faults += [f"{sheet} {row.get('name')} {column}: {language}" for language in missing]
            plain_texts = [column for column in TRANSLATED if column in row]
            faults += [f"{sheet} {row.get('name')} {column}: no language" for column in plain_texts]
    assert faults == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_question_has_words_where_people_need_them(source: str) -> None:
    zh = LANGUAGES[0]
    for row in questions(source):
        if row["type"] not in ("calculate", "hidden"):
            assert row.get(f"label::{zh}"), row["name"]
        if row["type"] not in UNASKED:
            assert row.get(f"fk:why::{zh}"), row["name"]
            assert row.get(f"fk:who_sees::{zh}"), row["name"]
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
def test_nothing_forbidden_is_asked(source: str) -> None:
    assert [
        place for place, text in words(source) if FORBIDDEN_WORDS.search(re.sub("勿写电话和证件号", "", text))
    ] == []
    book = sheets(source)
    named = [row["name"] for sheet in ("survey", "choices") for row in book[sheet] if "name" in row]
    assert [name for name in named if FORBIDDEN_NAMES.search(name)] == []


@pytest.mark.parametrize("source", SOURCES)
def test_health_and_the_like_can_be_declined(source: str) -> None:
    lists: dict[str, dict[str, str]] = {}
    for row in sheets(source)["choices"]:
        lists.setdefault(row["list_name"], {})[row["name"]] = row.get("missing", "")
    assert HEALTH_LISTS[source] <= set(lists)
    for name in HEALTH_LISTS[source]:
        assert lists[name].get("declined") == "declined", name
        assert lists[name].get("pns") == "pns", name
    for name, choices in lists.items():
        for value, missing in choices.items():
            assert missing in {"", value}, f"{name} {value}"
            ordinary = name == "outcome" and value == "declined"
            assert bool(missing) == (value in {"dk", "pns", "declined", "na"} and not ordinary), (
                f"{name} {value}"
            )
    restricted = [row for row in questions(source) if row["fk:tier"] == "R"]
    assert all(row["type"].split()[1] in HEALTH_LISTS[source] for row in restricted)


@pytest.mark.parametrize("source", SOURCES)
def test_missing_answers_trigger_nothing(source: str) -> None:
    """No rule asks whether something was declined or not answered, except to leave questions out."""
    for row in questions(source):
        for column in ("required", "fk:warning", "calculation", "default"):
            allowed = row["name"] == "outcome"
            assert allowed or not re.search(r"'(declined|pns|dk|na)'", row.get(column, "")), (
                row["name"],
                column,
            )


@pytest.mark.parametrize("source", SOURCES)
def test_none_stands_alone_in_multiple_choices(source: str) -> None:
    book = sheets(source)
    lists: dict[str, set[str]] = {}
    for row in book["choices"]:
        lists.setdefault(row["list_name"], set()).add(row["name"])
    for row in book["survey"]:
        if row["type"].startswith("select_multiple"):
            for value in lists[row["type"].split()[1]] & {"none", "pns", "declined", "na"}:
                assert f"selected(., '{value}')" in row["constraint"], (row["name"], value)


@pytest.mark.parametrize("source", SOURCES)
def test_restricted_fields_are_read_only_inside_their_group(source: str) -> None:
    groups: dict[str, tuple[str, ...]] = {}
    rows: list[tuple[Row, tuple[str, ...]]] = []
    stack: list[str] = []
    for row in sheets(source)["survey"]:
        if row["type"].startswith("end "):
            stack.pop()
            continue
        rows.append((row, tuple(stack)))
        groups[row["name"]] = tuple(stack)
        if row["type"].startswith("begin "):
            stack.append(row["name"])
    restricted = {row["name"] for row, _ in rows if row.get("fk:tier") in {"R", "X"}}
    assert restricted == RESTRICTED[source]
    for row, place in rows:
        for column, cell in row.items():
            pattern = r"\w+" if column in EXPRESSIONS else r"(?<=\$\{)\w+"
            for name in restricted & set(re.findall(pattern, cell)):
                assert place == groups[name] != (), f"{row['name']} {column} reads {name}"
    (settings,) = sheets(source)["settings"]
    assert not any(name in cell for name in restricted for cell in settings.values())
    for name in restricted:
        (gate,) = [row["relevant"] for row, _ in rows if row["name"] == groups[name][-1]]
        assert "${private_now} = 'yes'" in gate
        assert "${health} = 'yes'" in gate


@pytest.mark.parametrize("source", SOURCES)
def test_separate_consent_is_the_last_thing_before_the_first_restricted_field(source: str) -> None:
    order = [row["name"] for row in questions(source)]
    first = next(row["name"] for row in questions(source) if row["fk:tier"] == "R")
    assert order[order.index("health") + 1] == first
    health = next(row for row in questions(source) if row["name"] == "health")
    assert "default" not in health


# -- lists and numbers ----------------------------------------------------------------------------------------
