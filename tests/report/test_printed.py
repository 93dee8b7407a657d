"""Reports as other programs open and print them: LibreOffice and Chromium, where they are."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import pytest

from fieldkit.i18n import language, set_language
from fieldkit.report import make, parse_period
from fieldkit.report.document import Bar, Blanks, Chart, Column, Prose, Table, cell_text
from fieldkit.report.writers import write_report
from tests.report.documents import document
from tests.report.printing import printed, said, sizes, tool, words

TEXTS = (
    "=1+1",
    "@SUM(A1)",
    "-1",
    "990101100200",
    "0012",
    "<b>村</b>",
    '=HYPERLINK("http://x")',
    "一, 二",
    "1/2",
)
TABLE = Table(
    "一、指标",
    (Column("代码", is_code=True), Column("指标", is_text=True), Column("本月"), Column("比例")),
    (*((str(n), text, n, Decimal(n) / 4) for n, text in enumerate(TEXTS)), ("", "合计", 36, Decimal("9.00"))),
    frozenset({len(TEXTS)}),
)
EXPORT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Every sheet as a file of its own, in UTF-8."""


def converted(path, form, folder):
    """What LibreOffice makes of a workbook."""
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    subprocess.run(
        [tool("soffice"), home, "--headless", "--convert-to", form, "--outdir", folder, path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return sorted(folder.glob(f"{path.stem}*.{form[:3]}"))


@pytest.fixture
def chinese():
    if not shutil.which("fc-list") or not said("fc-list", ":lang=zh"):
        pytest.skip("no font with Chinese letters is installed")
    before = language()
    set_language("zh")
    yield
    set_language(before)


@pytest.fixture
def report(chinese, make_tables, make_visit, places):
    found = [make_visit(place.code) for place in places for _n in range(3)]
    return make(
        make_tables(*found), "visits", parse_period("2026-03"), unit="清溪镇", made_on=date(2026, 4, 1)
    )


def test_libreoffice_reads_every_cell_as_it_was_written(tmp_path):
    write_report(document(Prose("一、主要工作", ("走访。",)), TABLE), tmp_path / "report.xlsx")
    read, counted = converted(tmp_path / "report.xlsx", EXPORT, tmp_path)
    assert "走访。" in read.read_text(encoding="utf-8")
    with counted.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    top = rows.index([column.header for column in TABLE.columns])
    for row, expected in zip(rows[top + 1 :], TABLE.rows, strict=False):
        assert row[:3] == [cell_text(cell) for cell in expected[:3]]
        assert Decimal(row[3]) == expected[3]


def test_a_workbook_prints_on_a4_on_its_side(report, tmp_path):
    write_report(report, tmp_path / "report.xlsx")
    (pdf,) = converted(tmp_path / "report.xlsx", "pdf", tmp_path)
    assert sizes(pdf) == {(297, 210)}
    for text in (report.title, *report.above, "石桥村", "合计", "单位负责人（签字）"):
        assert text in words(pdf)
    assert "CJK" in said("pdffonts", pdf) or "Song" in said("pdffonts", pdf)


@pytest.mark.parametrize(("portrait", "size"), [(False, (297, 210)), (True, (210, 297))])
def test_a_page_prints_on_a4(chinese, tmp_path, portrait, size):
    bars = Chart("二、进度", (Bar("石桥村", Decimal(5), "5/20", Decimal(10)),))
    made = document(Prose("一、主要工作", ("走访。",)), bars, TABLE, Blanks("三、支持", 2), portrait=portrait)
    write_report(made, tmp_path / "report.html")
    pdf = printed(tmp_path / "report.html", tmp_path)
    assert sizes(pdf) == {size}
    for text in (made.title, "一、主要工作", "石桥村", "5/20", "三、支持", *TEXTS):
        assert text.replace(" ", "") in words(pdf)
