"""The twelve service points: what stands there, what the walls say, and the ledger of 81,945.00 yuan."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.datatypes.money import capital_figures
from fieldkit.demo.making import EXAMPLE, Entered, at, meta, rows, source_of, under
from fieldkit.places import places
from fieldkit.xforms.answers import Answer

SLOGANS = (18, 14, 12, 12, 11, 11, 10, 10, 10, 9, 8, 7)
FURNITURE = (16, 13, 12, 11, 11, 10, 10, 9, 9, 8, 7, 5)
PLATES = (4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1)
SITES = 3
"""How many points, from the second on, were put in order from the ground."""
PRICES = {"slogan": 180, "furniture": 285, "plate": 120, "works": 6900}
DISRESPECTFUL = f"不来检查，后果自负（{EXAMPLE}）"
REMOVED = 2
"""Slogans at the first point that no longer say what one may say to people."""
_LAST_THURSDAY, _A_DAY = date(2026, 3, 26), 3
_WORDS = (
    "两癌筛查，自愿免费",
    "检查不检查，由您自己定",
    "早发现，早安心",
    "家庭健康，服务上门",
    "有事问一问，咨询不留名",
    "孕前优生检查不收费",
    "收费公开，程序公开",
    "结果只告诉您本人",
)
_OUTDATED = "凭老证件到窗口办理"
_WHERE = ("村口", "卫生室外墙", "小学围墙", "老祠堂旁", "公路护坡", "水塔", "广场北侧", "村部门口")
_ITEMS = {"slogan": "刷新标语", "furniture": "桌椅", "plate": "门牌", "works": "服务点规范化"}
_FUNDS = {"slogan": "town", "furniture": "county", "plate": "village", "works": "county"}
_SEEN = {
    "env": ("地面干净，有座位", "灯光偏暗"),
    "skill": ("血压计校准过", "新设备还不熟"),
    "service": ("来的人都有人招呼", "有人等得久"),
    "manage": ("登记本齐全", "登记本缺两天"),
    "content": ("意见箱两条都回了", "意见箱一条没回"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """A service point and its share of everything."""

    id: str
    village: str
    day: date
    slogans: int
    furniture: int
    plates: int
    is_site: bool
    removed: int


def service_points() -> list[Point]:
    """The twelve points: the community's, then those of the villages in the order of their codes."""
    return [
        Point(
            id=f"v{number}" if number else "c1",
            village=place.code,
            day=_LAST_THURSDAY - timedelta(weeks=number // _A_DAY),
            slogans=SLOGANS[number],
            furniture=FURNITURE[number],
            plates=PLATES[number],
            is_site=1 <= number <= SITES,
            removed=0 if number else REMOVED,
        )
        for number, place in enumerate(places())
    ]


def points(seed: int) -> Iterator[Entered]:
    """The inspection of each point."""
    source = source_of(seed, 40)
    for number, point in enumerate(service_points()):
        yield Entered(
            "service_point", _inspection(source, point), at(point.day, 13 * 60 + 30 + 40 * (number % _A_DAY))
        )


def _inspection(source: random.Random, point: Point) -> dict[str, Answer]:
    spent = list(_expenses(point))
    total = sum(int(str(line["exp_amount"])) for line in spent)
    is_ready = point.is_site or source.random() < 0.6
    answers: dict[str, Answer] = {
        "point_id": point.id,
        "village": point.village,
        "inspector": "S01",
        **under("five", _five(source)),
        "rooms/room_consult": "ok" if is_ready else "repair",
        "rooms/room_supply": "ok",
        "rooms/school": source.choice(("ok", "ok", "none")),
        "privacy": "door_locks curtain not_visible_from_hall sound" if is_ready else "door_locks curtain",
        "access": source.choice(("ramp toilet drinking_water power_outlet", "toilet drinking_water wifi")),
        "openness": "procedure_board fee_board hours complaint_phone rights_notice result_public_no_names"
        if is_ready
        else "procedure_board fee_board hours",
        **under("stock", _stock(source)),
        "slogans_noted": "yes",
        **rows(source, "slogans", _slogans(source, point)),
        "assets_noted": "yes",
        **rows(source, "assets", _assets(source, point)),
        "expenses_noted": "yes",
        **rows(source, "expenses", spent),
        "total": str(total),
        "total_upper": capital_figures(str(total)),
        "invoice_diff": "0",
        "sums/invoice_total": str(total),
        "close/date": point.day.isoformat(),
        **meta(source, f"{point.id} {point.day}"),
    }
    if point.removed:
        answers |= {"close/photos": "demo-c1-wall-1.jpg demo-c1-wall-2.jpg", "close/photo_people": "no"}
    return answers


def _five(source: random.Random) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for part, (good, middling) in _SEEN.items():
        rating = source.choice("55443")
        answers[f"rate_{part}"] = rating
        answers[f"rate_{part}_why"] = f"{middling if rating == '3' else good}（{EXAMPLE}）"
    return answers


def _stock(source: random.Random) -> dict[str, Answer]:
    answers: dict[str, Answer] = {"leaflets": str(source.randint(40, 200))}
    for item, most, expiry in (
        ("condoms_box", 30, "2027-06-30"),
        ("folic_acid_bottles", 24, "2026-12-31"),
        ("kits", 12, "2026-10-31"),
    ):
        held = source.randint(0, most)
        answers[item] = str(held)
        if held:
            answers[f"{item}_expiry"] = expiry
    return answers


def _slogans(source: random.Random, point: Point) -> Iterator[dict[str, Answer]]:
    """Every slogan on the walls of a place; those that were faded, outdated or worse are repainted or removed."""
    outdated = {point.removed} if point.slogans >= 10 else set()
    for number in range(point.slogans):
        content = "disrespectful" if number < point.removed else "outdated" if number in outdated else "ok"
        words = f"{source.choice(_WORDS) if content == 'ok' else _OUTDATED}（{EXAMPLE}）"
        condition = "good" if content == "ok" and source.random() < 0.5 else "faded"
        action = "remove" if content != "ok" else "keep" if condition == "good" else "repaint"
        row: dict[str, Answer] = {
            "slogan_loc": f"{source.choice(_WHERE)}{number + 1}号位",
            "slogan_text": DISRESPECTFUL if content == "disrespectful" else words,
            "slogan_material": source.choice(("paint", "paint", "cloth", "metal")),
            "slogan_year": str(source.randint(2012, 2018) if content != "ok" else source.randint(2019, 2025)),
            "slogan_condition": condition,
            "slogan_content": content,
            "slogan_action": action,
        }
        if action != "keep":
            row["slogan_done_on"] = (point.day + timedelta(days=1)).isoformat()
        yield row


def _assets(source: random.Random, point: Point) -> Iterator[dict[str, Answer]]:
    """Desks, chairs and door plates, each by its tag."""
    desks = point.furniture // 2
    types = ["desk"] * desks + ["chair"] * (point.furniture - desks) + ["plate"] * point.plates
    for number, kind in enumerate(types, 1):
        yield {
            "asset_type": kind,
            "asset_tag": f"DEMO-{point.id.upper()}-{number:03d}",
            "asset_qty": "1",
            "asset_condition": "repair" if kind == "chair" and source.random() < 0.05 else "good",
            "asset_got_on": "2026-02-26",
        }


def _expenses(point: Point) -> Iterator[dict[str, Answer]]:
    bought = {
        "slogan": point.slogans,
        "furniture": point.furniture,
        "plate": point.plates,
        "works": int(point.is_site),
    }
    for number, (category, quantity) in enumerate((each for each in bought.items() if each[1]), 1):
        yield {
            "exp_cat": category,
            "exp_item": f"{_ITEMS[category]}（{EXAMPLE}）",
            "exp_qty": str(quantity),
            "exp_unit_price": str(PRICES[category]),
            "exp_amount": str(quantity * PRICES[category]),
            "exp_fund": _FUNDS[category],
            "exp_invoice_no": f"DEMO-{point.id.upper()}-{number}",
            "exp_paid_on": "2026-02-27",
            "exp_invoice_sum": str(quantity * PRICES[category]),
        }
