"""Amounts in yuan: as people type them, as they are shown, and in words as receipts want them, 大写 (Accounting Basic Work
Rules, Ministry of Finance 1996, art. 52; two decimals as ISO 4217 has them for CNY).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from fieldkit.datatypes.refused import RefusedError
from fieldkit.datatypes.typed import folded

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万")
_FEN = Decimal("0.01")
_LARGEST = Decimal(10) ** 16
_BEYOND = 100_000_000
"""亿: what is counted in these is said as a number of its own."""
_TYPED = re.compile(r"(-?)¥?(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(\.[0-9]+)?(万?)元?整?")


def parse(text: str) -> str:
    """The amount in yuan that was typed, as a decimal number: 81945, 0.05, 81945.50.

    ¥ before it, 元 or 万元 behind it, full-width signs, commas between thousands and 负 for a minus are taken. Raises RefusedError:
    "money.unreadable", "money.fen" for parts of a fen, "money.large" for 10^16 and more.
    """
    typed = _TYPED.fullmatch(folded(text).replace("负", "-", 1))
    if typed is None or not (typed[3] or typed[4]) or (typed[1] and typed[2]):
        raise RefusedError("money.unreadable", text=text)
    value = Decimal(f"{(typed[3] or '0').replace(',', '')}{typed[4] or ''}") * (10_000 if typed[5] else 1)
    if value >= _LARGEST:
        raise RefusedError("money.large", text=text)
    if value != value.quantize(_FEN):
        raise RefusedError("money.fen", text=text)
    sign = "-" if (typed[1] or typed[2]) and value else ""
    return f"{sign}{value:.0f}" if value == value.to_integral_value() else f"{sign}{value:.2f}"


def yuan(amount: str | Decimal) -> str:
    """An amount as it is shown, to fen and without a space behind the sign (art. 52): ¥81,945.00; "" for what is none."""
    value = _amount(amount)
    if value is None:
        return ""
    return f"{'-' if value < 0 else ''}¥{abs(value):,.2f}"


def capital_figures(amount: str | Decimal) -> str:
    """An amount in yuan, rounded to fen, as 大写 with 人民币 before it; "" for what is no amount below 10^16.

    81945 → 人民币捌万壹仟玖佰肆拾伍元整; 0.05 → 人民币伍分; a negative amount begins with 负.
    """
    value = _amount(amount)
    if value is None:
        return ""
    sign, value = ("负" if value < 0 else ""), abs(value)
    whole, fen = divmod(int(value * 100), 100)
    words = f"{_integer(whole)}元" if whole else ""
    return f"人民币{sign}{words}{_small(fen, after_yuan=bool(whole))}"


def _amount(amount: str | Decimal) -> Decimal | None:
    """An amount rounded to fen, None for what is no amount below 10^16."""
    try:
        value = Decimal(str(amount).strip().replace(",", ""))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= _LARGEST:
        return None
    value = value.quantize(_FEN, ROUND_HALF_UP)
    return value if abs(value) < _LARGEST else None


def _small(fen: int, *, after_yuan: bool) -> str:
    jiao, rest = divmod(fen, 10)
    if not fen:
        return "整" if after_yuan else "零元整"
    words = f"{_DIGITS[jiao]}角" if jiao else ("零" if after_yuan else "")
    return f"{words}{_DIGITS[rest]}分" if rest else f"{words}整"


def _integer(whole: int) -> str:
    beyond, rest = divmod(whole, _BEYOND)
    words = f"{_integer(beyond)}亿" if beyond else ""
    gap = False
    for place, group in ((1, rest // 10_000), (0, rest % 10_000)):
        if group:
            words += ("零" if words and (gap or group < 1000) else "") + _group(group) + _GROUPS[place]
        gap = bool(words) and not group
    return words


def _group(group: int) -> str:
    words, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if zero else "") + _DIGITS[digit] + _PLACES[place]
        zero = bool(words) and not digit
    return words
