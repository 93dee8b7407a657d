"""Enrolling a laptop at the office: its key card from a stick, a file or a scanner, and the answer as a file and a code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import get_current_worker

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.code_parts import Heard, still_missing
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.code_beside import CodeBeside
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.qr import QrCode
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.laptops import Card, Enrolled

PAUSE = 1.0
"""Seconds between two looks for cards on sticks."""


class EnrolLaptopScreen(CodeBeside[None]):
    """Takes a key card: the marked one of those found on sticks, a path, or digits. Shows what both sides compare, and the answer."""

    ABOUT = N_(
        "Enrols a laptop: scan its code, type its digits, or take its card from a stick, then compare on both screens. The answer goes back on the stick or as a code."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    takes_codes = True
    """A laptop's card comes as codes of any length, to where the caret is."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        *CodeBeside.TURNING,
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    EnrolLaptopScreen #words { padding: 0 1; height: 1fr; }
    EnrolLaptopScreen #words Static { height: auto; }
    EnrolLaptopScreen LineInput, EnrolLaptopScreen LineInput:focus { border: none; height: 1; padding: 0; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.cards: Sequence[Card] = ()
        self.enrolled: Enrolled | None = None
        self._at = 0
        self._said = ""
        self._is_looking = False

    def body(self) -> Iterable[Widget]:
        """How to, the line, the cards found, what became of it; the answer's code on the right."""
        with VerticalScroll(id="words", can_focus=False):
            yield Static(id="how", markup=False)
            yield LineInput(id="card", select_on_focus=False)
            yield Static(id="cards", markup=False)
            yield Static(id="result", markup=False)
        yield QrCode("")

    def title_text(self) -> str:
        """What this is."""
        return _("Enrol a laptop")

    def codes(self, most: int) -> tuple[str, ...]:
        """The answer, once there is one."""
        return self.desk.laptops.codes(self.enrolled, most) if self.enrolled else ()

    def on_mount(self) -> None:
        """Look for cards now, and every second until the screen is left."""
        self.set_interval(PAUSE, self._watch)
        self._watch()

    def _watch(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._look()

    @work(thread=True)
    def _look(self) -> None:
        """Look off the screen's thread: a stick may be slow."""
        try:
            found = self.desk.laptops.cards()
        except FieldkitError:
            found = []
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._looked, found)

    def _looked(self, found: Sequence[Card]) -> None:
        self._is_looking = False
        if self.is_attached and found != self.cards:
            self.cards, self._at = found, 0
            self._show_cards()

    def show_words(self) -> None:
        """Draw the words."""
        self.draw_code()
        self.query_one("#how", Static).update(
            _("Up and Down show more; Enter goes on to the next laptop.")
            if self.enrolled
            else _("Scan the laptop's code, or type its digits or the path of its key card, then Enter.")
        )
        self.query_one("#card").focus()
        self._show_cards()
        lines = [self._said] if self._said else []
        if self.enrolled:
            lines += self.desk.laptops.enrolled_lines(self.enrolled)
            if len(self.parts) > 1:
                lines.append(
                    _("Code {number} of {total}; PgDn shows the next.", number=self.part + 1, total=len(self.parts))
                )  # fmt: skip
            lines += ["", *self.desk.laptops.read_aloud(self.enrolled)]
        self.query_one("#result", Static).update("\n".join(lines))

    def _show_cards(self) -> None:
        lines = [
            f"{'>' if at == self._at else ' '} {self.desk.laptops.card_line(card)}"
            for at, card in enumerate(() if self.enrolled else self.cards)
        ]
        said = [_("Found on sticks; Enter on an empty line takes the marked one:"), *lines] if lines else []
        self.query_one("#cards", Static).update("\n".join(["", *said, ""] if said else [""]))

    def action_move(self, by: int) -> None:
        """Mark another of the cards that were found, or show more of what is to be read out."""
        if self.enrolled:
            self.query_one("#words", VerticalScroll).scroll_relative(y=by, animate=False)
            return
        self._at = max(0, min(len(self.cards) - 1, self._at + by))
        self._show_cards()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed, event.input.value = event.value, ""
        if typed.strip():
            try:
                found = self.desk.laptops.read(typed)
            except FieldkitError as error:
                self._say(explain(error))
                return
        elif self.enrolled:
            self.enrolled = None
            self.refresh_words()
            return
        elif self.cards:
            found = self.cards[self._at]
        else:
            return
        if isinstance(found, Heard):
            self._say(still_missing(found))
        else:
            self._enrol(found)

    @work
    async def _enrol(self, card: Card) -> None:
        """Compare, name, and enrol."""
        laptops = self.desk.laptops
        asked = Pick(
            "\n".join([card.name, laptops.compared(card)]), [_("Leave it"), _("It shows the same: enrol it")]
        )
        if await self.app.push_screen_wait(asked) != (1,):
            return
        name = await self.app.push_screen_wait(AskText(_("What to call the laptop"), card.name))
        if name is None:
            return
        try:
            replaces = await self._replaced(card)
            if replaces is None:
                return
            self.enrolled, self._said = laptops.enrol(card, name, replaces), ""
        except FieldkitError as error:
            self._said = explain(error)
        self.refresh_words()

    async def _replaced(self, card: Card) -> str | None:
        """The id of the laptop that it stands in for, "" for none; None where nothing is to be done."""
        others = [each.device for each in self.desk.laptops.all() if each.device.id != card.card.device]
        if not others:
            return ""
        asked = Pick(
            _("Does it stand in for a laptop that is lost or broken?"),
            [_("No, it is one more"), *(each.name for each in others)],
        )
        chosen = await self.app.push_screen_wait(asked)
        if chosen is None:
            return None
        return others[chosen[0] - 1].id if chosen[0] else ""

    def _say(self, said: str) -> None:
        self._said = said
        self.refresh_words()

    def action_back(self) -> None:
        """Go back to the laptops."""
        self.dismiss(None)
