"""What a record shows: any order, any repetition, nothing un-superseded hidden, no silent winner."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import (
    Body,
    DeviceKey,
    Envelope,
    HybridClock,
    Operation,
    SyncError,
    covers,
    merge,
    new_record_id,
    parse_revision,
    seal,
    verify,
    withdrawn,
    withdrawn_paths,
)
from sync.canonical import dumps, loads_strict

KEYS = [DeviceKey.generate(bytes([n]) * 32) for n in range(3)]
RECORD = new_record_id(1_770_000_000_000, random.Random(1))


def revision(
    device,
    parents,
    answers,
    changed,
    *,
    operation=Operation.PUT,
    sequence=1,
    hlc="0000000000001-0000",
    note=None,
):
    body = Body(answers, tuple(changed), note or {}, salt=bytes(16)).to_bytes()
    envelope = Envelope(
        record=RECORD, parents=tuple(parents), form="f", form_hash="h", device=KEYS[device].id, epoch="e",
        sequence=sequence, previous=None, hlc=hlc, wall="2026-03-01T08:00:00+08:00", user=f"u{device}",
        operation=operation, body_hash=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    return seal(envelope, body, KEYS[device])


def test_different_fields_merge_and_the_same_field_conflicts():
    first = revision(0, [], {"a": "1", "b": "1"}, ["a", "b"])
    left = revision(1, [first.id], {"a": "2", "b": "1"}, ["a"])
    right = revision(2, [first.id], {"a": "1", "b": "2"}, ["b"])
    assert dict(merge([first, left, right]).fields) == {"a": "2", "b": "2"}
    clash = revision(2, [first.id], {"a": "3", "b": "1"}, ["a"])
    view = merge([first, left, clash])
    assert "a" not in view.fields
    assert {v.answer for v in view.conflicts["a"]} == {"2", "3"}
    assert {v.user for v in view.conflicts["a"]} == {"u1", "u2"}
    other = revision(1, [left.id, clash.id], {"b": "9"}, ["b"])
    assert "a" in merge([first, left, clash, other]).conflicts, "saving another field never closes a conflict"
    resolved = revision(0, [left.id, clash.id], {"a": "2", "b": "1"}, ["a"], operation=Operation.RESOLVE)
    assert merge([first, left, clash, resolved]).conflicts == {}


def test_the_same_value_twice_is_no_conflict():
    first = revision(0, [], {"a": "1"}, ["a"])
    both = [revision(n, [first.id], {"a": {"missing": "dk"}}, ["a"]) for n in (1, 2)]
    assert merge([first, *both]).fields == {"a": {"missing": "dk"}}


def test_what_a_revision_says_of_itself_is_no_conflict_unless_somebody_means_the_record():
    first = revision(0, [], {"a": "1", "id": "x"}, ["a", "id"])
    own = {"note": {"own": ["id"]}}
    later = revision(1, [first.id], {"a": "2", "id": "y"}, ["a", "id"], hlc="0000000000003-0000", **own)
    sooner = revision(2, [first.id], {"a": "2", "id": "z"}, ["a", "id"], hlc="0000000000002-0000", **own)
    view = merge([first, sooner, later])
    assert (dict(view.fields), view.conflicts) == ({"a": "2", "id": "y"}, {})
    meant = revision(2, [first.id], {"a": "2", "id": "z"}, ["a", "id"])
    assert set(merge([first, later, meant]).conflicts) == {"id"}
    for nonsense in ("id", {"id": 1}, [["id"]], 7, None):
        odd = revision(2, [first.id], {"a": "2", "id": "z"}, ["id"], note={"own": nonsense})
        assert set(merge([first, later, odd]).conflicts) == {"id"}


def test_what_a_withdrawal_took_back_is_told_apart_from_what_a_later_consent_gave():
    first = revision(0, [], {"a": "1"}, ["a"])
    gone = revision(1, [first.id], {}, [], operation=Operation.WITHDRAW)
    concurrent = revision(2, [first.id], {"a": "2"}, ["a"])
    again = revision(0, [gone.id, concurrent.id], {"a": "3"}, ["a"])
    assert withdrawn([first, concurrent]) == set()
    assert withdrawn([first, gone, concurrent]) == {first.id, gone.id, concurrent.id}
    assert withdrawn([first, gone, concurrent, again]) == {first.id, gone.id, concurrent.id}


def test_delete_against_an_edit_stays_visible():
    first = revision(0, [], {"a": "1"}, ["a"])
    gone = revision(1, [first.id], {}, [], operation=Operation.DELETE)
    assert merge([first, gone]).state == "deleted"
    edit = revision(2, [first.id], {"a": "2"}, ["a"])
    view = merge([first, gone, edit])
    assert view.state == "live"
    assert "_deleted" in view.conflicts


def test_withdrawal_beats_what_it_follows_and_what_is_concurrent_and_a_later_consent_reopens():
    first = revision(0, [], {"a": "1"}, ["a"])
    withdrawn = revision(1, [first.id], {}, [], operation=Operation.WITHDRAW)
    concurrent = revision(2, [first.id], {"a": "2"}, ["a"])
    view = merge([first, withdrawn, concurrent])
    assert (view.state, dict(view.fields)) == ("withdrawn", {})
    again = revision(0, [withdrawn.id], {"a": "3"}, ["a"])
    view = merge([first, withdrawn, concurrent, again])
    assert (view.state, dict(view.fields)) == ("live", {"a": "3"})


def part(device, parents, answers, changed, paths, **more):
    """A withdrawal of some paths, which writes what stands there instead."""
    return revision(
        device, parents, answers, changed, operation=Operation.WITHDRAW, note={"paths": paths}, **more
    )


def test_a_part_withdrawn_hides_that_part_alone_whoever_wrote_it_meanwhile():
    first = revision(
        0, [], {"a": "1", "g/x/p": "1", "g/y/p": "1", "g/x/q": "1"}, ["a", "g/x/p", "g/y/p", "g/x/q"]
    )
    gone = part(1, [first.id], {"a": "1", "g/x/q": "1", "c": "none"}, ["c", "g/x/p", "g/y/p"], ["g/*/p", "c"])
    concurrent = revision(2, [first.id], {"a": "2", "g/z/p": "7", "c": "all"}, ["a", "g/z/p", "c"])
    view = merge([first, gone, concurrent])
    assert (view.state, view.conflicts) == ("live", {})
    assert dict(view.fields) == {"a": "2", "g/x/q": "1", "c": "none"}
    again = revision(2, [gone.id, concurrent.id], {"a": "2", "g/x/p": "8"}, ["g/x/p"])
    assert merge([again, concurrent, gone, first]).fields["g/x/p"] == "8"
    assert "g/z/p" not in merge([again, concurrent, gone, first]).fields
    assert withdrawn([first, gone, concurrent]) == set()
    hidden = withdrawn_paths([first, gone, concurrent, again])
    assert set(hidden) == {first.id, concurrent.id}
    assert covers(hidden[first.id], "g/x/p")
    assert covers(["g"], "g/x/q")
    assert not covers(hidden[first.id], "g/x/q")
    assert not covers(hidden[first.id], "g")


def test_a_part_withdrawn_neither_undeletes_nor_revives():
    first = revision(0, [], {"a": "1"}, ["a"])
    deleted = revision(0, [first.id], {}, [], operation=Operation.DELETE)
    gone = part(1, [deleted.id], {}, ["a"], ["a"])
    assert merge([first, deleted, gone]).state == "deleted"
    whole = revision(2, [first.id], {}, [], operation=Operation.WITHDRAW)
    assert merge([first, whole, part(1, [first.id], {"b": "2"}, ["a"], ["a"])]).state == "withdrawn"
    assert merge([part(1, [first.id], {"b": "2"}, ["a"], ["a"])]).state == "withdrawn"


@pytest.mark.parametrize("nonsense", ["a", [7], [""], {"a": 1}, None, []])
def test_a_withdrawal_that_names_no_readable_part_is_of_the_whole(nonsense):
    first = revision(0, [], {"a": "1"}, ["a"])
    gone = revision(1, [first.id], {}, [], operation=Operation.WITHDRAW, note={"paths": nonsense})
    assert merge([first, gone]).state == "withdrawn"


def test_erase_wins_in_any_order():
    first = revision(0, [], {"a": "1"}, ["a"])
    erased = revision(1, [first.id], {}, [], operation=Operation.ERASE)
    later = revision(2, [erased.id], {"a": "2"}, ["a"])
    for order in ([first, erased, later], [later, erased, first]):
        assert merge(order).state == "erased"
        assert merge(order).fields == {}


def test_a_missing_parent_is_shown_and_completed_on_arrival():
    first = revision(0, [], {"a": "1", "b": "1"}, ["a", "b"])
    second = revision(1, [first.id], {"a": "2", "b": "1"}, ["a"])
    alone = merge([second])
    assert alone.incomplete
    assert dict(alone.fields) == {"a": "2", "b": "1"}
    assert not merge([second, first]).incomplete


@st.composite
def histories(draw):
    """Three devices that see each other's revisions only now and then, with clocks that jump."""
    made = []
    seen = [set(), set(), set()]
    for n in range(draw(st.integers(1, 10))):
        device = draw(st.integers(0, 2))
        if draw(st.booleans()) and made:
            seen[device] |= {each.id for each in draw(st.lists(st.sampled_from(made), max_size=4))}
        known = {each.id: each for each in made if each.id in seen[device]}
        closure = set()
        stack = list(known)
        everything = {each.id: each for each in made}
        while stack:
            each = stack.pop()
            if each not in closure:
                closure.add(each)
                stack += everything[each].envelope.parents
        followed = {parent for each in closure for parent in everything[each].envelope.parents}
        parents = sorted(closure - followed)
        field = draw(st.sampled_from("abc"))
        operation = draw(
            st.sampled_from([Operation.PUT] * 8 + [Operation.DELETE, Operation.WITHDRAW, "part"])
        )
        clock = f"{draw(st.integers(0, 10**12)):013d}-0000"
        answers = {field: str(n)} if operation in {Operation.PUT, "part"} else {}
        note = {"paths": [field]} if operation == "part" else {}
        operation = Operation.WITHDRAW if operation == "part" else operation
        each = revision(
            device, parents, answers, list(answers), operation=operation, sequence=n + 1, hlc=clock, note=note
        )
        made.append(each)
        seen[device] = closure | {each.id}
    return made


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter_and_every_unsuperseded_write_is_visible(history, shuffle):
    view = merge(history)
    again = [*history, *history[: len(history) // 2]]
    shuffle.shuffle(again)
    assert merge(again) == view
    known = {each.id: each for each in history}

    def follows(later, earlier):
        stack = list(known[later].envelope.parents)
        while stack:
            each = stack.pop()
            if each == earlier:
                return True
            stack += known[each].envelope.parents
        return False

    for taken in (each for each in history if each.body.note.get("paths")):
        (path,) = taken.body.note["paths"]
        shown = {view.fields.get(path), *(v.answer for v in view.conflicts.get(path, ()))}
        for each in history:
            if path in each.body.changed and each is not taken and not follows(each.id, taken.id):
                assert each.body.answers[path] not in shown, "what was taken back is shown"
    if view.state != "live" or any(r.envelope.operation is not Operation.PUT for r in history):
        return
    for each in history:
        for path in each.body.changed:
            rivals = [other.id for other in history if path in other.body.changed and other.id != each.id]
            if not any(follows(rival, each.id) for rival in rivals):
                shown = {view.fields.get(path), *(v.answer for v in view.conflicts.get(path, ()))}
                assert each.body.answers[path] in shown


def test_a_revision_is_what_it_was_signed_as():
    made = revision(0, [], {"a": "清溪"}, ["a"])
    verify(made, KEYS[0].public)
    assert parse_revision(made.raw, made.signature, made.raw_body).id == made.id
    with pytest.raises(SyncError, match="bad-signature"):
        verify(made, KEYS[1].public)
    with pytest.raises(SyncError, match="body-mismatch"):
        parse_revision(made.raw, made.signature, made.raw_body.replace("清溪".encode(), "清河".encode()))
    with pytest.raises(SyncError):
        parse_revision(made.raw.replace(b'"seq":1', b'"seq":1,"x":1'), made.signature, made.raw_body)


@pytest.mark.parametrize("value", [1.5, 2**53 + 1, {"ä": 1}, {1: 2}, object(), float("nan")])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(SyncError):
        dumps({"x": value} if not isinstance(value, dict) else value)


@pytest.mark.parametrize(
    "raw", [b'{"a":1,"a":2}', b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1.0}', b"{", '{"a":"e\u0301"}'.encode()]
)
def test_what_is_not_canonical_is_refused(raw):
    with pytest.raises(SyncError):
        loads_strict(raw)


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abcXYZ_/", max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_json)
def test_canonical_bytes_are_stable(value):
    raw = dumps(value)
    assert dumps(loads_strict(raw)) == raw


def test_the_clock_never_goes_back():
    clock = HybridClock()
    readings = [clock.tick(ms) for ms in (1000, 1000, 500, 2000, 1)]
    assert readings == sorted(readings)
    assert len(set(readings)) == 5
    clock.observe("9999999999999-0000", 3000)
    assert clock.last < "9999999999999-0000", "a clock years ahead is not believed"
    clock.observe("0000000004000-0000", 3000)
    assert clock.tick(3000) == "0000000004000-0001"


def test_record_ids_are_uuid_version_7():
    import uuid

    made = uuid.UUID(new_record_id(1_770_000_000_123))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == 1_770_000_000_123
