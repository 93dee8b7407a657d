"""The ways through the screens from Home and back: what is chosen on one leads to the next. Screens never know each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import on, work

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import language
from fieldkit.interviewing import Interviewing
from fieldkit.rights import rights_in, somebodys_rights
from fieldkit.screens.home import HomeScreen
from fieldkit.wanted import SCREENS
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from fieldkit.session.session import Session


class Ways(Interviewing):
    """A shell with a workspace, once that is open, and what its people do in it."""

    def __init__(self, sign_width: int | None = None) -> None:
        super().__init__(sign_width)
        self.home = HomeScreen()

    @on(HomeScreen.OpenHousehold)
    @work
    async def _household(self, message: HomeScreen.OpenHousehold) -> None:
        """Show a household; begin or go on with a visit from there."""
        from fieldkit.screens.household import HouseholdScreen

        assert self.session is not None
        session = self.session
        chosen = await self.push_screen_wait(HouseholdScreen(session, message.number))
        while chosen is not None and chosen.what in {"record", "rights"}:
            if chosen.what == "record":
                await self._record(chosen.id)
            else:
                await rights_in(self, session, message.number, self._ask)
            if session.household(message.number) is None:
                return
            chosen = await self.push_screen_wait(HouseholdScreen(session, message.number))
        if chosen is not None and chosen.what == "visit":
            await self._ask(lambda: session.interviews.start("visit", message.number, language()))
        elif chosen is not None:
            await self._resume(chosen.id)

    @on(HomeScreen.Resume)
    @work
    async def _go_on(self, message: HomeScreen.Resume) -> None:
        """Go on with an unfinished interview."""
        await self._resume(message.draft)

    @on(HomeScreen.Answer)
    @work
    async def _asked(self, message: HomeScreen.Answer) -> None:
        """Answer what the office asks about a record."""
        await self._answer(message.record)

    @on(HomeScreen.Wanted)
    @work
    async def _wanted(self, message: HomeScreen.Wanted) -> None:
        """Do what was asked for on Home."""
        assert self.session is not None
        session = self.session
        do: dict[str, Callable[[Session], Awaitable[None]]] = {
            "household": self._new_household, "form": self._other_form, "rights": partial(somebodys_rights, self, ask=self._ask),
            "enrol": self._enrol, "return": self._from_office, "network": self._network, "agenda": self._agenda, "report": self._report,
            "outreach": partial(self._outreach, scanned=message.number),
        }  # fmt: skip
        if message.what in do:
            await do[message.what](session)
        else:
            await self.push_screen_wait(SCREENS[message.what](session))

    async def _new_household(self, session: Session) -> None:
        """Register a household."""
        await self._ask(lambda: session.interviews.start("household", language=language()))

    async def _other_form(self, session: Session) -> None:
        """Choose a form and begin it."""
        from fieldkit.screens.forms import FormsScreen

        name = await self.push_screen_wait(FormsScreen(session))
        if name == "quiz":
            from fieldkit.quizzing import quizzes

            await quizzes(self, session, ask=self._ask)
        elif name is not None:
            await self._ask(lambda: session.interviews.start(name, language=language()))

    async def _outreach(self, session: Session, scanned: str) -> None:
        """A screening day, the quiz, results."""
        from fieldkit.outreach import outreach

        await outreach(self, session, self._ask, scanned)

    async def _agenda(self, session: Session) -> None:
        """Look at the agenda, and do what is chosen there."""
        from fieldkit.screens.agenda import AgendaScreen

        chosen = await self.push_screen_wait(AgendaScreen(session))
        while chosen is not None and chosen.what in {"record", "questions"}:
            await (self._record(chosen.id) if chosen.what == "record" else self._answer(chosen.id))
            chosen = await self.push_screen_wait(AgendaScreen(session))
        if chosen is not None and chosen.what == "report":
            await self._report(session)
        elif chosen is not None and chosen.what == "household":
            self.home.post_message(self.home.OpenHousehold(chosen.id))
        elif chosen is not None:
            await self._ask(partial(session.interviews.start, chosen.id, language=language()))

    async def _report(self, session: Session) -> None:
        """The three-day report: keep what is needed, then carry it to the stick; or other reports."""
        from fieldkit.screens.report import ReportScreen
        from fieldkit.screens.three_days import ThreeDaysScreen

        wanted = await self.push_screen_wait(ThreeDaysScreen(session))
        if wanted == "export":
            await self.push_screen_wait(SCREENS["export"](session))
        elif wanted == "report":
            await self.push_screen_wait(ReportScreen(session, session.report_period()))

    async def _enrol(self, session: Session) -> None:
        """Show the laptop's key and take the office's answer."""
        from fieldkit.screens.enrolment import EnrolmentScreen

        try:
            _card = session.enrolling.card  # a workspace from before laptops had an identity gets it here
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))
        else:
            await self.push_screen_wait(EnrolmentScreen(session))

    async def _from_office(self, session: Session) -> None:
        """Take what the office sent, and look at the records it says something of."""
        from fieldkit.screens.from_office import FromOfficeScreen

        known = {each.pair for each in session.doubles.all()}
        chosen = await self.push_screen_wait(FromOfficeScreen(session))
        while chosen is not None:
            await self._record(chosen.record)
            chosen = await self.push_screen_wait(FromOfficeScreen(session, chosen.found))
        await self._look_at([each for each in session.doubles.all() if each.pair not in known])

    async def _network(self, session: Session) -> None:
        """Exchange with the office over the network."""
        from fieldkit.screens.network import NetworkScreen

        known = {each.pair for each in session.doubles.all()}
        await self.push_screen_wait(NetworkScreen(session))
        await self._look_at([each for each in session.doubles.all() if each.pair not in known])
