"""One household: who lives there, what was done, and starting a visit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from fieldkit import commands as c
from fieldkit.i18n import _
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame


class HouseholdScreen(Frame[str | None]):
    """Shows a household. Returns "visit" to begin one, a draft's id to go on with it, None to go back."""

    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("1", "choose(0)", show=False),
        Binding("2", "choose(1)", show=False),
    ]
    DEFAULT_CSS = """
    HouseholdScreen #about { height: auto; padding: 1 2; }
    HouseholdScreen OptionList { height: auto; border: none; padding: 0 1; }
    """

    def __init__(self, session: Session, number: str) -> None:
        super().__init__()
        self.session = session
        self.number = number
        self._answers: list[str] = []

    def body(self) -> Iterable[Widget]:
        """What can be done, then what is known."""
        yield OptionList(id="actions", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(id="about", markup=False)

    def title_text(self) -> str:
        """Head, place and number."""
        household = self.session.household(self.number)
        assert household is not None
        return "  ".join([household.head, self.session.place_name(household.village), household.id])

    def show_words(self) -> None:
        """Draw actions, members and visits."""
        drafts = [draft for draft in self.session.interviews.unfinished() if draft.household == self.number]
        lines = [
            _(
                "Go on with the unfinished interview of {when}",
                when=draft.updated.astimezone().strftime("%m-%d %H:%M"),
            )
            for draft in drafts[:1]
        ]
        self._answers = [*(draft.id for draft in drafts[:1]), "visit"]
        lines.append(_("Start a visit"))
        actions = self.query_one("#actions", OptionList)
        actions.clear_options()
        actions.add_options(Option(f"{number} {line}") for number, line in enumerate(lines, 1))
        actions.highlighted = 0
        actions.focus()
        self.query_one("#about", Static).update("\n".join([*self._members(), "", *self._visits()]))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose(event.option_index)

    def action_choose(self, place: int) -> None:
        """Do what stands at that number."""
        if place < len(self._answers):
            self.dismiss(self._answers[place])

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)

    def _members(self) -> list[str]:
        household = self.session.household(self.number)
        assert household is not None
        words = self.session.person_words
        return [_("Members"), *("  " + words(person) for person in household.members)]

    def _visits(self) -> list[str]:
        visits = self.session.visits(self.number)
        lines = [
            f"  {visit.on}  {self.session.choice_label('visit', 'outcome', visit.outcome)}"
            for visit in visits
        ]
        return [_("Visits"), *(lines or ["  " + _("none yet")])]
