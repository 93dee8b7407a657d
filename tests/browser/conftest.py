"""A server of the app, and Chromium to open it; each skipped with its reason where it is not installed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.browser import chromium as driver


@contextmanager
def started(*options, lang="zh"):
    """`fieldkit serve` in a process of its own: gives it and what its first line says."""
    pytest.importorskip("textual_serve", reason="the browser part (textual-serve) is not installed")
    process = subprocess.Popen(
        [sys.executable, "-m", "fieldkit", "--lang", lang, "serve", "--port", "0", "--json", *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process, json.loads(process.stdout.readline())["address"]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=30)
        assert "Traceback" not in complaints


@pytest.fixture
def serving():
    """Start a server: `with serving("--workspace", folder) as (process, address)`."""
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
