"""SIGKILL at every system call of a carry, and a disk or stick that takes nothing more from any of them on: what was there
before is there, nothing is half taken or half written, and done again all is as if nothing had happened.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit.errors import StoreError
from sync import SyncError, read_introduction
from tests.durability.system import Refusing, watched
from tests.exchange.tent import Tent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and SIGKILL")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def before(base):
    """A tent where B has something to take from A's file, with an erasure in it, and something to write."""
    tent = Tent.built(base / "before", "AB")
    tent.round("ABAB")
    erased = tent.put("A", {"born": "1970"})
    tent.round("ABAB")
    tent.laptops["A"].erase(erased, "asked")
    tent.put("A", {"born": "1980"})
    tent.leave("A")
    tent.put("B", {"born": "1990"})
    tent.carry("A")
    tent.close()
    return base / "before"


def carried(folder):
    """What B shows once it has carried (again), and what its file then holds."""
    tent = Tent(folder, "AB")
    tent.carry("B")
    tent.carry("A")
    shown = tent.records("B"), tent.states()["B"]
    assert tent.records("A") == tent.records("B")
    left = tent.laptops["B"].left_elsewhere("", "2026-03-31")
    tent.close()
    return shown, left


def sound(folder, first, second):
    """Whether all of what A brought is at B or nothing, and every file on the stick is one."""
    tent = Tent(folder, "AB")
    shown = tent.records("B")
    for path in (folder / "stick").glob("*.fkc"):
        read_introduction(path)
    tent.close()
    return shown in (first, second)


def stages(base, before):
    """What B shows before it carries, and after it."""
    tent = Tent(before, "AB")
    first = tent.records("B")
    tent.close()
    after = base / "after"
    shutil.copytree(before, after)
    (second, state), left = carried(after)
    return first, second, state, left


def test_killed_at_every_call(base, before, record_property):
    first, second, state, left = stages(base, before)
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.durability.carry_worker"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    killed = 0
    for number in range(1, 500):
        folder = base / "killed"
        shutil.copytree(before, folder)
        worker.stdin.write(f"{folder}\t{number}\n")
        worker.stdin.flush()
        code = int(worker.stdout.readline())
        assert code in {0, -9}
        assert sound(folder, first, second), number
        assert carried(folder) == ((second, state), left), number
        shutil.rmtree(folder)
        if code == 0:
            break
        killed += 1
    worker.communicate()
    record_property("tried", f"killed at {killed} calls")
    assert killed > 10


def test_full_from_any_call_on(base, before, record_property):
    first, second, state, left = stages(base, before)
    refused = 0
    for number in range(1, 500):
        folder = base / "full"
        shutil.copytree(before, folder)
        tent = Tent(folder, "AB")
        hook = Refusing(None, number, errno.ENOSPC, lasting=True)
        with watched(folder, hook):
            try:
                found = tent.carry("B")
            except (SyncError, StoreError) as error:
                assert error.code.startswith("medium."), error
            else:
                assert not hook.refused or found.refused or found.failing, number
        for name in "AB":
            with contextlib.suppress(StoreError):
                tent.workspaces[name].close()
        tent.office.close()
        assert sound(folder, first, second), number
        assert carried(folder) == ((second, state), left), number
        shutil.rmtree(folder)
        if not hook.refused:
            break
        refused += 1
    record_property("tried", f"full from {refused} calls on")
    assert refused > 10
