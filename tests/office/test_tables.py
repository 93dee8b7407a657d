"""The office's flat tables: tiers P and N of every form and version, under names that stay, and nothing else."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from fieldkit.cli import run
from fieldkit.library import FormLibrary
from fieldkit.office.names import choice_name, free_name, plain_name
from fieldkit.office.tables import STAFF, flat_tables, keep_tables
from fieldkit.xforms import Question
from sync.database import Database
from sync.merge import RecordView, Version
from sync.tables import prepare, rebuild
from tests.databases import KINDS, dump, opened, rows_of


def yaml_form(rows, *, form_id="f", version="1", choices=""):
    head = f'settings: [{{form_id: "{form_id}", form_title: F, version: "{version}"}}]\nsurvey:\n'
    return head + "".join(f"  - {{{row}}}\n" for row in rows) + (f"choices:\n{choices}\n" if choices else "")


@pytest.fixture
def office_forms(tmp_path):
    """The folder of the office's own forms, and what adds a version of one."""
    folder = tmp_path / "forms"
    folder.mkdir()
    numbers = count(1)

    def add(*rows, form_id="f", choices=""):
        source = tmp_path / "new" / f"{form_id}.yaml"
        source.parent.mkdir(exist_ok=True)
        source.write_text(
            yaml_form(rows, form_id=form_id, version=f"2026{next(numbers):06}", choices=choices), "utf-8"
        )
        return FormLibrary(folder).add(source)

    return folder, add


def own(tables):
    """The tables of forms that are not shipped."""
    shipped = {form.id for form in FormLibrary(None).all_versions()}
    return {table.name: table for table in tables if table.form not in shipped}


def names(table):
    return [column.name for column in table.columns]


def flat_key(form, item):
    """A flat path of a question, in the first instance of every repeat around it, and those instances' own."""
    parts, instances = [], []
    for end in range(2, len(item.steps) + 1):
        parts.append(item.steps[end - 1])
        if item.steps[:end] in form.repeats:
            parts.append("i1")
            instances.append("/".join(parts))
    return "/".join(parts), instances


@pytest.mark.parametrize("kind", KINDS)
def test_no_contact_and_no_restricted_value_of_any_shipped_form_is_in_any_table(kind, tmp_path, request):
    engine, close = opened(kind, tmp_path, request)
    library = FormLibrary(None)
    tables = flat_tables(library)
    views, hidden, shown = [], [], []
    for form in library.all_versions():
        answers, missing, disputed = {}, {}, {}
        for item in form.items.values():
            if not isinstance(item, Question):
                continue
            seen = item.bind.tier in {"P", "N"} and not item.is_note and item.name not in STAFF
            word = f"{'SEEN' if seen else 'CANARY'}-{form.id}-{item.name}"
            (shown if seen else hidden).append(word)
            key, instances = flat_key(form, item)
            answers |= {key: word, **dict.fromkeys(instances, "1")}
            missing |= {key: {"missing": "pns" if seen else "CANARY-pns"}, **dict.fromkeys(instances, "1")}
            disputed[key] = tuple(Version(f"CANARY-{n}-{word}", f"x{n}", "d", "u", "w") for n in range(2))
        for n, (fields, conflicts) in enumerate([(answers, {}), (missing, {}), ({}, disputed)]):
            views.append(
                RecordView(f"{form.id}{n}", form.id, (), fields, conflicts, "live", False, (), "CANARY-hlc",
                           "2026-03-01T23:59:59+08:00", form.hash)
            )  # fmt: skip
    with engine.begin() as connection:
        prepare(connection, tables)
        assert rebuild(connection, tables, views).written == len(views)
        written = dump(connection)
    close()
    assert len(hidden) > 10
    written += "".join(path.read_bytes().decode("utf-8", "replace") for path in tmp_path.iterdir())
    assert "CANARY" not in written
    assert "23:59" not in written
    assert all(word in written for word in shown)


def test_nothing_of_a_hidden_question_is_named_in_the_tables():
    library = FormLibrary(None)
    columns = {(t.form, c.path) for t in flat_tables(library) for c in t.columns}
    for form in library.all_versions():
        hidden = {i.path.split("/", 2)[2] for i in form.items.values() if i.bind.tier in {"C", "R", "X"}}
        assert hidden or form.id not in {"consent", "household", "migrant", "visit"}
        assert not hidden & {path for of, path in columns if of == form.id}


def test_the_shipped_forms_have_readable_tables():
    tables = {table.name: table for table in flat_tables(FormLibrary(None))}
    of_two = [name for name in tables if name.startswith(("household", "visit"))]
    assert of_two == ["household", "household_members", "household_share", "visit", "visit_appt", "visit_share"]  # fmt: skip
    kinds = {column.name: column.kind for column in tables["visit"].columns}
    assert (kinds["needs"], kinds["date"], kinds["outcome"]) == ("several", "date", "text")
    [needs] = [column for column in tables["visit"].columns if column.name == "needs"]
    assert "needs__antenatal" in needs.names
    assert not [name for name in needs.names if re.search(r"__(dk|pns|declined|na)$", name)]
    kinds = {column.name: column.kind for column in tables["household_members"].columns}
    assert kinds["birth_year"] == "integer"
    assert not {"name", "py", "alias_ok", "birth_date", "out_where"} & kinds.keys()


def test_only_declared_fields_of_tiers_p_and_n_and_nothing_about_the_worker(office_forms):
    folder, add = office_forms
    add(
        'type: text, name: a, label: A, "fk:tier": P',
        "type: text, name: b, label: B",
        'type: username, name: who, "fk:tier": N',
        'type: deviceid, name: device, "fk:tier": N',
        'type: note, name: said, label: Said, "fk:tier": N',
        'type: geopoint, name: place, label: Place, "fk:tier": C',
        'type: begin group, name: g, label: G, "fk:tier": R',
        'type: text, name: inside, label: I, "fk:tier": N',
        "type: end group",
        'type: calculate, name: sum, calculation: "1 + 1", "fk:tier": N',
        'type: calculate, name: other, calculation: "1 + 1"',
    )
    assert names(own(flat_tables(FormLibrary(folder)))["f"]) == ["a", "sum"]


def test_versions_are_one_table_and_what_any_calls_restricted_is_gone(office_forms):
    folder, add = office_forms
    add(
        'type: text, name: a, label: A, "fk:tier": N',
        'type: text, name: b, label: B, "fk:tier": N',
        'type: integer, name: n, label: N, "fk:tier": N',
        'type: text, name: former, label: O, "fk:tier": N',
        'type: text, name: gone, label: G, "fk:tier": N',
    )
    kept = flat_tables(FormLibrary(folder))
    assert names(own(kept)["f"]) == ["a", "b", "n", "former", "gone"]
    add(
        'type: text, name: a, label: A, "fk:tier": R',
        'type: text, name: new, label: N, "fk:tier": C, "fk:renamed_from": former',
        'type: decimal, name: n, label: N, "fk:tier": N',
        'type: text, name: b, label: B, "fk:tier": N',
        'type: date, name: late, label: L, "fk:tier": N',
    )
    for known in (kept, ()):
        table = own(flat_tables(FormLibrary(folder), known))["f"]
        assert names(table) == ["b", "n", "gone", "late"]
        assert {column.name: column.kind for column in table.columns}["n"] == "text"
        assert len(table.versions) == 2
    (folder / "versions").rename(folder.parent / "lost")
    assert names(own(flat_tables(FormLibrary(folder), kept))["f"]) == ["b", "n", "gone", "late"], (
        "what the tables have is remembered without the old version too"
    )


def test_names_that_were_given_stay_when_another_question_comes_by_the_same_name(office_forms):
    folder, add = office_forms
    age = 'type: integer, name: age, label: A, "fk:tier": N'
    group = ("type: begin group, name: {}, label: G", age, "type: end group")
    add(group[0].format("x"), *group[1:])
    kept = flat_tables(FormLibrary(folder))
    add(group[0].format("b"), *group[1:], group[0].format("x"), *group[1:], 'type: text, name: state, label: S, "fk:tier": N')  # fmt: skip
    for known in (kept, ()):
        columns = {c.path: c.name for c in own(flat_tables(FormLibrary(folder), known))["f"].columns}
        assert columns["x/age"] == "age"
        assert columns["b/age"] == "b_age"
        assert re.fullmatch("state_[0-9a-f]{8}", columns["state"]), "the row's own state keeps its name"


def test_forms_called_like_the_archives_tables_or_words_of_sql(office_forms):
    folder, add = office_forms
    for form_id in ("revision", "order", "table_state", "名册"):
        add('type: text, name: select, label: A, "fk:tier": N', form_id=form_id)
    found = sorted(own(flat_tables(FormLibrary(folder))))
    assert found[:2] == ["ming_ce", "order_"]
    assert [re.sub("_[0-9a-f]{8}$", "", name) for name in found[2:]] == ["revision", "table_state"]
    assert names(own(flat_tables(FormLibrary(folder)))["order_"]) == ["select_"]


def test_a_wide_form_has_several_tables_and_columns_stay_where_they_are(office_forms):
    folder, add = office_forms
    rows = [f'type: text, name: q{n}, label: Q, "fk:tier": N' for n in range(900)]
    add(*rows[:500])
    kept = flat_tables(FormLibrary(folder))
    assert {name: len(table.columns) for name, table in own(kept).items()} == {"f": 400, "f_2": 100}
    add(*rows[600:], *rows[:500])
    newer = own(flat_tables(FormLibrary(folder), kept))
    assert {name: len(table.columns) for name, table in newer.items()} == {"f": 400, "f_2": 400}
    assert names(newer["f_2"])[:100] == names(own(kept)["f_2"])


def test_choices_have_names_of_their_own(office_forms):
    folder, add = office_forms
    listed = "".join(
        f'  - {{list_name: l, name: "{v}", label: L}}\n' for v in ("A-1", "a_1", "产前", "x" * 70)
    )
    add('type: select_multiple l, name: s, label: S, "fk:tier": N', choices=listed)
    [column] = own(flat_tables(FormLibrary(folder)))["f"].columns
    assert column.kind == "several"
    found = dict(column.choices)
    assert (found["A-1"], found["产前"]) == ("s__a_1", "s__chan_qian")
    assert re.fullmatch("s__a_1_[0-9a-f]{8}", found["a_1"])
    assert len(found["x" * 70]) == 63


def test_plain_names():
    assert [plain_name(text) for text in ("", "Ä-b", "1a", "user", "A")] == ["_", "_-b".replace("-", "_"), "_1a", "user_", "a"]  # fmt: skip
    long = ["g", "n" * 80]
    assert free_name(long, ()) == free_name(long, ())
    assert len(free_name(long, ())) == 63
    assert free_name(long, ()) != free_name(["h", "n" * 80], ())
    assert choice_name("c", "a b", ()) == "c__a_b"


def forget_tables(office):
    """The tables are as in an archive that has never had any: whatever they hold is written anew."""
    with closing(sqlite3.connect(office / "archive.db")) as archive, archive:
        archive.execute("DELETE FROM table_state")


def test_the_command_lists_fills_and_changes_nothing_the_second_time(demo, capsys):
    forget_tables(demo.office)
    office = ["--office", str(demo.office), "--json"]
    assert run(["office", "tables", *office]) == 0
    first = json.loads(capsys.readouterr().out)
    rows = {each["table"]: each["rows"] for each in first["tables"]}
    assert first["rebuilt"]
    of_records = [each["rows"] for each in first["tables"] if not each["repeat"]]
    assert first["written"] == sum(of_records) > rows["visit"] + rows["household"] > 0
    [members] = [each for each in first["tables"] if each["table"] == "household_members"]
    assert (members["form"], members["repeat"]) == ("household", "home/members")
    assert {"record_id", "instance_id", "age", "position"} <= set(members["columns"])
    engine = create_engine(f"sqlite:///{demo.office / 'archive.db'}")
    with engine.connect() as connection:
        before = dump(connection)
    assert run(["office", "tables", *office]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["written"], again["rebuilt"]) == (0, False)
    assert run(["office", "tables", "--rebuild", *office]) == 0
    assert json.loads(capsys.readouterr().out)["rebuilt"]
    with engine.connect() as connection:
        assert dump(connection) == before
    engine.dispose()
    assert run(["office", "tables", "--office", str(demo.office)]) == 0
    assert "household_members: " in capsys.readouterr().out


def test_a_table_of_the_demo_town_counts_what_its_records_count(demo):
    from fieldkit.office import Office
    from tests.conftest import NOW

    office = Office.open(demo.office, now=lambda: NOW)
    kept = {table.name: rows for table, rows in office.keep_tables().tables}
    records = list(office.records("visit"))
    assert kept["visit"] == len(records)
    engine = create_engine(f"sqlite:///{demo.office / 'archive.db'}")
    with engine.connect() as connection:
        rows = {row["record_id"]: row for row in rows_of(connection, "visit")}
    for record in records:
        row = rows[record.id]
        assert (row["outcome"] or "", row["village"] or "") == (
            record.text("outcome"),
            record.text("village"),
        )
        assert row["made_on"] == record.made_on.isoformat()
    engine.dispose()
    office.close()


def test_nobody_writes_between_what_the_tables_read_and_what_they_write(demo, monkeypatch):
    """An import of another process waits; had it come between, SQLite would refuse the tables: "database is locked"."""
    from fieldkit.office import Office
    from fieldkit.office import tables as office_tables
    from tests.conftest import NOW

    looked = []

    def meanwhile(library, kept):
        looked.append(kept)
        other = sqlite3.connect(demo.office / "archive.db", timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return flat_tables(library, kept)

    monkeypatch.setattr(office_tables, "flat_tables", meanwhile)
    forget_tables(demo.office)
    office = Office.open(demo.office, now=lambda: NOW)
    assert office.keep_tables().done.written
    assert looked
    office.close()


def test_the_queries_in_the_document_run(demo, capsys):
    text = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    [examples] = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert run(["office", "tables", "--office", str(demo.office)]) == 0
    engine = create_engine(f"sqlite:///{demo.office / 'archive.db'}")
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(query).all() for query in examples.split(";") if query.strip()]
    engine.dispose()
    assert len(found) == 6
    assert all(found[:3])


class Records:
    """A source whose records a test says."""

    def __init__(self, *views):
        self.views_now, self.number = list(views), 1

    def latest(self, _connection):
        return self.number

    def stale_records(self, _connection, _since):
        return [view.record for view in self.views_now]

    def views(self, _connection, _records):
        return self.views_now


@pytest.mark.parametrize("how", ["erased", "hidden"])
def test_what_is_erased_or_hidden_by_a_new_version_leaves_the_files_by_itself(how, office_forms, tmp_path):
    folder, add = office_forms
    form = add('type: text, name: a, label: A, "fk:tier": N', 'type: text, name: b, label: B, "fk:tier": N')
    database = tmp_path / "database"
    database.mkdir()
    held = Database(f"sqlite:///{database / 'archive.db'}")

    def record(state, answers):
        return RecordView("r1", "f", (), answers, {}, state, False, (), "", "2026-03-01", form.hash)

    source = Records(record("live", {"a": "CANARY " * 2000, "b": "other"}))
    keep_tables(held, FormLibrary(folder), source)
    source.number = 2
    if how == "erased":
        source.views_now = [record("erased", {})]
    else:
        add('type: text, name: a, label: A, "fk:tier": R', 'type: text, name: b, label: B, "fk:tier": N')
    done = keep_tables(held, FormLibrary(folder), source).done
    assert done.left_over
    with held.reading() as connection:
        assert [row["b"] for row in rows_of(connection, "f")] == ([] if how == "erased" else ["other"])
    held.close()
    assert b"CANARY" not in b"".join(path.read_bytes() for path in database.iterdir())
