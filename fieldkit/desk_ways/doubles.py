"""The way to people who may be registered twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.doubles import OfficeDoublesScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Ask about one pair after the other until somebody goes back."""
    await app.push_screen_wait(OfficeDoublesScreen(app.at_desk))
