"""Events, quiz, service points, back-checks and the office's forms: their lists, what they create, what they never hold."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from fieldkit.privacy.declines import is_declined, kept_answers
from fieldkit.xforms import FormEntry, Question, load_form
from fieldkit.xforms.entities import entity_changes, entity_lists, entity_rows
from tests.forms.shipped import CHINA, FORMS, LANGUAGES, NOW, VILLAGE, answer, entry, sheets

OUTREACH = ("edu_event", "quiz", "service_point", "backcheck", "log", "issue", "target", "three_day")
EVENT = {"kind": "class", "villages": [VILLAGE], "date": "2026-03-15"}


def rows(name: str) -> list[dict[str, str]]:
    with (FORMS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source_of(form: str) -> Path:
    (source,) = (path for path in FORMS.glob(f"{form}.*") if path.suffix != ".csv")
    return source


@pytest.mark.parametrize("name", OUTREACH)
def test_they_hold_nothing_restricted_and_no_way_to_reach_anybody(name: str) -> None:
    """Groups, places and procedures: no field of tier C, R or X, so no name, telephone or finding of a person."""
    assert {item.bind.tier for item in load_form(source_of(name)).items.values()} <= {"", "P", "N"}


@pytest.mark.parametrize("name", OUTREACH)
def test_whatever_is_written_freely_warns_of_telephone_and_id_numbers(name: str) -> None:
    """Every text is either a code of a given shape, an answer of a record, or warns of long numbers."""
    free = [
        row["name"]
        for row in sheets(f"{name}.yaml")["survey"]
        if row["type"] == "text" and "fk:warning" not in row and "regex(" not in row.get("constraint", "")
    ]
    assert free == {
        "backcheck": ["again_value", "orig_value"],
        "log": ["doc_no"],
        "target": ["source_doc"],
    }.get(name, [])


# -- events and quiz ------------------------------------------------------------------------------------------


def event(**answers: object) -> FormEntry:
    return answer(entry("edu_event.yaml"), **{**EVENT, **answers})


def test_an_event_is_an_entity_named_by_day_village_and_number() -> None:
    form = load_form(FORMS / "edu_event.yaml")
    (change,) = entity_changes(form, event().answers())
    assert (change.list, change.id, change.operation) == ("edu_events", "2603152001", "create")
    assert change.label == "2026-03-15 石桥村 课堂 1"
    assert change.properties == {"date": "2026-03-15", "village": VILLAGE, "kind": "class"}
    assert set(rows("edu_events")) == set()
    with (FORMS / "edu_events.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header == [*list(entity_rows([change])[0])[:3], "date", "village", "kind"]


def test_the_next_event_of_a_day_is_numbered_on() -> None:
    form = load_form(FORMS / "edu_event.yaml")
    known = entity_rows(entity_changes(form, event().answers()))
    second = answer(entry("edu_event.yaml", edu_events=known), **EVENT)
    assert second.value("/data/event_id") == "2603152002"


def test_without_day_and_village_there_is_no_event_to_choose() -> None:
    form = load_form(FORMS / "edu_event.yaml")
    assert entity_lists(form) == {"edu_events"}
    assert entity_changes(form, event(villages=[]).answers()) == []


def test_a_quiz_sheet_begins_with_event_and_phase_of_the_sheet_before() -> None:
    """A batch of sheets: a code and ten digits are typed, everything else is there; no answer is carried over."""
    form = load_form(FORMS / "quiz.yaml")
    known = entity_rows(entity_changes(load_form(FORMS / "edu_event.yaml"), event().answers()))
    lists = {"edu_events": known}
    first = FormEntry(form, now=NOW, tz=CHINA, seed=1, lists=lists)
    answer(first, pair_code="DY37", q1="true", phase="after", event="2603152001")
    second = FormEntry(form, now=NOW, tz=CHINA, seed=2, lists=lists, last_saved=first.answers())
    asked = {
        item.name: second.value(item.path)
        for item in form.items.values()
        if isinstance(item, Question) and item.control and second.value(item.path)
    }
    assert asked == {"phase": "after", "event": "2603152001", "date": "2026-03-15"}
    assert second.problems() == []


def test_a_quiz_sheet_asks_nothing_that_points_to_a_person() -> None:
    asked = [
        row.get("name")
        for row in sheets("quiz.yaml")["survey"]
        if row["type"] not in {"calculate", "csv-external"}
    ]
    assert [name for name in asked if name] == [
        "pair_code",
        *(f"q{n}" for n in range(1, 11)),
        "batch",
        "phase",
        "event",
        "date",
    ]
    assert not any(
        "start" in row["type"] or row["type"] == "deviceid" for row in sheets("quiz.yaml")["survey"]
    )


def test_the_quiz_key_has_an_answer_for_every_statement_and_one_age_band() -> None:
    key = {row["name"]: row for row in rows("quiz_key")}
    assert list(key) == [f"q{number}" for number in range(1, 11)]
    assert "".join(row["key"][0] for row in key.values()) == "ttfftftttf"
    assert len({(row["version"], row["since"]) for row in key.values()}) == 1
    assert {name for name, row in key.items() if row["age_from"] or row["age_to"]} == {"q5"}
    assert int(key["q5"]["age_from"]) < int(key["q5"]["age_to"])


def test_the_age_band_and_the_key_are_data() -> None:
    """Another band and another key are shown and counted without touching the form."""
    key = [dict(row) for row in rows("quiz_key")]
    key[0]["key"], key[4]["age_from"], key[4]["age_to"] = "false", "30", "65"
    sheet = answer(entry("quiz.yaml", quiz_key=key), q1="true", q2="true")
    assert sheet.value("/data/score") == "1"
    assert sheet.label("/data/q5") == "30–65岁妇女可参加免费筛查"


@pytest.mark.parametrize("number", range(1, 11))
def test_each_statement_is_counted_by_its_own_key(number: int) -> None:
    key = [{**row, "key": "true" if row["name"] == f"q{number}" else "false"} for row in rows("quiz_key")]
    given = {f"q{each}": "true" for each in range(1, 11)}
    assert answer(entry("quiz.yaml", quiz_key=key), **given).value("/data/score") == "1"
    alone = answer(entry("quiz.yaml", quiz_key=key), **{f"q{number}": "true"})
    assert alone.value("/data/score") == "1"


# -- back-checks ----------------------------------------------------------------------------------------------


def test_a_back_check_asks_again_only_what_is_neither_contact_nor_restricted() -> None:
    """Every row names a question of its form of tier P or N; its codes are those of the form, in the form's order."""
    for row in rows("backcheck_fields"):
        item = load_form(source_of(row["form"])).find(row["name"])
        assert isinstance(item, Question), row["name"]
        assert item.control, row["name"]
        assert item.bind.tier in {"P", "N"}, row["name"]
        assert row["type"] in {"1", "2", "3"}
        assert all(row[f"label::{language}"] for language in LANGUAGES)
        if row["codes"]:
            kind = next(
                each["type"]
                for each in sheets(source_of(row["form"]).name)["survey"]
                if each.get("name") == row["name"]
            )
            listed = [
                each["name"]
                for each in sheets(source_of(row["form"]).name)["choices"]
                if each["list_name"] == kind.split()[1] and not each.get("missing")
            ]
            assert row["codes"].split() == listed, row["name"]
            assert len(re.findall(r"\d+(?=[^\d ])", row["options_zh"])) == len(listed)


def test_the_questions_to_check_again_are_of_every_kind_in_both_forms() -> None:
    kinds = {(row["form"], row["type"]) for row in rows("backcheck_fields")}
    assert kinds == {(form, kind) for form in ("household", "visit") for kind in "123"}


def test_who_is_not_willing_to_be_asked_again_leaves_village_day_and_outcome() -> None:
    check = answer(
        entry("backcheck.yaml"),
        method="random", mode="phone", village=VILLAGE, sample_id="7", checker="K02", orig_staff="S11",
        orig_form="visit", orig_uuid="uuid:00000000-0000-4000-8000-000000000001", notice_read="read_aloud", consent_again="no",
    )  # fmt: skip
    assert is_declined(check)
    assert kept_answers(check) == {"village": VILLAGE, "date": "2026-03-16", "outcome": "declined"}
    assert check.problems() == []


def test_who_is_asked_again_hears_the_same_rights_and_can_take_it_back() -> None:
    ours, model = (
        {row.get("name"): row for row in sheets(f"{name}.yaml")["survey"]}
        for name in ("backcheck", "consent")
    )
    for language, start in zip(LANGUAGES, ("是否参加由您决定", "Taking part is your choice"), strict=True):
        said = [rows["notice"][f"label::{language}"].partition(start)[1:] for rows in (ours, model)]
        assert said[0] == said[1]
        assert said[0][0] == start
    for name in ("notice_ver", "notice_read", "withdrawn_on", "withdrawn_scope"):
        assert ours[name] == model[name]


def test_todays_answer_cannot_be_changed_once_the_record_is_seen() -> None:
    check = answer(entry("backcheck.yaml"), method="random", mode="doc", orig_form="household")
    item = "/data/compare/item[1]"
    check.set(f"{item}/field", "declared_size")
    check.set(f"{item}/again_value", "4")
    assert not check.is_readonly(f"{item}/again_value")
    check.set(f"{item}/orig_value", "5")
    assert check.is_readonly(f"{item}/again_value")


def test_what_was_brought_along_is_shown_and_cannot_be_changed() -> None:
    record = "uuid:00000000-0000-4000-8000-000000000001"
    brought = [{"name": f"{record}/declared_size", "label": "", "value": "5"}]
    check = answer(
        entry("backcheck.yaml", originals=brought), method="random", mode="doc", orig_form="household"
    )
    answer(check, orig_uuid=record)
    item = "/data/compare/item[1]"
    check.set(f"{item}/field", "declared_size")
    check.set(f"{item}/again_value", "5")
    assert (check.value(f"{item}/orig_value"), check.value(f"{item}/match")) == ("5", "yes")
    assert check.is_readonly(f"{item}/orig_value")
    check.set(f"{item}/field", "birth_year")
    assert [check.value(f"{item}/{name}") for name in ("again_value", "orig_value", "match")] == ["", "", ""]
    check.set(f"{item}/again_value", "1971")
    assert not check.is_readonly(f"{item}/orig_value")
    assert check.value(f"{item}/orig_value") == ""


def test_a_count_cannot_be_changed_once_the_reported_figure_is_seen() -> None:
    check = answer(entry("backcheck.yaml"), method="village_figure", mode="recount")
    figure = "/data/recount/figure[1]"
    check.set(f"{figure}/recounted", "131")
    assert not check.is_readonly(f"{figure}/recounted")
    check.set(f"{figure}/reported", "132")
    assert check.is_readonly(f"{figure}/recounted")


def test_no_finding_of_a_back_check_is_about_a_worker() -> None:
    """No calculation and no label reads who made the record; only the two rules that keep the two apart do."""
    reading = {
        (row["name"], column)
        for row in sheets("backcheck.yaml")["survey"]
        for column, cell in row.items()
        if re.search(r"\$\{(orig_staff|checker)\}", cell)
    }
    assert reading == {("checker", "constraint"), ("orig_staff", "constraint")}


# -- the office -----------------------------------------------------------------------------------------------


def test_targets_are_for_services_only() -> None:
    """What people decide for themselves, and health itself, is watched and has no target; nor have small numbers a village."""
    known = {row["name"]: row for row in rows("indicators")}
    assert list(known) == [f"I-{number:02}" for number in range(1, 24)]
    assert {row["kind"] for row in known.values()} == {"service_output", "quality", "timeliness", "watch"}
    assert {name for name, row in known.items() if row["kind"] == "watch"} == {
        "I-02",
        "I-04",
        "I-05",
        "I-07",
        "I-09",
        "I-16",
    }
    assert {name for name, row in known.items() if row["suppressed"] == "yes"} == {
        "I-04",
        "I-05",
        "I-07",
        "I-08",
        "I-09",
        "I-10",
    }
    assert all(row[f"label::{language}"] for row in known.values() for language in LANGUAGES)


def test_there_are_twenty_self_checks_numbered_without_a_gap() -> None:
    checks = rows("self_checks")
    assert [row["name"] for row in checks] == [str(number) for number in range(1, 21)]
    for row in checks:
        assert re.search(r"[\u3400-\u9fff]", row["label_zh"])
        assert re.fullmatch(r"[ -~]+", row["label_en"])
