"""Back-checks of visits, two to each village, and the recount of a figure that a village had reported."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from fieldkit.demo.making import EXAMPLE, Entered, at, decline, list_rows, meta, rows, source_of, under
from fieldkit.demo.points import SLOGANS
from fieldkit.places import places
from fieldkit.xforms.answers import Answer

DAY = date(2026, 3, 26)
PER_VILLAGE = 2
DECLINED = 2
DIFFERENT: Mapping[str, int] = {"1": 1, "2": 3, "3": 6}
"""How many comparisons differ, by the type of their question."""
RECOUNTED = sum(SLOGANS) - 1
CHECKER = "K01"
_FORM = "visit"
_FIRST = ("date", "given_by")
_SECOND = ("notice_read", "copy_given", "private_now", "follow_task")
_THIRD = ("sat_env", "sat_skill", "sat_service", "sat_manage", "sat_all")
_REASONS = {"1": "orig_error", "2": "unclear_question", "3": "changed_since"}
_ACTIONS = {"1": "correct", "2": "change_question", "3": "none"}


class Visited(NamedTuple):
    """A visit that may be checked: the id of its record, and its flat answers."""

    record: str
    answers: Mapping[str, Answer]

    def answer(self, name: str) -> str:
        """The answer to a question, by its name."""
        return next(str(answer) for key, answer in self.answers.items() if key.rpartition("/")[2] == name)


def backchecks(visited: Sequence[Visited], seed: int) -> Iterator[Entered]:
    """The back-checks of a Thursday. `visited`: every visit so far, of which those that were done are drawn from."""
    source = source_of(seed, 60)
    drawn = _draw(source, visited)
    refusing = set(source.sample(range(len(drawn)), DECLINED))
    checked = [visit for number, visit in enumerate(drawn) if number not in refusing]
    for number in sorted(refusing):
        yield decline("backcheck", drawn[number].answer("village"), DAY)
    asked = [_questions(source) for _ in checked]
    for kind, count in DIFFERENT.items():
        places_of_kind = [
            (n, i) for n, each in enumerate(asked) for i, item in enumerate(each) if item[1] == kind
        ]
        if kind == "1":
            places_of_kind = [(n, i) for n, i in places_of_kind if asked[n][i][0] == "date"]
        for n, i in source.sample(places_of_kind, count):
            asked[n][i] = (asked[n][i][0], kind, True)
    for number, (visit, questions) in enumerate(zip(checked, asked, strict=True), 1):
        moment = at(DAY, 8 * 60 + 30 + 8 * number)
        yield Entered("backcheck", _check(source, number, visit, questions), moment)
    yield Entered("backcheck", _recount(source), at(DAY, 16 * 60 + 20))


def _draw(source: random.Random, visited: Sequence[Visited]) -> list[Visited]:
    """As many visits of each village as are checked."""
    drawn = []
    for place in places():
        done = [
            visit
            for visit in visited
            if visit.answers["village"] == place.code
            and visit.answers["outcome"] == "done"
            and str(visit.answers["header/date"]) < DAY.isoformat()
        ]
        drawn += source.sample(done, PER_VILLAGE)
    return drawn


def _questions(source: random.Random) -> list[tuple[str, str, bool]]:
    """What is asked again: question, type, and whether the answer differs; two that should not change, two to be careful
    with, one that may change.
    """
    named = [(name, "1") for name in _FIRST]
    named += [(name, "2") for name in source.sample(_SECOND, 2)] + [(source.choice(_THIRD), "3")]
    return [(name, kind, False) for name, kind in named]


def _check(
    source: random.Random, number: int, visit: Visited, questions: Sequence[tuple[str, str, bool]]
) -> dict[str, Answer]:
    village = visit.answer("village")
    staff = next(n for n, place in enumerate(places(), 1) if place.code == village)
    kinds = {kind for _, kind, differs in questions if differs}
    result = "corrected" if "1" in kinds else "needs_retrain" if "2" in kinds else "ok"
    sample = f"DEMO-2603-{number:02d}"
    items = [_item(source, visit, *question) for question in questions]
    return {
        "method": "random",
        "mode": source.choice(("phone", "phone", "visit")),
        "village": village,
        "sample_id": sample,
        "checker": CHECKER,
        "orig_staff": f"S{staff:02d}",
        **under("record", {"orig_form": _FORM, "orig_uuid": visit.record}),
        **under("consent", {"notice_ver": "2026-03", "notice_read": "read_aloud", "consent_again": "yes"}),
        "outcome": "done",
        **rows(source, "compare/item", items),
        **under(
            "conduct",
            {
                "visited_confirmed": "yes",
                "politeness": source.choice("5554"),
                "told_could_refuse": source.choice(("yes", "yes", "yes", "no")),
            },
        ),
        "close/result": result,
        "date": DAY.isoformat(),
        **meta(source, f"{sample} {DAY}"),
    }


def _item(source: random.Random, visit: Visited, name: str, kind: str, differs: bool) -> dict[str, Answer]:
    """One comparison: what was said again, with the digit of its option where there are options, beside the record."""
    field = next(row for row in list_rows("backcheck_fields") if (row["name"], row["form"]) == (name, _FORM))
    original = visit.answer(name)
    codes = field["codes"].split()
    code = _other(source, name, codes, original) if differs else original
    answers: dict[str, Answer] = {
        "field": name,
        "item_type": kind,
        "again_value": str(codes.index(code) + 1) if codes else code,
        "orig_value": original,
        "again_code": code,
        "orig_code": original,
        "match": "no" if differs else "yes",
    }
    answers |= {
        each: field[each] for each in ("tolerance", "codes", "options_zh", "options_en") if field[each]
    }
    if differs:
        answers |= {"reason": _REASONS[kind], "item_action": _ACTIONS[kind]}
    return answers


def _other(source: random.Random, name: str, codes: Sequence[str], original: str) -> str:
    """An answer other than the original one."""
    if name == "date":
        return (date.fromisoformat(original) - timedelta(days=1)).isoformat()
    return source.choice([each for each in codes or "54321" if each != original])


def _recount(source: random.Random) -> dict[str, Answer]:
    """Slogans counted again: one less than the villages had reported."""
    figure = {
        "figure_item": f"标语条数（{EXAMPLE}）",
        "recounted": str(RECOUNTED),
        "reported": str(sum(SLOGANS)),
        "figure_diff": str(sum(SLOGANS) - RECOUNTED),
        "figure_reason": f"一条已随老墙拆除，表上没有减（{EXAMPLE}）",
        "corrected_on": DAY.isoformat(),
    }
    return {
        "method": "village_figure",
        "mode": "recount",
        "village": places()[0].code,
        "sample_id": "DEMO-2603-F1",
        "checker": CHECKER,
        "outcome": "done",
        **rows(source, "recount/figure", [figure]),
        "close/result": "corrected",
        "date": DAY.isoformat(),
        **meta(source, f"DEMO-2603-F1 {DAY}"),
    }
