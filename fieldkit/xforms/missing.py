"""Missing answers: always valid, never a reserved value (domain rules; extended missing of Stata and SPSS)."""

from __future__ import annotations

from enum import StrEnum


class Missing(StrEnum):
    """Why a question has no value. Satisfies `required`, reads as empty to every expression."""

    DK = "dk"
    DECLINED = "declined"
    PNS = "pns"
    NA = "na"
