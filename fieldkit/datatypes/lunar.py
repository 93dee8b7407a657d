"""The Chinese lunisolar calendar (GB/T 33661-2017) for the lunar years 1900 to 2100, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

FIRST, LAST = 1900, 2100
_NEW_YEAR = date(1900, 1, 31)

# Five hexadecimal digits a year: bit n tells whether its month n (from 0, the leap month counted) has 30 days
# rather than 29; the digits above bit 13 are the number of the month that is repeated, 0 for none.
_YEARS = (
    "116d20075200ea50b64a0064b00a9b095560056a00b5905752007520db2500b2500a4b0b4ab002ad0056b04b6900da90fd92"
    "00e9200d250ba4d00a56002b6095b5006d400ea905e9200e920cd260052b00a570b2b600b5a006d406ec9007490f69300a93"
    "0052b0ca5b00aad0056a09b5500ba400b4905a9300a950f52d0053600aad0b5aa005b200da507d4a00d4a10a9500a9700556"
    "0cab500ad5006d208ea500ea50064a06c9700a9b0f55a0056a00b690b75200b5200b250964b00a4b114ab002ad0056d0cb69"
    "00da900d9209d2500d2515a4d00a56002b60c5b5006d500ea90be9200e9200d2606a5600a57114d60035a006d50b6c900749"
    "006930952b0052b00a5b0555a0056a0fb5500ba400b490ba9300a950052d08aad00ab5135aa005d200da50dd4a00d4a00c95"
    "0952e0055600ab5055b2006d20cea5007250064b0ac9700cab0055a06ad600b691775200b5200b250da4b00a4b004ab0a55b"
    "005ad00b6a05b5200d920fd2500d2500a550b4ad004b6005b506daa00ec911e9200e9200d260ca5600a57004d6086d500755"
    "0074906e93006930f52b0052b00a5b0b55a0056a00b650974a00b4a11a9500a950052d0caad00ab5005aa08ba500da500d4a"
    "07c9500c960f94e0055600ab50b5b2006d200ea508e4a0068b10c97004ab0055b0cad600b6a007520972500b4500a8b0549b"
    "004ab"
)


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar. `leap`: in the repeated month of that number."""

    year: int
    month: int
    day: int
    leap: bool = False


def leap_month(year: int) -> int:
    """The number of the month that `year` repeats, 0 for none."""
    return _row(year) >> 13


def month_length(year: int, month: int, *, leap: bool = False) -> int:
    """How many days a month has, 0 where the year does not have it."""
    place = _place(year, month, leap=leap)
    return 0 if place is None else _lengths(year)[place]


def to_solar(lunar: LunarDate) -> date:
    """The day by the usual calendar. Raises ValueError for a day that is not, or not in the table."""
    place = _place(lunar.year, lunar.month, leap=lunar.leap) if FIRST <= lunar.year <= LAST else None
    if place is None or not 1 <= lunar.day <= _lengths(lunar.year)[place]:
        raise ValueError(lunar)
    days = sum(_lengths(lunar.year)[:place]) + lunar.day - 1
    return _new_years()[lunar.year - FIRST] + timedelta(days=days)


def to_lunar(day: date) -> LunarDate | None:
    """The day by the lunar calendar, None outside the table."""
    years = _new_years()
    if not years[0] <= day < years[-1]:
        return None
    number = next(n for n in range(min(day.year - FIRST, LAST - FIRST), -1, -1) if years[n] <= day)
    year, rest = FIRST + number, (day - years[number]).days
    leap = leap_month(year)
    for place, length in enumerate(_lengths(year)):
        if rest < length:
            after = bool(leap) and place >= leap
            return LunarDate(year, place if after else place + 1, rest + 1, leap=after and place == leap)
        rest -= length
    raise AssertionError(day)


def _row(year: int) -> int:
    start = (year - FIRST) * 5
    return int(_YEARS[start : start + 5], 16)


def _lengths(year: int) -> list[int]:
    row = _row(year)
    return [29 + (row >> n & 1) for n in range(13 if row >> 13 else 12)]


def _place(year: int, month: int, *, leap: bool) -> int | None:
    """Which month of the year, from 0, a numbered or a leap month is."""
    repeated = leap_month(year)
    if not 1 <= month <= 12 or (leap and month != repeated):
        return None
    return month - 1 + (leap or (repeated != 0 and month > repeated))


@lru_cache(maxsize=1)
def _new_years() -> tuple[date, ...]:
    """The first day of each year of the table, and the day after its last."""
    lengths = (sum(_lengths(year)) for year in range(FIRST, LAST + 1))
    return tuple(_NEW_YEAR + timedelta(days=days) for days in accumulate(lengths, initial=0))
