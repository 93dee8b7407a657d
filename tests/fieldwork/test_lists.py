"""What a laptop hands to forms: numbers that are given once, and the lists of a family to that family alone."""

from __future__ import annotations

import json

import pytest

from fieldkit.xforms import load_form

YES = [{"list_name": "yes_no", "name": name, "label": name} for name in ("yes", "no")]


def form(folder, name, **settings):
    """A form that creates participants and reads the list of them, and its number from this laptop."""
    survey = [
        {"type": "csv-external", "name": "numbers"},
        {"type": "csv-external", "name": "participants"},
        {
            "type": "text", "name": "running", "label": "Number", "save_to": "running",
            "default": "instance('numbers')/root/item[name = 'participant']/next",
        },
    ]  # fmt: skip
    for each in ("numbers", "participants"):
        (folder / f"{each}.csv").write_text("name,label\n", encoding="utf-8")
    path = folder / f"{name}.yaml"
    book = {
        "settings": [{"form_id": name, "form_title": name, **settings}],
        "survey": survey,
        "entities": [{"list_name": "participants", "label": "${running}"}],
    }
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")
    return path


@pytest.fixture
def screening(session, tmp_path):
    return session.library.add(form(tmp_path, "register", **{"fk:family": "screening"}))


def register(session):
    interview = session.interviews.start("register")
    number = interview.entry.value("/data/running")
    session.interviews.finish(interview)
    return number


def test_each_participant_gets_the_next_number_and_households_keep_theirs(session, screening):
    before = session.exchange.device.next_number()
    last = session.exchange.device.next_participant() - 1
    assert [register(session) for _ in range(3)] == [str(last + n) for n in (1, 2, 3)]
    assert session.exchange.device.next_number() == before
    session.exchange.device.remember(participant=998)
    assert [register(session) for _ in range(2)] == ["999", "1"]


def test_the_participants_of_a_screening_are_told_to_its_family_alone(session, screening, tmp_path):
    number = register(session)
    assert len(session.interviews.start("register").entry.form.instances) > 1
    rows = lists_of(session, screening)
    assert [row["running"] for row in rows if row["running"]] == [number]
    other = tmp_path / "other"
    other.mkdir()
    assert lists_of(session, load_form(form(other, "elsewhere", **{"fk:family": "household"}))) == []
    assert lists_of(session, load_form(form(other, "nowhere"))) == []


def lists_of(session, form):
    table = session.interviews._lists.for_form(form).get("participants")
    return [{name: row.cell(name) for name in table.columns} for row in table.rows()] if table else []
