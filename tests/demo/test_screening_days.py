"""The two screening days: every number of the day, counted again from the records of the women."""

from __future__ import annotations

from collections import Counter

import pytest

from fieldkit.datatypes.numbers import parse_participant
from tests.demo.made import SEEDS, Made, count, made, rows

EVENTS = ("2603052001", "2603122051")


@pytest.fixture(params=[(seed, event) for seed in SEEDS for event in EVENTS], ids=str)
def day(request: pytest.FixtureRequest) -> tuple[Made, str]:
    seed, event = request.param
    return made(seed), event


def of_day(day: tuple[Made, str], form: str) -> list[dict[str, str]]:
    town, event = day
    return [each for each in town.answers(form) if each.get("event") == event]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_days_in_two_villages(seed: int) -> None:
    held = made(seed).answers("scr_event")
    assert [each["event_id"] for each in held] == list(EVENTS)
    assert len({each["village"] for each in held}) == len({each["date"] for each in held}) == 2


def test_arrived_registered_left(day: tuple[Made, str]) -> None:
    town, event = day
    [said] = [each for each in town.answers("scr_event") if each["event_id"] == event]
    women = of_day(day, "scr_participant")
    assert len(women) == 180
    left = [
        each
        for each in town.answers("scr_participant")
        if each["date"] == said["date"] and each["outcome"] in {"left", "declined"}
    ]
    assert len(left) == 4
    status = Counter(each["cx_status"] for each in women)
    assert status == {"eligible": 165, "deferred": 9, "ineligible": 6}
    cervix, breast = of_day(day, "scr_cervix"), of_day(day, "scr_breast")
    sent = [each for each in cervix if each["hpv"] != "not_done"]
    assert (len(cervix), len(sent), len(breast)) == (163, 162, 171)
    assert {name: int(said[name]) for name in SAID} == {
        "arrived": len(women) + len(left), "declined": len(left), "listed": len(women), "registered": len(women),
        "eligible": status["eligible"], "deferred": status["deferred"], "ineligible": status["ineligible"],
        "cx_sampled": len(cervix), "void": len(cervix) - len(sent), "samples_sent": len(sent), "br_examined": len(breast),
    }  # fmt: skip


SAID = (
    "arrived", "declined", "listed", "registered", "eligible", "deferred", "ineligible", "cx_sampled", "void",
    "samples_sent", "br_examined",
)  # fmt: skip


def test_listed_and_walk_ins_and_ages(day: tuple[Made, str]) -> None:
    women = of_day(day, "scr_participant")
    town, _ = day
    homes = {
        person.id: (household.village, person)
        for household in town.registry.households.values()
        for person in household.members
    }
    listed = [each for each in women if each["person"] != "other_adult"]
    assert (len(listed), len(women) - len(listed)) == (126, 54)
    assert len({each["person"] for each in listed}) == 126
    for each in listed:
        village, person = homes[each["person"]]
        assert (each["village"], each["born"], "2") == (village, person.birth_year, person.sex)
        assert "name" not in each
    assert count(women, lambda each: not 35 <= int(each["age"]) <= 64) == 6
    assert count(women, lambda each: each["eligible_pelvic"] == "prefer_not_exam") == 2


def test_three_stations_give_numbers_of_their_own(day: tuple[Made, str]) -> None:
    town, event = day
    [record] = [each for each in town.of("scr_event") if each.answers["event_id"] == event]
    women = of_day(day, "scr_participant")
    stations = {each["device_station"]: each for each in rows(record.answers, "devices")}
    assert sorted(stations) == ["1", "2", "3"]
    numbers = [each["pid"] for each in women]
    assert len(set(numbers)) == 180
    for each in women:
        assert parse_participant(each["pid"]) == each["pid"]
        assert each["pid"].startswith(event[:6] + each["station"])
        own = stations[each["station"]]
        assert int(own["pid_from"]) <= int(each["running"]) <= int(own["pid_to"])
    assert not {
        each["pid"] for other in EVENTS if other != event for each in of_day((town, other), "scr_participant")
    } & set(numbers)


def test_findings_are_of_women_who_agreed(day: tuple[Made, str]) -> None:
    women = {each["pid"]: each for each in of_day(day, "scr_participant")}
    for form, agreed in (("scr_cervix", "c_cervix"), ("scr_breast", "c_breast")):
        for each in of_day(day, form):
            assert women[each["pid"]][agreed] == "yes"
            assert women[each["pid"]]["village"] == each["village"]
    sampled = {each["pid"] for each in of_day(day, "scr_cervix")}
    assert {women[pid]["cx_status"] for pid in sampled} == {"eligible"}
    assert {women[each["pid"]]["eligible_pelvic"] for each in of_day(day, "scr_cervix")} == {"yes"}


def test_the_laboratory_and_what_it_leads_to(day: tuple[Made, str]) -> None:
    _, event = day
    samples = of_day(day, "scr_cervix")
    assert Counter(each["hpv"] for each in samples) == {"neg": 146, "pos": 14, "invalid": 2, "not_done": 1}
    assert count(samples, lambda each: each["is_16_18"] == "yes" and each["triage"] == "colposcopy") == 3
    other = [each for each in samples if each["is_other_hr"] == "yes"]
    assert len(other) == 11
    assert count(samples, lambda each: each.get("triage") == "repeat_sample") == 2
    triage = Counter(each.get("triage", "") for each in samples)
    if event == EVENTS[1]:
        assert {each["tct"] for each in other} == {"pending"}
        assert triage == {"routine_5y": 146, "colposcopy": 3, "repeat_sample": 2, "": 12}
    else:
        assert triage == {"routine_5y": 146, "colposcopy": 3 + 4, "repeat_sample": 2, "repeat_12m": 7, "": 1}


def test_breast_images(day: tuple[Made, str]) -> None:
    _, event = day
    images = of_day(day, "scr_breast")
    assert count(images, lambda each: each["bus_max"] in {"0", "3"}) == 12
    assert count(images, lambda each: each["bus_max"] == "4A") == 1
    assert count(images, lambda each: each["bus_max"] in {"1", "2"}) == 158
    if event == EVENTS[1]:
        assert Counter(each["br_final"] for each in images) == {"routine_3y": 158, "mmg": 12, "specialist": 1}
    [suspicious] = [each for each in images if each["bus_max"] == "4A"]
    [due] = [each for each in of_day(day, "scr_follow") if each["reason"] == "histology"]
    assert (due["pid"], due["due_days"]) == (suspicious["pid"], "14")


def test_every_abnormal_finding_is_followed_up(day: tuple[Made, str]) -> None:
    _, event = day
    follow = of_day(day, "scr_follow")
    reasons = Counter(each["reason"] for each in follow)
    samples, images = of_day(day, "scr_cervix"), of_day(day, "scr_breast")
    followed = {each["pid"] for each in follow if each["reason"] in {"colpo", "repeat"}}
    assert followed == {each["pid"] for each in samples if each["hpv"] != "neg"}
    assert {each["pid"] for each in follow if each["reason"] in {"mmg", "histology"}} == {
        each["pid"] for each in images if each["bus_max"] not in {"1", "2"}
    }
    assert (reasons["mmg"], reasons["histology"], reasons["rebook"]) == (12, 1, 9)
    assert reasons["colpo"] == (7 if event == EVENTS[0] else 3)
    declined = [each for each in follow if each["final"] == "declined"]
    assert declined
    assert not any("due" in each for each in declined), "who declined is not chased"
    finals = {each["final"] for each in follow}
    assert finals >= {"completed_elsewhere", "completed_here", "declined", "open"}
    letters = {each["pid"] for each in follow if each["reason"] == "result_neg"}
    assert not letters & {each["pid"] for each in follow if each["reason"] != "result_neg"} - {
        each["pid"] for each in follow if each["reason"] == "rebook"
    }
