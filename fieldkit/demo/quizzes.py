"""The answer sheets of the newlywed class: 46 before and 45 after, of which 44 pairs match. No sheet says whose it is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta

from fieldkit.demo.classes import CLASS
from fieldkit.demo.making import Entered, at, list_rows, meta, source_of, under
from fieldkit.xforms.answers import Answer

PAIRS = 44
ALONE: Mapping[str, int] = {"before": 2, "after": 1}
"""Sheets whose code has no other."""
AWARE: Mapping[str, tuple[int, int]] = {"before": (18, 1), "after": (37, 1)}
"""How many know at least seven of ten: in pairs, and of those alone."""
FOURTH_RIGHT: Mapping[str, tuple[int, int]] = {"before": (13, 1), "after": (34, 1)}
"""How many have the fourth question right, likewise."""
_AWARE_FROM, _PARTLY_FROM = 7, 4
_FOURTH = "q4"


def quizzes(seed: int) -> Iterator[Entered]:
    """The sheets as they were entered: those of a phase after another, in no order that tells of people."""
    source = source_of(seed, 31)
    codes = _codes(source, PAIRS + sum(ALONE.values()))
    alone = {"before": codes[PAIRS : PAIRS + ALONE["before"]], "after": codes[PAIRS + ALONE["before"] :]}
    for phase, begins in (("before", CLASS.minutes[0]), ("after", CLASS.minutes[1])):
        sheets = [
            *_sheets(source, codes[:PAIRS], AWARE[phase][0], FOURTH_RIGHT[phase][0]),
            *_sheets(source, alone[phase], AWARE[phase][1], FOURTH_RIGHT[phase][1]),
        ]
        source.shuffle(sheets)
        for number, (code, answers) in enumerate(sheets):
            moment = at(CLASS.date, begins) + timedelta(seconds=12 * number)
            yield Entered("quiz", _quiz(source, phase, code, answers), moment)


def _codes(source: random.Random, count: int) -> list[str]:
    """Codes as people make them up: two letters, two digits, none twice whatever the case of its letters."""
    found: dict[str, str] = {}
    while len(found) < count:
        letters = "".join(source.choices("bcdfghjlmnpqrstwxyz", k=2))
        code = f"{letters}{source.randrange(100):02d}"
        found[code] = code.upper() if source.random() < 0.3 else code
    return list(found.values())


def _sheets(
    source: random.Random, codes: list[str], aware: int, fourth_right: int
) -> list[tuple[str, dict[str, Answer]]]:
    """A sheet for each code, so many of which are aware, and so many right on the fourth question."""
    of = range(len(codes))
    are_aware = set(source.sample(of, aware))
    know_fourth = set(source.sample(of, fourth_right))
    return [(code, _answers(source, n in are_aware, n in know_fourth)) for n, code in enumerate(codes)]


def _answers(source: random.Random, is_aware: bool, knows_fourth: bool) -> dict[str, Answer]:
    right = source.randint(7, 10) if is_aware else source.choice((2, 3, 4, 4, 5, 5, 6, 6))
    others = min(9, right - 1 if knows_fourth else right)
    key = _key()
    known = set(source.sample([name for name in key if name != _FOURTH], others))
    if knows_fourth:
        known.add(_FOURTH)
    return {name: answer if name in known else _wrong(source, answer) for name, answer in key.items()}


def _wrong(source: random.Random, right: str) -> Answer:
    drawn = source.random()
    if drawn < 0.35:
        return {"missing": "dk" if drawn < 0.32 else "pns"}
    return "false" if right == "true" else "true"


def _key() -> dict[str, str]:
    return {row["name"]: row["key"] for row in list_rows("quiz_key")}


def _quiz(source: random.Random, phase: str, code: str, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    key = {row["name"]: row for row in list_rows("quiz_key")}
    score = sum(answers[name] == row["key"] for name, row in key.items())
    return {
        "pair_code": code,
        "pair_key": code.lower(),
        "age_from": key["q5"]["age_from"],
        "age_to": key["q5"]["age_to"],
        **answers,
        "score": str(score),
        "aware": str(int(score >= _AWARE_FROM)),
        "partly": str(int(_PARTLY_FROM <= score < _AWARE_FROM)),
        "key_version": key["q1"]["version"],
        **under("batch", {"phase": phase, "event": CLASS.number, "date": CLASS.date.isoformat()}),
        **meta(source, f"{CLASS.number} {phase} {code.lower()}"),
    }
