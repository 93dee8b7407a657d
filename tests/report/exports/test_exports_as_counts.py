"""What leaves as counts alone: small ones are hidden, and nobody can be worked out from the rest."""

from __future__ import annotations

from collections import Counter

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.library import FormLibrary
from fieldkit.privacy.profiles import Profile
from fieldkit.records import Record
from fieldkit.report.exports.writing import XML, Wanted, export
from tests.report.exports.conftest import (
    CONTACT,
    DONE,
    FREE,
    SECRET,
    SEEN,
    TODAY,
    Tables,
    everything,
    record,
    rows,
)

NUMBER = DONE["hh_id"]


def counts(folder, question):
    return {
        (each["answer"], each["village"]): each["count"] or each["count_missing"]
        for each in rows(folder, "counts")
        if each["question"] == question
    }


def test_counts_hide_the_small_ones_of_what_is_not_for_everybody(exported):
    first, second = "990101100200", "990101100201"
    found = [record(n, DONE | {"ill": "yes" if n < 2 else "no"}) for n in range(20)]
    found += [record(n, DONE | {"village": second, "ill": "yes" if n < 28 else "no"}) for n in range(20, 40)]
    folder, _manifest = exported("csv", *found, profile=Profile.AGGREGATE)
    ill, outcome = counts(folder, "ill"), counts(folder, "outcome")
    assert ill["yes", first] == "small"
    assert ill["no", first] == "small", "with the number of records known it would tell the other"
    assert ill["yes", second] == "small", "with the sum known it would tell the first"
    assert ill["yes", ""] == "10"
    assert outcome["done", first] == "20"
    assert outcome["declined", ""] == "0"
    assert counts(folder, "rooms")["<0", ""] == "40"
    assert counts(folder, "amount")["50000-99999", ""] == "40"
    assert counts(folder, "date") == {
        (said, village): counts(folder, "date")[said, village]
        for said in ("2026-03", "none")
        for village in ("", first, second)
    }
    assert counts(folder, "name") == counts(folder, "card") == counts(folder, "note") == {}
    for canary in (CONTACT, SEEN, FREE, NUMBER):
        assert canary.encode() not in everything(folder)


def test_of_a_village_with_few_records_nothing_is_told_that_is_not_for_everybody(exported):
    second = "990101100201"
    found = [record(n, DONE) for n in range(20)] + [
        record(n, DONE | {"village": second}) for n in range(20, 23)
    ]
    folder, _manifest = exported("csv", *found, profile=Profile.AGGREGATE)
    ill, sex = counts(folder, "ill"), counts(folder, "needs")
    assert {shown for (_said, village), shown in ill.items() if village == second} == {"small"}
    assert {shown for (_said, village), shown in sex.items() if village == second} == {"small"}
    assert "small" in {ill["yes", ""], ill["yes", "990101100200"]}
    assert counts(folder, "outcome")["done", second] == "3"


def test_what_was_not_chosen_by_a_few_is_not_told_either(exported):
    found = [record(n, DONE | {"needs": "water road" if n else "road"}) for n in range(20)]
    folder, _manifest = exported("csv", *found, profile=Profile.AGGREGATE)
    needs = counts(folder, "needs")
    assert needs["water", ""] == "small", "of 20 all but one: that one is told by the rest"
    assert needs["road", "990101100200"] == "20"


def test_reasons_are_counted(exported):
    found = [record(n, DONE | {"rooms": {"missing": "dk"}}) for n in range(6)] + [
        record(n, DONE) for n in range(6, 9)
    ]
    folder, _manifest = exported("dta", *found, profile=Profile.AGGREGATE)
    import pyreadstat

    frame, _meta = pyreadstat.read_dta(folder / "counts.dta", user_missing=True, output_format="dict")
    told = Counter()
    for question, answer, count in zip(frame["question"], frame["answer"], frame["count"], strict=True):
        if question == "rooms":
            told[answer] += 0 if count == "s" else count
    assert told == {"dk": 12, "<0": 6, "none": 0}


def test_the_anonymous_quiz_leaves_as_counts_alone(tmp_path):
    found = [Record(str(n), "quiz", {"q1": "true" if n else "false"}, frozenset(), TODAY) for n in range(20)]
    tables = Tables(FormLibrary(None), found)
    with pytest.raises(FieldkitError) as error:
        export(
            tables, Wanted("quiz", "csv", Profile.DEIDENTIFIED, "en", "x", TODAY), tmp_path / "out", SECRET
        )
    assert error.value.code == "exports.counts-only"
    export(tables, Wanted("quiz", "csv", Profile.AGGREGATE, "en", "x", TODAY), tmp_path / "out", SECRET)
    assert counts(tmp_path / "out", "q1")["false", ""] == "small"
    assert counts(tmp_path / "out", "q1")["true", ""] == "small"


def test_counts_are_no_submissions(exported):
    with pytest.raises(FieldkitError) as error:
        exported(XML, record(1, DONE), profile=Profile.AGGREGATE)
    assert error.value.code == "exports.counts-as-xml"
