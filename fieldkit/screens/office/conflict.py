"""One record in conflict: its values side by side, question by question; a digit chooses, F10 writes it down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.desk.conflict_words import Side
from fieldkit.session.desk.conflicts import Choice, Clash
from fieldkit.session.desk.desk import Desk, role_words
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.further import shows_further
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

_BESIDE = 3
"""Values side by side; more stand below these."""
_SHOWN = 5
"""Questions in the overview; with more, those around the one that is looked at."""


class ConflictScreen(Frame[bool]):
    """Gives whether anything was written. Nothing is chosen until somebody presses a digit.

    Where somebody else decided meanwhile, the record is shown as it stands now, and what was chosen here is kept.
    """

    ABOUT = N_(
        "One record that two laptops filled in differently, question by question, with who wrote what and when. A digit chooses what is right; nothing is stored before the key that finishes. Tab and PgDn show more of this question, then the next one; Esc leaves it undecided."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.PREVIOUS, c.NEXT, c.FINISH, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ConflictScreen Static { height: auto; }
    ConflictScreen #how, ConflictScreen #overview { padding: 0 2; }
    ConflictScreen #question { padding: 1 2 0 2; text-style: bold; }
    ConflictScreen VerticalScroll { height: 1fr; padding: 0 2; }
    ConflictScreen #sides { height: auto; }
    ConflictScreen #sides Static { width: 1fr; padding: 0 2 0 0; }
    ConflictScreen Numbered, ConflictScreen Numbered:focus { max-height: 50%; padding: 0 1; }
    """

    def __init__(self, desk: Desk, record: str) -> None:
        super().__init__()
        self.desk = desk
        self.opened = desk.conflicts.open(record)
        self.choices: dict[str, Choice] = {}
        self.overtaken = ""
        self._here = 0
        self._order: list[str] = []
        self.actions: Numbered[str | Side] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What to do, all questions at a glance, the one that is looked at, and what can be done with it."""
        yield Static(id="how", markup=False)
        yield Static(id="overview", markup=False)
        yield Static(id="question", markup=False)
        with VerticalScroll(can_focus=False):
            with Horizontal(id="sides"):
                for number in range(_BESIDE):
                    yield Static(id=f"side{number}", markup=False)
            yield Static(id="known", markup=False)
        yield self.actions

    def title_text(self) -> str:
        """What the record is of."""
        return labelled(_("Conflict"), self.opened.title)

    @property
    def clash(self) -> Clash | None:
        """The question that is looked at; None where nothing can be decided any more."""
        return self.opened.clashes[self._here] if self.opened.clashes else None

    # -- what is shown ------------------------------------------------------------------------------------

    def show_words(self) -> None:
        """Draw everything as it stands."""
        clash = self.clash
        self.query_one("#how", Static).update("\n".join(filter(None, (self.overtaken, self._how(clash)))))
        self.query_one("#overview", Static).update("\n".join(self._overview()))
        self.query_one("#question", Static).update(clash.label if clash else "")
        columns = _columns(clash.sides if clash else ())
        for number, text in enumerate(columns):
            side = self.query_one(f"#side{number}", Static)
            side.update(text)
            side.display = bool(text)
        self.query_one("#known", Static).update("\n".join(self._known(clash)) if clash else "")
        self.actions.show(self._actions(clash) if clash else ())
        # A mark on the first value would be a choice that Enter makes for somebody.
        self.actions.highlighted = None

    def _how(self, clash: Clash | None) -> str:
        if not self.opened.is_live:
            return _("This record was deleted or withdrawn meanwhile; there is nothing to decide any more.")
        if clash is None:
            return _("Nothing is in conflict here any more.")
        if clash.hidden:
            return _("This answer is not shown to you. It waits for somebody who may see it: {roles}.", roles=role_words(clash.may))  # fmt: skip
        if self.choices and not any(
            each.is_open and each.path not in self.choices for each in self.opened.clashes
        ):
            return _("Everything is chosen. {finish} writes it down; {undo} takes the last choice back.", finish=c.FINISH.key_names, undo=c.UNDO.key_names)  # fmt: skip
        return _("Read both and press the digit of the one that is right; {key} writes it down. Nothing is chosen for you.", key=c.FINISH.key_names)  # fmt: skip

    def _overview(self) -> Iterator[str]:
        """A line for each question, where there are several."""
        clashes = self.opened.clashes
        if len(clashes) < 2:
            return
        start = max(0, min(self._here - _SHOWN // 2, len(clashes) - _SHOWN))
        for number, clash in enumerate(clashes[start : start + _SHOWN], start):
            chosen = self.choices.get(clash.path)
            mark = "[x]" if chosen else "[-]" if clash.hidden else "[ ]"
            words = labelled(clash.label, self._choice_words(clash, chosen)) if chosen else clash.label
            yield f"{'>' if number == self._here else ' '} {mark} {words}"

    def _known(self, clash: Clash) -> Iterator[str]:
        """What is known besides the values."""
        if clash.before:
            yield labelled(_("Before both"), clash.before)
        if clash.both:
            yield labelled(_("All answers were kept"), clash.both)
        if clash.asked is not None:
            yield _("The laptops were asked; they are to answer by {day}.", day=clash.asked or "-")
        if clash.sides and not clash.is_open:
            yield _("This stands now: somebody decided it.")
        chosen = self.choices.get(clash.path)
        if chosen:
            yield labelled(_("You chose"), self._choice_words(clash, chosen))

    def _choice_words(self, clash: Clash, choice: Choice) -> str:
        if choice.how == "both":
            return labelled(_("keep all, with a note"), choice.text)
        if choice.how == "ask":
            return labelled(_("send back"), choice.text)
        return self.desk.conflicts.in_words(self.opened, clash.path, choice.answer)

    def _actions(self, clash: Clash) -> Iterator[tuple[str | Side, str]]:
        if not clash.hidden:
            chosen = self.choices.get(clash.path)
            for side in clash.sides if clash.is_open else ():
                is_it = chosen is not None and chosen.how == "take" and chosen.answer == side.answer
                yield side, f"{'[x]' if is_it else '[ ]'} {side.words}"
            if not clash.is_about_deleting:
                yield "edit", _("Neither: give another answer")
            if not clash.is_about_deleting and clash.is_open:
                yield "both", _("Keep all of them, with a note why")
            if clash.is_open:
                yield "ask", _("Send it back: ask those who wrote it")
        yield "leave", _("Leave it for now")

    # -- what somebody does -------------------------------------------------------------------------------

    @work
    async def _chosen(self, what: str | Side) -> None:
        """Take the value, or ask for what an action needs."""
        clash = self.clash
        assert clash is not None
        if isinstance(what, Side):
            self._choose(clash, Choice("take", what.answer))
        elif what == "edit":
            await self._edit(clash)
        elif what == "both":
            text = await self.app.push_screen_wait(AskText(_("Why do all answers stand? A few words for whoever reads them.")))  # fmt: skip
            if text is not None:
                self._choose(clash, Choice("both", text=text))
        elif what == "ask":
            await self._ask(clash)
        else:
            self.choices.pop(clash.path, None)
            self._order = [path for path in self._order if path != clash.path]
            if len(self.opened.clashes) == 1:
                self.dismiss(False)
            else:
                self._move(self._next_undecided() or 1)

    async def _edit(self, clash: Clash) -> None:
        try:
            again = self.desk.conflicts.retyping(self.opened, self.choices, clash.path)
            offered = again.choices
            if offered:
                picked = await self.app.push_screen_wait(
                    Pick(clash.label, [each.label for each in offered], several=again.is_several)
                )
                if picked is None:
                    return
                text = " ".join(offered[each].value for each in picked)
            else:
                typed = await self.app.push_screen_wait(AskText(clash.label))
                if typed is None:
                    return
                found = again.find(typed) if typed else []
                if found:
                    picked = await self.app.push_screen_wait(
                        Pick(clash.label, [each.label for each in found])
                    )
                    if picked is None:
                        return
                    typed = found[picked[0]].value
                text = typed
            self._choose(clash, Choice("take", again.answer(text)))
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))

    async def _ask(self, clash: Clash) -> None:
        usual = self.desk.conflicts.question_back(clash)
        text = await self.app.push_screen_wait(AskText(f"{_('What are they asked?')}\n\n{usual}\n", usual))
        if text is None:
            return
        day = await self.app.push_screen_wait(
            AskText(
                _("By which day are they to answer? (2026-04-10; empty for none)"),
                self.desk.conflicts.usual_deadline,
            )
        )
        if day is not None:
            try:
                self._choose(clash, Choice("ask", text=text, deadline=self.desk.conflicts.deadline(day)))
            except FieldkitError as error:
                await self.app.push_screen_wait(Notice(explain(error)))

    def _choose(self, clash: Clash, choice: Choice) -> None:
        self.choices[clash.path] = choice
        self._order = [*(path for path in self._order if path != clash.path), clash.path]
        if clash.is_about_deleting and choice.answer == "yes":
            self.choices = {clash.path: choice}
            self._order = [clash.path]
            self.refresh_words()
            return
        self._move(self._next_undecided())

    def _next_undecided(self) -> int:
        """How far it is to the next question that waits, 0 for none."""
        count = len(self.opened.clashes)
        for step in range(1, count + 1):
            clash = self.opened.clashes[(self._here + step) % count]
            if clash.path not in self.choices and clash.is_open and step < count:
                return step
        return 0

    def _move(self, by: int) -> None:
        if self.opened.clashes:
            self._here = (self._here + by) % len(self.opened.clashes)
            self.query_one(VerticalScroll).scroll_home(animate=False)
        self.refresh_words()

    def action_next(self) -> None:
        """Show what of this question does not fit, then the next one."""
        if not shows_further(self.query_one(VerticalScroll), 1):
            self._move(1)

    def action_previous(self) -> None:
        """Show what of this question stands above, then the previous one."""
        if not shows_further(self.query_one(VerticalScroll), -1):
            self._move(-1)

    @work
    async def action_undo(self) -> None:
        """Take back the last choice here; where there is none, what was written at this desk last."""
        if self._order:
            path = self._order.pop()
            self.choices.pop(path, None)
            places = [each.path for each in self.opened.clashes]
            self._here = places.index(path) if path in places else self._here
            self.refresh_words()
            return
        try:
            done = self.desk.decisions.undo()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            done = None
        if done is not None and done.record == self.opened.record:
            self._open_again()
        self.notify(_("Taken back.") if done else _("There is nothing to take back or to do again."))  # fmt: skip

    @work
    async def action_finish(self) -> None:
        """Write down what is chosen, and go; where somebody else was sooner, show how it stands now and keep the choices."""
        try:
            self.desk.conflicts.write(self.opened, self.choices)
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            if error.code == "decision.overtaken":
                self._open_again(explain(error))
            return
        self.notify(_("Written down. {key} takes it back.", key=c.UNDO.key_names))
        self.dismiss(True)

    def action_language(self) -> None:
        """Switch between Chinese and English: what was read in the one is read again in the other."""
        super().action_language()
        self._open_again(self.overtaken)

    def action_back(self) -> None:
        """Go back; what is not written down is not kept."""
        self.dismiss(False)

    def _open_again(self, overtaken: str = "") -> None:
        self.opened = self.desk.conflicts.open(self.opened.record, [*self.choices])
        places = [each.path for each in self.opened.clashes]
        self.choices = {path: choice for path, choice in self.choices.items() if path in places}
        self._order = [path for path in self._order if path in places]
        self.overtaken = _("Somebody decided meanwhile. What you chose is kept here: {key} writes it on top, Esc leaves it as it stands.", key=c.FINISH.key_names) if overtaken else ""  # fmt: skip
        self._here = min(self._here, max(0, len(places) - 1))
        self.refresh_words()


def _columns(sides: Sequence[Side]) -> list[str]:
    """The values side by side: each with its number, what it is, who wrote it and when."""
    columns = [""] * _BESIDE
    for number, side in enumerate(sides):
        label = f"{number + 1} {side.words}" if len(sides) > 1 else side.words
        text = "\n".join([label, *(f"  {line}" for line in side.lines)])
        columns[number % _BESIDE] = "\n\n".join(filter(None, (columns[number % _BESIDE], text)))
    return columns
