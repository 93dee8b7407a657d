"""Letters: what is to be written, what waits for a reply, what was answered; and the letters and replies that came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.liaison import Stands
from fieldkit.i18n import N_, _
from fieldkit.session.desk.letters import RESULTS, STANDS, Line
from fieldkit.session.letter_page import letter_lines
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.printing import print_page
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office.units import Unit
    from fieldkit.session.desk.desk import Desk

_ACTIONS = {
    "take": N_("Take a reply that came back"),
    "read": N_("Open a letter from another office"),
    "units": N_("Offices elsewhere"),
}


class LettersScreen(Frame[str | None]):
    """Lists the letters. Gives "units" to go to the list of offices, None to go back."""

    ABOUT = N_(
        "Letters about one person to offices elsewhere, for what the person agreed to. Enter on a line writes that letter or notes the reply; above, replies and letters from elsewhere are opened."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    LettersScreen #how { height: auto; padding: 0 2; }
    LettersScreen Numbered, LettersScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.lines: Numbered[str | Line] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What to do, and the list."""
        yield Static(id="how", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Letters")

    def show_words(self) -> None:
        """Draw what can be done, and the letters."""
        here = self.lines.highlighted or 0
        try:
            letters = self.desk.letters.all()
        except FieldkitError as error:
            self.lines.show((), [(None, explain(error))])
            return
        how = (
            _("Enter on a line writes that letter, or notes what was answered.")
            if letters
            else _(
                "No letter is to be written, and none waits for a reply. They come from records of people away who agreed to one."
            )
        )
        self.query_one("#how", Static).update(how)
        first: list[tuple[str | Line, str]] = [(each, _(words)) for each, words in _ACTIONS.items()]
        lines: list[tuple[str | Line, str]] = [(line, _line(line)) for line in letters]
        rest = [(line, f"  {words}") for line, words in lines[9 - len(first) :]]
        self.lines.show([*first, *lines[: 9 - len(first)]], rest)
        self.lines.highlighted = min(here, len(first) + len(lines) - 1)

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)

    @work
    async def _chosen(self, what: str | Line) -> None:
        """Do what was chosen; whatever is refused is said in words."""
        if what == "units":
            self.dismiss("units")
            return
        try:
            if what == "take":
                await self._take()
            elif what == "read":
                await self._read()
            elif isinstance(what, Line):
                await self._letter(what)
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
        self.refresh_words()

    # -- ours ---------------------------------------------------------------------------------------------

    async def _letter(self, line: Line) -> None:
        """What can be done with one letter."""
        ways = {"write": _("Write the letter")} if line.stands is Stands.READY else {}
        if line.stands is Stands.DUE:
            ways["answer"] = _("A reply came on paper or by telephone")
        if line.stands is not Stands.STOPPED:
            ways["stop"] = _("The person asked not to be contacted")
        if not ways:
            await self.app.push_screen_wait(Notice(_line(line)))
            return
        chosen = await self.app.push_screen_wait(Pick(_line(line), list(ways.values())))
        way = list(ways)[chosen[0]] if chosen else ""
        if way == "write":
            await self._write(line)
        elif way == "answer":
            result = await self._result(_("What did they answer?"))
            if result:
                self.desk.letters.answer(line.record, line.row, result)
        elif way == "stop":
            asked = Pick(
                _("Everything is closed for this person today; nothing else changes for them."),
                [_("Leave it"), _("Stop all contact")],
            )
            if await self.app.push_screen_wait(asked) == (1,):
                self.desk.letters.stop(line.record)

    async def _write(self, line: Line) -> None:
        unit = await self._unit(line)
        if unit is None:
            return
        said = {}
        for item, words in self.desk.letters.by_hand(line.record, line.row):
            text = await self.app.push_screen_wait(
                AskText(_("{item}, in a few words; empty to leave it out:", item=words))
            )
            if text is None:
                return
            if text.strip():
                said[item] = text.strip()
        letter = self.desk.letters.draft(line.record, line.row, unit.name, said)
        send = _("Print it") if unit.is_on_paper else _("Seal it and write it to a stick or folder")
        if not await self.app.push_screen_wait(
            LetterScreen(partial(letter_lines, letter, letter.items), send)
        ):
            return
        if unit.is_on_paper:
            page = self.desk.letters.page(line.record, line.row, unit.name, said)
            await print_page(self.app, self.desk.session.prints, page)
            return
        folder = await self._asked(_("Where to? A folder:"), str(self.desk.session.outbox))
        if folder is not None:
            _letter, path = self.desk.letters.write(line.record, line.row, unit.name, folder, said)
            said_so = _(
                "The letter is in {path}. Nobody but {unit} can open it; a reply is due in seven days.",
                path=path,
                unit=unit.name,
            )
            await self.app.push_screen_wait(Notice(said_so))

    async def _unit(self, line: Line) -> Unit | None:
        units = self.desk.letters.units_for(line.record, line.row)
        if not units:
            text = _(
                "No office of the county that the person agreed to is in the list. Add it first: Offices elsewhere"
            )
            await self.app.push_screen_wait(Notice(text))
            return None
        chosen = await self.app.push_screen_wait(
            Pick(_("To which office?"), [unit_line(each) for each in units])
        )
        return units[chosen[0]] if chosen else None

    async def _take(self) -> None:
        path = await self._file(
            _("Where is the reply? A file, or the folder it is in:"), self.desk.letters.replies_at
        )
        if path is None:
            return
        told = self.desk.letters.take(path)
        lines = [told.title, labelled(told.unit, _(RESULTS[told.result])), told.text]
        if told.result == "asked_stop":
            lines.append(_("From today on everything is closed for this person."))
        await self.app.push_screen_wait(Notice("\n".join(filter(None, lines))))

    # -- theirs -------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        path = await self._file(
            _("Where is the letter? A file, or the folder it is in:"), self.desk.incoming.letters_at
        )
        if path is None:
            return
        opened = self.desk.incoming.read(path)
        if not await self.app.push_screen_wait(
            LetterScreen(partial(letter_lines, opened.letter, opened.items), _("Reply"), opened.hidden)
        ):
            return
        result = await self._result(_("What is to be answered?"))
        if not result:
            return
        text = await self.app.push_screen_wait(AskText(_("In your words, if there is more to say:")))
        folder = None if text is None else await self._asked(_("Where to? A folder:"), str(path.parent))
        if folder is not None:
            where = self.desk.incoming.reply(path, result, folder, text or "")
            await self.app.push_screen_wait(
                Notice(_("The reply is in {path}. Bring or send it back.", path=where))
            )

    # -- asking -------------------------------------------------------------------------------------------

    async def _result(self, question: str) -> str:
        chosen = await self.app.push_screen_wait(Pick(question, [_(words) for words in RESULTS.values()]))
        return list(RESULTS)[chosen[0]] if chosen else ""

    async def _asked(self, question: str, text: str = "") -> Path | None:
        typed = await self.app.push_screen_wait(AskText(question, text))
        return _place(typed) if typed and typed.strip() else None

    async def _file(self, question: str, find: Callable[[Path], list[Path]]) -> Path | None:
        place = await self._asked(question)
        found = find(place) if place is not None else []
        if place is not None and not found:
            raise FieldkitError("letter.none", path=str(place))
        if len(found) < 2:
            return found[0] if found else None
        chosen = await self.app.push_screen_wait(Pick(_("Which one?"), [each.name for each in found[:9]]))
        return found[chosen[0]] if chosen else None


class LetterScreen(Frame[bool]):
    """One letter, to be looked at before it is sent, or as it came. lines: it in the language in use;
    hidden: how many answers may not be seen. Gives whether `what` was chosen.
    """

    ABOUT = N_(
        "One letter, as it will be read. 1 goes on with it; PgUp and PgDn show more; Esc goes back, and nothing is sent."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = "LetterScreen #said { height: auto; padding: 0 2; }"

    def __init__(self, lines: Callable[[], list[str]], what: str, hidden: int = 0) -> None:
        super().__init__()
        self.lines = lines
        self.what = what
        self.hidden = hidden
        self.actions: Numbered[bool] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """What can be done, and the letter."""
        yield self.actions
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="said", markup=False)

    def title_text(self) -> str:
        """What it is."""
        return _("Letter about one person")

    def show_words(self) -> None:
        """Draw the letter."""
        self.actions.show([(True, self.what)])
        lines = self.lines()
        if self.hidden:
            lines.append(
                _(
                    "{count} {count:answer is|answers are} not shown here: only a reviewer sees {count:it|them}.",
                    count=self.hidden,
                )
            )
        self.query_one("#said", Static).update("\n".join(lines))

    def action_page(self, by: int) -> None:
        """Show more of it."""
        page = self.query_one("#page", VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)

    def action_back(self) -> None:
        """Go back; nothing is sent."""
        self.dismiss(False)


class UnitsScreen(Frame[None]):
    """The offices elsewhere; a new one is added by its card, or on paper."""

    ABOUT = N_(
        "Offices elsewhere that letters go to. One with fieldkit is added by its card, after its digits were compared by telephone; any other gets its letters on paper."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    UnitsScreen Numbered, UnitsScreen Numbered:focus { height: 1fr; padding: 0 1; }
    UnitsScreen #said { height: auto; padding: 0 2 1 2; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.lines: Numbered[bool] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """Our own digits, and the list."""
        yield Static(id="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Offices elsewhere")

    def show_words(self) -> None:
        """Draw the list."""
        ours = _("Digits of our own card, to be read aloud when another office adds us:")
        self.query_one("#said", Static).update(f"{ours}\n{self.desk.units.ours()}")
        ways = [
            (True, _("Add an office by its card")),
            (False, _("Add an office that gets its letters on paper")),
        ]
        self.lines.show(ways, [(None, unit_line(each)) for each in self.desk.units.all()])

    def action_back(self) -> None:
        """Go back to the letters."""
        self.dismiss(None)

    @work
    async def _chosen(self, by_card: bool) -> None:
        """Ask for what belongs to an office, and take it into the list."""
        try:
            await self._add(by_card)
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
        self.refresh_words()

    async def _add(self, by_card: bool) -> None:
        ask = self.app.push_screen_wait
        card, digits, proposed = None, "", ""
        if by_card:
            typed = await ask(AskText(_("File of its card (.fkoffice):")))
            if not typed:
                return
            card, digits = self.desk.units.card(_place(typed))
            proposed = card.name
            question = _(
                "Telephone {name}, by a number you know, and let them read the digits of their card:",
                name=card.name,
            )
            asked = Pick(
                f"{question}\n\n{digits}", [_("They differ: do not add it"), _("The same, digit by digit")]
            )
            if await ask(asked) != (1,):
                return
        name = await ask(AskText(_("What to call it:"), proposed))
        county = (
            await ask(AskText(_("Its county, six digits:"), card.division[:6] if card else ""))
            if name
            else None
        )
        if name and county:
            self.desk.units.add(name, county.strip(), card, digits)


def unit_line(unit: Unit) -> str:
    """An office in one line."""
    return "  ".join([unit.county, unit.name, *([_("on paper")] if unit.is_on_paper else [])])


def _place(typed: str) -> Path:
    return Path(typed.strip()).expanduser()


def _line(line: Line) -> str:
    said = _(STANDS[line.stands])
    if line.stands is Stands.DUE:
        said = _("reply was due {day}", day=line.at) if line.is_late else _("reply due {day}", day=line.at)
    elif line.stands is Stands.ANSWERED and line.result:
        said = labelled(said, line.result)
    return f"{said}  {line.title}"
