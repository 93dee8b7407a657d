"""What the app does with a code that was read: to the question that asks for it, to its household, or said in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fieldkit.commands import BACK, NEW_HOUSEHOLD
from fieldkit.explain import explain_code
from fieldkit.i18n import _
from fieldkit.screens.home import HomeScreen
from fieldkit.session.scanning import Repeats, Scan, understood
from fieldkit.widgets.full_stop import FullStop
from fieldkit.widgets.lock import Hidden, Locked
from fieldkit.widgets.scans import Offer, ReadsCodes, TakesScans
from fieldkit.widgets.typing import AfterTyping

if TYPE_CHECKING:
    from fieldkit.ways import Ways

_DEEPEST = 12
"""Screens that may lie over Home, and more."""


class ScanDesk:
    """Takes the codes that one app reads."""

    def __init__(self, app: Ways) -> None:
        self._app = app
        self._repeats = Repeats()

    async def take(self, digits: str, at: float) -> None:
        """Take the digits of a code that was read at a time, in seconds."""
        app = self._app
        if app.session is None or isinstance(app.screen, Locked | Hidden | FullStop):
            app.bell()
            return
        scan = understood(digits)
        if not scan.fault and self._repeats.same(digits, at):
            return
        if isinstance(app.screen, Offer):  # the code read last is the one that counts
            await app.screen.dismiss(False)
            await app.typed_ahead.settled()
        if isinstance(app.screen, ReadsCodes) and app.screen.take_scan(scan):
            return
        if scan.fault:
            why = explain_code(scan.fault, {"count": len(digits), "digits": digits[:12]})
            self._say(_("READ AGAIN: {number}", number=digits), why)
        elif scan.kind == "household":
            await self._household(scan)
        else:
            if app.session.outreach.event is not None and isinstance(app.screen, HomeScreen):
                app.screen.post_message(HomeScreen.Wanted("outreach", digits))
                return
            self._say(
                _("Participant number {number}", number=digits),
                _("It is right, but nothing here asks for one. Begin the form first, then read the code."),
            )

    async def _household(self, scan: Scan) -> None:
        app, session = self._app, self._app.session
        assert session is not None
        household = session.household(scan.digits)
        name = _(
            "Household {number}, {place}", number=scan.digits, place=session.place_name(scan.digits[:12])
        )
        if household is None:
            self._say(
                name,
                _(
                    "It is not registered on this laptop. {key} on Home registers one.",
                    key=NEW_HOUSEHOLD.key_names,
                ),
            )
        elif isinstance(app.screen, HomeScreen):
            app.screen.post_message(HomeScreen.OpenHousehold(scan.digits))
        elif BACK not in getattr(app.screen, "KEYS", ()):
            self._say(name, _("Close this window first, then read the code again."))
        elif isinstance(app.screen, TakesScans):
            offer = _(
                "{household}: open it? What is asked here is kept, and Home offers it again.", household=name
            )
            app.push_screen(Offer(offer), partial(self._offered, scan.digits))
        else:
            await self._open(scan.digits)

    def _offered(self, number: str, wanted: bool | None) -> None:
        if wanted:
            self._app.typed_ahead.before_next(partial(self._open, number))

    async def _open(self, number: str) -> None:
        """Go back to Home as a person would, and open a household there. What keeps a person here keeps this too."""
        app = self._app
        for _step in range(_DEEPEST):
            here = app.screen
            if isinstance(here, HomeScreen):
                here.post_message(HomeScreen.OpenHousehold(number))
                return
            if BACK not in getattr(here, "KEYS", ()):
                return
            back = "after_typing('back')" if isinstance(here, AfterTyping) else "back"
            await app.run_action(back, here)
            await app.typed_ahead.settled()
            if app.screen is here:
                return

    def _say(self, what: str, more: str) -> None:
        self._app.bell()
        self._app.notify(more, title=what, severity="warning", timeout=10, markup=False)
