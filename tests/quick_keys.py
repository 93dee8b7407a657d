"""Passphrases that cost next to nothing to try. What one costs in earnest stands in `tests/store/test_store_keys.py`."""

from __future__ import annotations

import pytest

from fieldkit.store import Workspace, recovery
from fieldkit.store.keys import Cost, KeyFile

_CHEAP = Cost(memory=64, passes=1)


def quick_keys(patch: pytest.MonkeyPatch) -> None:
    """From now on a new passphrase costs next to nothing to try, for tests that choose many."""
    patch.setattr(KeyFile.create, "__defaults__", (_CHEAP,))
    patch.setattr(KeyFile.change, "__defaults__", (_CHEAP,))
    patch.setattr(recovery.take_answer, "__defaults__", (_CHEAP,))
    patch.setattr(Workspace.change_passphrase, "__defaults__", (_CHEAP,))
    patch.setitem(Workspace.create.__func__.__kwdefaults__, "cost", _CHEAP)
