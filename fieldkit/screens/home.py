"""Home answers "what now?": unfinished interviews, due visits, what is still only on this laptop; and the search.

The search line always has the caret: typing searches, arrows move in the list below, Enter opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput

if TYPE_CHECKING:
    from fieldkit.fieldwork.registry import Household
    from fieldkit.fieldwork.worklist import Task
    from fieldkit.session.drafts import Unfinished
    from fieldkit.session.session import Session

_WHY = {"assigned": N_("assigned"), "revisit": N_("agreed to come again")}


class HomeScreen(Frame[None]):
    """The first screen. It is drawn before the workspace is open; `opened` fills it."""

    KEYS: ClassVar = (
        c.HELP,
        c.LANGUAGE,
        c.NEW_HOUSEHOLD,
        c.FORMS,
        c.EXPORT,
        c.RETURN,
        c.EXCHANGES,
        c.ENROL,
        c.REPORT,
        c.RIGHTS,
        c.RETENTION,
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
    HomeScreen #list, HomeScreen #list:focus { height: 1fr; border: none; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    HomeScreen #search { margin: 1 1; border: none; height: 1; padding: 0 1; }
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

    class Wanted(Message):
        """A command of Home was given; `what` is "household", "form", "export", "return", "exchanges", "enrol",
        "report", "rights", "retention" or "scanner".
        """

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self._entries: list[Message | None] = []

    def body(self) -> Iterable[Widget]:
        """Facts, search line, list."""
        yield Static(id="facts", markup=False)
        yield LineInput(id="search", select_on_focus=False)
        yield OptionList(id="list", markup=False)

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
        search.placeholder = _("Find a household: name, pinyin, initials or number")
        search.focus()
        if self.session is None:
            return
        status = self.session.status()
        self.query_one("#facts", Static).update(
            "\n".join(
                [
                    _(
                        "{today}   Due visits: {due}   Unfinished: {unfinished}",
                        today=self.session.today().isoformat(),
                        due=len(self.session.due()),
                        unfinished=len(self.session.interviews.unfinished()),
                    ),
                    _(
                        "Still only on this laptop: {count} of {records} records   Last to the stick: {when}",
                        count=status.only_here,
                        records=status.records,
                        when=status.last_export[:10] or "-",
                    ),
                    *self._comments(),
                    *self.session.notices(),
                    *self._unknown_to_offices(),
                ]
            )
        )
        self._fill(search.value)

    def _comments(self) -> Iterable[str]:
        """That the office has said something which nobody has looked at."""
        assert self.session is not None
        count = self.session.sticks.comments_not_looked_at()
        if count:
            key = c.RETURN.key_names
            yield _(
                "Comments from the office, not looked at yet: {count}   {key} lists them",
                count=count,
                key=key,
            )

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.session is not None:
            self._fill(event.value)

    @on(Input.Submitted, "#search")
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        self._open(self.query_one("#list", OptionList).highlighted)

    @on(OptionList.OptionSelected, "#list")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._open(event.option_index)

    def action_move(self, by: int) -> None:
        """Move the highlight over the entries, headings left out."""
        options = self.query_one("#list", OptionList)
        places = [n for n, entry in enumerate(self._entries) if entry is not None]
        if places:
            here = places.index(options.highlighted) if options.highlighted in places else -1
            options.highlighted = places[max(0, min(len(places) - 1, here + by))]

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

    def action_exchanges(self) -> None:
        """List every exchange with the office."""
        self._want("exchanges")

    def action_report(self) -> None:
        """Show a report."""
        self._want("report")

    def action_rights(self) -> None:
        """Somebody asks what is recorded about her."""
        self._want("rights")

    def action_retention(self) -> None:
        """Look at what has been kept long enough."""
        self._want("retention")

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
        rows: list[tuple[Message | None, str]] = []
        if text.strip():
            found = self.session.search(text)
            rows = [(self.OpenHousehold(each.id), self._found_line(each, text)) for each in found]
            rows = rows or [
                (
                    None,
                    _(
                        "No household matches “{text}”. {key} registers a new one.",
                        text=text,
                        key=c.NEW_HOUSEHOLD.key_names,
                    ),
                )
            ]
        else:
            unfinished = self.session.interviews.unfinished()
            if unfinished:
                rows.append((None, "-- " + _("Unfinished, Enter goes on where it stopped") + " --"))
                rows += [(self.Resume(draft.id), self._draft_line(draft)) for draft in unfinished]
            rows.append((None, "-- " + _("Visits due today") + " --"))
            due = self.session.due()
            rows += [(self.OpenHousehold(task.household.id), self._task_line(task)) for task in due]
            if not due:
                nothing = _(
                    "None. Type to find a household; {key} registers one.", key=c.NEW_HOUSEHOLD.key_names
                )
                rows.append((None, nothing))
        options = self.query_one("#list", OptionList)
        self._entries = [entry for entry, _line in rows]
        options.clear_options()
        options.add_options(Option(line, disabled=entry is None) for entry, line in rows)
        options.highlighted = next((n for n, entry in enumerate(self._entries) if entry is not None), None)

    def _unknown_to_offices(self) -> list[str]:
        """What to do before any stick can carry something."""
        assert self.session is not None
        if self.session.enrolling.standing is not None:
            return []
        keys = {"key": c.ENROL.key_names, "palette": c.PALETTE.key_names}
        return [
            _(
                "No office knows this laptop yet. {key}, or {palette} and the word, leads to enrolment.",
                **keys,
            )
        ]

    def _household_line(self, household: Household, *said: str) -> str:
        """Who and where, then what is `said` of them; the number last, as it is the first that may be cut off."""
        assert self.session is not None
        where = self.session.place_name(household.village)
        group = _("group {number}", number=household.group) if household.group else ""
        people = _("{count} people", count=len(household.members))
        return "  ".join(
            part
            for part in (household.head, where, group, household.address, people, *said, household.id)
            if part
        )

    def _found_line(self, household: Household, text: str) -> str:
        assert self.session is not None
        member = self.session.matched(household, text)
        return (f"[{member}] " if member else "") + self._household_line(household)

    def _task_line(self, task: Task) -> str:
        return self._household_line(task.household, f"{_(_WHY[task.why.value])} {task.due}")

    def _draft_line(self, draft: Unfinished) -> str:
        assert self.session is not None
        household = self.session.household(draft.household)
        about = self._household_line(household) if household else ""
        when = draft.updated.astimezone().strftime("%m-%d %H:%M")
        title = self.session.title_of(draft.form, draft.title)
        title = _("Correction: {title}", title=title) if draft.amends else title
        return "  ".join(part for part in (f"* {when}", title, about) if part)
