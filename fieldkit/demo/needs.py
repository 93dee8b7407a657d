"""What villages need, a sentence for a window of three days: those of the screening month, and of the window that it is now."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime

from fieldkit.demo.making import EXAMPLE, Entered, at, meta, source_of, under
from fieldkit.demo.reports_sent import QUARTER
from fieldkit.places import places
from fieldkit.report.obligations import Kind, Obligation, obligation

_NEEDS = (
    (date(2026, 3, 3), 1, "宣传单不够，再要一百份"),
    (date(2026, 3, 3), 6, "两户老人要量血压，请村医一起去"),
    (date(2026, 3, 5), 0, "筛查帐篷里说话外面听得见，要隔帘"),
    (date(2026, 3, 6), 3, "白天上门没人，想改在傍晚，要一辆车"),
    (date(2026, 3, 9), 5, "桥在修，三组要绕路，请派车"),
    (date(2026, 3, 10), 0, "登记台离候诊太近，请镇卫生院挪远"),
    (date(2026, 3, 12), 4, "村口路窄，第二场筛查请用小车"),
    (date(2026, 3, 13), 6, "好几个人问账号怎么改，请发一张说明"),
    (date(2026, 3, 18), 2, "讲堂的音箱坏了，先借一个"),
    (date(2026, 3, 20), 9, "咨询室的门关不严，要修"),
    (date(2026, 3, 24), 11, "两台电脑登记了同一户，请镇里看一下"),
    (date(2026, 3, 26), 8, "叶酸只剩三瓶，请送三十瓶"),
    (date(2026, 3, 30), 11, "回访表用完了，送二十张"),
)
"""The day it was written, the village by its place in the list, the sentence."""
_NOW = ((0, "叶酸快用完了，请送十瓶"), (3, "外出的人多，请把服务卡寄到村里"))
"""What is needed in the window in which the demonstration is made."""


def needs(seed: int) -> Iterator[Entered]:
    """The sentences of the month."""
    source = source_of(seed, 93)
    for day, place, text in _NEEDS:
        yield _need(source, obligation(Kind.THREE_DAYS, day), place, text, at(day, 17 * 60 + 20))


def needs_now(now: datetime, seed: int) -> Iterator[Entered]:
    """The sentences of the window of a day after the quarter."""
    source = source_of(seed, 94)
    window = obligation(Kind.THREE_DAYS, now.date())
    if window.first > QUARTER[1]:
        for place, text in _NOW:
            yield _need(source, window, place, text, now)


def _need(source: random.Random, window: Obligation, place: int, text: str, moment: datetime) -> Entered:
    village = places()[place].code
    days = {"first_day": window.first.isoformat(), "last_day": window.last.isoformat()}
    answers = {
        "village": village,
        **under("window", days),
        "need": f"{text}（{EXAMPLE}）",
        **meta(source, f"{window.last} {village}"),
    }
    return Entered("three_day", answers, moment)
