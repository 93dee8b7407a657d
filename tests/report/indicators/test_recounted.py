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

EXAMPLES = int(os.environ.get("FIELDKIT_RECOUNTS", "40"))
OURS = [name for name, each in MEASURES.items() if "I-01" <= each.indicator <= "I-11"]
WANTED = reads(*OURS)
DAYS = (
    "2021-03-31", "2021-04-01", "2023-03-31", "2023-04-01", "2024-02-29", "2026-02-01", "2026-02-28", "2026-03-01",
    "2026-03-15", "2026-03-31", "2026-04-01", "2026-04-30",
)  # fmt: skip
TORN = "torn"
MISSING = tuple({"missing": why} for why in ("dk", "pns", "declined", "na"))
NUMBERS, PIDS, ROWS = ("1", "2", "3"), ("11", "12", "13", "14"), ("a", "b")


def said(*codes):
    """One of these, mostly; or why there is none, nothing at all, or answers in conflict."""
    return st.sampled_from((*codes * (-(-48 // len(codes))), *MISSING, None, TORN))


def made(form, fixed, **repeats):
    """Records of a form. repeats: name → a strategy for its rows."""
    fields = {
        name: st.sampled_from(each) if isinstance(each, tuple) else each for name, each in fixed.items()
    }

    def build(answers, rows):
        torn = [name for name, each in answers.items() if each == TORN]
        known = {name: each for name, each in answers.items() if each not in (None, TORN)}
        return record(form, known | rows, conflicts=torn)

    return st.builds(build, st.fixed_dictionaries(fields), st.fixed_dictionaries(repeats))


def rows(least, most, **fields):
    def kept(row):
        return {name: each for name, each in row.items() if each not in (None, TORN)}

    return st.lists(st.fixed_dictionaries(fields).map(kept), min_size=least, max_size=most)


VILLAGES = (A, B, C)
CONSENT = {
    "stats": st.sampled_from(("yes",) * 6 + ("no", None, TORN)),
    "withdrawn_scope": st.sampled_from((None,) * 8 + ("contact", "stats", "contact basic")),
}
YEARS = said("1961", "1962", "1980", "1981", "1985", "1991", "1992")
STAYS = said("home_ge6m", "home_ge6m", "out_lt6m", "out_ge6m", "student", "service", "unknown")


def household(number):
    members = st.tuples(*(
        st.fixed_dictionaries({
            "#": st.just(f"{row}{number}"), "sex": said("1", "2", "2", "2"), "birth_year": YEARS, "stay": STAYS,
        }).map(lambda row: {name: each for name, each in row.items() if each not in (None, TORN)})
        for row in ROWS
    )).map(list)  # fmt: skip
    fixed = {
        "village": (VILLAGES[int(number) - 1],), "hh_id": said(number, number, number), "date": said(*DAYS[-6:]),
        "presence": said("home", "part_out", "all_out", "vacant", "gone"),
    }  # fmt: skip
    return made("household", fixed | CONSENT, members=members)


_MADE = (
    made("visit", {"village": VILLAGES, "hh_id": said(*NUMBERS), "date": said(*DAYS[-6:]),
                   "outcome": said("done", "part", "nobody", "declined", "declined")} | CONSENT),
    made("quiz", {"event": said("e1", "e2"), "pair_key": said("dy37", "ab12"), "phase": said("before", "after"),
                  "date": said("2026-03-01", "2026-03-31", "2026-04-01"), "aware": said("0", "1"), "partly": said("0", "1"),
                  "q4": said("true", "false"), "q9": said("true", "false")}),
    made("scr_participant", {"village": VILLAGES, "pid": said(*PIDS), "outcome": said("registered", "registered", "declined", "left", "postponed"),
                             "person": said("other_adult", "a1", "b1", "a2", "b2", "a3"), "born": YEARS, "date": said(*DAYS)} | CONSENT),
    made("scr_cervix", {"village": VILLAGES, "pid": said(*PIDS), "date": said(*DAYS), "sample_kind": said("clinician", "self"),
                        "hpv": said("pending", "neg", "pos", "invalid", "not_done"), "tct_adequacy": said("sat", "sat", "unsat"),
                        "tct": said("pending", "NILM", "ASCUS", "HSIL", "OTHER"), "via": said("neg", "pos", "suspect_ca", "not_done"),
                        "path": said("HSIL_CIN2", "AIS", "INV_SCC", "LSIL_CIN1"), "colpo_date": said(*DAYS)}),
    made("scr_breast", {"village": VILLAGES, "pid": said(*PIDS), "date": said(*DAYS), "cbe": said("normal", "suspect", "not_done"),
                        "bus_l": said("0", "2", "4A", "not_done"), "bus_r": said("1", "not_done"), "tnm": said("0", "I", "II")}),
    made("scr_follow", {"village": VILLAGES, "pid": said(*PIDS), "date": said(*DAYS[5:]), "due": said(*DAYS[5:]),
                        "reason": said("result_neg", "repeat", "colpo", "mmg", "histology", "treatment", "rebook"),
                        "suspected": said("yes", "no"), "due_days": said("7", "60"), "told": said("in_person"), "closed_on": said(*DAYS[5:]),
                        "final": said("completed_here", "declined", "moved", "unreachable_3", "open")},
         attempt=rows(0, 2, att_date=said(*DAYS[5:]), att_result=said("reached", "no_answer"))),
    made("edu_event", {"village": VILLAGES, "date": said(*DAYS[-5:]), "kind": said("class", "lecture"), "attend_n": said("0", "7", "48")},
         groups=rows(0, 2, group=said("newlywed", "mobile_newlywed", "men"), group_n=said("1", "30"))),
)  # fmt: skip
FORMS = dict(
    zip(
        ("visit", "quiz", "scr_participant", "scr_cervix", "scr_breast", "scr_follow", "edu_event"),
        _MADE,
        strict=True,
    )
)
SAME = made(
    "same_person",
    {
        "hh_id": said("1"), "person": said("a1", "b1"), "hh_other": said("2"), "person_other": said("a2", "b2"),
        "decision": said("same", "same", "different", "unsure"), "kept": said("first", "second"),
    },
)  # fmt: skip


def some(form, least, most):
    return st.lists(FORMS[form], min_size=least, max_size=most)


@st.composite
def archives(draw):
    """A small town: households, women of them and others who were screened, and whatever else there is."""
    found = [draw(household(number)) for number in NUMBERS]
    for form, least, most in (
        ("scr_participant", 2, 4), ("scr_cervix", 1, 4), ("scr_breast", 0, 2), ("scr_follow", 0, 4), ("visit", 0, 4), ("quiz", 0, 5),
        ("edu_event", 0, 2),
    ):  # fmt: skip
        found += draw(some(form, least, most))
    return found + draw(st.lists(household("1"), max_size=1)) + draw(st.lists(SAME, max_size=1))


@settings(max_examples=EXAMPLES, deadline=None)
@given(archives(), st.sampled_from(("2026-03", "2026-Q1", "2024-02", "2026-04-01..2026-04-01")))
def test_plain_python_counts_the_same(records, period):
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
