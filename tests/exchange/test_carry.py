"""From laptop to laptop by stick: who is believed, and what travels."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.store import Workspace
from sync import Archive, SyncError
from tests.exchange.tent import DAY, EVENT, START, VILLAGE, Tent, came


def test_the_first_round_introduces_and_the_second_carries(tent):
    tent.open_event("A")
    tent.put("B")
    first = tent.carry("A")
    assert (first.readers, first.came, [each.revisions for each in first.written]) == ((), (), [0])
    second = tent.carry("B")
    assert second.readers == ("A",)
    assert [each.knows_us for each in second.came] == [False]
    third = tent.carry("C")
    assert set(third.readers) == {"A", "B"}
    assert [each.records for each in came(third, "B")] == [0], "B did not know C when it wrote"
    assert [each.records for each in came(tent.carry("A"), "B")] == [1]
    tent.round("BC")
    assert len(set(tent.states().values())) == 1
    assert all(len(tent.records(name)) == 2 for name in "ABC")


def test_what_a_third_laptop_made_is_passed_on_and_believed(tent):
    tent.round()
    record = tent.put("A")
    tent.carry("A")
    tent.carry("B")
    for path in tent.stick.glob(f"carry-{tent.laptops['A'].device.key.id[:8]}*"):
        path.unlink()
    found = tent.carry("C")
    assert [each.records for each in came(found, "B")] == [1]
    assert record in tent.records("C")
    [revision] = tent.laptops["C"].revisions(record)
    assert revision.envelope.device == tent.laptops["A"].device.key.id


def test_only_the_event_travels_and_everything_of_it(tent):
    tent.round()
    event = tent.open_event("A")
    woman = tent.put("A", {"pid": "26033110011", "event": EVENT})
    tube = tent.put("A", {"pid": "26033110011", "event": ""}, "scr_cervix")
    breast = tent.put("A", {"pid": "26033110011"}, "scr_breast")
    tent.put("A", {"hh_id": "1"}, "visit")
    other = tent.put("A", {"pid": "26040110011", "event": "2604012001"})
    tent.put("A", {"outcome": "postponed", "event": "", "village": VILLAGE, "date": DAY})
    tent.round("AB")
    assert set(tent.records("B")) == {event, woman, tube, breast}
    tent.carry("A", "2604012001")
    tent.carry("B")
    assert other in tent.records("B")
    assert tent.laptops["B"].left_elsewhere(VILLAGE, DAY) == 1


def test_without_an_event_named_that_of_the_latest_day_travels(tent):
    tent.round()
    tent.put("A", {"event_id": "2603302001", "date": "2026-03-30", "event": ""}, "scr_event")
    yesterday = tent.put("A", {"event": "2603302001"})
    today, woman = tent.open_event("A"), tent.put("A")
    tent.carry("A", "")
    tent.carry("B", "")
    assert yesterday not in tent.records("B")
    assert {today, woman} <= set(tent.records("B"))


def test_two_who_say_different_things_are_both_kept_and_told(tent):
    tent.round()
    record = tent.put("A", {"born": "1980"})
    tent.round()
    tent.put("A", {"born": "1981"}, record=record)
    tent.put("B", {"born": "1982"}, record=record)
    tent.carry("A")
    assert [each.conflicts for each in came(tent.carry("B"), "A")] == [1]
    tent.round("ABCABC")
    for name in "ABC":
        assert tent.laptops[name].record(record).conflicts == {"born"}
    assert len(set(tent.states().values())) == 1


def test_an_erasure_takes_the_answers_on_every_laptop_whatever_comes_after(tent):
    tent.round()
    record = tent.put("A", {"born": "SECRET"})
    tent.round()
    stale, changed = tent.folder / "stale", tent.folder / "changed"
    shutil.copytree(tent.stick, stale)
    changed.mkdir()
    tent.put("A", {"born": "SECRET too"}, record=record)
    tent.carry("A", stick=changed)
    tent.laptops["B"].export(tent.workspaces["B"].outbox)
    tent.workspaces["B"].drafts.insert({"id": record, "note": "SECRET correction"})
    tent.laptops["C"].erase(record, "asked")
    tent.round("CBACBA")
    assert len(tent.workspaces["B"].drafts) == 0
    tent.carry("B", stick=stale)
    tent.carry("C", stick=changed)
    for name in "ABC":
        kept = tent.workspaces[name].revisions.find("record", record)
        assert not any("SECRET" in each["body"] for each in kept)
        assert tent.laptops[name].state() == tent.laptops["A"].state()
        assert record not in tent.records(name)
    assert not list(tent.workspaces["B"].outbox.iterdir()), "copies that may hold the answers go"
    tent.to_office("B")
    assert tent.office.view(record).state == "erased"


def test_a_withdrawal_travels(tent):
    tent.round()
    record = tent.put("A")
    tent.round()
    tent.laptops["B"].withdraw(record, scope="basic", reason="asked")
    tent.round("BAC")
    assert all(tent.laptops[name].records("scr_participant") == [] for name in "ABC")
    assert all(tent.laptops[name].withdrawn(record) for name in "ABC")


def test_who_left_is_a_number_and_nothing_more(tent):
    tent.round()
    for name in "AAB":
        tent.leave(name)
    tent.leave("A", village="990101100201")
    tent.leave("B", day="2026-03-30")
    tent.round("ABCA")
    left = {name: tent.laptops[name].left_elsewhere(VILLAGE, DAY) for name in "ABC"}
    assert left == {"A": 1, "B": 2, "C": 3}
    assert tent.laptops["C"].left_elsewhere("", DAY) == 4
    assert len(tent.workspaces["C"].declines) == 0
    assert tent.records("C") == {}
    # Sealed for the office, the decline is still a number of its laptop alone.
    tent.to_office("A")
    tent.leave("A")
    tent.round("ABC")
    assert tent.laptops["C"].left_elsewhere(VILLAGE, DAY) == 4
    assert tent.laptops["C"].records("scr_participant") == []


def test_counts_go_on_through_a_third_and_an_old_word_never_counts(tent):
    tent.round()
    tent.leave("A")
    tent.carry("A")
    old = tent.folder / "old"
    shutil.copytree(tent.stick, old)
    tent.leave("A")
    tent.carry("A")
    tent.carry("B")
    for path in tent.stick.glob(f"carry-{tent.laptops['A'].device.key.id[:8]}*"):
        path.unlink()
    tent.carry("C")
    assert tent.laptops["C"].left_elsewhere(VILLAGE, DAY) == 2
    tent.carry("C", stick=old)
    assert tent.laptops["C"].left_elsewhere(VILLAGE, DAY) == 2


def test_a_laptop_of_another_office_is_named_and_left_alone(tent, base):
    other = Tent.built(base / "other", "X")
    other.office.close()
    foreign = Archive.create(base / "foreign", name="邻镇", division="990101101000", now=lambda: START)
    with Workspace.create(base / "Y", passphrase=None, name="Y") as workspace:
        exchange = Exchange(workspace, tent.clock)
        (base / "word").write_bytes(foreign.enroll(exchange.device.card()).to_bytes())
        exchange.enrol(base / "word")
        exchange.carrying.carry(tent.stick)
        found = tent.carry("A")
        assert [error.code for _name, error in found.refused] == ["carry.other-office"]
        assert found.readers == ()
        assert exchange.carrying.carry(tent.stick).refused[0][1].code == "carry.other-office"
    foreign.close()
    for workspace in other.workspaces.values():
        workspace.close()


def test_a_laptop_that_is_not_enrolled_carries_nothing(base):
    with (
        Workspace.create(base / "w", passphrase=None, name="w") as workspace,
        pytest.raises(FieldkitError, match=r"carry\.not-enrolled"),
    ):
        Exchange(workspace, lambda: START).carrying.carry(base)


def test_a_stick_that_is_gone_is_a_refusal(tent):
    with pytest.raises(SyncError, match=r"medium\.gone"):
        tent.carry("A", stick=tent.folder / "nowhere")


def test_a_stick_that_takes_nothing_more_still_gives_what_is_on_it(tent, monkeypatch):
    tent.round()
    record = tent.put("A")
    tent.carry("A")

    def full(path, *_arguments, **_named):
        raise SyncError("medium.full", path=str(path), reason="full")

    monkeypatch.setattr("fieldkit.exchange.carrying.write_carry", full)
    found = tent.carry("B")
    assert (found.written, found.failing.code) == ((), "medium.full")
    assert record in tent.records("B")


def test_nobody_seals_for_a_laptop_that_was_not_met_for_a_month(tent):
    tent.round()
    tent.clock.later(days=31)
    for path in tent.stick.iterdir():
        path.unlink()
    assert tent.carry("A").readers == ()


def test_a_body_that_came_bare_is_brought_by_another(tent):
    tent.round()
    record = tent.put("A", {"born": "1980"})
    tent.put("A", {"born": "1981"}, record=record)
    tent.carry("A")
    tent.carry("C")
    [first, _second] = tent.workspaces["A"].revisions.find("record", record)
    tent.workspaces["A"].revisions.update({"body": "", "about": None}, doc_ids=[first.doc_id])
    for path in tent.stick.glob("*"):
        path.unlink()
    tent.carry("A")
    tent.carry("B")
    assert [each.raw_body is None for each in tent.laptops["B"].revisions(record)] == [True, False]
    tent.carry("C")
    tent.carry("B")
    assert [each.raw_body is None for each in tent.laptops["B"].revisions(record)] == [False, False]


def test_another_laptops_clock_says_nothing_of_this_one(tent):
    tent.round()
    tent.clock.later(days=700)
    tent.put("A")
    tent.round("ABAB")
    tent.clock.later(days=-700)
    tent.put("B")
    assert tent.laptops["B"].latest() == tent.clock.now


def test_unproven_revisions_are_left_aside_and_told(tent, monkeypatch):
    tent.round()
    record = tent.put("A")
    [revision] = tent.laptops["A"].revisions(record)
    forged = replace(revision, signature=bytes(64))
    monkeypatch.setattr("fieldkit.exchange.carrying.event_revisions", lambda *_: [forged])
    tent.carry("A")
    monkeypatch.undo()
    [found] = came(tent.carry("B"), "A")
    assert (found.unfit, found.revisions) == (1, 0)
    assert tent.records("B") == {}


def test_what_is_no_number_of_an_event_names_no_file(tent):
    with pytest.raises(FieldkitError, match=r"carry\.bad-event"):
        tent.carry("A", "../x")
    tent.round()
    tent.put("A", {"event_id": "../x", "date": DAY}, "scr_event")
    assert [each.path.parent for each in tent.carry("A", "").written] == [tent.stick]


def test_a_laptop_without_a_key_to_seal_for_is_told(tent):
    exchange = tent.laptops["B"]
    word = replace(exchange.device.enrolment, device_recipient="", signature=b"").signed_by(tent.office.key)
    (tent.folder / "word").write_bytes(word.to_bytes())
    exchange.enrol(tent.folder / "word")
    tent.carry("B")
    found = tent.carry("A")
    assert (found.readers, found.keyless) == ((), ("B",))
