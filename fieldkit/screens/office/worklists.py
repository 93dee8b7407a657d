"""Worklists at the office: villages and groups with who has their households, a proposal, what ends, and what to know first."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.assigning import Holding, Share, Unit
from fieldkit.i18n import N_, _
from fieldkit.session.desk import worklist_words as words
from fieldkit.session.desk.worklists import default_days
from fieldkit.session.reading.dates import read_date
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame, Result
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

Line = TypeVar("Line")
Wanted = tuple[Literal["ending", "proposal", "services", "village"], str]
"""What is to be looked at, and of which village (code)."""
_PURPOSES = ("visit", "screening", "homecoming", "recheck")


class Listing(Frame[Result]):
    """A sentence and a list below it; Esc goes back without a result."""

    KEYS: ClassVar[tuple[c.Command, ...]] = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    Listing Static.said { height: auto; padding: 0 1 1 1; }
    Listing Numbered, Listing Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    @abstractmethod
    def lines(self) -> Widget:
        """The list."""

    def body(self) -> Iterable[Widget]:
        """What is said, and the list."""
        yield Static(classes="said", markup=False)
        yield self.lines()

    def say(self, text: str) -> None:
        """Put a sentence above the list."""
        self.query_one(".said", Static).update(text)

    def draw(self) -> None:
        """Draw sentence and list; may raise FieldkitError."""

    def show_words(self) -> None:
        """Draw, or say what stands in the way."""
        try:
            self.draw()
        except FieldkitError as error:
            self.say(explain(error))

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    async def does(self, step: Callable[[], object]) -> bool:
        """Do a step that writes; say in words if it was refused."""
        try:
            step()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            return False
        return True


def shown(
    lines: Numbered[Line], rows: list[tuple[Line, str]], *, first: list[tuple[Line, str]] | None = None
) -> None:
    """Show rows behind those that come `first`: as many as there are digits with a number, the others without; the mark
    stays where it was.
    """
    every = [*(first or []), *rows]
    here = lines.highlighted or 0
    numbered = len(first) if first else min(9, len(every))
    lines.show(every[:numbered], [(what, f"  {line}") for what, line in every[numbered:]])
    if every:
        lines.highlighted = min(here, len(every) - 1)


class WorklistsScreen(Listing[Wanted | None]):
    """The villages in the order of their codes. Ctrl+Z takes back what was done last. Returns what is wanted, None to go back."""

    ABOUT = N_(
        "Which laptop visits which households. Enter on a village opens its groups; above stand what ends soon, a proposal for households that no laptop has, and the services planned and done."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.villages: Numbered[Wanted] = Numbered(self.dismiss)

    def lines(self) -> Widget:
        """The list."""
        return self.villages

    def title_text(self) -> str:
        """What this is, and the day."""
        return "  ".join([_("Worklists of the laptops"), self.desk.worklists.today.isoformat()])

    def draw(self) -> None:
        """Draw what can be done, then the villages."""
        lists = self.desk.worklists
        villages, ending = lists.villages(), lists.ending()
        left = sum(len(each.nobodys) for each in villages)
        disputed = len({each.record for each in lists.disputed()})
        said = _(
            "Enter on a village opens its groups. {key} takes back what was done here last.",
            key=c.UNDO.key_names,
        )
        if not villages:
            said = _(
                "No household is registered here yet. They come with the laptops' sticks: Inbox, on Home."
            )
        if disputed:
            twice = _("Given out twice at the same time, both laptops keep them: {count}.", count=disputed)
            said = _("{first} {second}", first=said, second=twice)
        self.say(said)
        first: list[tuple[Wanted, str]] = [
            (("ending", ""), _("Ends within a week or has ended: {count}", count=len(ending))),
            (
                ("proposal", ""),
                _("A proposal for what no laptop has: {count} {count:household|households}", count=left),
            ),
            (("services", ""), _("Services: planned, done, expected by today")),
        ]
        rows: list[tuple[Wanted, str]] = [
            (("village", each.unit[0]), words.village_line(self.desk, each)) for each in villages
        ]
        shown(self.villages, rows, first=first)

    @work
    async def action_undo(self) -> None:
        """Take back what was done at this desk last."""
        done: list[bool] = []
        if await self.does(lambda: done.append(self.desk.worklists.undo())):
            said = _("Taken back.") if done[0] else _("There is nothing to take back or to do again.")
            self.notify(said)
            self.refresh_words()


class VillageScreen(Listing[list[Unit] | None]):
    """The groups of a village. Returns the units that are to be given out or taken back, None to go back."""

    ABOUT = N_(
        "The groups of a village with who has their households. A digit or Enter on a line gives those households to a laptop, or takes them back."
    )

    def __init__(self, desk: Desk, village: str) -> None:
        super().__init__(desk)
        self.village = village
        self.groups: Numbered[list[Unit]] = Numbered(self.dismiss)

    def lines(self) -> Widget:
        """The list."""
        return self.groups

    def title_text(self) -> str:
        """Which village."""
        return labelled(_("Worklists of the laptops"), self.desk.words.place(self.village))

    def draw(self) -> None:
        """Draw the groups."""
        groups = self.desk.worklists.groups(self.village)
        self.say(_("Which households are to be given to a laptop, or taken back?"))
        count = _("{count} {count:household|households}", count=sum(len(each.households) for each in groups))
        first = [([each.unit for each in groups], labelled(_("All groups"), count))]
        left = [each.unit for each in groups if each.nobodys]
        if left and len(left) < len(groups):
            numbers = _(", ").join(words.group_words(group) for _village, group in left)
            first.append((left, labelled(_("Groups with households that no laptop has"), numbers)))
        rows = [([each.unit], words.group_line(self.desk, each)) for each in groups]
        shown(self.groups, [*first, *rows])


class PlanScreen(Listing[bool]):
    """What would be given to a laptop, what to know before, and the days; F10 writes it. Returns whether it was written."""

    ABOUT = N_(
        "What is about to be given to a laptop: the households, the days, what for. A digit changes a line; nothing is written before the key that finishes."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.FINISH, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def __init__(self, desk: Desk, units: list[Unit], laptop: str) -> None:
        super().__init__(desk)
        self.units = units
        self.laptop = laptop
        self.due, self.until = default_days(desk.worklists.today)
        self.purpose = _PURPOSES[0]
        self.reason = ""
        self.plan = desk.worklists.plan(units, laptop, self.due, self.until)
        self.changes: Numbered[str] = Numbered(self._change)

    def lines(self) -> Widget:
        """What can be changed."""
        return self.changes

    def title_text(self) -> str:
        """To whom."""
        return labelled(_("Give to"), self.desk.words.laptop(self.laptop))

    def draw(self) -> None:
        """Draw the plan, and what can be changed."""
        self.say("\n".join(words.plan_lines(self.desk, self.plan)))
        purpose = self.desk.words.choices("assignment", "purpose", self.purpose)
        needed = _("(needed here)") if self.plan.late else _("(may stay empty)")
        rows = [
            ("due", labelled(_("To be visited from"), self.due.isoformat())),
            ("until", labelled(_("On the laptop's list until"), self.until.isoformat())),
            ("purpose", labelled(_("What for"), purpose)),
            ("reason", labelled(_("Why this change"), self.reason or needed)),
        ]
        shown(self.changes, rows)

    @work
    async def _change(self, what: str) -> None:
        """Ask for what is to be changed, and look again."""
        ask = self.app.push_screen_wait
        match what:
            case "due" | "until":
                now: date = self.due if what == "due" else self.until
                typed = await ask(AskText(_("Which day? 2026-04-01, 4.1 or +7"), now.isoformat()))
                if typed is not None:
                    await self._set_day(what, typed)
            case "purpose":
                lines = [self.desk.words.choices("assignment", "purpose", each) for each in _PURPOSES]
                chosen = await ask(Pick(_("What for"), lines))
                self.purpose = _PURPOSES[chosen[0]] if chosen else self.purpose
            case _:
                typed = await ask(AskText(_("Why this change? No names, no telephone numbers."), self.reason))
                self.reason = self.reason if typed is None else " ".join(typed.split())
        self.refresh_words()

    async def _set_day(self, what: str, typed: str) -> None:
        try:
            day = date.fromisoformat(read_date(typed, self.desk.worklists.today))
            due, until = (day, self.until) if what == "due" else (self.due, day)
            if what == "due" and until < due:
                until = default_days(self.desk.worklists.today, due)[1]
            self.desk.worklists.plan(self.units, self.laptop, due, until)
            self.due, self.until = due, until
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))

    @work
    async def action_finish(self) -> None:
        """Write it; where somebody has not been heard of, a reason is asked for first."""
        lists = self.desk.worklists
        plan = replace(
            self.plan, due=self.due.isoformat(), until=self.until.isoformat(), purpose=self.purpose
        )
        if await self.does(lambda: lists.give(plan, self.reason)):
            self.dismiss(True)
        elif not self.plan.late or self.reason:
            self.dismiss(False)

    def action_back(self) -> None:
        """Go back; nothing is written."""
        self.dismiss(False)


class ProposalScreen(Listing[bool]):
    """One way to give out what nobody has: Enter on a line gives it to another laptop, F10 writes all. Returns whether it was."""

    ABOUT = N_(
        "One way to give out the households that no laptop has. Enter on a line gives it to another laptop; nothing is written before the key that finishes."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.FINISH, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.laptops = desk.worklists.laptops()
        self.shares = desk.worklists.proposal()
        self.due, self.until = default_days(desk.worklists.today)
        self.rows: Numbered[list[Share]] = Numbered(self._change)

    def lines(self) -> Widget:
        """What is proposed."""
        return self.rows

    def title_text(self) -> str:
        """What this is."""
        return _("A proposal for what no laptop has")

    def draw(self) -> None:
        """Draw the proposal, and how much each laptop would get of it, in the order of their names."""
        counts: dict[str, int] = {each.id: 0 for each in self.laptops}
        for share in self.shares:
            counts[share.laptop] += len(share.households)
        said = [
            _(
                "Villages and groups stay together; the numbers are only evened out. Enter on a line changes it, {key} writes all.",
                key=c.FINISH.key_names,
            ),
            _("From {due} to {until}", due=self.due.isoformat(), until=self.until.isoformat()),
            _("; ").join(labelled(each.name, str(counts[each.id])) for each in self.laptops),
        ]
        if not self.laptops:
            said = [_("No laptop is enrolled yet. Enrol one first: Laptops, on Home.")]
        elif not self.shares:
            said = [_("Every household that may be visited is on a list.")]
        self.say("\n".join(said))
        shown(self.rows, [(run, words.share_line(self.desk, run)) for run in words.runs(self.shares)])

    @work
    async def _change(self, run: list[Share]) -> None:
        """Choose another laptop for a line."""
        asked = Pick(words.share_line(self.desk, run), [each.name for each in self.laptops])
        chosen = await self.app.push_screen_wait(asked)
        if chosen:
            laptop = self.laptops[chosen[0]].id
            self.shares = [replace(each, laptop=laptop) if each in run else each for each in self.shares]
            self.refresh_words()

    @work
    async def action_finish(self) -> None:
        """Write all of it, laptop by laptop."""

        def give() -> None:
            lists = self.desk.worklists
            for laptop in self.laptops:
                units = [each.unit for each in self.shares if each.laptop == laptop.id]
                if units:
                    lists.give(lists.plan(units, laptop.id, self.due, self.until))

        if await self.does(give):
            self.dismiss(True)

    def action_back(self) -> None:
        """Go back; nothing is written."""
        self.dismiss(False)


class EndingScreen(Listing[Holding | None]):
    """What ends soon or has ended, by day. Returns what is to be given out anew or taken back, None to go back."""

    ABOUT = N_(
        "Households that leave a laptop's list within a week, or have left it. Enter on a line says how it goes on."
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.rows: Numbered[Holding] = Numbered(self.dismiss)

    def lines(self) -> Widget:
        """The list."""
        return self.rows

    def title_text(self) -> str:
        """What this is."""
        return _("Ends within a week or has ended")

    def draw(self) -> None:
        """Draw it."""
        found = self.desk.worklists.ending()
        self.say(
            _(
                "What has ended is on no laptop's list any more. Enter gives it out again, to the same laptop or another."
            )
            if found
            else _("Nothing ends within a week.")
        )
        shown(self.rows, [(each, words.ending_line(self.desk, each)) for each in found])
