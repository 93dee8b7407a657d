"""The forms of the window (F7, F8): what a payment may depend on, what a request never asks, the promised day."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from fieldkit.privacy.withdrawal import withdrawn
from fieldkit.xforms import Form, load_form
from fieldkit.xforms.dependencies import references
from tests.forms.cases import table
from tests.forms.shipped import CHINA, FORMS, entry, questions, sheets


def read_by(form: Form, start: str) -> set[str]:
    """The names of all that the nodes at and below a path read, directly or through others."""
    waiting = [path for path in form.items if path == start or path.startswith(f"{start}/")]
    seen = set(waiting)
    while waiting:
        item = form.items[waiting.pop()]
        bind = item.bind
        for rule in (bind.relevant, bind.constraint, bind.calculate, bind.warning, bind.required):
            for read in references(rule, form.items) if rule is not None else ():
                path = "/" + "/".join(read.steps)
                for each in (
                    path,
                    *(above for above in form.items if above and path.startswith(f"{above}/")),
                ):
                    if each in form.items and each not in seen:
                        seen.add(each)
                        waiting.append(each)
    return {path.rpartition("/")[2] for path in seen}


def test_decision_and_payments_read_only_what_the_law_asks() -> None:
    form = load_form(FORMS / "benefit.yaml")
    for start in ("/data/deciding", "/data/has_payment", "/data/payment"):
        read = read_by(form, start)
        assert not read & {
            "contact",
            "health",
            "id_no",
            "hh_id",
            "person",
            "given_by",
            "mode",
            "copy_given",
        }, start
    assert read_by(form, "/data/payment") >= {"basic", "decision", "programme", "applied_on"}


def test_taking_contact_back_leaves_decision_and_payments_as_they_are() -> None:
    full = table("benefit").entry({"from": "full"})
    before = full.answers()
    left = withdrawn(full.form, before, {"contact"}, date(2026, 3, 16)).answers
    changed = {key for key in {*before, *left} if before.get(key) != left.get(key)}
    assert changed == {"consent/contact", "consent/withdrawn_on", "consent/withdrawn_scope"}
    assert left["consent/contact"] == "none"


def test_taking_contact_back_takes_name_and_telephone_from_a_request() -> None:
    full = table("request").entry({"from": "full"})
    before = full.answers()
    left = withdrawn(full.form, before, {"contact"}, date(2026, 3, 16)).answers
    assert {"caller/alias", "caller/phone"} == set(before) - set(left)
    assert left["caller/contact_ok"] == "no"


def test_being_late_is_said_of_payments_and_of_nobody() -> None:
    names = [
        row["name"] for row in sheets("benefit.yaml")["survey"] if "late" in row.get("name", "").split("_")
    ]
    assert names == ["late_days"]
    assert {row["fk:tier"] for row in questions("benefit.yaml") if row["name"] == "late_days"} == {"P"}


def test_amounts_are_configuration() -> None:
    amounts = {row["programme"] for row in rows_of("benefit_amounts.csv")}
    (book,) = [sheets("benefit.yaml")]
    assert {row["name"] for row in book["choices"] if row["list_name"] == "programme"} == amounts
    for row in book["survey"]:
        assert not any(f"{digits}.00" in cell for cell in row.values() for digits in ("100", "101")), row


def test_a_request_holds_no_more_of_a_person_than_how_to_call_her() -> None:
    contact = [row for row in questions("request.yaml") if row["fk:tier"] not in {"P", "N"}]
    assert {row["name"] for row in contact} == {"alias", "phone"}
    assert not any("required" in row for row in contact)
    assert {row["fk:tier"] for row in contact} == {"C"}


def test_the_promised_day_is_so_many_working_days_away() -> None:
    exceptions = {row["name"]: row["kind"] for row in rows_of("holidays.csv")}
    form = entry("request.yaml")
    form = type(form)(form.form, now=datetime(2027, 2, 1, 9, tzinfo=CHINA), tz=CHINA, seed=1)
    form.set("/data/item", "consult")
    for came in days(date(2025, 12, 27), date(2027, 1, 10)):
        form.set("/data/header/date", came.isoformat())
        for promised in (0, 1, 2, 5, 15):
            form.set("/data/promise/by_when/promised_days", str(promised))
            wanted = after(came, promised, exceptions)
            assert form.value("/data/promise/by_when/promised_by") == wanted.isoformat(), (came, promised)


def after(day: date, working_days: int, exceptions: dict[str, str]) -> date:
    """Count day by day."""
    while working_days:
        day += timedelta(days=1)
        kind = exceptions.get(day.isoformat())
        working_days -= kind == "work" or (kind is None and day.weekday() < 5)
    return day


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=each) for each in range((last - first).days + 1))


def rows_of(name: str) -> list[dict[str, str]]:
    with (FORMS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_programme_names_forms_and_fields_that_exist() -> None:
    text = (FORMS.parent / "docs" / "programme.md").read_text(encoding="utf-8")
    there = {path.stem: path.name for path in FORMS.iterdir() if path.suffix in {".yaml", ".xlsx"}}
    lines = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")}
    assert {"0", *(f"{part}{n}" for part in "LDM" for n in range(1, 7))} <= lines
    named = re.findall(r"`(\w+)`[^`|();.]*(?:`kind`[^`|();.]*)?\(((?:`\w+`(?:, )?)+)\)", text)
    assert {form for form, _ in named} >= {
        "household",
        "visit",
        "benefit",
        "request",
        "migrant",
        "scr_follow",
    }
    for form, fields in named:
        if form in there:
            known = {row.get("name", "") for row in sheets(there[form])["survey"]}
            assert set(re.findall(r"\w+", fields)) <= known, form
