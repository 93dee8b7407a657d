"""Health education of the quarter: the newlywed class, the week with show, van and market day, and what came before."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from fieldkit.demo.making import (
    EXAMPLE,
    Entered,
    at,
    clock,
    entity,
    meta,
    rows,
    source_of,
    under,
    village_name,
)
from fieldkit.xforms.answers import Answer

_KINDS = {
    "lecture": "讲座",
    "class": "课堂",
    "van": "宣传车",
    "show": "文艺演出",
    "media": "媒体",
    "home_talk": "屋场会",
    "market_day": "赶集",
    "school": "学校",
    "wechat": "微信群",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One class, show or round of the van. `more`: what only this kind is asked; `by` who spoke."""

    kind: str
    date: date
    villages: tuple[str, ...]
    place: str
    minutes: tuple[int, int]
    topics: str
    groups: Mapping[str, int]
    by: str
    counted: str = "counted"
    leaflets: int = 0
    more: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The number of the event; each is the first of its day in its village."""
        return f"{self.date:%y%m%d}{self.villages[0][9:]}1"


def _places(*numbers: int) -> tuple[str, ...]:
    return tuple(f"990101100{number:03d}" for number in numbers)


CLASS = Event(
    "class", date(2026, 3, 20), _places(1), f"社区活动室（{EXAMPLE}）", (19 * 60, 20 * 60 + 30),
    "cervical precon antenatal contraception_choice", {"newlywed": 30, "mobile_newlywed": 10, "general": 8},
    "town_doctor", leaflets=48,
)  # fmt: skip
"""The class for newlyweds, with a quiz before and after."""

EVENTS = (
    Event(
        "lecture", date(2026, 1, 14), _places(200), f"村礼堂（{EXAMPLE}）", (14 * 60, 15 * 60 + 30),
        "cervical breast policy", {"poor": 14, "women35_64": 22}, "town_doctor", leaflets=36,
    ),
    Event(
        "school", date(2026, 1, 15), _places(1), f"镇中学（{EXAMPLE}）", (10 * 60, 10 * 60 + 40),
        "puberty mental", {"adolescent": 86}, "teacher",
    ),
    Event(
        "home_talk", date(2026, 2, 6), _places(202), f"三组屋场（{EXAMPLE}）", (15 * 60, 16 * 60),
        "infant_care breastfeeding benefit", {"poor": 6, "elder": 9}, "health_worker", leaflets=15,
    ),
    Event(
        "wechat", date(2026, 2, 9), _places(203), f"村群（{EXAMPLE}）", (20 * 60, 20 * 60 + 30),
        "hpv_vaccine menopause", {"women35_64": 64}, "village_doctor", counted="estimated",
    ),
    Event(
        "media", date(2026, 2, 12), _places(1), f"镇广播站（{EXAMPLE}）", (7 * 60, 7 * 60 + 15),
        "cervical breast", {}, "health_worker",
        more={
            "media/outlet": f"清溪之声（{EXAMPLE}）", "media/runs": "6", "media/minutes": "15",
            "dignity_reviewed_by": "health_office",
        },
    ),
    Event(
        "van", date(2026, 3, 17), _places(204, 205, 206), f"三村巡回（{EXAMPLE}）", (9 * 60, 16 * 60 + 30),
        "cervical breast policy", {"general": 210}, "health_worker", counted="estimated", leaflets=180,
        more={
            "van/route": f"枫树岭—南冲—茶园坡（{EXAMPLE}）", "van/km": "23.5", "van/loud_used": "yes",
            "dignity_reviewed_by": "town_hospital",
        },
    ),
    Event(
        "show", date(2026, 3, 18), _places(200), f"村广场（{EXAMPLE}）", (19 * 60, 21 * 60),
        "cervical men contraception_choice", {"general": 160, "elder": 45}, "performer", counted="estimated",
        more={"show/troupe": f"清溪文艺队（{EXAMPLE}）", "show/programmes_n": "9", "dignity_reviewed_by": "women_fed"},
    ),
    Event(
        "market_day", date(2026, 3, 19), _places(1), f"集市东口（{EXAMPLE}）", (8 * 60 + 30, 11 * 60 + 30),
        "cervical std_hiv benefit", {"general": 130, "men": 40}, "women_fed", counted="estimated", leaflets=150,
    ),
    CLASS,
)  # fmt: skip
_LOUD = ((9 * 60 + 30, 11 * 60 + 30), (14 * 60 + 30, 16 * 60))


def events(seed: int) -> Iterator[Entered]:
    """The record of each event, entered in the evening."""
    source = source_of(seed, 30)
    for event in EVENTS:
        yield Entered("edu_event", _event(source, event), at(event.date, 21 * 60 + 30))


def _event(source: random.Random, event: Event) -> dict[str, Answer]:
    start, end = event.minutes
    village = event.villages[0]
    attended = sum(event.groups.values())
    day = event.date.isoformat()
    answers: dict[str, Answer] = {
        "kind": event.kind,
        "villages": " ".join(event.villages),
        "village": village,
    }
    if len(event.villages) > 1:
        answers["venue"] = village
    answers |= under(
        "header", {"date": day, "seq": "1", "place": event.place, "start": clock(start), "end": clock(end)}
    )
    answers |= {"event_id": event.number, "topics": event.topics, **event.more}
    if event.kind == "van":
        hours = ({"loud_start": clock(begin), "loud_end": clock(stop)} for begin, stop in _LOUD)
        answers |= rows(source, "van/loud_hours", hours)
    groups = ({"group": group, "group_n": str(n)} for group, n in event.groups.items())
    answers |= {**rows(source, "groups", groups), "attend_n": str(attended)}
    if attended:
        answers["count_method"] = event.counted
    if event.counted == "estimated":
        answers["estimate_how"] = f"按场地和时段估计（{EXAMPLE}）"
    answers["materials_given"] = "yes" if event.leaflets else "no"
    if event.leaflets:
        handed_out = {"material": f"两癌筛查折页（{EXAMPLE}）", "material_n": str(event.leaflets)}
        answers |= rows(source, "materials", [handed_out])
    return answers | {
        **under("close", {"speaker_role": event.by, "cost": "0", "feedback": source.choice("554")}),
        **entity(event.number, f"{day} {village_name(village)} {_KINDS[event.kind]} 1", update=False),
        **meta(source, f"{event.number} {day}"),
    }
