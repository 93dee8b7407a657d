"""Households and visits of the fictional town as flat answers, the same for the same seed.

Names are put together at random from common characters; nobody real is meant.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fieldkit.datatypes.damm import check_digit
from fieldkit.demo.making import GIVEN_F, GIVEN_M, SURNAMES, clock, row_id, uuid, village_name
from fieldkit.places import places
from fieldkit.xforms.answers import Answer

SEED = 20260301
PERIOD = "2026-03"
HOUSEHOLDS = 600
PEOPLE = 1900
VISITS = 240
EARLIER_VISITS = 6
"""To each village in February, before and after the Spring Festival."""
CHECKED_ON = date(2026, 3, 26)
CHECKED_FROM = 240
"""The visits that were done before the day of the back-checks, which draw from them."""

_SHARES = (72, 58, 52, 54, 46, 56, 42, 48, 44, 50, 46, 32)
_OUTCOMES = ("done",) * 15 + (
    "part",
    "nobody",
    "nobody",
    "declined",
    "postponed",
    "moved",
    "notfound",
    "unsafe",
    "done",
)
_EARLIER = ("done", "done", "done", "done", "part", "notfound")
_EARLIER_DAYS = (9, 10, 11, 12, 13, 24, 25, 26, 27, 28)
_CN = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Written:
    """A record of the town: its flat answers and the moment it was made."""

    answers: Mapping[str, Answer]
    moment: datetime


def household_number(village: str, running: int) -> str:
    """Village, four digits, Damm check digit."""
    digits = f"{village}{running:04d}"
    return f"{digits}{check_digit(digits)}"


def households(seed: int = SEED) -> Iterator[Written]:
    """The registrations, village by village."""
    source = random.Random(seed)  # noqa: S311 - invented people, not secrets
    sizes = _sizes(source)
    moment = datetime(2026, 2, 2, 0, 30, tzinfo=UTC)
    for place, count in zip(places(), _SHARES, strict=True):
        for running in range(1, count + 1):
            moment += timedelta(minutes=source.randint(6, 14))
            yield Written(_household(source, place.code, running, next(sizes), moment), moment)


def visits(registered: Mapping[str, tuple[str, int]], seed: int = SEED) -> Iterator[Written]:
    """Visits of the period. `registered`: household number → village, visits so far."""
    source = random.Random(seed + 1)  # noqa: S311
    numbers = sorted(registered)
    for at, number in enumerate(sorted(source.sample(numbers, VISITS))):
        day = date(2026, 3, 2) + timedelta(days=at * 29 // VISITS)
        minutes = source.randint(8 * 60, 17 * 60)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes) - _CN
        outcome = source.choice(_OUTCOMES)
        yield Written(_visit(source, number, registered[number], day, minutes, outcome), moment)


def earlier_visits(unvisited: Mapping[str, str], seed: int = SEED) -> Iterator[Written]:
    """Visits of February, before those of `more_visits`. `unvisited`: number → village of households that the visits of the
    period leave out.
    """
    source = random.Random(seed + 2)  # noqa: S311
    for place in places():
        numbers = sorted(number for number, village in unvisited.items() if village == place.code)
        outcomes = source.sample(_EARLIER, EARLIER_VISITS)
        for number, outcome in zip(source.sample(numbers, EARLIER_VISITS), outcomes, strict=True):
            day = date(2026, 2, source.choice(_EARLIER_DAYS))
            minutes = source.randint(8 * 60, 17 * 60)
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes) - _CN
            answers = _visit(source, number, (place.code, 0), day, minutes, outcome)
            yield Written(answers, moment)


def more_visits(
    unvisited: Mapping[str, str], before: Collection[Written], seed: int = SEED
) -> Iterator[Written]:
    """More visits of February that were done, until there are as many before the back-checks as these draw from.

    before: the visits that are there already.
    """
    done = sum(
        each.answers["outcome"] == "done" and str(each.answers["header/date"]) < CHECKED_ON.isoformat()
        for each in before
    )
    visited = {each.answers.get("hh_id") for each in before}
    source = random.Random(seed + 3)  # noqa: S311
    left = sorted(number for number in unvisited if number not in visited)
    for number in sorted(source.sample(left, CHECKED_FROM - done)):
        day = date(2026, 2, source.choice(_EARLIER_DAYS))
        minutes = source.randint(8 * 60, 17 * 60)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes) - _CN
        yield Written(_visit(source, number, (unvisited[number], 0), day, minutes, "done"), moment)


def _sizes(source: random.Random) -> Iterator[int]:
    """Sizes of all households, adding up to the people of the town."""
    sizes = [1] * HOUSEHOLDS
    for _ in range(PEOPLE - HOUSEHOLDS):
        place = source.randrange(HOUSEHOLDS)
        while sizes[place] >= 8:
            place = (place + 1) % HOUSEHOLDS
        sizes[place] += 1
    return iter(sizes)


def _household(
    source: random.Random, village: str, running: int, size: int, moment: datetime
) -> dict[str, Answer]:
    number = household_number(village, running)
    day = (moment + _CN).date().isoformat()
    answers: dict[str, Answer] = {
        "village": village,
        "group_no": str(1 + (running - 1) // 6),
        "consent/notice_ver": "2026-03",
        "consent/notice_read": source.choice(("read_aloud", "self_read")),
        "consent/basic": "yes",
        "consent/given_by": "self",
        "consent/contact": source.choice(("phone", "visit", "phone visit", "sms visit")),
        "consent/share_wanted": "no",
        "consent/stats": "yes",
        "consent/mode": "oral_witness",
        "consent/copy_given": "yes",
        "date": day,
        "outcome": "done",
        "home/running": str(running),
        "home/running_no": f"{running:04d}",
        "home/hh_id": number,
        "home/addr_note": source.choice(("村口第一家", "祠堂后", "水塘边", "小学旁", "公路北侧", "老樟树下")),
        "home/hh_kind": "family",
        "home/presence": source.choice(("home", "home", "home", "part_out", "part_out", "all_out")),
        "home/lang": source.choice(("local", "local", "putonghua")),
        "home/declared_size": str(size),
        "meta/instanceID": f"uuid:{uuid(source)}",
        "meta/instanceName": f"{village_name(village)} {number}",
    }
    surname = source.choice(SURNAMES)
    head = ""
    for member in range(1, size + 1):
        key = "home/members/" + row_id(source)
        answers[key] = str(member)
        person = _member(source, surname, member, day, head)
        head = head or person["sex"]
        answers |= {f"{key}/{name}": answer for name, answer in person.items()}
    return answers


def _member(source: random.Random, surname: str, member: int, day: str, head: str) -> dict[str, str]:
    """One person; `head`: the sex of the head of the household, "" for the head."""
    relation = "0" if member == 1 else "1" if member == 2 else source.choice(("2", "3", "4", "5", "7"))
    sex = source.choice("12")
    sex = {"1": "2" if head == "1" else "1", "2": "1", "3": "2"}.get(relation, sex)
    ages = {
        "0": (35, 70),
        "1": (33, 68),
        "2": (5, 22),
        "3": (5, 22),
        "4": (0, 12),
        "5": (72, 92),
        "7": (30, 66),
    }
    birth_year = 2026 - source.randint(*ages[relation])
    own = surname if relation in "0234" else source.choice(SURNAMES)
    given = "".join(source.sample(GIVEN_F if sex == "2" else GIVEN_M, source.choice((1, 2, 2))))
    return {
        "m_no": str(member), "name": own + given, "alias_ok": "no", "sex": sex, "birth_year": str(birth_year),
        "exact_date": "no", "age": str(int(day[:4]) - birth_year), "rel": relation,
        "stay": source.choice(("home_ge6m", "home_ge6m", "home_ge6m", "out_ge6m", "out_lt6m")),
    }  # fmt: skip


def _visit(
    source: random.Random, number: str, known: tuple[str, int], day: date, minutes: int, outcome: str
) -> dict[str, Answer]:
    village, before = known
    if outcome == "declined":
        return {"village": village, "header/date": day.isoformat(), "outcome": outcome}
    answers: dict[str, Answer] = {
        "hh_id": number, "village": village, "visit_no": str(before + 1), "outcome": outcome,
        "header/date": day.isoformat(), "header/arrive": clock(minutes), "meta/instanceID": f"uuid:{uuid(source)}",
        "meta/instanceName": f"{number} {day}",
    }  # fmt: skip
    if outcome in {"nobody", "postponed"}:
        answers["revisit_on"] = (day + timedelta(days=14)).isoformat()
    if outcome in {"done", "part"}:
        answers |= _answered(source, minutes)
    return answers


def _answered(source: random.Random, minutes: int) -> dict[str, Answer]:
    services = ("two_cancer", "vaccine", "elderly_check", "chronic", "benefit", "childcare")
    needs = source.sample(services, 2)
    satisfied: dict[str, Answer] = {
        f"satisfaction/sat_{part}": source.choice("5544432")
        for part in ("env", "skill", "service", "manage", "all")
    }
    return {
        "consent/notice_ver": "2026-03",
        "consent/notice_read": "read_aloud",
        "consent/basic": "yes",
        "consent/given_by": "self",
        "consent/contact": "visit",
        "consent/share_wanted": "no",
        "consent/stats": "yes",
        "consent/mode": "oral_witness",
        "consent/copy_given": "yes",
        "respondent": "other_adult",
        "services/known": " ".join(sorted(source.sample(services, 3), key=services.index)),
        "services/used": source.choice(services),
        "needs_block/needs": " ".join(sorted(needs, key=services.index)),
        "needs_block/need_top": needs[0],
        "needs_block/barrier": source.choice(("far", "time", "not_told", "none")),
        **satisfied,
        **{f"knowledge/q{n}": source.choice(("true", "false")) for n in (1, 3, 5, 7)},
        "knowledge/q9": {"missing": "dk"},
        "private_now": "no",
        "close/leaflet": "service_card rights",
        "close/appt_wanted": "no",
        "close/follow_task": "no",
        "header/leave": clock(minutes + source.randint(8, 25)),
        "header/companion": "none",
    }
