"""The way to people who may be registered twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.i18n import _
from fieldkit.screens.office.doubles import OfficeDoublesScreen
from fieldkit.screens.office.working import worked

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Look through everybody registered, then ask about one pair after the other until somebody goes back.

    Raises FieldkitError, StoppedError.
    """
    waiting = await worked(
        app,
        lambda: _("Suspected doubles"),
        lambda: _("Everybody registered is looked through once after the desk was opened."),
        app.at_desk.doubles.looked_through,
    )
    await app.push_screen_wait(OfficeDoublesScreen(app.at_desk, waiting))
