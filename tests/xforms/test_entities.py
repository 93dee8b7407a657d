"""Entities: what a record creates, updates or both; one for each member of a repeat; lists that grow by them."""

from __future__ import annotations

import re

import pytest

from fieldkit.xforms import FormEntry, Missing, load_form
from fieldkit.xforms.entities import EntityChange, entity_changes, entity_lists, entity_rows

CREATE = """
| survey | | | | |
| | type | name | label | save_to |
| | text | name | Name | full_name |
| | integer | age | Age | age |
| | text | secret | Secret | |
| | text | note | Note | note |
| settings | | |
| | form_id | version |
| | reg | 1 |
| entities | | |
| | list_name | label |
| | people | concat(${name}, '!') |
"""
UPSERT = """
| survey | | | | |
| | type | name | label | save_to |
| | csv-external | people | | |
| | text | id | Id | |
| | text | name | Name | full_name |
| entities | | | | | |
| | list_name | label | entity_id | create_if | update_if |
| | people | ${name} | ${id} | ${name} = 'new' | ${name} != '' |
"""
UPDATE = """
| survey | | | | | |
| | type | name | label | save_to | choice_filter |
| | select_one_from_file people.csv | who | Who | | |
| | integer | age | Age | age | |
| entities | | | |
| | list_name | label | entity_id |
| | people | | ${who} |
"""
REPEAT = """
| survey | | | | |
| | type | name | label | save_to |
| | begin_repeat | m | M | |
| | text | name | Name | full_name |
| | end_repeat | | | |
| | text | z | Z | |
| entities | | | | |
| | list_name | label | repeat | create_if |
| | people | ${name} | ${m} | ${name} != 'skip' |
"""
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture
def made(tmp_path):
    def load(text, name="form"):
        path = tmp_path / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        return load_form(path)

    return load


def test_a_new_entity_has_a_lasting_uuid_label_and_properties(made):
    form = made(CREATE)
    entry = FormEntry(form)
    for name, value in (("name", "王芳"), ("age", 34), ("secret", "x"), ("note", Missing.DECLINED)):
        entry.set(f"/data/{name}", value)
    (change,) = entity_changes(form, entry.answers())
    assert UUID.fullmatch(change.id)
    assert (change.list, change.operation, change.label) == ("people", "create", "王芳!")
    assert change.properties == {"full_name": "王芳", "age": "34"}, (
        "a missing answer says nothing of a property"
    )
    again = FormEntry(form, answers=entry.answers())
    assert entity_changes(form, again.answers())[0].id == change.id
    assert entity_changes(form, FormEntry.from_xml(form, entry.to_xml()).answers())[0].id == change.id
    assert 'dataset="people"' in entry.to_xml()
    assert entity_lists(form) == {"people"}


def test_an_update_names_the_version_its_author_saw(made, tmp_path):
    (tmp_path / "people.csv").write_text("name,label,__version,age\nu-1,Old,3,70\n", encoding="utf-8")
    form = made(UPDATE)
    entry = FormEntry(form)
    assert entity_changes(form, entry.answers()) == []
    entry.set("/data/who", "u-1")
    entry.set("/data/age", 71)
    (change,) = entity_changes(form, entry.answers())
    assert change == EntityChange("people", "u-1", "update", "", {"age": "71"}, base_version="3")


@pytest.mark.parametrize(("name", "operation"), [("new", "upsert"), ("old", "update"), ("", None)])
def test_conditions_say_what_is_done(made, tmp_path, name, operation):
    (tmp_path / "people.csv").write_text("name,label,__version\n", encoding="utf-8")
    form = made(UPSERT)
    entry = FormEntry(form, answers={"id": "u-1", "name": name})
    changes = entity_changes(form, entry.answers())
    assert [change.operation for change in changes] == ([operation] if operation else [])


def test_each_member_of_a_repeat_is_an_entity(made):
    form = made(REPEAT)
    entry = FormEntry(form, answers={"m": [{"name": "a"}, {"name": "skip"}, {"name": "b"}]})
    changes = entity_changes(form, entry.answers())
    assert [change.properties for change in changes] == [{"full_name": "a"}, {"full_name": "b"}]
    assert len({change.id for change in changes}) == 2
    entry.remove_repeat("/data/m[1]")
    assert [change.label for change in entity_changes(form, entry.answers())] == ["b"]


def test_lists_grow_by_changes_in_their_order():
    changes = [
        EntityChange("p", "1", "create", "A", {"age": "1"}),
        EntityChange("p", "2", "update", "", {"age": "9"}),
        EntityChange("p", "1", "update", "", {"age": "2", "eye": ""}),
    ]
    rows = entity_rows(changes, [{"name": "2", "label": "B", "__version": "4", "age": "8"}])
    assert rows == [
        {"name": "2", "label": "B", "__version": "5", "age": "9"},
        {"name": "1", "label": "A", "__version": "2", "age": "2", "eye": ""},
    ]


def test_a_form_without_entities_changes_none(made):
    form = made("| survey | | | |\n| | type | name | label |\n| | text | a | A |\n")
    assert entity_changes(form, {"a": "x"}) == []
