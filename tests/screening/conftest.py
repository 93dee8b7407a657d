"""The day of a screening on screen goes at the pace of tests too."""

from __future__ import annotations

import pytest

from tests.screens.pace import at_pace, let_go


@pytest.fixture(autouse=True)
def _pace(monkeypatch):
    at_pace(monkeypatch)
    yield
    let_go()
