"""What the tests of sync share: offices that are copies of one, so that states compare."""

from __future__ import annotations

import shutil

import pytest

from sync import Archive
from tests.sync.laptops import NOW


@pytest.fixture
def new_office(base):
    """Opens one more office in `base`: each has the same keys and holds nothing yet."""
    template = base / "template"
    Archive.create(template, name="清溪", division="990101100000", now=lambda: NOW, seed=bytes(32)).close()
    made = []

    def opened(name=None):
        folder = base / (name or f"office {len(made)}")
        shutil.copytree(template, folder)
        made.append(Archive.open(folder, now=lambda: NOW))
        return made[-1]

    yield opened
    for each in made:
        each.close()


@pytest.fixture
def tried(record_property):
    """Tell in the summary how much was tried."""
    return lambda words: record_property("tried", words)
