"""Places that several files of the desk begin at: two offices with a stick between them, a desk that gives households out, a
desk and a laptop that ask each other.
"""

from __future__ import annotations

import pytest

from tests.assigning_town import Town
from tests.letters_between import two_offices
from tests.session.desk.there_and_back import going


@pytest.fixture
def offices(demo, tmp_path, now):
    with two_offices(demo, tmp_path / "他 县", now) as both:
        yield both


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "U 盘"
    folder.mkdir()
    return folder


@pytest.fixture
def given(demo, now, tmp_path):
    with Town.opened_in(demo, now, tmp_path) as town:
        yield town


@pytest.fixture
def way(demo, now, tmp_path):
    with going(demo, now, tmp_path / "stick") as opened:
        yield opened
