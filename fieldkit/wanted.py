"""The screens behind Home's commands that only show and do; each is loaded when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

    from fieldkit.session.session import Session


def _export(session: Session) -> Screen[None]:
    from fieldkit.screens.export import ExportScreen

    return ExportScreen(session)


def _exchanges(session: Session) -> Screen[None]:
    from fieldkit.screens.exchanges import ExchangesScreen

    return ExchangesScreen(session)


def _retention(session: Session) -> Screen[None]:
    from fieldkit.screens.retention import RetentionScreen

    return RetentionScreen(session)


def _doubles(session: Session) -> Screen[None]:
    from fieldkit.screens.doubles import DoublesScreen

    return DoublesScreen(session)


def _scanner(_session: Session) -> Screen[None]:
    from fieldkit.screens.scanner_test import ScannerTestScreen

    return ScannerTestScreen()


SCREENS: Mapping[str, Callable[[Session], Screen[None]]] = {
    "export": _export,
    "exchanges": _exchanges,
    "retention": _retention,
    "doubles": _doubles,
    "scanner": _scanner,
}
"""What Home asks for, by its word."""
