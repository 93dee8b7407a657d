"""The two screening days: who is expected where, and how many of whom. The numbers of a day are always the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.datatypes.damm import check_digit

STATIONS = 3
LISTED, WALK_INS = 126, 54
OUTSIDE = 3
"""How many of each are younger or older than the programme's ages: advised, not turned away."""
AGES = (35, 64)
LEFT: Mapping[str, int] = {"left": 3, "declined": 1}
STATUSES: Mapping[str, int] = {
    "sampled": 163,
    "prefers_not": 2,
    "deferred": 9,
    "hysterectomy": 4,
    "unsuitable": 2,
}
BREAST_DECLINED = 9
SAMPLES: Mapping[str, int] = {"void": 1, "invalid": 2, "16_18": 3, "other_hr": 11, "neg": 146}
IMAGES: Mapping[str, int] = {"open": 11, "family": 1, "suspicious": 1, "clear": 158}
"""BI-RADS 0 or 3, once in a woman whose sister or mother was ill; 4A; 1 or 2."""
CYTOLOGY: Mapping[str, int] = {"NILM": 7, "ASCUS": 2, "LSIL": 1, "HSIL": 1}
COLPOSCOPY: Mapping[str, int] = {"": 3, "normal": 1, "LSIL": 1, "HSIL_CIN2": 1, "HSIL_CIN3": 1}
"""What colposcopy has found in those who need it; "" where it was not done yet."""
MAMMOGRAMS: Mapping[str, int] = {"": 7, "clear": 3, "open": 1}
"""What mammography has found after an open image; "" where it was not done yet."""
PLANNED_AGAIN = date(2026, 4, 9)
"""The next screening day, for whoever could not be examined."""
LAST_RUNNING = 120


@dataclass(frozen=True, slots=True)
class Day:
    """A screening day: where, for whom, when the laboratory answered, and whether cytology has come since."""

    on: date
    village: str
    villages: tuple[str, ...]
    lab: date
    is_settled: bool
    first_running: int

    @property
    def event(self) -> str:
        """The number of the event."""
        return f"{self.on:%y%m%d}{self.village[9:]}1"


DAYS = (
    Day(
        on=date(2026, 3, 5),
        village="990101100200",
        villages=tuple(f"990101100{n}" for n in range(200, 204)),
        lab=date(2026, 3, 19),
        is_settled=True,
        first_running=1,
    ),
    Day(
        on=date(2026, 3, 12),
        village="990101100205",
        villages=tuple(f"990101100{n}" for n in range(204, 209)),
        lab=date(2026, 3, 26),
        is_settled=False,
        first_running=61,
    ),
)


@dataclass(frozen=True, slots=True)
class Participant:
    """A woman who registers. `person`: her id on the list of members, "other_adult" for a walk-in, who gives `name`.

    status: a word of STATUSES. sample: "" where none was taken, else a word of SAMPLES, or of CYTOLOGY for another
    high-risk type whose cytology has come. image: "" where there is none, else a word of IMAGES. colposcopy: of COLPOSCOPY.
    mammogram: of MAMMOGRAMS.
    """

    person: str
    name: str
    village: str
    birth_year: int
    station: int
    running: int
    pid: str
    safe_contact: str
    status: str
    sample: str
    image: str
    colposcopy: str
    mammogram: str


def participant_number(day: date, station: int, running: int) -> str:
    """Date, station digit, running number, Damm check digit."""
    digits = f"{day:%y%m%d}{station}{running:03d}"
    return f"{digits}{check_digit(digits)}"
