"""Power cuts at every moment of a session: whatever of the unsynced blocks and names is lost, nothing shown is."""

from __future__ import annotations

import random
import shutil
from collections import Counter

import pytest

from fieldkit.errors import StoreError
from fieldkit.store.repair import salvage
from fieldkit.store.workspace import ring_of
from tests.durability.power import DiedError, Disk, laid_out
from tests.durability.system import watched
from tests.durability.walk import Walk, found, left_of, memory, opened, script


class Cutting(Disk):
    """Looks, after every call, at some states that a power cut would leave.

    Where the process `dies` at a call, the looking begins with the next one, which finds what was not synced.
    """

    def __init__(self, base, where, chance, states, share, dies=0):
        super().__init__(base, dies)
        self._share = share
        self.looked = Counter()
        self.looking = not dies
        self._base, self._where, self._chance, self._states = base, where, chance, states
        self.shown, self.doubtful = None, []

    def followed(self):
        if self.paused or self.shown is None or not self.looking or self._chance.random() > self._share:
            return
        with self.pause():
            for kept in (0,) if self.is_settled else (0, 1, *[0.5] * self._states):
                self._look(self.left(self._chance, kept))

    def _look(self, left):
        laid_out(left, self._base, self._where)
        folder = self._where / "w"
        gone = left_of(folder, self.shown)
        assert not gone, f"acknowledged as gone, and back: {gone}"
        try:
            _, notices = found(folder, [self.shown, *self.doubtful])
        except StoreError as error:  # which the walk would take for its own
            raise AssertionError(error) from error
        assert "journal.mended-with-loss" not in notices
        if not self.shown["passphrase"]:
            for copy in ring_of(folder).copies():
                assert not salvage(copy, None).lost, "a copy under its own name is whole"
        shutil.rmtree(self._where)
        self.looked["states"] += 1
        self.looked.update(notices)


@pytest.fixture
def cut(base):
    """Go through a session with power cuts at every moment; where it `dies`, another process takes up the rest."""
    folder, where = base / "disk", base / "cut"
    folder.mkdir()

    def go(first, chance, states, share=1.0, dies=0, steps_after_death=4):
        disk = Cutting(folder, where, chance, states, share, dies)
        walk = Walk(folder / "w", disk)
        rest = script(first)

        def told(word, step, then):
            disk.doubtful = [then] if word == "try" else []
            if word == "done":
                disk.shown = then
                del rest[: rest.index(step) + 1]

        with watched(folder, disk):
            try:
                walk.run(list(rest), told)
            except DiedError:
                walk.abandon()
                disk.revive()
                if disk.shown is not None:
                    disk.looking = True
                    walk.workspace, walk.state = taken_up(folder / "w", [disk.shown, *disk.doubtful])
                    disk.shown, disk.doubtful = walk.state, []
                    walk.run(rest[:steps_after_death], told)
        walk.abandon()
        shutil.rmtree(folder / "w", ignore_errors=True)
        return disk.looked

    return go


def taken_up(folder, states):
    """Open what a process that died left, and see which state it shows."""
    for state in states:
        try:
            workspace = opened(folder, state["passphrase"])
        except StoreError as error:
            assert error.code == "workspace.wrong-passphrase"
            continue
        return workspace, next(each for each in states if each["rows"] == memory(workspace))
    raise AssertionError("no passphrase opens it")


@pytest.mark.parametrize(("states", "share"), [(1, 0.3), pytest.param(30, 1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("first", ["", "one"], ids=["open", "encrypted"])
def test_a_power_cut_at_any_moment(cut, tried, first, states, share):
    looked = cut(first, random.Random(states), states, share)
    tried(f"{looked['states']} states that a power cut leaves: {dict(looked)}")


class Ordered(Disk):
    """Notes the calls in their order: kind, and the path or paths it names."""

    def __init__(self, base):
        super().__init__(base)
        self.order = []

    def __call__(self, call):
        before = self.seen.total()
        given = super().__call__(call)
        if self.seen.total() > before:
            self.order.append((call.kind, str(call.arguments[0]) if call.kind == "rename" else ""))
        return given


@pytest.fixture
def unsynced(base):
    """The numbers of the calls that sync a commit, and of those that sync a new journal's name."""

    def numbers(first):
        disk = Ordered(base / "disk")
        (base / "disk").mkdir(exist_ok=True)
        with watched(base / "disk", disk):
            Walk(base / "disk" / "w", disk).run(script(first))
        shutil.rmtree(base / "disk" / "w")
        commits = [number for number, (kind, _) in enumerate(disk.order, 1) if kind == "fdatasync"]
        names = [number + 1 for number, (_, to) in enumerate(disk.order, 1) if to.endswith("journal.fkj")]
        return commits, names[1:]

    return numbers


@pytest.mark.parametrize("quick", [True, pytest.param(False, marks=pytest.mark.soak)])
@pytest.mark.parametrize("first", ["", "one"], ids=["open", "encrypted"])
def test_a_power_cut_after_a_process_was_killed(cut, unsynced, tried, first, quick):
    """What a killed process wrote and did not sync is shown by the next one, so it must not be lost any more."""
    looked, chance = Counter(), random.Random(1)
    commits, names = unsynced(first)
    dying = [*commits[::12], *names[::3]] if quick else range(1, 400, 3)
    for dies in dying:
        looked += cut(first, chance, 1, dies=dies, steps_after_death=2 if quick else 4)
    tried(f"{looked['states']} states that a power cut leaves after {len(dying)} kills: {dict(looked)}")
