"""Laptops that are there twice, were set back, stolen, or erased a record before they ever brought it: one by one."""

from __future__ import annotations

import pytest

from sync import Body, Operation, Revision, SyncError, merge
from tests.sync.laptops import Laptop, World, bare


@pytest.fixture
def world():
    return World()


@pytest.fixture
def office(new_office):
    return new_office()


@pytest.fixture
def laptop(world, office):
    made = Laptop(world, 1)
    office.enroll(made.card)
    return made


def test_answers_that_come_after_their_revision_came_without_them_are_kept(base, world, office, laptop):
    """A torn stick of a laptop that erased the record brought bare revisions, and not the erasure."""
    record = world.new_record()
    made = laptop.write(record, changes={"name": "阿秀"})
    office.import_bundle(laptop.stick(base, office, [bare(made)]))
    proof = office.verify()
    assert (proof.damaged, proof.incomplete) == ((), 1)
    assert office.view(record).fields == {}
    report = office.import_bundle(laptop.stick(base, office, [made]))
    assert (report.held, report.new) == (1, 0)
    assert office.view(record).fields == {"name": "阿秀"}
    proof = office.verify()
    assert (proof.damaged, proof.incomplete) == ((), 0)


def test_answers_of_an_erased_record_do_not_come_back(base, world, office, laptop):
    record = world.new_record()
    made = laptop.write(record, changes={"name": "阿秀"})
    office.import_bundle(laptop.stick(base, office, [made]))
    erased = laptop.erase(record)
    office.import_bundle(laptop.stick(base, office, [erased]))
    office.import_bundle(laptop.stick(base, office, [made]))
    assert [each.raw_body for each in office.revisions(record) if each.id == made.id] == [None]
    assert office.verify().damaged == ()


def test_a_gap_in_the_chain_of_a_laptop_that_is_there_twice_is_no_damage(base, world, office, laptop):
    twin = laptop.copy()
    first = laptop.write(world.new_record(), changes={"name": "1"})
    twin.write(world.new_record(), changes={"name": "2"})
    later = twin.write(world.new_record(), changes={"name": "3"})
    office.import_bundle(laptop.stick(base, office, [first]))
    report = office.import_bundle(twin.stick(base, office, [later]))
    assert report.new == 1
    assert office.verify().damaged == ()
    report = office.import_bundle(twin.stick(base, office))
    assert (report.clones, "device.clone" in report.reasons) == (1, True)
    assert office.verify().damaged == ()


def test_who_has_a_revoked_laptop_cannot_fill_a_place_of_its_chain_again(base, world, office, laptop):
    image = laptop.copy()
    for number in range(3):
        laptop.write(world.new_record(), changes={"name": str(number)})
    office.import_bundle(laptop.stick(base, office))
    office.revoke(laptop.id)
    before = office.state()
    image.write(world.new_record(), changes={"name": "forged"})
    report = office.import_bundle(image.stick(base, office))
    assert (report.quarantined, report.new, report.reasons[0]) == (1, 0, "device.revoked")
    assert office.state() == before
    [waiting] = office.quarantine()
    assert office.release(waiting.sha256, by="m", reason="looked at").clones == 1


def test_what_still_waits_after_a_release_is_not_told_as_let_in(base, world, office, laptop):
    """A bundle of one laptop that carries revisions of another which nobody has enrolled."""
    stranger = Laptop(world, 2)
    laptop.learn([stranger.write(world.new_record(), changes={"name": "2"})])
    laptop.write(world.new_record(), changes={"name": "1"})
    report = office.import_bundle(laptop.stick(base, office))
    assert (report.new, report.quarantined) == (1, 1)
    [waiting] = office.quarantine()
    assert office.release(waiting.sha256, by="m", reason="r").quarantined == 1
    assert office.quarantine()[0].released is None
    office.enroll(stranger.card)
    assert office.release(waiting.sha256, by="m", reason="r").new == 1
    assert office.quarantine()[0].released["by"] == "m"


def test_a_bundle_that_carries_a_revision_twice_reconciles(base, world, office, laptop):
    made = laptop.write(world.new_record(), changes={"name": "1"})
    report = office.import_bundle(laptop.stick(base, office, [made, made]))
    assert (report.offered, report.new, report.held, report.missing) == (1, 1, 0, 0)


def test_one_revision_alone_shows_what_it_shows_beside_a_review(world, laptop):
    """Empty answers are none, a review answers nothing, and no question is taken for the mark of a delete."""
    record = world.new_record()
    made = laptop.sealed(
        record, Operation.PUT, {"name": "1", "water": "", "_deleted": "yes"}, ("name", "_deleted")
    )
    review = laptop.sealed(record, Operation.REVIEW, {"name": "2"}, ())
    assert (dict(merge([made]).fields), merge([made]).state) == ({"name": "1"}, "live")
    assert (dict(merge([made, review]).fields), merge([made, review]).state) == ({"name": "1"}, "live")
    assert merge([review]).fields == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sequence": 3, "previous": None},
        {"wall": "20260331T080000+0800"},
        {"wall": "2026-W14-2T08:00:00+08:00"},
    ],
    ids=str,
)
def test_what_no_laptop_would_say_of_itself_is_refused(base, world, office, laptop, wrong):
    good = laptop.write(world.new_record(), changes={"name": "1"})
    bad = laptop.write(world.new_record(), changes={"name": "2"}, **wrong)
    report = office.import_bundle(laptop.stick(base, office, [good, bad]))
    assert (report.new, report.refused, report.reasons) == (1, 1, ("revision.malformed",))


def test_a_refusal_does_not_repeat_what_was_answered():
    from sync.canonical import dumps
    from sync.revision import read_body

    body = Body({"name": "x"}, ()).to_bytes()
    with pytest.raises(SyncError) as refused:
        read_body(body.replace(b'"x"', dumps(["canary"])))
    assert "canary" not in str(refused.value)


def test_a_signature_that_fails_is_refused_wherever_it_stands_in_the_chain(base, world, office, laptop):
    """Its laptop's own list names it, and no revision that is taken in follows it."""
    made = [laptop.write(world.new_record(), changes={"name": str(n)}) for n in range(5)]
    made[2] = Revision(made[2].envelope, made[2].raw, bytes(64), made[2].raw_body)
    report = office.import_bundle(laptop.stick(base, office, [made[0], made[2], made[4]]))
    assert (report.new, report.refused, report.reasons) == (2, 1, ("revision.bad-signature",))
    assert office.verify().damaged == ()
    report = office.import_bundle(laptop.stick(base, office, made))
    assert (report.new, report.held, report.refused) == (3, 2, 0), "one that follows it vouches for it"
    assert office.verify().damaged == ()
