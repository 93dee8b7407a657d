"""One served office for each module of tests."""

from __future__ import annotations

import pytest

from tests.sync.lan.offices import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    office = Served(tmp_path_factory.mktemp("lan") / "office 清溪").start()
    yield office
    office.stop()
    assert office.faults == []
