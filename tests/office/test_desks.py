"""Desks: who works at the office, what they decide, and that it comes into the archive once, signed, and stays nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.office.desks import add_desk, open_as, set_roles, worker, workers
from fieldkit.office.looks import looks
from fieldkit.office.roles import EVERY, MAY, Act, Role, acts_of, hidden_tiers
from fieldkit.session.desk.desk import Desk

CANARY = "絕無僅有 4711"


@pytest.fixture
def desk(demo, now):
    with Desk.open(demo.office, now=lambda: now) as opened:
        yield opened


@pytest.fixture
def sealed(tmp_path, now):
    """An office with a passphrase, and a desk in it with another."""
    folder = tmp_path / "办公 室"
    with Office.create(
        folder, name="清溪", division="990101100000", now=lambda: now, passphrase="office words"
    ) as office:
        add_desk(office, "王芳", [Role.CLERK], "her own words", by="office")
    return folder


def household(desk):
    return next(desk.office.archive.views("household"))


def decided(desk, view, text):
    return desk.decide(view, Operation.RESOLVE, {"village": text}, changed=["village"], note={"why": "test"})


def bytes_in(folder):
    return b"".join(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file())


# -- deciding ---------------------------------------------------------------------------------------------


def test_a_decision_is_a_signed_revision_of_the_desk_and_all_else_stays(desk):
    before = household(desk)
    after = decided(desk, before, "990101100001")
    assert after.fields["village"] == "990101100001"
    assert {**after.fields, "village": ""} == {**before.fields, "village": ""}
    [head] = after.heads
    made = next(each for each in desk.office.archive.revisions(before.record) if each.id == head)
    assert (made.envelope.device, made.envelope.user, made.envelope.operation) == (
        desk.device,
        "office",
        "resolve",
    )
    assert desk.office.verify().damaged == ()


def test_nothing_of_a_decision_stays_at_the_desk(desk, demo):
    decided(desk, household(desk), CANARY)
    assert desk.session.exchange.revisions() == []
    desk.close()
    assert CANARY.encode() not in bytes_in(demo.office / "desks")


def test_an_answer_that_is_taken_away_is_gone(desk):
    after = decided(desk, household(desk), "")
    assert "village" not in after.fields


def test_whoever_was_overtaken_is_told_by_whom_and_nothing_is_written(desk):
    seen = household(desk)
    after = decided(desk, seen, "1")
    with pytest.raises(FieldkitError, match=r"decision\.overtaken") as told:
        decided(desk, seen, "2")
    assert told.value.params["who"] == "keeper"
    assert desk.office.view(seen.record) == after


def test_undoing_goes_back_step_by_step_and_can_be_undone(desk):
    start = household(desk)
    first = decided(desk, start, "1")
    second = decided(desk, first, "2")
    undone = desk.undo(start.record, second.heads[0])
    assert undone.fields == first.fields
    assert desk.undo(start.record, undone.heads[0]).fields == second.fields
    back = desk.undo(start.record, first.heads[0])
    assert back.fields == second.fields, "a later decision stands"
    assert len(back.revisions) == len(start.revisions) + 5


def test_what_nobody_decided_cannot_be_undone(desk):
    with pytest.raises(FieldkitError, match=r"decision\.unknown"):
        desk.undo(household(desk).record, "0" * 64)


def test_what_was_sealed_before_a_crash_is_handed_in_the_next_time(demo, now):
    with Desk.open(demo.office, now=lambda: now) as desk:
        seen = household(desk)
        desk.session.exchange.decide(
            seen, Operation.RESOLVE, {**seen.fields, "village": "7"}, changed=["village"], note={}
        )
        assert desk.office.view(seen.record) == seen
    with Desk.open(demo.office, now=lambda: now) as desk:
        assert desk.office.view(seen.record).fields["village"] == "7"
        assert not desk.session.handing_in.waits


def test_no_stick_is_written_for_a_desk_and_no_list_shows_one(desk, tmp_path):
    assert desk.device not in {each.id for each in desk.office.devices()}
    packs = desk.office.write_returns(tmp_path)
    assert desk.device not in {each.device for each in packs}
    decided(desk, household(desk), "1")
    assert desk.device not in {each["device"] for each in desk.office.history()}


def test_a_borrowed_record_is_corrected_in_its_form_and_leaves_nothing_behind(desk, demo):
    from fieldkit.session.filling import correct

    view = next(each for each in desk.office.archive.views("issue") if each.state == "live")
    desk.borrow(view.record, "test")
    correct(desk.session, view.record, [{"text": CANARY}], source="", reason="read again")
    desk.hand_in()
    after = desk.office.view(view.record)
    assert CANARY in after.fields.values()
    assert set(view.revisions) < set(after.revisions)
    assert desk.session.exchange.revisions() == []
    desk.close()
    assert CANARY.encode() not in bytes_in(demo.office / "desks")


# -- who may ----------------------------------------------------------------------------------------------


def test_every_act_is_somebodys_and_only_a_reviewer_sees_what_is_restricted():
    assert acts_of(EVERY) == set(Act)
    assert {role for role in Role if Act.RESTRICTED in MAY[role]} == {Role.REVIEWER}
    assert hidden_tiers([Role.READER]) == {"C", "R", "X"}
    assert hidden_tiers([Role.CLERK]) == {"R", "X"}
    assert hidden_tiers([Role.REVIEWER, Role.CLERK]) == set()


def test_a_desk_opens_with_its_own_passphrase_alone(sealed, now):
    with Desk.open(sealed, "王芳", now=lambda: now, passphrase=lambda: "her own words") as desk:
        assert desk.roles == {Role.CLERK}
        assert desk.office.verify().records == 0
        with pytest.raises(FieldkitError, match=r"role\.may-not"):
            desk.need(Act.REVIEW)
    for words in ("office words", "guessed"):
        with pytest.raises(StoreError, match=r"workspace\.wrong-passphrase"):
            Desk.open(sealed, "王芳", now=lambda: now, passphrase=lambda words=words: words)


def test_the_office_passphrase_is_its_keepers(sealed, now):
    with Desk.open(sealed, now=lambda: now, passphrase=lambda: "office words") as desk:
        assert desk.name == "office"
        assert desk.roles == {Role.KEEPER}
    with pytest.raises(StoreError, match=r"office\.wrong-passphrase"):
        Desk.open(sealed, now=lambda: now, passphrase=lambda: "her own words")


def test_no_desk_without_a_passphrase_in_an_office_that_has_one(sealed, now):
    office = Office.open(sealed, now=lambda: now, passphrase=lambda: "office words")
    with office, pytest.raises(FieldkitError, match=r"desk\.no-passphrase"):
        add_desk(office, "李", [Role.READER], None, by="office")


def test_an_act_that_is_not_ones_own_is_refused_and_says_whose_it_is(sealed, now):
    with pytest.raises(FieldkitError, match=r"role\.may-not") as told:
        open_as(sealed, [Act.KEEP], "王芳", now=lambda: now, passphrase=lambda: "her own words")
    assert told.value.params["allowed"] == "keeper"
    open_as(sealed, [Act.MERGE], "王芳", now=lambda: now, passphrase=lambda: "her own words").close()


def test_in_an_open_office_of_several_somebody_must_say_who_they_are(demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "王芳", [Role.CLERK], None, by="office")
    with pytest.raises(FieldkitError, match=r"desk\.who"):
        open_as(demo.office, [Act.MERGE], "", now=lambda: now, passphrase=None)
    with Desk.open(demo.office, "王芳", now=lambda: now) as desk:
        assert desk.name == "王芳"


def test_whoever_has_left_is_unknown_and_their_key_is_not_taken_any_more(demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        made = add_desk(office, "王芳", [Role.CLERK], None, by="office")
    desk = Desk.open(demo.office, "王芳", now=lambda: now)
    seen = household(desk)
    desk.session.exchange.decide(
        seen, Operation.RESOLVE, {**seen.fields, "village": "7"}, changed=["village"], note={}
    )
    set_roles(desk.office, made.device, "王芳", [], by="office")
    with pytest.raises(FieldkitError, match=r"desk\.unknown"):
        worker(desk.office, "王芳")
    with desk.session.handing_in.bundle() as path:
        assert desk.office.take_decision(path).quarantined == 1
    assert desk.office.view(seen.record) == seen
    desk.close()


@pytest.mark.parametrize("name", ["../x", "a/b", ".", "", " x", "x" * 41, "a\\b", "con\n"])
def test_a_name_that_is_no_name_makes_no_folder(demo, now, name):
    with Office.open(demo.office, now=lambda: now) as office:
        with pytest.raises(FieldkitError, match=r"desk\.name"):
            add_desk(office, name, [Role.CLERK], None, by="office")
        assert workers(office) == []
    assert not (demo.office / "desks").exists()


# -- looking ----------------------------------------------------------------------------------------------


def test_a_look_at_contact_or_restricted_answers_is_written_down_and_no_other_is(desk):
    seen = household(desk)
    look = desk.look(seen.record, "duplicates")
    assert look.fields == seen.fields
    [event] = looks(desk.office)
    assert event.facts == {
        "record": seen.record, "form": "household", "tiers": "C", "by": "office", "why": "duplicates",
    }  # fmt: skip
    assert not any(answer in str(event) for answer in map(str, seen.fields.values()) if len(answer) > 8)
    issue = next(desk.office.archive.views("log"))
    desk.look(issue.record, "reading")
    assert len(looks(desk.office)) == 1


def test_whoever_may_not_see_a_tier_sees_nothing_of_it_and_leaves_no_line(demo, now):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "李", [Role.READER], None, by="office")
    with Desk.open(demo.office, "李", now=lambda: now) as desk:
        seen = household(desk)
        look = desk.look(seen.record, "reading")
        name = next(path for path in seen.fields if path.endswith("/name"))
        assert name in look.hidden
        assert name not in look.fields
        assert looks(desk.office) == []
        with pytest.raises(FieldkitError, match=r"role\.may-not"):
            desk.borrow(seen.record, "correct")
