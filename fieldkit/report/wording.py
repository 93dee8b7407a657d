"""How figures are printed, the same in every report (domain.md §3): percentages with what they are of, hidden counts, money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from fieldkit.i18n import N_, _, language
from fieldkit.places import Place
from fieldkit.privacy.suppression import COVER, SMALL, is_small
from fieldkit.report.counts import Measure, Unit
from fieldkit.report.document import Cell
from fieldkit.report.figures import Figure, Value

_TENTH = Decimal("0.1")
_HUNDREDTH = Decimal("0.01")

_UNITS: Mapping[Unit, str] = {
    Unit.PERCENT: "%",
    Unit.NUMBER: N_("count"),
    Unit.YUAN: N_("yuan"),
    Unit.DAYS: N_("days"),
    Unit.POINTS: N_("points"),
    Unit.EACH: N_("each"),
}
_WORDS: Mapping[str, str] = {"I-11": N_("events"), "I-11.": N_("attendances")}
"""What is counted, where a measure's id, or an id's beginning up to its dot, tells."""


def printed(figure: Figure, unit: Unit) -> Cell:
    """A figure as it stands in a table: `93.5% (43/46)`, a count, `81945.00`; "" of nothing, `<5` or `x` where it is hidden."""
    if figure.is_hidden:
        is_count = unit in {Unit.PERCENT, Unit.NUMBER}
        return SMALL if is_count and figure.n is not None and is_small(int(figure.n)) else COVER
    match unit:
        case Unit.PERCENT:
            share = rate(figure)
            return share and _("{rate} ({n}/{of})", rate=share, n=number(figure.n), of=number(figure.of))
        case Unit.NUMBER:
            return number(figure.n)
        case Unit.YUAN:
            return "" if figure.n is None else figure.n.quantize(_HUNDREDTH, ROUND_HALF_UP)
        case Unit.EACH:
            return "" if figure.share is None else figure.share.quantize(_HUNDREDTH, ROUND_HALF_UP)
        case _:
            return "" if figure.n is None else figure.n.quantize(_TENTH, ROUND_HALF_UP)


def rate(figure: Figure) -> str:
    """A percentage alone, `93.5%`; "" where there is nothing to divide by, or it is hidden."""
    if figure.is_hidden or figure.share is None:
        return ""
    return f"{(figure.share * 100).quantize(_TENTH, ROUND_HALF_UP)}%"


def number(value: Value) -> int | str:
    """A whole number; "" for none."""
    return "" if value is None else int(value)


def unit_word(measure: Measure) -> str:
    """What a measure is counted in, in the reader's language."""
    word = _UNITS[measure.unit]
    if measure.unit is Unit.NUMBER:
        family = measure.indicator + ("." if measure.id != measure.indicator else "")
        word = _WORDS.get(family, word)
    return word if word == "%" else _(word)


def place_name(place: Place) -> str:
    """A village in the reader's language."""
    return place.name(language())


def hidden_note() -> str:
    """What the signs for hidden figures mean."""
    return _(
        "“{small}” stands for 1 to 4, “{covered}” for a figure that is hidden so that no small one can be worked out.",
        small=SMALL,
        covered=COVER,
    )
