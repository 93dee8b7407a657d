"""What was decided at the office can be taken back: the last thing first, or any of them, by whoever decides there."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.conflicts import Choice
from fieldkit.session.desk.desk import Desk
from tests.office.quarrels import LANGUAGE, PRESENCE, households, quarrel


@pytest.fixture
def two(demo, now, tmp_path):
    """Two people's desks in one office, and a household in conflict at two questions; each has a clock a minute ahead."""
    with Office.open(demo.office, now=lambda: now) as office:
        [record] = households(office, 1)
        for name in ("王芳", "李明"):
            add_desk(office, name, [Role.CLERK, Role.REVIEWER], None, by="office")
    answers = {"presence": "all_out", "lang": "other"}, {"presence": "part_out", "lang": "putonghua"}
    quarrel(demo, now, tmp_path, [record], *answers)
    ticking = [now + timedelta(hours=2)]

    def clock():
        ticking[0] += timedelta(seconds=1)
        return ticking[0]

    with Desk.open(demo.office, "王芳", now=clock) as one, Desk.open(demo.office, "李明", now=clock) as other:
        yield one, other, record


def code_of(step, *arguments):
    with pytest.raises(FieldkitError) as caught:
        step(*arguments)
    return caught.value.code


def stands(desk, record):
    """What the archive says of the two questions: an answer, or how many there are."""
    view = desk.office.view(record)
    return tuple(
        view.fields[path] if path in view.fields else len(view.conflicts[path])
        for path in (PRESENCE, LANGUAGE)
    )


def take(desk, record, path, answer):
    return desk.conflicts.write(desk.conflicts.open(record, [path]), {path: Choice("take", answer)})


def test_the_last_thing_first_and_again_and_forward_once_more(two):
    desk, _other, record = two
    take(desk, record, PRESENCE, "all_out")
    take(desk, record, LANGUAGE, "other")
    assert stands(desk, record) == ("all_out", "other")
    desk.decisions.undo()
    assert stands(desk, record) == ("all_out", 2)
    desk.decisions.undo()
    assert stands(desk, record) == (2, 2)
    assert desk.decisions.undo() is None
    desk.decisions.redo()
    assert stands(desk, record) == ("all_out", 2)
    desk.decisions.redo()
    assert stands(desk, record) == ("all_out", "other")
    assert desk.decisions.redo() is None
    desk.decisions.undo()
    take(desk, record, LANGUAGE, "putonghua")
    assert desk.decisions.redo() is None, "what was decided since is not gone over"
    assert stands(desk, record) == ("all_out", "putonghua")


def test_answers_and_notes_that_were_written_together_are_taken_back_together(two):
    desk, _other, record = two
    choices = {PRESENCE: Choice("take", "all_out"), LANGUAGE: Choice("both", text="they speak both")}
    done = desk.conflicts.write(desk.conflicts.open(record), choices)
    assert len(done.revisions) == 2
    assert desk.conflicts.counts() == (0, 1)
    desk.decisions.undo()
    assert (stands(desk, record), desk.conflicts.counts()) == ((2, 2), (1, 0))
    desk.decisions.redo()
    assert (stands(desk, record), desk.conflicts.counts()) == (("all_out", 2), (0, 1))


def test_somebody_else_takes_back_what_was_decided_and_it_is_in_the_list(two):
    desk, other, record = two
    done = take(desk, record, PRESENCE, "all_out")
    [decided] = other.decisions.lately()
    assert (decided.record, decided.revision, decided.device) == (record, done.revisions[0], desk.device)
    [line] = other.decisions.lines([decided])
    assert "王芳" in line
    assert "decided" in line
    assert "All are away" not in line, "lists hold no answers"
    other.decisions.take_back(decided, "asked again by telephone")
    assert stands(other, record) == (2, 2)
    undoing, before = other.decisions.lately()
    assert undoing.undoes == (decided.revision,)
    assert not before.holds
    assert "(taken back)" in other.decisions.lines([before])[0]
    assert code_of(desk.decisions.undo) == "decision.undone"
    assert code_of(other.decisions.take_back, before) == "decision.undone"
    assert stands(other, record) == (2, 2)
    desk.decisions.take_back(undoing)
    assert stands(other, record) == ("all_out", 2)


def test_a_decision_is_named_by_the_beginning_of_its_id_and_nothing_else_is(two):
    desk, _other, record = two
    done = take(desk, record, PRESENCE, "all_out")
    assert desk.decisions.named(done.revisions[0][:8]).revision == done.revisions[0]
    first = next(each for each in desk.office.archive.revisions(record) if not each.envelope.parents)
    assert code_of(desk.decisions.named, first.id) == "decision.unknown", "what a laptop wrote is no decision"
    assert code_of(desk.decisions.named, "") == "decision.unknown"
    take(desk, record, LANGUAGE, "other")
    for beginning in "0123456789abcdef":
        found = [each for each in desk.decisions.lately() if each.revision.startswith(beginning)]
        if len(found) == 1:
            assert desk.decisions.named(beginning) == found[0]
        else:
            assert code_of(desk.decisions.named, beginning) == (
                "decision.ambiguous" if found else "decision.unknown"
            )


def test_only_whoever_reviews_takes_an_approval_back(two, demo, now):
    desk, _other, record = two
    desk.decide(desk.office.view(record), Operation.REVIEW, note={"state": "approved"})
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "经办", [Role.CLERK], None, by="office")
    with Desk.open(demo.office, "经办", now=lambda: now + timedelta(hours=4)) as clerk:
        [approval] = clerk.decisions.lately()
        assert code_of(clerk.decisions.take_back, approval) == "role.may-not"
        assert clerk.decisions.lately() == [approval]
    desk.decisions.take_back(approval)
    assert [each.holds for each in desk.decisions.lately()] == [True, False]


def test_whoever_was_overtaken_sees_who_decided_what_and_may_write_on_top(two):
    desk, other, record = two
    opened = desk.conflicts.open(record)
    take(other, record, PRESENCE, "all_out")
    state = desk.office.state()
    with pytest.raises(FieldkitError) as caught:
        desk.conflicts.write(opened, {PRESENCE: Choice("take", "part_out")})
    assert (caught.value.code, caught.value.params["who"]) == ("decision.overtaken", "李明")
    assert desk.office.state() == state
    assert desk.decisions.can_undo is False
    again = desk.conflicts.open(record, [PRESENCE])
    clash = next(each for each in again.clashes if each.path == PRESENCE)
    [side] = clash.sides
    assert (side.answer, clash.is_open) == ("all_out", False)
    assert "李明" in side.who
    desk.conflicts.write(again, {PRESENCE: Choice("take", "part_out")})
    assert stands(desk, record) == ("part_out", 2)
    desk.decisions.undo()
    assert stands(desk, record) == ("all_out", 2)


@pytest.mark.parametrize("seed", range(4))
def test_any_chain_of_deciding_and_taking_back_is_what_a_plain_list_of_it_says(two, seed):
    """Two people decide, take back and do again in any order; the model holds what each question stood at before."""
    *desks, record = two
    dice = random.Random(seed)
    writes, gone, held = [], set(), {desk.name: [] for desk in desks}
    undone = {desk.name: [] for desk in desks}

    def expected(path):
        """The last write that holds; two answers where none does."""
        standing = [answer for name, each, answer in writes if each == path and name not in gone]
        return standing[-1] if standing else 2

    for _step in range(14):
        desk = dice.choice(desks)
        mine, back = held[desk.name], undone[desk.name]
        what = dice.choice(["decide", "decide", "undo", "undo", "redo"])
        if what == "decide":
            path, answer = dice.choice([(PRESENCE, "all_out"), (PRESENCE, "vacant"), (LANGUAGE, "local")])
            done = take(desk, record, path, answer)
            writes.append((done.revisions, path, answer))
            mine.append(done.revisions)
            back.clear()
        elif what == "undo" and mine:
            desk.decisions.undo()
            gone.add(mine[-1])
            back.append(mine.pop())
        elif what == "redo" and back:
            desk.decisions.redo()
            gone.discard(back[-1])
            mine.append(back.pop())
        assert stands(desk, record) == (expected(PRESENCE), expected(LANGUAGE))
    assert desks[0].office.verify().damaged == ()
