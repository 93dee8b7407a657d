"""The visit form (F2): how a visit ends, consent, what is confidential."""

from __future__ import annotations

import pytest

from fieldkit.demo.town import household_number
from fieldkit.xforms import FormEntry, Missing
from tests.forms.shipped import (
    HOUSEHOLD,
    VILLAGE,
    answer,
    asked,
    entry,
    problems,
)


def talking(**answers: object) -> FormEntry:
    form = answer(
        entry("visit.yaml"),
        hh_id=HOUSEHOLD,
        outcome="done",
        notice_read="read_aloud",
        basic="yes",
        given_by="self",
    )
    return answer(form, **answers)


def test_visit_knows_its_household() -> None:
    form = answer(entry("visit.yaml"), hh_id=HOUSEHOLD)
    assert form.value("/data/village") == VILLAGE
    assert form.value("/data/visit_no") == "3"
    assert form.value("/data/header/date") == "2026-03-16"
    assert form.value("/data/header/arrive").startswith("08:05")
    mistyped = f"{HOUSEHOLD[:-1]}{(int(HOUSEHOLD[-1]) + 1) % 10}"
    assert problems(answer(form, hh_id=mistyped), "hh_id") == ["check"]
    unknown = household_number(VILLAGE, 8)
    assert problems(answer(form, hh_id=unknown), "hh_id") == ["constraint"]


@pytest.mark.parametrize("outcome", ["moved", "notfound", "unsafe", "nobody", "postponed", "declined"])
def test_without_a_talk_the_form_ends_at_once(outcome: str) -> None:
    form = answer(entry("visit.yaml"), hh_id=HOUSEHOLD, outcome=outcome)
    extra = {
        "nobody": {"revisit_on", "arrive", "companion"},
        "postponed": {"revisit_on", "arrive", "companion"},
        "declined": {"wants_no_more"},
    }.get(outcome, {"arrive", "companion"})
    assert asked(form) == {"hh_id", "outcome", "date"} | extra
    assert form.problems() == []


def test_declining_at_the_consent_question_ends_the_form() -> None:
    form = talking(known="vaccine", basic="no")
    assert asked(form) == {"hh_id", "outcome", "wants_no_more", "date"}
    assert form.value("/data/outcome") == "declined"
    assert form.problems() == []


def test_later_leaves_a_time_only() -> None:
    form = talking(basic="later")
    assert asked(form) == {"hh_id", "outcome", "revisit_on", "date", "arrive", "companion"}
    assert form.value("/data/outcome") == "postponed"
    assert form.value("/data/consent/basic") == ""
    answer(form, outcome="done")
    assert problems(form, "basic") == ["required"]


def test_leaving_half_way_keeps_what_was_said() -> None:
    form = talking(respondent="a", known="vaccine")
    answer(form, outcome="part")
    assert form.value("/data/consent/basic") == "yes"
    assert form.value("/data/services/known") == "vaccine"
    assert form.problems() == []


def test_revisit_lies_within_sixty_days() -> None:
    form = answer(entry("visit.yaml"), hh_id=HOUSEHOLD, outcome="nobody")
    for day, kinds in (
        ("2026-03-17", []),
        ("2026-05-15", []),
        ("2026-03-16", ["constraint"]),
        ("2026-05-16", ["constraint"]),
    ):
        assert problems(answer(form, revisit_on=day), "revisit_on") == kinds, day


def test_respondents_are_of_the_household_and_of_age_or_have_a_guardian() -> None:
    form = talking()
    assert [choice.value for choice in form.choices("/data/respondent")] == ["a", "b", "c", "other_adult"]
    for respondent, kinds in (("a", []), ("other_adult", []), ("b", ["constraint"]), ("c", ["constraint"])):
        assert problems(answer(form, respondent=respondent), "respondent") == kinds
    answer(form, given_by="guardian", respondent="b")
    assert {"assent"} == asked(form) & {"assent", "capacity_flag"}
    assert problems(answer(form, assent="no"), "assent") == ["constraint"]
    answer(form, respondent="c")
    assert {"capacity_flag"} == asked(form) & {"assent", "capacity_flag"}
    assert problems(form, "capacity_flag") == ["required"]
    assert problems(answer(form, capacity_flag="no"), "capacity_flag") == ["constraint"]
    assert problems(answer(form, capacity_flag="yes"), "capacity_flag") == []


@pytest.mark.parametrize(
    ("private", "health", "shown"),
    [("yes", "yes", True), ("no", "yes", False), ("yes", "no", False), ("yes", "later", False)],
)
def test_restricted_page_needs_privacy_and_separate_consent(private: str, health: str, shown: bool) -> None:
    form = talking(respondent="a", health=health, private_now=private)
    assert form.is_relevant("/data/offer/offer_go_on") == shown
    assert form.is_relevant("/data/health_consent/health") == (private == "yes")
    assert not form.is_relevant("/data/offer/offer_topics")
    assert form.is_relevant("/data/close/leaflet")


def test_declined_topics_satisfy_and_lead_nowhere() -> None:
    form = talking(
        respondent="a", private_now="yes", health="yes", offer_go_on="yes", offer_topics="declined"
    )
    assert form.missing("/data/offer/offer_topics") is Missing.DECLINED
    assert not form.is_relevant("/data/offer/offer_how")
    answer(form, needs="pns")
    assert not form.is_relevant("/data/needs_block/need_top")
    assert form.problems() == []


def test_top_need_is_one_of_the_needs() -> None:
    form = talking(needs="vaccine job")
    assert [choice.value for choice in form.choices("/data/needs_block/need_top")] == [
        "vaccine",
        "job",
        "pns",
        "declined",
    ]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("电话13812345678", False), ("第一行\n138 1234 5678", False), ("990101198503120029", False),
        ("９９０１０１１９８５０３１２００２９", False), ("3月8日，2楼", True),
    ],
)  # fmt: skip
def test_long_numbers_in_free_text_are_warned_about(text: str, clean: bool) -> None:
    form = talking(staff_note=text, complaint=text)
    assert [problems(form, name) for name in ("staff_note", "complaint")] == [
        [] if clean else ["warning"]
    ] * 2


def test_leaving_is_after_arriving() -> None:
    form = talking(arrive="08:05", leave="08:30")
    assert problems(form, "leave") == []
    assert problems(answer(form, leave="08:05"), "leave") == ["constraint"]
    assert problems(answer(form, arrive=None), "leave") == []
