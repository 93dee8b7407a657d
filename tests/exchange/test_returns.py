"""The way back: what the office sends is taken in by content, and a laptop that was set back loses nothing."""

from __future__ import annotations

import hashlib
import shutil

import pytest
from sqlalchemy import update

from fieldkit.demo.town import households
from fieldkit.errors import FieldkitError
from fieldkit.exchange import ReceiptIs, What
from sync import Body, DeviceKey, Envelope, KeyCard, Operation, schema, seal, spoken_code


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
    with town.office.archive.engine.begin() as connection:
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


def test_on_a_stick_with_much_on_it_only_what_is_for_this_laptop_is_taken(town, tmp_path):
    town.record()
    town.carry()
    key = DeviceKey.generate(b"z" * 32)
    town.office.archive.enroll(KeyCard("other", key.public, "e"))
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
