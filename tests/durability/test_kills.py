"""SIGKILL at every system call of a session and at any moment of others: what was acknowledged is there, what was erased is not."""

from __future__ import annotations

import base64
import json
import random
import shutil
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import pytest

from tests.durability.system import Counted, watched
from tests.durability.walk import Walk, found, script

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and SIGKILL")
ROOT = Path(__file__).parents[2]


class Writer:
    """The process that works and is killed, and what it acknowledged."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.writer"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.acknowledged = 0

    def close(self):
        self._process.communicate()

    def killed(self, shown=None, **order):
        """Let a child work until it is killed; give the state it acknowledged last and the one in doubt.

        False instead where it came to its end alive.
        """
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        doubtful = None
        for line in self._process.stdout:
            word, said, state = json.loads(zlib.decompress(base64.b64decode(line)))
            assert word != "failed", f"{said} in {order}"
            if word == "try":
                doubtful = state
            elif word == "done":
                shown, doubtful = state, None
                self.acknowledged += 1
            else:
                return word == "killed", [each for each in (shown, doubtful) if each]
        raise AssertionError("the writer is gone")


@pytest.fixture
def writer():
    process = Writer()
    yield process
    process.close()


def checked(folder, states):
    """The state of a copy of the workspace, which is left as the kill left it."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    state, _ = found(copy, states)
    shutil.rmtree(copy)
    return state


@pytest.mark.parametrize("every", [37, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize("first", ["", "one"], ids=["open", "encrypted"])
def test_a_kill_at_every_call(base, tried, writer, first, every):
    hook, kills = Counted(), Counter()
    with watched(base, hook):
        Walk(base / "count", hook).run(script(first))
    shutil.rmtree(base / "count")
    aims = [
        (kind, number, when)
        for kind, most in hook.seen.items()
        for number in range(1, most + 1)
        for when in ("before", "after", *(["inside"] if kind == "write" else []))
    ]
    for kind, number, when in aims[::every]:
        folder = base / "w"
        killed, states = writer.killed(folder=str(folder), first=first, kind=kind, number=number, when=when)
        assert killed, (kind, number, when)
        kills[f"{when} {kind}"] += 1
        if states and "erased" in states[0] and (folder / "workspace.toml").exists():
            checked(folder, states)
        else:
            assert states[0] == states[-1], "only a workspace that nobody was given may be missing"
        shutil.rmtree(folder, ignore_errors=True)
    tried(f"{kills.total()} kills, {writer.acknowledged} steps acknowledged, none lost: {dict(kills)}")


@pytest.mark.parametrize("kills", [30, pytest.param(600, marks=pytest.mark.soak)])
@pytest.mark.parametrize("first", ["", "one"], ids=["open", "encrypted"])
def test_kills_at_any_moment(base, tried, writer, first, kills):
    """One workspace after another, each killed many times; every other kill at a call, the others by the clock."""
    chance = random.Random(kills)
    folder, state, done = base / "w", None, 0
    while done < kills:
        if done % 20 == 0 or state is None:
            shutil.rmtree(folder, ignore_errors=True)
            killed, [state] = writer.killed(folder=str(folder), first=first)
            assert not killed
        if done % 2:
            aim = {"seconds": chance.random() * 0.06}
        else:
            kind, most = chance.choice([("write", 9), ("fsync", 9), ("fdatasync", 5), ("rename", 3), ("unlink", 4),
                                        ("ftruncate", 4), ("open", 30), ("link", 1)])  # fmt: skip
            when = chance.choice(["before", "after", *(["inside"] if kind == "write" else [])])
            aim = {"kind": kind, "number": chance.randint(1, most), "when": when}
        killed, states = writer.killed(
            shown=state, folder=str(folder), state=state, seed=chance.getrandbits(32), **aim
        )
        assert killed
        done += 1
        state = checked(folder, states)
    tried(f"{done} kills, {writer.acknowledged} steps acknowledged, none lost")
