"""Enrolling this laptop: its key as a code for the office's scanner and as words, and a line that takes the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.code_parts import still_missing
from fieldkit.session.enrolling import Taken
from fieldkit.session.session import Session
from fieldkit.widgets.code_beside import CodeBeside
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.qr import QrCode
from fieldkit.widgets.static import Static


class EnrolmentScreen(CodeBeside[None]):
    """Shows the key card of the session's laptop and takes the office's answer, until somebody goes back."""

    ABOUT = N_(
        "Here the office gets to know this laptop, once. The office scans the code; its answer is scanned here, or comes by stick. With it come household numbers, and what goes to the office can be sealed for it. PgDn and PgUp turn where there are several codes; arrows show more of the words."
    )
    KEYS: ClassVar = (
        c.HELP,
        c.LANGUAGE,
        c.EXPORT.saying(N_("Write the key card onto the stick"), N_("Card")),
        c.BACK,
    )
    takes_codes = True
    """The office's answer comes as codes of any length, to where the caret is."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        *CodeBeside.TURNING,
        Binding("down", "more(1)", show=False, priority=True),
        Binding("up", "more(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    EnrolmentScreen #left { padding: 0 1; height: 1fr; }
    EnrolmentScreen #words { height: auto; max-height: 70%; }
    EnrolmentScreen #left Static { height: auto; }
    EnrolmentScreen #answer { margin-top: 1; }
    EnrolmentScreen LineInput, EnrolmentScreen LineInput:focus { border: none; height: 1; padding: 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._said = ""

    def body(self) -> Iterable[Widget]:
        """Who it is and where it belongs, the line for the answer, what became of it; the code on the right."""
        with Vertical(id="left"):
            with VerticalScroll(id="words", can_focus=False):
                yield Static(id="laptop", markup=False)
            yield LineInput(id="answer", select_on_focus=False)
            yield Static(id="result", markup=False)
        yield QrCode("")

    def title_text(self) -> str:
        """What this is."""
        return _("Enrolment")

    def codes(self, most: int) -> tuple[str, ...]:
        """The card."""
        return self.session.enrolling.codes(most)

    def show_words(self) -> None:
        """Draw code and words."""
        self.draw_code()
        card = self.session.enrolling.card
        self.query_one("#laptop", Static).update(
            f"{self._how()}\n\n{card.name}\n{card.spoken()}\n{self._standing()}\n{card.device}"
        )
        line = self.query_one("#answer", LineInput)
        line.placeholder = _("answer of the office")
        line.focus()
        self.query_one("#result", Static).update(self._said)

    def action_more(self, by: int) -> None:
        """Show more of the words."""
        self.query_one("#words", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)

    def action_export(self) -> None:
        """Write the card onto a stick, for an office that has no scanner."""
        try:
            self._said = _("Key card written to {path}", path=self.session.enrolling.write_card())
        except FieldkitError as error:
            self._said = explain(error)
        self.refresh_words()

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        event.stop()
        enrolling = self.session.enrolling
        try:
            taken = enrolling.take(event.value) if event.value.strip() else enrolling.take_from_stick()
        except FieldkitError as error:
            self._said = explain(error)
        else:
            self._said = self._taken_words(taken)
        event.input.value = ""
        self.refresh_words()

    def _standing(self) -> str:
        standing = self.session.enrolling.standing
        if standing is None:
            return _("No office knows this laptop yet.")
        said = _(
            "Enrolled with {office} since {since}; household numbers {first} to {last}.",
            office=standing.office,
            since=standing.since,
            first=standing.first,
            last=standing.last,
        )
        replaced = _("It replaces {laptop}.", laptop=standing.replaces[:8]) if standing.replaces else ""
        return f"{said} {replaced}".strip()

    def _how(self) -> str:
        if not self.parts:
            return _(
                "This window is too small for the code. Enlarge it, or write the card onto a stick: {key}",
                key=c.EXPORT.key_names,
            )
        if len(self.parts) > 1:
            return _(
                "The office scans code {number} of {total}; PgDn shows the next. Then scan its answer here, or press Enter with its stick in.",
                number=self.part + 1,
                total=len(self.parts),
            )
        return _(
            "The office scans this code, or takes the card that {key} writes onto the stick. Then scan its answer here, or press Enter with its stick in.",
            key=c.EXPORT.key_names,
        )

    def _taken_words(self, taken: Taken) -> str:
        if taken.enrolled:
            standing = self.session.enrolling.standing
            return _("Enrolled with {office}", office=standing.office if standing else "")
        return still_missing(taken.heard)
