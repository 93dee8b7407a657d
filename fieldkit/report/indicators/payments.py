"""Payments of benefits: made in full by the day they were due (I-12)."""

from __future__ import annotations

from fieldkit.i18n import N_
from fieldkit.report.conditions import NotAfter, SameNumber, both, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit

_DUE = Count("payment", on="due_on")
_PAID = is_("status", "paid")

MADE: tuple[Made, ...] = ()

INDICATORS = (
    Indicator(
        id="I-12",
        label=N_("Payments on time"),
        numerator=N_("Payments made by the day they were due and in full"),
        denominator=N_("Payments due"),
        population=N_("Payments of benefits that were granted"),
        period=N_("Day the payment was due"),
        tier="N",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-12",
                N_("Payments on time"),
                Count(
                    "payment",
                    both(_PAID, NotAfter("paid_on", "due_on"), SameNumber("paid_amt", "standard_amt")),
                    on="due_on",
                ),
                _DUE,
                by_village=False,
            ),
            Measure(
                "I-12.amount",
                N_("Amount paid"),
                Count("payment", _PAID, on="due_on", how=How.SUM, of="paid_amt"),
                unit=Unit.YUAN,
                by_village=False,
            ),
        ),
    ),
)
