"""Who needs what next after a screening, by number; follow-ups, letters and neutral messages begin here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.datatypes.phone import masked
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.screened import CERVIX
from fieldkit.fieldwork.triage import Found, Step
from fieldkit.i18n import N_, _, language
from fieldkit.session.interview import Interview
from fieldkit.session.result_words import (
    STEPS,
    due_words,
    standing_words,
    summary_lines,
    telling_lines,
    why,
)
from fieldkit.session.results import Telling
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.printing import print_page
from fieldkit.widgets.static import Static


class TriageScreen(Frame[Interview | None]):
    """The list. Enter on a line begins its follow-up, which is what the screen returns; where no clinician has confirmed the
    step yet, that is asked first. Enter on the last line tells the results: letters and messages.
    """

    ABOUT = N_(
        "Who needs what next after a screening, by number and without names. Arrows mark a line, Enter begins the follow-up, or asks whether a clinician confirms the step. The last line tells the results: letters and messages."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    TriageScreen #said { height: auto; padding: 1 1; }
    TriageScreen LineList { padding: 0 1; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.triage = session.results.triage()

    def body(self) -> Iterable[Widget]:
        """How many need what, then the list."""
        yield Static(id="said", markup=False)
        yield LineList()

    def title_text(self) -> str:
        """What it is."""
        return _("Next steps after the screening")

    def show_words(self) -> None:
        """Draw the list as it is now: a follow-up may have been finished meanwhile."""
        self.triage = self.session.results.triage()
        self.query_one("#said", Static).update("\n".join(summary_lines(self.triage)))
        lines = self.query_one(LineList)
        lines.show(
            [*map(_line, self.triage.lines), _("Tell the results: letters and messages")],
            (),
            lines.highlighted,
        )
        lines.focus()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Begin what the line stands for."""
        event.stop()
        if event.number < len(self.triage.lines):
            self._begin(self.triage.lines[event.number])
        else:
            self._tell()

    @work
    async def _begin(self, found: Found) -> None:
        results = self.session.results
        try:
            if found.form == CERVIX and not found.confirmed and found.suggested:
                step = _(STEPS[found.step])
                asked = Pick(
                    _(
                        "{number}: {why} The protocol suggests: {step}.",
                        number=found.pid,
                        why=why(found),
                        step=step,
                    ),
                    [_("The clinician confirms it"), _("The clinician decides otherwise: open the record")],
                )
                chosen = await self.app.push_screen_wait(asked)
                if chosen == (0,):
                    results.confirm(found)
                    self.refresh_words()
                elif chosen == (1,):
                    self.dismiss(self.session.interviews.amend(found.record, language()))
            elif found.step is Step.DECIDE:
                self.dismiss(self.session.interviews.amend(found.record, language()))
            else:
                self.dismiss(results.follow(found, language()))
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))

    @work
    async def _tell(self) -> None:
        event = await self._which_event()
        if event is None:
            return
        telling = self.session.results.telling(event)
        choices = []
        if telling.letters:
            choices.append(
                ("letters", _("Print {count} sealed {count:letter|letters}", count=len(telling.letters)))
            )
        if telling.messages:
            choices.append(
                ("messages", _("Show {count} neutral {count:message|messages}", count=len(telling.messages)))
            )
        said = "\n".join(telling_lines(telling))
        if not choices:
            await self.app.push_screen_wait(Notice(said))
            return
        chosen = await self.app.push_screen_wait(Pick(said, [words for _name, words in choices]))
        wanted = choices[chosen[0]][0] if chosen else ""
        try:
            if wanted == "letters":
                await self._print(telling)
            elif wanted == "messages":
                await self._show_messages(telling)
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))

    async def _which_event(self) -> str | None:
        """Whose results are told: the number of a screening day, "" for all; None where that was left."""
        events = self.session.results.untold_events()
        if len(events) <= 1:
            return ""
        days = [_("Screening day {event}", event=each) for each in events]
        asked = Pick(_("Tell the results of which screening day?"), [*days, _("All of them")])
        chosen = await self.app.push_screen_wait(asked)
        return [*events, ""][chosen[0]] if chosen else None

    async def _print(self, telling: Telling) -> None:
        from fieldkit.session.letters import letters_page

        await print_page(self.app, self.session.prints, letters_page(telling.letters, self.session.watermark))
        await self._ask_whether_told(
            _(
                "{count:Was this letter|Were these {count} letters} sealed and handed over?",
                count=len(telling.letters),
            ),
            [each.pid for each in telling.letters],
            "letter_sealed",
        )

    async def _show_messages(self, telling: Telling) -> None:
        lines = [
            f"{each.pid}  {masked(each.phone) if each.phone else _('no telephone')}"
            for each in telling.messages
        ]
        await self.app.push_screen_wait(Notice("\n".join([telling.messages[0].text, "", *lines])))
        reached = [each.pid for each in telling.messages if each.phone]
        if reached:
            await self._ask_whether_told(
                _("{count:Was this message|Were these {count} messages} sent?", count=len(reached)),
                reached,
                "sms_neutral",
            )

    async def _ask_whether_told(self, question: str, pids: list[str], how: str) -> None:
        asked = Pick(question, [_("Not yet"), _("Yes, all of them: write that down")])
        if await self.app.push_screen_wait(asked) == (1,):
            self.session.results.note_told(pids, how)
            self.refresh_words()


def _line(found: Found) -> str:
    parts = [due_words(found), found.pid, _(STEPS[found.step]), why(found), standing_words(found)]
    return "  ".join(part for part in parts if part)
