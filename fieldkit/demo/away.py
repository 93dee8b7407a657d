"""People who work elsewhere, and people who changed what they had agreed to. Counties are of a province that does not exist."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.demo.making import (
    EXAMPLE,
    Entered,
    at,
    consent,
    decline,
    meta,
    rows,
    source_of,
    telephone,
    under,
    village_name,
)
from fieldkit.fieldwork.households import Household, Person
from fieldkit.fieldwork.registry import Registry
from fieldkit.xforms.answers import Answer

_YEAR = 2026
_ADULT = 18
_COUNTIES = (("990201", "东江区"), ("990305", "临海县"), ("990412", "北湖区"))
_INDUSTRIES = ("factory", "construction", "service", "delivery")
_CONSENT_DAYS = (date(2026, 1, 21), date(2026, 2, 3), date(2026, 2, 25), date(2026, 3, 4), date(2026, 3, 18))


@dataclass(frozen=True, slots=True)
class _Away:
    """Somebody away. `wants`: what is to follow the person, "" where nobody was asked in private; `became`: how the other
    county answered, "" without liaison; `stops`: asked to stop.
    """

    day: date
    direction: str
    left: date
    wants: str = ""
    became: str = ""
    stops: bool = False


_AWAY = (
    _Away(date(2026, 2, 5), "returned", date(2026, 1, 28), "health_record"),
    _Away(date(2026, 2, 10), "away", date(2025, 9, 6), "vacc_record", "served"),
    _Away(date(2026, 2, 11), "away", date(2025, 3, 1), "screening_result", "served"),
    _Away(date(2026, 2, 12), "away", date(2025, 2, 20), "antenatal_handover", "not_found"),
    _Away(date(2026, 2, 24), "leaving", date(2026, 3, 1), "vacc_record", "served"),
    _Away(date(2026, 2, 25), "leaving", date(2026, 3, 1), "benefit_payment", "declined_by_person"),
    _Away(date(2026, 2, 26), "leaving", date(2026, 3, 1)),
    _Away(date(2026, 2, 27), "away", date(2025, 10, 8), stops=True),
    _Away(date(2026, 3, 10), "incoming", date(2026, 3, 1), "health_record", "wrong_unit"),
    _Away(date(2026, 3, 24), "away", date(2025, 6, 15), "screening_result", "pending"),
)


def migrants(registry: Registry, seed: int) -> Iterator[Entered]:
    """Everybody away whom somebody spoke to, and one who declined."""
    source = source_of(seed, 80)
    people = _people(source, registry, away=True)
    for away in _AWAY:
        household, person = next(people)
        entered = away.day + timedelta(days=3 if away.became == "pending" else 10)
        entered = away.day if not (away.became or away.stops) else entered
        answers = _migrant(source, away, household, person)
        yield Entered("migrant", answers, at(entered, 10 * 60))
    yield decline("migrant", next(people)[0].village, date(2026, 2, 13))


def consents(registry: Registry, seed: int) -> Iterator[Entered]:
    """People who said by itself what may be recorded, one who would rather say it later, one who declined."""
    source = source_of(seed, 81)
    people = _people(source, registry, away=False)
    for number, day in enumerate(_CONSENT_DAYS):
        household, person = next(people)
        later = number == len(_CONSENT_DAYS) - 1
        answers = _later(source, day, household) if later else _consent(source, day, household, person)
        yield Entered("consent", answers, at(day, 15 * 60))
    yield decline("consent", next(people)[0].village, date(2026, 3, 19))


def _people(source: random.Random, registry: Registry, *, away: bool) -> Iterator[tuple[Household, Person]]:
    """Adults who are away, or who are at home, in a random order."""
    found = [
        (household, person)
        for household in registry.households.values()
        for person in household.members
        if person.stay.startswith("out") == away
        and person.birth_year
        and _YEAR - int(person.birth_year) >= _ADULT
    ]
    source.shuffle(found)
    return iter(found)


def _whose(source: random.Random, household: Household, person: Person) -> dict[str, Answer]:
    return {
        "hh_id": household.id,
        "village": household.village,
        **consent(source),
        "consent/person": person.id,
        "consent/person_age": str(_YEAR - int(person.birth_year)),
    }


def _migrant(source: random.Random, away: _Away, household: Household, person: Person) -> dict[str, Answer]:
    code, county = source.choice(_COUNTIES)
    answers = _whose(source, household, person) | {"consent/contact": "phone wechat"}
    if away.became:
        shared = {
            "recipient": "dest_county",
            "share_purpose": f"接上服务（{EXAMPLE}）",
            "share_agreed": "yes",
        }
        answers["consent/share_wanted"] = "yes"
        answers |= rows(source, "consent/share", [shared])
    answers |= under(
        "away",
        {
            "direction": away.direction,
            "depart_month": away.left.isoformat(),
            "dest_code": code,
            "dest_text": f"{county}（{EXAMPLE}）",
            "industry": source.choice(_INDUSTRIES),
        },
    )
    if not away.stops:
        answers |= {
            "reach/channel": "own_phone wechat",
            "reach/own_phone": telephone(source),
            "reach/ok_days": source.choice(("weekend evening", "festival", "evening")),
            "reach/ok_via_family": "no",
            "service/card_given": "yes",
            "service/contact_left": "yes",
            "service/promise_sheet": "yes",
            "private_now": "yes" if away.wants else "no",
        }
    if away.wants:
        answers |= _counsel(source, away)
    answers |= _liaison(source, away, (code, county))
    answers |= _log(source, away)
    return answers | {
        "stopped": "yes" if away.stops else "no",
        **({"stop_on": _later_day(away).isoformat()} if away.stops else {}),
        "outcome": "done",
        "date": away.day.isoformat(),
        **meta(source, f"{village_name(household.village)} {away.day}"),
    }


def _counsel(source: random.Random, away: _Away) -> dict[str, Answer]:
    said = source.choice(("now", "booked", "declined", "pns"))
    return {
        "counsel_offer": "yes",
        "health_consent/health": "yes",
        "counsel/counsel_resp": said if said in {"now", "booked"} else {"missing": said},
        "counsel/wants": away.wants,
    }


def _liaison(source: random.Random, away: _Away, there: tuple[str, str]) -> dict[str, Answer]:
    """What the other county was asked, and its answer within the week, if there was one."""
    answers: dict[str, Answer] = {"liaison_wanted": "yes" if away.became else "no"}
    if not away.became:
        return answers
    code, county = there
    sent = away.day + timedelta(days=1)
    row: dict[str, Answer] = {
        "consent_ref": "1",
        "partner_code": code,
        "partner_name": f"{county}卫生健康服务中心（{EXAMPLE}）",
        "liaison_what/purpose": away.wants,
        "liaison_what/items_shared": "called contact_way",
        "sent_on": sent.isoformat(),
        "reply_due": (sent + timedelta(days=7)).isoformat(),
        "result": away.became,
    }
    if away.became != "pending":
        row["replied_on"] = (sent + timedelta(days=source.randint(2, 7))).isoformat()
    return answers | rows(source, "liaison", [row])


def _log(source: random.Random, away: _Away) -> dict[str, Answer]:
    if not (away.stops or away.became == "served"):
        return {"log_wanted": "no"}
    row: Mapping[str, Answer] = {
        "log_date": _later_day(away).isoformat(),
        "log_channel": "phone",
        "log_result": "asked_stop" if away.stops else "reached",
    }
    return {"log_wanted": "yes", **rows(source, "contact_log", [row])}


def _later_day(away: _Away) -> date:
    return away.day + timedelta(days=9)


def _consent(source: random.Random, day: date, household: Household, person: Person) -> dict[str, Answer]:
    return {
        **_whose(source, household, person),
        "private_now": "yes",
        "health_consent/health": source.choice(("yes", "no")),
        "outcome": "done",
        "date": day.isoformat(),
        **meta(source, f"{village_name(household.village)} {day}"),
    }


def _later(source: random.Random, day: date, household: Household) -> dict[str, Answer]:
    return {
        "hh_id": household.id,
        "village": household.village,
        "consent/notice_ver": "2026-03",
        "consent/notice_read": "read_aloud",
        "consent/basic": "later",
        "outcome": "postponed",
        "revisit_on": (day + timedelta(days=14)).isoformat(),
        "date": day.isoformat(),
        **meta(source, f"{village_name(household.village)} {day}"),
    }
