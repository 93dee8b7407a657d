"""A server of the app, and Chromium to open it; each skipped with its reason where it is not installed."""

from __future__ import annotations

import pytest

from tests.browser import chromium as driver
from tests.browser.serving import started


@pytest.fixture
def serving():
    """Start a server: `with serving("--workspace", folder) as (process, address)`."""
    pytest.importorskip("textual_serve", reason="the browser part (textual-serve) is not installed")
    return started


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """One Chromium for all tests, each in a tab of its own."""
    pytest.importorskip("textual_serve", reason="the browser part (textual-serve) is not installed")
    if driver.program() is None:
        pytest.skip("Chromium is not installed")
    browser = driver.Chromium(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()
