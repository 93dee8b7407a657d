"""What every report keeps to, in every format: no names, telephones or numbers of cards; villages by code; nobody is behind."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from html import unescape

import pytest

from fieldkit.i18n import set_language
from fieldkit.places import places
from fieldkit.privacy.leaks import leaks
from fieldkit.report import REPORTS, to_text, write_report
from fieldkit.report.document import Chart, Document, Table

CODES = [place.code for place in places()]
PERIODS = {"month": "2026-03", "week": "2026-W10", "days": "2026-03-01..2026-03-03"}
SECRET = re.compile(
    r"(^|/)(name|alias|person_name|d_name|addr_note|phone|result_phone|own_phone|acct_last4|id_no|"
    r"birth_date|dest_text|partner_name|staff_note|complaint|grievance_text|pay_note|py)$"
)
"""Questions whose answers no report may hold."""
VERSION = re.compile(r"\b20\d{8}\b")
"""The version of a form has as many digits as a telephone number."""
NAMES_OF_PLACES = {name for place in places() for name in (place.name("zh"), place.name("en"))}


@pytest.fixture(scope="session")
def secrets(demo_records):
    """The answers to them, and every telephone number."""
    found = {
        answer
        for record in demo_records
        for path, answer in record.answers.items()
        if SECRET.search(path) and isinstance(answer, str)
    }
    return {
        each for each in found if len(each) > (6 if each.isdigit() else 1) and each not in NAMES_OF_PLACES
    }


def period_of(name):
    kinds = REPORTS[name].periods
    return next(period for kind, period in PERIODS.items() if kind in kinds)


def words_of(document, folder):
    """Everything that is written of a document: as text, as a page, in a workbook."""
    html, xlsx = folder / "r.html", folder / "r.xlsx"
    write_report(document, html)
    write_report(document, xlsx)
    with zipfile.ZipFile(io.BytesIO(xlsx.read_bytes())) as book:
        sheets = [unescape(book.read(each).decode()) for each in book.namelist() if each.endswith(".xml")]
    return {
        "text": to_text(document),
        "html": unescape(html.read_text(encoding="utf-8")),
        "xlsx": "\n".join(sheets),
    }


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_holds_a_name_a_telephone_or_a_card_in_any_format(name, demo_report, secrets, tmp_path):
    assert len(secrets) > 500, "there is something to find"
    set_language("zh")
    for document in demo_report(name, period_of(name)):
        for form, words in words_of(document, tmp_path).items():
            found = {each for each in secrets if each in words}
            assert found == set(), (document.name, form, found)
            assert leaks(VERSION.sub("", words)) == [], (document.name, form)


def test_what_is_planted_in_a_report_is_found(demo_report, secrets, tmp_path):
    (document,) = demo_report("payments")
    planted = dataclasses.replace(document, notes=(max(secrets, key=len),))
    for words in words_of(planted, tmp_path).values():
        assert any(each in words for each in secrets)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", REPORTS)
def test_villages_stand_in_the_order_of_their_codes_and_nobody_is_behind(name, language, demo_report):
    set_language(language)
    names = [place.name(language) for place in places()]
    for document in demo_report(name, period_of(name)):
        for part in document.parts:
            if isinstance(part, Table):
                shown = [cell for row in part.rows for cell in row[:2] if cell in names]
                runs = [names.index(each) for each in dict.fromkeys(shown)]
                assert runs == sorted(runs), (document.name, part.heading)
        words = to_text(document)
        assert "落后" not in words
        assert not re.search(r"\b(behind schedule|lagging|worst|best|ranking)\b|排名|名次|倒数", words)


@pytest.mark.parametrize("name", REPORTS)
def test_bars_stand_in_the_order_of_what_they_are_about(name, demo_report):
    for document in demo_report(name, period_of(name)):
        for part in document.parts:
            if isinstance(part, Chart) and len(part.bars) > 2:
                named = [bar.label.split()[0] for bar in part.bars]
                known = [each for each in named if each in NAMES_OF_PLACES]
                assert known == sorted(known, key=[place.name("en") for place in places()].index)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_made_twice_is_the_same(name, demo_report):
    assert demo_report(name, period_of(name)) == demo_report(name, period_of(name))


def test_a_sheet_is_made_for_each_village_in_the_order_of_codes(demo_report):
    made = demo_report("villages")
    assert [document.name for document in made] == [f"villages-{code}" for code in CODES]
    assert all(isinstance(each, Document) for each in made)
    (one,) = demo_report("villages", village=CODES[1])
    assert one == made[1]
