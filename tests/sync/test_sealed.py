"""No word of any answer, name or note is in clear anywhere: not on the stick, not in the office's folder, not in what is told."""

from __future__ import annotations

import contextlib
import logging
import traceback

import pytest
import zstandard

from sync import Operation, ReturnPack, SyncError, write_return_pack
from sync.sealing import new_identity, recipient_of
from tests.sync.laptops import Laptop, World

CANARIES = ("canary-answer", "canary-name-清溪", "canary-note", "canary-user", "13800138000")
"""As they were written; in files they are also looked for as JSON and UTF-16 write them."""


@pytest.fixture
def told():
    """Everything that was logged, and every refusal with its whole traceback."""
    lines = []

    class Keeper(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keeper(level=0)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(0)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


def filled(laptop, world, count=20):
    for _ in range(count):
        record = world.new_record()
        laptop.sealed(
            record, Operation.PUT, {"a": "canary-answer", "name": "canary-name-清溪", "phone": "13800138000"}, ("a", "name", "phone"),
            note={"reason": "canary-note", "orphans": [{"answer": "canary-note"}]}, user="canary-user",
        )  # fmt: skip
        laptop.sealed(record, Operation.REVIEW, {}, (), note={"comments": {"a": "canary-note"}})
    return record


def refusal(told, step, *arguments):
    with pytest.raises(SyncError) as refused:
        step(*arguments)
    told.append("".join(traceback.format_exception(refused.value)))
    return refused.value.code


def test_no_canary_is_in_clear_in_any_file_or_word(base, new_office, told):
    world, office, sticks = World(), new_office(), base / "sticks"
    sticks.mkdir()
    known, revoked, stranger = (Laptop(world, number) for number in (1, 2, 3))
    for laptop in (known, revoked):
        office.enroll(laptop.card)
    records = [filled(laptop, world) for laptop in (known, revoked, stranger)]
    office.revoke(revoked.id)
    nothing_in_clear(base, told)
    for laptop in (known, revoked, stranger):
        path = laptop.stick(sticks, office)
        office.import_bundle(path)
        whole = path.read_bytes()
        for cut in (0, 40, len(whole) // 2, len(whole) - 1):
            torn = sticks / f"{laptop.name} {cut}.fkb"
            torn.write_bytes(whole[:cut])
            if cut < 100:
                refusal(told, office.import_bundle, torn)
            else:
                office.import_bundle(torn)
        damaged = bytearray(whole)
        damaged[len(whole) // 2] ^= 1
        (sticks / f"{laptop.name} damaged.fkb").write_bytes(damaged)
        assert refusal(told, office.import_bundle, sticks / f"{laptop.name} damaged.fkb") == "bundle.tampered"
        pack = ReturnPack(
            office.receipt(laptop.id), office.enroll(laptop.card), worklist=({"head": "canary-name-清溪"},),
            revisions=tuple(laptop.held.values()),
        )  # fmt: skip
        write_return_pack(sticks, pack, office.key, recipient_of(new_identity()))
    nothing_in_clear(base, told)
    assert {view.fields["name"] for view in office.views()} == {"canary-name-清溪"}
    known.erase(records[0], reason="canary-note")
    office.import_bundle(known.stick(sticks, office))
    for each in office.quarantine():
        if each.reasons != ("bundle.tampered",):
            office.release(each.sha256, by="m", reason="r")
    nothing_in_clear(base, told)
    assert office.verify().damaged == ()


def test_a_revision_that_is_refused_is_not_repeated(base, new_office, told):
    """Answers that are none, in a revision that is signed as it must be; and an archive that will not take anything."""
    world, office = World(), new_office()
    laptop = Laptop(world, 1)
    office.enroll(laptop.card)
    laptop.sealed(world.new_record(), Operation.PUT, {"a": ["canary-answer"]}, ("a",))
    laptop.sealed(world.new_record(), Operation.PUT, {"a": "1"}, ("a",), wall="canary-note")
    report = office.import_bundle(laptop.stick(base, office))
    assert (report.refused, report.new) == (2, 0)
    told.append(repr(report))
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE parent")
    laptop = Laptop(world, 2)
    office.enroll(laptop.card)
    made = laptop.sealed(world.new_record(), Operation.PUT, {"a": "1"}, ("a",), user="canary-user")
    laptop.write(made.envelope.record, changes={"a": "canary-answer"})
    assert refusal(told, office.import_bundle, laptop.stick(base, office)) == "medium.failing"
    assert made.id not in "".join(told), "nor what a row of the database holds"
    nothing_in_clear(base, told)


def nothing_in_clear(base, told):
    looked_for = {
        spelled
        for word in CANARIES
        for spelled in (
            word.encode(),
            word.encode("utf-16-le"),
            word.encode("ascii", "backslashreplace"),
        )
    }
    files = [path for path in base.rglob("*") if path.is_file()]
    for path in files:
        content = b"".join(readings(path.read_bytes()))
        assert not [each for each in looked_for if each in content], path
        assert not [word for word in CANARIES if word in path.name]
    assert not [word for word in CANARIES for line in told if word in line]


def readings(content):
    """The bytes of a file, and what unpacks from any place in it that looks like the beginning of a zstd frame."""
    yield content
    at = content.find(zstandard.FRAME_HEADER)
    while at >= 0:
        with contextlib.suppress(zstandard.ZstdError):
            yield zstandard.ZstdDecompressor().decompressobj().decompress(content[at:])
        at = content.find(zstandard.FRAME_HEADER, at + 1)
