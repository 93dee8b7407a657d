"""What came from laptop to laptop: safe when the office says that it holds it, and gone from here alone when its time is over."""

from __future__ import annotations

import shutil

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.exchange.returns import ReceiptIs
from fieldkit.session.session import Session
from sync import ReturnPack, write_return_pack
from tests.exchange.tent import EVENT, VILLAGE


def receive(tent, name, **how):
    """The office's receipt goes to a laptop."""
    exchange = tent.laptops[name]
    tent.clock.later(minutes=1)
    receipt = tent.office.receipt(exchange.device.key.id, **how)
    pack = ReturnPack(receipt, exchange.device.enrolment)
    return exchange.take_return(write_return_pack(tent.folder, pack, tent.office.key))


def test_what_a_neighbour_brought_counts_as_only_here_until_the_office_has_it(tent):
    tent.round()
    tent.open_event("A")
    tent.put("A")
    tent.round("AB")
    assert tent.laptops["B"].status().only_here == 2
    report = tent.to_office("B")
    assert (report.new, report.quarantined, report.refused) == (2, 0, 0)
    assert tent.laptops["B"].status().only_here == 2, "written to a stick is not held"
    assert all(len(each.files) == 1 for each in tent.laptops["B"].whereabouts())
    taken = receive(tent, "B", copies=2)
    assert (taken.acknowledged, taken.only_here) == (2, 0)
    assert taken.plan.receipt is ReceiptIs.TAKEN
    assert not taken.plan.is_double
    assert tent.laptops["B"].status().only_here == 0
    with pytest.raises(FieldkitError, match=r"export\.nothing"):
        tent.laptops["B"].export(tent.folder)
    # A hears from the office that it holds what B brought, though A never was there.
    assert receive(tent, "A").acknowledged == 2
    with pytest.raises(FieldkitError, match=r"export\.nothing"):
        tent.laptops["A"].export(tent.folder)


def test_what_came_after_the_export_is_not_taken_for_held(tent):
    tent.round()
    first, second, third = (tent.put("A", {"n": str(n)}) for n in range(3))
    path = tent.folder / "later"
    path.mkdir()
    tent.carry("A")
    tent.carry("B")
    tent.to_office("B")
    fourth = tent.put("A", record=second)
    tent.round("AB")
    receive(tent, "B")
    only = {each.record for each in tent.laptops["B"].whereabouts() if each.is_only_here}
    assert only == {second}
    assert fourth == second
    assert {first, third}.isdisjoint(only)


def test_a_bundle_that_did_not_arrive_whole_acknowledges_nothing_of_others(tent):
    tent.round()
    tent.put("A")
    tent.round("AB")
    tent.clock.later(minutes=1)
    path = tent.laptops["B"].export(tent.folder).bundle.path
    path.write_bytes(path.read_bytes()[:-200])
    assert tent.office.import_bundle(path).missing == 1
    receive(tent, "B")
    assert tent.laptops["B"].status().only_here == 1
    tent.to_office("B")
    receive(tent, "B")
    assert tent.laptops["B"].status().only_here == 0


def test_an_archive_set_back_gets_the_neighbours_records_again(tent):
    tent.round()
    tent.put("A")
    tent.round("AB")
    tent.office.close()
    shutil.copytree(tent.folder / "office", tent.folder / "backup")
    tent.office = tent.opened_office("office")
    tent.to_office("B")
    receive(tent, "B")
    tent.office.close()
    tent.office = tent.opened_office("backup")
    receive(tent, "B")
    assert tent.laptops["B"].status().only_here == 1
    assert tent.to_office("B").new == 1


def test_the_office_holds_the_same_whoever_brought_it(tent):
    tent.round()
    tent.open_event("A")
    for name in "ABC":
        record = tent.put(name)
        tent.put(name, {"born": "1977"}, record=record)
    tent.round("ABCABC")
    tent.office.close()
    shutil.copytree(tent.folder / "office", tent.folder / "direct")
    tent.office = tent.opened_office("office")
    direct = tent.opened_office("direct")
    assert tent.to_office("B").new == 7
    for name in "CAB":
        tent.to_office(name, direct)
    assert tent.office.state() == direct.state()
    assert tent.office.verify().damaged == ()
    direct.close()


def test_when_its_time_is_over_a_neighbours_record_goes_from_here_alone(tent):
    tent.round()
    record, own = tent.put("A"), tent.put("B")
    tent.round("AB")
    assert tent.laptops["B"].forget_neighbours(record) is False, "nobody else holds it for certain"
    tent.to_office("B")
    receive(tent, "B")
    assert tent.laptops["B"].forget_neighbours(record) is True
    assert record not in tent.records("B")
    assert tent.laptops["B"].forget_neighbours(own) is None
    assert tent.office.view(record).state == "live"


def test_retention_lets_the_laptop_that_made_a_record_decide_what_goes_on(tent):
    tent.round()
    sessions = {name: Session(tent.workspaces[name], tent.clock) for name in "AB"}
    form = sessions["A"].library.get("scr_participant")
    old = {
        "event": EVENT,
        "outcome": "registered",
        "date": "2020-03-31",
        "village": VILLAGE,
        "pid": "26033110011",
    }
    record = sessions["A"].exchange.new_record_id()
    sessions["A"].exchange.put(form, record, old)
    tent.laptops["A"] = Exchange(tent.workspaces["A"], tent.clock)
    tent.round("AB")
    retention = Session(tent.workspaces["B"], tent.clock).retention
    assert [each.record for each in retention.due()] == [record]
    assert retention.remove(retention.due()) == 0, "the office does not hold it"
    tent.to_office("B")
    receive(tent, "B")
    assert retention.remove(retention.due()) == 1
    assert tent.records("B") == {}
    assert tent.office.view(record).state == "live"
