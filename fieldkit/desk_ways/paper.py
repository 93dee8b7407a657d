"""The way through paper: entered once, entered again, compared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.screens.office.paper import ENTER, EVERY, RESULTS, DifferencesScreen, PaperScreen
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp
    from fieldkit.session.interview import Interview


async def go(app: OfficeApp) -> None:
    """Until somebody goes back."""
    every = False
    while wanted := await app.push_screen_wait(PaperScreen(app.at_desk, every=every)):
        try:
            if wanted == EVERY:
                every = not every
            elif wanted == ENTER:
                await _enter(app)
            elif wanted == RESULTS:
                lines = app.at_desk.paper.results() or [_("No paper has been entered twice yet.")]
                await app.push_screen_wait(Notice("\n".join(lines)))
            else:
                await _again(app, wanted)
        except FieldkitError as error:
            await app.push_screen_wait(Notice(explain(error)))


async def _enter(app: OfficeApp) -> None:
    """Ask which form, and enter it."""
    paper = app.at_desk.paper
    forms = paper.forms()
    chosen = await app.push_screen_wait(Pick(_("Which form is it?"), [title for _name, title in forms]))
    if chosen is None:
        return
    form, household = forms[chosen[0]][0], ""
    if paper.names_a_household(form):
        typed = await app.push_screen_wait(AskText(_("Household number on the paper")))
        if typed is None:
            return
        household = typed.strip()
    finished = await app.ask_at_pace(partial(paper.begin, form, household))
    if finished is not None and not finished.declined and finished.changed:
        paper.entered(finished.record)


async def _again(app: OfficeApp, record: str) -> None:
    """Enter a paper again; where the entries differ, ask what the paper says."""
    paper = app.at_desk.paper
    entered: list[Interview] = []

    def begin() -> Interview:
        entered.append(paper.again(record))
        return entered[0]

    if await app.ask_at_pace(begin) is None:
        return
    twice = paper.compare(entered[0])
    if not twice.differences:
        paper.settle(twice, {})
        await app.push_screen_wait(Notice(_("Both entries are the same.")))
        return
    said = await app.push_screen_wait(DifferencesScreen(app.at_desk, twice))
    if said is not None:
        otherwise, rows = said
        paper.settle(twice, otherwise)
        if rows:
            await app.correct(record, "paper")
