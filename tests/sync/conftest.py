"""What the tests of sync share: offices that are copies of one, so that states compare."""

from __future__ import annotations

import pytest

from sync import Archive
from tests.sync.laptops import NOW
from tests.sync.places import Place


@pytest.fixture
def place(request, base):
    """Where archives lie: in files, or as a test's parameter says (tests.sync.places.KINDS)."""
    template = base / "template"
    Archive.create(template, name="清溪", division="990101100000", now=lambda: NOW, seed=bytes(32)).close()
    kind = getattr(request, "param", "sqlite")
    here = None if kind == "sqlite" else request.getfixturevalue("postgres")
    made = Place(template, here, request.getfixturevalue("two_servers") if kind == "two servers" else ())
    yield made
    made.close()


@pytest.fixture
def new_office(place, base):
    """Opens one more office in `base`: each has the same keys and holds nothing yet."""
    made = []

    def opened(name=None):
        made.append(place.new(base / (name or f"office {len(made)}")))
        return made[-1]

    yield opened
    for each in made:
        each.close()


@pytest.fixture
def office(new_office, base):
    """An office that keeps its bundles, from its first day."""
    archive = new_office()
    archive.keep_bundles(base / "kept")
    return archive


@pytest.fixture
def tried(record_property):
    """Tell in the summary how much was tried."""
    return lambda words: record_property("tried", words)
