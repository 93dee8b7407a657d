"""The screening days of the demonstration: the event, everybody who came, what was found, what follows."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.demo.making import (
    COUNTY_HOSPITAL,
    Entered,
    at,
    decline,
    entity,
    meta,
    rows,
    source_of,
    spread,
    under,
    village_name,
)
from fieldkit.demo.screening_days import (
    AGES,
    DAYS,
    IMAGES,
    LEFT,
    LISTED,
    SAMPLES,
    STATIONS,
    STATUSES,
    WALK_INS,
    Day,
)
from fieldkit.demo.screening_follow import follow_ups
from fieldkit.demo.screening_people import participants, registrations
from fieldkit.demo.screening_results import breast_examinations, cervix_examinations
from fieldkit.fieldwork.registry import Registry

TESTS = "hpv tct via cbe bus"
"""What is examined on both days, as the event says it."""
_CLOSES = 14 * 60 + 40


def screening(registry: Registry, seed: int) -> Iterator[Entered]:
    """Both days, in the order in which their records are made. `registry`: who is on the list beforehand."""
    for number, day in enumerate(DAYS):
        source = source_of(seed, 10 + number)
        came = participants(source, day, registry)
        yield _event(day, seed)
        yield from registrations(source, day, came, TESTS)
        for outcome in spread(source, LEFT):
            yield decline("scr_participant", source.choice(day.villages), day.on, outcome, path="header/date")
        yield from cervix_examinations(source, day, came)
        yield from breast_examinations(source, day, came)
        yield from follow_ups(source, day, came)


def _event(day: Day, seed: int) -> Entered:
    """The event as it stands in the evening, when it adds up."""
    source = source_of(seed, 20 + DAYS.index(day))
    registered = LISTED + WALK_INS
    left = sum(LEFT.values())
    put_off = STATUSES["deferred"]
    unsuitable = STATUSES["hysterectomy"] + STATUSES["unsuitable"]
    sampled, void = STATUSES["sampled"], SAMPLES["void"]
    per_station = registered // STATIONS
    answers = {
        "date": day.on.isoformat(),
        "village": day.village,
        "seq": "1",
        "event_id": day.event,
        "place_kind": "tent",
        "villages": " ".join(day.villages),
        "programme": "national",
        "age_from": str(AGES[0]),
        "age_to": str(AGES[1]),
        "tests": TESTS,
        "hpv_mode": "geno14",
        "self_sampling": "no",
        **rows(source, "staff", _staff()),
        **rows(source, "kits", _kits(sampled, void)),
        "privacy_ok": "screen separate_entry female_staff covered_queue no_loudspeaker_names",
        "free_notice_posted": "yes",
        **rows(
            source,
            "devices",
            (
                {
                    "device_id": f"DEMO-{station}",
                    "device_station": str(station),
                    "pid_from": str(day.first_running),
                    "pid_to": str(day.first_running + per_station - 1),
                }
                for station in range(1, STATIONS + 1)
            ),
        ),
        "closing": "yes",
        **under(
            "close",
            {
                "arrived": str(registered + left),
                "declined": str(left),
                "listed": str(registered),
                "registered": str(registered),
                "eligible": str(registered - put_off - unsuitable),
                "deferred": str(put_off),
                "ineligible": str(unsuitable),
                "cx_sampled": str(sampled),
                "void": str(void),
                "samples_sent": str(sampled - void),
                "br_examined": str(sum(IMAGES.values())),
            },
        ),
        **under(
            "transport",
            {
                "transport_temp": "4.5",
                "handover_to": f"{COUNTY_HOSPITAL}检验科",
                "handover_at": "15:10",
                "sealed_boxes": "2",
            },
        ),
        **entity(day.event, f"{day.event} {village_name(day.village)}", update=True),
        **meta(source, day.event),
    }
    return Entered("scr_event", answers, at(day.on, _CLOSES))


def _staff() -> Iterator[dict[str, str]]:
    for role, chinese, english, number in (
        ("registrar", "登记", "Registrar", 3),
        ("nurse", "护士", "Nurse", 2),
        ("gynae", "妇科医生", "Gynaecologist", 2),
        ("sonographer", "彩超医生", "Sonographer", 2),
        ("driver", "司机", "Driver", 1),
    ):
        yield {"role": role, "role_zh": chinese, "role_en": english, "role_n": str(number)}


def _kits(used: int, void: int) -> Iterator[dict[str, str]]:
    opened = used + void + 6
    for item, lot in (("hpv_kit", "DEMO-HPV-2603"), ("speculum", "DEMO-SP-2603")):
        yield {
            "kit_item": item,
            "kit_lot": lot,
            "kit_expiry": "2027-01-31",
            "kit_opened": str(opened),
            "kit_used": str(used),
            "kit_void": str(void),
            "kit_returned": str(opened - used - void),
        }
