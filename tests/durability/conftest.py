"""What the durability tests share: counts of what was tried."""

from __future__ import annotations

import pytest


@pytest.fixture
def tried(record_property):
    """Tell in the summary how much was tried."""
    return lambda words: record_property("tried", words)
