"""A screening day at one station: how the day stands, who waits, and the next woman by code, number, name or initials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar, Literal

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain, explain_code
from fieldkit.fieldwork.screening import Woman
from fieldkit.i18n import N_, _
from fieldkit.session.drafts import Unfinished
from fieldkit.session.outreach import POSTS, Known, Station
from fieldkit.session.scanning import Scan, understood
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.rows import Rows
from fieldkit.widgets.scans import ReadsCodes
from fieldkit.widgets.static import Static

STATIONS = {
    Station.REGISTRATION: N_("Registration"),
    Station.BREAST: N_("Breast examination"),
    Station.CERVIX: N_("Cervical examination"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: "register" somebody known here or (None) a walk-in, "examine" a participant by her number, "resume"
    a draft by its id, "labels" of the last registration, another "place", the "carry", the "close".
    """

    what: Literal["register", "examine", "resume", "labels", "place", "carry", "close"]
    known: Known | None = None
    id: str = ""


class OutreachScreen(ReadsCodes, Frame[Wanted | None]):
    """Returns what is wanted, None to go back. The search line always has the caret, as on Home."""

    ABOUT = N_(
        "One station of a screening day: how the day stands, who waits, who is next. Scan a card, or type a name, initials or a number; arrows mark a line, Enter opens it."
    )
    KEYS: ClassVar = (
        c.HELP,
        c.LANGUAGE,
        c.NEW_HOUSEHOLD.saying(N_("Register somebody who is on no list"), N_("Register")),
        c.DECLINED.saying(N_("One more left without registering"), N_("One left")),
        c.EXPORT.saying(N_("Exchange with the other laptops by stick"), N_("By stick")),
        c.LABELS,
        c.STATION,
        c.FINISH.saying(N_("Count and close the day"), N_("Close")),
        c.BACK,
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    OutreachScreen #facts { height: auto; padding: 0 1; }
    OutreachScreen #last { height: auto; padding: 0 1; text-style: bold; }
    OutreachScreen #search { margin: 1 0; border: none; height: 1; padding: 0 2; }
    OutreachScreen LineList { padding: 0 1; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.event = session.outreach.event
        self.station = session.outreach.station
        self.day = session.outreach.day()
        self._entries = Rows[Wanted]()

    def body(self) -> Iterable[Widget]:
        """Figures, the last number given, the search line, and the list."""
        yield Static(id="facts", markup=False)
        yield Static(id="last", markup=False)
        yield LineInput(id="search", select_on_focus=False)
        yield LineList(id="list", can_focus=False)

    def title_text(self) -> str:
        """Which day, where, and the station."""
        assert self.event is not None
        place = self.session.place_name(self.event.village)
        return "  ".join([_("Screening day {event}", event=self.event.id), place, _(STATIONS[self.station])])

    def show_words(self) -> None:
        """Draw figures and list."""
        search = self.query_one("#search", LineInput)
        search.placeholder = (
            _("Scan, or type a name, initials or a number")
            if self.station is Station.REGISTRATION
            else _("Scan her card, or type the 11 digits")
        )
        search.focus()
        self._show_facts()
        self._fill(search.value)

    # -- what a person does -------------------------------------------------------------------------------

    def take_scan(self, scan: Scan) -> bool:
        """A participant's number opens her; a household's lists who lives there."""
        if scan.fault:
            return False
        if scan.kind == "participant":
            self._open(scan.digits)
        else:
            self.query_one("#search", LineInput).value = scan.digits
        return True

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    @on(Input.Submitted, "#search")
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        scan = understood(event.value.strip())
        if scan.kind == "participant":
            if scan.fault:
                self.notify(
                    explain_code(scan.fault, {"digits": scan.digits}), severity="warning", markup=False
                )
            else:
                self._open(scan.digits)
            return
        self._choose(self.query_one(LineList).highlighted)

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()
        self._choose(event.number)

    def action_move(self, by: int) -> None:
        """Move the mark."""
        self.query_one(LineList).move(by)

    def action_new_household(self) -> None:
        """Register somebody who is on no list here."""
        self.dismiss(Wanted("register"))

    @work
    async def action_missing(self, _code: str) -> None:
        """Count somebody who declined, or left after the talk; nothing says who she was."""
        asked = Pick(_("Did somebody leave without registering?"), [_("Yes: count one more")])
        if await self.app.push_screen_wait(asked) is None:
            return
        try:
            self.session.outreach.decline()
        except FieldkitError as error:
            self.notify(explain(error), severity="error", markup=False)
            return
        self.notify(_("One more who left is counted. Nothing says who she was."))
        self._recount()

    def action_labels(self) -> None:
        """Print the labels of the last registration again."""
        self.dismiss(Wanted("labels"))

    def action_station(self) -> None:
        """Choose another event or station."""
        self.dismiss(Wanted("place"))

    def action_export(self) -> None:
        """Exchange the day's records with the other laptops by stick."""
        self.dismiss(Wanted("carry"))

    def action_finish(self) -> None:
        """Count and close the day."""
        self.dismiss(Wanted("close"))

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)

    # -- inside -------------------------------------------------------------------------------------------

    def _open(self, pid: str) -> None:
        self.dismiss(Wanted("examine", id=pid))

    def _choose(self, place: int | None) -> None:
        entry = self._entries[place] if place is not None and place < len(self._entries) else None
        if entry is not None:
            self.dismiss(entry)

    def _recount(self) -> None:
        self.day = self.session.outreach.day()
        self.refresh_words()

    def _show_facts(self) -> None:
        counts = self.day.counts
        waiting = {each: len(self.day.waiting(each.value)) for each in (Station.BREAST, Station.CERVIX)}
        lines = [
            _(
                "Arrived {arrived} = registered {registered} + left {left}",
                arrived=counts.arrived, registered=counts.registered, left=counts.left,
            ) + "   " + _(
                "Suitable {eligible}, deferred {deferred}, not suitable {ineligible}",
                eligible=counts.eligible, deferred=counts.deferred, ineligible=counts.ineligible,
            ),
            _(
                "Sampled {sampled}, void {void}   Breast {breast}   Waiting: breast {for_breast}, cervix {for_cervix}",
                sampled=counts.sampled, void=counts.void, breast=counts.breast,
                for_breast=waiting[Station.BREAST], for_cervix=waiting[Station.CERVIX],
            ),
        ]  # fmt: skip
        self.query_one("#facts", Static).update("\n".join(lines))
        last = self.session.outreach.last
        said = _("Last number: {number}", number=" ".join(wrap(last, 4))) if last else ""
        line = self.query_one("#last", Static)
        line.update(said)
        line.display = bool(said)

    def _fill(self, text: str) -> None:
        rows = Rows[Wanted]()
        if text.strip() and self.station is Station.REGISTRATION:
            self._found(rows, text)
        elif not text.strip():
            drafts = self._drafts()
            if drafts:
                rows.heading("-- " + _("Unfinished, Enter goes on where it stopped") + " --")
                rows.add(drafts, self._draft_line, lambda draft: Wanted("resume", id=draft.id))
            if self.station is Station.REGISTRATION:
                key = c.NEW_HOUSEHOLD.key_names
                rows.heading(
                    _("Scan or type to find her; {key} registers somebody who is on no list.", key=key)
                )
            else:
                waiting = self.day.waiting(self.station.value)
                rows.heading("-- " + _("Waiting here: {count}", count=len(waiting)) + " --")
                rows.add(waiting, _waiting_line, lambda woman: Wanted("examine", id=woman.pid))
        self._entries = rows
        self.query_one(LineList).show(rows.lines, rows.headings)

    def _found(self, rows: Rows[Wanted], text: str) -> None:
        scan = understood(text.strip())
        known: Sequence[Known] = (
            self.session.outreach.of_household(scan.digits)
            if scan.kind == "household" and not scan.fault
            else self.session.outreach.find(text)
        )
        if known:
            rows.heading("-- " + _("People found: {count}", count=len(known)) + " --")
            rows.add(known, self._known_line, self._of_known)
        else:
            rows.heading(_("Nobody by that name here. {key} registers her.", key=c.NEW_HOUSEHOLD.key_names))

    def _of_known(self, known: Known) -> Wanted:
        return Wanted("examine", id=known.pid) if known.pid else Wanted("register", known)

    def _drafts(self) -> list[Unfinished]:
        forms = {post.form for post in POSTS.values()}
        return [each for each in self.session.unfinished() if each.form in forms]

    def _draft_line(self, draft: Unfinished) -> str:
        when = draft.updated.astimezone().strftime("%H:%M")
        return f"* {when}  {self.session.title_of(draft.form, draft.title)}"

    def _known_line(self, known: Known) -> str:
        where = self.session.place_name(known.household.village)
        registered = _("registered: {number}", number=known.pid) if known.pid else ""
        parts = (known.person.name, known.person.birth_year, where, known.household.address, registered)
        return "  ".join(part for part in parts if part)


def _waiting_line(woman: Woman) -> str:
    return f"{woman.pid[7:10]}   {' '.join(wrap(woman.pid, 4))}   {woman.born}"
