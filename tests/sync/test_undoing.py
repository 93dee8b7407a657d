"""Undoing a decision: the record shows what it would without it, in any order of arrival, and what is withdrawn or erased stays so."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import Body, DeviceKey, Envelope, Operation, merge, new_record_id, seal, undone
from sync.merge import STATE
from tests.sync.model import Note, heads_of, shown

KEYS = [DeviceKey.generate(bytes([n]) * 32) for n in range(4)]
RECORD = new_record_id(1_770_000_000_000, random.Random(2))
R = Operation.RESOLVE


class Sheet:
    """The revisions of one record, in the order they were made; each knows what it follows."""

    def __init__(self):
        self.made = []
        self.notes = []

    def write(self, parents, answers=None, *, operation=Operation.PUT, note=None, device=0):
        answers = answers or {}
        number = len(self.made)
        body = Body(answers, tuple(answers), note or {}, salt=bytes(16)).to_bytes()
        envelope = Envelope(
            record=RECORD, parents=tuple(each.id for each in parents), form="f", form_hash="h", device=KEYS[device].id,
            epoch="e", sequence=number + 1, previous=None if number == 0 else "0" * 64, hlc=f"{number + 1:013d}-0000",
            wall="2026-03-01T08:00:00+08:00", user=f"u{device}", operation=operation,
            body_hash=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        made = seal(envelope, body, KEYS[device])
        self.made.append(made)
        undoes = (note or {}).get("undoes", ())
        undoes = tuple(undoes) if isinstance(undoes, list) else ()
        self.notes.append(
            Note(
                made.id, RECORD, envelope.parents, operation, answers, answers, envelope.device, ("e", number + 1), undoes
            )
        )  # fmt: skip
        return made

    def undo(self, parents, *undone_ones, device=0):
        return self.write(
            parents, operation=R, note={"undoes": [each.id for each in undone_ones]}, device=device
        )

    def says(self):
        """What the record shows, the same in many orders and with repeats."""
        view = merge(self.made)
        for seed in range(6):
            order = [*self.made, *self.made[::2]]
            random.Random(seed).shuffle(order)
            assert merge(order) == view
        return view

    def values(self, path="a"):
        view = self.says()
        return (
            {version.answer for version in view.conflicts[path]}
            if path in view.conflicts
            else view.fields.get(path)
        )


@pytest.fixture
def clash():
    """A first answer, and two that do not know of each other."""
    sheet = Sheet()
    first = sheet.write([], {"a": "0", "b": "0"})
    return sheet, sheet.write([first], {"a": "1"}), sheet.write([first], {"a": "2"}, device=1)


def test_without_a_resolution_the_conflict_is_back_and_undoing_that_brings_the_resolution_back(clash):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R, device=2)
    assert sheet.values() == "3"
    back = sheet.undo([decided], decided)
    assert sheet.values() == {"1", "2"}
    assert undone(sheet.made) == {decided.id}
    again = sheet.undo([back], back)
    assert sheet.values() == "3"
    assert undone(sheet.made) == {back.id}
    sheet.undo([again], again)
    assert sheet.values() == {"1", "2"}


def test_of_two_resolutions_made_apart_either_may_be_undone(clash):
    sheet, left, right = clash
    one = sheet.write([left, right], {"a": "1"}, operation=R, device=2)
    other = sheet.write([left, right], {"a": "2"}, operation=R, device=3)
    assert sheet.values() == {"1", "2"}
    back = sheet.undo([one, other], one)
    assert sheet.values() == "2"
    sheet.undo([back], other)
    assert sheet.values() == {"1", "2"}


def test_two_who_undo_apart_agree_and_one_of_them_alone_does_not_bring_it_back(clash):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R)
    one, other = sheet.undo([decided], decided, device=1), sheet.undo([decided], decided, device=2)
    assert sheet.values() == {"1", "2"}
    again = sheet.undo([one, other], one)
    assert sheet.values() == {"1", "2"}, "the other undoing still holds"
    sheet.undo([again], other)
    assert sheet.values() == "3"


def test_undone_and_done_again_apart_the_undoing_holds_that_was_not_undone(clash):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R)
    one = sheet.undo([decided], decided, device=1)
    sheet.undo([one], one, device=1)
    assert sheet.values() == "3"
    sheet.undo([decided], decided, device=2)
    assert sheet.values() == {"1", "2"}


def test_what_was_answered_on_top_stays(clash):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R)
    later = sheet.write([decided], {"a": "4"}, device=1)
    sheet.undo([later], decided)
    assert sheet.values() == "4"


def test_a_deletion_is_undone_and_an_undoing_neither_deletes_nor_revives():
    sheet = Sheet()
    first = sheet.write([], {"a": "1"})
    gone = sheet.write([first], operation=Operation.DELETE)
    assert sheet.says().state == "deleted"
    back = sheet.undo([gone], gone)
    assert (sheet.says().state, sheet.values()) == ("live", "1")
    sheet.undo([back], back)
    assert sheet.says().state == "deleted"


def test_undoing_a_decision_about_a_deleted_record_brings_that_question_back():
    sheet = Sheet()
    first = sheet.write([], {"a": "1"})
    gone, edited = (
        sheet.write([first], operation=Operation.DELETE),
        sheet.write([first], {"a": "2"}, device=1),
    )
    stays = sheet.write([gone, edited], operation=R)
    assert (sheet.says().conflicts, sheet.values()) == ({}, "2")
    sheet.undo([stays], stays)
    assert set(sheet.says().conflicts) == {STATE}


@pytest.mark.parametrize("operation", [Operation.PUT, Operation.WITHDRAW])
def test_only_decisions_can_be_undone(operation):
    sheet = Sheet()
    first = sheet.write([], {"a": "1"})
    named = sheet.write([first], {"a": "2"} if operation is Operation.PUT else None, operation=operation)
    before = sheet.says()
    sheet.undo([named], named)
    after = sheet.says()
    assert (after.state, after.fields) == (before.state, before.fields)
    assert undone(sheet.made) == frozenset()


def test_nobody_undoes_what_they_had_not_seen(clash):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R)
    sheet.undo([left, right], decided, device=3)
    assert sheet.values() == "3"


def test_an_undoing_never_reopens_what_was_withdrawn_or_erased(clash):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R)
    withdrawn = sheet.write([decided], operation=Operation.WITHDRAW, device=1)
    sheet.undo([decided], decided, device=2)
    assert sheet.says().state == "withdrawn", "undone apart from the withdrawal"
    late = sheet.undo([withdrawn], decided, device=3)
    assert sheet.says().state == "withdrawn", "undone after it"
    assert sheet.says().fields == {}
    sheet.write([late], {"a": "9"}, device=1)
    assert (sheet.says().state, sheet.values()) == ("live", "9"), "consent given later counts as ever"
    sheet.write([late], operation=Operation.ERASE)
    assert sheet.says().state == "erased"


def test_a_part_that_was_withdrawn_does_not_come_back_by_an_undoing(clash):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R)
    sheet.write([decided], operation=Operation.WITHDRAW, note={"paths": ["a"]}, device=1)
    sheet.undo([decided], decided, device=2)
    view = sheet.says()
    assert (view.state, dict(view.fields), dict(view.conflicts)) == ("live", {"b": "0"}, {})


@pytest.mark.parametrize("nonsense", ["x", 7, {"a": 1}, [7], [None], [["x"]], []])
def test_an_undoing_that_names_nothing_undoes_nothing(clash, nonsense):
    sheet, left, right = clash
    decided = sheet.write([left, right], {"a": "3"}, operation=R)
    made = sheet.write([decided], operation=R, note={"undoes": nonsense})
    assert merge(sheet.made).fields["a"] == "3"
    assert undone(sheet.made) == frozenset()
    assert made.body.note["undoes"] == nonsense


@st.composite
def sheets(draw):
    """Four people who see one another's revisions now and then, and write, decide, take back and withdraw."""
    sheet = Sheet()
    seen = [set() for _key in KEYS]
    for number in range(draw(st.integers(2, 14))):
        device = draw(st.integers(0, len(KEYS) - 1))
        for other in draw(st.lists(st.integers(0, len(KEYS) - 1), max_size=2)):
            seen[device] |= seen[other]
        known = [note for note in sheet.notes if note.id in seen[device]]
        made = {each.id: each for each in sheet.made}
        parents = [made[each] for each in heads_of(known)]
        what = draw(
            st.sampled_from(
                ["put", "put", "resolve", "undo", "undo", "undo", "delete", "review", "withdraw", "erase"]
            )
        )
        answers = {draw(st.sampled_from("ab")): str(number)}
        if what in {"put", "resolve"}:
            written = sheet.write(parents, answers, operation=Operation(what), device=device)
        elif what == "undo":
            named = draw(st.lists(st.sampled_from(sheet.made), max_size=2)) if sheet.made else []
            written = sheet.undo(parents, *named, device=device)
        elif what == "erase" and draw(st.integers(0, 3)):
            continue
        else:
            written = sheet.write(parents, operation=Operation(what), device=device)
        seen[device].add(written.id)
    return sheet


@settings(max_examples=300, deadline=None)
@given(sheets(), st.randoms(use_true_random=False))
def test_whatever_is_done_and_taken_back_it_is_what_the_model_says_in_every_order(sheet, dice):
    view = merge(sheet.made) if sheet.made else None
    if view is None:
        return
    order = [*sheet.made, *sheet.made[: len(sheet.made) // 2]]
    for _time in range(3):
        dice.shuffle(order)
        assert merge(order) == view
        assert undone(order) == undone(sheet.made)
    model = shown(sheet.notes, {each.id for each in sheet.made})
    assert (view.state, dict(view.fields)) == (model.state, dict(model.fields))
    told = {path: {f'"{version.answer}"' for version in found} for path, found in view.conflicts.items()}
    assert told == {path: set(found) for path, found in model.conflicts.items()}
