"""The reference table: every indicator with its definition, the township and the villages it is told of."""

from __future__ import annotations

from fieldkit.places import places
from fieldkit.report.document import Prose, Table
from fieldkit.report.indicators import INDICATORS, MEASURES
from tests.report.boards.made import made, rows
from tests.report.tables import A, record


def test_every_indicator_and_measure_is_there_with_its_definition():
    document = made("indicators")
    defined = {part.heading.split()[0]: part for part in document.parts if isinstance(part, Prose)}
    assert list(defined) == list(INDICATORS)
    for id_, part in defined.items():
        said = "\n".join(part.paragraphs)
        for words in (
            INDICATORS[id_].numerator,
            INDICATORS[id_].denominator,
            INDICATORS[id_].population,
            INDICATORS[id_].source,
        ):
            assert words in said
        assert ("hidden" in said) == INDICATORS[id_].suppressed
    shown = [row[0] for part in document.parts if isinstance(part, Table) for row in part.rows]
    assert [each for each in shown if each in MEASURES] == list(MEASURES)


def test_a_figure_stands_with_numerator_and_denominator_in_the_township_and_its_villages():
    visits = [
        record("visit", {"village": A, "date": "2026-03-02", "outcome": each})
        for each in ("done", "nobody", "done")
    ]
    document = made("indicators", *visits)
    assert rows(document, "I-02: the township")["I-02.done"] == ("Visits done", "%", 2, 3, "66.7% (2/3)")
    assert rows(document, "I-02: the villages")[A] == ("66.7% (2/3)", "0.0% (0/3)")
    assert rows(document, "I-02: the villages")["990101100200"] == ("", "")


def test_a_small_count_of_a_starred_indicator_is_hidden_with_what_it_is_of():
    document = made(
        "indicators", record("scr_cervix", {"pid": "26030110010", "village": A, "date": "2026-03-02", "hpv": "neg"}),
    )  # fmt: skip
    for part in document.parts:
        if isinstance(part, Table) and part.heading.startswith("I-07"):
            assert all(cell not in {1, 2, 3, 4} for row in part.rows for cell in row)


def test_what_is_told_of_the_township_alone_has_no_row_of_a_village(demo_report):
    (document,) = demo_report("indicators")
    told = {each.indicator for each in MEASURES.values() if each.by_village}
    headings = {part.heading for part in document.parts if isinstance(part, Table)}
    assert {each.split(":")[0] for each in headings if each.endswith("the villages")} == told
    villages = [place.code for place in places()]
    for part in document.parts:
        if isinstance(part, Table) and part.heading.endswith("the villages"):
            assert [row[0] for row in part.rows] == villages


def test_the_demonstrations_payments_and_visits(demo_report):
    (document,) = demo_report("indicators")
    assert rows(document, "I-12: the township")["I-12"][2:] == (43, 46, "93.5% (43/46)")
    assert rows(document, "I-02: the township")["I-02.done"][2:4] == (161, 237)
