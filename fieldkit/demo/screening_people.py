"""Who comes to a screening day, and her registration."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from fieldkit.demo.making import (
    Entered,
    at,
    consent,
    entity,
    meta,
    spread,
    telephone,
    under,
    woman,
)
from fieldkit.demo.screening_days import (
    AGES,
    BREAST_DECLINED,
    COLPOSCOPY,
    CYTOLOGY,
    IMAGES,
    LISTED,
    MAMMOGRAMS,
    OUTSIDE,
    PLANNED_AGAIN,
    SAMPLES,
    STATIONS,
    STATUSES,
    WALK_INS,
    Day,
    Participant,
    participant_number,
)
from fieldkit.fieldwork.registry import Registry
from fieldkit.xforms.answers import Answer

WALK_IN = "other_adult"
_OPENS, _PACE = 8 * 60, 130
"""Minutes after midnight at which the first woman is registered, and the seconds until the next."""
_Comer = tuple[str, str, str, int]
"""Person, name, village, year of birth."""


def participants(source: random.Random, day: Day, registry: Registry) -> list[Participant]:
    """Everybody who registers, in the order in which they come, with what will be found."""
    comers = _listed(source, day, registry) + [_walk_in(source, day, n) for n in range(WALK_INS)]
    source.shuffle(comers)
    statuses = spread(source, STATUSES)
    samples = iter(spread(source, _samples(day)))
    sampled = [next(samples) if status == "sampled" else "" for status in statuses]
    without = set(source.sample([n for n, word in enumerate(sampled) if word == "neg"], BREAST_DECLINED))
    images = iter(spread(source, IMAGES))
    colposcopies = iter(spread(source, COLPOSCOPY))
    mammograms = iter(spread(source, MAMMOGRAMS))
    found = []
    for n, (person, name, village, birth_year) in enumerate(comers):
        station, running = n % STATIONS + 1, day.first_running + n // STATIONS
        image = "" if n in without else next(images)
        needs_colposcopy = day.is_settled and sampled[n] in {"16_18", "ASCUS", "LSIL", "HSIL"}
        found.append(
            Participant(
                person=person,
                name=name,
                village=village,
                birth_year=birth_year,
                station=station,
                running=running,
                pid=participant_number(day.on, station, running),
                safe_contact=source.choice(
                    ("call", "call", "sms_neutral", "collect_self", "sealed_via_doctor")
                ),
                status=statuses[n],
                sample=sampled[n],
                image=image,
                colposcopy=next(colposcopies) if needs_colposcopy else "",
                mammogram=next(mammograms) if day.is_settled and image == "open" else "",
            )
        )
    return found


def registrations(
    source: random.Random, day: Day, came: Sequence[Participant], tests: str
) -> Iterator[Entered]:
    """The registration of each."""
    for number, who in enumerate(came):
        moment = at(day.on, _OPENS) + timedelta(seconds=_PACE * number)
        yield Entered("scr_participant", _registration(source, day, who, tests), moment)


def _samples(day: Day) -> dict[str, int]:
    """The words for the samples of a day; once cytology has come it takes the place of other high-risk types."""
    words = dict(SAMPLES)
    if day.is_settled:
        del words["other_hr"]
        words |= CYTOLOGY
    return words


def _listed(source: random.Random, day: Day, registry: Registry) -> list[_Comer]:
    """Women of the invited villages who were on the list; those who live at home first."""
    inside: list[tuple[bool, _Comer]] = []
    outside: list[_Comer] = []
    for household in registry.households.values():
        for person in household.members if household.village in day.villages else ():
            if person.sex != "2" or not person.birth_year:
                continue
            age = day.on.year - int(person.birth_year)
            comer = (person.id, "", household.village, int(person.birth_year))
            if AGES[0] < age <= AGES[1]:
                inside.append((person.stay != "home_ge6m", comer))
            elif AGES[1] + 1 < age <= AGES[1] + 6 or AGES[0] - 3 <= age < AGES[0]:
                outside.append(comer)
    source.shuffle(inside)
    inside.sort(key=lambda each: each[0])
    return [comer for _, comer in inside[: LISTED - OUTSIDE]] + source.sample(outside, OUTSIDE)


def _walk_in(source: random.Random, day: Day, number: int) -> _Comer:
    """Somebody who was on no list; the first few are outside the ages of the programme."""
    outside = (source.choice((32, 33, 34)), source.choice((66, 67, 68)))
    age = outside[number % 2] if number < OUTSIDE else source.randint(AGES[0] + 1, AGES[1])
    return WALK_IN, woman(source), source.choice(day.villages), day.on.year - age


def _registration(source: random.Random, day: Day, who: Participant, tests: str) -> dict[str, Answer]:
    today = day.on.isoformat()
    phone = who.safe_contact in {"call", "sms_neutral"}
    answers: dict[str, Answer] = {
        "outcome": "registered",
        "event": day.event,
        "village": who.village,
        **consent(source),
        "consent/mode": "written",
        "consent/paper_ref": f"DEMO-{who.pid}",
        **under("identity", _identity(source, day, who, tests)),
        **under(
            "consents",
            {
                "c_cervix": "yes",
                "c_breast": "yes" if who.image else "no",
                "c_hpv_sample": "yes",
                "c_share_hospital": "no" if source.random() < 0.05 else "yes",
            },
        ),
        "result_way/safe_contact": who.safe_contact,
        **({"result_way/result_phone": telephone(source)} if phone else {}),
        "private_now": "yes",
        "health_consent/health": "yes",
        **under("before_cervix", _before_cervix(source, day, who)),
        **(under("before_breast", _before_breast(source, who)) if who.image else {}),
        "hardship/priority": source.choices(("none", "dibao", "tekun"), (80, 15, 5))[0],
        "header/date": today,
        **entity(who.pid, f"{who.pid} {who.birth_year}", update=True),
        **meta(source, f"{who.pid} {today}"),
    }
    if source.random() < 0.06:
        answers["hardship/priority"] = {"missing": source.choice(("pns", "declined"))}
    return answers


def _identity(source: random.Random, day: Day, who: Participant, tests: str) -> dict[str, Answer]:
    answers: dict[str, Answer] = {"person": who.person}
    if who.person == WALK_IN:
        answers["name"] = who.name
    if source.random() < 0.8:
        born = date(who.birth_year, 1, 1) + timedelta(days=source.randrange(365))
        had_birthday = (born.month, born.day) <= (day.on.month, day.on.day)
        age = day.on.year - who.birth_year - (0 if had_birthday else 1)
        answers |= {"id_seen": "yes", "birth_date": born.isoformat()}
    else:
        age = day.on.year - who.birth_year
        answers |= {"id_seen": "no", "birth_year": str(who.birth_year)}
    return answers | {
        "born": str(who.birth_year),
        "age": str(age),
        "age_from": str(AGES[0]),
        "age_to": str(AGES[1]),
        "event_tests": tests,
        "station": str(who.station),
        "running": str(who.running),
        "running_no": f"{who.running:03d}",
        "pid_base": who.pid[:-1],
        "pid": who.pid,
    }


def _before_cervix(source: random.Random, day: Day, who: Participant) -> dict[str, Answer]:
    """Why she is put off is asked and not kept; that she is, is."""
    answers: dict[str, Answer] = {
        "eligible_pelvic": {"prefers_not": "prefer_not_exam", "unsuitable": "no"}.get(who.status, "yes"),
        "deferred": "yes" if who.status == "deferred" else "no",
        "hyster": "yes_total" if who.status == "hysterectomy" else "no",
        "hpv_vacc": source.choices(("none", "2", "3"), (94, 3, 3))[0],
        "cx_status": {"deferred": "deferred", "hysterectomy": "ineligible", "unsuitable": "ineligible"}.get(
            who.status, "eligible"
        ),
    }
    if who.status == "deferred":
        answers["rebook_on"] = PLANNED_AGAIN.isoformat()
    drawn = source.random()
    if drawn < 0.45:
        answers |= {
            "last_cx": "year",
            "last_cx_year": str(source.randint(2017, day.on.year - 3)),
            "last_cx_method": source.choice(("tct", "hpv", "via")),
        }
    else:
        answers["last_cx"] = "never" if drawn < 0.8 else {"missing": "dk" if drawn < 0.95 else "pns"}
    return answers


def _before_breast(source: random.Random, who: Participant) -> dict[str, Answer]:
    answers: dict[str, Answer] = {
        "br_symptom": source.choices(("none", "pain", "lump"), (80, 15, 5))[0],
        "fam_hx": "first_degree" if who.image == "family" else "none",
        "br_hx": "none",
        "lactating": "no",
    }
    if source.random() < 0.05:
        answers["br_hx"] = {"missing": source.choice(("pns", "declined"))}
    if source.random() < 0.4:
        answers["prior_bus_year"] = str(source.randint(2018, 2024))
    return answers
