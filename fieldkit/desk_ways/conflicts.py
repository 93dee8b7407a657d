"""The way through conflicts: the list, one record after the other, and what was decided lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.screens.office.conflict import ConflictScreen
from fieldkit.screens.office.conflicts import LATELY, ConflictsScreen
from fieldkit.screens.office.decisions import DecisionsScreen
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Open the list, and what is chosen there, until somebody goes back. Raises FieldkitError."""
    desk = app.at_desk
    screen = ConflictsScreen(desk)
    while (wanted := await app.push_screen_wait(screen)) is not None:
        try:
            if wanted.record == LATELY:
                await app.push_screen_wait(DecisionsScreen(desk))
            else:
                await app.push_screen_wait(ConflictScreen(desk, wanted.record))
        except FieldkitError as error:
            await app.push_screen_wait(Notice(explain(error)))
        screen = ConflictsScreen(desk, wanted.state, wanted.at)
