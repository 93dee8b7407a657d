"""What indicators declare of themselves agrees with what they read, and with the list that targets are set by."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from fieldkit.library import shipped_folder
from fieldkit.report.counts import Unit, wanted
from fieldkit.report.facts import LAPTOPS, ROW, UNCONSENTED
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES
from fieldkit.report.official import LISTS
from fieldkit.xforms import Question
from tests.report.tables import LIBRARY

TIERS = "PNCR"
"""From what anybody may see to what hardly anybody may."""
SCREENING = "screening"
OF_SCREENING = {"I-04", "I-05", "I-06", "I-07", "I-08", "I-09", "I-10"}


def questions():
    """Table → question → the tiers and families of all that are called so in it."""
    found = defaultdict(lambda: defaultdict(set))
    for file in LIBRARY.files():
        form = LIBRARY.read(file.path)
        tables = {form.id: "", **{steps[-1]: "/" + "/".join(steps) + "/" for steps in form.repeats}}
        for path, item in form.items.items():
            if not isinstance(item, Question):
                continue
            for table, within in tables.items():
                others = (each for name, each in tables.items() if each and name != table)
                if path.startswith(within) or not any(path.startswith(each) for each in others):
                    found[table][item.name].add((item.bind.tier or "", form.privacy.family))
    return found


QUESTIONS = questions()


def read_by(indicator):
    for table, names in wanted([c for m in indicator.measures for c in m.counts], MADE).items():
        for name in names - {ROW, UNCONSENTED} if table not in {*LISTS, LAPTOPS} else ():
            assert name in QUESTIONS[table], f"{indicator.id} reads {table}.{name}, which no form has"
            for tier, family in QUESTIONS[table][name]:
                yield table, name, tier, family


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=list(INDICATORS))
def test_what_is_restricted_is_read_within_screening_alone(indicator):
    restricted = {(table, name, family) for table, name, tier, family in read_by(indicator) if tier == "R"}
    assert {family for _table, _name, family in restricted} <= {SCREENING}
    assert not restricted or indicator.id in OF_SCREENING


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=list(INDICATORS))
def test_the_tier_is_the_highest_of_what_is_read(indicator):
    read = [tier for _table, _name, tier, _family in read_by(indicator)]
    assert "X" not in read
    assert indicator.tier == max(read, key=TIERS.index)


def test_what_is_suppressed_and_labelled_is_what_targets_know():
    with (shipped_folder() / "indicators.csv").open(encoding="utf-8-sig") as file:
        listed = {row["name"]: row for row in csv.DictReader(file)}
    assert {name: each.suppressed for name, each in INDICATORS.items()} == {
        name: listed[name]["suppressed"] == "yes" for name in INDICATORS
    }
    assert {name: each.label for name, each in INDICATORS.items()} == {
        name: listed[name]["label::English (en)"] for name in INDICATORS
    }


def test_what_nobody_may_have_a_target_for_is_neutral():
    answers = [name for name in MEASURES if name.startswith("I-06.")]
    assert all(MEASURES[name].neutral for name in ("I-02.declined", *answers))


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_a_measure_is_a_share_of_two_counts_or_one_count(measure):
    assert (measure.denominator is not None) == (measure.unit in {Unit.PERCENT, Unit.EACH})
    assert measure.indicator in INDICATORS


def test_early_diagnosis_and_knowledge_are_told_of_the_township_alone():
    apart = [name for name, each in MEASURES.items() if name.startswith(("I-03", "I-09")) and each.by_village]
    assert apart == []
