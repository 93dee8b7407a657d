"""Reading and writing expressions: what is written reads back the same; nothing but XPathError ever comes out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.xforms.xpath import XPathError, ast, compile_expression, parse
from fieldkit.xforms.xpath.parser import AXES

NAMES = st.sampled_from(["a", "b-c", "d.e", "_x", "村", "and", "or", "div", "mod", "text", "item", "if"])
PREFIXES = st.sampled_from(["", "", "", "orx", "jr"])
TEXTS = st.text(alphabet=st.characters(blacklist_characters="'\"", blacklist_categories=["Cs"]), max_size=6)
NUMBERS = st.one_of(
    st.integers(0, 10**12).map(float),
    st.floats(0, 1e15, allow_nan=False, allow_infinity=False, allow_subnormal=False),
)
OPERATORS = st.sampled_from(["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|"])
FUNCTIONS = st.sampled_from(["concat", "if", "jr:choice-name", "count-selected", "position", "instance"])


def steps(inside):
    name_tests = st.builds(ast.NameTest, PREFIXES, NAMES | st.just("*"))
    kind_tests = st.one_of(
        st.builds(ast.KindTest, st.sampled_from(["node", "text", "comment"])),
        st.builds(ast.KindTest, st.just("processing-instruction"), TEXTS),
    )
    predicates = st.lists(inside, max_size=2).map(tuple)
    return st.builds(ast.Step, st.sampled_from(sorted(AXES)), name_tests | kind_tests, predicates)


def grown(inside):
    calls = st.builds(ast.Call, FUNCTIONS, st.lists(inside, max_size=3).map(tuple))
    filters = st.builds(ast.Filter, inside, st.lists(inside, min_size=1, max_size=2).map(tuple))
    path = st.lists(steps(inside), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ast.Unary, inside),
        st.builds(ast.Binary, OPERATORS, inside, inside),
        calls,
        filters,
        st.builds(lambda steps, absolute: ast.Path(None, absolute, steps), path, st.booleans()),
        st.builds(lambda start, steps: ast.Path(start, absolute=False, steps=steps), calls | filters, path),
    )


EXPRESSIONS = st.recursive(
    st.one_of(st.builds(ast.Literal, TEXTS), st.builds(ast.Number, NUMBERS), st.just(ast.Path(None, absolute=True, steps=()))),
    grown,
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS)
def test_what_is_written_reads_back_the_same(expression):
    assert parse(str(expression)) == expression


WORDS = st.sampled_from(
    ["/data/a", "..", ".", "*", "//", "@id", "[", "]", "(", ")", ",", "'x'", '"', "1", "1.5", ".5", "and", "or", "div",
     "mod", "=", "!=", "<", "+", "-", "|", "::", "child", "text()", "count(", "$v", "村", " ", "\n", "#", "&", "1div2"]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(WORDS, max_size=14).map("".join) | st.text(max_size=30))
def test_any_text_is_read_or_refused_in_words(source):
    try:
        expression = parse(source)
    except XPathError as error:
        assert error.reason
        assert error.token in source or error.token == ""
        assert error.offset is None or 0 <= error.offset <= len(source)
        return
    assert parse(str(expression)) == expression


@pytest.mark.parametrize(
    "source",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "-" * 10_000 + "1",
        "[".join(["a"] * 10_000) + "]" * 9_999,
        "not(" * 10_000 + "1" + ")" * 10_000,
        "if(1, " * 5_000 + "1",
        "a/" * 10_000 + "a",
        " or ".join(["/data/a = 1"] * 10_000),
        "1" + " + 1" * 10_000,
        "1" + " = (1" * 5_000 + ")" * 5_000,
        " | ".join(["/a"] * 10_000),
        "'" + "x" * 1_000_000 + "'",
        "a" * 1_000_000,
        "9" * 100_000,
    ],
    ids=lambda source: f"{source[:12]}… {len(source)}",
)
def test_however_deep_or_long_it_ends_in_a_value_or_in_words(source):
    try:
        compile_expression(source)
    except XPathError as error:
        assert len(str(error.reason)) < 500
