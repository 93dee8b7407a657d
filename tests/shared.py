"""What takes long to make is made once for a run of the tests, however many processes share its work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name` of this run, which `make` fills for whoever asks first; the others wait until it has. Nobody changes
    what is in it: whoever would, copies it.
    """
    base = folders.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"shared {name}"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared.with_suffix(".made")
        if not made.exists():
            shared.mkdir()
            make(shared)
            made.touch()
    return shared
