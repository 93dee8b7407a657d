"""Amounts of money in words as receipts want them: 大写 (Accounting Basic Work Rules, Ministry of Finance 1996, art. 52)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_FEN = Decimal("0.01")
_LARGEST = Decimal(10) ** 16


def capital_figures(amount: str | Decimal) -> str:
    """An amount in yuan, rounded to fen, as 大写 with 人民币 before it; "" for what is no amount below 10^16.

    81945 → 人民币捌万壹仟玖佰肆拾伍元整; 0.05 → 人民币伍分; a negative amount begins with 负.
    """
    try:
        value = Decimal(str(amount).strip().replace(",", ""))
    except InvalidOperation:
        return ""
    if not value.is_finite() or abs(value) >= _LARGEST:
        return ""
    value = value.quantize(_FEN, ROUND_HALF_UP)
    sign, value = ("负" if value < 0 else ""), abs(value)
    yuan, fen = divmod(int(value * 100), 100)
    words = f"{_integer(yuan)}元" if yuan else ""
    return f"人民币{sign}{words}{_small(fen, after_yuan=bool(yuan))}"


def _small(fen: int, *, after_yuan: bool) -> str:
    jiao, rest = divmod(fen, 10)
    if not fen:
        return "整" if after_yuan else "零元整"
    words = f"{_DIGITS[jiao]}角" if jiao else ("零" if after_yuan else "")
    return f"{words}{_DIGITS[rest]}分" if rest else f"{words}整"


def _integer(yuan: int) -> str:
    groups: list[int] = []
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    words, skipped = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group:
            gap = skipped or (words and group < 1000)
            words += ("零" if gap else "") + _group(group) + _GROUPS[place]
        skipped = not group and bool(words)
    return words


def _group(group: int) -> str:
    words, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if zero else "") + _DIGITS[digit] + _PLACES[place]
        zero = bool(words) and not digit
    return words
