"""What screening found, and what was done about it in time (I-07 to I-10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from fieldkit.i18n import N_
from fieldkit.report.conditions import NotAfter, both, day_of, either, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit
from fieldkit.report.facts import Facts
from fieldkit.report.indicators.screening import HPV_KNOWN, TCT_KNOWN
from fieldkit.report.periods import Period

ABNORMAL = either(
    is_("hpv", "pos"),
    both(TCT_KNOWN, is_("tct", "ASCUS", "ASCH", "LSIL", "HSIL", "SCC", "AGC", "AIS", "ADENO")),
    is_("via", "pos", "suspect_ca"),
)
"""A first test found something: HPV, ASC-US or worse, or VIA/VILI."""
_VALID = either(HPV_KNOWN, TCT_KNOWN, is_("via", "neg", "pos", "suspect_ca"))
_USELESS = either(is_("hpv", "invalid"), is_("tct_adequacy", "unsat"))
_TAKEN = either(
    is_("sample_kind", "clinician", "self"),
    is_("hpv", "pending", "neg", "pos", "invalid"),
    is_("tct_adequacy", "sat", "unsat"),
)
_FOUND = {"colpo", "mmg", "histology", "treatment"}
"""Reasons of a follow-up that something was found; where a test is to be repeated, the test says so."""
_RESULTS = {"result_neg", "repeat", "colpo", "mmg", "histology"}
"""Reasons of a follow-up that there is a result to tell."""
_MANAGED = is_("final", "completed_here", "completed_elsewhere", "declined", "moved", "died")
_COMPLETED = {"completed_here", "completed_elsewhere"}
_NOT_TO_BE_TOLD = {"declined", "moved", "died"}
_DAYS, _DAYS_SUSPECTED = 30, 7
_FOLLOW = {"pid", "date", "reason", "suspected", "due", "due_days", "told", "final", "closed_on"}


def _cases(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """The follow-ups of what was found, each with its "day": by when it is due; the form keeps none of what was declined."""
    abnormal = ABNORMAL.test(period.last)
    found = {row["pid"] for row in facts.rows("scr_cervix") if abnormal(row)}
    for row in facts.rows("scr_follow"):
        reason = row["reason"]
        if reason in _FOUND or (reason == "repeat" and row["pid"] in found):
            day = row["due"] or _later(row["date"], row["due_days"]) or row["closed_on"]
            yield row | {"day": day, "case": f"{row['pid']} {reason} {day}"}


def _results(facts: Facts, _period: Period) -> Iterator[dict[str, str]]:
    """The results to tell, each with "tell_by", "told_on" where she was reached, and after how many "days".

    Whoever declined, moved or died before she was told is waited for by nobody.
    """
    reached: dict[str, str] = {}
    for row in facts.rows("attempt"):
        if row["att_result"] == "reached" and row["att_date"]:
            reached[row["record_id"]] = min(row["att_date"], reached.get(row["record_id"], row["att_date"]))
    for row in facts.rows("scr_follow"):
        told_on = reached.get(row["record_id"], "")
        if not told_on and row["told"] and row["final"] in _COMPLETED:
            told_on = row["closed_on"]
        if row["reason"] in _RESULTS and (told_on or row["final"] not in _NOT_TO_BE_TOLD):
            most = _DAYS_SUSPECTED if row["suspected"] == "yes" else _DAYS
            yield row | {
                "result": f"{row['pid']} {row['reason']} {row['date']}",
                "tell_by": _later(row["date"], str(most)),
                "told_on": told_on,
                "days": _between(row["date"], told_on),
            }


def _later(start: str, days: str) -> str:
    """A day so many days after another, "" where one of them is not there."""
    first = day_of(start)
    return (first + timedelta(days=int(days))).isoformat() if first and days.isdecimal() else ""


def _between(start: str, end: str) -> str:
    first, last = day_of(start), day_of(end)
    return str((last - first).days) if first and last else ""


def _diagnosed(*paths: str) -> Count:
    return Count("scr_cervix", is_("path", *paths), on="colpo_date", how=How.DIFFERENT, of="pid")


def _staged(*stages: str) -> Count:
    return Count("scr_breast", is_("tnm", *stages), on="date", how=How.DIFFERENT, of="pid")


_TESTS = Count("scr_cervix", _VALID, on="date", how=How.DIFFERENT, of="pid")
_EARLY_CERVIX = ("HSIL_CIN2", "HSIL_CIN3", "AIS", "MICROINV_IA")
_INVASIVE = ("INV_SCC", "INV_ADENO")

MADE = (
    Made(
        "cases",
        {"scr_follow": _FOLLOW, "scr_cervix": {"pid", "hpv", "tct_adequacy", "tct", "via"}},
        _cases,
    ),
    Made("results", {"scr_follow": _FOLLOW, "attempt": {"att_date", "att_result"}}, _results),
)

INDICATORS = (
    Indicator(
        id="I-07",
        label=N_("Abnormal first results"),
        numerator=N_("HPV positive, ASC-US or worse, or VIA positive; invalid or inadequate samples"),
        denominator=N_("Women with a valid test; with a sample taken"),
        population=N_("Women examined for cervical cancer"),
        period=N_("Day of the examination"),
        tier="R",
        source="domain.md §3 [S15]",
        suppressed=True,
        measures=(
            Measure(
                "I-07",
                N_("Abnormal first results"),
                Count("scr_cervix", both(_VALID, ABNORMAL), on="date", how=How.DIFFERENT, of="pid"),
                _TESTS,
            ),
            Measure(
                "I-07.invalid",
                N_("Invalid or inadequate samples"),
                Count("scr_cervix", _USELESS, on="date", how=How.DIFFERENT, of="pid"),
                Count("scr_cervix", _TAKEN, on="date", how=How.DIFFERENT, of="pid"),
            ),
        ),
    ),
    Indicator(
        id="I-08",
        label=N_("Follow-up completed"),
        numerator=N_("Cases completed here or elsewhere, declined, moved or died by the day they were due"),
        denominator=N_("Abnormal cases that were due"),
        population=N_("Women in whom something was found"),
        period=N_("Day the case was due; where she declined and none is kept, the day she did"),
        tier="R",
        source="domain.md §3 [S20]",
        suppressed=True,
        measures=(
            Measure(
                "I-08",
                N_("Follow-up completed"),
                Count(
                    "cases",
                    both(_MANAGED, NotAfter("closed_on", "day")),
                    on="day",
                    how=How.DIFFERENT,
                    of="case",
                ),
                Count("cases", on="day", how=How.DIFFERENT, of="case"),
            ),
        ),
    ),
    Indicator(
        id="I-09",
        label=N_("Early diagnosis"),
        numerator=N_("Cervix: CIN2, CIN3, AIS, micro-invasive. Breast: stage 0 or I"),
        denominator=N_("Cervix: those and invasive. Breast: all staged"),
        population=N_("Women with a histology or a stage"),
        period=N_("Day of the colposcopy; of the breast examination"),
        tier="R",
        source="domain.md §3 [K]",
        suppressed=True,
        measures=(
            Measure(
                "I-09.cervix",
                N_("Early diagnosis, cervix"),
                _diagnosed(*_EARLY_CERVIX),
                _diagnosed(*_EARLY_CERVIX, *_INVASIVE),
                by_village=False,
            ),
            Measure(
                "I-09.breast",
                N_("Early diagnosis, breast"),
                _staged("0", "I"),
                _staged("0", "I", "II", "III", "IV"),
                by_village=False,
            ),
        ),
    ),
    Indicator(
        id="I-10",
        label=N_("Results told in time"),
        numerator=N_(
            "Results told within 30 days, within 7 where cancer is suspected; days until they were told"
        ),
        denominator=N_("Results that were due to be told"),
        population=N_("Women with a result, who did not decline to be told"),
        period=N_("Day by which the result was due to be told"),
        tier="R",
        source="domain.md §3 [D]",
        suppressed=True,
        measures=(
            Measure(
                "I-10",
                N_("Results told in time"),
                Count(
                    "results", NotAfter("told_on", "tell_by"), on="tell_by", how=How.DIFFERENT, of="result"
                ),
                Count("results", on="tell_by", how=How.DIFFERENT, of="result"),
            ),
            Measure(
                "I-10.days",
                N_("Days until a result was told, median"),
                Count("results", NotAfter("told_on"), on="tell_by", how=How.MEDIAN, of="days"),
                unit=Unit.DAYS,
            ),
        ),
    ),
)
