"""What the makers of demonstration records share: ids, rows, telephones, moments, consent, and the lists of the forms.

Everything is drawn from the random source that is handed in, so that the same seed makes the same bytes.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from fieldkit.places import places
from fieldkit.xforms.answers import Answer

EXAMPLE = "示例"
"""The watermark, in every text that could be taken for real."""

COUNTY_HOSPITAL = f"县妇幼保健院（{EXAMPLE}）"
TOWN_HOSPITAL = f"清溪镇卫生院（{EXAMPLE}）"

SURNAMES = "陈李王张刘黄杨胡徐周吴程熊曾汪方余叶何童查覃翟解单"
GIVEN_F = "秀兰英梅桂香玉芳莲珍春霞凤琴慧丽娟敏静燕"
GIVEN_M = "建国明德志强华平军伟勇林峰涛家才文斌海波"
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
_CN = timedelta(hours=8)
_ROW_ID = 10


class Entered(NamedTuple):
    """A record to be kept: its form, its flat answers, and the moment it was made."""

    form: str
    answers: Mapping[str, Answer]
    moment: datetime


def source_of(seed: int, family: int) -> random.Random:
    """The random source of a family of records, its own so that no other family moves it."""
    return random.Random(seed + family)  # noqa: S311 - invented people, not secrets


def at(day: date, minutes: int) -> datetime:
    """A moment of a day in China, minutes after midnight."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes) - _CN


def clock(minutes: int) -> str:
    """A time of day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def decline(form: str, village: str, day: date, outcome: str = "declined", *, path: str = "date") -> Entered:
    """The record of somebody who declined: village, day and outcome, at the midnight that every decline of a day has."""
    kept: dict[str, Answer] = {"village": village, path: day.isoformat(), "outcome": outcome}
    return Entered(form, kept, datetime(day.year, day.month, day.day, tzinfo=UTC))


def row_id(source: random.Random) -> str:
    """The lasting id of a row of a repeat."""
    return "".join(source.choices(_LETTERS, k=_ROW_ID))


def rows(source: random.Random, path: str, each: Iterable[Mapping[str, Answer]]) -> dict[str, Answer]:
    """The flat answers of the rows of a repeat, in order."""
    found: dict[str, Answer] = {}
    for number, row in enumerate(each, 1):
        key = f"{path}/{row_id(source)}"
        found[key] = str(number)
        found |= {f"{key}/{name}": answer for name, answer in row.items()}
    return found


def under(path: str, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answers of a group."""
    return {f"{path}/{name}": answer for name, answer in answers.items()}


def meta(source: random.Random, name: str) -> dict[str, Answer]:
    """The id of a record and what its form calls it."""
    return {"meta/instanceID": f"uuid:{uuid(source)}", "meta/instanceName": name}


def entity(identity: str, label: str, *, update: bool) -> dict[str, Answer]:
    """What a record says of the entity that it puts on a list."""
    return under(
        "meta/entity",
        {"@create": "true", "@update": "true" if update else "false", "@id": identity, "label": label},
    )


def consent(source: random.Random, *, stats: bool = True, share: bool = True) -> dict[str, Answer]:
    """The answers of the consent block, as they are from `given_by` on for a person who speaks for herself."""
    given: dict[str, Answer] = {
        "notice_ver": "2026-03",
        "notice_read": source.choice(("read_aloud", "self_read")),
        "basic": "yes",
        "given_by": "self",
        "contact": source.choice(("phone", "visit", "phone visit", "sms visit", "phone wechat")),
        "mode": "oral_witness",
        "copy_given": "yes",
    }
    if share:
        given["share_wanted"] = "no"
    if stats:
        given["stats"] = "yes"
    return under("consent", given)


def uuid(source: random.Random) -> str:
    """A random UUID, version 4."""
    digits = f"{source.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def woman(source: random.Random) -> str:
    """A woman's name; nobody real is meant."""
    return source.choice(SURNAMES) + "".join(source.sample(GIVEN_F, source.choice((1, 2, 2))))


def telephone(source: random.Random) -> str:
    """A telephone number that only demonstrations take."""
    return f"100000{source.randrange(100000):05d}"


def spread(source: random.Random, counts: Mapping[str, int]) -> list[str]:
    """Each word as often as `counts` says, shuffled."""
    words = [word for word, count in counts.items() for _ in range(count)]
    source.shuffle(words)
    return words


def village_name(code: str) -> str:
    """The Chinese name of a village, as labels have it."""
    return next(place.name("zh") for place in places() if place.code == code)


@lru_cache(maxsize=8)
def list_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a list that ships with the forms."""
    text = resources.files("forms").joinpath(f"{name}.csv").read_text(encoding="utf-8-sig")
    return tuple(csv.DictReader(text.splitlines()))
