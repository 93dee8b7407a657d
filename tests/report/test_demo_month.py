"""The month of the walkthroughs P2 to P5 (domain.md §6), as the demonstration's office reports it: exact, and the same again."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest

from fieldkit.office import Office
from fieldkit.privacy.leaks import leaks
from fieldkit.report import REPORTS, parse_period
from fieldkit.report.document import Chart, Prose, Table
from fieldkit.report.making import Request, gathered
from fieldkit.report.writers import FORMATS, to_text
from fieldkit.session.session import Session

PERIODIC = ("three-days", "weekly", "monthly", "summary")
PERIODS = {"three-days": "2026-03-28..2026-03-31", "weekly": "2026-W13"}
MADE_ON = date(2026, 4, 1)

MONTH = {
    "I-01": "38.5% (189/491)",
    "I-02.done": "67.9% (161/237)",
    "I-02.declined": "4.6% (11/237)",
    "I-03.before": "40.9% (18/44)",
    "I-03.after": "84.1% (37/44)",
    "I-03.sheets.before": "41.3% (19/46)",
    "I-03.sheets.after": "84.4% (38/45)",
    "I-07": "8.6% (28/324)",
    "I-11": 4,
    "I-12": "93.5% (43/46)",
    "I-14": "4.5% (4/88)",
    "I-14.type3": "27.3% (6/22)",
    "I-15": "0.8% (1/131)",
    "I-21.health": 0,
}
"""Of this month. P2: 14 of 162 HPV-positive on each of two days. P4: 18 to 37 of 44 pairs, 19 of 46 to 38 of 45 sheets. P5: 4 of
88 comparisons, 6 of 22 that may change, 132 slogans reported and 131 counted, 43 of 46 payments.
"""
SPENT = "81945.00"
"""Of this year, for service points (domain.md §1, M1)."""


def made(tables, names, made_on=MADE_ON):
    kinds = [REPORTS[name] for name in names]
    figures = gathered(tables, kinds)
    found = []
    for kind in kinds:
        period = parse_period(PERIODS.get(kind.name, "2026-03"))
        found += kind.documents(Request(figures, period, "清溪镇", made_on))
    return found


def written(documents):
    return {(each.name, ending): write(each) for each in documents for ending, write in FORMATS.items()}


@pytest.fixture(scope="module")
def office_folder(built_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("month") / "office"
    shutil.copytree(built_demo.office, folder)
    return folder


@pytest.fixture(scope="module")
def documents(office_folder):
    from fieldkit.i18n import set_language
    from tests.conftest import NOW

    set_language("en")
    with Office.open(office_folder, now=lambda: NOW) as office:
        return made(office, REPORTS)


def named(documents, name):
    return next(each for each in documents if each.name == name)


def tables_of(document):
    return [part for part in document.parts if isinstance(part, Table)]


def chart_of(document):
    [chart] = [part for part in document.parts if isinstance(part, Chart)]
    return chart


def test_the_month_is_reproduced(documents):
    from fieldkit.report.indicators import MEASURES

    township = tables_of(named(documents, "monthly"))[0]
    lines = {(row[1], row[6].split("★")[0].split(",")[0]): row for row in township.rows}
    assert {name: lines[MEASURES[name].label, MEASURES[name].indicator][3] for name in MONTH} == MONTH
    assert [str(row[4]) for row in township.rows if row[1] == "Spent on service points"] == [SPENT]
    assert [row[0] for row in township.rows] == list(range(1, len(township.rows) + 1))
    assert {row[5] for row in township.rows} == {""}, "there was nothing to count a year before"


def test_every_relation_holds(documents):
    checks = tables_of(named(documents, "monthly"))[0].checks
    assert len(checks) == 11
    assert [check.text for check in checks if not check.passed] == []


def test_the_statements_of_the_quiz_stand_by_themselves(documents):
    statements = tables_of(named(documents, "monthly"))[-1]
    assert [row[0] for row in statements.rows] == list(range(1, 11))
    assert statements.rows[3][3:] == ("30.4% (14/46)", "77.8% (35/45)")


def test_villages_stand_under_their_total_in_the_order_of_their_codes(documents):
    village_tables = tables_of(named(documents, "monthly"))[1:-1]
    for table in village_tables:
        codes = [row[0] for row in table.rows]
        assert codes == ["", *sorted(codes[1:])]
        assert len(codes) == 13
        assert len(table.columns) <= 8
    first = village_tables[0]
    whole = [re.search(r"\((\d+)/(\d+)\)", row[3]).groups() for row in first.rows]
    assert whole[0] == ("161", "237")
    assert [sum(int(each[part]) for each in whole[1:]) for part in (0, 1)] == [161, 237]


def test_the_summary_says_it_in_sentences_and_blames_nobody(documents):
    summary = named(documents, "summary")
    parts = {part.heading: " ".join(part.paragraphs) for part in summary.parts if isinstance(part, Prose)}
    assert list(parts) == [
        "1. What was done",
        "2. What is amiss",
        "3. Next month",
        "4. Support needed from above",
    ]
    done, amiss = parts["1. What was done"], parts["2. What is amiss"]
    assert "Visits attempted: 237; done: 161." in done
    assert "93.5% (43/46) of the payments due were made in full by their day" in done
    assert "Payments not made in full by their day: 3." in amiss
    assert "Village issues open: 3 (Payments 1, Rooms and facilities 1, Supplies and leaflets 1)." in amiss
    assert "declined" not in amiss


def test_hidden_numbers_and_what_they_were_made_from_are_explained(documents):
    text = "\n".join(named(documents, "monthly").notes)
    assert "stands for 1 to 4" in text
    state = re.search(r"[0-9a-f]{64}", text)
    assert state is not None
    assert "visit 2026" in text


def test_no_shared_report_names_anybody_or_holds_a_number_of_theirs(documents, office_folder, now):
    private = {
        "name",
        "alias",
        "person_name",
        "d_name",
        "phone",
        "own_phone",
        "result_phone",
        "addr_note",
        "id_no",
    }
    people = set()

    def take(record):
        for path, answer in record.answers.items():
            if path.rpartition("/")[2] in private and isinstance(answer, str) and len(answer) > 1:
                people.add(answer)

    with Office.open(office_folder, now=lambda: now) as office:
        office.read(take)
    assert len(people) > 1000
    assert {each.name for each in documents} >= set(PERIODIC)
    for document in documents:
        text = to_text(document)
        assert [each for each in people if each in text] == [], document.name
        notes = [note for note in document.notes if not note.startswith(("Archive hash", "Form versions"))]
        words = to_text(replace(document, notes=tuple(notes)))
        assert leaks(words) == [], document.name


def test_the_same_bytes_again(documents, office_folder, now):
    before = written([each for each in documents if each.name in PERIODIC])
    with Office.open(office_folder, now=lambda: now) as office:
        assert written(made(office, PERIODIC)) == before


def test_the_same_bytes_from_a_server(demo, now, postgres):
    with Office.open(demo.office, now=lambda: now) as office:
        before = written(made(office, PERIODIC))
        office.move(postgres.new_database())
    with Office.open(demo.office, now=lambda: now) as office:
        assert office.archive.database.engine.dialect.name == "postgresql"
        assert written(made(office, PERIODIC)) == before


def test_a_month_as_the_office_had_it_then(demo, now, tmp_path):
    with Office.open(demo.office, now=lambda: now) as office:
        before = written(made(office, ("monthly", "summary")))
    with Session.open(demo.workspace, now=lambda: now) as session:
        session.export(str(tmp_path))
    later = now + timedelta(days=2)
    with Office.open(demo.office, now=lambda: later) as office:
        assert office.merge([tmp_path]).counts()["new"] > 0
        assert written(made(office, ("monthly", "summary"))) != before
        assert written(made(office.as_of(now + timedelta(hours=1)), ("monthly", "summary"))) == before


def test_a_laptop_makes_its_own_three_day_report(session):
    [document] = made(session, ("three-days",))
    counters = tables_of(document)[0]
    assert len(counters.rows) == 12
    assert counters.rows[0][3] == sum(
        1 for each in session.records("visit") if "2026-03-28" <= each.text("date") <= "2026-03-31"
    )


def test_reports_draw_what_their_tables_say(documents):
    monthly = named(documents, "monthly")
    shares = chart_of(monthly)
    assert len(shares.bars) > 20
    assert {bar.text for bar in shares.bars} <= {str(row[3]) for row in tables_of(monthly)[0].rows}
    for name in ("three-days", "weekly"):
        document = named(documents, name)
        table = next(each for each in tables_of(document) if each.sums)
        assert [(bar.label, bar.value) for bar in chart_of(document).bars] == [
            row[1:3] for row in table.rows[1:]
        ]
