"""An office with something of everything in it: conflicts, an erasure, a revocation, bundles kept aside and let in."""

from __future__ import annotations

from sync import Operation
from tests.sync.laptops import Laptop, World

CANARY = "canary-清溪"


def fill(office, folder):
    """Let a world happen to an office; gives the world and its laptops."""
    folder.mkdir(exist_ok=True)
    world = World()
    first, second, third, stranger = laptops = [Laptop(world, number) for number in (1, 2, 3, 4)]
    for each in laptops[:3]:
        office.enroll(each.card)
    shared, erased, late = (world.new_record() for _ in range(3))
    made = [
        first.write(record, changes={"a": "1", "name": f"{CANARY}-{n}"})
        for n, record in enumerate(world.records)
    ]
    second.learn(made)
    for n in range(20):
        second.write(world.new_record(), changes={"a": str(n)})
    office.import_bundle(second.stick(folder, office))
    first.write(shared, changes={"a": "2"})
    second.write(shared, changes={"a": "3"})
    for each in (first, second):
        office.import_bundle(each.stick(folder, office))
    stranger.write(world.new_record(), changes={"a": "1"})
    stranger.learn([made[1]])
    office.import_bundle(stranger.stick(folder, office))
    third.write(world.new_record(), changes={"a": "1"})
    office.import_bundle(third.stick(folder, office))
    office.revoke(third.id, 1)
    third.write(world.new_record(), changes={"b": "1"})
    report = office.import_bundle(third.stick(folder, office))
    office.release(report.sha256, by="王", reason="he called")
    second.sealed(late, Operation.WITHDRAW, {}, (), note={"scope": "stats"})
    second.erase(erased)
    office.import_bundle(second.stick(folder, office))
    office.import_bundle(first.stick(folder, office))  # with the answers that were erased meanwhile
    return world, laptops
