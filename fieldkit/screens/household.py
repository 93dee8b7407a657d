"""One household: who lives there, what was done, and starting a visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.session.labels import Label, cards
from fieldkit.session.session import Session
from fieldkit.widgets.fitting import shortened
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.printing import print_page
from fieldkit.widgets.static import Static


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is wanted: "visit" begins one, "draft" goes on with the one of that id, "record" looks at one, "rights" is for
    somebody who asks what is recorded about her, "card" is printed here.
    """

    what: Literal["visit", "draft", "record", "rights", "card"]
    id: str = ""


_LONGEST = 40
"""Cells of a name in the title; who lives there stands in full below."""


class HouseholdScreen(Paged, Frame[Chosen | None]):
    """Shows a household. Returns what is wanted, None to go back."""

    ABOUT = N_(
        "One household: what can be done, what was recorded, why it is on the list, who lives there. A digit does what stands beside it; arrows mark a record, Enter shows it; PgDn and PgUp show more of who lives there."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS), *Paged.PAGING]
    DEFAULT_CSS = """
    HouseholdScreen #about { height: auto; padding: 1 2; }
    HouseholdScreen Numbered { max-height: 60%; }
    """

    def __init__(self, session: Session, number: str) -> None:
        super().__init__()
        self.session = session
        self.number = number
        self.actions: Numbered[Chosen] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What can be done and looked at, then who lives there."""
        yield self.actions
        with VerticalScroll(can_focus=False):
            yield Static(id="about", markup=False)

    def title_text(self) -> str:
        """Head, place and number."""
        household = self.session.household(self.number)
        assert household is not None
        where = self.session.place_name(household.village)
        return "  ".join([*(shortened(each, _LONGEST) for each in (household.head, where)), household.id])

    def show_words(self) -> None:
        """Draw actions, records, why it is on the list, and members."""
        drafts = [draft for draft in self.session.unfinished() if draft.household == self.number]
        lines = [
            (
                Chosen("draft", draft.id),
                _(
                    "Go on with the unfinished interview of {when}",
                    when=draft.updated.astimezone().strftime("%m-%d %H:%M"),
                ),
            )
            for draft in drafts[:1]
        ]
        lines += [
            (Chosen("visit"), _("Start a visit")),
            (Chosen("rights"), _("Somebody asks: see, correct, withdraw, delete")),
            (Chosen("card"), _("Print the card for the inside of the door")),
        ]
        self.actions.show(lines, self._records())
        self.query_one("#about", Static).update("\n".join([*self._reasons(), *self._members()]))

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)

    def _reasons(self) -> list[str]:
        """Why it is on the list until Sunday, a sentence each."""
        tasks = self.session.agenda.of(self.number)
        said = [f"  {self.session.agenda.reason(task)}" for task in tasks]
        return [_("Why it is on the list"), *said, ""] if said else []

    @work
    async def _print_card(self) -> None:
        """The household's code on a page of its own; no name stands on it."""
        household = self.session.household(self.number)
        assert household is not None
        label = Label(self.number, self.session.place_name(household.village))
        try:
            await print_page(self.app, self.session.prints, cards([label], self.session.watermark))
        except FieldkitError as error:
            self.refuse(error)

    def _chosen(self, chosen: Chosen) -> None:
        if chosen.what == "card":
            self._print_card()
        else:
            self.dismiss(chosen)

    def _members(self) -> list[str]:
        household = self.session.household(self.number)
        assert household is not None
        words = self.session.person_words
        lines = [_("Members"), *("  " + words(person) for person in household.members)]
        for person, kept in household.elsewhere:
            lines.append("  " + _("{name}: counted in household {number}", name=person.name, number=kept[0]))
        return lines

    def _records(self) -> Iterable[tuple[Chosen | None, str]]:
        """What was recorded, newest first, and the registration: Enter on one of them looks at it."""
        entries = self.session.timeline(self.number)
        yield None, "-- " + _("Records, newest first") + " --"
        for each in entries:
            line = "  ".join(part for part in (each.on, each.title, each.outcome) if part)
            yield Chosen("record", each.record), f"  {line}" + self._commented(each.record)
        if not entries:
            yield None, "  " + _("none yet")
        household = self.session.household(self.number)
        assert household is not None
        registered = _("Household registration") + self._commented(household.record)
        yield Chosen("record", household.record), f"  {registered}"

    def _commented(self, record: str) -> str:
        """How many comments of the office are on a record."""
        count = len(self.session.sticks.comments(record))
        return "  " + _("comments from the office: {count}", count=count) if count else ""
