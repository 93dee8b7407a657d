"""Apps at the pace of tests: what Textual does for an eye that watches, and for each app anew, would be most of their time."""

from __future__ import annotations

from textual._styles_cache import StylesCache
from textual.css.stylesheet import Stylesheet

from tests.screens.settling import Settling

_parse = Stylesheet._parse_rules
_parsed: dict[object, object] = {}


def at_pace(patch):
    """For the test of whom this patch is."""
    # Screens are drawn as soon as they change rather than sixty times a second, so that tests need not wait for it.
    patch.setattr("textual.screen.UPDATE_PERIOD", 0.001)
    # What an app puts aside for its whole life would stay for that of the tests, to be gone through again and again.
    patch.setattr("fieldkit.interviewing._set_memory_aside", lambda: None)
    for name in ("freeze", "unfreeze"):
        patch.setattr(f"gc.{name}", lambda: None)
    patch.setattr(Stylesheet, "_parse_rules", _rules)
    # However busy the machine is, no screen comes in between that says how far some work is.
    patch.setattr("fieldkit.screens.office.working._SOON", 20.0)
    # A key has been dealt with when nothing waits to be done: no need to ask every widget whether it has.
    settling = Settling()

    async def settled(pilot, **_patience):
        await settling()
        return pilot.app._exception is None

    for module in ("app", "pilot"):
        patch.setattr(f"textual.{module}.wait_for_idle", settling)
    patch.setattr("textual.pilot.Pilot._wait_for_screen", settled)


def let_go():
    """What is kept of an app's lines would stay too."""
    StylesCache.get_inner_outer.cache_clear()


def _rules(sheet, css, read_from, is_default_rules=False, tie_breaker=0, scope=""):
    """The rules of a style sheet, which no app changes: read once for all apps that have the same colours."""
    key = (css, read_from, is_default_rules, tie_breaker, scope, tuple(sheet._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse(sheet, css, read_from, is_default_rules, tie_breaker, scope)
    return _parsed[key]
