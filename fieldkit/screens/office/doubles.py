"""Who may be registered twice in the township: two rows side by side with what speaks for it, and one key for what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.same_person import Pair, Said
from fieldkit.i18n import N_, _
from fieldkit.office.doubles import OfficeDouble
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.doubles import Shown
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.further import shows_further
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static


class OfficeDoublesScreen(Frame[None]):
    """Asks of one pair after the other, after everybody was looked through; PgUp and PgDn go past a pair without deciding.

    What was decided can be taken back; Esc leaves the rest for later.
    """

    ABOUT = N_(
        "People who may be registered twice, side by side, with what speaks for it below. A digit says what they are; Tab and PgDn go past a pair without deciding. Nothing is deleted, and Enter on a line below takes a decision back."
    )
    KEYS: ClassVar = (
        c.HELP, c.LANGUAGE, c.UNDO, c.PREVIOUS.saying(N_("The pair before")),
        c.NEXT.saying(N_("Past this pair, without deciding")), c.BACK,
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    OfficeDoublesScreen #asked, OfficeDoublesScreen #evidence { height: auto; padding: 1 2 0 2; }
    OfficeDoublesScreen #pair { height: auto; max-height: 60%; padding: 1 2 0 2; }
    OfficeDoublesScreen #both { height: auto; }
    OfficeDoublesScreen #both Static { width: 1fr; height: auto; padding: 0 2 0 0; }
    OfficeDoublesScreen Numbered { margin-top: 1; height: 1fr; min-height: 3; }
    """

    def __init__(self, desk: Desk, waiting: list[OfficeDouble]) -> None:
        super().__init__()
        self.desk = desk
        self.waiting = waiting
        self.done: list[Pair] = []
        self._here = 0
        self._shown: Shown | None = None
        self.actions: Numbered[Said | Pair] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What is asked, the two rows, what speaks for it, what can be done, and what was decided."""
        yield Static(id="asked", markup=False)
        with VerticalScroll(id="pair", can_focus=False), Horizontal(id="both"):
            yield Static(id="first", markup=False)
            yield Static(id="second", markup=False)
        yield Static(id="evidence", markup=False)
        yield self.actions

    def title_text(self) -> str:
        """What it is."""
        return _("Suspected doubles")

    def show_words(self) -> None:
        """Draw the pair that is asked of, and what was decided."""
        here = self._pair()
        self.query_one("#asked", Static).update(self._asked(here))
        self.query_one("#first", Static).update("\n".join(here.first) if here else "")
        self.query_one("#second", Static).update("\n".join(here.second) if here else "")
        self.query_one("#evidence", Static).update(here.evidence if here else "")
        choices = (
            (Said.SAME, _("The same person: listed once, nothing is deleted")),
            (Said.DIFFERENT, _("Another person")),
            (Said.UNSURE, _("Not sure: later")),
        )
        self.actions.show(choices if here else (), self._merged())
        # A mark on the first line would be an answer that Enter gives for somebody.
        self.actions.highlighted = None

    def _pair(self) -> Shown | None:
        """The pair that is asked of, read and written down as a look only when it is another one."""
        if not self.waiting:
            self._shown = None
            return None
        here = self.waiting[self._here % len(self.waiting)]
        if self._shown is None or self._shown.double != here:
            try:
                self._shown = self.desk.doubles.show(here)
            except FieldkitError as error:
                self._shown = None
                self.refuse(error)
        return self._shown

    def _asked(self, here: Shown | None) -> str:
        if here is None:
            return _("Nobody here seems to be registered twice.")
        return _(
            "Are these the same person? {number} of {count}",
            number=self._here % len(self.waiting) + 1,
            count=len(self.waiting),
        )

    def _merged(self) -> Iterator[tuple[Pair | None, str]]:
        """Who is taken as one person: Enter on one of them takes it back."""
        merged = self.desk.doubles.merged()
        if merged:
            yield None, "-- " + _("Taken as one person; Enter takes it back") + " --"
        for pair, words in merged:
            yield pair, f"  {words}"

    def action_language(self) -> None:
        """Switch between Chinese and English: what was read in the one is read again in the other."""
        self._shown = None
        super().action_language()

    def action_back(self) -> None:
        """Go back; what was not decided is there later."""
        self.dismiss(None)

    def action_next(self) -> None:
        """Show what of this pair does not fit, then go past it."""
        self._past(1)

    def action_previous(self) -> None:
        """Show what of this pair stands above, then go back to the one before it."""
        self._past(-1)

    def _past(self, by: int) -> None:
        page = self.query_one("#pair", VerticalScroll)
        if not shows_further(page, by):
            self._here += by
            page.scroll_home(animate=False)
            self.refresh_words()

    @work
    async def action_undo(self) -> None:
        """Take back what was decided here last, and ask again."""
        if not self.done:
            self.notify(_("There is nothing to take back or to do again."))
            return
        last = self.done[-1]
        if await self._does(lambda: self.desk.doubles.take_back(last)):
            self.done.pop()
            self._ask_again(last)

    @work
    async def _chosen(self, what: Said | Pair) -> None:
        """Keep what was decided and go on to the next pair, or take an earlier decision back."""
        if not isinstance(what, Said):
            await self._take_back(what)
            return
        shown = self._shown
        assert shown is not None
        if await self._does(lambda: self.desk.doubles.decide(shown, what)):
            self.done.append(shown.double.pair)
            place = self._here % len(self.waiting)
            self.waiting.pop(place)
            self._here = place
            self.refresh_words()
        else:
            self._ask_again(shown.double.pair)

    async def _take_back(self, pair: Pair) -> None:
        asked = Pick(
            _("Is this not one person after all?"), [_("Leave it"), _("Take it back: two persons again")]
        )
        if await self.app.push_screen_wait(asked) == (1,) and await self._does(
            lambda: self.desk.doubles.take_back(pair)
        ):
            self._ask_again(pair)

    def _ask_again(self, pair: Pair) -> None:
        """What waits is as it stands now, with that pair before the others if it is among it."""
        self._shown = None
        self.waiting = sorted(self.desk.doubles.all(), key=lambda each: each.pair != pair)
        self._here = 0
        self.refresh_words()

    async def _does(self, step: Callable[[], None]) -> bool:
        """Do a step that writes; say in words if it was refused."""
        try:
            step()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            return False
        return True
