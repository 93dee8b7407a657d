"""From Home to the interviews that were left unfinished at this desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.unfinished import UnfinishedScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Look at them until somebody goes back. Raises FieldkitError."""
    desk = app.at_desk
    desk.unfinished.all()
    while (draft := await app.push_screen_wait(UnfinishedScreen(desk))) is not None:
        await app.resume(draft)
