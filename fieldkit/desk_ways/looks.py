"""The log of looks, until somebody goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.looks import LooksScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Show the log. Raises FieldkitError."""
    await app.push_screen_wait(LooksScreen(app.at_desk))
