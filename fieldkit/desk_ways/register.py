"""From Home to the register of reports: the list, and one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.register import RegisterScreen, SendingScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Keep the register until somebody goes back. Raises FieldkitError."""
    desk = app.at_desk
    desk.register.entries()
    while (chosen := await app.push_screen_wait(RegisterScreen(desk))) is not None:
        if chosen == "new":
            await app.ask("log", {"kind": "liaison_up"})
        elif not isinstance(chosen, str):
            screen = SendingScreen(desk, chosen)
            if await app.push_screen_wait(screen) == "correct" and screen.entry.sending is not None:
                await app.correct(screen.entry.sending.record, "report")
