"""Two people decide at one archive at once, on a file and on a server: nothing anybody decided is lost, whoever dies meanwhile."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.session.desk.conflicts import Choice
from tests.databases import KINDS
from tests.office.two_clerks import NAMES, Office2

_SECONDS = 60


@pytest.fixture(params=KINDS)
def office(request, tmp_path):
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else None
    made = Office2(tmp_path, url)
    yield made
    made.close()
    if url:
        request.getfixturevalue("postgres").drop_database(url)


@pytest.fixture
def two(office):
    with office.desk(NAMES[0]) as one, office.desk(NAMES[1]) as other:
        yield one, other


def choose(desk, opened, answer):
    """Choose an answer; gives the ids of what was written, or None where somebody was sooner."""
    try:
        return desk.conflicts.write(opened, {"a": Choice("take", answer)}).revisions
    except FieldkitError as error:
        assert error.code == "decision.overtaken", error
        assert error.params["who"] in {*NAMES, "laptop 3"}
        return None


def together(*steps):
    """Do steps at one time; gives what each gave."""
    start = Barrier(len(steps))

    def does(step):
        start.wait(_SECONDS)
        return step()

    with ThreadPoolExecutor(len(steps)) as pool:
        return [each.result(_SECONDS) for each in [pool.submit(does, step) for step in steps]]


def is_visible(revisions, path="a"):
    """Whether every answer that no other one follows can be seen in the record."""
    from sync import merge

    view, known = merge(revisions), {each.id: each for each in revisions}

    def follows(each):
        found, waiting = set(), [each]
        while waiting:
            fresh = [p for p in known[waiting.pop()].envelope.parents if p in known and p not in found]
            found.update(fresh)
            waiting += fresh
        return found

    writers = {each.id: each for each in revisions if each.body and path in each.body.changed}
    over = set().union(*(follows(each) for each in writers)) if writers else set()
    shown = {view.fields.get(path), *(version.answer for version in view.conflicts.get(path, ()))}
    return all(each.body.answers.get(path) in shown for name, each in writers.items() if name not in over)


def test_of_two_who_decide_the_same_at_once_one_writes_and_the_other_is_told(office, two):
    one, other = two
    for record in office.conflicts(8):
        seen = [desk.conflicts.open(record) for desk in two]
        done = together(lambda: choose(one, seen[0], "1"), lambda: choose(other, seen[1], "2"))  # noqa: B023
        assert done.count(None) == 1, "exactly one of them was sooner"
        winner = 0 if done[1] is None else 1
        revisions = one.office.archive.revisions(record)
        decided = [each for each in revisions if each.envelope.operation is Operation.RESOLVE]
        assert [each.id for each in decided] == list(done[winner])
        view = one.office.view(record)
        assert (view.fields["a"], view.conflicts) == ("12"[winner], {})
    assert one.office.verify().damaged == ()
    assert one.conflicts.rows() == other.conflicts.rows() == []


def test_sticks_that_come_in_between_hide_nothing_that_anybody_decided(office, two):
    """A third laptop's answers come while both decide: what was decided is there, and every answer nobody followed is seen."""
    one, other = two
    records = office.conflicts(6)
    third = office.laptops[2]
    form = third.library.get("talk")
    sticks = []
    for record in records:
        third.exchange.put(form, record, {"a": "3", "b": "0"})
        folder = office.stick / record
        folder.mkdir()
        sticks.append(third.export(folder).bundle.path)
    dice = random.Random(11)
    outcomes = set()
    with Office.open(office.where, now=office.clock) as merging:
        for record, stick in zip(records, sticks, strict=True):
            seen = [desk.conflicts.open(record) for desk in two]
            steps = [
                lambda: choose(one, seen[0], "1"),  # noqa: B023
                lambda: choose(other, seen[1], "2"),  # noqa: B023
                lambda: merging.merge([stick]),  # noqa: B023
            ]
            order = dice.sample(range(3), 3)
            found = dict(zip(order, together(*(steps[each] for each in order)), strict=True))
            written = [found[each] for each in (0, 1) if found[each] is not None]
            outcomes.add(len(written))
            revisions = one.office.archive.revisions(record)
            assert {each for ids in written for each in ids} <= {each.id for each in revisions}
            assert is_visible(revisions)
            view = one.office.view(record)
            values = {view.fields.get("a"), *(each.answer for each in view.conflicts.get("a", ()))}
            assert "3" in values or not view.conflicts, (
                "the third answer is seen, or somebody decided with it in view"
            )
    assert outcomes <= {0, 1}, "both were shown the same, so both cannot have been sooner"
    proof = one.office.verify()
    assert (proof.damaged, proof.state) == ((), other.office.state())


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_deciding_and_taking_back_by_two_loses_nothing(office, two, seed):
    """Each decides, keeps both, takes back and does again as they like, at one time; every signed decision is in the archive."""
    records = office.conflicts(3)

    def works(desk, number):
        dice, made, refused = random.Random(f"{seed} {number}"), [], 0
        for _turn in range(12):
            record = dice.choice(records)
            try:
                what = dice.choice(["take", "take", "both", "undo", "redo"])
                if what == "undo":
                    done = desk.decisions.undo()
                elif what == "redo":
                    done = desk.decisions.redo()
                else:
                    opened = desk.conflicts.open(record, ["a"])
                    is_open = opened.clashes[0].is_open
                    choice = (
                        Choice("both", text="well")
                        if what == "both" and is_open
                        else Choice("take", dice.choice("12"))
                    )
                    done = desk.conflicts.write(opened, {"a": choice})
                made += [done] if done else []
            except FieldkitError as error:
                assert error.code in {"decision.overtaken", "decision.undone"}, error
                refused += 1
        return made, refused

    found = together(
        *(lambda desk=desk, number=number: works(desk, number) for number, desk in enumerate(two))
    )
    assert sum(len(made) for made, _refused in found) > 8
    archive = two[0].office.archive
    held = {each.id: each for record in records for each in archive.revisions(record)}
    for desk, (made, _refused) in zip(two, found, strict=True):
        for done in made:
            assert all(held[each].envelope.record == done.record for each in done.revisions)
        assert desk.session.handing_in.waits is False
    desks = {each.device for each in two}
    signed = sum(each.envelope.device in desks for each in held.values())
    listed = two[0].decisions.lately(None)
    assert len(listed) == signed, "each is in the list, whoever made it"
    assert archive.verify().damaged == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.conflicts import Choice
from tests.office.two_clerks import Ticking
folder, name, record, where = sys.argv[1:]
desk = Desk.open(Path(folder), name, now=Ticking())
opened = desk.conflicts.open(record)
def die(*_arguments):
    print("now", flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)
if where == "holding":
    with desk.alone():
        die()
else:
    desk.office.take_decision = die
    desk.conflicts.write(opened, {"a": Choice("take", "1")})
"""


def dying(office, record, where):
    """A process in which somebody decides, up to where it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(office.where), NAMES[0], record, where],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "now\n"
    return process


def test_whoever_is_killed_while_deciding_keeps_nobody_from_it(office):
    [record] = office.conflicts(1)
    process = dying(office, record, "holding")
    with office.desk(NAMES[1]) as other:
        opened = other.conflicts.open(record)
        with ThreadPoolExecutor(1) as pool:
            decided = pool.submit(choose, other, opened, "2")
            assert not decided.done()
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=_SECONDS)
            assert decided.result(_SECONDS)
        assert other.office.view(record).fields["a"] == "2"


def test_what_somebody_killed_had_decided_comes_in_later_and_stands_beside_what_was_decided_since(office):
    [record] = office.conflicts(1)
    process = dying(office, record, "written")
    process.communicate("\n", timeout=_SECONDS)
    assert process.returncode == -signal.SIGKILL
    with office.desk(NAMES[1]) as other:
        assert choose(other, other.conflicts.open(record), "2")
    with office.desk(NAMES[0]) as one:
        view = one.office.view(record)
        assert {each.answer for each in view.conflicts["a"]} == {"1", "2"}
        [clash] = one.conflicts.open(record).clashes
        assert {side.who for side in clash.sides} == set(NAMES)
        assert len(one.decisions.lately()) == 2
        assert choose(one, one.conflicts.open(record), "1")
        assert one.office.view(record).conflicts == {}
