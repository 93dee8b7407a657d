"""From Home to the window: the list, a new matter, a matter and its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.window import MatterScreen, ProceduresScreen, WindowScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Serve until somebody goes back. Raises FieldkitError."""
    desk = app.at_desk
    desk.window.open()
    while (wanted := await app.push_screen_wait(WindowScreen(desk))) is not None:
        if wanted.what == "new":
            chosen = await app.push_screen_wait(ProceduresScreen(desk))
            if chosen is not None:
                await app.resume(desk.window.begin(chosen))
        elif wanted.what == "pickup":
            await app.ask("request", {"item": "contraceptive_pickup"})
        elif await app.push_screen_wait(MatterScreen(desk, wanted.record)) == "correct":
            await app.correct(wanted.record, "window")
