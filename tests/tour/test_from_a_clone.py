"""A stranger's first minutes: a clone, `make run`, the tour, the report on paper. Today, as it is; packages come from the network."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.tour.in_tmux import tmux
from tests.tour.steps import ROOT
from tests.tour.test_tour import LARGE, gone, is_on_paper
from tests.tour.walking import Walk

MINUTES = 20


@pytest.mark.soak
def test_the_tour_is_gone_from_a_fresh_clone(tmp_path):
    asked = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(tmp_path / "one"),
        "tinydb",
    ]
    if subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("packages cannot be had: there is no network")
    clone = tmp_path / "fieldkit"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    with tmux(clone, *LARGE, FIELDKIT_LANG="en") as hand:
        walk = gone(Walk(hand, patience=60 * MINUTES), "en")
    is_on_paper(clone / walk.opened[0], tmp_path, "en")
