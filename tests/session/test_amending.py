"""Correcting finished records: a new revision with its reason, and never more than what was corrected."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.session.session import Session
from fieldkit.xforms import Missing
from sync import Operation
from tests.people import FILES, FORM


@pytest.fixture
def folder(workspace_with):
    return workspace_with(FILES)


@pytest.fixture
def session(opened):
    with opened() as session:
        yield session


@pytest.fixture
def record(session):
    answers = {"ok": "yes", "name": "Li", "age": 34, "kid": [{"born": "2001"}, {"born": "2003"}]}
    return session.interviews.finish(session.interviews.start("people", answers=answers)).record


def refused(session, record):
    with pytest.raises(FieldkitError) as error:
        session.interviews.amend(record)
    assert session.interviews.unfinished() == []
    return error.value.code


def test_a_correction_is_a_revision_over_the_heads_it_saw_with_only_what_changed(session, record):
    first = session.exchange.revisions(record)[0]
    interview = session.interviews.amend(record)
    assert interview.amends == (first.id,)
    interview.answer("/data/age", 35)
    done = session.interviews.finish(interview, "wrong  age")
    assert (done.record, done.amended, done.changed) == (record, True, True)
    _, second = session.exchange.revisions(record)
    assert second.envelope.operation is Operation.PUT
    assert second.envelope.parents == (first.id,)
    assert second.body.note["reason"] == "wrong age"
    assert {"age", "double", "meta/instanceID"} <= set(second.body.changed) <= {
        "age", "double", "meta/instanceID", "ended", "seen",
    }  # fmt: skip
    now = session.exchange.record(record)
    assert (now.answers["age"], now.answers["double"], now.answers["name"]) == ("35", "70", "Li")
    assert session.interviews.unfinished() == []


def test_the_instance_id_is_new_and_the_previous_one_is_named_where_the_form_asks(folder, opened):
    pytest.importorskip("pyxform")
    xml = (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head>'
        '<h:title>x</h:title><model><instance><data id="x"><a/><orx:meta><orx:instanceID/><orx:deprecatedID/>'
        '</orx:meta></data></instance><bind nodeset="/data/a" type="string"/>'
        '<bind nodeset="/data/orx:meta/orx:instanceID" type="string" readonly="true()" jr:preload="uid"/>'
        '</model></h:head><h:body><input ref="/data/a"><label>A</label></input></h:body></h:html>'
    )
    (folder / "forms" / "x.xml").write_text(xml, encoding="utf-8")
    with opened() as session:
        record = session.interviews.finish(session.interviews.start("x", answers={"a": "1"})).record
        before = session.exchange.record(record).answers["orx:meta/orx:instanceID"]
        interview = session.interviews.amend(record)
        interview.answer("/data/a", "2")
        session.interviews.finish(interview, "typed wrongly")
        after = session.exchange.record(record).answers
    assert after["orx:meta/orx:instanceID"].startswith("uuid:")
    assert after["orx:meta/orx:instanceID"] != before
    assert after["orx:meta/orx:deprecatedID"] == before


@pytest.mark.parametrize("reason", ["", "   ", "...", "12"])
def test_without_a_reason_in_words_nothing_is_sealed_and_nothing_is_lost(session, record, reason):
    interview = session.interviews.amend(record)
    interview.answer("/data/age", 35)
    with pytest.raises(FieldkitError) as error:
        session.interviews.finish(interview, reason)
    assert error.value.code == "amend.no-reason"
    assert len(session.exchange.revisions(record)) == 1
    assert session.interviews.resume(record).entry.value("/data/age") == "35"


def test_no_change_is_no_revision(session, record):
    interview = session.interviews.amend(record)
    interview.answer("/data/age", 35)
    interview.answer("/data/age", 34)
    done = session.interviews.finish(interview)
    assert (done.record, done.changed) == (record, False)
    assert len(session.exchange.revisions(record)) == 1
    assert session.interviews.unfinished() == []


def test_the_draft_is_found_again_and_there_is_only_one(opened, folder):
    with opened() as session:
        answers = {"ok": "yes", "name": "Li", "age": 34}
        record = session.interviews.finish(session.interviews.start("people", answers=answers)).record
        session.interviews.amend(record).answer("/data/age", 36)
    with opened() as session:
        [draft] = session.interviews.unfinished()
        assert (draft.id, draft.amends) == (record, True)
        interview = session.interviews.amend(record)
        assert interview.entry.value("/data/age") == "36"
        assert len(session.interviews.unfinished()) == 1
        with pytest.raises(FieldkitError) as error:
            session.interviews.begin_correction(record, answers={"age": 37})
        assert error.value.code == "amend.begun"
        session.interviews.finish(interview, "after a break")
        assert session.exchange.record(record).answers["age"] == "36"


def test_a_correction_survives_its_process_being_killed(opened, folder):
    with opened() as session:
        answers = {"ok": "yes", "name": "Li", "age": 34}
        record = session.interviews.finish(session.interviews.start("people", answers=answers)).record
    program = (
        "import os, pathlib, signal, sys\n"
        "from fieldkit.session.session import Session\n"
        "session = Session.open(pathlib.Path(sys.argv[1]))\n"
        "session.interviews.amend(sys.argv[2]).answer('/data/age', 36)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(folder), record], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    with opened() as session:
        interview = session.interviews.amend(record)
        assert (interview.entry.value("/data/age"), interview.entry.value("/data/name")) == ("36", "Li")
        assert session.exchange.record(record).answers["age"] == "34"


def test_what_required_asks_for_is_asked_of_corrections_too(session, record):
    interview = session.interviews.amend(record)
    interview.answer("/data/name", None)
    with pytest.raises(FieldkitError) as error:
        session.interviews.finish(interview, "no name")
    assert error.value.code == "interview.unfinished"
    interview.answer("/data/name", Missing.PNS)
    session.interviews.finish(interview, "asked not to be named")
    assert session.exchange.record(record).answers["name"] == {"missing": "pns"}


def test_what_the_form_calculates_anew_on_opening_stays_as_it_was_recorded(opened, folder):
    with opened() as session:
        record = session.interviews.finish(session.interviews.start("people", answers={"name": "Li"})).record
    (folder / "forms" / "places.csv").write_text("name,label\n1,One\n2,Two\n", encoding="utf-8")
    with opened() as session:
        interview = session.interviews.amend(record)
        assert interview.entry.value("/data/seen") == "2"
        interview.answer("/data/name", "Wang")
        session.interviews.finish(interview, "wrong name")
        assert session.exchange.record(record).answers["seen"] == "1"
        assert "seen" not in session.exchange.revisions(record)[1].body.changed


def test_rows_are_added_and_taken_out_by_their_ids(session, record):
    before = session.exchange.record(record).answers
    first = next(key for key in before if key.startswith("kid/") and before[key] == "2001")
    interview = session.interviews.amend(record)
    interview.remove_member("/data/kid[1]")
    session.interviews.finish(interview, "not their child")
    after = session.exchange.record(record).answers
    assert first not in after
    assert [after[key] for key in after if key.endswith("/born")] == ["2003"]


def test_erased_withdrawn_deleted_declined_and_unknown_records_are_not_opened(session, record):
    assert refused(session, "00000000-0000-7000-8000-000000000000") == "record.unknown"
    declined = session.interviews.finish(session.interviews.start("people", answers={"ok": "no"}))
    assert declined.declined
    assert refused(session, declined.record) == "amend.declined"
    form = session.library.get("people")
    sealed = session.exchange.put(form, session.exchange.new_record_id(), {"ok": "no"})
    [revision] = [each for each in session.exchange.revisions() if each.id == sealed]
    assert refused(session, revision.envelope.record) == "amend.declined"
    session.erase(record, "asked")
    assert refused(session, record) == "amend.erased"


@pytest.mark.parametrize(
    ("operation", "code"), [(Operation.WITHDRAW, "amend.withdrawn"), (Operation.DELETE, "amend.deleted")]
)
def test_what_was_withdrawn_or_deleted_stays_so_even_while_a_correction_is_open(
    session, record, operation, code
):
    interview = session.interviews.amend(record)
    interview.answer("/data/age", 35)
    exchange = session.exchange
    seen = exchange.record(record)
    revision = exchange._sealed(
        "people", "", record, {}, seen.heads, (), {}, session.now().isoformat(), operation
    )
    exchange._keep(revision, ())
    with pytest.raises(FieldkitError) as error:
        session.interviews.finish(interview, "too late")
    assert error.value.code == code
    session.interviews.discard(record)
    assert refused(session, record) == code


def test_erasing_a_record_erases_its_open_correction(session, record):
    session.interviews.amend(record).answer("/data/age", 35)
    session.erase(record, "asked")
    assert session.interviews.unfinished() == []


def test_declining_in_a_correction_is_told_and_destroys_nothing(session, record):
    interview = session.interviews.amend(record)
    interview.answer("/data/ok", "no")
    assert not session.declined(interview)
    with pytest.raises(FieldkitError) as error:
        session.interviews.finish(interview, "they said no")
    assert error.value.code == "amend.declining"
    assert session.exchange.record(record).answers["name"] == "Li"
    assert session.exchange.waiting_declines() == []
    assert len(session.interviews.unfinished()) == 1


def test_files_of_the_record_stay_when_a_correction_is_given_up_or_changes_them(session, tmp_path):
    paper, other = tmp_path / "a.pdf", tmp_path / "b.pdf"
    paper.write_bytes(b"paper")
    other.write_bytes(b"other")
    interview = session.interviews.start("people", answers={"name": "Li"})
    interview.answer("/data/paper", str(paper))
    record = session.interviews.finish(interview).record
    interview = session.interviews.amend(record)
    assert len(interview.files) == 1
    interview.answer("/data/paper", str(other))
    session.interviews.discard(record)
    (tmp_path / "out").mkdir()
    [written] = session.write_files(record, tmp_path / "out")
    assert written.read_bytes() == b"paper"
    interview = session.interviews.amend(record)
    interview.answer("/data/paper", str(other))
    session.interviews.finish(interview, "wrong paper")
    found = {path.read_bytes() for path in session.write_files(record, tmp_path / "out")}
    assert found == {b"paper", b"other"}


def test_a_value_in_conflict_stays_in_conflict_when_something_else_is_corrected(session, record):
    exchange, form = session.exchange, session.library.get("people")
    seen = exchange.record(record)
    for age in ("40", "41"):
        exchange.amend(form, seen, {**seen.answers, "age": age}, note={"reason": "x"}, remove_draft="")
    assert "age" in exchange.record(record).conflicts
    interview = session.interviews.amend(record)
    assert len(interview.amends) == 2
    interview.answer("/data/name", "Wang")
    session.interviews.finish(interview, "wrong name")
    now = exchange.record(record)
    assert "age" in now.conflicts
    assert now.answers["name"] == "Wang"
    interview = session.interviews.amend(record)
    interview.answer("/data/age", 41)
    session.interviews.finish(interview, "asked again")
    assert "age" not in exchange.record(record).conflicts


def test_history_tells_differences_in_words_and_nothing_restricted(session):
    answers = {"ok": "yes", "name": "Li", "secret": "CANARY-OLD"}
    record = session.interviews.finish(session.interviews.start("people", answers=answers)).record
    interview = session.interviews.amend(record)
    interview.answer("/data/name", "Wang")
    interview.answer("/data/secret", "CANARY-NEW")
    interview.answer("/data/age", Missing.DK)
    session.interviews.finish(interview, "corrected at the door")
    first, second = session.histories.steps(record)
    assert (first.is_first, second.is_first, second.reason) == (True, False, "corrected at the door")
    told = {each.key: each for each in second.differences}
    assert (told["name"].label, told["name"].old, told["name"].new) == ("Name", "Li", "Wang")
    assert told["age"].new_words == "Don't know"
    assert told["secret"].restricted
    assert "CANARY" not in repr(session.histories.steps(record))
    lines = {line.key: line for line in session.histories.answers(record)}
    assert lines["ok"].answer == "Yes"
    assert lines["secret"].restricted
    assert "CANARY" not in repr(lines)


def test_history_hides_what_only_the_form_of_today_calls_restricted_and_what_no_form_knows(session, folder):
    record = session.interviews.finish(session.interviews.start("people", answers={"name": "CANARY"})).record
    session.exchange.put(session.library.get("people"), record, {"name": "CANARY", "odd": "CANARY"})
    changed = FORM.replace("name: name, label: Name,", 'name: name, label: Name, "fk:tier": R,')
    (folder / "forms" / "people.yaml").write_text(changed, encoding="utf-8")
    with_new = type(session.library)(folder / "forms")
    session.histories._library = with_new
    assert "CANARY" not in repr(session.histories.steps(record))


def test_a_registration_keeps_its_number_and_its_people_when_it_is_corrected(demo, now):
    with Session.open(demo.workspace, now=lambda: now) as session:
        household = next(iter(session.registry().households.values()))
        interview = session.interviews.amend(household.record)
        place = interview.form.find("addr_note").path
        interview.answer(place, "by the new bridge")
        session.interviews.finish(interview, "moved next door")
        after = session.household(household.id)
        assert after.address == "by the new bridge"
        assert after.members == household.members
        changed = session.exchange.revisions(household.record)[-1].body.changed
        assert interview.entry.key(place) in changed
        assert {key.rpartition("/")[2] for key in changed} <= {
            "addr_note",
            "instanceID",
            "ended_at",
            "saved_at",
            "end",
        }


def test_a_visit_moved_to_another_household_is_listed_there_alone(session):
    from fieldkit.fieldwork.registry import Registry
    from fieldkit.records import Record

    def visit(household):
        answers = {"hh_id": household, "date": "2026-03-01", "outcome": "done"}
        return Record("r", "visit", answers, frozenset(), session.today())

    registry = Registry([visit("1")])
    registry.take(visit("2"))
    assert registry.visits.get("1") is None
    assert [each.record for each in registry.visits["2"]] == ["r"]
