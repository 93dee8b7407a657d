"""What reports draw: shares that may be shown and are held beside the year before, and pieces that no page breaks."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from fieldkit.report import parse_period
from fieldkit.report.counts import Unit
from fieldkit.report.document import Bar, Chart
from fieldkit.report.figures import Figure
from fieldkit.report.indicators import INDICATORS, MEASURES
from fieldkit.report.reports import charts
from fieldkit.report.writers import to_html
from tests.report.documents import document

MARCH, MARCH_BEFORE = parse_period("2026-03"), parse_period("2025-03")


class Shown:
    """Figures of the township, by measure and period."""

    def __init__(self, figures):
        self.figures = figures

    def shown(self, indicator, measure, period):
        return {"": self.figures.get((measure.id, period.name), Figure(Decimal(0), Decimal(0)))}


def measures(*ids):
    return [(INDICATORS[each.partition(".")[0]], MEASURES[each]) for each in ids]


def figure(n, of, **how):
    return Figure(Decimal(n), Decimal(of), **how)


def test_a_share_has_a_bar_with_the_year_before_as_its_mark():
    figures = Shown({("I-01", "2026-03"): figure(1, 3), ("I-01", "2025-03"): figure(9, 10)})
    chart = charts.shares("Shares", figures, measures("I-01"), MARCH, MARCH_BEFORE)
    assert [(bar.value, bar.text, bar.mark) for bar in chart.bars] == [
        (Decimal("33.3"), "33.3% (1/3)", Decimal("90.0"))
    ]
    assert chart.whole == 100
    assert charts.shares("Shares", figures, measures("I-01"), MARCH).bars[0].mark is None


@pytest.mark.parametrize("how", [{"is_small": True}, {"is_cover": True}])
def test_what_is_hidden_has_neither_bar_nor_mark(how):
    figures = Shown(
        {
            ("I-07", "2026-03"): figure(3, 40, **how),
            ("I-01", "2026-03"): figure(8, 10),
            ("I-01", "2025-03"): figure(9, 10, **how),
        }
    )
    chart = charts.shares("Shares", figures, measures("I-01", "I-07"), MARCH, MARCH_BEFORE)
    assert [(bar.label, bar.mark) for bar in chart.bars] == [(MEASURES["I-01"].label, None)]


def test_what_people_decide_has_no_bar_and_counts_have_none():
    figures = Shown({(each, "2026-03"): figure(8, 10) for each in MEASURES})
    chart = charts.shares(
        "Shares", figures, [(INDICATORS[each.indicator], each) for each in MEASURES.values()], MARCH
    )
    drawn = [bar.label for bar in chart.bars]
    assert drawn == [
        each.label for each in MEASURES.values() if each.unit is Unit.PERCENT and not each.neutral
    ]
    assert MEASURES["I-02.declined"].label not in drawn


def test_a_long_chart_is_drawn_in_pieces_of_one_scale():
    bars = tuple(Bar(f"b{number}", Decimal(number), str(number)) for number in range(1, 46))
    page = to_html(document(Chart("Long", bars)))
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert [drawing.count("<rect x=") for drawing in drawings] == [20, 20, 5]
    widths = {
        text: float(width)
        for text, width in re.findall(r'>(\d+)</text>\n<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"', page)
    }
    assert widths["45"] == max(widths.values())
    assert len(set(re.findall(r'<pattern id="([^"]+)"', page))) == 3
