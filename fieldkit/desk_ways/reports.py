"""From Home to reports: the list, for which days, the report, and the records behind a figure of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.screens.office.behind import CountedScreen, MeasuresScreen
from fieldkit.screens.office.report import MadeReportScreen
from fieldkit.screens.office.reports import PeriodScreen, ReportsScreen
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp
    from fieldkit.session.desk.reports import Wanted


async def go(app: OfficeApp) -> None:
    """Make reports until somebody goes back. Raises FieldkitError."""
    desk = app.at_desk
    while (chosen := await app.push_screen_wait(ReportsScreen(desk))) is not None:
        wanted = await app.push_screen_wait(PeriodScreen(desk, chosen)) if isinstance(chosen, str) else chosen
        if wanted is not None:
            await show(app, wanted)


async def show(app: OfficeApp, wanted: Wanted, *, charts_first: bool = False) -> None:
    """Show one report until somebody goes back. Raises FieldkitError."""
    while await app.push_screen_wait(MadeReportScreen(app.at_desk, wanted, charts_first=charts_first)):
        while (measure := await app.push_screen_wait(MeasuresScreen(app.at_desk))) is not None:
            try:
                await _behind(app, wanted, measure)
            except FieldkitError as error:
                await app.push_screen_wait(Notice(explain(error)))


async def _behind(app: OfficeApp, wanted: Wanted, measure: str) -> None:
    """List the records of one figure: of all villages or one, of what was counted or what it is a share of."""
    desk = app.at_desk
    wholes, villages = desk.behind.wholes(measure), desk.behind.villages(measure)
    whole = village = 0
    for question, offered in ((_("Which records?"), wholes), (_("Of which village?"), villages)):
        chosen = (
            await app.push_screen_wait(Pick(question, [words for _each, words in offered]))
            if len(offered) > 1
            else (0,)
        )
        if not chosen:
            return
        whole, village = (chosen[0], village) if offered is wholes else (whole, chosen[0])
    found = desk.reports.behind(wanted, measure, villages[village][0], whole=wholes[whole][0])
    title = "  ".join([measure, wholes[whole][1], villages[village][1], str(wanted.period)])
    await app.push_screen_wait(CountedScreen(desk, title, found))
