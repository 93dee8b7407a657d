"""XPath 1.0 and the ODK functions, from their specifications."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.xforms.instance import parse_xml
from fieldkit.xforms.xpath import Scope, XPathError, compile_expression, evaluate, parse

DOC = parse_xml(
    "<data><a>1</a><b>2</b><c/><rep><x>3</x><y>p</y></rep><rep><x>4</x><y>q</y></rep>"
    "<sel>yes maybe</sel><day>2026-03-08</day><g k='v'><deep>z</deep></g></data>"
)
NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


def value(expression, want="string"):
    return evaluate(expression, DOC.element, want=want, now=NOW)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("concat('a', /data/a, 'b')", "a1b"),
        ("substr('hello', 1, 3)", "el"),
        ("substr('hello', 3)", "lo"),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring-before('1999/04/01', '/')", "1999"),
        ("substring-after('1999/04/01', '/')", "04/01"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a   b ')", "a b"),
        ("join(', ', /data/rep/y)", "p, q"),
        ("string(/data/rep[2]/x)", "4"),
        ("string(1 div 3 * 3)", "1"),
        ("string(0.1 + 0.2)", "0.30000000000000004"),
        ("string(1000000000000000000000)", "1000000000000000000000"),
        ("string(-0.5)", "-0.5"),
        ("if(/data/a = 1, 'one', 'other')", "one"),
        ("coalesce(/data/c, 'empty')", "empty"),
        ("selected-at(/data/sel, 1)", "maybe"),
        ("selected-at(/data/sel, 5)", ""),
        ("format-date('2026-03-08', '%Y-%n-%e %a %b')", "2026-3-8 Sun Mar"),
        ("format-date-time('2026-03-08T07:05:09.120+00:00', '%H:%M:%S.%3')", "07:05:09.120"),
        ("today()", "2026-03-31"),
        ("date(20520)", "2026-03-08"),
        ("date(decimal-date-time(/data/day) + 7)", "2026-03-15"),
        (
            "digest('abc', 'SHA-256', 'hex')",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        ("digest('abc', 'MD5')", "kAFQmDzST7DWlj99KOF/cg=="),
        ("local-name(/data/g/*)", "deep"),
        ("string(/data/g/@k)", "v"),
        ("string(//deep)", "z"),
        ("string(/data/rep[last()]/y)", "q"),
        ("string(/data/rep[x = 4]/y)", "q"),
        ("string(/data/b/preceding-sibling::*)", "1"),
        ("base64-decode('5Lit')", "中"),
    ],
)
def test_strings(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sum(/data/rep/x)", 7),
        ("count(/data/rep)", 2),
        ("count-non-empty(/data/*)", 7),
        ("max(/data/rep/x)", 4),
        ("min(5, 3, 9)", 3),
        ("round(2.5)", 3),
        ("round(-2.5)", -2),
        ("round(1234.567, -2)", 1200),
        ("round(1.005, 1)", 1.0),
        ("int(-3.7)", -3),
        ("7 mod -3", 1),
        ("-7 mod 3", -1),
        ("1 + 2 * 3 - 4 div 2", 5),
        ("number('2026-03-08')", 20520),
        ("string-length('清溪')", 2),
        ("count-selected(/data/sel)", 2),
        ("pow(2, 10)", 1024),
        ("position(/data/rep[2])", 2),
        ("count(/data/a | /data/b | /data/a)", 2),
    ],
)
def test_numbers(expression, expected):
    assert value(expression, "number") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("selected(/data/sel, 'maybe')", True),
        ("selected(/data/sel, 'may')", False),
        ("regex('abc', 'b')", False),
        ("regex('abc', '.b.')", True),
        ("boolean-from-string('false')", False),
        ("boolean('false')", True),
        ("/data/day < '2026-03-09'", True),
        ("not(/data/missing)", True),
        ("/data/rep/x = 4", True),
        ("/data/rep/x != 4", True),
        ("/data/c = ''", True),
        ("1 and 0", False),
        ("0 or 'a'", True),
        ("checklist(1, 2, 'yes', '', 'yes')", True),
        ("contains('abc', 'bc') and starts-with('abc', 'ab') and ends-with('abc', 'c')", True),
    ],
)
def test_booleans(expression, expected):
    assert value(expression, "boolean") is expected


@pytest.mark.parametrize(
    ("expression", "code", "token"),
    [
        ("1 +", "xpath.syntax", ""),
        ("nope(1)", "xpath.unknown-function", "nope"),
        ("selected('a')", "xpath.arity", "selected"),
        ("'open", "xpath.syntax", "'"),
        ("a b", "xpath.syntax", "b"),
        ("if(1, 2)", "xpath.arity", "if"),
    ],
)
def test_faults_name_their_place(expression, code, token):
    with pytest.raises(XPathError) as caught:
        compile_expression(expression)
    assert caught.value.code == code
    assert caught.value.token == token
    assert caught.value.offset is not None


def test_deep_nesting_is_refused_in_words():
    with pytest.raises(XPathError, match="nested too deeply"):
        parse("(" * 10_000 + "1" + ")" * 10_000)


def test_division_by_zero_is_infinite_or_no_number():
    assert value("1 div 0", "number") == math.inf
    assert math.isnan(value("0 div 0", "number"))


def test_absolute_paths_stand_for_the_current_repeat_instance():
    scope = Scope(("data", "rep", "y"), frozenset({("data", "rep")}))
    second = evaluate("/data/rep[2]/y", DOC.element, want="nodes")[0]
    from fieldkit.xforms.xpath import Context, Environment

    context = Context(second, 1, 1, second, Environment(root=DOC))
    assert compile_expression("/data/rep/x", scope).string(context) == "4"
    assert compile_expression("count(/data/rep)", scope).number(context) == 2
    assert compile_expression("sum(/data/rep[x < 4]/x)", scope).number(context) == 3


_names = st.sampled_from(["a", "b", "rep", "x-1", "名"])
_steps = st.builds("/".join, st.lists(_names, min_size=1, max_size=3))
_leaves = st.one_of(
    _steps,
    st.sampled_from(
        [".", "..", "../a", "/data/rep[1]/x", "//x", "@k", "'t'", '"u"', "1.5", "today()", "current()/../a"]
    ),
)
_expressions = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(
            "({} {} {})".format,
            inner,
            st.sampled_from(["+", "-", "*", "div", "mod", "and", "or", "=", "<"]),
            inner,
        ),
        st.builds("-({})".format, inner),
        st.builds("{} | {}".format, _steps, _steps),
        st.builds("concat({}, {})".format, inner, inner),
        st.builds("if({}, {}, {})".format, inner, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
    ),
    max_leaves=8,
)


@given(_expressions)
def test_print_and_parse_again_is_the_same(source):
    syntax = parse(source)
    assert parse(str(syntax)) == syntax
