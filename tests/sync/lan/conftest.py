"""One served office for each module of tests, a laptop of it, and somebody who speaks to it without our client."""

from __future__ import annotations

import pytest

from tests.sync.lan.offices import Served
from tests.sync.lan.stranger import Stranger


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    office = Served(tmp_path_factory.mktemp("lan") / "office 清溪").start()
    yield office
    office.stop()
    assert office.faults == []


@pytest.fixture(scope="module")
def laptop(served):
    return served.laptop(1)


@pytest.fixture
def stranger(served):
    return Stranger(served.address)


@pytest.fixture
def token(stranger, laptop):
    return stranger.token(laptop.key, laptop.enrolment.office)
