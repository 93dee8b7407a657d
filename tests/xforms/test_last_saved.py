"""What was answered last time serves as a default the next time, and is nowhere on disk in clear."""

from __future__ import annotations

import pytest

from fieldkit.session.session import Session
from fieldkit.xforms import FormEntry, load_form

FORM = """
settings:
  - {form_id: tent, version: 1, form_title: Tent}
survey:
  - {type: text, name: place, label: Place, default: "${last-saved#place}"}
  - {type: integer, name: n, label: N, default: "${last-saved#n} + 1"}
  - {type: begin repeat, name: m, label: M}
  - {type: text, name: who, label: Who}
  - {type: end repeat}
  - {type: calculate, name: before, calculation: "count(${last-saved#who})"}
"""


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "tent.yaml"
    made.write_text(FORM, encoding="utf-8")
    return made


def test_the_first_record_begins_empty(path):
    entry = FormEntry(load_form(path))
    assert entry.value("/data/place") == ""
    assert entry.value("/data/n") == ""


def test_the_next_begins_with_the_last(path):
    form = load_form(path)
    first = FormEntry(form, answers={"place": "石桥村", "n": 4, "m": [{"who": "a"}, {"who": "b"}]})
    second = FormEntry(form, last_saved=first.answers())
    assert second.value("/data/place") == "石桥村"
    assert second.value("/data/n") == "5"
    assert second.value("/data/before") == "2"


def test_a_laptop_remembers_the_record_it_saved_last(path, demo, monkeypatch, tmp_path):
    monkeypatch.setenv("FIELDKIT_CACHE", str(tmp_path / "cache"))
    with Session.open(demo.workspace) as session:
        for place in ("first", "石桥村秘密"):
            interview = session.interviews.start(str(path))
            interview.answer("/data/place", place)
            session.interviews.finish(interview)
        assert session.interviews.start(str(path)).entry.value("/data/place") == "石桥村秘密"
    kept = b"".join(file.read_bytes() for file in (tmp_path / "cache").iterdir())
    assert "石桥村秘密".encode() not in kept
