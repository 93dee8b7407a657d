"""The window: what is promised for when, a new matter with what is told once, and each step of one in a few keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import work
from textual.binding import BindingType

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.printing import print_page
from fieldkit.widgets.serving import Serving
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.fieldwork.procedures import Procedure
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.window import Matter

_MOST = 300
"""Lines of a list; what is promised soonest stands first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: a new matter, items handed out to nobody in particular, or a matter by its record."""

    what: Literal["new", "pickup", "matter"]
    record: str = ""


class WindowScreen(Serving[Wanted | None]):
    """Lists what is open, by the day promised. Returns what is wanted, None to go back."""

    ABOUT = N_(
        "Requests of people at the window, by the day promised. Enter opens one; 1 begins a new one, with what is needed told once; 2 counts what is handed out, and asks nobody's name."
    )

    def title_text(self) -> str:
        """What this is, and the day."""
        return "  ".join([_("Window"), self.desk.session.today().isoformat()])

    def said(self) -> str:
        """What Enter does."""
        return _("Enter on a request opens it: done, sent on, papers brought.")

    def show_lines(self) -> None:
        """What can be begun, then what is open."""
        begin = [
            (Wanted("new"), _("New request: what is needed, told once")),
            (Wanted("pickup"), _("Contraceptives handed out: only how many, nobody is asked")),
        ]
        rows: list[tuple[Wanted | None, str]] = []
        for heading, some in self.desk.window.sections():
            rows.append((None, f"-- {labelled(heading, str(len(some)))} --"))
            rows += [
                (Wanted("matter", each.record), f"  {self.desk.window.line(each)}") for each in some[:_MOST]
            ]
            if len(some) > _MOST:
                rows.append((None, "  " + _("and {count} more, promised for later", count=len(some) - _MOST)))
        self.lines.show(begin, rows or [(None, _("Nothing is open."))])
        if rows:
            self.lines.highlighted = len(begin) + 1

    def chosen(self, what: Wanted) -> None:
        """Go there."""
        self.dismiss(what)


class ProceduresScreen(Serving["Procedure | None"]):
    """What may be brought to the window; shows the sheet of one. Returns the matter to begin with, None to go back."""

    ABOUT = N_(
        "What may be brought to the window, with its time limit, fee and papers. Enter shows the sheet that is told once; then the request is begun, or the sheet printed."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def title_text(self) -> str:
        """What it is."""
        return _("What is it about?")

    def said(self) -> str:
        """What Enter does."""
        return _("Enter shows what is told once, and begins.")

    def show_lines(self) -> None:
        """The matters, each with its time limit, fee and papers."""
        lines = [(each, self.desk.window.in_short(each)) for each in self.desk.window.procedures()]
        self.lines.show(lines[:9], [(each, f"  {line}") for each, line in lines[9:]])

    @work
    async def chosen(self, what: Procedure) -> None:
        """Show its sheet; begin it, print it, or neither."""
        sheet = self.desk.window.sheet(what)
        asked = Pick("\n".join(sheet), [_("Told: begin the request"), _("Print this sheet")])
        answer = await self.app.push_screen_wait(asked)
        if answer == (0,):
            self.dismiss(what)
        elif answer == (1,):
            session = self.desk.session
            try:
                await print_page(self.app, session.prints, _page(sheet, session.watermark))
            except FieldkitError as error:
                self.refuse(error)


class MatterScreen(Serving[str | None]):
    """One matter and what can be done with it. Returns "correct" for its form, None to go back."""

    ABOUT = N_(
        "One request: how it stands, where it is, when it is promised. A digit does the next step; what was done last can be undone."
    )

    def __init__(self, desk: Desk, record: str) -> None:
        """Raises FieldkitError as `Window.see`."""
        super().__init__(desk)
        self.matter: Matter = desk.window.see(record)

    def title_text(self) -> str:
        """What it is about, and its number."""
        return self.desk.window.title(self.matter)

    def said(self) -> str:
        """What is known of it."""
        return "\n".join(self.desk.window.lines(self.matter)) + "\n"

    def show_lines(self) -> None:
        """What can be done with it."""
        self.lines.show([(what, _(words)) for what, words in self._actions()])

    def again(self) -> None:
        """How it stands now."""
        self.matter = self.desk.window.see(self.matter.record)

    def _actions(self) -> Iterable[tuple[str, str]]:
        if self.matter.is_open:
            yield "done", N_("Done: it is settled")
            yield "send", N_("On to an office")
            if self.matter.at:
                yield "back", N_("Finished there")
            yield "up", N_("Passed up to the county")
            if self.matter.missing:
                yield "brought", N_("All papers brought")
            yield "missing", N_("Papers are missing")
            yield "withdrawn", N_("Withdrawn by the person")
            yield "refuse", N_("Not accepted: why, and what can be done instead")
        yield "correct", N_("Correct it in its form")

    @work
    async def chosen(self, what: str) -> None:
        """Do a step of it."""
        window, matter = self.desk.window, self.matter
        plain: dict[str, Callable[[], None]] = {
            "done": lambda: window.done(matter), "back": lambda: window.came_back(matter), "up": lambda: window.pass_up(matter),
            "brought": lambda: window.papers(matter, ()), "withdrawn": lambda: window.withdrawn(matter),
        }  # fmt: skip
        if what == "correct":
            self.dismiss(what)
            return
        step = plain.get(what) or await self._asked(what)
        if step is not None and await self.does(step):
            self.lines.highlighted = 0

    async def _asked(self, what: str) -> Callable[[], None] | None:
        """A step that needs an answer first, None where it was not given."""
        window, matter, ask = self.desk.window, self.matter, self.app.push_screen_wait
        if what == "send":
            units = window.units()
            unit = await ask(Pick(_("To which office?"), [words for _code, words in units]))
            work_there = await ask(AskText(_("What is done there?"), _("Handled"))) if unit else None
            return (
                (lambda: window.send(matter, units[unit[0]][0], work_there)) if unit and work_there else None
            )
        if what == "missing":
            papers = window.missing_papers()
            lines = [words for _code, words in papers]
            marked = await ask(Pick(_("Which papers are missing?"), lines, several=True))
            return (lambda: window.papers(matter, [papers[n][0] for n in marked])) if marked else None
        reason = await ask(AskText(_("Why is it not accepted? No names, no numbers.")))
        remedy = await ask(AskText(_("What can the person do instead, and where?"))) if reason else None
        return (lambda: window.refuse(matter, reason, remedy)) if reason and remedy else None


def _page(lines: list[str], watermark: str) -> str:
    """The sheet as a page to print."""
    body = "".join(f"<p>{escape(line)}</p>" for line in [*lines[1:], watermark] if line)
    style = "@page{size:A5} body{font:14pt serif}"
    return f"<!doctype html><meta charset=utf-8><style>{style}</style><h1>{escape(lines[0])}</h1>{body}"
