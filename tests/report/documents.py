"""Documents of every sort, for tests of the writers."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from fieldkit.report.document import Bar, Blanks, Chart, Check, Column, Document, Prose, Table

ODD = [
    "=1+1",
    "+1",
    "-1",
    "@a",
    "{=1}",
    "<b>&amp;",
    "_x0041_",
    "村\x1b[2J",
    "a\nb",
    "\u202e",
    "\ud800",
    " ",
    "'=1",
]
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(alphabet="清溪镇，。（）“”村 ab=<&'\n", max_size=30),
    st.text(max_size=20),
)
NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6),
)


@st.composite
def tables(draw):
    columns = draw(
        st.lists(st.builds(Column, TEXTS, TEXTS, st.booleans(), st.booleans()), min_size=1, max_size=5)
    )
    cells = st.tuples(*([st.one_of(TEXTS, NUMBERS)] * len(columns)))
    rows = tuple(draw(st.lists(cells, max_size=4)))
    sums = draw(st.frozensets(st.integers(0, len(rows) - 1))) if rows else frozenset()
    checks = draw(st.lists(st.builds(Check, TEXTS, st.booleans()), max_size=2))
    notes = draw(st.lists(TEXTS, max_size=2))
    return Table(draw(TEXTS), tuple(columns), rows, sums, tuple(checks), tuple(notes))


VALUES = st.decimals(0, 100, places=1)
BARS = st.builds(Bar, TEXTS, VALUES, TEXTS, st.none() | VALUES)
CHARTS = st.builds(Chart, TEXTS, st.lists(BARS, max_size=4).map(tuple), st.none() | st.just(Decimal(50)))
PROSE = st.builds(Prose, TEXTS, st.lists(TEXTS, max_size=3).map(tuple))
BLANKS = st.builds(Blanks, TEXTS, st.integers(0, 3))
PARTS = st.lists(st.one_of(tables(), CHARTS, PROSE, BLANKS), max_size=3).map(tuple)


def document(*parts, portrait=False, title="清溪镇月报表（2026年3月）"):
    return Document(
        "month", title, "清溪镇", "2026-03-01..2026-03-31", "2026-04-01",
        ("填报单位（盖章）：清溪镇", "计量单位：次"), parts, ("仅限安排服务使用。", ""), ("填表人 ________",), portrait,
    )  # fmt: skip


DOCUMENTS = st.builds(
    Document,
    *[TEXTS] * 3, st.just("2026-03-01..2026-03-31"), st.just("2026-04-01"),
    st.lists(TEXTS, max_size=3).map(tuple), PARTS, st.lists(TEXTS, max_size=3).map(tuple),
    st.lists(TEXTS, max_size=3).map(tuple), st.booleans(),
)  # fmt: skip
