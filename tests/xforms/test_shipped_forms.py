"""The household and visit forms: what they ask, what they skip, and the dignity they keep."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest

from fieldkit.demo.town import household_number, households, visits
from fieldkit.library import shipped_folder
from fieldkit.privacy.declines import is_declined, kept_answers
from fieldkit.xforms import Event, FormEntry, Missing, Question, load_form
from fieldkit.xforms.lists import ChoiceReader

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=timezone(timedelta(hours=8)))
VILLAGE = "990101100200"
HOUSEHOLD = household_number(VILLAGE, 7)
LISTS = {
    "households": [
        {"name": HOUSEHOLD, "label": "覃秀兰", "village": VILLAGE, "group_no": "2", "visits": "3"}
    ],
    "members": [
        {"name": "m1", "label": "覃秀兰", "hh": HOUSEHOLD, "birth_year": "1970", "age": "56"},
        {"name": "m2", "label": "覃小明", "hh": HOUSEHOLD, "birth_year": "2012", "age": "14"},
        {"name": "m9", "label": "别家人", "hh": "x", "birth_year": "1970", "age": "56"},
        {"name": "other_adult", "label": "其他成年人", "hh": ""},
    ],
    "numbers": [{"name": "household", "next": "201"}, {"name": "demo", "next": "1"}],
}
FORBIDDEN = re.compile(
    r"节育措施|查环|查孕|超生|政策外|社会抚养费|重点对象|落实率|结婚证|身份证号|胎次|流产|iud|pregnan.*status|fertility intention",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def visit():
    return load_form(shipped_folder() / "visit.yaml")


@pytest.fixture(scope="module")
def household():
    return load_form(shipped_folder() / "household.xlsx")


def begin(form, **answers):
    return FormEntry(form, answers=answers, now=NOW, language="zh", lists=LISTS)


def kinds(entry, name):
    path = entry.form.find(name).path
    return [problem.kind for problem in entry.problems(path)]


def asked(entry):
    return [entry.item(path).name for place in entry.places() for path in entry.page(place)]


@pytest.mark.parametrize("name", ["visit.yaml", "household.xlsx"])
def test_both_languages_are_complete_and_every_question_says_why_and_who_sees(name):
    form = load_form(shipped_folder() / name)
    assert form.languages == ("中文 (zh)", "English (en)")
    for item in form.items.values():
        if not isinstance(item, Question) or not item.control:
            continue
        who_sees = item.bind.who_sees or form.privacy.who_sees
        words = [item.label] + ([] if item.is_note else [item.bind.why, who_sees])
        for label in words:
            assert label is not None, item.path
            assert set(label.texts) == set(form.languages), item.path
        for label in (item.hint, item.bind.constraint_message, item.bind.warning_message):
            assert label is None or set(label.texts) == set(form.languages), item.path
        assert item.bind.tier in {"P", "N", "C", "R"}, item.path
        if item.bind.constraint is not None:
            assert item.bind.constraint_message is not None, item.path
    assert form.privacy.purpose is not None
    assert form.privacy.retention


@pytest.mark.parametrize("name", ["visit.yaml", "household.xlsx"])
def test_nothing_forbidden_is_asked(name):
    form = load_form(shipped_folder() / name)
    for language, texts in form.texts.items():
        for key, segments in texts.items():
            words = "".join(segment for segment in segments if isinstance(segment, str))
            assert not FORBIDDEN.search(words), (language, key, words)
    assert not any(FORBIDDEN.search(path) for path in form.items)


def test_every_health_question_offers_declined_and_prefer_not_to_say(visit, household):
    for form, names in (
        (
            visit,
            [
                "known",
                "used",
                "needs",
                "need_top",
                "barrier",
                "q1",
                "q3",
                "q5",
                "q7",
                "q9",
                "offer_go_on",
                "offer_topics",
                "offer_how",
            ],
        ),
        (household, ["support_status"]),
    ):
        reader = ChoiceReader(form, form.lists.document)
        for name in names:
            itemset = form.find(name).itemset
            offered = set(reader.missing_values(itemset).values())
            assert {Missing.DECLINED, Missing.PNS} <= offered, name


def test_restricted_answers_are_read_nowhere_outside_their_own_group(visit, household):
    for form in (visit, household):
        restricted = {item.steps for item in form.items.values() if item.bind.tier == "R"}
        for steps in restricted:
            for rule, _shared in form.graph.readers.get(steps, ()):
                assert rule.item.steps[: len(steps) - 1] == steps[:-1], (steps, rule.item.path)


@pytest.mark.parametrize("outcome", ["nobody", "moved", "notfound", "unsafe", "postponed", "declined"])
def test_a_visit_that_did_not_happen_asks_nothing_of_the_household(visit, outcome):
    entry = begin(visit, hh_id=HOUSEHOLD, outcome=outcome)
    health = {"basic", "known", "needs", "q1", "health", "offer_topics", "sat_all", "leaflet", "respondent"}
    assert not health & set(asked(entry))
    assert ("revisit_on" in asked(entry)) == (outcome in {"nobody", "postponed"})
    assert ("wants_no_more" in asked(entry)) == (outcome == "declined")
    assert entry.problems() == []


def test_declining_ends_at_once_and_keeps_village_date_and_outcome_only(visit):
    for answers in ({"outcome": "declined"}, {"outcome": "done", "notice_read": "read_aloud", "basic": "no"}):
        entry = begin(visit, hh_id=HOUSEHOLD, **answers)
        assert is_declined(entry)
        assert kept_answers(entry) == {"village": VILLAGE, "header/date": "2026-03-31", "outcome": "declined"}
        assert "known" not in asked(entry)


def test_later_leaves_only_the_day_to_come_again(visit):
    entry = begin(visit, hh_id=HOUSEHOLD, outcome="done", notice_read="self_read", basic="later")
    assert "revisit_on" in asked(entry)
    assert not {"known", "needs", "contact", "respondent"} & set(asked(entry))
    assert not is_declined(entry)


def test_when_others_can_hear_no_health_question_appears(visit):
    open_visit = {
        "hh_id": HOUSEHOLD,
        "outcome": "done",
        "notice_read": "read_aloud",
        "basic": "yes",
        "given_by": "self",
    }
    entry = begin(visit, **open_visit, private_now="no")
    assert not {"health", "offer_go_on", "offer_topics"} & set(asked(entry))
    entry = begin(visit, **open_visit, private_now="yes", health="no")
    assert not {"offer_go_on", "offer_topics"} & set(asked(entry))
    entry = begin(visit, **open_visit, private_now="yes", health="yes")
    assert "offer_go_on" in asked(entry)
    names = asked(entry)
    assert names.index("health") + 1 == names.index("offer_go_on"), (
        "consent stands immediately before the first restricted item"
    )
    assert entry.value("/data/health_consent/health") == "yes"
    assert entry.missing("/data/health_consent/health") is None


@pytest.mark.parametrize("answer", [Missing.DECLINED, Missing.PNS])
def test_declining_a_question_triggers_nothing(visit, answer):
    common = {"hh_id": HOUSEHOLD, "outcome": "done", "notice_read": "read_aloud", "basic": "yes"}
    entry = begin(visit, **common, given_by="self", respondent="m1")
    before = asked(entry)
    for name in ("known", "used", "barrier", "q1", "sat_all"):
        entry.set(visit.find(name).path, answer)
    assert asked(entry) == before
    assert entry.problems() == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("hh_id", "12345", ["check"]),
        ("hh_id", household_number(VILLAGE, 8), ["constraint"]),
        ("revisit_on", "2026-03-31", ["constraint"]),
        ("revisit_on", "2026-06-30", ["constraint"]),
        ("revisit_on", "2026-04-02", []),
        ("date", "2026-04-01", ["constraint"]),
    ],
)
def test_constraints_of_an_attempted_visit(visit, name, value, found):
    entry = begin(visit, hh_id=HOUSEHOLD, outcome="nobody")
    entry.set(visit.find(name).path, value)
    assert kinds(entry, name) == found


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("contact", "none phone", ["constraint"]),
        ("contact", "phone visit", []),
        ("known", "none vaccine", ["constraint"]),
        ("known", "pns vaccine", ["constraint"]),
        ("respondent", "m1", []),
        ("respondent", "m2", ["constraint"]),
        ("leave", "09:00", ["constraint"]),
        ("leave", "10:00", []),
        ("staff_note", "电话13812345678", ["warning"]),
        ("staff_note", "下周再来", []),
        ("staff_note", "好" * 201, ["constraint"]),
        ("complaint", "号码42112119800101123X", ["warning"]),
        ("capacity_flag", "no", []),
    ],
)
def test_constraints_and_warnings_of_a_done_visit(visit, name, value, found):
    common = {
        "hh_id": HOUSEHOLD,
        "outcome": "done",
        "notice_read": "read_aloud",
        "basic": "yes",
        "given_by": "self",
    }
    entry = begin(visit, **common)
    entry.set(visit.find(name).path, value)
    assert kinds(entry, name) == found


def test_a_guardian_consents_only_for_a_child_or_somebody_unable(visit):
    common = {
        "hh_id": HOUSEHOLD,
        "outcome": "done",
        "notice_read": "read_aloud",
        "basic": "yes",
        "given_by": "guardian",
    }
    entry = begin(visit, **common, capacity_flag="no")
    assert kinds(entry, "capacity_flag") == ["constraint"]
    entry.set(visit.find("capacity_flag").path, "yes")
    assert kinds(entry, "capacity_flag") == []


def test_the_respondents_offered_live_here(visit):
    entry = begin(visit, hh_id=HOUSEHOLD, outcome="done", notice_read="read_aloud", basic="yes")
    assert [choice.value for choice in entry.choices("/data/respondent")] == ["m1", "m2", "other_adult"]
    entry.set(visit.find("needs").path, "vaccine chronic")
    offered = [choice.value for choice in entry.choices(visit.find("need_top").path)]
    assert offered == ["vaccine", "chronic", "pns", "declined"]


def test_the_demo_town_fills_the_forms_exactly_as_they_ask(household, visit):
    rows = []
    registered = {}
    for number, written in enumerate(households()):
        identity = str(written.answers["home/hh_id"])
        names = [str(a) for key, a in written.answers.items() if key.endswith("/name")]
        registered[identity] = (str(written.answers["village"]), 0)
        rows.append(
            {"name": identity, "label": names[0], "village": str(written.answers["village"]), "visits": "0"}
        )
        if number % 40 == 0:
            entry = FormEntry(household, answers=written.answers, now=NOW, language="zh")
            assert entry.problems() == []
            assert entry.answers(relevant_only=True) == written.answers
    assert len(rows) == 600
    lists = {**LISTS, "households": rows}
    for number, written in enumerate(visits(registered)):
        if written.answers["outcome"] != "declined" and number % 12 == 0:
            entry = FormEntry(visit, answers=written.answers, now=NOW, language="zh", lists=lists)
            assert entry.problems() == []
            assert entry.answers(relevant_only=True) == written.answers


def test_every_place_of_both_forms_can_be_walked(household, visit):
    for form, answers in (
        (
            visit,
            {
                "hh_id": HOUSEHOLD,
                "outcome": "done",
                "notice_read": "read_aloud",
                "basic": "yes",
                "share_wanted": "yes",
                "appt_wanted": "yes",
                "private_now": "yes",
                "health": "yes",
                "offer_go_on": "yes",
                "mode": "thumb",
                "complaint": "好",
            },
        ),
        (household, {"village": VILLAGE, "notice_read": "read_aloud", "basic": "yes", "contact": "phone"}),
    ):
        entry = begin(form, **answers)
        events = [entry.next().event]
        while events[-1] is not Event.END:
            for path in entry.page(entry.index):
                assert entry.label(path), path
                entry.choices(path)
            events.append(entry.next().event)
        assert len(events) > 20
