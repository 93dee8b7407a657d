"""A server that decides as ODK Central does, and lines to it that never wait."""

from __future__ import annotations

import pytest

from fieldkit.interop.client import Line, ServerAddress
from fieldkit.interop.client_auth import Login
from tests.interop.client.central_server import Central


@pytest.fixture
def central():
    made = Central()
    yield made
    made.close()


@pytest.fixture
def connect():
    """A line to a server: `connect(central)`."""
    lines = []

    def made(server, timeout=5):
        address, login = ServerAddress.parse(server.url), Login(*server.login)
        line = Line(address, login, wait=lambda _seconds: None, timeout=timeout)
        lines.append(line)
        return line

    yield made
    for line in lines:
        line.close()
