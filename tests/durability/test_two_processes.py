"""Two processes and one workspace: one at a time, and the other is told who."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit.errors import StoreError
from fieldkit.store import Workspace

ROOT = Path(__file__).parents[2]
# Inside, each makes a file that must not be there and takes it away again; outside, it waits for the lock's turn.
RACER = """
import os, sys
from pathlib import Path
from fieldkit.errors import StoreError
from fieldkit.store import Workspace
folder, mark, turns = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
sys.stdin.readline()
refused = 0
for turn in range(turns):
    children = []
    for _ in range(10):
        child = os.fork()
        if child == 0:
            refused = 0
            while True:
                try:
                    workspace = Workspace.open(folder)
                except StoreError as error:
                    if error.code != "workspace.locked" or "holder" not in error.params:
                        os.write(2, repr(error).encode())
                        os._exit(1)
                    refused += 1
                    os.sched_yield()
                    continue
                break
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
            rows = workspace.drafts.all()
            workspace.drafts.insert({"n": len(rows)})
            os.unlink(mark)
            workspace.close()
            os.write(1, f"{refused}\\n".encode())
            os._exit(0)
        children.append(child)
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    if failed:
        sys.exit(1)
"""
HOLDER = """
import sys
from pathlib import Path
from fieldkit.store import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def started(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def folder(base):
    Workspace.create(base / "w", passphrase=None, name="w").close()
    return base / "w"


def test_the_second_is_told_who_holds_it(folder):
    with started(HOLDER, folder) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreError) as caught:
            Workspace.open(folder)
        holder.stdin.close()
    assert caught.value.code == "workspace.locked"
    assert caught.value.params["pid"] == holder.pid
    assert "@" in caught.value.params["holder"]
    assert caught.value.params["since"]
    Workspace.open(folder).close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_hundred_openers_at_once_come_one_at_a_time(folder, base, tried):
    """Each adds a row numbered by how many it found: two inside at once would give one number twice."""
    turns = 5
    with (
        started(RACER, folder, base / "mark", turns) as first,
        started(RACER, folder, base / "mark", turns) as second,
    ):
        for racer in (first, second):
            racer.stdin.write("\n")
            racer.stdin.flush()
        refused = sum(int(line) for racer in (first, second) for line in racer.stdout)
    assert (first.returncode, second.returncode) == (0, 0)
    with Workspace.open(folder) as workspace:
        assert [row["n"] for row in workspace.drafts] == list(range(20 * turns))
    tried(f"{20 * turns} openers, {refused} times refused because another was inside")
    assert refused
