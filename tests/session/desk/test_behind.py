"""The records behind a figure: for whom, of which village, and that every one about health that is listed is written down."""

from __future__ import annotations

import json

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Act, Role, acts_of
from fieldkit.report.indicators import INDICATORS, MEASURES
from fieldkit.report.periods import parse_period
from fieldkit.session.desk.desk import Desk

MARCH = parse_period("2026-03")
QUARTER = parse_period("2026-Q1")
VILLAGE = "990101100200"
RESTRICTED = [each.id for each in MEASURES.values() if INDICATORS[each.indicator].tier == "R"]


@pytest.fixture
def desk_of(demo, now):
    """Opens the desk of a role at the demonstration's office."""
    opened = []

    def desk(role):
        if not opened:
            with Desk.open(demo.office, now=lambda: now) as keeper:
                for each in Role:
                    add_desk(keeper.office, each.value, [each], None, by="office")
        opened.append(Desk.open(demo.office, role.value, now=lambda: now))
        return opened[-1]

    yield desk
    for each in opened:
        each.close()


def test_the_records_are_those_that_were_counted_of_the_village_and_of_the_whole(desk_of):
    desk = desk_of(Role.READER)
    declined = desk.behind.records("I-02.declined", MARCH)
    every = desk.behind.records("I-02.declined", MARCH, whole=True)
    assert (len(declined), len(every)) == (11, 237)
    assert [each.record for each in declined] == sorted(each.record for each in declined)
    assert {each.record for each in declined} < {each.record for each in every}
    here = desk.behind.records("I-02.declined", MARCH, "990101100001", whole=True)
    assert len(here) == 33
    views = [desk.office.view(each.record) for each in here]
    assert all("990101100001" in view.fields.values() for view in views)
    assert desk.behind.records("I-02.done", parse_period("2020")) == []
    assert looks_of(desk) == [], "nothing of health was listed"


def test_a_title_names_nobody(desk_of):
    desk = desk_of(Role.READER)
    found = desk.behind.records("I-01", MARCH, "990101100201", whole=True)
    named = {
        answer
        for each in found
        for path, answer in desk.office.view(each.record).fields.items()
        if path.endswith(("name", "alias")) and isinstance(answer, str) and answer
    }
    assert named
    assert not any(name in each.title for each in found for name in named)


@pytest.mark.parametrize("role", Role)
def test_what_is_about_health_is_listed_for_who_may_see_it_and_every_record_is_written_down(desk_of, role):
    desk = desk_of(role)
    measure = "I-10"
    assert measure in RESTRICTED
    if Act.RESTRICTED not in acts_of([role]):
        with pytest.raises(FieldkitError, match=r"role\.may-not"):
            desk.behind.records(measure, QUARTER, whole=True)
        assert looks_of(desk) == []
        return
    found = desk.behind.records(measure, QUARTER, whole=True)
    assert found
    noted = looks_of(desk)
    assert [each["record"] for each in noted] == [each.record for each in found]
    assert {(each["by"], each["tiers"], each["why"]) for each in noted} == {(role.value, "R", "indicator")}
    assert {each["form"] for each in noted} == {"scr_follow"}
    (latest, *_rest) = desk.looks.latest()
    assert latest.why == "an indicator"


def looks_of(desk):
    from fieldkit.office.looks import looks

    return [
        json.loads(json.dumps(dict(each.facts)))
        for each in looks(desk.office)
        if each.facts["why"] == "indicator"
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("I-99", MARCH), "report.measure"), (("I-11", MARCH, "990101100999"), "report.village"),
        (("I-12", MARCH, VILLAGE), "report.of-the-township"),
    ],
)  # fmt: skip
def test_what_cannot_be_listed_is_refused_in_words(desk_of, words, code):
    with pytest.raises(FieldkitError) as refused:
        desk_of(Role.READER).behind.records(*words)
    assert refused.value.code == code


def test_what_is_no_share_has_no_whole(desk_of):
    with pytest.raises(FieldkitError, match=r"report\.no-whole"):
        desk_of(Role.READER).behind.records("I-11", MARCH, whole=True)


def test_no_indicator_that_reads_what_is_restricted_claims_to_be_less():
    """Who may see its records depends on it."""
    from fieldkit.library import FormLibrary
    from fieldkit.report.indicators import reads
    from fieldkit.xforms import Question

    order = "PNCR"
    tiers = {}
    for form in FormLibrary(None).all_versions():
        for item in form.items.values():
            if isinstance(item, Question) and item.bind.tier in order:
                for table in [form.id, *(each[-1] for each in form.repeats)]:
                    key = table, item.name
                    tiers[key] = max(tiers.get(key, "P"), item.bind.tier, key=order.index)
    for indicator in INDICATORS.values():
        read = {(table, name) for table, names in reads(indicator.id).items() for name in names}
        highest = max((tiers.get(each, "P") for each in read), key=order.index)
        assert highest in "PN" or order.index(indicator.tier) >= order.index(highest), (indicator.id, highest)
