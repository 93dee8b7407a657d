"""The way to what was kept aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Look at what was kept aside until somebody goes back."""
    from fieldkit.screens.office.quarantine import QuarantineScreen

    await app.push_screen_wait(QuarantineScreen(app.at_desk))
