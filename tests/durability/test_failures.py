"""Every system call of a session refused, once and from then on: a StoreError or success, and the disk says what was shown."""

from __future__ import annotations

import contextlib
import errno
import itertools
import shutil
from collections import Counter

import pytest

from fieldkit.errors import StoreError
from fieldkit.store.workspace import key_file
from tests.durability.system import KINDS, Counted, Refusing, watched
from tests.durability.walk import Walk, found, memory, script

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
soak = pytest.param(True, marks=pytest.mark.soak, id="every error")


def calls_of(base, first):
    """How many calls of each kind a session makes."""
    hook = Counted()
    with watched(base, hook):
        Walk(base / "whole", hook).run(script(first))
    shutil.rmtree(base / "whole")
    return hook.seen


def walk_refused(base, first, hook, *, lasting):
    """Go through the session although calls are refused; give the states that may be found, and the refusals met.

    What a workspace shows after a refusal is what it must be found to be: as before, or, where an erasure was refused
    after the removal, without the document.
    """
    walk, refusals = Walk(base / "w", hook), Counter()
    with watched(base, hook):
        for step in script(first):
            then = walk.after(step)
            if then is None:
                continue
            try:
                step.do(walk)
            except StoreError as error:
                refusals[error.code] += 1
                if walk.workspace is not None and memory(walk.workspace) != walk.state["rows"]:
                    assert step.name == "erase"
                    assert memory(walk.workspace) == then["rows"]
                    # Only what is finished counts as erased.
                    walk.state = {**then, "erased": walk.state["erased"]}
                if lasting and step.name == "passphrase" and opens(walk, then["passphrase"]):
                    # What a medium took and then refused to sync cannot be taken back where it refuses that too.
                    walk.state = then
            else:
                walk.state = then
            if walk.workspace is not None:
                assert memory(walk.workspace) == walk.state["rows"]
    walk.abandon()
    return walk.state, refusals


@pytest.mark.parametrize("everything", [pytest.param(False, id="one error each"), soak])
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("first", ["", "one"], ids=["open", "encrypted"])
def test_any_call_may_be_refused(base, tried, first, lasting, everything):
    rotation = itertools.cycle(ERRORS)
    runs, met = 0, Counter()
    # The quick run lets a fault last from every third call on.
    for kind, number in every_call(calls_of(base, first))[:: 3 if lasting and not everything else 1]:
        for error in ERRORS if everything else [next(rotation)]:
            hook = Refusing(kind, number, error, lasting=lasting)
            state, refusals = walk_refused(base, first, hook, lasting=lasting)
            assert hook.refused
            if state is not None:
                found(base / "w", [state])
            shutil.rmtree(base / "w", ignore_errors=True)
            runs += 1
            met += refusals
    tried(f"{runs} sessions, each with another call refused; {met.total()} refusals: {dict(met)}")


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("first", ["", "one"], ids=["open", "encrypted"])
def test_a_medium_may_be_gone_from_any_call_on(base, tried, first, every):
    """Nothing can be taken back then, so what was refused first may be found; nothing that was acknowledged is missing."""
    numbers = range(1, calls_of(base, first).total() + 1, every)
    for number in numbers:
        hook = Refusing(None, number, errno.EIO, lasting=True)
        walk, doubtful = Walk(base / "w", hook), []
        with watched(base, hook):
            for step in script(first):
                then = walk.after(step)
                if then is None:
                    continue
                try:
                    step.do(walk)
                except StoreError:
                    doubtful.append(then)
                    if walk.workspace is not None:
                        walk.state = {**walk.state, "rows": memory(walk.workspace)}
                else:
                    walk.state = then
        walk.abandon()
        if walk.state is not None:
            found(base / "w", [*doubtful, walk.state])
        shutil.rmtree(base / "w", ignore_errors=True)
    tried(f"{len(numbers)} sessions, each with another moment from which everything is refused")


def opens(walk, passphrase):
    with walk.hook.pause(), contextlib.suppress(StoreError):
        return bool(key_file(walk.folder).open(passphrase))
    return False


def every_call(seen):
    return [(kind, number) for kind in KINDS for number in range(1, seen[kind] + 1)]
