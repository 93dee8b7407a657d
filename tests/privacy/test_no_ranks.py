"""No query, sort, export or screen yields a rate or a rank of a worker, a laptop or a village; times are about questions.

All code is read (`tests/privacy/ranks.py`), then forms, flat tables, reports and what lists are made from are looked at. Whoever
needs to gather something by worker, laptop or village for another reason says so in `ALLOWED`, in a sentence.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from pathlib import Path

import pytest

from fieldkit.library import FormLibrary
from fieldkit.office import Office
from fieldkit.office.tables import STAFF, flat_tables
from fieldkit.report import REPORTS, make, parse_period
from fieldkit.report.document import Table
from fieldkit.session.desk.desk import Desk
from fieldkit.xforms import Question
from sync.derived import Row
from tests.privacy.ranks import Offence, offences

ROOT = Path(__file__).parents[2]
ALLOWED = {
    Offence("fieldkit.fieldwork.assigning.propose", "counts people"): (
        "how many households a proposal would give to each laptop: what lies ahead, nothing of what anybody did"
    ),
    Offence("fieldkit.fieldwork.assigning.propose", "ranks places"): (
        "villages with many households are given out first, so that a proposal comes out even; nobody is shown that order"
    ),
    Offence("fieldkit.screens.office.worklists.ProposalScreen.draw", "counts people"): (
        "how many households a proposal would give to each laptop, by name"
    ),
    Offence("fieldkit.session.desk.worklists.Worklists.laptops", "counts people"): (
        "in which villages each laptop has something now, to leave it there"
    ),
    Offence("fieldkit.report.backcheck_results.results_of", "ranks places"): (
        "questions stand by how often their answers differ; of villages the comparisons are counted, by code"
    ),
    Offence("fieldkit.exchange.carried.Carried._remember_export", "counts people"): (
        "which places of each chain went onto a stick, so that nothing is left behind"
    ),
    Offence(
        "sync.devices.devices", "counts people"
    ): "when each laptop was last heard of, and what is odd about its chain",
    Offence(
        "sync.devices.known_devices", "counts people"
    ): "which places of the chains of revoked laptops are taken",
    Offence("sync.devices.receipt", "counts people"): "what the office holds of one laptop, for its receipt",
    Offence(
        "sync.importing._chain", "counts people"
    ): "places of a chain that two revisions claim: a copied laptop",
    Offence(
        "sync.lan.desk.Desk._take", "counts people"
    ): "whether a bundle came since a return pack of that laptop was begun, so that it is made anew",
}
"""What gathers something by worker, laptop or village, and why it is neither a rate nor a rank of them."""


def product():
    for package in ("fieldkit", "sync", "forms"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path.read_text(encoding="utf-8")


def test_nothing_in_the_product_makes_a_rate_or_a_rank_of_people_or_places():
    found = {each for module, source in product() for each in offences(source, module)}
    assert sorted(found - set(ALLOWED)) == []
    assert sorted(set(ALLOWED) - found) == [], "these are not needed any more"


PLANTED = {
    "records by laptop, most first": """
def busiest(rows):
    counts = Counter(row.device for row in rows)
    return sorted(counts, key=counts.get, reverse=True)
""",
    "records by worker, in any order": """
def made(rows):
    by = {}
    for row in rows:
        by[row.user] = by.get(row.user, 0) + 1
    return by
""",
    "gathered by laptop": """
def made(rows):
    by = defaultdict(list)
    for row in rows:
        by[row.device].append(row)
    return by
""",
    "how many of each": """
def made(users, rows):
    by = {}
    for user in users:
        by[user] = len(rows[user])
    return by
""",
    "added up by staff code": """
def added(rows):
    found = defaultdict(int)
    for row in rows:
        found[row["staff"]] += 1
    return found
""",
    "a share of each village": """
def coverage(rows):
    by = {}
    for row in rows:
        by.setdefault(row.text("village"), []).append(row)
    return {code: len([r for r in some if r.done]) / len(some) for code, some in by.items()}
""",
    "villages by their counts": """
def order(rows):
    counts = Counter(row.place for row in rows)
    return counts.most_common()
""",
    "villages in the order of a number": """
def order(villages):
    return sorted(villages, key=lambda village: -village.count)
""",
    "the worst laptop": """
def worst(devices, findings):
    return max(devices, key=lambda device: len(findings[device]))
""",
    "half of the times of each user": """
def times(log):
    by = {}
    for row in log:
        by.setdefault(row["user"], []).append(row["ms"])
    return {user: median(some) for user, some in by.items()}
""",
    "a mean by village, in the database": """
def means(connection, t):
    return connection.execute(select(t.c.village, func.avg(t.c.minutes)).group_by(t.c.village))
""",
    "a query in words": """
def query(connection):
    return connection.exec_driver_sql("SELECT village, AVG(minutes) FROM visit GROUP BY village ORDER BY 2 DESC")
""",
    "records by worker, in the database": """
def query(connection):
    return connection.exec_driver_sql("SELECT usr, COUNT(*) FROM revision GROUP BY usr")
""",
    "groups of an iterator": """
def groups(rows):
    return [(who, len(list(some))) for who, some in groupby(rows, key=lambda row: row.envelope.user)]
""",
    "a percentage in a class": """
class Report:
    def lines(self):
        found = {}
        for each in self.records:
            found.setdefault((each.village, each.month), []).append(each)
        return {key: percent(some) for key, some in found.items()}
""",
    "one number for each laptop": """
def found(findings):
    return {device: len(some) for device, some in findings.items()}
""",
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_found(planted):
    assert offences(PLANTED[planted], "planted")


INNOCENT = {
    "counted by village, in the order of codes": """
def visits(records, places):
    counts = {place.code: 0 for place in places}
    for record in records:
        counts[record.text("village")] += 1
    return [(place.code, counts[place.code]) for place in places]
""",
    "villages by code": """
def order(villages):
    return sorted(villages, key=lambda village: village.code)
""",
    "a share of a question": """
def missing(rows):
    by = Counter(row.question for row in rows)
    return {question: count / len(rows) for question, count in by.items()}
""",
    "a folder of a laptop": """
def where(folder, device):
    return folder / device / "outbox"
""",
    "laptops by name": """
def laptops(devices):
    return sorted(devices, key=lambda device: device.name)
""",
}


@pytest.mark.parametrize("innocent", INNOCENT)
def test_what_ranks_nobody_is_left_alone(innocent):
    assert not offences(INNOCENT[innocent], "innocent")


# -- forms and flat tables --------------------------------------------------------------------------------

LIBRARY = FormLibrary(None)
STAFF_CODES = STAFF - {"device_id", "device_station"}
"""A station of a screening is known by its laptop, so that two stations give no number twice; people are not."""
ENTERING = ("fieldkit.demo.", "fieldkit.privacy.leaving", "fieldkit.session.desk.samples")
"""What invents staff codes, leaves them out, or enters who asks again."""
FORMS = [file.id for file in LIBRARY.files()]


@pytest.mark.parametrize("form_id", FORMS)
def test_no_expression_of_a_form_reads_who_worked_there(form_id):
    """Codes of staff are there to be asked for, and nothing is worked out from them: a constraint alone sees that somebody else
    checks than who asked.
    """
    for path, item in LIBRARY.get(form_id).items.items():
        bind = item.bind
        for rule in filter(None, (bind.relevant, bind.calculate, bind.required, bind.warning)):
            read = {name for name in STAFF_CODES if re.search(rf"\b{name}\b", rule.source)}
            assert not read - {item.name}, (path, rule.source)


def test_no_flat_table_has_a_column_that_says_who_worked():
    tables = flat_tables(LIBRARY)
    workers = {
        item.path.rpartition("/")[2]
        for form in LIBRARY.all_versions()
        for item in form.items.values()
        if isinstance(item, Question) and (item.bind.preload == "property" or item.name in STAFF)
    }
    assert workers >= STAFF
    columns = {
        (table.name, each.name, each.path.rpartition("/")[2]) for table in tables for each in table.columns
    }
    assert len(columns) > 300
    assert not [each for each in columns if each[2] in workers | {"username", "deviceid", "user", "device"}]


def test_staff_codes_are_read_nowhere_in_the_product():
    """Only what enters them names them; whoever counted them would have to."""
    for module, source in product():
        words = {each.value for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Constant)}
        named = STAFF_CODES & {str(each).rpartition("/")[2] for each in words}
        assert not named or module.startswith(ENTERING), (module, named)


# -- reports ----------------------------------------------------------------------------------------------

_RANK = re.compile(r"\brank|名次|排名|平均|average", re.IGNORECASE)
_RATE = re.compile(rf"{_RANK.pattern}|%|％|率|\brate\b|\bper\b|ratio|share|median", re.IGNORECASE)


def ranks_in(table, *, counts_alone=False):
    """What in a table of a report would be a rank of a village; a rate too, in one of counts alone."""
    found = []
    known = [place for place, column in enumerate(table.columns) if column.is_code]
    rows = [row for number, row in enumerate(table.rows) if number not in table.sums]
    numbers = [
        place for place, column in enumerate(table.columns) if not column.is_text and not column.is_code
    ]
    if any([row[place] for row in rows] != sorted(row[place] for row in rows) for place in known):
        found.append("villages not in the order of their codes")
    words = _RATE if counts_alone else _RANK
    if any(words.search(f"{column.header} {column.short}") for column in table.columns):
        found.append("a column of rates or ranks")
    if counts_alone and any(not isinstance(row[place], int) for row in table.rows for place in numbers):
        found.append("a cell that is no count")
    if known and any(
        re.match(r"\s*(#|No\.?|第)?\s*\d+[.、 ](?!\d)", str(cell)) for row in rows for cell in row
    ):
        found.append("a place in an order")
    return found


@pytest.fixture
def reports(demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        yield [
            make(office, name, parse_period(period), unit="清溪", made_on=now.date())
            for name, kind in REPORTS.items()
            for period in ("2026-03", "2026-Q1", "2026-W10", "2026-03-01..2026-03-03")
            if parse_period(period).kind in kind.periods
        ]


def tables_of(document):
    return [part for part in document.parts if isinstance(part, Table)]


def test_every_report_has_villages_in_the_order_of_codes_and_nobody_ranked(reports):
    assert reports
    for report in reports:
        for table in tables_of(report):
            assert ranks_in(table, counts_alone=report.name == "visits") == [], (report.name, table.heading)


def test_a_planted_rank_or_rate_in_a_report_is_found(reports):
    table = tables_of(next(report for report in reports if report.name == "visits"))[0]
    assert len(table.rows) > 5
    ranked = dataclasses.replace(
        table, rows=(*sorted(table.rows[:-1], key=lambda row: -row[-1]), table.rows[-1])
    )
    assert ranks_in(ranked)
    rated = dataclasses.replace(table.columns[2], header="走访完成率")
    assert ranks_in(dataclasses.replace(table, columns=(*table.columns[:2], rated)), counts_alone=True)
    ranking = dataclasses.replace(table.columns[2], header="名次")
    assert ranks_in(dataclasses.replace(table, columns=(*table.columns[:2], ranking)))
    code, name, _first, *counts = table.rows[0]
    halved = dataclasses.replace(table, rows=((code, name, 0.5, *counts), *table.rows[1:]))
    assert ranks_in(halved, counts_alone=True)


# -- what lists are made from -----------------------------------------------------------------------------


def test_rows_of_lists_name_no_worker_and_those_of_checks_no_laptop_and_no_village(demo, now):
    with Desk.open(demo.office, now=lambda: now) as desk:
        desk.checks.look_again()
        office = desk.office
        users = {
            each.envelope.user
            for view in office.archive.views()
            for each in office.archive.revisions(view.record)
        }
        with office.archive.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT kind, key, state, place, facts FROM derived").all()
        devices = {each.id for each in office.archive.devices()}
    assert users - {""}
    assert rows
    for kind, *said in rows:
        texts = list(strings([json.loads(said[-1]), *said[:-1]]))
        assert not set(texts) & (users - {""}), (kind, said)
        if kind in {"finding", "asked", "tie", "settled", "between", "question", "outlier"}:
            assert not set(texts) & devices, (kind, said)
            assert said[2] == "", (kind, said)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (key, *strings(each))
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def test_a_row_of_a_check_cannot_even_say_where_it_was():
    """Every row that checks give leaves its place empty, in the code that makes it."""
    for name in ("records", "bunches", "questions"):
        source = (ROOT / "fieldkit/office/checks" / f"{name}.py").read_text(encoding="utf-8")
        calls = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
        made = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == Row.__name__]
        assert made
        assert all(isinstance(each.args[3], ast.Constant) and each.args[3].value == "" for each in made)
