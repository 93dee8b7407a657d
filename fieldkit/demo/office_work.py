"""The work of the office: its log of every kind, what it found wanting, and what it set out to do."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from fieldkit.demo.making import EXAMPLE, Entered, at, clock, list_rows, meta, rows, source_of, under
from fieldkit.places import places
from fieldkit.xforms.answers import Answer


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the log. `more`: what only its kind is asked; `learned`, `decided`: rows."""

    kind: str
    date: date
    topic: str
    attend: Mapping[str, int]
    more: Mapping[str, Answer] = field(default_factory=dict)
    learned: tuple[Mapping[str, Answer], ...] = ()
    decided: tuple[Mapping[str, Answer], ...] = ()


def _decision(what: str, owner: str, due: date, done: date | None = None) -> Mapping[str, Answer]:
    row = {"decision": f"{what}（{EXAMPLE}）", "decision_owner": owner, "decision_due": due.isoformat()}
    return row | ({"done_on": done.isoformat()} if done else {})


_LOG = (
    _Entry(
        "meeting", date(2026, 1, 8), "一季度工作安排", {"health_office": 4, "health_worker": 12, "cadre": 12},
        decided=(
            _decision("二月先把十二个村的户登记做完", "health_worker", date(2026, 2, 8), date(2026, 2, 6)),
            _decision("三月办两场两癌筛查", "town_hospital", date(2026, 3, 31), date(2026, 3, 12)),
        ),
    ),
    _Entry(
        "policy", date(2026, 1, 12), "政策学习", {"health_office": 4, "health_worker": 12},
        under("policy", {
            "policy_title": f"县两癌筛查工作方案（{EXAMPLE}）", "doc_no": f"{EXAMPLE}〔2026〕1号",
            "effective_on": "2026-01-01", "form_change_needed": "yes", "changed_form_id": "scr_event quiz",
            "staff_read_ack": "S01 S02 S03 S04 S05 S06 S07 S08 S09 S10 S11 S12",
        }),
    ),
    _Entry(
        "training", date(2026, 1, 23), "两癌筛查怎样告知", {"health_worker": 12, "village_doctor": 11},
        under("training", {
            "because_need": "two_cancer", "trainer": f"县妇幼保健院主治医师（{EXAMPLE}）", "hours": "3.5",
            "staff_ids": "S01 S02 S03 S04 S05 S06 S07 S08 S09 S10 S11 S12", "attitude_item": "yes",
            "attitude_what": f"不催、不问私事（{EXAMPLE}）", "pre_score": "62.5", "post_score": "86", "score_gain": "23.5",
        }),
    ),
    _Entry(
        "exchange", date(2026, 2, 5), "到邻镇看一站式窗口", {"health_office": 2, "health_worker": 4},
        {"exchange/host_unit": f"柳河镇卫生健康办（{EXAMPLE}）"},
        learned=(
            {
                "practice": f"要什么材料写在一张纸上，一次说清（{EXAMPLE}）", "from_unit": f"柳河镇（{EXAMPLE}）",
                "adopt": "yes", "review_on": "2026-05-05",
            },
            {
                "practice": f"晚上开一小时窗口（{EXAMPLE}）", "from_unit": f"柳河镇（{EXAMPLE}）", "adopt": "trial",
                "trial_village": "990101100200", "review_on": "2026-04-15",
            },
        ),
    ),
    _Entry(
        "liaison_across", date(2026, 3, 10), "外出人员接种记录衔接", {"health_office": 1},
        under("liaison", {
            "to_unit": f"东江区卫生健康局（{EXAMPLE}）", "due": "2026-03-17", "sent_on": "2026-03-10", "receipt": "yes",
            "returned_for_fix": "no",
        }),
    ),
    _Entry(
        "training", date(2026, 3, 3), "扫码和对账", {"health_worker": 12, "town_hospital": 6},
        under("training", {
            "because_need": "two_cancer", "trainer": f"镇卫生院检验科（{EXAMPLE}）", "hours": "2",
            "staff_ids": "S01 S02 S03 S04 S05 S06", "attitude_item": "no", "pre_score": "70", "post_score": "91",
            "score_gain": "21",
        }),
    ),
)  # fmt: skip

_SELF_CHECKS: Mapping[date, Mapping[int, tuple[str, str]]] = {
    date(2026, 1, 30): {14: ("两个村的公示是去年的", "二月底前换"), 17: ("叶酸缺货五天", "按月报需求")},
    date(2026, 2, 27): {
        3: ("一笔晚到三天，一笔退回", "月底前三天核账号"),
        15: ("清溪社区还有旧标语", "三月清除"),
    },
    date(2026, 3, 30): {3: ("两笔账号不对，一笔资金未到", "已告诉本人，约了日子")},
}
"""What each monthly look in the mirror found wanting: number of the item, what, what is done about it."""

_ISSUES = (
    (0, "openness", "收费公示牌掉了一半，字看不清", "cadre", date(2026, 1, 13), "health_worker", date(2026, 1, 19), "重新打印，装了框"),
    (3, "service", "年轻人都在外，白天上门没人", "health_worker", date(2026, 2, 10), "health_worker", date(2026, 2, 26), "改在傍晚和节日前后"),
    (1, "screening", "帐篷里说话外面听得见", "checker", date(2026, 3, 5), "town_hospital", date(2026, 3, 11), "加了隔帘，登记台移远"),
    (6, "benefit", "账号换了没人告诉她要改", "resident", date(2026, 3, 13), "clerk", None, ""),
    (9, "facility", "咨询室门关不严", "checker", date(2026, 3, 19), "cadre", None, ""),
    (11, "data", "两台电脑登记了同一户", "clerk", date(2026, 3, 24), "clerk", date(2026, 3, 27), "按先登记的保留，作了说明"),
    (8, "supply", "叶酸只剩三瓶", "health_worker", date(2026, 3, 26), "town_hospital", None, ""),
)  # fmt: skip

_TARGETS = (
    ("I-01", "county", "2026-Q1", "", "percent", "90", "71.5"),
    ("I-10", "county", "2026", "", "percent", "95", "88"),
    ("I-11", "town_stretch", "2026-Q1", "", "number", "9", "5"),
    ("I-12", "county", "2026", "", "percent", "98", "93.5"),
    ("I-13", "town_stretch", "2026", "", "percent", "95", "90"),
    ("I-11", "town_stretch", "2026-Q1", "990101100200", "number", "2", "1"),
)
"""Indicator, who set it, period, village ("" for the town), unit, target, where it stood. Services only."""


def office_work(seed: int) -> Iterator[Entered]:
    """Log, self-checks, issues and targets."""
    source = source_of(seed, 90)
    for entry in _LOG:
        yield Entered("log", _log(source, entry), at(entry.date, 17 * 60))
    for day, wanting in _SELF_CHECKS.items():
        yield Entered("log", _self_check(source, day, wanting), at(day, 16 * 60))
    for issue in _ISSUES:
        yield _issue(source, *issue)
    for target in _TARGETS:
        yield _target(source, *target)


def _log(source: random.Random, entry: _Entry) -> dict[str, Answer]:
    topic = f"{entry.topic}（{EXAMPLE}）"
    day = entry.date.isoformat()
    attend = ({"role": role, "role_n": str(n)} for role, n in entry.attend.items())
    return {
        "kind": entry.kind,
        **under(
            "header",
            {"date": day, "time": clock(9 * 60), "place": f"镇卫生健康办会议室（{EXAMPLE}）", "topic": topic},
        ),
        **entry.more,
        **rows(source, "exchange/learned", entry.learned),
        "checks_count": str(len(list_rows("self_checks"))),
        **rows(source, "attend", attend),
        "attend_n": str(sum(entry.attend.values())),
        "decided": "yes" if entry.decided else "no",
        **rows(source, "decisions", entry.decided),
        **meta(source, f"{day} {entry.kind} {topic}"),
    }


def _self_check(
    source: random.Random, day: date, wanting: Mapping[int, tuple[str, str]]
) -> dict[str, Answer]:
    checks = []
    for number, row in enumerate(list_rows("self_checks"), 1):
        check: dict[str, Answer] = {
            "check": str(number),
            "check_zh": row["label_zh"],
            "check_en": row["label_en"],
            "finding": "no" if number in wanting else "yes",
        }
        if number in wanting:
            comment, action = wanting[number]
            check |= {"check_comment": f"{comment}（{EXAMPLE}）", "check_action": f"{action}（{EXAMPLE}）"}
        checks.append(check)
    return {
        "kind": "self_check",
        "header/date": day.isoformat(),
        "checks_count": str(len(checks)),
        **rows(source, "checks", checks),
        "attend_n": "0",
        "decided": "no",
        **meta(source, f"{day} self_check "),
    }


def _issue(
    source: random.Random,
    place: int,
    category: str,
    text: str,
    found_by: str,
    day: date,
    owner: str,
    closed: date | None,
    how: str,
) -> Entered:
    village = places()[place].code
    answers: dict[str, Answer] = {
        "village": village,
        "category": category,
        "text": f"{text}（{EXAMPLE}）",
        "found_by": found_by,
        **under(
            "follow",
            {
                "date": day.isoformat(),
                "owner": owner,
                "due": (day + timedelta(days=14)).isoformat(),
                **({"closed_on": closed.isoformat(), "closed_how": f"{how}（{EXAMPLE}）"} if closed else {}),
            },
        ),
        **meta(source, f"{day} {village} {category}"),
    }
    return Entered("issue", answers, at(closed or day, 17 * 60 + 10))


def _target(
    source: random.Random,
    indicator: str,
    level: str,
    period: str,
    village: str,
    unit: str,
    target: str,
    baseline: str,
) -> Entered:
    row = next(row for row in list_rows("indicators") if row["name"] == indicator)
    day = date(2026, 1, 9)
    answers: dict[str, Answer] = {
        "indicator_id": indicator,
        "indicator_kind": row["kind"],
        "suppressed": row["suppressed"],
        "level": level,
        "period": period,
        "scope": "village" if village else "town",
        **({"village": village} if village else {}),
        "unit": unit,
        "target": target,
        "baseline": baseline,
        "source_doc": f"{EXAMPLE}〔2026〕2号",
        "date": day.isoformat(),
        **meta(source, f"{indicator} {period} {village}"),
    }
    return Entered("target", answers, at(day, 16 * 60))
