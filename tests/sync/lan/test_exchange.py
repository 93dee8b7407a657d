"""The way a bundle and a return pack take over the network."""

from __future__ import annotations

from sync import read_return_pack
from tests.sync.lan.offices import silent


def test_a_bundle_goes_and_its_receipt_comes_back(served, tmp_path):
    laptop = served.laptop(1)
    made = laptop.write(tmp_path, 40)
    with laptop.link() as link:
        answer = link.send(made.path, made.sha256, silent)
        path = link.fetch(tmp_path, silent)
    assert dict(answer.counts) == {
        "offered": 40, "new": 40, "held": 0, "quarantined": 0, "refused": 0, "missing": 0, "conflicts": 0,
    }  # fmt: skip
    pack = read_return_pack(path, laptop.identity)
    [held] = pack.receipt.held
    assert (held.device, held.sequence, held.head) == (laptop.key.id, 40, laptop.previous)
    left = [each for each in (served.folder / "inbox").rglob("*") if each.is_file()]
    assert left == []
