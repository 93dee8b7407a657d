"""Who may be registered twice: two rows side by side with what speaks for it, and one key for what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.same_person import Pair, Said
from fieldkit.i18n import N_, _
from fieldkit.session.doubles import Double
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static


class DoublesScreen(Frame[None]):
    """Asks of one pair after the other; what was decided can be taken back. With `doubles` these alone are asked of, and
    the screen goes after the last; without, all there are. Esc leaves the rest for later.
    """

    ABOUT = N_(
        "Two people who may be registered twice stand side by side, with what speaks for it below. A digit says what they are. What was decided can be taken back; nothing is deleted."
    )
    KEYS: ClassVar = (
        c.HELP,
        c.LANGUAGE,
        c.UNDO.saying(N_("Take back what was decided last, and ask again")),
        c.BACK,
    )
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    DoublesScreen #asked, DoublesScreen #evidence { height: auto; padding: 1 2 0 2; }
    DoublesScreen #both { height: auto; padding: 1 2 0 2; }
    DoublesScreen #both Static { width: 1fr; height: auto; }
    DoublesScreen Numbered { margin-top: 1; max-height: 60%; }
    """

    def __init__(self, session: Session, doubles: Sequence[Double] | None = None) -> None:
        super().__init__()
        self.session = session
        self.is_at_the_door = doubles is not None
        self.waiting = list(doubles if doubles is not None else session.doubles.all())
        self.done: list[Double] = []
        self.actions: Numbered[Said | Pair] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What is asked, the two rows, what speaks for it, what can be done, and what was decided."""
        yield Static(id="asked", markup=False)
        with Horizontal(id="both"):
            yield Static(id="first", markup=False)
            yield Static(id="second", markup=False)
        yield Static(id="evidence", markup=False)
        yield self.actions

    def title_text(self) -> str:
        """What it is."""
        return _("Suspected doubles")

    def show_words(self) -> None:
        """Draw the pair that is asked of, and what was decided."""
        here = self.waiting[0] if self.waiting else None
        doubles = self.session.doubles
        asked = (
            _("Are these the same person? {count} to look at", count=len(self.waiting))
            if here
            else _("Nobody here seems to be registered twice.")
        )
        self.query_one("#asked", Static).update(asked)
        for name, person in (
            ("#first", here.first if here else None),
            ("#second", here.second if here else None),
        ):
            self.query_one(name, Static).update("\n".join(doubles.lines(person)) if person else "")
        self.query_one("#evidence", Static).update(doubles.evidence(here.evidence) if here else "")
        choices = (
            (Said.SAME, _("The same person: listed once, nothing is deleted")),
            (Said.DIFFERENT, _("Another person")),
            (Said.UNSURE, _("Not sure: later")),
        )
        self.actions.show(choices if here else (), () if self.is_at_the_door else self._merged())

    def _merged(self) -> Iterable[tuple[Pair | None, str]]:
        """Who is taken as one person: Enter on one of them takes it back."""
        merged = self.session.doubles.merged()
        if merged:
            yield None, "-- " + _("Taken as one person; Enter takes it back") + " --"
        for pair, words in merged:
            yield pair, f"  {words}"

    def action_back(self) -> None:
        """Go back; what was not decided is there later."""
        self.dismiss(None)

    @work
    async def action_undo(self) -> None:
        """Take back what was decided here last, and ask again."""
        if not self.done:
            self.notify(_("There is nothing to take back or to do again."))
            return
        last = self.done[-1]
        if await self._does(lambda: self.session.doubles.take_back(last.pair)):
            self.waiting.insert(0, self.done.pop())
            self.refresh_words()

    @work
    async def _chosen(self, what: Said | Pair) -> None:
        """Keep what was decided and go on to the next pair, or take an earlier decision back."""
        if not isinstance(what, Said):
            await self._take_back(what)
            return
        here = self.waiting[0]
        if not await self._does(lambda: self.session.doubles.decide(here, what)):
            return
        self.done.append(self.waiting.pop(0))
        if self.is_at_the_door and not self.waiting:
            self.dismiss(None)
        else:
            self.refresh_words()

    async def _take_back(self, pair: Pair) -> None:
        asked = Pick(
            _("Is this not one person after all?"), [_("Leave it"), _("Take it back: two persons again")]
        )
        if await self.app.push_screen_wait(asked) == (1,) and await self._does(
            lambda: self.session.doubles.take_back(pair)
        ):
            self.waiting = self.session.doubles.all()
            self.refresh_words()

    async def _does(self, step: Callable[[], None]) -> bool:
        """Do a step that writes; say in words if it was refused."""
        try:
            step()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            return False
        return True
