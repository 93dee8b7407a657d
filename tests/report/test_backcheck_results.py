"""What back-checks come to: known intervals of the literature, P5's numbers, type 3 apart, nobody by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.report.backcheck_results import Comparison, Figure, Share, results_of


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3 (score without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # domain P5
        (4, 88, 0.018, 0.111),
    ],
)
def test_intervals_of_the_literature(n, of, low, high):
    digits = 4 if of != 88 else 3
    assert tuple(round(each, digits) for each in Share(n, of).interval) == (low, high)


def test_nothing_compared_is_no_rate_and_everything_is_possible():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)


def p5():
    """22 back-checks of five questions: type 1 1/44, type 2 3/44, type 3 6/22."""
    left = {"1": 1, "2": 3, "3": 6}

    def one(question, kind):
        differs = left[kind] > 0
        left[kind] -= differs
        return Comparison(question, kind, differs, "unclear_question" if differs else "")

    asked = (("date", "1"), ("given_by", "1"), ("copy_given", "2"), ("notice_read", "2"), ("sat_all", "3"))
    return [(f"v{number % 12:02d}", [one(*each) for each in asked]) for number in range(22)]


def test_p5():
    found = results_of(p5(), [Figure("slogans", 131, 132)])
    assert found.compared == 110
    assert {kind: (each.n, each.of) for kind, each in found.by_type.items()} == {
        "1": (1, 44), "2": (3, 44), "3": (6, 22),
    }  # fmt: skip
    assert (found.town.n, found.town.of) == (4, 88)
    assert f"{found.town.value:.1%}" == "4.5%"
    assert [f"{each:.1%}" for each in found.town.interval] == ["1.8%", "11.1%"]
    assert f"{found.figures['slogans'].value:.1%}" == "0.8%"
    assert [each.question for each in found.changing] == ["sat_all"]


def test_type_3_is_in_no_rate_of_the_others():
    checks = [("v", [Comparison("a", "1", False), Comparison("b", "3", True, "changed_since")])]
    found = results_of(checks, [])
    assert (found.town.n, found.town.of) == (0, 1)
    assert found.most_faulty is None
    assert found.reasons == {}


def test_the_question_that_differed_most_is_looked_at_first():
    checks = [
        ("v", [Comparison("a", "2", True, "misheard"), Comparison("b", "2", True, "misheard")]),
        ("w", [Comparison("a", "2", False), Comparison("b", "2", True, "orig_error")]),
    ]
    found = results_of(checks, [])
    assert [(each.question, each.differs.n, each.differs.of) for each in found.questions] == [
        ("b", 2, 2),
        ("a", 1, 2),
    ]
    assert found.most_faulty.question == "b"
    assert dict(found.questions[0].reasons) == {"misheard": 1, "orig_error": 1}
    assert dict(found.reasons) == {"misheard": 2, "orig_error": 1}


def test_villages_are_counts_of_comparisons_alone_in_the_order_of_their_codes():
    checks = [("v2", [Comparison("a", "1", True, "x")]), ("v1", [Comparison("a", "1", False)] * 3)]
    assert list(results_of(checks, []).villages.items()) == [("v1", 3), ("v2", 1)]


def test_figures_add_up_by_what_was_counted_and_a_difference_up_does_not_hide_one_down():
    found = results_of([], [Figure("walls", 10, 12), Figure("walls", 10, 8), Figure("chairs", 5, 5)]).figures
    assert {item: (each.n, each.of) for item, each in found.items()} == {"walls": (4, 20), "chairs": (0, 5)}


@given(st.integers(0, 200), st.integers(0, 200))
def test_an_interval_holds_its_share(n, more):
    share = Share(n, n + more)
    low, high = share.interval
    assert 0 <= low <= high <= 1
    assert share.value is None or low - 1e-9 <= share.value <= high + 1e-9
