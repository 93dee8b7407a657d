"""Somebody asks what is recorded about her: from finding her to the receipt, screen after screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.session.interview import Finished, Interview
    from fieldkit.session.session import Session
    from fieldkit.session.sitting import Sitting
    from fieldkit.shell import Shell

Ask = Callable[[Callable[[], "Interview"]], Awaitable["Finished | None"]]
"""Asks an interview until it is finished or left; gives how it was finished."""


async def somebodys_rights(app: Shell, session: Session, *, ask: Ask) -> None:
    """Find somebody by name or number, and do for her what she asks for."""
    from fieldkit.screens.find_person import FindPersonScreen
    from fieldkit.session.sitting import Sitting

    someone = await app.push_screen_wait(FindPersonScreen(session))
    if someone is not None:
        await _rights_of(app, session, Sitting(session, someone), ask)


async def rights_in(app: Shell, session: Session, number: str, ask: Ask) -> None:
    """Do for somebody of a household what she asks for."""
    from fieldkit.session.sitting import Sitting
    from fieldkit.widgets.pick import Pick

    people = session.rights.of_household(number)
    lines = [person.name or _("the whole household") for person in people]
    chosen = await app.push_screen_wait(Pick(_("Whose data?"), lines))
    if chosen is not None:
        await _rights_of(app, session, Sitting(session, people[chosen[0]]), ask)


async def _rights_of(app: Shell, session: Session, sitting: Sitting, ask: Ask) -> None:
    """Do for one person what she asks for, until somebody goes back."""
    from fieldkit.screens.rights import RightsScreen

    said = await app.push_screen_wait(RightsScreen(session, sitting))
    while said is not None:
        finished = await ask(partial(session.rights.correction, said))
        if finished is not None and finished.changed:
            sitting.corrected(said.label)
        said = await app.push_screen_wait(RightsScreen(session, sitting))
