"""Back-checks, figures counted again and consent against small archives counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.library import FormLibrary
from fieldkit.privacy.withdrawal import withdrawn
from fieldkit.records import Record
from fieldkit.report.facts import gather
from fieldkit.report.indicators import reads
from fieldkit.report.indicators.quality import CONSENTED, back_checks
from fieldkit.report.periods import parse_period
from fieldkit.xforms import Question
from tests.report.tables import A, B, counted, facts, figure, record, tables

LIBRARY = FormLibrary(None)


def read(*records):
    return gather(tables(*records), reads())


def compared(field, kind, match, day="2026-03-26", method="random", village=A):
    reason = "orig_error" if match == "no" else ""
    return {
        "field": field, "item_type": kind, "match": match, "date": day, "method": method, "reason": reason, "village": village,
    }  # fmt: skip


COMPARED = facts(
    item=[
        compared("date", "1", "yes"),
        compared("date", "1", "no", village=B),
        compared("copy_given", "2", "no"),
        compared("copy_given", "2", "no"),
        compared("copy_given", "2", ""),
        compared("sat_all", "3", "no"),
        compared("sat_all", "3", "yes"),
        compared("date", "1", "no", method="issue"),
        compared("date", "1", "no", day="2026-04-01"),
        compared("other", "", "no"),
    ],
    figure=[
        {"date": "2026-03-26", "figure_item": "slogans", "recounted": "131", "reported": "132"},
        {"date": "2026-03-26", "figure_item": "slogans", "recounted": "9", "reported": "4"},
        {"date": "2026-03-31", "figure_item": "desks", "recounted": "10", "reported": "10"},
        {"date": "2026-03-31", "figure_item": "desks", "recounted": "10", "reported": ""},
        {"date": "2026-04-01", "figure_item": "desks", "recounted": "0", "reported": "2"},
    ],
)


def test_types_1_and_2_are_counted_together_and_type_3_apart():
    assert counted(COMPARED, "I-14") == (3, 4)
    assert counted(COMPARED, "I-14.type3") == (1, 2)


def test_by_question_the_same_with_its_interval():
    found = back_checks(COMPARED, parse_period("2026-03"))
    assert (found.town.n, found.town.of) == (3, 4)
    assert [(each.question, each.differs.n, each.differs.of) for each in found.questions] == [
        ("copy_given", 2, 2),
        ("date", 1, 2),
    ]
    assert [each.question for each in found.changing] == ["sat_all"]
    assert found.villages == {A: 5, B: 1}
    assert {item: (each.n, each.of) for item, each in found.figures.items()} == {
        "slogans": (6, 140),
        "desks": (0, 10),
    }


def test_figures_differ_whichever_way_and_what_is_not_there_is_not_compared():
    assert counted(COMPARED, "I-15") == (6, 150)
    nothing = figure(COMPARED, "I-15", "2026-04")
    assert (nothing.n, nothing.of, nothing.share) == (2, 0, None)


# -- consent ----------------------------------------------------------------------------------------------

AGREED = {"outcome": "done", "date": "2026-03-05", "notice_ver": "2026-03", "basic": "yes"}


def visited(**said):
    return record("visit", {name: answer for name, answer in (AGREED | said).items() if answer is not None})


def test_consent_is_complete_with_notice_answer_and_the_paper_where_there_is_one():
    found = read(
        visited(),
        visited(mode="oral_witness"),
        visited(mode="written", paper_ref="AB-0001"),
        visited(mode="written"),
        visited(mode="thumb", paper_ref=""),
        visited(basic=None),
        visited(notice_ver=None),
        visited(basic="no"),
        visited(date="2026-04-01"),
        visited(stats="no", mode="written"),
        visited(outcome="declined", basic=None, notice_ver=None),
        visited(outcome="nobody", basic=None, notice_ver=None),
    )
    assert counted(found, "I-21") == (3, 8)
    assert figure(found, "I-21", "2026-02").share is None


@pytest.mark.parametrize("form", CONSENTED)
def test_every_form_with_a_consent_block_is_counted(form):
    said = AGREED | ({"outcome": "registered"} if form == "scr_participant" else {})
    assert counted(read(record(form, said), record(form, said, conflicts=["paper_ref"])), "I-21") == (2, 2)


def test_these_are_the_forms_with_a_consent_block():
    asking = {
        form.id
        for form in LIBRARY.all_versions()
        if any(item.name == "basic" and item.bind.consent == "basic" for item in form.items.values())
    }
    assert set(CONSENTED) == asking


def restricted(form):
    """Where an answer to each restricted question that is asked in a form stands."""
    for path, item in form.items.items():
        if isinstance(item, Question) and item.bind.calculate is None and item.bind.tier == "R":
            within = [steps for steps in form.repeats if item.steps[: len(steps)] == steps]
            repeat = "/".join(within[-1][1:]) if within else ""
            key = path.removeprefix("/data/")
            yield key.replace(repeat, f"{repeat}/abc", 1) if repeat else key


@pytest.mark.parametrize("form_id", ["household", "migrant", "scr_participant", "visit"])
def test_health_items_are_what_goes_where_the_consent_to_them_is_taken_back(form_id):
    """Of each it is counted that there is an answer, or that answers are in conflict, and none of them is in any row."""
    form, canary = LIBRARY.get(form_id), "只有她知道"
    keys = list(restricted(form))
    base = {"village": A, "date": "2026-03-05", "header/date": "2026-03-05"}
    one = [
        Record(f"one{n}", form_id, base | {key: canary}, frozenset(), date(2026, 3, 6))
        for n, key in enumerate(keys)
    ]
    torn = Record("torn", form_id, base, frozenset(keys), date(2026, 3, 6))
    emptied = Record("emptied", form_id, base | dict.fromkeys(keys, ""), frozenset(), date(2026, 3, 6))
    found = gather(tables(*one, torn, emptied), reads("I-21"))
    assert len(keys) >= 3
    assert counted(found, "I-21.health") == (2 * len(keys), None)
    assert canary not in str(found.tables)
    left = withdrawn(form, base | dict.fromkeys(keys, canary), {"health"}, date(2026, 3, 1)).answers
    assert not set(keys) & set(left)


def test_an_answer_or_a_refusal_to_a_health_item_without_the_consent_is_found():
    found = read(
        visited(health="yes", offer_how="leaflet"),
        visited(health="no", offer_topics="cervical none", offer_how="leaflet"),
        visited(offer_how={"missing": "declined"}),
        visited(health="no", offer_how="leaflet", date="2026-02-28"),
        visited(health="no"),
        record(
            "migrant",
            AGREED | {"health": "no", "liaison": [{"purpose": "vacc_record"}, {"sent_on": "2026-03-05"}]},
            id="away",
        ),
    )
    assert counted(found, "I-21.health") == (4, None)
    assert counted(read(visited(health="yes", offer_how="leaflet")), "I-21.health") == (0, None)
