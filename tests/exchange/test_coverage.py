"""What counts as held: a model of laptops, copies of their disks and an office, and never more than the truth."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.exchange.coverage import Link, covered
from fieldkit.exchange.returns import Own, ReceiptIs, plan_return
from sync import Held, Receipt
from sync.devices import _held

DEVICE = "d" * 32


class World:
    """Disks that go on from copies of each other, and an office that holds some of what they made."""

    def __init__(self):
        self.previous = {}
        self.disks = [{"epoch": "e0", "chain": [], "links": {}}]
        self.office = {}
        self.epochs = 1

    def make(self, disk):
        sequence = len(disk["chain"]) + 1
        name = f"{disk['epoch']}.{sequence}.{len(self.previous)}"
        self.previous[name] = disk["chain"][-1] if disk["chain"] else None
        disk["chain"].append(name)
        disk["links"][name] = Link(name, DEVICE, disk["epoch"], sequence)

    def copy(self, disk):
        self.disks.append({"epoch": disk["epoch"], "chain": [*disk["chain"]], "links": dict(disk["links"])})

    def bring(self, disk, places):
        """Some of what is on a disk, or all of it, reaches the office."""
        links = list(disk["links"].values())
        self.office |= {link.id: link for link in links if places is None or link.sequence in places}

    def receipt(self):
        """As an archive words it (`sync.archive`, `sync.own`)."""
        epochs, ids = {}, {}
        for link in sorted(self.office.values(), key=lambda each: each.id):
            epochs.setdefault(link.epoch, {}).setdefault(link.sequence, link.id)
            ids.setdefault((link.epoch, link.sequence), []).append(link.id)
        forks = {}
        for (epoch, sequence), found in ids.items():
            if len(found) > 1:
                forks[epoch] = min(sequence, forks.get(epoch, sequence))
        also = [i for (e, s), found in ids.items() if s >= forks.get(e, s + 1) for i in found]
        held = tuple(_held(DEVICE, epoch, places) for epoch, places in sorted(epochs.items()))
        return Receipt("o", 1, "2026-03-01T00:00:00+00:00", held, also=tuple(also))

    def covered(self, disk):
        return covered(disk["links"].values(), self.receipt(), self.previous.get)

    def own(self, disk):
        return Own(DEVICE, b"", disk["epoch"], len(disk["chain"]), tuple(disk["links"].values()))

    def take(self, disk):
        """As a laptop does: what it lost comes back, and where it is a double it counts anew."""
        plan = plan_return(None, self.receipt(), self.own(disk), ())
        lost = [link for link in self.office.values() if link.id not in disk["links"]]
        if plan.is_double or any(link.epoch == disk["epoch"] for link in lost):
            disk["epoch"], disk["chain"] = f"e{self.epochs}", []
            self.epochs += 1
        disk["links"] |= {link.id: link for link in lost}
        return lost


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["make"] * 4 + ["copy", "bring", "bring", "part", "take", "take"]),
        st.integers(0, 3),
        st.sets(st.integers(1, 6)),
    ),
    max_size=40,
)


@settings(max_examples=600, deadline=None)
@given(ACTIONS)
def test_nothing_counts_as_held_that_the_office_does_not_hold(actions):
    world = World()
    for what, which, places in actions:
        disk = world.disks[which % len(world.disks)]
        if what == "make":
            world.make(disk)
        elif what == "copy" and len(world.disks) < 4:
            world.copy(disk)
        elif what in {"bring", "part"}:
            world.bring(disk, None if what == "bring" else places)
        elif what == "take":
            world.take(disk)
            assert world.covered(disk) <= set(world.office)
            assert set(world.office) <= set(disk["links"])
    for disk in world.disks:
        # Before it has taken what the office knows of it, a copy may meet a place that its double has filled; a gap
        # beyond the head is told by place alone, and is the one thing that a receipt without the pack cannot tell.
        gaps = {
            link.id
            for link in disk["links"].values()
            for held in world.receipt().held
            if link.epoch == held.epoch and link.sequence in held.beyond
        }
        assert world.covered(disk) - gaps <= set(world.office)
    for disk in world.disks:
        world.bring(disk, None)
    for disk in world.disks:
        world.take(disk)
        assert world.covered(disk) == set(disk["links"]), "all of it is there, and all of it counts"


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 8), st.sets(st.integers(1, 8)))
def test_of_a_laptop_alone_exactly_what_the_office_holds_counts(count, places):
    world = World()
    [disk] = world.disks
    for _ in range(count):
        world.make(disk)
    world.bring(disk, places)
    assert world.covered(disk) == set(world.office)
    assert not plan_return(None, world.receipt(), world.own(disk), ()).is_double


def links(count, epoch="e"):
    return tuple(Link(f"{epoch}{n}", DEVICE, epoch, n) for n in range(1, count + 1))


def receipt(sequence, head="", *, generation=1, made="2026-03-02T08:00:00+08:00", beyond=(), epoch="e"):
    held = (Held(DEVICE, epoch, sequence, head or f"{epoch}{sequence}", beyond),)
    return Receipt("o", generation, made, held)


def planned(kept, new, count=5):
    return plan_return(kept, new, Own(DEVICE, b"", "e", count, links(count)), ())


EARLIER, LATER = "2026-03-01T08:00:00+08:00", "2026-03-03T08:00:00+08:00"


@pytest.mark.parametrize(
    ("kept", "new", "standing"),
    [
        (None, receipt(3), ReceiptIs.TAKEN),
        (receipt(3), receipt(4, made=LATER), ReceiptIs.TAKEN),
        (receipt(3), receipt(3), ReceiptIs.TAKEN),
        (receipt(3), receipt(2, made=EARLIER), ReceiptIs.OLDER),
        (receipt(3), receipt(4, made=EARLIER), ReceiptIs.OLDER),
        (receipt(3), receipt(2, made=LATER), ReceiptIs.RESTORED),
        (receipt(3), receipt(2, made=EARLIER, generation=2), ReceiptIs.RESTORED),
        (receipt(3), receipt(3, made=EARLIER, generation=2), ReceiptIs.TAKEN),
        # 07:30 in UTC is later than 08:00 at +08:00 of the same day.
        (receipt(3), receipt(4, made="2026-03-02T07:30:00+00:00"), ReceiptIs.TAKEN),
    ],
)
def test_how_a_receipt_stands_to_the_one_before(kept, new, standing):
    assert planned(kept, new).receipt is standing


def test_a_receipt_of_an_earlier_generation_is_refused():
    with pytest.raises(FieldkitError, match=r"return\.older-archive"):
        planned(receipt(3, generation=2), receipt(5, made=LATER))
    with pytest.raises(FieldkitError, match=r"return\.no-date"):
        planned(None, replace(receipt(3), made="yesterday"))


@pytest.mark.parametrize(
    ("new", "is_double", "still_lost"),
    [
        (receipt(5), False, 0),
        (receipt(0), False, 0),
        (receipt(3, "other"), True, 0),
        (receipt(6), True, 1),
        (receipt(5, beyond=(7, 8)), True, 2),
        (receipt(9, epoch="x"), False, 9),
    ],
)
def test_what_tells_a_laptop_that_it_was_set_back(new, is_double, still_lost):
    plan = planned(None, new)
    assert (plan.is_double, plan.still_lost) == (is_double, still_lost)


def test_another_laptops_chains_say_nothing_of_this_one():
    other = Receipt("o", 1, EARLIER, (Held("x" * 32, "e", 9, "z"),))
    plan = planned(None, other)
    assert (plan.is_double, plan.still_lost) == (False, 0)
