"""Whatever stands in a document is in every format, as it is, within the room, and the same each time."""

from __future__ import annotations

import dataclasses
import io
from collections import Counter
from decimal import Decimal

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from fieldkit.cells import fitted, printable, width, wrapped
from fieldkit.report.as_json import facts
from fieldkit.report.bars import bars
from fieldkit.report.document import Bar, Blanks, Chart, Column, Prose, Table, cell_text
from fieldkit.report.writers import to_html, to_text, to_xlsx
from fieldkit.report.writers.xlsx_names import sheet_names
from tests.report.documents import CHARTS, DOCUMENTS, TEXTS, document, tables

few = settings(max_examples=50, deadline=None)


def book(found):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(found)))


def letters(text):
    return Counter(letter for letter in text if not letter.isspace())


# -- text -------------------------------------------------------------------------------------------------


@given(found=DOCUMENTS, room=st.integers(20, 120))
@few
def test_text_keeps_within_the_room(found, room):
    assert all(width(line) <= room for line in to_text(found, room).splitlines())


@given(table=tables(), room=st.integers(20, 120))
@few
def test_every_letter_of_a_table_is_in_the_text(table, room):
    seen = [place for place, column in enumerate(table.columns) if not column.is_code]
    expected = letters("".join(cell_text(row[place]) for row in table.rows for place in seen))
    assert not expected - letters(to_text(document(table), room))


@given(
    names=st.lists(st.text("清溪社区石桥村ab", min_size=1, max_size=11), min_size=1, max_size=6),
    room=st.integers(60, 100),
)
@few
def test_numbers_end_in_the_same_cell_whatever_stands_before_them(names, room):
    columns = (Column("代码", is_code=True), Column("村", is_text=True), Column("次数"))
    table = Table("", columns, tuple((f"code {name}", name, 7) for name in names))
    lines = to_text(document(table), room).splitlines()
    rows = [line for line in lines if line.endswith(" 7")]
    rule = next(line for line in lines if line and not line.strip("-"))
    assert len(rows) == len(names)
    assert {width(line) for line in rows} == {len(rule)}
    assert "code" not in "\n".join(lines)


def test_the_names_of_rows_are_beside_every_part_of_a_wide_table():
    columns = (
        Column("序号"),
        Column("指标", is_text=True),
        *(Column(f"第{n}个很长很长的列名") for n in range(6)),
    )
    text = to_text(document(Table("", columns, ((1, "走访", *range(60, 66)),))), 60)
    rows = [line.split() for line in text.splitlines() if "走访" in line]
    assert len(rows) > 1
    assert all(row[:2] == ["1", "走访"] for row in rows)
    assert [cell for row in rows for cell in row[2:]] == [str(n) for n in range(60, 66)]


def test_sums_stand_between_rules_wherever_they_are():
    table = Table(
        "", (Column("村", is_text=True), Column("次")), (("合计", 3), ("一", 1), ("二", 2)), frozenset({0})
    )
    lines = to_text(document(table)).splitlines()
    drawn = ["-" if line and not line.strip("-") else line.split()[0] for line in lines[2:9]]
    assert drawn == ["-", "村", "-", "合计", "-", "一", "二"]


def test_paragraphs_begin_two_characters_in_and_break_as_chinese_does():
    text = "各村按要求开展走访，做到“应访尽访”，未发生问题。"
    for room in range(8, 40):
        lines = wrapped(text, room)
        assert "".join(lines) == text
        assert not any(line[0] in "，。”" or line[-1] == "“" for line in lines)
    lines = to_text(document(Prose("一、主要工作", (text * 3,)), Blanks("二、需要支持", 2)), 40).splitlines()
    first = lines.index("一、主要工作") + 1
    assert lines[first].startswith("    各村")
    assert not lines[first + 1].startswith(" ")
    assert lines[lines.index("二、需要支持") + 1 :][:2] == ["_" * 40] * 2


@given(text=TEXTS.map(printable), cells=st.integers(2, 40))
def test_what_is_fitted_loses_nothing_but_blanks(text, cells):
    lines = fitted(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert letters("".join(lines)) == letters(text)


# -- charts -----------------------------------------------------------------------------------------------


@given(chart=CHARTS, room=st.integers(20, 100), plain=st.booleans())
@few
def test_bars_keep_within_the_room(chart, room, plain):
    lines = bars(chart, room, plain=plain)
    assert len(lines) == len(chart.bars)
    assert all(width(line) <= room for line in lines)


def test_a_bar_is_as_long_as_its_part_and_the_mark_is_where_something_is_expected():
    chart = Chart(
        "", (Bar("甲", Decimal(5), "5/20", Decimal(10)), Bar("乙", Decimal(20), "20/20", Decimal(10)))
    )
    first, second = bars(chart, 29, plain=True)
    assert first == "甲  5/20 #####     |"
    assert second == "乙 20/20 ##########|#########"
    beyond = dataclasses.replace(chart, most=Decimal(10))
    assert bars(beyond, 29, plain=True)[1] == "乙 20/20 ###################|"


# -- pages ------------------------------------------------------------------------------------------------


@given(table=tables(), portrait=st.booleans())
@few
def test_cells_of_a_page_are_those_of_the_table(table, portrait):
    page = html.document_fromstring(to_html(document(table, portrait=portrait)))
    assert [cell.text_content() for cell in page.iter("th")] == [
        printable(column.header) for column in table.columns
    ]
    assert [[cell.text_content() for cell in row.iter("td")] for row in page.findall(".//tbody/tr")] == [
        [cell_text(cell) for cell in row] for row in table.rows
    ]
    assert [number for number, row in enumerate(page.findall(".//tbody/tr")) if row.get("class")] == sorted(
        table.sums
    )


@given(found=DOCUMENTS)
@few
def test_nothing_in_a_page_is_markup_of_its_own(found):
    page = html.document_fromstring(to_html(found))
    known = {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "div", "span", "section", "p", "table", "thead",
        "tbody", "tr", "th", "td", "svg", "defs", "pattern", "rect", "path", "g", "text",
    }  # fmt: skip
    assert {element.tag for element in page.iter()} <= known
    assert page.find(".//h1").text_content() == printable(found.title)
    labels = [bar.label for part in found.parts if isinstance(part, Chart) for bar in part.bars]
    assert [element.text or "" for element in page.findall(".//g/title")] == [
        printable(label).replace("\n", " ") for label in labels
    ]


def test_prose_stands_upright_and_tables_lie():
    assert "size: A4 portrait" in to_html(document(Prose("", ("一",)), portrait=True))
    assert "size: A4 landscape" in to_html(document())


# -- workbooks --------------------------------------------------------------------------------------------


@given(table=tables())
@few
def test_cells_of_a_workbook_are_those_of_the_table_and_none_is_a_formula(table):
    sheet = book(document(table)).worksheets[0]
    top = int(sheet.print_title_rows.split("$")[-1])
    for number, row in enumerate(table.rows, top + 1):
        for column, cell, expected in zip(table.columns, sheet[number], row, strict=True):
            if isinstance(expected, str) or column.is_text or column.is_code:
                assert (cell.value or "") == cell_text(expected)
                assert cell.number_format == "@"
            elif cell.data_type == "n":
                assert cell.value == float(expected)
                assert cell.number_format.partition(".")[2] == "0" * len(
                    cell_text(expected).partition(".")[2]
                )
            else:
                assert abs(expected) >= 10**15
                assert cell.value == cell_text(expected)
            assert cell.font.b == (number - top - 1 in table.sums)


@given(found=DOCUMENTS)
@few
def test_a_workbook_opens_prints_on_a4_and_is_the_same_each_time(found):
    written = to_xlsx(found)
    assert to_xlsx(found) == written
    opened = openpyxl.load_workbook(io.BytesIO(written))
    for sheet in opened:
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert (sheet["A1"].value or "") == printable(found.title)
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    counted = sum(isinstance(part, Table | Chart) for part in found.parts)
    assert len(opened.worksheets) in {counted, counted + 1}


def test_what_is_read_comes_first_and_charts_are_drawn_beside_their_numbers():
    chart = Chart("进度", (Bar("走访", Decimal("93.5"), "43/46 93.5%", Decimal(80)),))
    table = Table("指标", (Column("村", is_text=True), Column("次")), (("石桥村", 3),))
    opened = book(
        document(Prose("一、主要工作", ("走访。",)), chart, table, Blanks("二、支持", 3), portrait=True)
    )
    assert opened.sheetnames == ["month", "进度", "指标"]
    read, drawn, counted = opened.worksheets
    assert [sheet.page_setup.orientation for sheet in opened] == ["portrait", "landscape", "landscape"]
    assert {"一、主要工作", "　　走访。", "二、支持"} <= {row[0].value for row in read.iter_rows()}
    assert sum(row[0].border.bottom.style == "thin" for row in read.iter_rows()) == 3
    assert [cell.value for cell in drawn[5]][:4] == ["走访", 93.5, "43/46 93.5%", 80]
    assert len(drawn._charts) == 1
    assert drawn["A2"].value == "填报单位（盖章）：清溪镇"
    assert drawn.cell(2, 5).value == "计量单位：次"
    assert not counted._charts
    assert counted["A5"].border.left.style == "thin"


def test_what_stands_above_is_whole_where_the_first_columns_are_narrow():
    sheet = book(
        document(Table("", (Column("次"), Column("村", is_text=True)), ((1, "很长的村名" * 8),)))
    ).active
    assert sheet["A2"].value == "填报单位（盖章）：清溪镇    计量单位：次"
    assert sheet["B2"].value is None


@given(wanted=st.lists(TEXTS | st.text("长名字", min_size=28, max_size=40) | st.just("History"), max_size=8))
def test_sheets_have_names_that_excel_allows(wanted):
    names = sheet_names(wanted)
    assert len(names) == len(wanted) == len({name.lower() for name in names})
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\'\n")
        assert name.lower() != "history"


# -- plain data -------------------------------------------------------------------------------------------


def test_facts_name_everything_and_tell_the_counts_of_a_single_table():
    columns = (Column("代码", is_code=True), Column("村", is_text=True), Column("次"), Column("率"))
    table = Table(
        "", columns, (("01", "甲", 1, Decimal("0.50")), ("", "合计", 1, Decimal("0.50"))), frozenset({1})
    )
    found = facts(document(table, Prose("一", ("二",)), Chart("图", (Bar("甲", Decimal(1), "1"),))))
    assert (found["columns"], found["rows"], found["total"]) == (
        ["次", "率"],
        [{"name": "甲", "counts": [1, 0.5]}],
        0.5,
    )
    assert found["tables"][0]["rows"][0] == ["01", "甲", 1, 0.5]
    assert found["prose"] == [{"heading": "一", "paragraphs": ["二"]}]
    assert found["charts"][0]["bars"] == [{"label": "甲", "value": 1.0, "text": "1", "expected": None}]
    assert found["notes"] == ["仅限安排服务使用。"]
    assert "rows" not in facts(document(table, table))
