"""Reports: what is due, every report there is, and for which days one is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.serving import Serving
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from datetime import date

    from fieldkit.report.periods import Period
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.reports import Wanted

_TYPED, _AS_OF = "typed", "as-of"


class ReportsScreen(Serving["Wanted | str | None"]):
    """Lists what is due and every report. Returns what is due, or the name of a report; None to go back."""

    ABOUT = N_(
        "Reports that are due, then every report there is. A digit makes what is due; Enter on any other asks for which days."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = (
        "ReportsScreen Numbered, ReportsScreen Numbered:focus { text-wrap: wrap; scrollbar-gutter: stable; }"
    )

    def title_text(self) -> str:
        """What this is, and the day."""
        return "  ".join([_("Reports"), self.desk.session.today().isoformat()])

    def said(self) -> str:
        """What Enter does."""
        return _("A digit makes what is due; Enter on a report below asks for which days.")

    def show_lines(self) -> None:
        """What is due, with numbers; then every report."""
        reports = self.desk.reports
        try:
            due = [(each.wanted, reports.line(each)) for each in reports.due()]
        except FieldkitError as error:
            due = []
            self.refuse(error)
        rows: list[tuple[Wanted | str | None, str]] = [(None, f"-- {_('Every report')} --")]
        rows += [(kind.name, f"  {_(kind.label)}") for kind in reports.kinds()]
        self.lines.show(due, rows)
        if not due:
            self.lines.highlighted = 1

    def chosen(self, what: Wanted | str) -> None:
        """Go there."""
        self.dismiss(what)


class PeriodScreen(Serving["Wanted | None"]):
    """For which days a report is wanted, and as of when. Returns that, None to go back."""

    ABOUT = N_(
        "For which days the report is wanted. A digit takes a usual period; another one is typed; the report can also be made as the records stood on an earlier day."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(desk)
        self._report = name
        self._as_of: date | None = None

    def title_text(self) -> str:
        """Which report."""
        return self.desk.reports.title(self._report)

    def said(self) -> str:
        """What is asked."""
        return _("For which days?")

    def show_lines(self) -> None:
        """The periods that are usual, another one, and as of when."""
        when = self._as_of.isoformat() if self._as_of else _("now")
        self.lines.show(
            [
                *self.desk.reports.periods(self._report),
                (_TYPED, _("Another period, typed")),
                (_AS_OF, labelled(_("As the office had the records at the end of a day"), when)),
            ]
        )

    @work
    async def chosen(self, what: Period | str) -> None:
        """Take a period, or ask."""
        if what == _TYPED:
            question = _("Which days? 2026-03, 2026-W10, 2026-Q1, 2026, 2026-03-01..2026-03-03")
            asked = AskText(question)
            typed = await self.app.push_screen_wait(asked)
            await self._use(typed or "")
        elif what == _AS_OF:
            question = _("At the end of which day? Leave it empty for now.")
            asked = AskText(question, self._as_of.isoformat() if self._as_of else "")
            typed = await self.app.push_screen_wait(asked)
            if typed is not None:
                await self.does(lambda: self._use_day(typed))
        elif not isinstance(what, str):
            self._take(what)

    async def _use(self, typed: str) -> None:
        if typed:
            await self.does(lambda: self._take(self.desk.reports.period(typed)))

    def _take(self, period: Period) -> None:
        self.dismiss(self.desk.reports.want(self._report, period, self._as_of))

    def _use_day(self, typed: str) -> None:
        self._as_of = self.desk.reports.day(typed)
