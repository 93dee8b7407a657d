"""Whatever a laboratory sends in whatever order: at most one row of a number is written, and none where rows disagree."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fieldkit.datatypes.damm import check_digit
from fieldkit.fieldwork.lab_rows import lab_rows
from fieldkit.fieldwork.lab_verdicts import Verdict, judged
from fieldkit.records import Record

ON = date(2026, 3, 12)
PIDS = [f"2603121{n:03}" + check_digit(f"2603121{n:03}") for n in range(1, 5)]
RECORDS = [
    *(
        Record(f"p{n}", "scr_participant", {"pid": pid, "c_cervix": "yes", "c_hpv_sample": "yes"}, frozenset(), ON)
        for n, pid in enumerate(PIDS[:3])
    ),
    Record("c0", "scr_cervix", {"pid": PIDS[0], "exam/sample_kind": "clinician", "lab/hpv": "pending"}, frozenset(), ON),
    Record("c1", "scr_cervix", {"pid": PIDS[1], "exam/sample_kind": "self", "lab/hpv": "neg"}, frozenset(), ON),
    Record("c2", "scr_cervix", {"pid": PIDS[2]}, frozenset(), ON),
]  # fmt: skip
CELLS = st.tuples(
    st.sampled_from([*PIDS, PIDS[0] + "-C", PIDS[0][:-1]]),
    st.sampled_from([("阴性", ""), ("阳性", "16"), ("阳性", ""), ("无效", ""), ("", ""), ("?", "")]),
)


def verdicts(cells, records=RECORDS):
    lines = [["编号", "HPV", "分型"], *([pid, *result] for pid, result in cells)]
    return judged(lab_rows(enumerate(lines, 1)), records, frozenset())


@given(st.lists(CELLS, max_size=8), st.randoms(use_true_random=False))
def test_one_row_of_a_number_at_most_is_written_and_the_order_decides_nothing(cells, chance):
    found = verdicts(cells)
    assert len(found) == len([pid for pid, _result in cells])
    of = {}
    for each in found:
        of.setdefault(each.row.pid, []).append(each)
    for pid, rows in of.items():
        written = [each for each in rows if each.verdict in {Verdict.NEW, Verdict.CHANGES}]
        says = {tuple(sorted(each.row.results.items())) for each in rows}
        assert len(written) <= 1
        assert not written or (len(says) == 1 and not any(each.row.faults for each in rows))
        assert not written or pid in PIDS[:2]
    shuffled = list(cells)
    chance.shuffle(shuffled)
    assert sorted((each.row.pid, each.verdict) for each in verdicts(shuffled)) == sorted(
        (each.row.pid, each.verdict) for each in found
    )


def test_values_in_conflict_are_a_change_that_somebody_must_agree_to():
    torn = Record(
        "c0", "scr_cervix", {"pid": PIDS[0], "exam/sample_kind": "self"}, frozenset({"lab/hpv"}), ON
    )
    [found] = verdicts([(PIDS[0], ("阴性", ""))], [*RECORDS[:3], torn])
    assert found.verdict is Verdict.CHANGES


def test_what_she_would_rather_not_say_is_not_written_over_without_a_yes():
    answers = {"pid": PIDS[0], "exam/sample_kind": "self", "lab/hpv": {"missing": "declined"}}
    declined = Record("c0", "scr_cervix", answers, frozenset(), ON)
    [found] = verdicts([(PIDS[0], ("阴性", ""))], [*RECORDS[:3], declined])
    assert found.verdict is Verdict.CHANGES
