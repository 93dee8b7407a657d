"""When those who work elsewhere are at home: around the Spring Festival, 20th of the twelfth lunar month to 15th of the
first.
"""

from __future__ import annotations

from datetime import date

from fieldkit.datatypes.lunar import LunarDate, to_lunar, to_solar


def homecoming(day: date) -> tuple[date, date] | None:
    """The first and last day of the weeks around the Spring Festival that `day` lies in or that come next.

    None beyond the years of the lunar table.
    """
    lunar = to_lunar(day)
    if lunar is None:
        return None
    year = lunar.year if (lunar.month, lunar.day) <= (1, 15) and not lunar.leap else lunar.year + 1
    try:
        return to_solar(LunarDate(year - 1, 12, 20)), to_solar(LunarDate(year, 1, 15))
    except ValueError:
        return None
