"""The women of the day, by what is peculiar to each, and what is recorded of them."""

from __future__ import annotations

from fieldkit.datatypes.damm import check_digit
from tests.lab_day import Woman

WOMEN = (
    Woman(), Woman(), Woman(), Woman(), Woman(visual="suspicious"), Woman(hpv="no"), Woman(cervix="no", hpv="no"),
    Woman(kind=""), Woman(kind=None), Woman(),
)  # fmt: skip
FIRST, SECOND, THIRD, FOURTH, SEEN, NO_HPV, NO_CERVIX, NO_SAMPLE, NOT_CAME, LAST = range(len(WOMEN))
UNKNOWN = "2603129999" + check_digit("2603129999")


def verdicts(preview):
    return [row.verdict for row in preview.rows]


def cervix(session, pid):
    [found] = [each for each in session.exchange.records("scr_cervix") if each.text("pid") == pid]
    return found


def result(session, pid):
    found = cervix(session, pid)
    return {
        name: found.text(name)
        for name in ("hpv", "hpv_types", "tct_adequacy", "tct", "triage", "triage_final")
    }
