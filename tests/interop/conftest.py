"""One office that is served for the tests of a module."""

from __future__ import annotations

import pytest

from tests.conftest import NOW
from tests.five_desks import quick_keys
from tests.interop.collect import Served, made_office


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phones") / "办公 室"
    with pytest.MonkeyPatch.context() as patch:
        quick_keys(patch)
        made_office(folder, NOW).close()
    with Served(folder, NOW) as office:
        yield office


@pytest.fixture(scope="module")
def phone(served):
    return served.phone("一号机")
