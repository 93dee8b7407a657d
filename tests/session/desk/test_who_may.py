"""No part of a desk does anything before it has asked who may: every public method of every part, found by looking."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cached_property
from unittest.mock import MagicMock

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office.roles import MAY, Act, Role, may
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.menu import PARTS
from fieldkit.session.desk.parts import DeskParts
from tests.five_desks import NAMES, five_desks

REACHING = ("fieldkit.session.desk.desk", "fieldkit.office", "fieldkit.session.session")
"""Where what reaches archive and workspace comes from."""
FACETS = sorted(name for name, value in vars(DeskParts).items() if isinstance(value, cached_property))


class TouchedError(BaseException):
    """The archive or the workspace was used before anybody was asked."""


class Untouchable:
    """Stands where the archive and the workspace are."""

    def __getattr__(self, name):
        raise TouchedError(name)


class Asked(Exception):  # noqa: N818 - it is no error
    """What was asked for."""

    def __init__(self, acts):
        self.acts = acts


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    from tests.conftest import NOW

    return five_desks(tmp_path_factory.mktemp("five") / "office", NOW)


@pytest.fixture(scope="module")
def desk(made):
    from tests.conftest import NOW

    with Desk.open(
        made.folder, NAMES[Role.READER], now=lambda: NOW, passphrase=lambda: made.passphrase(Role.READER)
    ) as opened:
        yield opened


def public_methods(facet):
    """The names of what can be called on a part."""
    for name in dir(type(facet)):
        member = inspect.getattr_static(type(facet), name)
        if not name.startswith("_") and inspect.isfunction(member):
            yield name


def call(method):
    """Call a method with stand-ins; whatever it gives is gone through."""
    wanted = [
        each
        for each in inspect.signature(method).parameters.values()
        if each.default is each.empty and each.kind not in {each.VAR_POSITIONAL, each.VAR_KEYWORD}
    ]
    positional = [MagicMock() for each in wanted if each.kind is not each.KEYWORD_ONLY]
    named = {each.name: MagicMock() for each in wanted if each.kind is each.KEYWORD_ONLY}
    made = method(*positional, **named)
    if inspect.isgenerator(made):
        list(made)
    elif hasattr(made, "__enter__") and not isinstance(made, MagicMock):
        with made:
            pass


def reaches(facet, name):
    """Whether a method, or one of its own that it calls, names anything by which the archive or the workspace is reached."""
    held = {key for key, value in vars(facet).items() if type(value).__module__.startswith(REACHING)}
    seen, left = set(), {name}
    while left - held:
        each = (left - held).pop()
        left.discard(each)
        seen.add(each)
        member = inspect.getattr_static(type(facet), each, None)
        member = getattr(member, "func", None) or getattr(member, "fget", None) or member
        if inspect.isfunction(member):
            code = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(member))))
            named = (node for node in ast.walk(code) if isinstance(node, ast.Attribute))
            left |= {node.attr for node in named if ast.unparse(node.value) == "self"} - seen
    return bool(left)


def acts_asked(desk, facet, name, monkeypatch):
    """The acts of which one is needed for a method, None for one that only puts into words what it is given."""
    asked = []

    def noted(*acts):
        raise Asked(acts)

    with monkeypatch.context() as patch:
        patch.setattr(desk, "office", Untouchable())
        patch.setattr(desk, "session", Untouchable())
        patch.setattr(desk, "need", noted)
        patch.setattr(desk, "need_any", noted)
        try:
            call(getattr(facet, name))
        except Asked as asking:
            asked = asking.acts
        except TouchedError as touched:
            raise AssertionError(f"{type(facet).__name__}.{name} used {touched} before it asked") from None
        except Exception:
            asked = []
    assert asked or not reaches(facet, name), f"{type(facet).__name__}.{name} asks nobody"
    return asked or None


@pytest.mark.parametrize("name", FACETS)
def test_a_part_asks_before_it_does_anything(desk, name, monkeypatch):
    facet = getattr(desk, name)
    asking = 0
    for method in public_methods(facet):
        acts = acts_asked(desk, facet, method, monkeypatch)
        if acts is None:
            continue
        asking += 1
        for role in Role:
            if not any(may([role], act) for act in acts):
                with monkeypatch.context() as patch:
                    patch.setattr(desk, "roles", frozenset({role}))
                    with pytest.raises(FieldkitError, match=r"role\.may-not"):
                        call(getattr(facet, method))
    assert asking, f"nothing in {name} asks"


def test_every_line_of_home_is_somebodys_and_shown_to_nobody_else(desk, monkeypatch):
    from fieldkit.session.desk.menu import parts_for

    assert len({part.id for part in PARTS}) == len(PARTS)
    for role in Role:
        monkeypatch.setattr(desk, "roles", frozenset({role}))
        shown = {part.id for part, _line in parts_for(desk)}
        assert shown == {part.id for part in PARTS if any(act in MAY[role] for act in part.acts)}
    assert all(part.acts and set(part.acts) <= set(Act) for part in PARTS)
