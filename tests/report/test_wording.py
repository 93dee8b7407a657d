"""How figures are printed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fieldkit.i18n import set_language
from fieldkit.report.counts import Unit
from fieldkit.report.figures import Figure
from fieldkit.report.wording import printed, rate

N = Decimal


@pytest.mark.parametrize(
    ("figure", "unit", "cell"),
    [
        (Figure(N(43), N(46)), Unit.PERCENT, "93.5% (43/46)"),
        (Figure(N(1), N(8)), Unit.PERCENT, "12.5% (1/8)"),
        (Figure(N(1), N(16)), Unit.PERCENT, "6.3% (1/16)"),
        (Figure(N(0), N(0)), Unit.PERCENT, ""),
        (Figure(N(4), N(46), is_small=True), Unit.PERCENT, "<5"),
        (Figure(N(44), N(46), is_small=True), Unit.PERCENT, "x"),
        (Figure(N(6), N(46), is_cover=True), Unit.PERCENT, "x"),
        (Figure(N(3), is_small=True), Unit.NUMBER, "<5"),
        (Figure(N(81945)), Unit.NUMBER, 81945),
        (Figure(N("81945.5")), Unit.YUAN, N("81945.50")),
        (Figure(N("4")), Unit.DAYS, N("4.0")),
        (Figure(None), Unit.DAYS, ""),
        (Figure(N(1), N(3)), Unit.EACH, N("0.33")),
    ],
)
def test_a_figure_is_printed(figure, unit, cell):
    assert printed(figure, unit) == cell


def test_the_rate_of_what_is_hidden_is_blank():
    assert rate(Figure(N(4), N(46), is_small=True)) == ""
    assert rate(Figure(N(43), N(46))) == "93.5%"


def test_chinese_has_its_own_brackets():
    set_language("zh")
    assert printed(Figure(N(43), N(46)), Unit.PERCENT) == "93.5%（43/46）"
