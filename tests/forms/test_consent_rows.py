"""The consent block is the same in every form: `consent.yaml` has its rows, other forms use them as they are."""

from __future__ import annotations

import re

import pytest

from tests.forms.shipped import LANGUAGES, SOURCES, Row, sheets

MODEL = "consent.yaml"
OF_THE_FORM = ("relevant", "calculation", "trigger", "appearance", "fk:slip", "fk:why")
"""What leads to a question, and whether its answer stands on the slip, is the business of each form; why it is asked may
say more than the model.
"""
OWN_WORDS = ("notice", "health_note")
ANYWHERE = ("capacity_flag", "assent", "private_now")
"""These may stand where a form knows who answers, or before its restricted questions."""
RIGHTS = (
    (
        "由您决定", "随时可以停", "不影响", "不用于执法、处罚、考核个人、信用、入学、就业、落户或其他用途",
        "您可以随时查看、更正、删除或要求不再联系", "服务卡上",
    ),
    (
        "your choice", "stop at any time", "changes nothing",
        ("never for law enforcement, to penalise or rate anyone, for credit, schooling, employment, household registration"
        " or anything else"),
        "You can see, correct or delete your record or stop contact at any time", "the number is on your service card",
    ),
)  # fmt: skip
SCOPE = {"basic", "health", "contact", "share", "stats"}


def block(source: str) -> dict[str, Row]:
    """The rows of the group `consent` by name, and those of the separate consent."""
    found: dict[str, Row] = {}
    stack: list[str] = []
    for row in sheets(source)["survey"]:
        if row["type"].startswith("end "):
            stack.pop()
            continue
        if "consent" in stack or "health_consent" in stack:
            found[row["name"]] = row
        if row["type"].startswith("begin "):
            stack.append(row["name"])
    return found


def same(row: Row) -> Row:
    return {column: cell for column, cell in row.items() if not column.startswith(OF_THE_FORM)}


def choices(source: str, row: Row) -> list[Row]:
    kind, _, name = row["type"].partition(" ")
    if not kind.startswith("select") or name.endswith(".csv"):
        return []
    return [each for each in sheets(source)["choices"] if each["list_name"] == name]


CANON = {
    row["name"]: row
    for row in sheets(MODEL)["survey"]
    if row.get("name") in {*block(MODEL), *ANYWHERE} - {*OWN_WORDS, "person", "alias", "person_age"}
}
ASKING = [source for source in SOURCES if "basic" in block(source)]


def test_the_block_has_every_row_of_a_consent() -> None:
    assert list(CANON) == [
        "notice_ver", "notice_read", "basic", "given_by", "capacity_flag", "assent", "contact", "share_wanted", "share",
        "recipient", "share_purpose", "share_agreed", "stats", "mode", "paper_ref", "copy_given", "withdrawn_on",
        "withdrawn_scope", "private_now", "health",
    ]  # fmt: skip


@pytest.mark.parametrize("source", ASKING)
def test_rows_of_the_consent_block_are_the_same_everywhere(source: str) -> None:
    inside = block(source)
    for row in sheets(source)["survey"]:
        name = row.get("name", "")
        canon = CANON.get(name) if name in inside or name in ANYWHERE else None
        if canon is not None:
            assert same(row) == same(canon), name
            for column, why in canon.items():
                assert not column.startswith("fk:why") or row[column].startswith(why), (name, column)
            assert choices(source, row) == choices(MODEL, canon), row["name"]


@pytest.mark.parametrize("source", ASKING)
def test_every_consent_asks_for_its_own_and_can_be_withdrawn(source: str) -> None:
    rows = {row["name"]: row for row in sheets(source)["survey"] if "name" in row}
    assert {"notice_ver", "notice", "notice_read", "basic", "withdrawn_on", "withdrawn_scope"} <= set(
        block(source)
    )
    for name, kind in (
        ("basic", "basic"), ("health", "health"), ("contact", "contact"), ("share_agreed", "share"), ("stats", "stats"),
    ):  # fmt: skip
        assert rows.get(name, {"fk:consent": kind}).get("fk:consent") == kind, name
    assert {row["fk:consent"] for row in CANON.values() if "fk:consent" in row} == SCOPE
    for name in ("withdrawn_on", "withdrawn_scope"):
        assert rows[name]["type"] == "hidden"
        assert not {"default", "calculation"} & set(rows[name])


@pytest.mark.parametrize("source", ASKING)
def test_the_notice_says_the_same_rights_whatever_it_is_for(source: str) -> None:
    """What a form is for and how long it takes is its own; what a person may do, and what is never done, is not."""
    notice = block(source)["notice"]
    for language, rights in zip(LANGUAGES, RIGHTS, strict=True):
        assert [each for each in rights if each not in notice[f"label::{language}"]] == []


@pytest.mark.parametrize("source", [source for source in ASKING if "health" in block(source)])
def test_the_separate_consent_names_sensitive_information_and_another_way(source: str) -> None:
    zh, en = (block(source)["health_note"][f"label::{language}"] for language in LANGUAGES)
    assert re.search("属于敏感个人信息。问它是为了.*；不问也可以只拿资料。.*您同意吗？$", zh)
    assert re.search("sensitive personal information.*you can also just take a leaflet.*Do you agree\\?$", en)


@pytest.mark.parametrize("source", ASKING)
def test_no_spouse_and_no_head_consents_for_an_adult(source: str) -> None:
    rows = block(source)
    if "given_by" in rows:
        assert [each["name"] for each in choices(source, rows["given_by"])] == ["self", "guardian"]
