"""What somebody withdrew or had erased at one laptop is shown at no other that had worked on it, after its next return stick."""

from __future__ import annotations

import pytest

from fieldkit.exchange import Exchange
from fieldkit.store import Workspace


@pytest.fixture
def other(town):
    """A second laptop of the office, which has one of the first one's records and has corrected it; `other.record` is that."""
    folder = town.folder.with_name("laptop 2")
    with Workspace.create(folder, passphrase=None, name="laptop 2") as workspace:
        exchange = Exchange(workspace, town.clock)
        word = town.office.enroll_card(exchange.device.card(), name="laptop 2")
        exchange.device.take_enrolment(word, folder)
        exchange.record_of_both = town.record({"a": "canary-first", "b": "1"})
        town.carry()
        exchange.take_records(town.office.archive.revisions(exchange.record_of_both))
        form = town.session.library.get("talk")
        exchange.put(form, exchange.record_of_both, {"a": "canary-first", "b": "canary-second"})
        carried(town, exchange)
        yield exchange


def carried(town, exchange):
    town.clock.later(minutes=1)
    made = exchange.export(town.stick)
    town.office.merge([made.bundle.path])
    made.bundle.path.unlink()


def taken(town, exchange):
    town.clock.later(minutes=1)
    [pack] = town.office.write_returns(town.stick, exchange.device.key.id)
    return exchange.take_return(pack.path)


def test_a_withdrawal_arrives_with_the_next_return_stick_and_once(town, other):
    record = other.record_of_both
    town.clock.later(minutes=5)
    town.exchange.withdraw(record, scope="basic", reason="she asked")
    town.carry()
    assert other.record(record).state == "live"
    assert taken(town, other).handed == 1
    assert other.record(record).state == "withdrawn"
    assert other.record(record).answers == {}
    assert taken(town, other).handed == 0


def test_an_erasure_takes_the_answers_from_the_other_laptop_too(town, other):
    record = other.record_of_both
    town.clock.later(minutes=5)
    town.exchange.erase(record, "asked")
    town.carry()
    taken(town, other)
    assert other.record(record).state == "erased"
    assert all(each.raw_body is None for each in other.revisions(record) if each.envelope.operation == "put")


def test_whoever_never_worked_on_it_hears_nothing_of_it(town, other):
    stranger = town.folder.with_name("laptop 3")
    with Workspace.create(stranger, passphrase=None, name="laptop 3") as workspace:
        third = Exchange(workspace, town.clock)
        third.device.take_enrolment(town.office.enroll_card(third.device.card(), name="laptop 3"), stranger)
        town.clock.later(minutes=5)
        town.exchange.withdraw(other.record_of_both, scope="basic", reason="she asked")
        town.carry()
        assert taken(town, third).handed == 0
