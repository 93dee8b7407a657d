"""Requests at the window: one of each kind, contraceptives handed out to nobody in particular, one that waits, a complaint."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.demo.making import (
    EXAMPLE,
    SURNAMES,
    Entered,
    at,
    clock,
    meta,
    rows,
    source_of,
    telephone,
    under,
)
from fieldkit.demo.working_days import promise
from fieldkit.places import places
from fieldkit.xforms.answers import Answer

_PICKUP = "contraceptive_pickup"
PICKUPS = (6, 11, 18, 27, 40, 54, 60, 67, 74, 81)
"""The days of the quarter, counted from its first, on which contraceptives were picked up."""
_COMPLAINT_OF = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request: when, what for, in how many working days, and how it stands. `took`: days until it was done."""

    date: date
    item: str
    via: str
    promised: int
    status: str
    took: int = 0
    missing: str = "none"
    details: str = ""
    steps: tuple[tuple[str, str], ...] = ()


_ASKED = (
    _Asked(date(2026, 1, 6), "birth_registration", "window", 0, "done"),
    _Asked(date(2026, 1, 9), "precon_exam", "window", 5, "done", 3, steps=(("预约检查", "town_hospital"),)),
    _Asked(date(2026, 1, 12), "benefit_apply", "visit", 15, "done", 14, steps=(("初核", "health_office"), ("复核", "county_health_bureau"))),
    _Asked(date(2026, 1, 20), "certificate_reissue", "window", 5, "done", 13, steps=(("调档", "county_health_bureau"),)),
    _Asked(date(2026, 2, 4), "complaint", "phone", 5, "done", 2, details="补发的证说好五天，等了快两周"),
    _Asked(date(2026, 2, 5), "childcare_help", "phone", 5, "done", 4),
    _Asked(date(2026, 2, 10), "folic_acid", "window", 0, "done"),
    _Asked(date(2026, 2, 25), "consult", "wechat", 1, "done", 1),
    _Asked(date(2026, 2, 27), "two_cancer_booking", "phone", 1, "done", 0),
    _Asked(date(2026, 3, 2), "two_cancer_booking", "window", 1, "done", 1),
    _Asked(date(2026, 3, 4), "migrant_liaison", "wechat", 5, "passed_up", steps=(("去函", "health_office"), ("等回复", "other"))),
    _Asked(date(2026, 3, 9), "folic_acid", "window", 0, "done"),
    _Asked(date(2026, 3, 11), "precon_exam", "window", 5, "done", 5),
    _Asked(date(2026, 3, 16), "certificate_reissue", "window", 5, "not_accepted"),
    _Asked(date(2026, 3, 18), "consult", "window", 0, "withdrawn"),
    _Asked(date(2026, 3, 24), "benefit_apply", "window", 15, "waiting_docs", missing="bank_card proof"),
    _Asked(date(2026, 3, 25), "birth_registration", "window", 0, "done"),
    _Asked(date(2026, 3, 27), "other", "phone", 5, "in_progress", details="想知道下次筛查在哪个村"),
    _Asked(date(2026, 3, 30), "childcare_help", "window", 5, "new"),
    _Asked(date(2026, 3, 17), "own_record", "window", 15, "done", 3),
)  # fmt: skip


def requests(seed: int) -> Iterator[Entered]:
    """Every request of the quarter."""
    source = source_of(seed, 70)
    late = _number(_COMPLAINT_OF)
    for number, asked in enumerate(_ASKED):
        minutes = source.randint(8 * 60, 16 * 60)
        answers = _request(source, number, asked, minutes, late)
        yield Entered("request", answers, at(asked.date + timedelta(days=asked.took), minutes + 30))
    for number, days in enumerate(PICKUPS):
        day = date(2026, 1, 1) + timedelta(days=days)
        yield Entered("request", _pickup(source, number, day), at(day, 17 * 60))


def _number(place: int) -> str:
    """The number of the request at a place of the list."""
    return f"8{_ASKED[place].date:%y%m%d}{10000 + 37 * place:05d}"


def _request(source: random.Random, number: int, asked: _Asked, minutes: int, late: str) -> dict[str, Answer]:
    identity = _number(number)
    answers: dict[str, Answer] = {
        "item": asked.item,
        "req_id": identity,
        "village": source.choice(places()).code,
        **under("header", {"date": asked.date.isoformat(), "received_at": clock(minutes), "via": asked.via}),
        **under("caller", _caller(source)),
    }
    if asked.item == "complaint":
        answers["promise/complaint_of"] = late
    if asked.details:
        answers["promise/details"] = f"{asked.details}（{EXAMPLE}）"
    by_when = {"promised_days": str(asked.promised), **promise(asked.date, asked.promised)}
    answers |= {
        "promise/told_once": "yes",
        "promise/docs_missing": asked.missing,
        **under("promise/by_when", by_when),
        "promise/fee_due": "0",
        "handling/has_steps": "yes" if asked.steps else "no",
        **rows(source, "handling/steps", _steps(asked, minutes)),
        **under("handling", _standing(source, asked, minutes)),
        **meta(source, f"{identity} {asked.date}"),
    }
    return answers


def _caller(source: random.Random) -> dict[str, Answer]:
    """Whoever wants to be told how it went leaves a name to be called by; nobody has to."""
    if source.random() < 0.4:
        return {"contact_ok": "no"}
    alias = source.choice(SURNAMES) + source.choice(("姐", "叔", "老师", "师傅"))
    return {"contact_ok": "yes", "alias": alias, "phone": telephone(source)}


def _steps(asked: _Asked, minutes: int) -> Iterator[dict[str, Answer]]:
    for number, (step, unit) in enumerate(asked.steps):
        row: dict[str, Answer] = {
            "step": f"{step}（{EXAMPLE}）",
            "unit": unit,
            "in_at": _moment(asked.date + timedelta(days=number), minutes + 5),
        }
        if asked.status == "done" or number + 1 < len(asked.steps):
            row["out_at"] = _moment(asked.date + timedelta(days=max(number + 1, asked.took)), minutes + 15)
        yield row


def _standing(source: random.Random, asked: _Asked, minutes: int) -> dict[str, Answer]:
    answers: dict[str, Answer] = {"status": asked.status}
    if asked.status == "not_accepted":
        answers |= {
            "refused_reason": f"原证由外县发放（{EXAMPLE}）",
            "remedy": f"已帮她联系发证的县，可以邮寄（{EXAMPLE}）",
        }
    if asked.status == "done":
        answers["done_at"] = _moment(asked.date + timedelta(days=asked.took), minutes + 20)
    if asked.status in {"done", "not_accepted", "withdrawn"}:
        answers["sat"] = source.choice("5544") if asked.item != "complaint" else {"missing": "pns"}
    return answers


def _pickup(source: random.Random, number: int, day: date) -> dict[str, Answer]:
    """What was handed out, and to nobody: where, when, how many."""
    identity = f"8{day:%y%m%d}{90000 + number:05d}"
    return {
        "item": _PICKUP,
        "req_id": identity,
        "village": source.choice(places()).code,
        **under("header", {"date": day.isoformat(), "received_at": "17:00", "via": "window"}),
        "pickup_n": str(source.randint(1, 4)),
        **meta(source, f"{identity} {day}"),
    }


def _moment(day: date, minutes: int) -> str:
    return f"{day.isoformat()}T{clock(minutes)}:00.000+08:00"
