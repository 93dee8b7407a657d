"""From Home to payments: the list of a period, and one payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.payments import NewCase, PaymentScreen, PaymentsScreen

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """See to payments until somebody goes back. Raises FieldkitError."""
    desk = app.at_desk
    screen = PaymentsScreen(desk, desk.payments.period())
    desk.payments.figures(screen.period)
    while (chosen := await app.push_screen_wait(screen)) is not None:
        if isinstance(chosen, NewCase):
            await app.ask("benefit", {"hh_id": chosen.household} if chosen.household else None)
        elif await app.push_screen_wait(PaymentScreen(desk, chosen)) == "correct":
            await app.correct(chosen.record, "payment")
        shown, screen = screen, PaymentsScreen(desk, screen.period)
        screen.is_of_all_time = shown.is_of_all_time
