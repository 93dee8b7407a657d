"""SIGKILL whenever an import made something durable: taken in again, every record and every decline is there once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit.session.importing import DECLINED, NEW, PRESENT
from tests.conftest import NOW
from tests.interop.client.importing import taken
from tests.interop.client.test_importing import FORM, GOOD, ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and SIGKILL")
HERE = Path(__file__).parents[3]


def test_killed_after_any_commit_declines_come_in_once(workspace_with, tmp_path, record_property):
    fresh = workspace_with({"wells.yaml": FORM})
    path = tmp_path / "wells.csv"
    rows = [GOOD.format(key=f"uuid:7f3d0001-0000-4000-8000-00000000000{n}") for n in range(3)]
    rows[:2] = [row.replace("done", "declined") for row in rows[:2]]
    path.write_text(ROOT + "".join(rows).replace("well.jpg", ""), encoding="utf-8")
    whole = tmp_path / "whole"
    shutil.copytree(fresh, whole)
    verdicts, wanted = taken(whole, path, NOW)
    assert (verdicts, len(wanted)) == ([DECLINED, DECLINED, NEW], 3)
    assert wanted[1] == wanted[2], "two declines of one village and day say the same"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.interop.client.import_worker"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:  # fmt: skip
        killed = between = 0
        for number in range(1, 50):
            folder = tmp_path / "killed"
            shutil.copytree(fresh, folder)
            worker.stdin.write(f"{folder}\t{path}\t{number}\n")
            worker.stdin.flush()
            code = int(worker.stdout.readline())
            assert code in {0, -9}
            again, found = taken(folder, path, NOW)
            assert found == wanted, number
            between += 0 < again.count(PRESENT) < len(again)
            shutil.rmtree(folder)
            if code == 0:
                break
            killed += 1
    record_property("tried", f"killed after {killed} commits, {between} times with some taken in")
    assert between > 1
