"""Giving households out: from the villages to their groups, to a laptop, to what to know before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.screens.office.services import ServicesScreen
from fieldkit.screens.office.worklists import (
    EndingScreen,
    PlanScreen,
    ProposalScreen,
    VillageScreen,
    WorklistsScreen,
)
from fieldkit.session.desk.worklist_words import units_lines
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick

if TYPE_CHECKING:
    from fieldkit.fieldwork.assigning import Unit
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Until somebody is back. Raises FieldkitError."""
    desk, show = app.at_desk, app.push_screen_wait
    desk.worklists.laptops()
    while (wanted := await show(WorklistsScreen(desk))) is not None:
        what, village = wanted
        if what == "village":
            while (units := await show(VillageScreen(desk, village))) is not None:
                await _give(app, units)
        elif what == "ending":
            while (holding := await show(EndingScreen(desk))) is not None:
                await _give(app, [holding.unit])
        elif what == "proposal":
            await show(ProposalScreen(desk))
        else:
            await show(ServicesScreen(desk))


async def _give(app: OfficeApp, units: list[Unit]) -> None:
    """Choose a laptop, look at what it would be, and write it; or take the units back."""
    lists, show = app.at_desk.worklists, app.push_screen_wait
    laptops = lists.laptops()
    if not laptops:
        await show(Notice(_("No laptop is enrolled.")))
        return
    is_held = any(each.held for each in lists.groups(units[0][0]) if each.unit in units)
    lines = [each.name for each in laptops] + ([_("Take them back from whoever has them")] if is_held else [])
    question = "\n".join([*units_lines(app.at_desk, units), "", _("To which laptop?")])
    chosen = await show(Pick(question, lines))
    try:
        if chosen and chosen[0] < len(laptops):
            await show(PlanScreen(app.at_desk, units, laptops[chosen[0]].id))
        elif chosen:
            await _take_back(app, units)
    except FieldkitError as error:
        await show(Notice(explain(error)))


async def _take_back(app: OfficeApp, units: list[Unit]) -> None:
    asked = Pick(
        _("The laptop is told by its next return stick. Its visits until then count."),
        [_("Leave it"), _("Take back")],
    )
    if await app.push_screen_wait(asked) == (1,):
        app.at_desk.worklists.take_back(units)
