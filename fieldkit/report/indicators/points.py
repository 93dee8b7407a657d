"""Service points as their last inspections found them: in order, slogans, things, and what was spent (I-17)."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.i18n import N_
from fieldkit.report.conditions import Has, NotAfter, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit
from fieldkit.report.facts import Facts
from fieldkit.report.periods import Period

PRIVACY = frozenset({"door_locks", "curtain", "not_visible_from_hall", "sound"})
"""What keeps a talk private."""
OPENNESS = frozenset(
    {"procedure_board", "fee_board", "hours", "complaint_phone", "rights_notice", "result_public_no_names"}
)
"""What must be posted."""
_TO_DO = frozenset({"repaint", "remove"})
_INSPECTION = {"point_id", "date"}
_SPENT = Count("spending", on="day", how=How.SUM, of="exp_amount")
_ASSETS = Count("things", how=How.SUM, of="asset_qty")


def _last(facts: Facts, period: Period, noted: str = "") -> dict[str, dict[str, str]]:
    """The last inspection of each point by the end of a period. noted: of those alone that answer this with yes."""
    end = period.last.isoformat()
    rows = [
        row
        for row in facts.rows("service_point")
        if row["point_id"] and "" < row["date"] <= end and (not noted or row[noted] == "yes")
    ]
    return {row["point_id"]: row for row in sorted(rows, key=lambda row: (row["date"], row["record_id"]))}


def _points(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    for row in _last(facts, period).values():
        is_ok = set(row["privacy"].split()) >= PRIVACY and set(row["openness"].split()) >= OPENNESS
        yield row | {"ok": "yes" if is_ok else ""}


def _walls(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """The slogans that need paint, or to go, by the last inspections that noted slogans."""
    records = {row["record_id"] for row in _last(facts, period, "slogans_noted").values()}
    for row in facts.rows("slogans"):
        if row["record_id"] in records and row["slogan_action"] in _TO_DO:
            yield row


def _things(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """The things of the points, by the last inspections that noted them."""
    records = {row["record_id"] for row in _last(facts, period, "assets_noted").values()}
    return (row for row in facts.rows("assets") if row["record_id"] in records)


def _spending(facts: Facts, _period: Period) -> Iterator[dict[str, str]]:
    """What was spent, on the day it was paid; on that of the inspection that noted it, where that is not known."""
    return (row | {"day": row["exp_paid_on"] or row["date"]} for row in facts.rows("expenses"))


def _of_fund(fund: str, label: str) -> Measure:
    count = Count("spending", is_("exp_fund", fund), on="day", how=How.SUM, of="exp_amount")
    return Measure(f"I-17.spent.{fund}", label, count, unit=Unit.YUAN)


MADE = (
    Made("points", {"service_point": {*_INSPECTION, "privacy", "openness"}}, _points),
    Made(
        "walls",
        {
            "service_point": {*_INSPECTION, "slogans_noted"},
            "slogans": {"slogan_action", "slogan_done_on"},
        },
        _walls,
    ),
    Made(
        "things",
        {"service_point": {*_INSPECTION, "assets_noted"}, "assets": {"asset_qty", "asset_condition"}},
        _things,
    ),
    Made("spending", {"expenses": {"date", "exp_paid_on", "exp_amount", "exp_fund"}}, _spending),
)

INDICATORS = (
    Indicator(
        id="I-17",
        label=N_("Service points in order"),
        numerator=N_(
            "Points with everything that keeps talks private and everything posted; slogans repainted or removed; things"
            " in good order; yuan spent"
        ),
        denominator=N_("Points inspected; slogans that need it; things listed"),
        population=N_("Village service points"),
        period=N_("Last inspection by the end of the period; day of the payment"),
        tier="P",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-17.points", N_("Service points in order"), Count("points", Has("ok")), Count("points")
            ),
            Measure(
                "I-17.slogans",
                N_("Slogans repainted or removed"),
                Count("walls", NotAfter("slogan_done_on")),
                Count("walls"),
            ),
            Measure(
                "I-17.assets",
                N_("Things in good order"),
                Count("things", is_("asset_condition", "good"), how=How.SUM, of="asset_qty"),
                _ASSETS,
            ),
            Measure("I-17.spent", N_("Spent on service points"), _SPENT, unit=Unit.YUAN),
            _of_fund("county", N_("Spent on service points: money of the county")),
            _of_fund("town", N_("Spent on service points: money of the township")),
            _of_fund("village", N_("Spent on service points: money of the village")),
            _of_fund("donation", N_("Spent on service points: donations")),
        ),
    ),
)
