"""Who was screened, and to whom it was offered (I-04, I-05, I-06). A woman counts once, whatever her records are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fieldkit.i18n import N_, _
from fieldkit.report.conditions import Condition, Lately, both, either, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure
from fieldkit.report.facts import Facts
from fieldkit.report.figures import Figures
from fieldkit.report.indicators.people import COMERS, Woman, registered_women, women_screened
from fieldkit.report.official import POPULATION
from fieldkit.report.periods import Period

BANDS: Mapping[str, tuple[int, int]] = {"women_35_64": (35, 64), "women_35_45": (35, 45)}
"""The ages of the programme, and those in which screening matters most; by the names that an official list has for them."""
_PROGRAMME, _EARLY = BANDS
HPV_KNOWN = is_("hpv", "neg", "pos")
TCT_KNOWN = both(
    is_("tct_adequacy", "sat"),
    is_("tct", "NILM", "ASCUS", "ASCH", "LSIL", "HSIL", "SCC", "AGC", "AIS", "ADENO", "OTHER"),
)
"""A test has a result that is valid."""
_BIRADS = ("0", "1", "2", "3", "4A", "4B", "4C", "5", "6")
_CERVIX = either(both(HPV_KNOWN, Lately("date", 5)), both(TCT_KNOWN, Lately("date", 3)))
_BREAST = both(
    either(is_("bus_l", *_BIRADS), is_("bus_r", *_BIRADS), is_("cbe", "normal", "suspect")), Lately("date", 3)
)
_ANSWERS = {"accepted": "registered", "declined": "declined", "pns": "left", "away": "postponed"}
"""What somebody may answer who is offered a screening, as registration has it."""


def _residents(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """Women of the programme's ages who live here, each a row: those on the list, and those on none who came to a screening. Of
    a village of which an official list tells, one row with its counts, and no record.
    """
    known = [
        *facts.once(registered_women, period).values(),
        *facts.once(women_screened, period).values(),
    ]
    women = {each.key: each for each in known if each.lives_here}
    for band, (least, most) in BANDS.items():
        told = {village: row for village, row in _estimates(facts, period).items() if row.get(band, "")}
        for village, row in told.items():
            yield _row(village, row["as_of"], "", {band: row[band]})
        for woman in women.values():
            if woman.village not in told and woman.is_aged(least, most, period.last):
                yield _row(woman.village, "", woman.record, {band: "1"})


def _tested(facts: Facts, period: Period, table: str) -> Iterator[dict[str, str]]:
    """The examinations of a form with whose they are; her village and her ages are those she is counted with."""
    women = facts.once(women_screened, period)
    for row in facts.rows(table):
        woman = women.get(row["pid"])
        if woman is not None and woman.lives_here:
            yield row | _ages(woman, period) | {"woman": woman.key, "village": woman.village}


def _offers(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """Women to whom a screening was offered: those who registered, of the programme's ages; whoever did not has no name and no
    year, and is one of her own.
    """
    women = facts.once(women_screened, period)
    first, last = period.first.isoformat(), period.last.isoformat()
    for row in facts.rows("scr_participant"):
        if not first <= row["date"] <= last:
            continue
        woman = women.get(row["pid"])
        if woman is None:
            yield row | {"woman": row["record_id"]}
        elif woman.lives_here and (not woman.born or woman.is_aged(*BANDS[_PROGRAMME], period.last)):
            yield row | {"woman": woman.key, "village": woman.village}


def population_notes(figures: Figures, period: Period) -> list[str]:
    """Where the numbers of women come from that coverage is of, for whoever reads it."""
    told = _estimates(figures.facts, period)
    by_source: dict[tuple[str, str], list[str]] = {}
    for place in figures.places:
        if place.code in told:
            row = told[place.code]
            by_source.setdefault((row["source"], row["as_of"]), []).append(place.code)
    notes = [
        _(
            "Resident women of 35 to 64 of {count} of {all} {all:village|villages}: {source}, as of {day}.",
            count=len(found), all=len(figures.places), source=source, day=day,
        )
        for (source, day), found in by_source.items()
    ]  # fmt: skip
    if len(told) < len(figures.places):
        notes.append(
            _("Resident women of 35 to 64 elsewhere: counted from the registered households and screenings.")
        )
    return notes


def _estimates(facts: Facts, period: Period) -> dict[str, dict[str, str]]:
    """Village → the last official row that is not of a later day than the period's last."""
    last = period.last.isoformat()
    rows = [row for row in facts.rows(POPULATION) if row["as_of"] <= last]
    return {row["village"]: row for row in sorted(rows, key=lambda row: row["as_of"])}


def _ages(woman: Woman, period: Period) -> dict[str, str]:
    return {
        band: "1" if woman.is_aged(least, most, period.last) else "" for band, (least, most) in BANDS.items()
    }


def _row(village: str, day: str, record: str, counts: dict[str, str]) -> dict[str, str]:
    return {"record_id": record, "village": village, "made_on": day} | dict.fromkeys(BANDS, "") | counts


def _cervix_tests(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    return _tested(facts, period, "scr_cervix")


def _breast_tests(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    return _tested(facts, period, "scr_breast")


def _screened(table: str, valid: Condition, band: str) -> Count:
    return Count(table, both(valid, is_(band, "1")), how=How.DIFFERENT, of="woman")


def _living_here(band: str) -> Count:
    return Count("residents", how=How.SUM, of=band)


_OFFERED = Count("offers", how=How.DIFFERENT, of="woman")


def _answered(answer: str) -> Count:
    return Count("offers", is_("outcome", _ANSWERS[answer]), how=How.DIFFERENT, of="woman")


MADE = (
    Made("residents", {**COMERS, POPULATION: {"village", "as_of", *BANDS}}, _residents),
    Made(
        "cervix_tests", {**COMERS, "scr_cervix": {"pid", "date", "hpv", "tct_adequacy", "tct"}}, _cervix_tests
    ),
    Made("breast_tests", {**COMERS, "scr_breast": {"pid", "date", "cbe", "bus_l", "bus_r"}}, _breast_tests),
    Made("offers", COMERS, _offers),
)

_RESIDENTS = N_(
    "Resident women of 35 to 64: by an official list where there is one, else all who are registered, or came to a screening, and are not known to live elsewhere"
)

INDICATORS = (
    Indicator(
        id="I-04",
        label=N_("Cervical screening"),
        numerator=N_("Women of 35 to 64 with a valid HPV test in 5 years or adequate cytology in 3"),
        denominator=_RESIDENTS,
        population=N_("Women who reach 35 to 64 in the year that the period ends in"),
        period=N_("Last day of the period, and the years before it"),
        tier="R",
        source="domain.md §3 [S15, S16, S19]",
        suppressed=True,
        measures=(
            Measure(
                "I-04",
                N_("Cervical screening"),
                _screened("cervix_tests", _CERVIX, _PROGRAMME),
                _living_here(_PROGRAMME),
            ),
            Measure(
                "I-04.35-45",
                N_("Cervical screening, women of 35 to 45"),
                _screened("cervix_tests", _CERVIX, _EARLY),
                _living_here(_EARLY),
                within="I-04",
            ),
        ),
    ),
    Indicator(
        id="I-05",
        label=N_("Breast screening"),
        numerator=N_("Women of 35 to 64 with an ultrasound or a clinical breast examination in 3 years"),
        denominator=_RESIDENTS,
        population=N_("Women who reach 35 to 64 in the year that the period ends in"),
        period=N_("Last day of the period, and the years before it"),
        tier="R",
        source="domain.md §3 [S17]",
        suppressed=True,
        measures=(
            Measure(
                "I-05",
                N_("Breast screening"),
                _screened("breast_tests", _BREAST, _PROGRAMME),
                _living_here(_PROGRAMME),
            ),
        ),
    ),
    Indicator(
        id="I-06",
        label=N_("Screening offers that arrived"),
        numerator=N_("Women to whom a screening was offered; of them by their answer"),
        denominator=_RESIDENTS,
        population=N_("Women who reach 35 to 64 in the year that the period ends in"),
        period=N_("Day of the offer"),
        tier="C",
        source="domain.md §3 [D]",
        measures=(
            Measure("I-06", N_("Screening offers that arrived"), _OFFERED, _living_here(_PROGRAMME)),
            Measure("I-06.accepted", N_("Offers accepted"), _answered("accepted"), _OFFERED, neutral=True),
            Measure(
                "I-06.declined",
                N_("Offers declined (a neutral figure)"),
                _answered("declined"),
                _OFFERED,
                neutral=True,
            ),
            Measure(
                "I-06.pns", N_("Offers left without an answer"), _answered("pns"), _OFFERED, neutral=True
            ),
            Measure(
                "I-06.away", N_("Offers put off to another day"), _answered("away"), _OFFERED, neutral=True
            ),
        ),
    ),
)
