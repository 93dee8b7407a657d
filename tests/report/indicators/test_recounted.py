"""I-01 to I-11 over records that nobody thought up, counted here and again in plain Python."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.report.facts import gather
from fieldkit.report.figures import TOWN, Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.report.periods import parse_period
from tests.report.recount_indicators import recount
from tests.report.tables import PLACES, A, B, C, record, tables

EXAMPLES = int(os.environ.get("FIELDKIT_RECOUNTS", "100"))
OURS = [name for name, each in MEASURES.items() if "I-01" <= each.indicator <= "I-11"]
WANTED = reads(*OURS)
DAYS = (
    "2021-03-31", "2021-04-01", "2023-03-31", "2023-04-01", "2024-02-29", "2026-02-01", "2026-02-28", "2026-03-01",
    "2026-03-15", "2026-03-31", "2026-04-01", "2026-04-30",
)  # fmt: skip
TORN = "torn"
MISSING = tuple({"missing": why} for why in ("dk", "pns", "declined", "na"))
NUMBERS, PIDS, ROWS = ("1", "2", "3"), ("11", "12", "13"), ("a", "b")


def said(*codes):
    """Draws one of these, mostly; or why there is none, nothing at all, or answers in conflict."""
    several = (*codes * (-(-48 // len(codes))), *MISSING, None, TORN)
    return lambda source: source.choice(several)


def one_of(*codes):
    return lambda source: source.choice(codes)


def row(source, fields):
    drawn = {name: draw(source) for name, draw in fields.items()}
    return {name: each for name, each in drawn.items() if each not in (None, TORN)}


def made(form, fields, repeat="", least=0, most=0, inner=None):
    """Draws a record of a form, and between `least` and `most` rows of a repeat of it."""

    def draw(source):
        answers = {name: each(source) for name, each in fields.items()}
        torn = [name for name, each in answers.items() if each == TORN]
        known = {name: each for name, each in answers.items() if each not in (None, TORN)}
        if repeat:
            known[repeat] = [row(source, inner) for _number in range(source.randint(least, most))]
        return record(form, known, conflicts=torn)

    return draw


VILLAGES = (A, B, C)
CONSENT = {
    "stats": one_of(*("yes",) * 12, *(None,) * 4, "no", TORN),
    "withdrawn_scope": one_of(*(None,) * 20, "contact", "stats", "contact basic"),
}
LATELY = said(*DAYS[-6:])
EVER = said(*DAYS, *DAYS[-6:])
SINCE_WINTER = said(*DAYS[5:])
BORN = said(*("1980", "1981", "1985", "1970") * 2, "1961", "1962", "1991", "1992")
STAYS = said(*("home_ge6m",) * 4, "out_lt6m", "out_ge6m", "student", "service", "unknown")


def household(number):
    """A household with two members; `a` and `b` with its number are the ids of their rows."""

    def draw(source):
        people = [
            row(source, {"sex": said("1", *"222222"), "birth_year": BORN, "stay": STAYS})
            | {"#": f"{letter}{number}"}
            for letter in ROWS
        ]
        fields = {
            "village": one_of(VILLAGES[int(number) - 1]), "hh_id": said(number, number), "date": LATELY,
            "presence": said(*("home",) * 4, "part_out", "all_out", "vacant", "gone"),
        }  # fmt: skip
        answers = {name: each(source) for name, each in (fields | CONSENT).items()}
        torn = [name for name, each in answers.items() if each == TORN]
        known = {name: each for name, each in answers.items() if each not in (None, TORN)}
        return record("household", known | {"members": people}, conflicts=torn)

    return draw


VISIT = made("visit", {
    "village": one_of(*VILLAGES), "hh_id": said(*NUMBERS), "date": LATELY,
    "outcome": said("done", "part", "nobody", "declined", "declined"), **CONSENT,
})  # fmt: skip
DECLINED = made("visit", {"village": one_of(*VILLAGES), "date": LATELY, "outcome": one_of("declined")})
QUIZ = made("quiz", {
    "event": said("e1", "e2"), "pair_key": said("dy37", "ab12"), "phase": said("before", "after"),
    "date": said("2026-03-01", "2026-03-31", "2026-04-01"), "aware": said("0", "1"), "partly": said("0", "1"),
    "q4": said("true", "false"), "q9": said("true", "false"),
})  # fmt: skip
PARTICIPANT = made("scr_participant", {
    "village": one_of(*VILLAGES), "pid": said(*PIDS), "outcome": said(*("registered",) * 3, "declined", "left", "postponed"),
    "person": said("other_adult", "a1", "b1", "a2", "b2", "a3", "nobody"), "born": BORN, "date": EVER, **CONSENT,
})  # fmt: skip
REFUSAL = made("scr_participant", {
    "village": one_of(*VILLAGES), "date": LATELY, "outcome": said("declined", "left", "postponed"),
})  # fmt: skip
CERVIX = made("scr_cervix", {
    "village": one_of(*VILLAGES), "pid": said(*PIDS), "date": EVER, "sample_kind": said("clinician", "self"),
    "hpv": said("pending", *("neg", "pos") * 2, "invalid", "not_done"), "tct_adequacy": said("sat", "sat", "unsat"),
    "tct": said("pending", "NILM", "ASCUS", "HSIL", "OTHER"), "via": said("neg", "pos", "suspect_ca", *("not_done",) * 3),
    "path": said("HSIL_CIN2", "AIS", "INV_SCC", "LSIL_CIN1"), "colpo_date": EVER,
})  # fmt: skip
BREAST = made("scr_breast", {
    "village": one_of(*VILLAGES), "pid": said(*PIDS), "date": EVER, "cbe": said("normal", "suspect", "not_done", "not_done"),
    "bus_l": said("0", "2", "4A", "not_done", "not_done"), "bus_r": said("1", "not_done"), "tnm": said("0", "I", "II"),
})  # fmt: skip
FOLLOW = made("scr_follow", {
    "village": one_of(*VILLAGES), "pid": said(*PIDS), "date": SINCE_WINTER, "due": said(*DAYS[5:], None, None),
    "reason": said("result_neg", "repeat", "colpo", "mmg", "histology", "treatment", "rebook"), "suspected": said("yes", "no"),
    "due_days": said("7", "60"), "told": said("in_person"), "closed_on": SINCE_WINTER,
    "final": said("completed_here", "declined", "moved", "unreachable_3", "open"),
}, "attempt", 0, 2, {"att_date": SINCE_WINTER, "att_result": said("reached", "no_answer")})  # fmt: skip
EVENT = made("edu_event", {
    "village": one_of(*VILLAGES), "date": LATELY, "kind": said("class", "lecture"), "attend_n": said("0", "7", "48"),
}, "groups", 0, 2, {"group": said("newlywed", "mobile_newlywed", "men"), "group_n": said("1", "30")})  # fmt: skip
SAME = made("same_person", {
    "hh_id": said("1"), "person": said("a1", "b1"), "hh_other": said("2"), "person_other": said("a2", "b2"),
    "decision": said("same", "same", "different", "unsure"), "kept": said("first", "second"),
})  # fmt: skip
TOWN_OF = (
    *((household(number), 1, 1) for number in NUMBERS),
    (household("1"), 0, 1), (SAME, 0, 1), (VISIT, 0, 4), (DECLINED, 0, 2), (QUIZ, 0, 6), (PARTICIPANT, 2, 4), (REFUSAL, 0, 2),
    (CERVIX, 2, 5), (BREAST, 0, 3), (FOLLOW, 0, 5), (EVENT, 0, 3),
)  # fmt: skip
"""What a town consists of: how many of each, at least and at most."""


def town(source):
    """A small town: households, women of them and others who were screened, and whatever else there is."""
    return [draw(source) for draw, least, most in TOWN_OF for _number in range(source.randint(least, most))]


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.randoms(use_true_random=True),
    st.sampled_from(("2026-03", "2026-Q1", "2024-02", "2026-04-01..2026-04-01")),
)
def test_plain_python_counts_the_same(source, period):
    records = town(source)
    whole = parse_period(period)
    figures = Figures(gather(tables(*records), WANTED), MADE, PLACES)
    found = {
        name: {code: (each.n, each.of) for code, each in figures.of(MEASURES[name], whole).items()}
        for name in OURS
    }
    expected = recount(records, whole.first, whole.last, [A, B, C])
    for name in OURS:
        assert found[name] == expected[name], name
        if MEASURES[name].denominator is not None and name not in {"I-06", "I-11.newlyweds"}:
            assert all(n <= of for n, of in found[name].values()), name
        assert figures.behind(MEASURES[name].numerator, whole) == sorted(
            set().union(*(figures.behind(MEASURES[name].numerator, whole, code) for code in (A, B, C, TOWN)))
        )
