"""Benefits and their payments: 46 due on 31 March, of which 43 came on time; the months before; cases without a payment."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date

from fieldkit.demo.making import (
    EXAMPLE,
    Entered,
    at,
    consent,
    decline,
    list_rows,
    meta,
    rows,
    source_of,
    spread,
    under,
)
from fieldkit.fieldwork.households import Household, Person
from fieldkit.fieldwork.registry import Registry
from fieldkit.xforms.answers import Answer

DUE = date(2026, 3, 31)
MARCH: Mapping[str, int] = {"paid": 43, "acct_wrong": 2, "fund_late": 1}
MONTHLY: Mapping[str, int] = {"only_child_reward": 20, "childcare": 8}
QUARTERLY: Mapping[str, int] = {
    "jiangfu": 13,
    "tefu_loss": 1,
    "tefu_disab": 1,
    "insurance": 1,
    "precon_reimb": 1,
    "local": 1,
}
EARLIER: Mapping[str, tuple[date, Mapping[str, int]]] = {
    "2026-01": (date(2026, 1, 30), {"paid": 26, "late": 1, "dormant": 1}),
    "2026-02": (date(2026, 2, 13), {"paid": 27, "name_mismatch": 1}),
}
"""When the payments of the months before were due, and what became of them."""
_PAPERS = {"childcare": "birth_cert", "only_child_reward": "honor_cert"}
_ADULT, _AGED = 25, 60
_ENTERED = date(2026, 3, 30)


def benefits(registry: Registry, seed: int) -> Iterator[Entered]:
    """A case for each payment due in March, and some that were not granted, not decided yet, or not wanted."""
    source = source_of(seed, 50)
    adults = [
        (household, person)
        for household in registry.households.values()
        for person in household.members
        if person.birth_year and DUE.year - int(person.birth_year) >= _ADULT
    ]
    source.shuffle(adults)
    programmes = spread(source, {**MONTHLY, **QUARTERLY})
    aged = iter([each for each in adults if DUE.year - int(each[1].birth_year) >= _AGED])
    others = iter([each for each in adults if DUE.year - int(each[1].birth_year) < _AGED])
    results = iter(spread(source, MARCH))
    earlier = {period: iter(spread(source, became)) for period, (_due, became) in EARLIER.items()}
    for number, programme in enumerate(programmes, 1):
        whose = next(aged if programme == "jiangfu" else others)
        payments = [
            _payment(source, programme, period, due, next(earlier[period]))
            for period, (due, _became) in (EARLIER.items() if programme in MONTHLY else ())
        ]
        period = "2026-03" if programme in MONTHLY else "2026Q1"
        payments.append(_payment(source, programme, period, DUE, next(results)))
        yield _case(source, whose, number, programme, payments)
    yield from _without_payment(source, others, len(programmes))


def _without_payment(
    source: random.Random, whose: Iterator[tuple[Household, Person]], number: int
) -> Iterator[Entered]:
    yield _case(source, next(whose), number + 1, "childcare", [], "pending")
    yield _case(source, next(whose), number + 2, "local", [], "withdrawn")
    yield _case(source, next(whose), number + 3, "only_child_reward", [], "not_eligible")
    yield decline("benefit", next(whose)[0].village, date(2026, 3, 11))


def _case(
    source: random.Random,
    whose: tuple[Household, Person],
    number: int,
    programme: str,
    payments: list[dict[str, Answer]],
    decision: str = "eligible",
) -> Entered:
    household, person = whose
    applied = date(2026, 1, 5 + number % 9)
    case = f"7{applied:%y%m%d}{number:05d}"
    decided = "" if decision == "pending" else date(2026, 1, 16 + number % 9).isoformat()
    answers: dict[str, Answer] = {
        "hh_id": household.id,
        "village": household.village,
        **consent(source, stats=False, share=False),
        "consent/person": person.id,
        "consent/person_age": str(DUE.year - int(person.birth_year)),
        **under(
            "application",
            {
                "case_id": case,
                "programme": programme,
                "applied_on": applied.isoformat(),
                "county_ref": f"DEMO-2026-{number:04d}",
            },
        ),
        "has_docs": "yes",
        **rows(source, "docs", _papers(programme)),
        "county_needs_id": "no",
        **under("deciding", _decision(source, programme, decision, decided)),
    }
    if decision == "eligible":
        answers |= {"has_payment": "yes", **rows(source, "payment", payments)}
    complaint = _grievance(decision, payments)
    answers["has_grievance"] = "yes" if complaint else "no"
    answers |= rows(source, "grievance", [complaint] if complaint else [])
    if decision in {"withdrawn", "not_eligible"}:
        answers["closed_on"] = "2026-02-05"
    answers |= {"outcome": "done", "date": applied.isoformat(), **meta(source, f"{case} {applied}")}
    return Entered("benefit", answers, at(_ENTERED, 9 * 60 + number))


def _papers(programme: str) -> Iterator[dict[str, Answer]]:
    """The papers that were looked at and handed back."""
    for paper in ("hukou", _PAPERS.get(programme, "proof"), "bank_card"):
        yield {"doc_type": paper, "seen": "yes", "matches": "yes"}


def _decision(source: random.Random, programme: str, decision: str, decided: str) -> dict[str, Answer]:
    answers: dict[str, Answer] = {"decision": decision}
    if decided:
        answers["decided_on"] = decided
    if decision == "eligible":
        is_private = programme.startswith("tefu")
        answers["publicity"] = "none" if is_private else source.choice(("none", "masked"))
    if decision == "not_eligible":
        answers |= {"reason_code": "age", "appeal_told": "yes"}
    return answers


def _grievance(decision: str, payments: list[dict[str, Answer]]) -> dict[str, Answer]:
    """What was said against a refusal or a payment that came late; nothing otherwise."""
    if decision == "not_eligible":
        return {
            "grieved_on": "2026-02-02",
            "grievance_text": f"年龄算法不明白（{EXAMPLE}）",
            "answered_on": "2026-02-05",
            "grievance_result": "explained",
        }
    if any(payment.get("late_days", "0") != "0" for payment in payments):
        return {
            "grieved_on": "2026-02-02",
            "grievance_text": f"钱晚到了几天（{EXAMPLE}）",
            "answered_on": "2026-02-04",
            "grievance_result": "explained",
        }
    return {}


def _payment(source: random.Random, programme: str, period: str, due: date, became: str) -> dict[str, Answer]:
    """One payment. `became`: paid, late, or why it failed."""
    standard = _amounts()[programme, period[:4]]
    answers: dict[str, Answer] = {
        "period": period,
        "standard_amt": standard,
        "due_on": due.isoformat(),
        "channel": source.choice(("card", "card", "bank")),
        "acct_last4": f"{source.randrange(10000):04d}",
    }
    if became in {"paid", "late"}:
        early = -3 if became == "late" else source.choice((1, 4))
        paid = date.fromordinal(due.toordinal() - early)
        return answers | {
            "status": "paid",
            "paid_on": paid.isoformat(),
            "paid_amt": standard,
            "notified_on": paid.isoformat(),
            "late_days": str(max(0, -early)),
        }
    notified = min(_ENTERED, date.fromordinal(due.toordinal() + 3))
    return answers | {"status": "failed", "fail_reason": became, "notified_on": notified.isoformat()}


def _amounts() -> dict[tuple[str, str], str]:
    return {(row["programme"], row["year"]): row["amount"] for row in list_rows("benefit_amounts")}
