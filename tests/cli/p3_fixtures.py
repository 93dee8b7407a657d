"""The town of the afternoon and the order of its sticks, for every test that plays it."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from tests.cli.p3_script import NEIGHBOUR, OURS, TWICE


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    """Thirty laptops with their month's work, and their sticks."""
    from tests.cli.p3_laptops import build

    folder = tmp_path_factory.mktemp("p3")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp("home")))
        yield build(folder, datetime.now().astimezone())


@pytest.fixture(scope="session")
def order():
    """The order in which the clerk puts the sticks in: as they came, three of them again by mistake."""
    sticks = [*OURS, NEIGHBOUR]
    random.Random(20260331).shuffle(sticks)
    for number, laptop in enumerate(TWICE):
        sticks.insert(sticks.index(laptop) + 1 + 3 * number, laptop)
    return sticks
