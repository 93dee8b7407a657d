from __future__ import annotations

import errno
import os
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from fieldkit.cells import width, wrapped
from fieldkit.errors import FieldkitError
from fieldkit.report import Place, make, parse_period, to_text, write_report

EVIL = '=HYPERLINK("http://x","<b>村</b>")'
STRANGE = ["+1", "-1", "@a", "\t=1", "\r=1"]


@pytest.fixture
def report(make_tables, make_visit, places):
    evil = Place("990101100205", {"zh": EVIL, "en": EVIL})
    found = [make_visit(), make_visit(outcome="declined"), make_visit(evil.code), *map(make_visit, STRANGE)]
    tables = make_tables(*found, villages=[*places, evil])
    return make(tables, "visits", parse_period("2026-03"), unit="清溪镇", made_on=date(2026, 4, 1))


@pytest.fixture
def plain_report(make_tables, make_visit, places):
    found = [make_visit(place.code) for place in places for _n in range(1200)]
    return make(
        make_tables(*found), "visits", parse_period("2026-03"), unit="清溪镇", made_on=date(2026, 4, 1)
    )


def test_workbook_holds_text_and_numbers_and_no_formula(report, tmp_path):
    write_report(report, tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert sheet.title == "visits"
    assert sheet["A1"].value == report.title
    assert sheet["A1"].alignment.horizontal == "center"
    table = report.parts[0]
    assert [cell.value for cell in sheet[4]] == [column.header for column in table.columns]
    for line, (code, name, *counts) in enumerate(table.rows, 5):
        cells = sheet[line]
        assert [cells[0].value or "", *(cell.value for cell in cells[1:])] == [code, name, *counts]
        assert cells[0].number_format == cells[1].number_format == "@"
        assert {cell.data_type for cell in cells[2:]} == {"n"}
    written = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in written} == {"s", "n"}
    assert EVIL in {cell.value for cell in written}
    assert all(cell.font.b for cell in sheet[4 + len(table.rows)])
    assert not any(cell.font.b for cell in sheet[3 + len(table.rows)])


def test_injection_is_a_shared_string_in_the_file_itself(report, tmp_path):
    import zipfile

    write_report(report, tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        strings = file.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert "=HYPERLINK" in strings


def test_workbook_prints_on_a4_landscape_with_repeated_headers(report, tmp_path):
    write_report(report, tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    margins = sheet.page_margins
    assert [round(edge * 2.54, 2) for edge in (margins.left, margins.right, margins.top, margins.bottom)] == [
        2.0
    ] * 4
    assert sheet.print_title_rows == "$4:$4"
    table = report.parts[0]
    below = [row[0].value for row in sheet.iter_rows(min_row=5 + len(table.rows)) if row[0].value]
    assert below[: len(table.below)] == list(table.below)
    assert all(blank in below[-1] for blank in report.footer)


@pytest.mark.parametrize("name", ["r.xlsx", "r.html", "r.txt", "月报.XLSX"])
def test_the_same_report_gives_the_same_bytes(report, tmp_path, name):
    path = tmp_path / name
    write_report(report, path)
    first = path.read_bytes()
    write_report(report, path)
    assert path.read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == [name]


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def test_page_escapes_whatever_stands_in_it(tongue, report, tmp_path):
    write_report(report, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert "b" not in {tag for tag, _attrs in page.tags}
    assert EVIL in page.texts
    assert "&lt;b&gt;村" in text
    assert not any({"src", "href"} & set(attrs) for _tag, attrs in page.tags)
    assert "size: A4 landscape" in text
    assert '"FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif' in text


def test_text_lines_up_in_80_cells(tongue, plain_report, tmp_path):
    write_report(plain_report, tmp_path / "r.txt")
    text = (tmp_path / "r.txt").read_text(encoding="utf-8")
    assert text == to_text(plain_report) + "\n"
    lines = text.splitlines()
    assert max(map(width, lines)) <= 80
    rows = plain_report.parts[0].rows
    names = {row[1] for row in rows}
    chart = next(number for number, line in enumerate(lines) if line == plain_report.parts[1].heading)
    table = [line for line in lines[:chart] if line and line.split()[0] in names]
    assert len(table) == len(rows)
    assert len(set(map(width, table))) == 1
    assert len([line for line in lines if line.strip("-") == "" and line]) == 4


def test_short_headers_are_explained_and_full_ones_need_no_explanation(english, plain_report):
    assert "Postp. = Postponed" in to_text(plain_report, 80)
    assert "Postp." not in to_text(plain_report, 130)


def test_a_table_too_wide_continues_under_itself(tongue, report):
    lines = to_text(report, 50).splitlines()
    assert max(map(width, lines)) <= 50
    assert sum(line.startswith(report.parts[0].columns[1].header + " ") for line in lines) == 3


def test_cells_of_han_and_marks():
    assert width("清溪a") == 5
    assert width("e\u0301") == 1
    assert wrapped("清溪镇 monthly", 6) == ["清溪镇", "monthly"]
    assert wrapped("清溪镇", 4) == ["清溪", "镇"]
    assert wrapped("", 4) == []


def test_unknown_ending_is_refused(report, tmp_path):
    with pytest.raises(FieldkitError) as caught:
        write_report(report, tmp_path / "r.pdf")
    assert caught.value.code == "report.unknown-format"
    assert caught.value.params["path"] == str(tmp_path / "r.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EROFS, "medium.read-only"),
        (errno.EACCES, "medium.read-only"),
        (errno.ENOSPC, "medium.full"),
        (errno.EIO, "medium.failing"),
    ],
)
@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_a_refusing_medium_leaves_what_was_there(report, tmp_path, monkeypatch, number, code, step):
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"before")

    def refuse(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(
        *{"open": (Path, "open"), "fsync": (os, "fsync"), "replace": (os, "replace")}[step], refuse
    )
    with pytest.raises(FieldkitError) as caught:
        write_report(report, path)
    monkeypatch.undo()
    assert caught.value.code == code
    assert caught.value.params["path"] == str(path)
    assert [file.name for file in tmp_path.iterdir()] == ["r.xlsx"]
    assert path.read_bytes() == b"before"


def test_a_folder_that_is_gone(report, tmp_path):
    with pytest.raises(FieldkitError) as caught:
        write_report(report, tmp_path / "gone" / "r.txt")
    assert caught.value.code == "medium.gone"
