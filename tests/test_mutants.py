"""The mutants fit the code of today: each breaks what it says, when `make mutants` runs them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "mutants"
ROOT = HERE.parents[1]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_every_mutant_can_be_made():
    patches = sorted(HERE.glob("*.patch"))
    refused = [
        patch.name
        for patch in patches
        if subprocess.run(
            ["git", "apply", "--check", str(patch)], cwd=ROOT, capture_output=True, check=False
        ).returncode
    ]
    assert (refused, len(patches) > 80) == ([], True)


def test_every_mutant_says_what_it_breaks_and_which_tests_must_notice():
    for patch in HERE.glob("*.patch"):
        head = patch.read_text(encoding="utf-8").partition("\n--- ")[0]
        assert re.search(r"^breaks: \S", head, re.MULTILINE), patch.name
        for name in re.findall(r"^tests: (.*)$", head, re.MULTILINE)[0].split():
            assert (ROOT / name).exists(), (patch.name, name)
