"""A log of the interview: only where its form asks for one, with no more than it asks for."""

from __future__ import annotations

import csv
import io

import pytest

from fieldkit.session.session import Session

FORM = """
settings:
  - {{form_id: audited, version: 1, form_title: Audited}}
survey:
{row}
  - {{type: text, name: a, label: A}}
  - {{type: begin repeat, name: m, label: M}}
  - {{type: text, name: b, label: B}}
  - {{type: end repeat}}
"""
ROW = '  - {{type: audit, name: audit, parameters: "{parameters}"}}'


def record_of(demo, parameters):
    """What a record of the form holds after a short interview, and its log as rows."""
    path = demo.workspace / "forms" / "audited.yaml"
    path.parent.mkdir(exist_ok=True)
    row = ROW.format(parameters=parameters) if parameters is not None else ""
    path.write_text(FORM.format(row=row), encoding="utf-8")
    with Session.open(demo.workspace) as session:
        interview = session.interviews.start("audited")
        interview.answer("/data/a", "x")
        interview.next()
        interview.jump("/data/a")
    with Session.open(demo.workspace) as session:
        interview = session.interviews.resume(interview.id)
        interview.answer("/data/a", "y")
        interview.next()
        member = interview.add_member("/data/m")
        interview.remove_member(member)
        finished = session.interviews.finish(interview)
        (record,) = [each for each in session.exchange.records() if each.id == finished.record]
    text = record.text("meta/audit")
    return record, list(csv.DictReader(io.StringIO(text))), text


def test_a_form_that_does_not_ask_has_no_log(demo):
    record, rows, _ = record_of(demo, None)
    assert rows == []
    assert "meta/audit" not in record.answers


def test_the_log_says_what_was_on_screen_when(demo):
    _, rows, text = record_of(demo, "")
    assert text.splitlines()[0] == "event,node,start,end"
    assert [(row["event"], row["node"]) for row in rows] == [
        ("form start", ""), ("question", "/data/a"), ("question", "/data/m[1]/b"), ("jump", ""), ("question", "/data/a"),
        ("form resume", ""), ("question", "/data/a"), ("question", "/data/m[1]/b"), ("add repeat", "/data/m[2]"),
        ("delete repeat", "/data/m[2]"), ("form finalize", ""),
    ]  # fmt: skip
    assert all(row["start"].isdigit() for row in rows)
    assert rows[1]["end"]


def test_old_and_new_values_and_the_user_only_where_asked(demo):
    _, rows, text = record_of(demo, "track-changes=true identify-user=true")
    assert text.splitlines()[0] == "event,node,start,end,user,old-value,new-value"
    asked = [(row["old-value"], row["new-value"]) for row in rows if row["node"] == "/data/a"]
    assert asked[0] == ("", "x")
    assert asked[-1] == ("x", "y")
    assert {row["user"] for row in rows} != {""}


@pytest.mark.parametrize("parameters", ["", "track-changes=true"])
def test_a_draft_keeps_its_log_row_by_row(demo, parameters):
    _, rows, _ = record_of(demo, parameters)
    assert sum(row["event"] == "form resume" for row in rows) == 1
