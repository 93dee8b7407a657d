"""Back-checks: the samples, one sample, whom to ask now, and what a sample comes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.office.roles import Act
from fieldkit.session.desk.sample_words import MODES, SampleWords
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.samples import Call

DRAW, RESULTS, GIVE_UP, PASS, PRINT = "draw", "results", "give-up", "pass", "print"
_SHOWN = 20
"""So many samples are listed; the command lists them all."""
_ASKED = 6
"""So many of a sample have a digit."""

_CSS = """
    {name} Static {{ height: auto; padding: 1 2 0 2; }}
    {name} Numbered {{ margin: 1 1 0 1; height: 1fr; }}
"""


class SamplesScreen(Frame[str | None]):
    """The samples, the latest first. Returns `DRAW` or a sample's number."""

    ABOUT = N_(
        "Records that are asked again by somebody else, to find faults of questions and procedures. Enter opens a sample; 1 draws a new one."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = _CSS.format(name="SamplesScreen")

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.words = SampleWords(desk)
        self.lines: Numbered[str] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """What it is for, and the list."""
        yield Static(id="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Back-checks")

    def show_words(self) -> None:
        """Draw the samples."""
        said = _("Some records are asked again, to find faults of questions and procedures, never of people.")
        self.query_one("#said", Static).update(said)
        draw = [(DRAW, _("Draw a new sample"))] if self.desk.may(Act.SAMPLE) else []
        known = [(each.sample.number, self.words.title(each)) for each in self.desk.samples.all(_SHOWN)]
        self.lines.show([*draw, *known][:9], [(number, f"  {line}") for number, line in [*draw, *known][9:]])
        if known and draw:
            self.lines.highlighted = 1

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)


class SampleScreen(Frame[str | None]):
    """One sample: whom to ask, what it comes to. Returns `RESULTS`, `GIVE_UP` or the id of a record."""

    ABOUT = N_(
        "One sample: whom to ask next, and what it comes to. A digit on a number shows whom to ask and begins."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = _CSS.format(name="SampleScreen")

    def __init__(self, desk: Desk, number: str) -> None:
        super().__init__()
        self.desk = desk
        self.number = number
        self.words = SampleWords(desk)
        self.lines: Numbered[str] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """How far it is, and the list."""
        yield Static(id="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """Which sample."""
        return _("Sample {number}", number=self.number)

    def show_words(self) -> None:
        """Draw what is to be asked and what can be done."""
        standing = self.desk.samples.standing(self.number)
        asking = self.desk.may(Act.CHECK) and standing.is_open
        places = list(self.words.places(standing)) if asking else []
        how = [_("Choose a number to see whom to ask, and begin.")] if places else []
        self.query_one("#said", Static).update("\n".join([*self.words.said(standing), *how]))
        actions = []
        if self.desk.may(Act.SAMPLE):
            actions.append((RESULTS, _("What it comes to, by question")))
            if standing.is_open:
                actions.append((GIVE_UP, _("Give it up before it is finished")))
        rest = [(record, f"  {line}") for record, line in places[_ASKED:]]
        self.lines.show([*places[:_ASKED], *actions], rest)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)


class CallScreen(Frame[str | None]):
    """Whom to ask, and how; nothing of what was answered. Returns a mode or `PASS`."""

    ABOUT = N_(
        "Whom to ask and how to reach them; what the record says stays hidden until today's answer is given. A digit says how it is asked, or that nobody could be."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    CallScreen VerticalScroll { height: auto; max-height: 60%; }
    CallScreen Static { height: auto; padding: 1 2 0 2; }
    CallScreen Numbered { margin: 1 1 0 1; max-height: 40%; }
    """

    def __init__(self, desk: Desk, call: Call) -> None:
        super().__init__()
        self.desk = desk
        self.call = call
        self.words = SampleWords(desk)
        self.lines: Numbered[str] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """Whom, and the ways of asking."""
        with VerticalScroll(can_focus=False):
            yield Static(id="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """Which one."""
        return f"{self.call.place.number}  {self.desk.words.form(self.call.form)}"

    def show_words(self) -> None:
        """Draw it."""
        blind = _("What the record says stays hidden until today's answer is given.")
        self.query_one("#said", Static).update("\n".join([*self.words.call(self.call), "", blind]))
        again = [("phone", _("Go on with it"))] if self.call.begun else []
        modes = again or [(mode, _(words)) for mode, words in MODES.items()]
        self.lines.show([*modes, (PASS, _("Nobody could be asked: the next one stands in from tomorrow on"))])

    def action_back(self) -> None:
        """Leave it for later."""
        self.dismiss(None)


class LinesScreen(Frame[str | None]):
    """Lines to read, which can be printed. Returns `PRINT`."""

    ABOUT = N_(
        "What a sample comes to, question by question. Arrows and PgDn show what is below, 1 prints it."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("1", "print", show=False), *c.bindings(*KEYS)]
    DEFAULT_CSS = """
    LinesScreen VerticalScroll { height: 1fr; }
    LinesScreen VerticalScroll Static, LinesScreen #print { height: auto; padding: 0 2; }
    """

    def __init__(self, desk: Desk, number: str) -> None:
        super().__init__()
        self.desk = desk
        self.number = number

    def body(self) -> Iterable[Widget]:
        """The lines, and printing them."""
        with VerticalScroll():
            yield Static(id="lines", markup=False)
        yield Static(id="print", markup=False)

    def title_text(self) -> str:
        """Which sample."""
        return _("What it comes to, by question")

    @property
    def said(self) -> Sequence[str]:
        """The lines, in the language in use."""
        return SampleWords(self.desk).results(*self.desk.samples.results(self.number))

    def show_words(self) -> None:
        """Draw them."""
        self.query_one("#lines", Static).update("\n".join(self.said))
        how = _("The arrows and PgDn show what is below.")
        self.query_one("#print", Static).update(f"1 {_('Print it')}\n{how}")
        self.query_one(VerticalScroll).focus()

    def action_print(self) -> None:
        """Have it printed."""
        self.dismiss(PRINT)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)
