"""What a return pack brings beside the receipt: forms, lists, the worklist, comments."""

from __future__ import annotations

import hashlib

import pytest
from tinydb import where

from fieldkit.errors import FieldkitError
from fieldkit.exchange.diary import What
from fieldkit.i18n import set_language
from fieldkit.session.form_updates import Outcome, is_newer
from sync import Body, DeviceKey, Envelope, KeyCard, Operation, seal, write_bundle
from sync.sealing import new_identity, recipient_of
from tests.exchange.test_returns import lines


def office_file(town, folder, name, text):
    path = town.office.folder / folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_forms_and_lists_are_taken_when_they_are_fit_and_newer(town):
    interview = town.session.interviews.start("talk")
    interview.entry.set("/data/a", "begun")
    office_file(town, "forms", "talk.yaml", town.form(10, "More still"))
    office_file(town, "forms", "new.yaml", town.form(1, "New").replace("form_id: talk", "form_id: new"))
    office_file(town, "forms", "bad.yaml", "survey:\n  - {type: nonsense, name: x, label: X}\n")
    office_file(town, "lists", "places.csv", "name,label\np1,村\n")
    office_file(town, "lists", "torn.csv", 'name,label\n"p1,村\n')
    found = town.take()
    outcomes = {each.file: each.outcome for each in found.updates}
    assert outcomes == {
        "talk.yaml": Outcome.TAKEN, "new.yaml": Outcome.TAKEN, "bad.yaml": Outcome.REFUSED,
        "places.csv": Outcome.TAKEN, "torn.csv": Outcome.REFUSED,
    }  # fmt: skip
    forms = town.folder / "forms"
    assert not (forms / "bad.yaml").exists()
    assert not (forms / "torn.csv").exists()
    assert (forms / "places.csv").read_text(encoding="utf-8") == "name,label\np1,村\n"
    assert town.session.library.get("talk").version == "10", "without opening the workspace again"
    said = lines(town, found)
    assert "Form updated: talk, 1 -> 10" in said
    assert "1 unfinished interviews go on with the version they were begun with" in said
    assert "bad.yaml was not taken" in said
    assert "torn.csv was not taken" in said
    [draft] = town.session.interviews.unfinished()
    assert town.session.interviews.change(draft.id).version == "1"
    again = town.take()
    assert {
        each.outcome for each in again.updates if each.file in {"talk.yaml", "new.yaml", "places.csv"}
    } == {Outcome.SAME}
    office_file(town, "forms", "talk.yaml", town.form(9, "Older"))
    older = next(each for each in town.take().updates if each.file == "talk.yaml")
    assert (older.outcome, older.old, older.new) == (Outcome.OLDER, "10", "9")
    assert town.session.library.get("talk").version == "10"


def test_a_list_that_a_form_cannot_read_leaves_the_old_one(town):
    forms = town.folder / "forms"
    (forms / "places.csv").write_text("name,label\np1,Hill\n", encoding="utf-8")
    (forms / "places.yaml").write_text(
        'settings:\n  - {form_id: places, version: "1"}\nsurvey:\n'
        "  - {type: select_one_from_file places.csv, name: p, label: P}\n",
        encoding="utf-8",
    )
    office_file(town, "lists", "places.csv", "name,label\np1\n")
    [update] = town.take().updates
    assert (update.outcome, update.error.params["row"]) == (Outcome.REFUSED, 2)
    assert (forms / "places.csv").read_text(encoding="utf-8") == "name,label\np1,Hill\n"


@pytest.mark.parametrize(
    ("new", "old", "newer"),
    [
        ("10", "9", True), ("9", "10", False), ("2026031001", "2026030902", True), ("1.10", "1.9", True),
        ("1", "1", False), ("1", "", True), ("", "1", False), ("v2", "v10", False), ("2b", "2a", True),
    ],
)  # fmt: skip
def test_versions_are_compared_as_people_count_them(new, old, newer):
    assert is_newer(new, old) is newer


def test_the_worklist_comes_and_a_faulty_one_is_named_by_row_and_column(town):
    office_file(town, "worklist", "laptop 1.csv", "due,household,why\n2026-03-01,123,x\n2026-04-01,456,y\n")
    found = town.take()
    assert found.taken.worklist == 2
    rows = [dict(row) for row in town.session._workspace.worklist]
    assert rows == [
        {"household": "123", "due": "2026-03-01", "by": "清溪"},
        {"household": "456", "due": "2026-04-01", "by": "清溪"},
    ]
    assert "Households on the worklist: 2" in lines(town, found)
    for text, code, params in (
        ("household\n1\n", "worklist.column", {"column": "due"}),
        (
            "household,due\n1,2026-04-01\n2,soon\n",
            "worklist.cell",
            {"row": 3, "column": "due", "text": "soon"},
        ),
        ("household,due\nLi,2026-04-01\n", "worklist.cell", {"row": 2, "column": "household", "text": "Li"}),
    ):
        office_file(town, "worklist", "laptop 1.csv", text)
        with pytest.raises(FieldkitError) as refusal:
            town.written()
        assert refusal.value.code == code
        assert params.items() <= refusal.value.params.items()


def test_a_lease_comes_ends_and_is_told_once(town):
    office_file(
        town, "worklist", "laptop 1.csv", "household,due,until\n1,2026-03-01,2026-04-30\n2,2026-03-01,\n"
    )
    town.take()
    rows = {row["household"]: dict(row) for row in town.session._workspace.worklist}
    assert rows["1"]["until"] == "2026-04-30"
    assert "until" not in rows["2"]
    town.session._workspace.worklist.upsert(
        {"household": "2", "rest": "2036-01-01", "since": "2026-03-31"}, where("household") == "2"
    )
    town.clock.now = town.clock.now.replace(year=2026, month=5, day=1)
    assert any("lease ended: 1" in note for note in town.session.agenda.notes())
    town.session.tidy()
    town.session.tidy()
    assert [entry.count for entry in town.session.sticks.history() if entry.what is What.LEASE] == [1]
    assert "lease ended: 1 household is" in "\n".join(town.session.sticks.history_lines())
    assert town.session.agenda.notes() == []
    office_file(town, "worklist", "laptop 1.csv", "household,due\n2,2026-05-01\n3,2026-05-01\n")
    town.take()
    rows = {row["household"]: row.get("rest", "") for row in town.session._workspace.worklist}
    assert rows == {"2": "2036-01-01", "3": ""}, "a household that rests goes on resting"


@pytest.mark.parametrize("until", ["soon", "2026-02-01"])
def test_an_until_that_does_not_fit_is_named_by_row_and_column(town, until):
    office_file(town, "worklist", "laptop 1.csv", f"household,due,until\n1,2026-03-01,{until}\n")
    with pytest.raises(FieldkitError) as refusal:
        town.written()
    assert refusal.value.code == "worklist.cell"
    assert {"row": 2, "column": "until", "text": until}.items() <= refusal.value.params.items()


def review(town, record, comments):
    """A review of a record, written at the office by another laptop of its own."""
    key = DeviceKey.generate(b"r" * 32)
    town.office.archive.enroll(KeyCard("reviewer", key.public, "e", recipient_of(new_identity())))
    town.clock.later(minutes=1)
    body = Body({}, (), {"comments": comments}).to_bytes()
    [known] = town.office.archive.revisions(record)
    envelope = Envelope(
        record=record, parents=(known.id,), form="talk", form_hash=known.envelope.form_hash, device=key.id, epoch="e",
        sequence=1, previous=None, hlc=f"{int(town.clock().timestamp() * 1000):013d}-0000", wall=town.clock().isoformat(),
        user="李", operation=Operation.REVIEW, body_hash=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    made = write_bundle(
        town.stick,
        [seal(envelope, body, key)],
        key=key,
        office=town.office.archive.id,
        recipients=town.office.archive.recipients,
        now=town.clock(),
    )
    town.office.merge([made.path])
    made.path.unlink()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_comments_come_once_and_count_until_the_record_is_looked_at(town, language):
    set_language(language)
    record = town.record({"a": "1", "b": "CANARY"})
    town.carry()
    review(town, record, {"a": "Please check", "": "Thank you"})
    pack = next(each for each in town.office.write_returns(town.stick) if each.name == "laptop 1")
    assert pack.comments == 2
    found = town.session.sticks.take(pack.path)
    assert {each.text for each in found.taken.comments} == {"Please check", "Thank you"}
    assert town.session.comments_not_looked_at() == 2
    said = [line for _comment, line in town.session.sticks.comments(record)]
    assert any("Says" in line and "Please check" in line and "李" in line for line in said)
    assert town.session.sticks.take(pack.path).taken.comments == ()
    town.session.sticks.look_at_comments(record)
    assert town.session.comments_not_looked_at() == 0
    assert len(town.session.sticks.comments()) == 2
    town.session.erase(record, "asked")
    assert town.session.sticks.comments() == []


def test_a_review_reaches_no_laptop_that_never_worked_on_the_record(town):
    record = town.record()
    town.carry()
    review(town, record, {"a": "x"})
    other = next(each for each in town.office.write_returns(town.stick) if each.name == "reviewer")
    assert other.comments == 1, "the reviewer worked on it"
    key = DeviceKey.generate(b"z" * 32)
    town.office.archive.enroll(KeyCard("third", key.public, "e"))
    third = next(each for each in town.office.write_returns(town.stick) if each.name == "third")
    assert third.comments == 0


def test_a_laptop_without_a_key_to_seal_for_gets_receipt_and_forms_alone(town, monkeypatch):
    monkeypatch.setattr("fieldkit.office.returns.recipient_of", lambda device: "")
    office_file(town, "worklist", "laptop 1.csv", "household,due\n1,2026-04-01\n")
    office_file(town, "forms", "talk.yaml", town.form(2, "More"))
    record = town.record()
    town.carry()
    review(town, record, {"a": "x"})
    pack = next(each for each in town.office.write_returns(town.stick) if each.name == "laptop 1")
    assert (pack.sealed, pack.worklist, pack.comments, pack.revisions) == (False, 0, 0, 0)
    found = town.session.sticks.take(pack.path)
    assert (found.only_here, [each.outcome for each in found.updates]) == (0, [Outcome.TAKEN])
