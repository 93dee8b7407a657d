"""The way to exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Write files for other programs until somebody goes back. Raises FieldkitError."""
    from fieldkit.screens.office.exports import ExportsScreen

    await app.push_screen_wait(ExportsScreen(app.at_desk))
