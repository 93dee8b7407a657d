"""P4 (domain §6): the papers of the newlywed class, as they lie on the table, and what they come to, counted by hand.

A line of p4_sheets.txt is a paper: the pile it lies on, its code as written, ten digits. Nothing of fieldkit is used here.
"""

from __future__ import annotations

from pathlib import Path

RIGHT = "1122121112"
PAPERS = [
    tuple(line.split())
    for line in (Path(__file__).parent / "fieldwork" / "p4_sheets.txt")
    .read_text(encoding="utf-8")
    .splitlines()
]
EVENT = {
    "kind": "class",
    "villages": ["990101100001"],
    "date": "2026-03-30",
    "topics": ["cervical"],
    "groups": [
        {"group": "newlywed", "group_n": 30},
        {"group": "mobile_newlywed", "group_n": 10},
        {"group": "general", "group_n": 8},
    ],
    "attend_n": 48,
    "count_method": "counted",
}
NUMBER = "2603300011"


def pile(phase):
    """The papers of a pile: code as it is written, digits."""
    return [(code, digits) for where, code, digits in PAPERS if where == phase]


def right(digits):
    return sum(said == key for said, key in zip(digits, RIGHT, strict=True))


def in_pairs():
    """The codes that lie on both piles."""
    before, after = ({code.lower() for code, _digits in pile(phase)} for phase in ("before", "after"))
    return before & after


def begin(session):
    """The class, noted."""
    answers = {**EVENT, "header/date": EVENT["date"]}
    del answers["date"]
    return session.interviews.finish(session.interviews.start("edu_event", answers=answers)).record
