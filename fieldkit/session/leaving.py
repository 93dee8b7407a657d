"""Who came to a screening day and left without registering: counted, one more or one less, and nothing else is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.screened import PARTICIPANT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from fieldkit.exchange import Exchange
    from fieldkit.session.interviews import Interviews

_LEFT = "declined"


class Leaving:
    """The count of one workspace: declines of the registration, which wait for the stick and are all alike."""

    def __init__(self, exchange: Exchange, interviews: Interviews, today: Callable[[], date]) -> None:
        self._exchange = exchange
        self._interviews = interviews
        self._today = today

    def one_more(self, village: str, on: str) -> None:
        """Count one who left an event in a village on a day (ISO 8601); of a day to come, today. Raises StoreError."""
        answers = {"outcome": _LEFT, "village": village, "date": min(on, self._today().isoformat())}
        self._interviews.finish(self._interviews.start(PARTICIPANT, answers=answers))

    def one_less(self, village: str, on: str) -> None:
        """Take one back that was counted by mistake: any of those that wait, as nothing tells one from another.

        Raises FieldkitError("outreach.none-left") where this laptop has none that waits, StoreError.
        """
        if not self._exchange.erase_decline(PARTICIPANT, {"outcome": _LEFT, "village": village, "date": on}):
            raise FieldkitError("outreach.none-left")
