"""How a service stands against its target (domain.md I-16). Never a person's, a worker's or a laptop's figure; no rank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fieldkit.fieldwork.working_days import workdays


class Standing(StrEnum):
    """How it stands: reached; on course by the working days that have gone; or in need of support."""

    REACHED = "reached"
    ON_COURSE = "on_course"
    NEEDS_SUPPORT = "needs_support"


@dataclass(frozen=True, slots=True)
class Progress:
    """A target and what was done for it. village: code, "" for the township. target, expected and done are in `unit`, where
    expected is what would be done by today on course; of: what a percentage is of, None for a number.
    """

    indicator: str
    village: str
    period: str
    unit: str
    target: float
    expected: float
    done: float
    of: int | None = None

    @property
    def standing(self) -> Standing:
        """How it stands."""
        if self.done >= self.target:
            return Standing.REACHED
        return Standing.ON_COURSE if self.done >= self.expected else Standing.NEEDS_SUPPORT


def expected_by(target: float, first: date, last: date, today: date) -> float:
    """What of a target that grows over its period would be done by the end of `today`, by the working days that have gone."""
    whole = workdays(first, last)
    return target * workdays(first, min(last, today)) / whole if whole else target
