"""Whether the clock of a laptop can be right: it is told, never refused."""

from __future__ import annotations

from datetime import datetime, timedelta

_SLACK = timedelta(minutes=5)
_LONG_AGO = timedelta(days=400)


def clock_notices(now: datetime, latest: datetime | None) -> list[tuple[str, dict[str, str]]]:
    """What is odd about the clock beside the newest thing kept: codes with parameters, none where nothing is."""
    if latest is None or latest - _SLACK <= now <= latest + _LONG_AGO:
        return []
    code = "clock.behind" if now < latest else "clock.ahead"
    shown = {"now": f"{now:%Y-%m-%d %H:%M}", "latest": f"{latest.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"}
    return [(code, shown)]
