"""Letters: the list, the offices they go to, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.letters import LettersScreen, UnitsScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Show the letters until somebody goes back. Raises FieldkitError."""
    while await app.push_screen_wait(LettersScreen(app.at_desk)) == "units":
        await app.push_screen_wait(UnitsScreen(app.at_desk))
