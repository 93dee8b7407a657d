"""The codebook beside an export: what each column is called, asks and holds, for whom, why, and in which versions of the form."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from fieldkit.i18n import N_, _
from fieldkit.privacy.leaving import Way
from fieldkit.report.exports.columns import Choice, Column, Table
from fieldkit.report.exports.csv_file import guarded
from fieldkit.report.exports.filled import Head
from fieldkit.report.exports.reasons import LETTERS, NUMBERS, reason_words

HEADERS = (
    N_("Table"), N_("Column"), N_("Question"), N_("What is in it"), N_("Choices"), N_("Tier"), N_("Why it is asked"),
    N_("Form versions"), N_("Place in the form"),
)  # fmt: skip
NAMES = ("codebook.csv", "codebook.html")
WAYS = {
    Way.CODE: N_("one code"),
    Way.CODES: N_("codes, blanks between"),
    Way.INTEGER: N_("whole number"),
    Way.DECIMAL: N_("decimal number"),
    Way.TEXT: N_("calculated text"),
    Way.MONTH: N_("month"),
    Way.HOUR: N_("hour"),
    Way.BAND: N_("band of five years"),
    Way.PSEUDONYM: N_("pseudonym"),
}
_STYLE = """
body { font-family: sans-serif; margin: 2em; color: #000; background: #fff }
table { border-collapse: collapse } td, th { border: 1px solid #888; padding: 2px 6px; text-align: left; vertical-align: top }
"""


def write_codebook(folder: Path, tables: Sequence[Table], head: Head) -> list[str]:
    """Write it as CSV and as a page; give the names of the files. Raises OSError."""
    lines = list(lines_of(tables, head.language))
    headers = [_(each) for each in HEADERS]
    with (folder / NAMES[0]).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows([guarded(cell) for cell in line] for line in lines)
    (folder / NAMES[1]).write_text(_page(headers, lines, head), encoding="utf-8")
    return list(NAMES)


def lines_of(tables: Sequence[Table], language: str) -> Iterator[tuple[str, ...]]:
    """A line for each column: what stands below HEADERS."""
    for table in tables:
        for column in table.columns:
            yield (
                table.name, column.name, column.label[language], _(WAYS[column.way]), _choices(column, language),
                column.tier, column.reason.get(language, ""), " ".join(column.versions), column.path,
            )  # fmt: skip


def number_of(choices: Sequence[Choice]) -> dict[str, int]:
    """The number that stands for each code where a program has labels for numbers alone: itself where all are whole numbers, else
    its place in the list.
    """
    codes = [each.value for each in choices]
    is_number = all(code.isascii() and code.isdigit() and len(code) <= 8 for code in codes)
    if is_number and len({int(code) for code in codes}) == len(codes):
        return {code: int(code) for code in codes}
    return {code: place for place, code in enumerate(codes, 1)}


def _choices(column: Column, language: str) -> str:
    numbers = number_of(column.choices)
    return "; ".join(
        f"{each.value} ({numbers[each.value]}) {each.words[language]}" for each in column.choices
    )


def _page(headers: Sequence[str], lines: Sequence[Sequence[str]], head: Head) -> str:
    title = escape(_("Codebook: {form}", form=head.title))
    reasons = reason_words()
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{"zh-Hans" if head.language == "zh" else "en"}"><head><meta charset="utf-8">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
            f"<p>{escape(head.line)}</p>",
            _table(headers, lines),
            f"<h2>{escape(_('Why an answer is missing'))}</h2>",
            _table(
                [_("Code"), _("Stata"), _("SPSS"), _("What it means")],
                [(code, f".{LETTERS[code]}", str(NUMBERS[code]), words) for code, words in reasons.items()],
            ),
            "</body></html>\n",
        ]
    )


def _table(headers: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in headers)
    rows = ["".join(f"<td>{escape(cell)}</td>" for cell in line) for line in lines]
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
