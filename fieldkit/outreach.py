"""An outreach day, screen after screen: the event and the station, the next woman, and back for the one after her."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _, language
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.printing import print_page

if TYPE_CHECKING:
    from fieldkit.rights import Ask
    from fieldkit.screens.outreach import Wanted
    from fieldkit.session.interview import Finished, Interview
    from fieldkit.session.session import Session
    from fieldkit.shell import Shell


async def outreach(app: Shell, session: Session, ask: Ask, scanned: str = "") -> None:
    """Choose what an outreach day is about, and do it. scanned: a participant's number, whose day it is then."""
    from fieldkit.quizzing import quizzes

    if scanned:
        await screening_day(app, session, ask, scanned)
        return
    ways = (
        (_("Screening day"), screening_day),
        (_("Lectures, classes and the quiz"), quizzes),
        (_("Laboratory results"), _results),
        (_("Who needs what next, letters and messages"), _next_steps),
    )
    chosen = await app.push_screen_wait(Pick(_("Outreach"), [words for words, _way in ways]))
    if chosen is not None:
        await ways[chosen[0]][1](app, session, ask=ask)


async def _results(app: Shell, session: Session, ask: Ask) -> None:  # noqa: ARG001 - as the other ways
    from fieldkit.screens.lab import LabScreen

    await app.push_screen_wait(LabScreen(session))


async def _next_steps(app: Shell, session: Session, ask: Ask) -> None:
    from fieldkit.screens.triage import TriageScreen

    interview = await app.push_screen_wait(TriageScreen(session))
    while interview is not None:
        begun = interview
        await ask(lambda: begun)  # noqa: B023 - asked before the next one is
        interview = await app.push_screen_wait(TriageScreen(session))


async def screening_day(app: Shell, session: Session, ask: Ask, scanned: str = "") -> None:
    """Be a station of a screening day until somebody goes back. scanned: the number of the participant to begin with."""
    from fieldkit.screens.outreach import OutreachScreen, Wanted

    if session.outreach.event is None and not await _place(app, session, ask):
        return
    wanted = Wanted("examine", id=scanned) if scanned else None
    while session.outreach.event is not None:
        wanted = wanted or await app.push_screen_wait(OutreachScreen(session))
        if wanted is None:
            return
        try:
            await _do(app, session, wanted, ask)
        except FieldkitError as error:
            await app.push_screen_wait(Notice(explain(error)))
        wanted = None


async def _do(app: Shell, session: Session, wanted: Wanted, ask: Ask) -> None:
    outreach = session.outreach
    match wanted.what:
        case "register":
            await _registered(app, session, await ask(partial(outreach.register, wanted.known, language())))
        case "examine":
            await ask(partial(outreach.examine, wanted.id, language()))
        case "resume":
            await _registered(app, session, await ask(partial(outreach.resume, wanted.id)))
        case "labels":
            await _labels(app, session, outreach.last_record)
        case "place":
            await _place(app, session, ask)
        case "carry":
            from fieldkit.screens.carry import CarryScreen

            await app.push_screen_wait(CarryScreen(session, outreach.day().event))
        case "close":
            from fieldkit.screens.closing import ClosingScreen

            await app.push_screen_wait(ClosingScreen(session, outreach.day().event))


async def _registered(app: Shell, session: Session, finished: Finished | None) -> None:
    """Give her labels out, where she was registered just now."""
    if finished is None or finished.declined or finished.amended:
        return
    session.outreach.remember(finished.record)
    if not session.outreach.labels(finished.record):
        return
    if session.outreach.has_printer:
        session.outreach.print_labels(finished.record)
        app.notify(_("Her labels are printing."))


async def _labels(app: Shell, session: Session, record: str) -> None:
    """The labels of the last registration again: on the label printer, or as a page where there is none."""
    if not session.outreach.labels(record):
        app.notify(_("Nobody was registered here yet."))
    elif session.outreach.has_printer:
        session.outreach.print_labels(record)
    else:
        await print_page(app, session.prints, session.outreach.label_page(record))


def _prepared(session: Session) -> Interview:
    """A new day that begins as the last one was: its date and village are looked at, and what is missing is asked."""
    from fieldkit.session.copied import begin_copied
    from fieldkit.session.lots import ITEM
    from fieldkit.session.pace import Pace

    interview = begin_copied(session, "scr_event")
    offered = (ITEM,) if session.last_time(interview) else ()
    interview.pace = Pace(also=offered, confirmed=("date", "village"))
    return interview


async def _place(app: Shell, session: Session, ask: Ask) -> bool:
    """Choose event and station, or prepare a new day as the last one was; False where somebody gave up."""
    from fieldkit.screens.outreach import STATIONS
    from fieldkit.session.outreach import Station

    events = session.outreach.events()
    lines = [f"{each.id}  {each.on}  {session.place_name(each.village)}" for each in events]
    chosen = await app.push_screen_wait(
        Pick(_("Which screening day?"), [*lines, _("Prepare a new one, as the last one was")])
    )
    if chosen is None:
        return False
    if chosen[0] == len(events):
        made = await ask(partial(_prepared, session))
        event = next(
            (each for each in session.outreach.events() if made and each.record == made.record), None
        )
        if event is None:
            return False
    else:
        event = events[chosen[0]]
    station = await app.push_screen_wait(
        Pick(_("Which station is this laptop?"), [_(each) for each in STATIONS.values()])
    )
    if station is None:
        return False
    session.outreach.stand_at(event.id, [*Station][station[0]])
    return True
