"""The way to the laptops, to one of them, and to enrolling another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Look after laptops until somebody goes back."""
    from fieldkit.screens.office.enrol_laptop import EnrolLaptopScreen
    from fieldkit.screens.office.laptop import LaptopScreen
    from fieldkit.screens.office.laptops import LaptopsScreen

    at = 0
    while (wanted := await app.push_screen_wait(LaptopsScreen(app.at_desk, at))) is not None:
        at = wanted.at
        if wanted.device:
            await app.push_screen_wait(LaptopScreen(app.at_desk, wanted.device))
        else:
            await app.push_screen_wait(EnrolLaptopScreen(app.at_desk))
