"""Every command once: its id, key and words. Footer, help, palette and keymap are made from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fieldkit.i18n import N_
from fieldkit.terminal import is_in_browser

if TYPE_CHECKING:
    from textual.binding import Binding

_NAMES = {"escape": "Esc", "enter": "Enter", "pageup": "PgUp", "pagedown": "PgDn", "insert": "Ins"}


class _InForce:
    """The keys in use: one keymap per process, as one person has one keyboard."""

    keys: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Command:
    """A thing a person can do. `id` is what a keymap file names, `action` the method `action_…` of the screen.

    text: for the help. short: for the bar at the bottom, where it differs. shown: stands in that bar. always: stands
    there even where room is short. It stays the same command where a screen says it in other words (`saying`).
    """

    id: str
    key: str
    action: str
    text: str = field(compare=False)
    short: str = field(default="", compare=False)
    shown: bool = True
    always: bool = False

    @property
    def binding(self) -> Binding:
        """The Textual binding, with the built-in key; the app lays the keymap over it."""
        from textual.binding import Binding

        return Binding(self.key, self.action, self.text, show=False, id=self.id, priority=True)

    def saying(self, text: str, short: str = "") -> Command:
        """The same command where a screen does something of its own with it: marked words for help, palette and bar."""
        return replace(self, text=text, short=short)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in force, as Textual names them."""
        return tuple(_InForce.keys.get(self.id, self.key).split(","))

    @property
    def key_name(self) -> str:
        """The first key in force, as short as it can be written."""
        return key_name(self.keys[0]).replace("Ctrl+", "^")

    @property
    def key_names(self) -> str:
        """All keys in force, as they are written on a keyboard."""
        return " / ".join(map(key_name, self.keys))


def key_name(key: str) -> str:
    """A key as it is written on a keyboard: `ctrl+n` is Ctrl+N. A browser keeps some to itself; its page takes others for them."""
    if is_in_browser():
        key = _INSTEAD_IN_BROWSERS.get(key, key)
    return "+".join(_NAMES.get(part, part.capitalize()) for part in key.split("+"))


_INSTEAD_IN_BROWSERS = {
    **{f"ctrl+{key}": f"alt+{key}" for key in ("n", "t", "w", "q", "pageup", "pagedown")},
    "ctrl+f4": "shift+f4",
}
"""The same as in browser/page.js. Alt+F4 is kept, too: it closes windows."""


def use_keys(keys: Mapping[str, str]) -> None:
    """Name these keys from now on: id of a command → keys with commas; a command that is not in it keeps its own."""
    _InForce.keys = keys


HELP = Command("help.show", "f1", "help", N_("Help"), always=True)
JUMP = Command("form.jump", "f2", "jump", N_("Go to a question"), N_("Go"))
NOTE = Command("question.note", "f3", "note", N_("Note on the question"), N_("Note"))
LANGUAGE = Command("app.language", "f4", "language", N_("Chinese or English"), "中/EN")
DONT_KNOW = Command("missing.dk", "f5", "missing('dk')", N_("Don't know"), N_("DK"))
DECLINED = Command("missing.declined", "f6", "missing('declined')", N_("Declined"))
PREFER_NOT = Command("missing.pns", "f7", "missing('pns')", N_("Prefer not to say"), N_("Not say"))
NOT_APPLICABLE = Command("missing.na", "f8", "missing('na')", N_("Not applicable"), N_("N/A"))
MISSING = (DONT_KNOW, DECLINED, PREFER_NOT, NOT_APPLICABLE)
"""One key for each way of not answering."""
REVIEW = Command("form.review", "f9", "review", N_("What is missing or doubtful"), N_("Check"))
FINISH = Command("form.finish", "f10", "finish", N_("Finish"), always=True)
BACK = Command("screen.back", "escape", "back", N_("Back"), always=True)
PREVIOUS = Command("form.previous", "shift+tab,pageup", "previous", N_("Previous question"), shown=False)
NEXT = Command("form.next", "tab,pagedown", "next", N_("Next question"), shown=False)
GUIDE = Command(
    "question.guide", "ctrl+g", "guide", N_("Why this is asked, who sees it, what to know"), N_("Why")
)
SAME = Command(
    "question.same", "ctrl+a", "same", N_("The same answer as last time"), N_("As before"), shown=False
)
SAME_ALL = Command(
    "form.same",
    "ctrl+u",
    "same_all",
    N_("All that follows as last time, where it is not answered yet"),
    shown=False,
)
OUTLINE = Command("form.outline", "ctrl+b", "outline", N_("All questions at a glance"), N_("Outline"))
FIRST_ERROR = Command(
    "form.first-error",
    "ctrl+f",
    "first_error",
    N_("Go to the first thing that is missing or wrong"),
    shown=False,
)
FORM_BEGIN = Command("form.begin", "ctrl+home", "begin", N_("Go to the first question"), shown=False)
FORM_END = Command("form.end", "ctrl+end", "end", N_("Go to the end of the form"), shown=False)
ROSTER = Command("roster.show", "ctrl+d", "roster", N_("The members as a table"), N_("Table"), shown=False)
NEXT_MEMBER = Command("roster.next", "ctrl+down", "member(1)", N_("Same question, next member"), shown=False)
PREVIOUS_MEMBER = Command(
    "roster.previous", "ctrl+up", "member(-1)", N_("Same question, previous member"), shown=False
)
INSERT_MEMBER = Command("roster.insert", "insert", "insert", N_("Insert a member"), N_("Insert"))
REMOVE_MEMBER = Command("roster.remove", "ctrl+x", "remove", N_("Remove this member"), N_("Remove"))
SORT_MEMBERS = Command("roster.sort", "ctrl+s", "sort", N_("Sort the rows by this column"), N_("Sort"))
ENTRY_ORDER = Command(
    "roster.order", "ctrl+t", "order", N_("Answer row by row or column by column"), N_("Row/column")
)
UNDO = Command("form.undo", "ctrl+z", "undo", N_("Undo"), shown=False)
REDO = Command("form.redo", "ctrl+y", "redo", N_("Redo"), shown=False)
NEW_HOUSEHOLD = Command("household.new", "ctrl+n", "new_household", N_("New registration"))
FORMS = Command("form.new", "ctrl+w", "form", N_("Begin another form"), N_("Form"))
EXPORT = Command("sync.export", "ctrl+e", "export", N_("To the stick"), N_("Export"))
RETURN = Command("sync.return", "ctrl+pagedown", "take_return", N_("From the office"))
NETWORK = Command("sync.lan", "ctrl+f11", "network", N_("Exchange over the network"), shown=False)
EXCHANGES = Command("sync.history", "ctrl+pageup", "exchanges", N_("Exchanges with the office"), shown=False)
ENROL = Command("sync.enrol", "f11", "enrol", N_("Enrolment"), shown=False)
REPORT = Command("report.show", "ctrl+r", "report", N_("Report"))
BEHIND = Command(
    "report.behind", "ctrl+f4", "behind", N_("The records behind a figure"), N_("Records"), shown=False
)
AGENDA = Command(
    "agenda.show", "ctrl+f7", "agenda", N_("Agenda: week, events, reports due, issues"), shown=False
)
RIGHTS = Command(
    "rights.show",
    "ctrl+f2",
    "rights",
    N_("Somebody asks what is recorded: see, correct, withdraw, delete"),
    shown=False,
)
RETENTION = Command(
    "retention.show", "ctrl+f3", "retention", N_("What has been kept long enough"), shown=False
)
DOUBLES = Command("doubles.show", "ctrl+f6", "doubles", N_("Suspected doubles"), shown=False)
OUTREACH = Command(
    "outreach.show",
    "ctrl+f8",
    "outreach",
    N_("Outreach: screening day, lectures and quiz, results"),
    shown=False,
)
LABELS = Command("outreach.labels", "ctrl+f5", "labels", N_("Print the last labels again"), N_("Labels"))
STATION = Command("outreach.station", "ctrl+f10", "station", N_("Another event or station"), N_("Station"))
DEFER = Command(
    "outreach.defer", "ctrl+f1", "defer", N_("At a screening: put her off to another day"), shown=False
)
SCANNER = Command("scanner.test", "ctrl+f9", "scanner", N_("Test a scanner and set it up"), shown=False)
QUIT = Command("app.quit", "ctrl+q", "quit", N_("Quit"), always=True)
LOCK = Command("screen.lock", "ctrl+l", "lock", N_("Lock the screen"), shown=False)
HIDE = Command("screen.hide", "f12", "hide", N_("Hide the screen"), shown=False)
PIN = Command("screen.pin", "ctrl+o", "pin", N_("Choose the PIN that unlocks the screen"), shown=False)
PALETTE = Command("app.palette", "ctrl+p", "palette", N_("Find a command"), shown=False)
APPEARANCE = Command(
    "app.appearance", "ctrl+k", "appearance", N_("Colours, big letters, plain signs"), shown=False
)
SETTINGS = Command("app.settings", "ctrl+f12", "settings", N_("Settings"), shown=False)
EVERYWHERE = (PALETTE, SETTINGS, APPEARANCE, QUIT, HIDE, LOCK, PIN)
"""What the app itself does, on every screen."""


def with_everywhere(commands: tuple[Command, ...], everywhere: tuple[Command, ...]) -> tuple[Command, ...]:
    """A screen's own commands, then those that its app has everywhere and that are not among them."""
    return (*commands, *(each for each in everywhere if each not in commands))


def bindings(*commands: Command, after_typing: bool = False) -> list[Binding]:
    """The bindings of a screen's commands. `after_typing`: they wait for the keys typed before them to be taken
    (`widgets.typing.AfterTyping`).
    """
    found = [command.binding for command in commands]
    return (
        [replace(each, action=f"after_typing({each.action!r})") for each in found] if after_typing else found
    )


def all_commands() -> tuple[Command, ...]:
    """Every command of this file."""
    return tuple(value for value in globals().values() if isinstance(value, Command))
