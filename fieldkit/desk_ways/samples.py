"""The way through back-checks: draw, ask again, see what it comes to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.screens.office.samples import (
    DRAW,
    GIVE_UP,
    PASS,
    PRINT,
    RESULTS,
    CallScreen,
    LinesScreen,
    SampleScreen,
    SamplesScreen,
)
from fieldkit.session.desk.sample_words import SampleWords
from fieldkit.session.desk.samples import FORMS
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.printing import print_page

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Until somebody goes back."""
    while wanted := await app.push_screen_wait(SamplesScreen(app.at_desk)):
        try:
            if wanted == DRAW:
                await _draw(app)
            else:
                await _sample(app, wanted)
        except FieldkitError as error:
            await app.push_screen_wait(Notice(explain(error)))


async def _draw(app: OfficeApp) -> None:
    """Ask of which form, which days and what share, and draw."""
    desk = app.at_desk
    chosen = await app.push_screen_wait(
        Pick(_("Which records are asked again?"), [desk.words.form(form) for form in FORMS])
    )
    if chosen is None:
        return
    form = FORMS[chosen[0]]
    first, last, share = desk.samples.offered(form)
    said = []
    for question, offered in (
        (_("Records from which day on?"), first),
        (_("Until which day?"), last),
        (_("How many of a hundred? 10 to 20 is usual, 20 in the first two weeks."), str(share)),
    ):
        typed = await app.push_screen_wait(AskText(question, offered))
        if typed is None:
            return
        said.append(typed.strip())
    if not said[2].isdigit():
        raise FieldkitError("sample.share", percent=said[2])
    drawn = desk.samples.draw(form, said[0], said[1], int(said[2]))
    words = SampleWords(desk).said(desk.samples.standing(drawn.number))
    await app.push_screen_wait(Notice("\n".join([_("Sample {number}", number=drawn.number), *words])))
    await _sample(app, drawn.number)


async def _sample(app: OfficeApp, number: str) -> None:
    """One sample, until somebody goes back."""
    while wanted := await app.push_screen_wait(SampleScreen(app.at_desk, number)):
        try:
            if wanted == RESULTS:
                await _results(app, number)
            elif wanted == GIVE_UP:
                why = await app.push_screen_wait(AskText(_("Why is it given up? The reason stays with it.")))
                if why is not None:
                    app.at_desk.samples.give_up(number, why)
            else:
                await _ask_again(app, number, wanted)
        except FieldkitError as error:
            await app.push_screen_wait(Notice(explain(error)))


async def _ask_again(app: OfficeApp, number: str, record: str) -> None:
    """Call, and ask; or leave it."""
    samples = app.at_desk.samples
    call = samples.call(number, record)
    how = await app.push_screen_wait(CallScreen(app.at_desk, call))
    if how == PASS:
        samples.pass_over(call)
    elif how is not None:
        with samples.bringing(call):
            await app.ask_at_pace(partial(samples.interview, call, how))


async def _results(app: OfficeApp, number: str) -> None:
    """What a sample comes to, on screen and on paper."""
    screen = LinesScreen(app.at_desk, number)
    while await app.push_screen_wait(screen) == PRINT:
        page = SampleWords(app.at_desk).page(list(screen.said))
        await print_page(app, app.at_desk.session.prints, page)
        screen = LinesScreen(app.at_desk, number)
