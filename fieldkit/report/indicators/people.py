"""Households and women as indicators count them: each once, however often registered (domain §3, `cnt`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.fieldwork.same_person import SAME_PERSON, Decision, Row, decision_of, stand
from fieldkit.records import Record
from fieldkit.report.conditions import Not, either, is_
from fieldkit.report.facts import ROW, Facts, Wanted
from fieldkit.report.periods import Period

FEMALE = "2"
_DECIDED = {"hh_id", "person", "hh_other", "person_other", "decision", "kept"}
HOMES: Wanted = {"household": {"hh_id", "presence", "date"}}
"""What households are read from."""
REGISTERED: Wanted = {
    **HOMES,
    "members": {ROW, "hh_id", "presence", "date", "sex", "birth_year", "stay"},
    SAME_PERSON: _DECIDED,
}
"""What women on the list are read from."""
COMERS: Wanted = {**REGISTERED, "scr_participant": {"pid", "person", "born", "date", "outcome"}}
"""What women who came to a screening are read from."""

LIVED_IN = Not(is_("presence", "all_out", "vacant", "gone"))
"""A household is lived in: it is at home, in part at least, or it is not known."""
_ELSEWHERE = either(is_("presence", "vacant", "gone"), is_("stay", "out_ge6m", "student", "service"))
"""Somebody is known to live elsewhere: half a year or more (the census counts where somebody lives as residents too)."""
_NOBODY = {"", "other_adult"}
"""Answers to who somebody is on the list, for somebody who is not on it."""


@dataclass(frozen=True, slots=True)
class Woman:
    """Somebody who may be counted. key: the same wherever she is met. born: the year, "" where it is not known.
    record: of her household, or her registration at the screening. lives_here: unless she is known to live elsewhere.
    """

    key: str
    born: str
    village: str
    record: str
    lives_here: bool = True

    def is_aged(self, least: int, most: int, on: date) -> bool:
        """Whether she reaches an age from `least` to `most` in the year of a day."""
        return self.born.isdecimal() and least <= on.year - int(self.born) <= most


def homes(facts: Facts, period: Period) -> list[dict[str, str]]:
    """The registered households that are lived in; of several registrations under one number the last stands."""
    lived_in, until = LIVED_IN.test(period.last), _until(period)
    last = facts.once(_last_registrations, period)
    return [
        row
        for row in facts.rows("household")
        if last.get(row["hh_id"]) == row["record_id"] and row["date"] <= until and lived_in(row)
    ]


def registered_women(facts: Facts, period: Period) -> dict[str, Woman]:
    """The women on the list by the id of their row, those registered twice under both ids."""
    found: dict[Row, Woman] = {}
    last = facts.once(_last_registrations, period)
    elsewhere, until = _ELSEWHERE.test(period.last), _until(period)
    for row in facts.rows("members"):
        number, record = row["hh_id"], row["record_id"]
        if row["sex"] == FEMALE and row["date"] <= until and last.get(number) == record:
            found[number, row[ROW]] = Woman(
                row[ROW], row["birth_year"], row["village"], record, not elsewhere(row)
            )
    kept = stand(_decisions(facts)).kept
    return {row[1]: found.get(kept.get(row, row), woman) for row, woman in found.items()}


def women_screened(facts: Facts, period: Period) -> dict[str, Woman]:
    """The women who registered at a screening by the period's end, by participant number: as the list has them, those on none
    as they said last.
    """
    on_list, until = facts.once(registered_women, period), _until(period)
    rows = (row for row in facts.rows("scr_participant") if row["pid"] and row["date"] <= until)
    comers = {row["pid"]: _comer(row, on_list) for row in sorted(rows, key=lambda row: row["record_id"])}
    last = {woman.key: woman for woman in sorted(comers.values(), key=lambda woman: woman.record)}
    return {pid: last[woman.key] for pid, woman in comers.items()}


def _comer(row: Mapping[str, str], on_list: Mapping[str, Woman]) -> Woman:
    person = row["person"]
    if person in on_list:
        return on_list[person]
    key = row["pid"] if person in _NOBODY else person
    return Woman(key, row["born"], row["village"], row["record_id"])


def _until(period: Period) -> str:
    """What days until the period's end, and none, sort before."""
    return period.last.isoformat()


def _last_registrations(facts: Facts, _period: Period) -> dict[str, str]:
    """Number of a household → its record."""
    last: dict[str, str] = {}
    for row in facts.rows("household"):
        if row["hh_id"] and row["record_id"] > last.get(row["hh_id"], ""):
            last[row["hh_id"]] = row["record_id"]
    return last


def _decisions(facts: Facts) -> Iterator[Decision]:
    for row in facts.rows(SAME_PERSON):
        decision = decision_of(Record(row["record_id"], SAME_PERSON, row, frozenset(), date.min))
        if decision is not None:
            yield decision
