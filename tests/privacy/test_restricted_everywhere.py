"""A restricted answer is in its record, and in nothing that lists, searches, names, logs or counts."""

from __future__ import annotations

import json

import pytest

from fieldkit.session.outline import outline
from fieldkit.xforms import Question

CANARY = "只有本人知道的话"


@pytest.fixture
def talk(session, tmp_path):
    """An interview that keeps a log with old and new values, and has a restricted answer."""
    survey = [
        {"type": "audit", "name": "audit", "parameters": "track-changes=true"},
        {"type": "date", "name": "date", "label": "Date"},
        {"type": "text", "name": "hh_id", "label": "Household", "fk:tier": "N"},
        {
            "type": "select_one yes_no",
            "name": "health",
            "label": "May we?",
            "fk:tier": "N",
            "fk:consent": "health",
        },
        {"type": "begin group", "name": "own", "label": "Own", "relevant": "${health} = 'yes'"},
        {"type": "text", "name": "said", "label": "What?", "fk:tier": "R"},
        {"type": "end group"},
        {"type": "text", "name": "note", "label": "Note", "fk:tier": "N"},
    ]
    book = {
        "settings": [{"form_id": "talk", "form_title": "Talk", "instance_name": "${hh_id}"}],
        "survey": survey,
        "choices": [{"list_name": "yes_no", "name": name, "label": name} for name in ("yes", "no")],
    }
    path = tmp_path / "talk.yaml"
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")
    session.library.add(path)
    number = min(session.registry().households)
    interview = session.interviews.start(
        "talk", answers={"hh_id": number, "date": "2026-03-30", "health": "yes"}
    )
    for name, value in (("said", CANARY), ("note", "ordinary")):
        place = interview.form.find(name).path
        interview.jump(place)
        interview.answer(place, value)
    return interview


def test_while_it_is_asked(session, talk):
    assert talk.entry.value("/data/own/said") == CANARY
    lists = [
        outline(talk), session.interviews.unfinished(), session.due(), session.about(talk),
        talk.entry.instance_name, list(session.find(CANARY)), session.rights.find(CANARY, session.rights.of_no_household()),
    ]  # fmt: skip
    assert CANARY not in repr(lists)
    assert list(session.find(CANARY)) == []


def test_once_it_is_recorded(session, talk):
    record = session.interviews.finish(talk).record
    assert session.exchange.record(record).text("own/said") == CANARY
    lists = [
        session.record_title(record), session.histories.steps(record), session.histories.answers(record),
        list(session.find(CANARY)), session.rights.find(CANARY, session.rights.of_no_household()), session.notice_codes(), session.status(),
    ]  # fmt: skip
    assert CANARY not in repr(lists)
    log = session.exchange.record(record).answers
    said = next(answer for key, answer in log.items() if key.rpartition("/")[2] == "audit")
    assert "ordinary" in said, "the log keeps changes"
    assert "/data/own/said" in said
    assert CANARY not in said


def test_no_restricted_question_is_kept_in_any_list_of_entities(session):
    for file in session.library.files():
        form = session.library.get(file.id)
        kept = [item for item in form.items.values() if isinstance(item, Question) and item.bind.save_to]
        assert not [item.path for item in kept if item.bind.tier not in {"P", "N"}], file.id
