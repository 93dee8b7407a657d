"""Back-checks of visits, of a sample that nobody picked, and the recount of a figure that a village had reported."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from fieldkit.demo.making import EXAMPLE, Entered, at, decline, list_rows, meta, rows, source_of, under
from fieldkit.demo.points import SLOGANS
from fieldkit.demo.town import CHECKED_ON
from fieldkit.fieldwork.backchecks import as_typed
from fieldkit.fieldwork.samples import SAMPLE
from fieldkit.fieldwork.sampling import Draw, Item, count_of, draw, seed_of
from fieldkit.places import places
from fieldkit.xforms.answers import Answer

DAY = CHECKED_ON
PERCENT = 10
DECLINED = 2
DIFFERENT: Mapping[str, int] = {"1": 1, "2": 3, "3": 6}
"""How many comparisons differ, by the type of their question."""
RECOUNTED = sum(SLOGANS) - 1
CHECKER = "K01"
NUMBER = "DEMO-2603"
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
    """The sample and the back-checks of a Thursday. `visited`: every visit so far, of which those that were done are drawn from."""
    source = source_of(seed, 60)
    known = {visit.record: visit for visit in visited}
    sample = _sample(visited, seed)
    drawn = [known[record] for record in sample.drawn]
    refusing = set(source.sample(range(len(drawn)), DECLINED))
    yield Entered(SAMPLE, _sample_answers(source, visited, sample, seed), at(DAY, 8 * 60 + 20))
    for number in sorted(refusing):
        yield decline("backcheck", drawn[number].answer("village"), DAY)
    checked = [(number, visit) for number, visit in enumerate(drawn) if number not in refusing]
    asked = [_questions(source) for _ in checked]
    for kind, count in DIFFERENT.items():
        places_of_kind = [
            (n, i) for n, each in enumerate(asked) for i, item in enumerate(each) if item[1] == kind
        ]
        if kind == "1":
            places_of_kind = [(n, i) for n, i in places_of_kind if asked[n][i][0] == "date"]
        for n, i in source.sample(places_of_kind, count):
            asked[n][i] = (asked[n][i][0], kind, True)
    for (number, visit), questions in zip(checked, asked, strict=True):
        moment = at(DAY, 8 * 60 + 30 + 8 * (number + 1))
        yield Entered("backcheck", _check(source, number + 1, visit, questions), moment)
    yield Entered("backcheck", _recount(source), at(DAY, 16 * 60 + 20))


def _frame(visited: Sequence[Visited]) -> list[Visited]:
    return [
        visit
        for visit in visited
        if visit.answers["outcome"] == "done" and str(visit.answers["header/date"]) < DAY.isoformat()
    ]


def _sample(visited: Sequence[Visited], seed: int) -> Draw:
    """What is drawn of the visits that were done: all of one laptop."""
    frame = [Item(visit.record, visit.answer("village"), EXAMPLE) for visit in _frame(visited)]
    return draw(frame, _seed(seed), count_of(len(frame), PERCENT))


def _seed(seed: int) -> str:
    return seed_of(EXAMPLE, f"{NUMBER} {seed}")


def _sample_answers(
    source: random.Random, visited: Sequence[Visited], sample: Draw, seed: int
) -> dict[str, Answer]:
    """The sample as it was drawn, and that every record of it was to be asked that day."""
    first = min(str(visit.answers["header/date"]) for visit in _frame(visited))
    strata = [
        {
            "stratum_village": each.village, "size": str(each.size), "drawn": str(each.drawn),
            "records": " ".join(each.records),
        }
        for each in sample.strata
    ]  # fmt: skip
    asked = [{"asked_record": record, "asked_on": DAY.isoformat()} for record in sample.drawn]
    return {
        "sample_no": NUMBER, "of_form": _FORM, "first_day": first, "last_day": (DAY - timedelta(days=1)).isoformat(),
        "percent": str(PERCENT), "frame_n": str(sample.frame), "drawn_n": str(len(sample.drawn)), "seed": _seed(seed),
        **rows(source, "stratum", strata), **rows(source, "asked", asked), "date": DAY.isoformat(),
        **meta(source, f"{NUMBER} {DAY}"),
    }  # fmt: skip


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
    sample = f"{NUMBER}-{number:02d}"
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
    original = visit.answer(name) if field["codes"] else as_typed(field, visit.answer(name))
    codes = field["codes"].split()
    code = _other(source, name, codes, visit.answer(name)) if differs else original
    answers: dict[str, Answer] = {
        "field": name,
        "item_type": kind,
        "again_value": str(codes.index(code) + 1) if codes else code,
        "orig_value": original,
        "again_code": code,
        "orig_code": original,
        "match": "no" if differs else "yes",
    }
    answers |= {"asked_zh": field["label"], "asked_en": field["label_en"]}
    answers |= {
        each: field[each] for each in ("tolerance", "codes", "options_zh", "options_en") if field[each]
    }
    if differs:
        answers |= {"reason": _REASONS[kind], "item_action": _ACTIONS[kind]}
    return answers


def _other(source: random.Random, name: str, codes: Sequence[str], original: str) -> str:
    """An answer other than the original one."""
    if name == "date":
        other = (date.fromisoformat(original) - timedelta(days=1)).isoformat()
        return as_typed({"codes": ""}, other)
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
        "sample_id": f"{NUMBER}-F1",
        "checker": CHECKER,
        "outcome": "done",
        **rows(source, "recount/figure", [figure]),
        "close/result": "corrected",
        "date": DAY.isoformat(),
        **meta(source, f"{NUMBER}-F1 {DAY}"),
    }
