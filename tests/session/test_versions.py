"""A form that changes while drafts and records of it exist: earlier versions stay usable, and nothing is dropped."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.library import FormLibrary

SETTINGS = 'settings:\n  - {{form_id: people, version: "{}"}}\nsurvey:\n'
FIRST = (
    SETTINGS.format(1)
    + """
  - {type: text, name: name, label: Name}
  - {type: text, name: age, label: Age}
  - {type: text, name: secret, label: Secret, "fk:tier": R}
  - {type: select_one c, name: pick, label: Pick}
  - {type: select_one_from_file places.csv, name: place, label: Place}
choices:
  - {list_name: c, name: a, label: A}
  - {list_name: c, name: b, label: B}
"""
)
SECOND = (
    SETTINGS.format(2)
    + """
  - {type: text, name: full_name, label: Full name, "fk:renamed_from": name}
  - {type: text, name: village, label: Village, required: "yes"}
  - {type: select_one c, name: pick, label: Pick}
choices:
  - {list_name: c, name: a, label: A}
"""
)
ANSWERS = {"name": "Li", "age": "CANARY-AGE", "secret": "CANARY-SECRET", "pick": "b", "place": "p1"}


@pytest.fixture
def folder(workspace_with):
    return workspace_with({"people.yaml": FIRST, "places.csv": "name,label\np1,Hill\n"})


@pytest.fixture
def second(tmp_path):
    (tmp_path / "new").mkdir()
    path = tmp_path / "new" / "people.yaml"
    path.write_text(SECOND, encoding="utf-8")
    return path


@pytest.fixture
def draft(opened, folder, second):
    """A draft of the first version; the second version has come since."""
    with opened() as session:
        interview = session.interviews.start("people", answers=ANSWERS)
        interview.note("/data/name", "as on the card")
        interview.note("/data/age", "by guess")
        interview.jump("/data/name")
        draft = interview.id
    FormLibrary(folder / "forms").add(second)
    return draft


def test_the_form_that_another_takes_the_place_of_is_kept_with_its_lists(folder, second):
    library = FormLibrary(folder / "forms")
    first = library.get("people")
    added = library.add(second)
    kept = folder / "forms" / "versions" / f"people-{first.hash[:8]}"
    assert {path.name for path in kept.iterdir()} == {"people.yaml", "places.csv"}
    again = FormLibrary(folder / "forms")
    assert again.get("people").hash == added.hash
    found = again.version("people", first.hash)
    assert found.hash == first.hash
    assert found.lists.rows("place") == [] or found.lists.rows("places")[0]["label"] == "Hill"
    assert again.version("people", "0" * 64) is None
    shipped = {file.id for file in FormLibrary(None).files()}
    assert [file.id for file in again.files() if file.id not in shipped] == ["people"]


def test_a_newer_version_in_another_file_takes_the_place_of_the_older_one(opened, folder, second):
    with opened() as session:
        draft = session.interviews.start("people", answers={"name": "Li"}).id
    other = second.rename(second.with_name("a people form.yaml"))
    FormLibrary(folder / "forms").add(other)
    assert not (folder / "forms" / "people.yaml").exists()
    with opened() as session:
        assert session.library.known("people").version == "2"
        assert session.interviews.resume(draft).form.version == "1"
        assert session.interviews.change(draft).new.version == "2"


def test_a_form_is_kept_from_its_first_interview_whoever_replaces_its_file(opened, folder):
    with opened() as session:
        draft = session.interviews.start("people", answers={"name": "Li"}).id
    (folder / "forms" / "people.yaml").write_text(SECOND, encoding="utf-8")
    with opened() as session:
        assert session.interviews.resume(draft).entry.value("/data/name") == "Li"


def test_a_draft_goes_on_with_its_own_version_until_somebody_decides(opened, draft):
    with opened() as session:
        interview = session.interviews.resume(draft)
        assert interview.form.version == "1"
        assert interview.entry.value("/data/secret") == "CANARY-SECRET"
        change = session.interviews.change(draft)
        assert (change.version, change.new.version, change.old.version) == ("1", "2", "1")
        record = session.interviews.finish(interview).record
        [revision] = session.exchange.revisions(record)
        assert revision.envelope.form_hash == interview.form.hash


def test_the_plan_tells_what_moves_what_has_no_place_and_what_is_new(opened, draft):
    with opened() as session:
        plan = session.interviews.change(draft).plan
        assert [(move.old, move.new) for move in plan.moved] == [("name", "full_name")]
        why = {each.key: each.why for each in plan.orphans if not each.key.startswith("meta")}
        assert why == {"age": "gone", "secret": "gone", "place": "gone", "pick": "choice"}
        assert plan.required == ("/data/village",)


def test_going_on_with_the_old_version_is_not_asked_again_for_the_same_change(opened, draft):
    with opened() as session:
        session.interviews.stay(draft, session.interviews.change(draft))
        assert session.interviews.change(draft) is None
        assert session.interviews.resume(draft).form.version == "1"


def test_carrying_loses_no_answer_and_no_note_and_the_record_keeps_the_orphans(opened, draft):
    with opened() as session:
        session.interviews.carry(draft, session.interviews.change(draft))
    with opened() as session:
        assert session.interviews.change(draft) is None
        interview = session.interviews.resume(draft)
        assert interview.form.version == "2"
        assert interview.index.path == "/data/full_name"
        assert interview.entry.value("/data/full_name") == "Li"
        assert interview.notes == {"full_name": "as on the card", "age": "by guess"}
        with pytest.raises(FieldkitError):
            session.interviews.finish(interview)
        interview.answer("/data/village", "Upper")
        record = session.interviews.finish(interview).record
        [revision] = session.exchange.revisions(record)
        kept = {each["key"]: each for each in revision.body.note["orphans"]}
        assert kept["age"] | {} == {
            "key": "age", "answer": "CANARY-AGE", "why": "gone", "label": "Age", "tier": "",
        }  # fmt: skip
        assert kept["secret"]["answer"] == "CANARY-SECRET"
        assert kept["pick"]["why"] == "choice"
        assert revision.envelope.form_hash == interview.form.hash
        [step] = session.histories.steps(record)
        told = {line.key: line for line in step.aside}
        assert (told["age"].label, told["age"].answer) == ("Age", "CANARY-AGE")
        assert told["secret"].restricted
        assert "CANARY-SECRET" not in repr(step)


def test_a_version_that_is_nowhere_any_more_is_refused_in_a_code_and_can_be_carried(opened, draft, folder):
    for path in (folder / "forms" / "versions").rglob("*.yaml"):
        path.unlink()
    with opened() as session:
        with pytest.raises(FieldkitError) as error:
            session.interviews.resume(draft)
        assert error.value.code == "form.gone"
        change = session.interviews.change(draft)
        assert change.old is None
        session.interviews.carry(draft, change)
        interview = session.interviews.resume(draft)
        assert interview.entry.value("/data/full_name") == "Li"
        # Nobody knows any more what was restricted, so all that only the lost version had is treated so.
        assert {each["tier"] for each in interview.kept_aside if each["why"] == "gone"} == {"R"}


def test_a_record_is_corrected_with_the_version_it_was_made_with(opened, folder, second):
    with opened() as session:
        record = session.interviews.finish(session.interviews.start("people", answers=ANSWERS)).record
    FormLibrary(folder / "forms").add(second)
    with opened() as session:
        session.interviews.begin_correction(record)
        assert session.interviews.change(record) is None
        interview = session.interviews.resume(record)
        assert interview.form.version == "1"
        interview.answer("/data/age", "35")
        session.interviews.finish(interview, "wrong age")
        assert [line.label for line in session.histories.answers(record)][:2] == ["Name", "Age"]


def test_a_record_of_a_lost_version_is_corrected_with_the_form_of_today_and_keeps_what_that_lacks(
    opened, folder, second
):
    with opened() as session:
        record = session.interviews.finish(session.interviews.start("people", answers=ANSWERS)).record
        before = session.exchange.record(record).answers
    FormLibrary(folder / "forms").add(second)
    for path in (folder / "forms" / "versions").rglob("*.yaml"):
        path.unlink()
    with opened() as session:
        session.interviews.begin_correction(record)
        session.interviews.carry(record, session.interviews.change(record))
        interview = session.interviews.resume(record)
        interview.answer("/data/village", "Upper")
        session.interviews.finish(interview, "village was missing")
        after = session.exchange.record(record).answers
        assert after["full_name"] == "Li"
        assert after["village"] == "Upper"
        assert "name" not in after
        assert (after["age"], after["place"]) == (before["age"], before["place"])
        _, revision = session.exchange.revisions(record)
        assert {"age", "place"}.isdisjoint(revision.body.changed)
        # The choice that is no longer offered is not an answer now, but it is kept.
        assert "pick" not in after
        assert {"pick": "b"}.items() <= {e["key"]: e["answer"] for e in revision.body.note["orphans"]}.items()


def test_an_answer_that_the_newer_version_overwrites_on_opening_is_kept_aside(opened, folder, tmp_path):
    rows = (
        SETTINGS
        + """
  - {{type: text, name: age, label: Age{}}}
  - {{type: begin repeat, name: kid, label: Kid{}}}
  - {{type: text, name: born, label: Born}}
  - {{type: end repeat, name: kid}}
"""
    )
    (folder / "forms" / "people.yaml").write_text(rows.format(1, "", ""), encoding="utf-8")
    with opened() as session:
        answers = {"age": "34", "kid": [{"born": "2001"}, {"born": "2003"}]}
        draft = session.interviews.start("people", answers=answers).id
    path = tmp_path / "people.yaml"
    path.write_text(rows.format(2, ", calculation: 3 + 4", ", repeat_count: 1"), encoding="utf-8")
    FormLibrary(folder / "forms").add(path)
    with opened() as session:
        [orphan] = session.interviews.change(draft).plan.orphans
        assert (orphan.key, orphan.answer, orphan.why) == ("age", "34", "calculated")
        session.interviews.carry(draft, session.interviews.change(draft))
        interview = session.interviews.resume(draft)
        assert interview.entry.value("/data/age") == "7"
        assert [interview.entry.value(f"/data/kid[{n}]/born") for n in (1, 2)] == ["2001", "2003"]
        assert [each["answer"] for each in interview.kept_aside] == ["34"]
