"""The records behind a figure: which figure, then each record that was counted; one that is opened says what may be seen here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.widgets.message import Notice
from fieldkit.widgets.serving import Serving

if TYPE_CHECKING:
    from fieldkit.session.desk.behind import Counted
    from fieldkit.session.desk.desk import Desk

_MOST = 500
"""Lines of a list."""


class MeasuresScreen(Serving[str | None]):
    """Lists the figures whose records may be seen here. Returns the id of one, None to go back."""

    ABOUT = N_(
        "The figures of the reports. Enter on one lists the records it was counted from; figures about health are the reviewer's."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def title_text(self) -> str:
        """What it is."""
        return _("The records behind a figure")

    def said(self) -> str:
        """What Enter does."""
        return _(
            "Enter on a figure lists the records it was counted from. Figures about health are the reviewer's."
        )

    def show_lines(self) -> None:
        """The figures."""
        self.lines.show((), self.desk.behind.measures())

    def chosen(self, what: str) -> None:
        """Take one."""
        self.dismiss(what)


class CountedScreen(Serving[None]):
    """Lists records that were counted; Enter on one shows what it says to whoever sits here."""

    ABOUT = N_(
        "The records that a figure was counted from. Enter shows what one says, as far as you may see it; looks at restricted answers are written down."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def __init__(self, desk: Desk, title: str, counted: Sequence[Counted]) -> None:
        super().__init__(desk)
        self._title = title
        self._counted = counted

    def title_text(self) -> str:
        """Which figure."""
        return self._title

    def said(self) -> str:
        """How many there are."""
        return _(
            "Records: {count}. Enter shows what one says; looks at restricted answers are written down.",
            count=len(self._counted),
        )

    def show_lines(self) -> None:
        """The records, in the order of their ids."""
        rows: list[tuple[Counted | None, str]] = [
            (each, f"{each.record[:8]}  {each.title}") for each in self._counted[:_MOST]
        ]
        if len(self._counted) > _MOST:
            rows.append(
                (
                    None,
                    "  " + _("and {count} more: choose a shorter period", count=len(self._counted) - _MOST),
                )
            )
        self.lines.show((), rows or [(None, _("No record was counted."))])

    @work
    async def chosen(self, what: Counted) -> None:
        """Show one."""
        lines: list[str] = []
        if await self.does(lambda: lines.extend(self.desk.behind.lines(what.record))):
            await self.app.push_screen_wait(Notice("\n".join(lines)))
