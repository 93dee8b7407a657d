"""The search over 10,000 households, key by key as names, initials, confused sounds and numbers are typed; and Home's list
with 100,000 rows.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

from bench.rows import median, quantile, row

SURNAMES = "曾陈王李张刘黄徐胡朱林何高罗郑梁谢宋唐许邓冯韩曹单仇吕乐"
GIVEN = "秀兰英芳华国强梅建军丽娟红玉珍桂香春德明志文平伟敏静杰勇霞燕玲涛斌辉云峰龙飞鑫鹏波宁长行"
TYPED = 100
"""Households that are looked for, each in seven ways."""
ROWS = 100_000


def households(count):
    from fieldkit.records import Record

    chance = random.Random(1)
    for number in range(count):
        names = (named(chance) for _ in range(chance.choice((2, 3, 3, 4))))
        answers = {
            "hh_id": household_number(number), "village": household_number(number)[:12], "group_no": str(number % 20),
            "addr_note": f"祠堂后第{number % 50}家", "presence": "home", "contact": "phone",
            "phone": f"100000{chance.randrange(10**5):05}",
        }  # fmt: skip
        for at, name in enumerate(names):
            answers |= {f"members/{at}": str(at), f"members/{at}/name": name, f"members/{at}/rel": str(at)}
        yield Record(str(number), "household", answers, frozenset(), date(2026, 1, 1))


def household_number(number):
    """The number of a household, of twelve villages by turns."""
    from fieldkit.datatypes.damm import check_digit

    front = f"990101100{200 + number % 12}{number // 12 + 1:04}"
    return front + check_digit(front)


def named(chance):
    """Somebody's invented name."""
    return "".join([chance.choice(SURNAMES), *chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2)))])


def registry(count):
    from fieldkit.fieldwork.registry import Registry

    return Registry(households(count))


def _typed(household):
    from fieldkit.fieldwork.names import search_keys

    member = household.members[-1].name
    _written, pinyin, initials, *_more = search_keys(member)
    confused = search_keys(household.head)[1].replace("n", "l").replace("h", "f")
    return (
        member,
        pinyin,
        initials,
        confused,
        household.id,
        household.id[-5:],
        household.phone[-6:],
    )


def _keys():
    made = registry(10_000)
    began = time.perf_counter()
    made.warm()
    built = time.perf_counter() - began
    made.find("z")
    taken = []
    for household in random.Random(2).sample(list(made.households.values()), TYPED):
        for text in _typed(household):
            for end in range(1, len(text) + 1):
                began = time.perf_counter()
                found = made.find(text[:end])
                _shown = found[:40]
                taken.append(1e3 * (time.perf_counter() - began))
    return built, taken


async def _open_list(folder):
    """From the key that finds all of them to the list on screen; and as long again with a thousandth of them."""
    from fieldkit.app import FieldkitApp

    taken = {}
    for count in (100, ROWS):
        app = FieldkitApp(folder)
        async with app.run_test(size=(80, 24)) as pilot:
            while app.home.session is None:
                await pilot.pause(0.05)
            app.session._registry = registry(count)
            app.session._registry.warm()
            app.session._registry.find("曾")
            rounds = []
            for _ in range(7):
                await pilot.press("escape")
                await pilot.pause()
                began = time.perf_counter()
                await pilot.press("9")
                await pilot.pause()
                rounds.append(1e3 * (time.perf_counter() - began))
                assert len(app.home._entries) == count + 1
            taken[count] = median(rounds)
    return taken


def rows():
    from fieldkit.demo.build import build, demo_at

    built, taken = _keys()
    yield row("search: index of 10,000 households made", "s", built)
    yield row("search: key over 10,000 households, p50", "ms", median(taken))
    yield row("search: key over 10,000 households, p99", "ms", quantile(taken, 0.99))
    with tempfile.TemporaryDirectory() as folder:
        demo = demo_at(Path(folder, "demo"))
        build(demo, datetime.now().astimezone())
        opened = asyncio.run(_open_list(demo.workspace))
    yield row("search: list of 100,000 rows shown", "ms", opened[ROWS], opened[100], "the same with 100 rows")
