"""Invoices of a point: what stands on each is typed once, and it is closed when every difference is 0.00 or has its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.office.service_points import Invoice
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.serving import Serving

if TYPE_CHECKING:
    from fieldkit.office.service_points import Point
    from fieldkit.session.desk.desk import Desk

Row = tuple[str, Invoice]
"""An invoice with the record of its inspection."""


class InvoicesScreen(Serving[None]):
    """Enter on an invoice types its total, or the reason where it differs. F10 closes; Esc leaves it for later."""

    ABOUT = N_(
        "Each invoice beside the sum of its lines. Enter types what stands on it, or why the two differ. It can be closed when every difference is 0.00 or has its reason."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.FINISH, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def __init__(self, desk: Desk, point: Point) -> None:
        super().__init__(desk)
        self.point = point
        self._found = desk.points.invoices(point)

    def title_text(self) -> str:
        """Of which point."""
        return _("Invoices of {point}", point=self.point.id)

    def again(self) -> None:
        """How they stand now."""
        self._found = self.desk.points.invoices(self.point)
        self.point = self.desk.points.point(self.point.id)

    def said(self) -> str:
        """What was spent there, and how to go on."""
        spent = _("Spent here: {amount}", amount=self.desk.points.total([self.point]))
        how = _(
            "Enter types what stands on an invoice. {key} closes when all are 0.00 or have a reason.",
            key=c.FINISH.key_name,
        )
        return f"{spent}\n{how}"

    def show_lines(self) -> None:
        """The invoices of each inspection."""
        rows: list[tuple[Row | None, str]] = []
        for record, day, invoices in self._found:
            rows.append((None, f"-- {day} --"))
            rows += [((record, each), f"  {self.desk.points.invoice_line(each)}") for each in invoices]
        self.lines.show((), rows or [(None, _("No expenses with an invoice were noted here."))])

    @work
    async def chosen(self, what: Row) -> None:
        """Ask for what stands on it; where that differs already, whether for the reason."""
        record, invoice = what
        points, ask = self.desk.points, self.app.push_screen_wait
        line = points.invoice_line(invoice)
        if invoice.difference:
            lines = [_("Say why they differ"), _("Type again what stands on the invoice")]
            chosen = await ask(Pick(line, lines))
            if chosen is None:
                return
            if chosen == (0,):
                why = await ask(AskText(line + "\n\n" + _("Why do they differ?"), invoice.why))
                if why is not None:
                    await self.does(lambda: points.invoice_why(record, invoice, why))
                return
        typed = await ask(AskText(line + "\n\n" + _("What stands on the invoice, in yuan?")))
        if typed is not None and await self.does(lambda: points.invoice_total(record, invoice, typed)):
            self._say_stop(record, invoice.number)

    def _say_stop(self, record: str, number: str) -> None:
        """Where it does not match what was typed, say so at once."""
        mine = (each for of, _day, some in self._found if of == record for each in some)
        for each in mine:
            if each.number == number and not each.is_settled:
                self.app.bell()
                self.notify(self.desk.points.invoice_line(each), severity="error", markup=False)

    def action_finish(self) -> None:
        """Close, unless an invoice is not the sum of its lines."""
        try:
            self.desk.points.close([each for _record, _day, some in self._found for each in some])
        except FieldkitError as error:
            self.refuse(error)
            return
        self.notify(_("Every invoice is the sum of its lines, or has its reason."))
        self.dismiss(None)
