"""What the durability tests share: a folder in memory, and counts of what was tried."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def base():
    """An empty folder, in memory where the system has such a place: thousands of states are written and synced."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def tried(record_property):
    """Tell in the summary how much was tried."""
    return lambda words: record_property("tried", words)
