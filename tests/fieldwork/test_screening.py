"""What the records say of a screening day: the same in any order, with whatever is missing, and what does not add up."""

from __future__ import annotations

import random
import time
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.fieldwork.screening import Finding, Kind, screening_day
from fieldkit.records import Record

EVENT, OTHER = "2603052001", "2603052011"
DAY = date(2026, 3, 5)
HERE, THERE = "990101100200", "990101100201"
PIDS = [f"26030510{n:02d}{n % 10}" for n in range(1, 7)]


def record(name, form, answers, *, state="live", conflicts=(), heads=None):
    heads = (f"head of {name}",) if heads is None else heads
    return Record(name, form, answers, frozenset(conflicts), DAY, heads, state)


def came(name, pid, event=EVENT, status="eligible", consents="cervix breast hpv_sample", **more):
    answers = {
        "outcome": "registered", "event": event, "village": HERE, "identity/pid": pid, "identity/born": "1975",
        "private_now": "yes", "health_consent/health": "yes", "before_cervix/eligible_pelvic": "yes",
        "before_cervix/cx_status": status, **{f"consents/c_{each}": "yes" for each in consents.split()},
    } | more  # fmt: skip
    return record(
        name, "scr_participant", {key: answer for key, answer in answers.items() if answer is not None}
    )


def cervix(name, pid, event=EVENT, kind="clinician", void="", **more):
    answers = {
        "pid": pid,
        "event": event,
        "consented": "yes",
        "exam/sample_kind": kind,
        "packing/tube_void": void,
    } | more
    return record(name, "scr_cervix", {key: answer for key, answer in answers.items() if answer})


def breast(name, pid, event=EVENT, **more):
    return record(name, "scr_breast", {"pid": pid, "event": event, "consented": "yes", **more})


def left(name, outcome="declined", village=HERE, on="2026-03-05", state="declined"):
    answers = {"outcome": outcome, "village": village, "header/date": on}
    return record(name, "scr_participant", answers, state=state, heads=() if state == "declined" else None)


def held(name="e", event=EVENT, village=HERE, villages="", **typed):
    answers = {
        "event_id": event,
        "date": "2026-03-05",
        "village": village,
        "villages": villages,
        "closing": "no",
    }
    return record(name, "scr_event", answers | {f"close/{key}": value for key, value in typed.items()})


def found(*records, typed=None):
    return screening_day(EVENT, records).findings(typed)


def test_figures_of_a_small_day():
    day = screening_day(
        EVENT,
        [
            held(), came("a", PIDS[0]), came("b", PIDS[1]), came("c", PIDS[2], status="deferred"),
            came("d", PIDS[3], status="ineligible", consents="cervix"), left("x"), left("y", "left", state="live"),
            left("z", "postponed", state="live"), cervix("ca", PIDS[0]), cervix("cb", PIDS[1], void="spilt"),
            breast("ba", PIDS[0]), breast("bc", PIDS[2]),
        ],
    )  # fmt: skip
    assert asdict(day.counts) == {
        "arrived": 7, "registered": 4, "left": 3, "eligible": 2, "deferred": 1, "ineligible": 1, "sampled": 2,
        "void": 1, "sent": 1, "breast": 2,
    }  # fmt: skip
    assert day.findings() == []
    assert [each.pid for each in day.waiting("breast")] == [PIDS[1]]
    assert day.waiting("cervix") == []
    assert (day.women[PIDS[0]].cervix, day.women[PIDS[0]].breast, day.women[PIDS[0]].born) == (
        "ca",
        "ba",
        "1975",
    )


RECORDS = st.lists(
    st.one_of(
        st.builds(
            came,
            st.sampled_from("abcdef"),
            st.sampled_from([*PIDS, ""]),
            st.sampled_from([EVENT, OTHER]),
            st.sampled_from(["eligible", "deferred", "ineligible", ""]),
            st.sampled_from(["cervix breast", "breast", ""]),
        ),
        st.builds(
            cervix,
            st.sampled_from("ghij"),
            st.sampled_from(PIDS),
            st.sampled_from([EVENT, OTHER, ""]),
            st.sampled_from(["clinician", "self", ""]),
            st.sampled_from(["spilt", "no", ""]),
        ),
        st.builds(
            breast, st.sampled_from("klmn"), st.sampled_from(PIDS), st.sampled_from([EVENT, OTHER, ""])
        ),
        st.builds(
            left,
            st.sampled_from("opq"),
            st.sampled_from(["declined", "left"]),
            st.sampled_from([HERE, THERE]),
        ),
        st.builds(
            held, st.sampled_from("rs"), st.sampled_from([EVENT, OTHER]), st.sampled_from([HERE, THERE])
        ),
    ),
    max_size=14,
    unique_by=lambda each: each.id,
)


@given(RECORDS, st.randoms())
def test_any_order_and_any_earlier_reading_give_the_same_day(records, source):
    day, seen = screening_day(EVENT, records), {}
    screening_day(EVENT, records[::2], seen)
    shuffled = source.sample(records, len(records))
    again = screening_day(EVENT, shuffled, seen)
    assert again == day
    assert again.findings() == day.findings()
    counts = day.counts
    assert counts.arrived == counts.registered + counts.left
    assert counts.sent == counts.sampled - counts.void
    waiting = sum(each.kind == Kind.NO_STATUS for each in day.findings())
    assert waiting or counts.registered == counts.eligible + counts.deferred + counts.ineligible
    assert screening_day(OTHER, records) == screening_day(OTHER, shuffled)


@given(RECORDS)
def test_no_record_counts_for_two_events_and_other_forms_count_for_none(records):
    here, there = (screening_day(each, records) for each in (EVENT, OTHER))
    registered = [each for each in records if each.form == "scr_participant" and each.text("event")]
    assert here.counts.registered + there.counts.registered == len(registered)
    assert screening_day(EVENT, [*records, record("v", "visit", {"date": "2026-03-05"})]) == here


def test_what_is_registered_elsewhere_is_counted_and_named_but_waits_for_nothing():
    day = screening_day(EVENT, [cervix("c", PIDS[0]), breast("b", PIDS[1], event="")])
    assert (day.counts.registered, day.counts.sampled, day.counts.breast) == (0, 1, 1)
    assert day.findings() == [Finding(Kind.NOT_REGISTERED, (PIDS[0], PIDS[1]))]
    assert (day.waiting("cervix"), day.waiting("breast")) == ([], [])
    assert (
        found(came("a", PIDS[0]), came("b", PIDS[1]), cervix("c", PIDS[0]), breast("d", PIDS[1], event=""))
        == []
    )


def test_the_registration_says_which_event_an_examination_is_of():
    records = [came("a", PIDS[0], OTHER), cervix("c", PIDS[0], EVENT)]
    assert screening_day(EVENT, records).counts.sampled == 0
    assert screening_day(OTHER, records).counts.sampled == 1


@pytest.mark.parametrize(
    ("records", "finding"),
    [
        ([came("a", PIDS[0]), came("b", PIDS[0])], Finding(Kind.NUMBER_TWICE, (PIDS[0],))),
        ([came("a", "")], Finding(Kind.NO_NUMBER, counted=1)),
        ([came("a", PIDS[0], consents="breast"), cervix("c", PIDS[0])], Finding(Kind.NO_CONSENT, (PIDS[0],))),
        ([came("a", PIDS[0], consents="cervix"), breast("c", PIDS[0])], Finding(Kind.NO_CONSENT, (PIDS[0],))),
        ([came("a", PIDS[0], status="deferred"), cervix("c", PIDS[0])], Finding(Kind.NOT_ELIGIBLE, (PIDS[0],))),
        ([came("a", PIDS[0]), breast("c", PIDS[0]), breast("d", PIDS[0])], Finding(Kind.EXAMINED_TWICE, (PIDS[0],))),
        (
            [came("a", PIDS[0]), cervix("c", PIDS[0], kind="", void="other")],
            Finding(Kind.VOID_WITHOUT_SAMPLE, (PIDS[0],)),
        ),
        (
            [came("a", PIDS[0], status="", private_now=None, **{"health_consent/health": None})],
            Finding(Kind.NO_STATUS, (PIDS[0],)),
        ),
    ],
    ids=lambda each: each.kind if isinstance(each, Finding) else "",
)  # fmt: skip
def test_what_does_not_add_up_names_the_number(records, finding):
    assert found(*records) == [finding]


def test_two_who_corrected_a_record_apart_must_decide_first():
    both = came("a", PIDS[0])
    torn = Record(both.id, both.form, both.answers, frozenset({"consents/c_breast"}), DAY, ("1", "2"))
    assert found(torn) == [Finding(Kind.IN_CONFLICT, (PIDS[0],))]
    own = Record(both.id, both.form, both.answers, frozenset({"meta/instanceID"}), DAY, ("1", "2"))
    assert found(own) == []


@pytest.mark.parametrize(
    "said",
    [
        {"private_now": "no"},
        {"private_now": {"missing": "declined"}},
        {"health_consent/health": "no"},
        {"health_consent/health": {"missing": "pns"}},
        {"before_cervix/eligible_pelvic": {"missing": "pns"}},
        {"before_cervix/eligible_pelvic": "prefer_not_exam"},
    ],
)
def test_a_refusal_is_an_answer_and_counts_as_eligible(said):
    status = "eligible" if "prefer_not_exam" in said.values() else ""
    records = [came("a", PIDS[0], status=status, **said)]
    day = screening_day(EVENT, records)
    assert (day.findings(), day.counts.eligible) == ([], 1)
    assert len(day.waiting("cervix")) == (0 if status else 1)
    assert screening_day(EVENT, [came("a", PIDS[0], status="", consents="breast")]).counts.eligible == 1


def test_who_says_no_at_the_station_was_not_examined_and_is_not_waited_for():
    refused = cervix("c", PIDS[0], kind="", consented="no", consent_here="no")
    day = screening_day(EVENT, [came("a", PIDS[0]), refused])
    assert (day.women[PIDS[0]].cervix, day.waiting("cervix"), day.findings()) == ("", [], [])
    agreed = breast("b", PIDS[0], consent_here="yes")
    assert found(came("a", PIDS[0], consents="cervix"), agreed) == [], "what she said last holds"


def test_declines_are_of_the_event_that_invited_their_village_that_day():
    two = [held("e", villages=HERE), held("f", OTHER, THERE)]
    declines = [
        left("x"),
        left("y", village=THERE),
        left("z", village="990101100209"),
        left("w", on="2026-03-06"),
    ]
    assert screening_day(EVENT, [*two, *declines]).left == 2
    assert screening_day(OTHER, [*two, *declines]).left == 2
    assert screening_day(EVENT, declines).left == 3, "with no event known, all of that day"


def test_who_left_at_other_laptops_is_counted_as_their_sticks_tell():
    told = {
        (HERE, "2026-03-05"): 2,
        (THERE, "2026-03-05"): 3,
        ("990101100209", "2026-03-05"): 1,
        (HERE, "2026-03-06"): 9,
    }

    def elsewhere(village, on):
        return sum(count for place, count in told.items() if place[1] == on and village in {"", place[0]})

    def left_at(event, *held):
        return screening_day(event, [*held, left("x")], None, elsewhere).counts.left

    two = [held("e", villages=HERE), held("f", OTHER, THERE)]
    assert left_at(EVENT, two[0]) == left_at(EVENT) == 1 + 6
    assert left_at(EVENT, *two) == 1 + 3, "without those of the village that the other event invited"
    assert left_at(OTHER, *two) == 4


def test_nothing_is_counted_of_what_is_withdrawn():
    gone = record("a", "scr_participant", dict(came("a", PIDS[0]).answers), state="withdrawn")
    assert screening_day(EVENT, [gone]).counts.registered == 0


def test_typed_figures_are_held_against_the_records_and_against_one_another():
    records = [
        came("a", PIDS[0]),
        came("c", PIDS[2]),
        came("d", PIDS[3], status="deferred"),
        cervix("x", PIDS[0]),
    ]
    right = {"arrived": 3, "left": 0, "registered": 3, "eligible": 2, "deferred": 1, "ineligible": 0}
    assert found(*records, typed=right | {"sampled": 1, "void": 0, "sent": 1, "breast": 0}) == []
    [finding] = found(*records, typed={"sampled": 2})
    assert finding == Finding(Kind.FIGURE, (PIDS[2],), "sampled", 1, 2)
    kinds = [each.kind for each in found(*records, typed=right | {"registered": 4})]
    assert kinds == [Kind.ARRIVED, Kind.REGISTERED, Kind.FIGURE]
    [gap] = [each for each in found(*records, typed={"registered": 4}) if each.kind == Kind.FIGURE]
    assert [each[:10] for each in gap.pids] == [PIDS[1][:10]], "the number that no record has"
    assert [each.kind for each in found(typed={"sampled": 0, "void": 0, "sent": 1})] == [
        Kind.SENT,
        Kind.FIGURE,
    ]


def test_the_ledger_is_of_registrations_and_examinations_alone():
    records = [came("a", PIDS[0]), cervix("c", PIDS[0])]
    ledger = screening_day(EVENT, records).ledger
    assert ledger == screening_day(EVENT, [held(), left("x"), *reversed(records)]).ledger
    changed = Record("c", "scr_cervix", records[1].answers, frozenset(), DAY, ("another head",))
    assert ledger != screening_day(EVENT, [records[0], changed]).ledger
    assert ledger != screening_day(EVENT, records[:1]).ledger


class Counted(dict):
    """Answers that count how often they are looked at."""

    looked = 0

    def items(self):
        Counted.looked += 1
        return super().items()


def test_ten_thousand_participants_are_read_once_and_then_only_what_is_new():
    Counted.looked = 0
    records = []
    for n in range(10_000):
        day = f"2603{n // 1000 + 1:02d}"
        one = came(f"r{n}", f"{day}1{n % 1000:03d}0", f"{day}2001")
        records.append(Record(one.id, one.form, Counted(one.answers), frozenset(), DAY, one.heads))
    random.Random(1).shuffle(records)
    records.append(record("v", "visit", Counted(date="2026-03-05")))
    seen = {}
    assert screening_day("2603012001", records, seen).counts.registered == 1000
    assert Counted.looked == 10_000
    new = came("new", "26030110001", "2603012001")
    records.append(new)
    begun = time.process_time()
    assert screening_day("2603012001", records, seen).counts.registered == 1001
    assert Counted.looked == 10_000
    assert time.process_time() - begun < 0.5
