"""A small office that the tests of its checks begin at."""

from __future__ import annotations

import pytest

from tests.office.checked import Town


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.close()
