"""An event and its quiz: enter the sheets, check some of them, show what they come to, note the next event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.fieldwork.happenings import EDUCATION_EVENT
from fieldkit.fieldwork.quizzes import AFTER, BEFORE, PHASES
from fieldkit.i18n import N_, _
from fieldkit.session.copied import last_of_each_kind
from fieldkit.session.quizzes import QuizEvent, quiz_events, quiz_results
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

_OTHER_KIND = "other"


@dataclass(frozen=True, slots=True)
class QuizWish:
    """What is wanted: `enter` the sheets of a `phase`, `check` some, show the `bars`, ask `one` sheet on the screen, or a
    `new` event as the last one of its `kind` ("" for none).
    """

    what: Literal["enter", "check", "bars", "one", "new"]
    event: QuizEvent | None
    phase: str = ""
    kind: str = ""


class QuizScreen(Frame[QuizWish | None]):
    """Returns what is wanted of an event, None to go back. `event`: the number of the one to begin with, else the last."""

    ABOUT = N_(
        "An event of health education and its quiz, which nobody puts a name on. A digit does what stands beside it: enter the sheets filled in before and after, check them, show what they come to."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    QuizScreen #event { height: auto; padding: 1 2; }
    QuizScreen Numbered { padding: 0 1; }
    """

    def __init__(self, session: Session, event: str = "") -> None:
        super().__init__()
        self.session = session
        self.events = quiz_events(session)
        chosen = [each for each in self.events if each.number == event] or self.events
        self.event = chosen[0] if chosen else None
        self.actions: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """The event, and what can be done."""
        yield Static(id="event", markup=False)
        yield self.actions

    def title_text(self) -> str:
        """What it is."""
        return _("Health education: events and quiz")

    def show_words(self) -> None:
        """Draw the event with its counts, and what can be done."""
        self.query_one("#event", Static).update(self._told())
        of_event = (
            (BEFORE, _("Enter sheets filled in before")),
            (AFTER, _("Enter sheets filled in after")),
            ("check", _("Enter one sheet in twenty again, and compare")),
            ("bars", _("Show the results as bars")),
            ("one", _("Fill in one sheet on this screen")),
        )
        always = (
            ("new", _("Note an event, as the last one of its kind")),
            ("other", _("Another event")),
        )
        self.actions.show((*of_event, *always) if self.event else always[:1])

    def _told(self) -> str:
        if self.event is None:
            return _("No event is recorded here yet. Note the event first; its sheets come after.")
        found = quiz_results(self.session, self.event.number)
        counts = _(
            "Sheets before: {before}   after: {after}",
            before=found.all[BEFORE].sheets,
            after=found.all[AFTER].sheets,
        )
        pairs = _(
            "Pairs: {pairs}   without a pair: {alone}   code used twice: {twice}",
            pairs=found.pairs,
            alone=sum(found.alone[phase] for phase in PHASES),
            twice=sum(found.ambiguous[phase] for phase in PHASES),
        )
        return f"{self.event.title}\n{counts}\n{pairs}"

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    @work
    async def _chosen(self, what: str) -> None:
        """Go there; where a kind or an event is to be named first, ask."""
        if what in PHASES:
            self.dismiss(QuizWish("enter", self.event, phase=what))
        elif what == "new":
            await self._new()
        elif what == "other":
            await self._other()
        elif what == "check":
            self.dismiss(QuizWish("check", self.event))
        elif what == "bars":
            self.dismiss(QuizWish("bars", self.event))
        else:
            self.dismiss(QuizWish("one", self.event))

    async def _new(self) -> None:
        last = last_of_each_kind(self.session, EDUCATION_EVENT)
        kinds = [*last, _OTHER_KIND]
        lines = [
            "  ".join(
                (
                    self.session.choice_label(EDUCATION_EVENT, "kind", kind),
                    record.text("date"),
                    record.text("place"),
                )
            )
            for kind, record in last.items()
        ]
        asked = Pick(_("As the last one of which kind?"), [*lines, _("Of a kind not noted here yet")])
        chosen = await self.app.push_screen_wait(asked)
        if chosen:
            kind = kinds[chosen[0]]
            self.dismiss(QuizWish("new", self.event, kind="" if kind == _OTHER_KIND else kind))

    async def _other(self) -> None:
        chosen = await self.app.push_screen_wait(
            Pick(_("Which event?"), [each.title for each in self.events])
        )
        if chosen:
            self.event = self.events[chosen[0]]
            self.refresh_words()
