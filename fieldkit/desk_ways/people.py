"""Who works here: the list of desks, until somebody goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.people import PeopleScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Show who works here. Raises FieldkitError."""
    await app.push_screen_wait(PeopleScreen(app.at_desk))
