"""What thirty laptops did before the monthly report, as plain rows: no fieldkit here, so that a recount owes it nothing.

Every row is one revision. The last month's rows (`stick` 0) were brought to the office then; this month's (`stick` 1) lie
on the sticks of the day. A household of last month (`s-…`) is known to two laptops; nothing else is.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import NamedTuple

OURS = [f"电脑{number:02d}" for number in range(1, 30)]
NEIGHBOUR = "邻镇电脑"
TORN, CLOCK_OF_2019, OLD_FORM, WITHDRAWING, ENCRYPTED = "电脑12", "电脑13", "电脑17", "电脑22", "电脑05"
TWICE = ["电脑03", "电脑11", "电脑25"]
EACH = 52
LOST = 7
_REGISTERED = 10
_OUTCOMES = ("done", "nobody", "moved", "done", "notfound")


class Deed(NamedTuple):
    """One row: on which stick, by the laptop's own clock, which laptop did what to which record."""

    stick: int
    when: str
    laptop: str
    deed: str
    record: str
    field: str
    value: str


_PRESENCE, _LANGUAGE, _ADDRESS = "presence", "lang", "addr_note"
_TWO_SIDES = [  # owner, the other laptop, what each of them wrote this month, in order
    ("电脑01", "电脑08", [(_PRESENCE, "all_out")], [(_PRESENCE, "part_out")]),
    ("电脑01", "电脑09", [(_LANGUAGE, "putonghua")], [(_LANGUAGE, "other")]),
    ("电脑01", "电脑10", [(_ADDRESS, "祠堂后")], [(_ADDRESS, "水塘边")]),
    ("电脑02", "电脑11", [(_PRESENCE, "all_out")], [(_PRESENCE, "part_out")]),
    ("电脑02", TORN, [(_PRESENCE, "part_out")], [(_PRESENCE, "all_out")]),
    ("电脑02", "电脑26", [(_PRESENCE, "all_out")], [(_PRESENCE, "part_out")]),
    ("电脑03", "电脑14", [(_PRESENCE, "all_out"), (_LANGUAGE, "putonghua")], [(_PRESENCE, "part_out")]),
    ("电脑03", "电脑15", [(_ADDRESS, "小学旁")], [(_ADDRESS, "村口"), (_ADDRESS, "村口第二家")]),
    ("电脑03", "电脑16", [(_PRESENCE, "all_out")], [(_PRESENCE, "part_out"), (_LANGUAGE, "putonghua")]),
    ("电脑04", OLD_FORM, [(_PRESENCE, "part_out")], [(_PRESENCE, "all_out")]),
    ("电脑04", "电脑18", [(_LANGUAGE, "putonghua")], [(_LANGUAGE, "other")]),
    ("电脑04", "电脑19", [(_PRESENCE, "all_out")], [(_PRESENCE, "part_out")]),
    (ENCRYPTED, "电脑20", [(_ADDRESS, "公路北侧")], [(_ADDRESS, "老樟树下")]),
    (ENCRYPTED, "电脑21", [(_PRESENCE, "all_out")], [(_PRESENCE, "part_out")]),
    # No conflicts: the same value; other fields; the same in the end; consent withdrawn on the other laptop.
    (ENCRYPTED, "电脑23", [(_PRESENCE, "all_out")], [(_PRESENCE, "all_out")]),
    ("电脑06", "电脑24", [(_PRESENCE, "all_out")], [(_LANGUAGE, "putonghua")]),
    ("电脑06", "电脑25", [(_PRESENCE, "all_out"), (_PRESENCE, "part_out")], [(_PRESENCE, "part_out")]),
    ("电脑06", WITHDRAWING, [(_PRESENCE, "all_out")], []),
    # A conflict that is only seen once the torn stick is written again.
    ("电脑07", TORN, [(_PRESENCE, "all_out")], [(_PRESENCE, "part_out")]),
]  # fmt: skip
SHARED = {f"s-{number:02d}": (owner, other) for number, (owner, other, *_) in enumerate(_TWO_SIDES, 1)}


def script(now: datetime) -> list[Deed]:
    """All rows, in the order of each laptop's doing; `now` is the day on which the sticks are brought."""
    deeds = []
    long_ago = now - timedelta(days=60)
    for number, (record, (owner, _other)) in enumerate(SHARED.items()):
        when = long_ago + timedelta(hours=number)
        deeds.append(Deed(0, _minute(when), owner, "register", record, _PRESENCE, "home"))
    for laptop in [*OURS, NEIGHBOUR]:
        start = now - timedelta(days=7 * 365 if laptop == CLOCK_OF_2019 else 28)
        for number, row in enumerate(_month(laptop)):
            deeds.append(Deed(1, _minute(start + timedelta(hours=12 * number)), laptop, *row))
    return deeds


def _month(laptop: str) -> list[tuple[str, str, str, str]]:
    """What one laptop did this month: deed, record, field, value."""
    short = f"{[*OURS, NEIGHBOUR].index(laptop) + 1:02d}"
    own = [f"h-{short}-{number:02d}" for number in range(1, _REGISTERED + 1)]
    rows = [("register", record, _PRESENCE, "home") for record in own]
    late = []
    for record, (owner, other, first, second) in zip(SHARED, _TWO_SIDES, strict=True):
        amended = [("amend", record, *each) for each in (first if laptop == owner else second)]
        if laptop in {owner, other}:
            (late if laptop == TORN and record == list(SHARED)[-1] else rows).extend(amended)
    if laptop == WITHDRAWING:
        late += [("withdraw", record, "scope", "全部") for record in ("s-18", own[3])]
    visits = EACH - len(rows) - len(late)
    for number in range(visits):
        outcome = "declined" if number in {5, 17} and laptop != TORN else _OUTCOMES[number % len(_OUTCOMES)]
        rows.append(("visit", f"{own[number % len(own)]}/{number}", "outcome", outcome))
    return rows + late


def insertions() -> list[str]:
    """The order in which the clerk puts the sticks in: as they came, three of them again by mistake."""
    sticks = [*OURS, NEIGHBOUR]
    random.Random(20260331).shuffle(sticks)
    for number, laptop in enumerate(TWICE):
        sticks.insert(sticks.index(laptop) + 1 + 3 * number, laptop)
    return sticks


def _minute(when: datetime) -> str:
    return when.isoformat(timespec="minutes")
