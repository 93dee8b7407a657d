"""The way back: what the office sends is taken in by content, and a laptop that was set back loses nothing."""

from __future__ import annotations

import hashlib
import shutil

import pytest
from sqlalchemy import update

from fieldkit.demo.town import households
from fieldkit.errors import FieldkitError
from fieldkit.exchange import ReceiptIs, What
from fieldkit.i18n import set_language
from fieldkit.session.form_updates import Outcome, is_newer
from sync import Body, DeviceKey, Envelope, KeyCard, Operation, schema, seal, spoken_code, write_bundle
from sync.sealing import new_identity, recipient_of


def lines(town, found):
    return "\n".join(town.session.sticks.returned_lines(found))


def test_a_receipt_counts_down_what_is_only_here(town):
    town.record()
    town.record()
    assert town.session.status().only_here == 2
    town.carry()
    town.record()
    found = town.take()
    assert (found.taken.acknowledged, found.only_here) == (2, 1)
    assert town.session.status().only_here == 1
    assert (found.taken.plan.is_double, found.taken.plan.lost, found.taken.plan.still_lost) == (False, (), 0)
    assert "acknowledges 2 more records; 1 still only here" in lines(town, found)


def test_an_older_receipt_does_not_take_the_place_of_a_newer_one(town):
    town.record()
    town.carry()
    early = town.written()
    shutil.copy(early.path, town.stick.parent / "early.fkr")
    town.record()
    town.carry()
    town.take()
    found = town.session.sticks.take(town.stick.parent / "early.fkr")
    assert found.taken.plan.receipt is ReceiptIs.OLDER
    assert found.only_here == 0
    assert "newer" in lines(town, found)


def test_an_archive_restored_from_a_backup_gets_everything_again(town):
    town.record()
    town.carry()
    town.take()
    backup = town.office.folder.with_name("backup")
    shutil.copytree(town.office.folder, backup)
    for _ in range(3):
        town.record()
    town.carry()
    before = town.written()
    shutil.copy(before.path, town.stick.parent / "before.fkr")
    town.take()
    assert town.session.status().only_here == 0
    folder = town.office.folder
    town.office.close()
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    town.office = type(town.office).open(folder, now=town.clock)
    with town.office._archive.engine.begin() as connection:
        connection.execute(update(schema.meta).where(schema.meta.c.name == "generation").values(value="2"))
    found = town.take()
    assert found.taken.plan.receipt is ReceiptIs.RESTORED
    assert found.only_here == town.session.status().only_here == 3
    assert "came back from a backup" in lines(town, found)
    with pytest.raises(FieldkitError, match=r"return\.older-archive"):
        town.session.sticks.take(town.stick.parent / "before.fkr")
    assert town.session.status().only_here == 3
    assert town.carry().bundle.revisions == 3
    assert town.office.verify().revisions == 4


def test_a_laptop_set_back_takes_back_what_it_lost_and_counts_anew(town):
    town.record()
    town.carry()
    town.copy("copy")
    lost = [town.record({"a": f"lost {n}", "b": ""}) for n in range(3)]
    town.carry()
    town.set_back("copy")
    epoch = town.exchange.device.epoch
    found = town.take()
    plan = found.taken.plan
    assert (plan.is_double, len(plan.lost), plan.still_lost) == (True, 3, 0)
    assert set(lost) <= set(town.answers())
    assert found.only_here == 0
    assert town.exchange.device.epoch != epoch
    assert "set back to an older copy" in lines(town, found)
    assert [entry.what for entry in town.session.sticks.history()][:2] == [What.RETURN, What.ROLLBACK]
    new = town.record()
    [made] = town.exchange.revisions(new)
    assert (made.envelope.sequence, made.envelope.previous) == (1, None)
    assert made.envelope.hlc > max(each.envelope.hlc for each in plan.lost)
    town.carry()
    again = town.take()
    assert (again.taken.plan.is_double, again.only_here) == (False, 0)
    assert town.office.verify().damaged == ()


def test_what_was_made_after_going_back_is_kept_and_offered(town):
    """Both ways on from the same place: neither is lost, and no place in a chain passes for the other's."""
    town.record()
    town.carry()
    town.copy("copy")
    first = [town.record({"a": "first way", "b": str(n)}) for n in range(3)]
    town.carry()
    town.set_back("copy")
    second = [town.record({"a": "second way", "b": str(n)}) for n in range(2)]
    found = town.take()
    assert found.taken.plan.is_double
    assert {*first, *second} <= set(town.answers())
    assert found.only_here == 2, "a place that another revision holds does not count"
    assert town.carry().bundle.revisions == 2
    assert town.office.verify().revisions == 6
    assert town.take().only_here == 0


def test_two_doubles_come_to_rest_with_chains_of_their_own(town):
    town.record()
    town.carry()
    town.copy("other")
    mine, other = town.folder, town.folder.with_name("other")

    def turn(folder):
        town.session.close()
        town.folder = folder
        town.open()
        town.record({"a": folder.name, "b": str(town.clock.now)})
        town.carry()
        found = town.take()
        return found.taken.plan.is_double, found.only_here

    turns = [turn(folder) for _ in range(4) for folder in (mine, other)]
    assert [only for _double, only in turns] == [0] * 8
    assert not any(double for double, _only in turns[4:]), "no new chain for ever"
    assert town.office.verify().revisions == 9
    assert len(town.answers()) == 9


def test_a_laptop_that_lost_more_than_a_pack_holds_is_told_how_to_get_it(town, monkeypatch):
    monkeypatch.setattr("fieldkit.office.returns._LAST", 2)
    town.record()
    town.copy("copy")
    for _ in range(5):
        town.record()
    town.carry()
    town.set_back("copy")
    found = town.take()
    assert (len(found.taken.plan.lost), found.taken.plan.still_lost) == (2, 3)
    assert "office return DEST --device" in lines(town, found)
    found = town.take(whole=True)
    assert (len(found.taken.plan.lost), found.taken.plan.still_lost, found.only_here) == (3, 0, 0)
    assert len(town.answers()) == 6


def test_where_the_office_has_noticed_it_more_comes_back_at_once(town, monkeypatch):
    monkeypatch.setattr("fieldkit.office.returns._LAST", 1)
    town.record()
    town.carry()
    town.copy("copy")
    for _ in range(4):
        town.record()
    town.carry()
    town.set_back("copy")
    assert town.written().revisions == 1
    town.record()
    town.carry()
    [device] = town.office.devices()
    assert device.findings
    found = town.take()
    assert (len(found.taken.plan.lost), found.taken.plan.still_lost, found.only_here) == (4, 0, 0)


def test_revisions_that_the_laptop_never_signed_are_left_aside(town, monkeypatch):
    stranger = DeviceKey.generate(b"s" * 32)
    body = Body({"a": "forged"}, ("a",)).to_bytes()
    envelope = Envelope(
        record=town.exchange.new_record_id(), parents=(), form="talk", form_hash="h", device=town.exchange.device.key.id,
        epoch="x", sequence=1, previous=None, hlc="0" * 13 + "-0000", wall=town.clock().isoformat(), user="",
        operation=Operation.PUT, body_hash=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    forged = seal(envelope, body, stranger)
    monkeypatch.setattr("fieldkit.office.returns.own_revisions", lambda *_: [forged])
    found = town.take()
    assert (found.taken.plan.lost, found.taken.plan.unfit) == ((), 1)
    assert town.answers() == {}
    assert "not signed by this laptop" in lines(town, found)


def test_no_household_number_is_given_twice_after_going_back(town):
    town.copy("copy")
    form = town.session.library.get("household")
    given = list(households())[:7]
    for each in given:
        town.clock.later(minutes=1)
        town.exchange.put(form, town.exchange.new_record_id(), each.answers)
        town.exchange.device.take_number()
    town.carry()
    town.set_back("copy")
    assert town.exchange.device.next_number() == 1
    town.take()
    assert len(town.session.registry().households) == 7
    assert town.exchange.device.next_number() == 1 + max(int(each.answers["home/running"]) for each in given)


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
    assert rows == [{"household": "123", "due": "2026-03-01"}, {"household": "456", "due": "2026-04-01"}]
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


def review(town, record, comments):
    """A review of a record, written at the office by another laptop of its own."""
    key = DeviceKey.generate(b"r" * 32)
    town.office._archive.enroll(KeyCard("reviewer", key.public, "e", recipient_of(new_identity())))
    town.clock.later(minutes=1)
    body = Body({}, (), {"comments": comments}).to_bytes()
    [known] = town.office._archive.revisions(record)
    envelope = Envelope(
        record=record, parents=(known.id,), form="talk", form_hash=known.envelope.form_hash, device=key.id, epoch="e",
        sequence=1, previous=None, hlc=f"{int(town.clock().timestamp() * 1000):013d}-0000", wall=town.clock().isoformat(),
        user="李", operation=Operation.REVIEW, body_hash=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    made = write_bundle(
        town.stick,
        [seal(envelope, body, key)],
        key=key,
        office=town.office._archive.id,
        recipients=town.office._archive.recipients,
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
    assert town.session.sticks.comments_not_looked_at() == 2
    said = [line for _comment, line in town.session.sticks.comments(record)]
    assert any("Says" in line and "Please check" in line and "李" in line for line in said)
    assert town.session.sticks.take(pack.path).taken.comments == ()
    town.session.sticks.look_at_comments(record)
    assert town.session.sticks.comments_not_looked_at() == 0
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
    town.office._archive.enroll(KeyCard("third", key.public, "e"))
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


def test_on_a_stick_with_much_on_it_only_what_is_for_this_laptop_is_taken(town, tmp_path):
    town.record()
    town.carry()
    key = DeviceKey.generate(b"z" * 32)
    town.office._archive.enroll(KeyCard("other", key.public, "e"))
    inner = town.stick / "某 文件夹"
    inner.mkdir()
    town.office.write_returns(inner)
    (inner / "return-zzzzzz-9999-12-31.fkr").write_bytes(b"torn")
    (inner / "photo.jpg").write_bytes(b"x")
    found = town.session.sticks.take(str(town.stick))
    assert (found.taken.acknowledged, found.only_here) == (1, 0)
    assert [name for name, _error in found.refusals] == ["return-zzzzzz-9999-12-31.fkr"]
    assert "return-zzzzzz-9999-12-31.fkr" in lines(town, found)
    assert town.session.sticks.folder == town.stick
    others = [path for path in inner.glob("*.fkr") if key.id[:6] in path.name]
    with pytest.raises(FieldkitError, match=r"return\.other-device"):
        town.session.sticks.take(others[0])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FieldkitError, match=r"return\.nothing"):
        town.session.sticks.take(tmp_path / "empty")


def test_another_offices_pack_changes_nothing(town, tmp_path):
    town.record()
    stranger = type(town.office).create(tmp_path / "other", name="x", division="", now=town.clock)
    card = town.stick / "l.fkkey"
    stranger.enroll(card)
    (tmp_path / "there").mkdir()
    [pack] = stranger.write_returns(tmp_path / "there")
    stranger.close()
    before = len(town.session.sticks.history())
    with pytest.raises(FieldkitError, match=r"return\.other-office"):
        town.session.sticks.take(pack.path)
    assert len(town.session.sticks.history()) == before
    assert town.session.status().last_receipt == ""


def test_laptop_and_office_say_the_same_code_and_the_history_names_all(town):
    town.record()
    town.clock.later(minutes=1)
    made = town.session.export(town.stick)
    [(_path, report)] = town.office.merge([made.bundle.path]).reports
    assert spoken_code(report.sha256) == made.code
    pack = town.written()
    found = town.session.sticks.take(pack.path)
    assert found.taken.code == pack.code
    town.session.sticks.take(next(town.stick.glob("*.fkenrol")))
    entries = town.session.sticks.history()
    assert [(each.what, each.count, each.code) for each in entries] == [
        (What.RETURN, 1, pack.code), (What.EXPORT, 1, made.code), (What.ENROLMENT, 1, ""),
    ]  # fmt: skip
    newest = town.session.sticks.history_lines()[0]
    assert newest.startswith("2026-03-01 09:0")
    assert f"check code {pack.code}" in newest


def test_an_export_tells_how_far_it_is_and_stops_without_a_trace(town, tmp_path):
    for _ in range(120):
        town.record()
    told = []
    folder = tmp_path / "out"
    folder.mkdir()

    def stop(done, of):
        told.append((done, of))
        raise FieldkitError("export.stopped")

    with pytest.raises(FieldkitError, match=r"export\.stopped"):
        town.session.export(folder, progress=stop)
    assert told == [(50, 120)]
    assert list(folder.iterdir()) == []
    assert town.session.sticks.history()[0].what is What.ENROLMENT
    told.clear()
    made = town.session.export(folder, progress=lambda done, of: told.append((done, of)))
    assert told == [(50, 120), (100, 120), (120, 120)]
    assert made.bundle.revisions == 120
