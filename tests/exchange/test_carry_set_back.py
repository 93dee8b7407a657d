"""From laptop to laptop by stick: laptops with a new key, set back to a copy of the disk, or two on copies of one."""

from __future__ import annotations

import pytest

from fieldkit.exchange import Exchange, What
from fieldkit.store import Workspace
from tests.exchange.tent import DAY, EVENT, FORMS, VILLAGE, came


def renewed(tent, name, replaces):
    """A laptop takes a new key and is enrolled anew."""
    exchange = tent.laptops[name]
    before = exchange.device.renew()
    (tent.folder / "word").write_bytes(
        tent.office.enroll(
            exchange.device.card(), name=f"{name} new", replaces=before if replaces else ""
        ).to_bytes()
    )
    exchange.enrol(tent.folder / "word")
    return before


@pytest.mark.parametrize("replaces", [True, False])
def test_a_laptop_with_a_new_key_brings_what_it_made_with_the_old_one(tent, replaces):
    tent.round()
    record = tent.put("A")
    tent.leave("A")
    tent.round("AB")
    before = renewed(tent, "A", replaces)
    later = tent.put("A")
    tent.leave("A")
    tent.round("ABCABC")
    assert {record, later} <= set(tent.records("C"))
    assert tent.laptops["C"].left_elsewhere(VILLAGE, DAY) == 2, "nobody is counted twice"
    readers = {each.device for each in tent.laptops["C"].carrying.neighbours.met(tent.clock().date())}
    assert tent.laptops["A"].device.key.id in readers
    assert (before in readers) is not replaces


def test_a_laptop_that_was_set_back_gets_its_own_back_and_goes_on_in_a_new_chain(tent):
    tent.round()
    tent.put("A", {"pid": "26033110010"})
    tent.copy("A", "copy")
    lost = tent.put("A", {"pid": "26033110028"})
    tent.round("AB")
    tent.set_back("A", "copy")
    epoch = tent.laptops["A"].device.epoch
    assert lost not in tent.records("A")
    found = tent.carry("A")
    assert [each.returned for each in came(found, "B")] == [1]
    assert lost in tent.records("A")
    assert tent.laptops["A"].device.epoch != epoch
    assert tent.laptops["A"].device.next_participant() == 3, "no number twice"
    assert What.ROLLBACK in {each.what for each in tent.laptops["A"].diary.entries()}
    tent.put("A")
    tent.round("ABC")
    assert len(set(tent.states().values())) == 1
    assert tent.to_office("C").clones == 0


def test_a_laptop_that_was_set_back_finds_on_the_stick_what_nobody_has_taken_yet(tent):
    tent.round()
    tent.copy("A", "copy")
    lost = tent.put("A")
    tent.carry("A")
    tent.set_back("A", "copy")
    assert [each.returned for each in tent.carry("A").came if each.returned] == [1]
    assert lost in tent.records("A")
    assert came(tent.carry("A"), "A") == []
    tent.carry("B")
    assert lost in tent.records("B")


def test_two_laptops_on_copies_of_one_disk_lose_nothing_and_go_apart(tent):
    tent.round()
    tent.copy("A", "copy")
    one = tent.put("A")
    tent.carry("A")
    double = Workspace.open(tent.folder / "copy")
    try:
        exchange = Exchange(double, tent.clock)
        two = exchange.new_record_id()
        exchange.put(FORMS["scr_participant"], two, {"event": EVENT, "outcome": "registered"})
        [found] = [each for each in exchange.carrying.carry(tent.stick, EVENT).came if each.returned]
        assert found.returned == 1
        tent.carry("A")
        tent.carry("B")
        assert {one, two} <= set(tent.records("B"))
        assert {one, two} <= set(tent.records("A"))
        assert exchange.device.epoch != tent.laptops["A"].device.epoch
        assert tent.to_office("B").new == 2
    finally:
        double.close()
