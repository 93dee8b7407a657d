"""The inbox: sticks and folders as they appear, one key to take what is on them, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.worker import get_current_worker

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.inbox import Arrival, Step, Took

PAUSE = 1.0
"""Seconds between two looks at what is in."""


class _Action(Enum):
    GIVE = "give"
    HISTORY = "history"


class InboxScreen(Frame[None]):
    """Lists sticks and folders. Enter takes the marked one; Esc meanwhile stops after the bundle that is being read."""

    ABOUT = N_(
        "Sticks that come from the laptops. A stick that is put in is noticed by itself; Enter takes what is new on the marked one, and nothing is taken twice. 1 writes the return packs for its laptops, 2 lists all that ever came. PgUp and PgDn show more of what was said; Esc meanwhile stops after the bundle that is being read."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    InboxScreen #explanation { padding: 0 2; height: auto; }
    InboxScreen Numbered, InboxScreen Numbered:focus {
        padding: 0 1; max-height: 50%; text-wrap: nowrap; text-overflow: ellipsis;
    }
    InboxScreen VerticalScroll { height: 1fr; padding: 1 2 0 2; }
    InboxScreen #result { height: auto; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.arrivals: Sequence[Arrival] | None = None
        self.places: Numbered[Arrival | _Action] = Numbered(self._chosen)
        self._listed: list[Arrival] = []
        self._took: Took | None = None
        self._said: Callable[[], list[str]] = list
        self._is_looking = False
        self._is_busy = False
        self._stopped = Event()

    def body(self) -> Iterable[Widget]:
        """What to do, what is in and what can be done, what became of it."""
        yield Static(id="explanation", markup=False)
        yield self.places
        with VerticalScroll(can_focus=False):
            yield Static(id="result", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Inbox")

    def on_mount(self) -> None:
        """Look at what is in, now and every second until the screen is left."""
        self.set_interval(PAUSE, self._watch)
        self._watch()

    # -- what is in ---------------------------------------------------------------------------------------

    def _watch(self) -> None:
        if not self._is_looking and not self._is_busy:
            self._is_looking = True
            self._look()

    @work(thread=True)
    def _look(self) -> None:
        """Look off the screen's thread: a stick may be slow."""
        try:
            found: Sequence[Arrival] | FieldkitError = self.desk.inbox.look()
        except FieldkitError as error:
            found = error
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._looked, found)

    def _looked(self, found: Sequence[Arrival] | FieldkitError) -> None:
        self._is_looking = False
        if not self.is_attached or self._is_busy:
            return
        if isinstance(found, FieldkitError):
            self._say(partial(_refused, found))
        elif found != self.arrivals:
            before = {each.medium: each.new for each in self.arrivals or ()}
            come = [each for each in found if each.new > before.get(each.medium, -1)]
            self.arrivals = found
            self._show_places(next((each for each in come if each.new), come[0] if come else None))

    def _show_places(self, come: Arrival | None = None) -> None:
        """Draw what is in. The mark stays on what waits; from anything else it goes to what has `come`, else to what waits."""
        mark, arrivals = self.places.highlighted, list(self.arrivals or ())
        marked = self._listed[mark - len(_Action)] if mark is not None and mark >= len(_Action) else None
        words = {
            _Action.GIVE: _("Write the return packs onto the stick taken last"),
            _Action.HISTORY: _("Every bundle that came"),
        }
        try:
            lines = self.desk.inbox.lines(arrivals)
        except FieldkitError as error:
            self._say(partial(_refused, error))
            return
        self.places.show(
            list(words.items()), [(each, f"  {line}") for each, line in zip(arrivals, lines, strict=True)]
        )
        self._listed = arrivals
        wanted = come or next((each for each in arrivals if each.new), None)
        here = next((each for each in arrivals if marked and each.medium == marked.medium), None)
        if here is not None and (here.new or wanted is None):
            wanted = here
        if wanted is not None:
            self.places.highlighted = len(_Action) + arrivals.index(wanted)
        elif mark is not None and mark < len(_Action):
            self.places.highlighted = mark
        self._explain()

    def _explain(self) -> None:
        if self.arrivals is None:
            said = _("Looking for sticks …")
        elif not self.arrivals:
            said = _("No stick is in. Put one in; it is noticed by itself.")
        else:
            said = _("Enter takes what is marked; put the next stick in whenever you like.")
        self.query_one("#explanation", Static).update(said)

    def show_words(self) -> None:
        """Draw the words."""
        self._show_places()
        self._say(self._said)

    # -- taking and giving back ---------------------------------------------------------------------------

    def _chosen(self, what: Arrival | _Action) -> None:
        if self._is_busy:
            return
        if what is _Action.HISTORY:
            self._say(self._history)
        elif what is not _Action.GIVE:
            self._begin()
            self._take(what)
        elif self._took is None:
            self._say(lambda: [_("Take a stick first; then its laptops' packs can go back on it.")])
        else:
            self._begin()
            self._give(self._took)

    def _history(self) -> list[str]:
        return self.desk.inbox.history_lines() or [_("No bundle has come yet.")]

    def _begin(self) -> None:
        self._is_busy = True
        self._stopped.clear()

    @work(thread=True, group="background")
    def _take(self, arrival: Arrival) -> None:
        """Take off the screen's thread, so that Esc is heard."""
        try:
            took = self.desk.inbox.take(arrival.medium, self._goes_on)
        except FieldkitError as error:
            self._done(partial(_refused, error))
        else:
            self._took = took
            self._done(partial(self.desk.inbox.took_lines, took))

    @work(thread=True, group="background")
    def _give(self, took: Took) -> None:
        """Write packs off the screen's thread."""
        self.app.call_from_thread(self._say, lambda: [_("Writing the return packs. Leave the stick in.")])
        try:
            given = self.desk.inbox.give_back(took)
        except FieldkitError as error:
            self._done(partial(_refused, error))
        else:
            self._done(partial(self.desk.inbox.given_lines, given))

    def _goes_on(self, step: Step) -> bool:
        self.app.call_from_thread(self._say, lambda: [self.desk.inbox.step_line(step)])
        return not self._stopped.is_set()

    def _done(self, said: Callable[[], list[str]]) -> None:
        self.app.call_from_thread(self._end, said)

    def _end(self, said: Callable[[], list[str]]) -> None:
        self._is_busy = False
        self._say(said)
        self._watch()

    def _say(self, said: Callable[[], list[str]]) -> None:
        """Show lines, made anew whenever the language changes."""
        self._said = said
        if not self.is_attached:
            return
        try:
            lines = said()
        except FieldkitError as error:
            lines = [explain(error)]
        self.query_one("#result", Static).update("\n".join(lines))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_page(self, by: int) -> None:
        """Show more of what was said."""
        page = self.query_one(VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)

    def action_back(self) -> None:
        """Stop taking, or go back to Home."""
        if self._is_busy:
            self._stopped.set()
        else:
            self.dismiss(None)


def _refused(error: FieldkitError) -> list[str]:
    return [explain(error)]
