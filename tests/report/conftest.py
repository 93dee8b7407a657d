from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest

from fieldkit.i18n import language, set_language
from fieldkit.library import FormLibrary
from fieldkit.report import Place, Record


class VisitForm:
    """A library of the form of visits alone."""

    def __init__(self) -> None:
        self.forms = [FormLibrary(None).get("visit")]

    def all_versions(self):
        return self.forms


@dataclass
class Tables:
    """Records and places held in memory."""

    library: VisitForm
    found: list[Record] = field(default_factory=list)
    villages: list[Place] = field(default_factory=list)

    def read(self, take: Callable[[Record], None]) -> str:
        for record in self.found:
            take(record)
        return self.state()

    def places(self) -> list[Place]:
        return self.villages

    def state(self) -> str:
        return "0123456789abcdef" * 4


NAMES = (
    "清溪社区 Qingxi",
    "石桥村 Shiqiao",
    "柏树坳村 Baishuao",
    "枫树岭村 Fengshuling",
    "双河口村 Shuanghekou",
)
PLACES = [
    Place(f"99010110020{n}", dict(zip(("zh", "en"), name.split(), strict=True)))
    for n, name in enumerate(NAMES)
]


def visit(
    village="990101100200", outcome="done", day="2026-03-05", *, conflicts=(), made_on=date(2026, 3, 6)
):
    """A visit whose questions lie in groups, as in the form; an answer of None is left out."""
    answers = {"village": village, "outcome": outcome, "header/date": day}
    kept = {path: answer for path, answer in answers.items() if answer is not None and path not in conflicts}
    return Record("r", "visit", kept, frozenset(conflicts), made_on)


@pytest.fixture(scope="session")
def places():
    return list(PLACES)


@pytest.fixture(scope="session")
def make_visit():
    return visit


@pytest.fixture(scope="session")
def make_tables():
    library = VisitForm()
    return lambda *found, villages=PLACES: Tables(library, list(found), list(villages))


@pytest.fixture(params=["zh", "en"])
def tongue(request):
    before = language()
    set_language(request.param)
    yield request.param
    set_language(before)


@pytest.fixture
def english():
    before = language()
    set_language("en")
    yield
    set_language(before)
