"""Old bodies go only where nobody can miss them; whatever is pruned, the record shows the same."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.exchange import What
from fieldkit.exchange.pruning import prunable, without_body
from sync import (
    Archive,
    Body,
    DeviceKey,
    Envelope,
    KeyCard,
    Operation,
    merge,
    new_record_id,
    seal,
    write_bundle,
)

KEY = DeviceKey.generate(b"k" * 32)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
BEFORE = NOW - timedelta(days=90)
RECORD = new_record_id(1, random.Random(1))

STEP = st.tuples(
    st.sampled_from([Operation.PUT] * 12 + [*Operation]),
    st.lists(st.integers(0, 2), min_size=1, max_size=2),
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), min_size=1, max_size=2),
    st.sampled_from([10, 200, 200]),
    st.sampled_from([{}] * 8 + [{"files": {"f": {"id": "1"}}}, {"orphans": []}]),
    st.sampled_from([True, True, False]),
)  # fmt: skip


def revisions_of(steps):
    """Revisions of one record, each after some of the earlier ones, as a laptop writes them."""
    made, snapshots = [], []
    for number, (operation, parents, answers, days, note, _held) in enumerate(steps):
        after = sorted({number - 1 - back for back in parents if number - 1 - back >= 0})
        seen = {}
        for each in after:
            seen |= snapshots[each]
        now = {key: value for key, value in (seen | answers).items() if value}
        changed = tuple(key for key in {*seen, *now} if seen.get(key) != now.get(key))
        body = Body(now, changed, note, salt=bytes(16)).to_bytes()
        envelope = Envelope(
            record=RECORD, parents=tuple(made[each].id for each in after), form="f", form_hash="h", device=KEY.id,
            epoch="e", sequence=number + 1, previous=made[-1].id if made else None, hlc=f"{number:013d}-0000",
            wall=(NOW - timedelta(days=days)).isoformat(), user="", operation=operation,
            body_hash=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        made.append(seal(envelope, body, KEY))
        snapshots.append(now)
    return made


@settings(max_examples=400, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=7))
def test_nothing_else_is_ever_pruned_and_the_record_shows_the_same(steps):
    made = revisions_of(steps)
    held = {each.id for each, step in zip(made, steps, strict=True) if step[-1]}
    gone = prunable(made, held, BEFORE)
    view = merge(made)
    by_id = {each.id: (each, step) for each, step in zip(made, steps, strict=True)}
    for each in gone:
        revision, (_operation, _parents, _answers, days, note, is_held) = by_id[each]
        assert is_held
        assert days > 90
        assert each not in view.heads
        assert not note
        assert revision.envelope.operation in {Operation.PUT, Operation.RESOLVE}
    after = [without_body(each) if each.id in gone else each for each in made]
    assert merge(after) == view
    # Twice is once, and the order does not matter.
    assert prunable(after, held, BEFORE) == [] or set(prunable(after, held, BEFORE)).isdisjoint(gone)
    assert merge(reversed(after)) == view


def test_what_two_corrections_of_the_same_share_is_not_pruned():
    """Without it each of them would seem to say all that it holds, and they would be in conflict."""
    shared = (Operation.PUT, [0], {"a": "1", "b": "1"}, 200, {}, True)
    left = (Operation.PUT, [0], {"a": "2"}, 150, {}, True)
    right = (Operation.PUT, [1], {"b": "2"}, 150, {}, True)
    made = revisions_of([shared, left, right])
    assert merge(made).fields == {"a": "2", "b": "2"}
    assert prunable(made, {each.id for each in made}, BEFORE) == []


def test_the_plain_case_is_pruned():
    """A record corrected twice: what the corrections took the place of goes."""
    put = (Operation.PUT, [0], {"a": "1", "b": "1"}, 200, {}, True)
    made = revisions_of(
        [put, (Operation.PUT, [0], {"a": "2"}, 150, {}, True), (Operation.PUT, [0], {"a": ""}, 10, {}, True)]
    )
    ids = {each.id for each in made}
    assert prunable(made, ids, BEFORE) == sorted(each.id for each in made[:2])
    assert prunable(made, ids - {made[0].id}, BEFORE) == [made[1].id]
    assert prunable(made, set(), BEFORE) == []
    assert prunable(made, ids, NOW - timedelta(days=180)) == [made[0].id]


def corrected(town):
    record = town.record({"a": "CANARY-OLD", "b": "1"})
    town.record({"a": "new", "b": "1"}, amends=record)
    return record


def bodies(town, record):
    return [each.raw_body is not None for each in town.exchange.revisions(record)]


def test_a_laptop_prunes_when_idle_once_two_copies_are_receipted_and_time_has_passed(town):
    record = corrected(town)
    town.carry()
    town.take()
    town.clock.later(days=100)
    town.session.tidy()
    assert bodies(town, record) == [True, True], "one copy is not enough"
    town.take(copies=2)
    assert bodies(town, record) == [True, True], "never in the middle of work"
    town.clock.later(days=1)
    before = town.answers()
    town.session.tidy()
    assert bodies(town, record) == [False, True]
    assert town.answers() == before
    assert town.session.status().only_here == 0
    first, last = town.session.histories.steps(record)
    assert (first.pruned, last.pruned, last.differences) == (True, False, ())
    newest = town.session.sticks.history()[0]
    assert (newest.what, newest.count) == (What.PRUNING, 1)
    town.session.tidy()
    assert town.session.sticks.history()[0] == newest
    town.session.close()
    town.open()
    assert town.answers() == before


def test_what_is_young_or_unacknowledged_or_being_corrected_stays(town):
    record = corrected(town)
    town.carry()
    town.take(copies=2)
    later = corrected(town)
    town.clock.later(days=80)
    assert town.exchange.prune(90) == 0
    town.clock.later(days=20)
    town.session.interviews.begin_correction(record, "en")
    assert town.exchange.prune(90) == 0, "somebody is correcting the one, the office does not hold the other"
    town.session.interviews.discard(record)
    assert town.exchange.prune(90) == 1
    assert bodies(town, later) == [True, True]


def test_a_setting_keeps_everything(town):
    record = corrected(town)
    town.carry()
    town.take(copies=2)
    town.clock.later(days=400)
    town.session.close()
    path = town.folder / "workspace.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("keep_days = 90", "keep_days = 0"), encoding="utf-8"
    )
    town.open()
    town.session.tidy()
    assert bodies(town, record) == [True, True]


def test_an_archive_that_lost_both_copies_shows_the_same_from_what_was_pruned(town, tmp_path):
    record = corrected(town)
    town.carry()
    town.take(copies=2)
    town.clock.later(days=100)
    assert town.exchange.prune(90) == 1
    made = town.exchange.revisions(record)
    device = town.exchange.device
    archive = Archive.create(tmp_path / "new", name="x", division="", now=town.clock)
    archive.enroll(KeyCard("x", device.key.public, device.epoch))
    path = write_bundle(
        tmp_path, made, key=device.key, office=archive.id, recipients=archive.recipients, now=town.clock()
    ).path
    assert archive.import_bundle(path).new == 2
    view = archive.view(record)
    archive.close()
    assert view == merge(made)
    assert view.fields == {"a": "new", "b": "1"}
