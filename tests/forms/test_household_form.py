"""The household form (F1): divisions, household numbers, members, what is odd and what is asked when."""

from __future__ import annotations

import csv
import re

import pytest

from fieldkit.xforms import FormEntry, Missing
from tests.forms.shipped import (
    CHINA,
    FORMS,
    HOUSEHOLD,
    LANGUAGES,
    LISTS,
    NOW,
    VILLAGE,
    answer,
    asked,
    damm,
    entry,
    member,
    problems,
    registered,
)


def rows_of(name: str) -> list[dict[str, str]]:
    with (FORMS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_divisions_carry_twelve_digits() -> None:
    rows = rows_of("divisions.csv")
    assert len(rows) == 12
    for row in rows:
        assert re.fullmatch(r"990101100\d{3}", row["name"])
        assert row["kind"] == ("community" if row["name"][9:] < "200" else "village")
        assert row["town"] == row["name"][:9]
        assert all(row[f"label::{language}"] for language in LANGUAGES)


def test_run_time_lists_are_shipped_with_their_columns() -> None:
    assert (FORMS / "households.csv").read_text(
        encoding="utf-8"
    ).strip() == "name,label,village,group_no,visits,declined_until"
    assert [row["name"] for row in rows_of("members.csv")] == ["other_adult"]
    assert {row["name"]: row["next"] for row in rows_of("numbers.csv")} == {
        "household": "1",
        "participant": "1",
        "demo": "0",
    }


@pytest.mark.parametrize("running", [1, 7, 42, 305, 9999])
def test_household_number_is_village_running_number_and_check_digit(running: int) -> None:
    form = entry("household.xlsx", numbers=[{"name": "household", "next": str(running)}])
    answer(form, village=VILLAGE, notice_read="read_aloud", basic="yes")
    number = form.value("/data/home/hh_id")
    assert number == f"{VILLAGE}{running:04d}{damm(f'{VILLAGE}{running:04d}')}"
    assert damm(number) == 0
    assert not form.is_relevant("/data/home/no_number")
    assert number in form.label("/data/hh_card")


@pytest.mark.parametrize("following", ["", "0", "10000"])
def test_without_a_number_left_no_household_number_is_made(following: str) -> None:
    form = entry("household.xlsx", numbers=[{"name": "household", "next": following}])
    answer(form, village=VILLAGE, notice_read="read_aloud", basic="yes")
    assert form.value("/data/home/hh_id") == ""
    assert form.is_relevant("/data/home/no_number")


def test_household_number_stays_when_the_form_is_opened_again() -> None:
    form = entry("household.xlsx")
    kept = form.answers()
    later = FormEntry(
        form.form,
        answers=kept,
        now=NOW,
        tz=CHINA,
        lists={**LISTS, "numbers": [{"name": "household", "next": "8"}]},
    )
    answer(later, village=VILLAGE, notice_read="read_aloud", basic="yes")
    assert later.value("/data/home/hh_id") == HOUSEHOLD


def test_what_is_off_by_default_is_asked_only_where_it_is_switched_on_with_its_purpose() -> None:
    rows = rows_of("modules.csv")
    assert {row["name"]: row["on"] for row in rows} == dict.fromkeys(
        ("marital", "edu", "ethnic", "occupation"), "0"
    )
    for row in rows:
        assert row["purpose_zh"].startswith(f"{row['label']}，用来")
        assert ", to " in row["purpose_en"]
    consented = {"private_now": "yes", "health": "yes"}
    form = answer(registered(), **consented)
    member(form, 1, name="李敏", birth_year=1971, rel="0")
    assert not {"marital", "edu", "ethnic", "occupation"} & asked(form)
    assert not form.is_relevant("/data/health_consent/modules_note")
    chosen = [{**row, "on": "1" if row["name"] == "edu" else "0"} for row in rows]
    form = answer(registered(modules=chosen), **consented)
    member(form, 1, name="李敏", birth_year=1971, rel="0")
    assert form.is_relevant("/data/details/persons[1]/edu")
    assert not form.is_relevant("/data/details/persons[1]/marital")
    assert "文化程度，用来准备看得懂的资料" in form.label("/data/health_consent/modules_note")
    assert form.label("/data/details/persons[1]/edu") == "李敏的文化程度？"


# -- the household form ---------------------------------------------------------------------------------------


def warned(form: FormEntry) -> set[str]:
    return {problem.path for problem in form.problems() if problem.kind == "warning"}


def refused(form: FormEntry) -> set[str]:
    return {problem.path for problem in form.problems() if problem.kind == "constraint"}


def test_household_ends_at_once_when_declined() -> None:
    form = answer(entry("household.xlsx"), village=VILLAGE, notice_read="read_aloud", basic="no")
    assert asked(form) == {"village", "notice", "notice_read", "basic", "date"}
    assert form.value("/data/outcome") == "declined"
    assert form.problems() == []


def test_household_later_only_agrees_a_time() -> None:
    form = answer(entry("household.xlsx"), village=VILLAGE, notice_read="read_aloud", basic="later")
    assert asked(form) == {"village", "notice", "notice_read", "basic", "revisit_on", "date"}
    assert form.value("/data/outcome") == "postponed"
    assert form.value("/data/revisit_on") == "2026-03-23"
    assert form.problems() == []


def test_phone_needs_a_real_shape_and_demo_numbers_the_demo() -> None:
    form = registered()
    for good in ("13812345678", "0713-1234567", "07131234567"):
        assert problems(answer(form, phone=good), "phone") == []
    for bad in ("12812345678", "1381234567", "713-1234567"):
        assert problems(answer(form, phone=bad), "phone") == ["check"]
    assert problems(answer(form, phone="10000012345"), "phone") == ["constraint"]
    demo = entry(
        "household.xlsx", numbers=[{"name": "household", "next": "1"}, {"name": "demo", "next": "1"}]
    )
    answer(demo, village=VILLAGE, notice_read="read_aloud", basic="yes", contact="sms", phone="10000012345")
    assert problems(demo, "phone") == []
    assert not answer(form, contact="visit").is_relevant("/data/home/phone")


def test_one_head_one_spouse() -> None:
    form = registered()
    member(form, 1, name="曾秀兰", sex="2", birth_year=1971, rel="0")
    member(form, 2, name="王建国", sex="1", birth_year=1969, rel="1")
    assert refused(form) == set()
    member(form, 3, name="王海", sex="1", birth_year=1999, rel="0")
    assert refused(form) == {"/data/home/members[1]/rel", "/data/home/members[3]/rel"}
    form.set("/data/home/members[3]/rel", "1")
    assert refused(form) == {"/data/home/members[2]/rel", "/data/home/members[3]/rel"}
    form.set("/data/home/members[3]/rel", Missing.PNS)
    assert refused(form) == set()


def test_unlikely_households_are_warned_about() -> None:
    form = registered()
    answer(form, declared_size=2)
    member(form, 1, name="李敏", birth_year=1971, rel="0")
    assert warned(form) == {"/data/home/declared_size"}
    member(form, 2, name="李海", birth_year=1960, rel="2")
    assert warned(form) == {"/data/home/members[2]/rel"}
    form.set("/data/home/members[2]/rel", "5")
    assert warned(form) == set()
    form.set("/data/home/members[2]/birth_year", 1912)
    assert warned(form) == {"/data/home/members[2]/rel"}


def test_the_same_person_twice_is_warned_about() -> None:
    form = registered()
    member(form, 1, name="李敏", birth_year=1971, rel="0")
    member(form, 2, name="李敏", birth_year=1972, rel="7")
    assert warned(form) == {"/data/home/members[1]/birth_year", "/data/home/members[2]/birth_year"}
    form.set("/data/home/members[2]/birth_year", 1974)
    assert warned(form) == set()
    others = entry(
        "household.xlsx",
        members=[{"name": "x", "label": "李敏", "hh": f"{VILLAGE}00018", "birth_year": "1971", "age": "55"}],
    )
    answer(others, village=VILLAGE, notice_read="read_aloud", basic="yes", given_by="self")
    member(others, 1, name="李敏", birth_year=1970, rel="0")
    assert warned(others) == {"/data/home/members[1]/birth_year"}


def test_age_is_counted_in_full_years_on_the_day_of_registration() -> None:
    form = registered()
    member(form, 1, name="李敏", birth_year=1971)
    assert form.value("/data/home/members[1]/age") == "55"
    member(form, 1, exact_date="yes", birth_date="1971-03-16")
    assert form.value("/data/home/members[1]/age") == "55"
    form.set("/data/home/members[1]/birth_date", "1971-03-17")
    assert form.value("/data/home/members[1]/age") == "54"
    form.set("/data/home/members[1]/birth_date", "1975-03-17")
    assert warned(form) == {"/data/home/members[1]/birth_date"}


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("曾秀兰", True),
        ("古丽·买买提", True),
        ("𠮷田", True),
        ("Anna Li", True),
        ("王", False),
        ("13812345678", False),
    ],
)
def test_names_are_chinese_latin_or_joined_by_a_dot(name: str, right: bool) -> None:
    form = registered()
    member(form, 1, name=name)
    assert ("/data/home/members[1]/name" not in refused(form)) == right


def test_where_somebody_went_is_asked_only_with_consent_to_contact() -> None:
    form = registered()
    member(form, 1, name="李敏", stay="out_ge6m")
    assert form.is_relevant("/data/home/members[1]/out_where")
    assert not answer(form, contact="none").is_relevant("/data/home/members[1]/out_where")


def test_support_is_asked_only_in_private_and_with_consent() -> None:
    form = registered()
    assert not form.is_relevant("/data/support/support_status")
    answer(form, private_now="yes", health="yes", support_status="dibao monitored")
    assert problems(form, "support_status") == []
    assert problems(answer(form, support_status="dibao none"), "support_status") == ["constraint"]
    assert not answer(form, private_now="no").is_relevant("/data/support/support_status")


# -- the visit ------------------------------------------------------------------------------------------------
