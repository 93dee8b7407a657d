"""Laptops, sticks and an office as they may be in the worst of years: whatever comes in whatever order, the archive
shows what a plain model says it must, and the same in every order.
"""

from __future__ import annotations

import random
import sys
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sync import Operation, SyncError
from tests.sync.desk import Desk
from tests.sync.laptops import Laptop, World
from tests.sync.listed import brought_up
from tests.sync.model import shown
from tests.sync.places import KINDS

FIELDS = ("name", "water", "members/1/born")
WHO = st.integers(0, 7)
"""Which of the laptops, records, sticks: counted around those there are."""
YEARS = st.integers(-10, 10)
CUT = st.one_of(st.none(), st.none(), st.floats(0, 1, exclude_max=True))


class Fieldwork(RuleBasedStateMachine):
    """What may happen. folder: to work in. place: where offices with the same keys are made."""

    def __init__(self, folder, place, counted):
        super().__init__()
        self.folder = folder
        self.place = place
        self.counted = counted
        self.world = World()
        self.laptops: list[Laptop] = []
        self.images: list[Laptop] = []
        self.sticks = []

    @initialize(years=st.lists(YEARS, min_size=3, max_size=5), seed=st.integers(0, 2**32))
    def _begin(self, years, seed):
        """The last laptop is not enrolled; the others have all seen the first record."""
        self.laptops = [
            Laptop(self.world, number, timedelta(days=365 * skew)) for number, skew in enumerate(years, 1)
        ]
        self.desk = Desk(self.new_office(), self.world)
        self.order = random.Random(seed)
        first = self.laptops[0].write(
            self.world.new_record(), changes={path: self.answer(0) for path in FIELDS}
        )
        for laptop in self.laptops[:-1]:
            self.desk.enroll(laptop)
            laptop.learn([first])

    def new_office(self):
        return self.place.new(self.folder / f"office {uuid.uuid4().hex}")

    def laptop(self, who):
        return self.laptops[who % len(self.laptops)]

    def record(self, laptop, which):
        """One of the records that a laptop can show; where there is none, the first that it makes."""
        if not laptop.held:
            laptop.write(self.world.new_record(), changes={"name": self.answer(0)})
        there = sorted({self.world.notes[each].record for each in laptop.held})
        return there[which % len(there)]

    def answer(self, same):
        """An answer that nobody else gives, or one of a few."""
        unique = f"canary-{len(self.world.notes)}-清溪"
        return [unique, unique, "yes", {"missing": "dk"}, ""][same % 5]

    # -- what people do on laptops ------------------------------------------------------------------------

    @rule(who=WHO, same=WHO)
    def visit(self, who, same):
        answers = {path: self.answer(same * n) for n, path in enumerate(FIELDS)}
        self.laptop(who).write(self.world.new_record(), changes=answers)

    @rule(who=WHO, which=WHO, path=st.sampled_from(FIELDS), same=WHO)
    def edit(self, who, which, path, same):
        laptop = self.laptop(who)
        laptop.write(self.record(laptop, which), changes={path: self.answer(same)})

    @rule(who=WHO, which=WHO, path=st.sampled_from(FIELDS), back=WHO)
    def edit_what_was_never_seen(self, who, which, path, back):
        """Over a revision that only others have, or that nobody ever brings."""
        record = self.world.records[which % len(self.world.records)]
        known = [note.id for note in self.world.of(record)]
        parent = [*known, "f" * 64][back % (len(known) + 1)]
        self.laptop(who).write(record, changes={path: self.answer(0)}, parents=[parent])

    @rule(who=WHO, which=WHO, kind=st.sampled_from(["delete", "withdraw", "review", "resolve", "upgrade"]))
    def decide(self, who, which, kind):
        laptop = self.laptop(who)
        record = self.record(laptop, which)
        if (
            kind == "upgrade"
        ):  # the next version of the form has no place for one answer, and asks another question
            laptop.form_hash = str(int(laptop.form_hash) + 1)
            laptop.write(record, changes={"water": "", "water_source": self.answer(0)})
        elif kind == "resolve":
            conflicts = [path for path in laptop.shows(record).conflicts if path in FIELDS]
            laptop.write(record, Operation.RESOLVE, {path: self.answer(0) for path in conflicts})
        elif kind == "review":
            laptop.sealed(record, Operation.REVIEW, {}, (), note={"comments": {"water": "canary"}})
        else:
            laptop.sealed(record, Operation(kind), {}, ())

    @rule(who=WHO, which=WHO, sure=st.integers(0, 3))
    def erase(self, who, which, sure):
        laptop = self.laptop(who)
        if not sure:
            laptop.erase(self.record(laptop, which))

    # -- what happens to laptops --------------------------------------------------------------------------

    @rule(giver=WHO, taker=WHO, first=WHO, last=WHO)
    def hand_over(self, giver, taker, first, last):
        held = list(self.laptop(giver).held.values())
        self.laptop(taker).learn(held[first : len(held) - last] or held)

    @rule(who=WHO)
    def image(self, who):
        self.images.append(self.laptop(who).copy())

    @precondition(lambda self: self.images)
    @rule(which=WHO, cloned=st.booleans())
    def put_an_image_back(self, which, cloned):
        """On the laptop it was taken of, or on another machine that is now the same laptop twice."""
        image = self.images[which % len(self.images)]
        if cloned and len(self.laptops) < 8:
            self.laptops.append(image.copy())
        else:
            next(each for each in self.laptops if each.id == image.id).become(image)

    @rule(who=WHO)
    def install_anew(self, who):
        """The key stays, and another chain begins."""
        laptop = self.laptop(who)
        laptop.epoch, laptop.sequence, laptop.previous = f"{laptop.epoch}+{len(self.world.notes)}", 0, None

    # -- sticks and the office ----------------------------------------------------------------------------

    @rule(who=WHO, first=st.integers(0, 20), last=WHO, cut=CUT, brought=st.booleans())
    def fill_a_stick(self, who, first, last, cut, brought):
        laptop = self.laptop(who)
        held = list(laptop.held.values())
        carried = held[first : len(held) - last] or held
        if carried:
            path = laptop.stick(self.folder, self.desk.archive, carried)
            self.sticks.append((path, laptop, carried))
            if brought:
                self.desk.take_in(*self.sticks[-1], cut=cut)

    @precondition(lambda self: self.sticks)
    @rule(which=st.integers(0, 40), cut=CUT)
    def bring_a_stick(self, which, cut):
        self.desk.take_in(*self.sticks[which % len(self.sticks)], cut=cut)

    @rule(who=WHO)
    def go_to_the_wrong_office(self, who):
        laptop = self.laptop(who)
        path = laptop.stick(self.folder, self.desk.archive, office="another office")
        before = self.desk.archive.state()
        with pytest.raises(SyncError, match=r"bundle\.foreign"):
            self.desk.archive.import_bundle(path)
        assert self.desk.archive.state() == before

    @rule(who=WHO, last=st.one_of(st.none(), st.integers(0, 6)), sure=st.integers(0, 2))
    def revoke(self, who, last, sure):
        if not sure:
            self.desk.revoke(self.laptop(who), last)

    @rule(which=WHO)
    def release(self, which):
        self.desk.release(which)

    @rule()
    def look_at_the_lists(self):
        brought_up(self.desk.archive)

    @rule(sure=st.integers(0, 5))
    def enroll_the_last(self, sure):
        if not sure:
            for laptop in self.laptops:
                self.desk.enroll(laptop)

    # -- the end of the year ------------------------------------------------------------------------------

    def everything_arrives(self):
        """Here, in an office where nobody was known at first, and in one where all were known from the start."""
        order = self.order
        late, early = Desk(self.new_office(), self.world), Desk(self.new_office(), self.world)
        for laptop in self.laptops:
            early.enroll(laptop)
        states = set()
        for desk in (self.desk, late, early):
            for which in order.choices(self.sticks, k=2):
                desk.take_in(*which, cut=order.random())
            for which in order.sample(self.sticks, len(self.sticks)):
                desk.take_in(*which)
            for laptop in self.laptops:
                desk.enroll(laptop)
            desk.release_all(order)
            for which in order.choices(self.sticks, k=2) + order.sample(self.sticks, len(self.sticks)):
                desk.take_in(*which)
            states.add(self.closed(desk))
        assert len(states) == 1
        self.counted["ends"] += 1
        for desk in (late, early):
            desk.archive.close()
            self.place.remove(desk.archive.folder)

    def closed(self, desk):
        """What there is to say of an office when all has arrived; its state."""
        brought = {each.id: each for _path, _laptop, carried in self.sticks for each in carried}
        with_answers = {
            each.id for *_, carried in self.sticks for each in carried if each.raw_body is not None
        }
        assert set(desk.present) == set(brought), "nothing anyone entered is dropped"
        for record in {self.world.notes[each].record for each in brought}:
            notes = self.world.of(record, brought)
            held = desk.archive.revisions(record)
            assert {each.id for each in held} == {note.id for note in notes}
            if not any(note.erases for note in notes):
                assert {each.id for each in held if each.body} == with_answers & {note.id for note in notes}
            assert desk.agrees(record, shown(notes, with_answers))
        assert brought_up(desk.archive)[0] == brought_up(desk.archive, "from scratch")[0]
        proof = desk.archive.verify()
        assert proof.damaged == ()
        assert proof.state == desk.archive.state()
        self.counted["revisions"] += proof.revisions
        self.counted["conflicts"] += proof.conflicts
        return proof.state

    def teardown(self):
        if sys.exc_info()[0] is None:
            for laptop in self.laptops:
                self.sticks.append(
                    (laptop.stick(self.folder, self.desk.archive), laptop, list(laptop.held.values()))
                )
            self.everything_arrives()
        self.counted["runs"] += 1
        self.counted["notes"] += len(self.world.notes)
        self.counted.update(self.desk.counted)
        self.desk.archive.close()
        self.place.remove(self.desk.archive.folder)
        for path, *_ in self.sticks:
            path.unlink()


def years(machine, base, place, tried, examples, steps, *, derandomize=False):
    """Let a machine run so often; gives what it counted."""
    counted = Counter()
    folder = base / "sticks"
    folder.mkdir()
    run_state_machine_as_test(
        lambda: machine(folder, place, counted),
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate,), derandomize=derandomize,
        ),
    )  # fmt: skip
    tried(", ".join(f"{number} {what}" for what, number in sorted(counted.items())))
    assert counted["ends"]
    return counted


def test_every_order_gives_what_the_model_says(base, place, tried):
    years(Fieldwork, base, place, tried, examples=40, steps=40, derandomize=True)


@pytest.mark.parametrize("place", KINDS[1:], indirect=True)
def test_every_order_gives_what_the_model_says_on_servers(base, place, tried):
    years(Fieldwork, base, place, tried, examples=3, steps=40, derandomize=True)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("place", "examples"), list(zip(KINDS, (4000, 400, 200), strict=True)), indirect=["place"]
)
def test_every_order_gives_what_the_model_says_thousands_of_times(base, place, examples, tried):
    years(Fieldwork, base, place, tried, examples=examples, steps=80)
