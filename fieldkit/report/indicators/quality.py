"""How good records are: back-checks (I-14), figures counted again (I-15), consent (I-21). By question and for the township only.

`back_checks` gives I-14 by question with its interval, and I-15 by figure.
"""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.i18n import N_
from fieldkit.report.backcheck_results import CHANGES, Comparison, Results, results_of
from fieldkit.report.backcheck_results import Figure as Counted
from fieldkit.report.conditions import Has, both, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit
from fieldkit.report.facts import ONLY_SERVICE, UNCONSENTED, Facts, Wanted
from fieldkit.report.periods import Period

BACK_CHECK_READS: Wanted = {
    "item": {"date", "method", "field", "item_type", "match", "reason"},
    "figure": {"date", "figure_item", "recounted", "reported"},
}
"""What `back_checks` reads."""
CONSENTED = ("benefit", "consent", "household", "migrant", "scr_participant", "visit")
"""The forms with a consent block."""
_NOBODY_ASKED = frozenset({"declined", "left", "nobody", "moved", "postponed", "notfound", "unsafe"})
"""The outcomes with which a record holds nothing that needs consent."""
_ON_PAPER = frozenset({"written", "thumb"})
_RANDOM = is_("method", "random")
_CAREFUL = both(_RANDOM, is_("item_type", "1", "2"), is_("match", "yes", "no"))
_CHANGING = both(_RANDOM, is_("item_type", CHANGES), is_("match", "yes", "no"))
_DIFFERS = is_("match", "no")


def back_checks(facts: Facts, period: Period) -> Results:
    """What the random back-checks of a period come to, and the figures counted again in it."""
    first, last = period.first.isoformat(), period.last.isoformat()
    checks = [
        (row["village"], [Comparison(row["field"], row["item_type"], row["match"] == "no", row["reason"])])
        for row in facts.rows("item")
        if first <= row["date"] <= last
        and (_CAREFUL.test(period.last)(row) or _CHANGING.test(period.last)(row))
    ]
    figures = [
        Counted(row["figure_item"], int(row["recounted"]), int(row["reported"]))
        for row in _recounts(facts, period)
        if first <= row["date"] <= last
    ]
    return results_of(checks, figures)


def _recounts(facts: Facts, _period: Period) -> Iterator[dict[str, str]]:
    """The figures that were counted again; "off": by how much the reported one was wrong."""
    for row in facts.rows("figure"):
        counted, reported = row["recounted"], row["reported"]
        if counted.isdecimal() and reported.isdecimal():
            yield row | {"off": str(abs(int(reported) - int(counted)))}


def _consents(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """The records of a period with answers of people; "complete" where what was consented to is known, and the paper where it
    was on paper.
    """
    first, last = period.first.isoformat(), period.last.isoformat()
    for form in CONSENTED:
        for row in facts.rows(form):
            if (
                first <= row["date"] <= last
                and row["outcome"] not in _NOBODY_ASKED
                and not row.get(ONLY_SERVICE)
            ):
                is_complete = (
                    bool(row["notice_ver"])
                    and row["basic"] == "yes"
                    and (row["mode"] not in _ON_PAPER or bool(row["paper_ref"]))
                )
                yield row | {"complete": "yes" if is_complete else ""}


def _unasked(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """The records of a period that hold restricted answers without the separate consent."""
    first, last = period.first.isoformat(), period.last.isoformat()
    rows = (row for form in CONSENTED for row in facts.rows(form))
    return (row for row in rows if row[UNCONSENTED] and first <= row["date"] <= last)


MADE = (
    Made("recounts", {"figure": {"date", "recounted", "reported"}}, _recounts),
    Made(
        "consents",
        {form: {"date", "outcome", "notice_ver", "basic", "mode", "paper_ref"} for form in CONSENTED},
        _consents,
    ),
    Made("unasked", {form: {"date", UNCONSENTED} for form in CONSENTED}, _unasked),
)

INDICATORS = (
    Indicator(
        id="I-14",
        label=N_("Back-check agreement and errors"),
        numerator=N_(
            "Comparisons that differ, of types 1 and 2; of type 3 apart, since those answers may change"
        ),
        denominator=N_("Comparisons of these types"),
        population=N_("Back-checks of records that nobody picked"),
        period=N_("Day of the back-check"),
        tier="P",
        source="domain.md §3 [D], [S26]",
        measures=(
            Measure(
                "I-14",
                N_("Answers that differ in back-checks"),
                Count("item", both(_CAREFUL, _DIFFERS), on="date"),
                Count("item", _CAREFUL, on="date"),
                by_village=False,
            ),
            Measure(
                "I-14.type3",
                N_("Answers that differ in back-checks and may change"),
                Count("item", both(_CHANGING, _DIFFERS), on="date"),
                Count("item", _CHANGING, on="date"),
                by_village=False,
            ),
        ),
    ),
    Indicator(
        id="I-15",
        label=N_("Difference of village figures"),
        numerator=N_("Sum of what the reported figures differ from those counted again"),
        denominator=N_("Sum of the figures counted again"),
        population=N_("Figures that villages reported and that were counted again"),
        period=N_("Day they were counted again"),
        tier="P",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-15",
                N_("Difference of village figures"),
                Count("recounts", on="date", how=How.SUM, of="off"),
                Count("recounts", on="date", how=How.SUM, of="recounted"),
                by_village=False,
            ),
        ),
    ),
    Indicator(
        id="I-21",
        label=N_("Consent complete"),
        numerator=N_(
            "Records with the notice, the consent, and the number of the paper where it was on paper; health items answered"
            " without the separate consent"
        ),
        denominator=N_("Records with answers of people"),
        population=N_("Records of all forms that ask for consent"),
        period=N_("Day of the record"),
        tier="N",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-21",
                N_("Consent complete"),
                Count("consents", Has("complete")),
                Count("consents"),
                by_village=False,
            ),
            Measure(
                "I-21.health",
                N_("Health items answered without the separate consent (must be 0)"),
                Count("unasked", how=How.SUM, of=UNCONSENTED),
                unit=Unit.NUMBER,
                by_village=False,
            ),
        ),
    ),
)
