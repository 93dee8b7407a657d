"""What follows a screening day: who is told what is due, how often somebody tried, how it ended."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.demo.making import Entered, at, meta, rows, spread, under
from fieldkit.demo.screening_days import PLANNED_AGAIN, Day, Participant
from fieldkit.xforms.answers import Answer

_SMS = (
    "【清溪镇卫生院】您预约的健康服务有新消息，请方便时致电服务卡上的号码或到服务窗口，工作时间8:00–17:00。"
)
_TOLD = {
    "call": "phone_self",
    "sms_neutral": "sms_neutral",
    "collect_self": "in_person",
    "sealed_via_doctor": "letter_sealed",
}
_CHANNELS = {"phone_self": "phone"}
_ENTERED = date(2026, 3, 30)
_MAMMOGRAPHY: Mapping[bool, Mapping[str, int]] = {
    True: {
        "completed_elsewhere": 1,
        "declined": 2,
        "asked_stop": 1,
        "unreachable_3": 1,
        "moved": 1,
        "open": 2,
    },
    False: {"completed_elsewhere": 3, "declined": 1, "open": 8},
}
"""How it ended for those who wait for mammography, by whether the day is settled; those with a film are done."""
_LETTERS: Mapping[bool, int] = {True: 130, False: 60}
"""Letters without a finding that have gone out so far, by whether the day is settled."""


@dataclass(frozen=True, slots=True)
class _Case:
    """Something to follow up: since when, until when, and how it ended ("asked_stop" ends it as declined)."""

    who: Participant
    reason: str
    since: date
    due: date
    final: str
    is_suspected: bool = False


def follow_ups(source: random.Random, day: Day, came: Sequence[Participant]) -> Iterator[Entered]:
    """One record for each finding to follow up, each woman put off, and each letter without a finding."""
    cases = [
        *_after_cervix(source, day, came),
        *_after_breast(source, day, came),
        *_put_off(source, day, came),
        *_letters(day, came),
    ]
    for number, case in enumerate(cases):
        moment = at(_ENTERED, 13 * 60) + timedelta(seconds=20 * number)
        yield Entered("scr_follow", _follow(source, day.event, case), moment)


def _after_cervix(source: random.Random, day: Day, came: Sequence[Participant]) -> Iterator[_Case]:
    """Colposcopy within 60 days (7 for high-grade cytology); samples and cytology that are to come, or again in a year."""
    waiting = iter(spread(source, {"declined": 1, "open": 2}))
    for who in came:
        if who.colposcopy:
            yield _Case(
                who, "colpo", day.lab, _colposcopy_due(day, who), "completed_elsewhere", who.sample == "HSIL"
            )
        elif who.sample in {"16_18", "ASCUS", "LSIL", "HSIL"}:
            yield _Case(who, "colpo", day.lab, _colposcopy_due(day, who), next(waiting), who.sample == "HSIL")
        elif who.sample == "NILM":
            yield _Case(who, "repeat", day.lab, day.lab.replace(year=day.lab.year + 1), "open")
        elif who.sample in {"void", "invalid", "other_hr"}:
            again = day.is_settled and who.sample == "invalid"
            due = day.lab + timedelta(days=14)
            yield _Case(who, "repeat", day.lab, due, "completed_here" if again else "open")


def _colposcopy_due(day: Day, who: Participant) -> date:
    return day.lab + timedelta(days=7 if who.sample == "HSIL" else 60)


def _after_breast(source: random.Random, day: Day, came: Sequence[Participant]) -> Iterator[_Case]:
    """Histology within 14 days; mammography on a day agreed with her."""
    waiting = iter(spread(source, _MAMMOGRAPHY[day.is_settled]))
    for who in came:
        if who.image == "suspicious":
            due = day.on + timedelta(days=14)
            yield _Case(who, "histology", day.on, due, "completed_elsewhere")
        elif who.image in {"open", "family"}:
            final = "completed_elsewhere" if who.mammogram else next(waiting)
            yield _Case(who, "mmg", day.on, day.on + timedelta(days=30), final)


def _put_off(source: random.Random, day: Day, came: Sequence[Participant]) -> Iterator[_Case]:
    finals = iter(spread(source, {"declined": 1, "open": 8}))
    for who in came:
        if who.status == "deferred":
            yield _Case(who, "rebook", day.on, PLANNED_AGAIN, next(finals))


def _letters(day: Day, came: Sequence[Participant]) -> Iterator[_Case]:
    clear = [who for who in came if who.sample == "neg" and who.image in {"clear", ""}]
    for who in clear[: _LETTERS[day.is_settled]]:
        yield _Case(who, "result_neg", day.lab, day.lab + timedelta(days=30), "completed_here")


def _follow(source: random.Random, event: str, case: _Case) -> dict[str, Answer]:
    stopped = case.final == "asked_stop"
    final = "declined" if stopped else case.final
    in_time = min(case.due, _ENTERED)
    attempts = list(_attempts(source, case, in_time))
    told = _TOLD[case.who.safe_contact]
    days = {"histology": 14, "colpo": 60, "result_neg": 30}.get(case.reason, 0)
    days = 7 if case.is_suspected else days
    follow: dict[str, Answer] = {"reason": case.reason, "told": told}
    if case.reason in {"colpo", "mmg", "histology"}:
        follow["suspected"] = "yes" if case.is_suspected else "no"
    if days:
        follow["due_days"] = str(days)
    if final != "declined":
        follow["due"] = case.due.isoformat()
    contacts: dict[str, Answer] = {
        **rows(source, "attempt", attempts),
        "stopped": "yes" if stopped else "no",
        "final": final,
    }
    if final != "open":
        contacts["closed_on"] = str(attempts[-1]["att_date"])
    return {
        "pid": case.who.pid,
        "event": event,
        "village": case.who.village,
        "consented": "yes",
        "date": case.since.isoformat(),
        "sms_text": _SMS,
        **under("follow", follow),
        **under("contacts", contacts),
        **meta(source, f"{case.who.pid} {case.since}"),
    }


def _attempts(source: random.Random, case: _Case, until: date) -> Iterator[dict[str, Answer]]:
    """The attempts to reach her, later ones later."""
    results = {"unreachable_3": ["no_answer", "away", "no_answer"], "asked_stop": ["asked_stop"]}.get(
        case.final, source.choice((["reached"], ["reached"], ["no_answer", "reached"]))
    )
    told = _TOLD[case.who.safe_contact]
    for number, (result, on) in enumerate(
        zip(results, _days(source, case.since, until, len(results)), strict=True), 1
    ):
        yield {
            "att_no": str(number),
            "att_date": on.isoformat(),
            "channel": _CHANNELS.get(told, told),
            "att_result": result,
        }


def _days(source: random.Random, since: date, until: date, count: int) -> list[date]:
    """As many days as `count`, in order."""
    reach = max(1, (until - since).days)
    return sorted(since + timedelta(days=source.randint(0, reach)) for _ in range(count))
