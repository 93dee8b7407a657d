"""Home answers "what now?": unfinished interviews, due visits, what is still only on this laptop; and the search.

The search line always has the caret: typing searches, arrows move in the list below, Enter opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.session.home_words import not_found, unknown_to_offices
from fieldkit.widgets.fitting import shortened
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.rows import Rows
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.fieldwork.households import Household
    from fieldkit.fieldwork.search import Found
    from fieldkit.fieldwork.worklist import Task
    from fieldkit.session.drafts import Unfinished
    from fieldkit.session.session import Session

_FACTS = 6
"""Lines above the search; where more must be told, what can also be read in the agenda gives way."""
_SHARE = 4
"""A name takes at most this part of a line that would not hold it."""
_ROOMY = 24
"""Lines of a screen that has room for all of them."""


class HomeScreen(Frame[None]):
    """The first screen. It is drawn before the workspace is open; `opened` fills it.

    is_looked_through: whether the search is ready and it is known who may be registered twice. is_waiting: whether
    somebody searches and waits for it.
    """

    ABOUT = N_(
        "Home says what to do today: what the office asks, what is unfinished, which visits are due. Typing finds a household; arrows mark a line, Enter opens it, Esc empties the search."
    )
    KEYS: ClassVar = (
        c.HELP,
        c.LANGUAGE,
        c.NEW_HOUSEHOLD,
        c.FORMS,
        c.EXPORT,
        c.RETURN,
        c.NETWORK,
        c.EXCHANGES,
        c.ENROL,
        c.REPORT,
        c.AGENDA,
        c.RIGHTS,
        c.RETENTION,
        c.DOUBLES,
        c.OUTREACH,
        c.SCANNER,
        c.QUIT,
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("escape", "clear", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    HomeScreen #facts { height: auto; padding: 0 1; }
    HomeScreen #list { padding: 0 1; }
    HomeScreen #search { margin: 1 0; border: none; height: 1; padding: 0 2; }
    """

    class OpenHousehold(Message):
        """A household was chosen."""

        def __init__(self, number: str) -> None:
            super().__init__()
            self.number = number

    class Resume(Message):
        """An unfinished interview was chosen."""

        def __init__(self, draft: str) -> None:
            super().__init__()
            self.draft = draft

    class Answer(Message):
        """A record that the office asks about was chosen."""

        def __init__(self, record: str) -> None:
            super().__init__()
            self.record = record

    class Wanted(Message):
        """A command of Home was given; `what` is "household", "form", "export", "return", "network", "exchanges", "enrol",
        "report", "agenda", "rights", "retention", "doubles", "outreach" or "scanner"; `number`: of the participant whose
        code was read, for "outreach".
        """

        def __init__(self, what: str, number: str = "") -> None:
            super().__init__()
            self.what = what
            self.number = number

    class LookThrough(Message):
        """Somebody searches, and the search is not ready yet."""

    class Searchable(Message):
        """The search is ready."""

    class LookedThrough(Message):
        """Everybody has been looked at: who may be registered twice is known now."""

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self._entries = Rows[Message]()
        self.is_looked_through = self.is_waiting = False

    def body(self) -> Iterable[Widget]:
        """Facts, search line, list."""
        yield Static(id="facts", markup=False)
        yield LineInput(id="search", select_on_focus=False)
        yield LineList(id="list", can_focus=False)

    def title_text(self) -> str:
        """Name of the workspace, and plainly what kind it is."""
        if self.session is None:
            return "fieldkit  " + _("opening …")
        marks = [_("not encrypted")] if self.session.is_open else []
        marks += [_("demo, every person is invented")] if self.session.demo else []
        return "  |  ".join([f"fieldkit  {self.session.name}", *marks])

    def opened(self, session: Session) -> None:
        """The workspace is open: show it."""
        self.session = session
        self.refresh_words()
        self.query_one("#search").focus()

    def show_words(self) -> None:
        """Draw facts and list."""
        search = self.query_one("#search", LineInput)
        search.placeholder = _("Find by name, pinyin, initials, number or end of phone")
        search.focus()
        if self.session is None:
            return
        self.show_facts()
        self._fill(search.value)

    @on(Searchable)
    def _searchable(self) -> None:
        self.is_waiting = False
        text = self.query_one("#search", LineInput).value
        if text.strip():
            self._fill(text)

    @on(LookedThrough)
    def _looked_through(self) -> None:
        self.is_looked_through = True
        self.show_facts()

    def on_resize(self) -> None:
        """More or fewer facts fit above the list now."""
        if self.session is not None:
            self.show_facts()

    def show_facts(self) -> None:
        """Draw what is known of the workspace, above the list."""
        assert self.session is not None
        status = self.session.status()
        agenda = self.session.agenda
        told = [
            _(
                "{today}   Due visits: {due}   Unfinished: {unfinished}",
                today=self.session.today().isoformat(),
                due=len(self.session.due()),
                unfinished=len(self.session.unfinished()),
            ),
            _(
                "Still only on this laptop: {count} of {records} {records:record|records}   Last to the stick: {when}",
                count=status.only_here,
                records=status.records,
                when=status.last_export[:10] or "-",
            ),
            *self._comments(),
            *self._doubles(),
            *self.session.notices(),
            *unknown_to_offices(self.session),
        ]
        room = max(0, _FACTS - len(told)) if self.app.size.height >= _ROOMY else 0
        ahead = [agenda.event_line(), f"{agenda.report_line()}   {c.REPORT.key_name}", agenda.week_line()]
        self.query_one("#facts", Static).update("\n".join([*told, *ahead[:room]]))

    def _comments(self) -> Iterable[str]:
        """That the office has said something which nobody has looked at."""
        assert self.session is not None
        count = self.session.comments_not_looked_at()
        if count:
            key = c.RETURN.key_names
            yield _(
                "Comments from the office, not looked at yet: {count}   {key} lists them",
                count=count,
                key=key,
            )

    def _doubles(self) -> Iterable[str]:
        """That somebody may be registered twice, once everybody has been looked at."""
        assert self.session is not None
        count = len(self.session.doubles.all()) if self.is_looked_through else 0
        if count:
            yield _("Suspected doubles: {count}   {key} shows them", count=count, key=c.DOUBLES.key_names)

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.session is not None:
            self._fill(event.value)

    @on(Input.Submitted, "#search")
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        self._open(self.query_one("#list", LineList).highlighted)

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()
        self._open(event.number)

    def action_move(self, by: int) -> None:
        """Move the highlight over the entries, headings left out."""
        self.query_one("#list", LineList).move(by)

    def action_clear(self) -> None:
        """Empty the search line."""
        self.query_one("#search", LineInput).value = ""

    def action_new_household(self) -> None:
        """Register a household."""
        self._want("household")

    def action_form(self) -> None:
        """Begin another form."""
        self._want("form")

    def action_export(self) -> None:
        """Write what is new to a stick."""
        self._want("export")

    def action_take_return(self) -> None:
        """Take what the office sent."""
        self._want("return")

    def action_network(self) -> None:
        """Exchange with the office over the network."""
        self._want("network")

    def action_exchanges(self) -> None:
        """List every exchange with the office."""
        self._want("exchanges")

    def action_report(self) -> None:
        """Show a report."""
        self._want("report")

    def action_agenda(self) -> None:
        """Show the week, events, reports due and issues."""
        self._want("agenda")

    def action_rights(self) -> None:
        """Somebody asks what is recorded about her."""
        self._want("rights")

    def action_retention(self) -> None:
        """Look at what has been kept long enough."""
        self._want("retention")

    def action_doubles(self) -> None:
        """Look at who may be registered twice."""
        self._want("doubles")

    def action_outreach(self) -> None:
        """A screening day, lectures and the quiz, laboratory results."""
        self._want("outreach")

    def action_scanner(self) -> None:
        """Test a scanner."""
        self._want("scanner")

    def action_enrol(self) -> None:
        """Show this laptop's key, and take the office's answer."""
        self._want("enrol")

    def action_quit(self) -> None:
        """Leave; everything is kept."""
        self.app.exit()

    def _want(self, what: str) -> None:
        if self.session is None:  # with a passphrase the workspace opens slower than people type
            self.notify(_("The workspace is still being opened. Press the key again in a moment."))
        else:
            self.post_message(self.Wanted(what))

    def _open(self, place: int | None) -> None:
        self.query_one(
            "#search", LineInput
        ).action_select_all()  # the next search takes the place of this one
        entry = self._entries[place] if place is not None and place < len(self._entries) else None
        if entry is not None:
            self.post_message(entry)

    def _fill(self, text: str) -> None:
        assert self.session is not None
        rows = Rows[Message]()
        if text.strip() and not self.session.registry().is_searchable:
            rows.heading(_("The households are being read; what is found is shown in a moment."))
            self.is_waiting = True
            self.post_message(self.LookThrough())
        elif text.strip():
            found = self.session.find(text)
            if found:
                rows.heading("-- " + _("Found: {count}", count=len(found)) + " --")
                rows.add(found, self._found_line, lambda each: self.OpenHousehold(each.household.id))
            else:
                rows.heading(not_found(text))
        else:
            questions = self.session.questions
            queried = questions.waiting()
            if queried:
                rows.heading("-- " + _("Questions from the office, Enter leads to the first") + " --")
                rows.add(queried, questions.line, lambda each: self.Answer(each.record))
            asked = {each.record for each in queried}
            unfinished = [draft for draft in self.session.unfinished() if draft.id not in asked]
            if unfinished:
                rows.heading("-- " + _("Unfinished, Enter goes on where it stopped") + " --")
                rows.add(unfinished, self._draft_line, lambda draft: self.Resume(draft.id))
            rows.heading("-- " + _("Visits due today") + " --")
            due = self.session.due()
            rows.add(due, self._task_line, lambda task: self.OpenHousehold(task.household.id))
            if not due:
                key = c.NEW_HOUSEHOLD.key_names
                rows.heading(_("None. Type to find a household; {key} registers one.", key=key))
        self._entries = rows
        self.query_one("#list", LineList).show(rows.lines, rows.headings)

    def _household_line(self, household: Household, *said: str, before: Iterable[str] = ()) -> str:
        """Who and where, what is `said` of them, and the number: the whole of it, else the end it is found by, else none,
        as there is room. Long names are cut where the line would not hold them.
        """
        from fieldkit.fieldwork.search import TAIL

        assert self.session is not None
        where = self.session.place_name(household.village)
        group = _("group {number}", number=household.group) if household.group else ""
        people = _("{count} {count:person|people}", count=len(household.members))
        width = self.query_one("#list", LineList).scrollable_content_region.width
        for most in (width, width // _SHARE):
            head, village, address = (
                shortened(each, most) for each in (household.head, where, household.address)
            )
            parts = (*before, head, village, group, address, people, *said)
            line = "  ".join(part for part in parts if part)
            if cell_len(line) <= width:
                break
        room = width - cell_len(line) - 2
        number = next((each for each in (household.id, household.id[-TAIL:]) if len(each) <= room), "")
        return f"{line}  {number}" if number else line

    def _found_line(self, found: Found) -> str:
        """By what it was found first, where that is not the head."""
        by = (
            f"[{found.member}]" if found.member else "",
            _("(sounds alike)") if found.how.is_near else "",
            found.phone,
        )
        return self._household_line(found.household, before=by)

    def _task_line(self, task: Task) -> str:
        assert self.session is not None
        return self._household_line(task.household, self.session.agenda.in_short(task))

    def _draft_line(self, draft: Unfinished) -> str:
        assert self.session is not None
        household = self.session.household(draft.household)
        when = draft.updated.astimezone().strftime("%m-%d %H:%M")
        title = self.session.title_of(draft.form, draft.title)
        title = _("Correction: {title}", title=title) if draft.amends else title
        before = (f"* {when}", title)
        return self._household_line(household, before=before) if household else "  ".join(before)
