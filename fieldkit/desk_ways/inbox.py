"""The way to the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Take sticks until somebody goes back."""
    from fieldkit.screens.office.inbox import InboxScreen

    await app.push_screen_wait(InboxScreen(app.at_desk))
