"""A walk through an interview by keys, with a model of it: what no key may do is looked for after each.

The rules, in the words of the promises:

- what is shown is on disk: the draft holds the answers and the place, and opened afresh it is the same interview;
- an answer changes only under the caret, and only by a key that answers: whoever moves about or looks changes nothing;
- an answer goes only if it is unticked, deleted by typing, taken out with its member, or no longer offered;
- what is typed stays in its line or becomes the answer;
- Ctrl+Z takes back one step, no more and no less, and Ctrl+Y does it again.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from textual import work
from textual.events import Key
from textual.keys import _character_to_key

from fieldkit.app import FieldkitApp
from fieldkit.i18n import language, set_language
from fieldkit.screens.interview import InterviewScreen
from fieldkit.session.reading import ReadingError, read
from fieldkit.widgets.choice_answer import ChoiceAnswer
from fieldkit.widgets.multiline_answer import MultilineAnswer
from fieldkit.widgets.palette import Palette
from fieldkit.widgets.question import QuestionView
from fieldkit.widgets.read_only import Acknowledge, ReadOnly
from fieldkit.widgets.repeat_prompt import RepeatPrompt
from fieldkit.widgets.roster import Roster
from fieldkit.widgets.search_answer import SearchAnswer
from fieldkit.widgets.text_answer import TextAnswer
from fieldkit.xforms import Event, Question, Repeat
from tests.screens.hand import by_hand

CLICK = "click"
MISSING = {"f5", "f6", "f7", "f8"}
SAME = {"ctrl+a", "ctrl+u"}
CHOOSING = {"space", "right", "enter"}
_CHARACTERS = {"space": " ", "enter": "\r", "tab": "\t"}
_STUCK = 8.0


class Asking(FieldkitApp):
    """Asks one form for as long as it runs: who leaves it is back in it, who finishes it begins it again."""

    @work
    async def ask(self, form, household=""):
        interviews = self.session.interviews
        draft = None
        while True:
            if draft is None or all(each.id != draft for each in interviews.unfinished()):
                draft = interviews.start(form, household, language()).id
            await self._ask(lambda draft=draft: interviews.resume(draft))


@dataclass
class Seen:
    """What a person and the model know between two keys."""

    interview: object
    place: object
    answers: dict
    depth: int
    """How many steps can be taken back."""
    asking: object
    """The interview or the roster that is asking."""
    over: object
    """What lies over it, None for nothing."""
    command: str | None
    """The key of the command that the palette is about to do."""
    caret: str
    """The question with the caret, "" for none."""
    widget: object
    """What answers that question."""
    below: tuple
    """Where the caret is in a note: the question that what is typed is meant for, and what answers it. Else empty."""
    typed: dict
    """What stands in a line and is not given yet, by question."""
    half: bool
    """Whether a choice is half made: the first of two digits, or a mark that Enter will take."""
    table: str | None
    """The cell of the roster with the mark."""
    warned: bool
    """Whether Esc has said that what cannot be read is lost."""


class Walk:
    """One app, one form, somebody who presses keys."""

    def __init__(self, app):
        self.app = app
        self.pressed = []
        self.states = {}
        self.seen = None

    async def begin(self, form, household):
        self.app.ask(form, household)
        while not isinstance(self.app.screen, InterviewScreen):  # noqa: ASYNC110 - as long as it takes, no longer
            await asyncio.sleep(0.001)
        await self.quiet()
        self.seen = self.look()
        self._begin_states()

    # -- keys ---------------------------------------------------------------------------------------------

    async def send(self, *keys):
        """Bring keys as a terminal does, all at once, and wait until they are acted upon; "click" clicks into the next
        question of the page.
        """
        self.pressed += keys
        for key in keys:
            if key == CLICK:
                self._click()
                continue
            alone = len(key) == 1
            character = key if alone else _CHARACTERS.get(key)
            self.app.post_message(by_hand(Key(_character_to_key(key) if alone else key, character)))
        await self.quiet()

    def _click(self):
        views = [view for view in self.app.screen.query(QuestionView) if view.answer.takes_answer]
        focused = self.app.focused
        here = [n for n, view in enumerate(views) if focused is not None and view in focused.ancestors]
        if here:
            views[(here[0] + 1) % len(views)].answer.focus()

    async def quiet(self):
        came = asyncio.Event()
        if self.app.call_later(came.set):
            await came.wait()
        if self.app.fault is None:
            async with asyncio.timeout(_STUCK):
                await self.app.typed_ahead.quiet()
        if self.app.fault is not None:
            raise self.app.fault
        assert self.app.is_running

    async def press(self, key):
        """Press one key and look whether it did what no key may do."""
        before = self.seen
        await self.send(key)
        self.seen = after = self.look()
        if before is not None and key == "enter" and before.command is not None:
            key, before = before.command, replace(before, over=None)
        if before is not None and before.below and before.over is None and len(key) == 1:
            before = replace(before, caret=before.below[0], widget=before.below[1])
        try:
            if after is not None:
                self.check_shown()
                self.check_kept()
            if after is None or before is None or after.interview is not before.interview:
                self._check_taken_up(before)
                return
            self._check_steps(key, before, after)
            self._check_answers(key, before, after)
            self._check_typed(key, before, after)
            self._check_passed(key, before)
        except AssertionError as error:
            error.add_note(f"pressed: {' '.join(self.pressed)}")
            raise

    async def back_and_forth(self):
        """Close what lies over the questions, delete what is no answer; then Ctrl+Z to the start, and Ctrl+Y back."""
        while self.app.screen is not self.screen:
            await self.press("escape")
        while self._unreadable(self.seen):
            await self.press("end")
            await self.press("backspace")
        await self.press("f1")
        await self.press("escape")
        for key, many in (("ctrl+z", self.seen.depth), ("ctrl+y", self.seen.depth)):
            for _ in range(many):
                await self.press(key)
            assert self.seen.depth == (0 if key == "ctrl+z" else many)

    def check_all(self):
        """What is shown is kept."""
        if self.screen is not None:
            self.check_shown()
            self.check_kept()

    def told(self):
        """What it came to, without what chance made: ids."""
        entry = self.entry
        return (
            {
                "screens": [type(screen).__name__ for screen in self.app.screen_stack],
                "answers": _without_ids(entry.to_json()),
                "place": entry.index,
                "notes": sorted(self.interview.notes.values()),
                "steps": len(entry._edits._done),
                "typed": sorted(self.look().typed.values()),
            }
            if self.screen is not None
            else {}
        )

    # -- looking ------------------------------------------------------------------------------------------

    @property
    def screen(self):
        """The screen of the interview, below whatever lies over it; None between two interviews."""
        return next((each for each in self.app.screen_stack if isinstance(each, InterviewScreen)), None)

    @property
    def interview(self):
        return self.screen.interview

    @property
    def entry(self):
        return self.interview.entry

    def look(self):
        if self.screen is None:
            return None
        app, entry = self.app, self.entry
        asking = [each for each in app.screen_stack if isinstance(each, InterviewScreen | Roster)][-1]
        views = [view for view in asking.query(QuestionView) if view.answer.takes_answer]
        typed = {entry.key(view.path): _line(view.answer) for view in views if _is_typed(view.answer)}
        focused = asking.focused
        over = app.screen if app.screen is not asking else None
        command = over.found[over.highlighted] if isinstance(over, Palette) and over.found else None
        here = [view for view in views if focused is not None and view in focused.ancestors]
        widget = here[0].answer if here else focused
        half = isinstance(widget, ChoiceAnswer) and (widget._typed != "" or widget._moved)
        return Seen(
            interview=self.interview,
            place=entry.index,
            answers=entry.answers(),
            depth=len(entry._edits._done),
            asking=asking,
            over=over,
            command=command and command.keys[0],
            caret=entry.key(here[0].path) if here else "",
            widget=widget,
            below=self._below(views, here),
            typed=typed,
            half=half,
            table=entry.key(asking.table.here) if isinstance(asking, Roster) and asking.table.here else None,
            warned=self.screen._warned_of_leaving,
        )

    def _below(self, views, here):
        page = self.screen.page
        while here and isinstance(here[0].answer, ReadOnly) and not isinstance(here[0].answer, Acknowledge):
            here = views[views.index(here[0]) + 1 :]
            if not here or not page.region.contains_region(here[0].region):
                return ()
        return (self.entry.key(here[0].path), here[0].answer) if here else ()

    def draft(self):
        found = self.app.session._workspace.drafts.find("id", self.interview.id)
        assert found, "the draft is gone"
        return found[0]

    # -- what must hold -----------------------------------------------------------------------------------

    def check_kept(self):
        """The draft holds what is shown, and opened afresh it is the same interview at the same place."""
        entry = self.entry
        assert self.draft()["answers"] == entry.answers()
        again = self.app.session.interviews.resume(self.interview.id)
        assert again.entry.answers() == entry.answers()
        assert again.entry.index == entry.index
        assert again.notes == self.interview.notes
        assert again.overruled == self.interview.overruled

    def check_shown(self):
        """The questions on screen are those of the place, with the answers there are."""
        entry = self.entry
        page = self.screen.page
        if self.app.screen is self.screen:
            assert entry.index.event is Event.END or entry.index in list(entry.places())
            assert [view.path for view in page.views()] == entry.page(entry.index)
            prompts = list(page.query(RepeatPrompt))
            assert len(prompts) == (entry.index.event is Event.PROMPT_NEW_REPEAT)
            assert all(prompt.count == entry.count(entry.index.path) for prompt in prompts)
        elif isinstance(self.app.screen, Roster):
            here = self.app.screen.table.here
            asked = [here] if here and entry.is_relevant(here) else []
            assert [view.path for view in self.app.screen.query(QuestionView)] == asked
        for view in self.app.screen.query(QuestionView):
            given = getattr(view.answer, "_given", None)
            assert given is None or sorted(given) == sorted(entry.value(view.path).split())

    def _begin_states(self):
        self.states = {self.seen.depth: self.seen.answers}

    def _check_taken_up(self, before):
        """The interview was left and taken up again, or finished and another begun."""
        session = self.app.session
        done = {record.id: record for record in session.exchange.records()}
        if before is not None and self.seen is not None and self.interview.id == before.interview.id:
            assert self.seen.answers == before.interview.entry.answers()
            assert before.warned or not self._unreadable(before), "left without a word"
        elif before is not None and not session.declined(before.interview):
            assert done[before.interview.id].answers == before.interview.entry.answers(relevant_only=True)
        if self.seen is not None:
            self._begin_states()

    def _check_steps(self, key, before, after):
        """Only Ctrl+Z goes back, by one step; and a number of steps from the start there is always the same."""
        turning = key if before.over is None else ""
        committed = self._may_commit(before)
        made = after.depth - before.depth
        if turning == "ctrl+z":
            stays = committed or self._unreadable(before) or not before.depth
            assert made == -1 or (made == 0 and stays), f"{-made} steps taken back"
        elif turning == "ctrl+y":
            assert made in {0, 1}, f"{made} steps done again"
        else:
            assert made >= 0, f"{-made} steps lost"
        if committed or (made and turning not in {"ctrl+z", "ctrl+y"}):  # what could be done again is gone
            base = min(before.depth, after.depth)
            self.states = {depth: answers for depth, answers in self.states.items() if depth <= base}
        known = self.states.setdefault(after.depth, after.answers)
        assert after.answers == known, f"another answer without a step: {_difference(known, after.answers)}"

    def _check_answers(self, key, before, after):
        """An answer changes only under the caret, and only by a key that answers."""
        if before.over is None and key in {"ctrl+z", "ctrl+y"}:
            return
        for name, (old, new) in _difference(before.answers, after.answers).items():
            assert self._may_change(name, old, new, key, before), f"{key} made {name} {new!r}, it was {old!r}"

    def _may_change(self, name, old, new, key, before):
        if self._is_computed(name):
            return True
        if before.over is not None:
            return False
        if isinstance(before.asking, Roster) and key in {"insert", "ctrl+x"}:
            member = before.table.rsplit("/", 1)[0] if before.table and key == "ctrl+x" else ""
            return old is None or _is_place(old, new) or (member and name.startswith(member))
        if isinstance(before.widget, RepeatPrompt):
            return old is None and key in {"1", "１"}
        if name in before.typed and new == self._read(name, before.typed[name]):
            return True
        if old is None and key == "ctrl+u":
            return True
        if name != before.caret:
            return new is None and name in DROPPED.get(before.caret, ())
        if key in MISSING:
            return isinstance(new, dict)
        if key in SAME:
            return new is not None
        widget = before.widget
        if isinstance(widget, Acknowledge):
            return key == "enter" and new == "OK"
        if isinstance(widget, SearchAnswer):
            return key == "enter" and (new is not None or widget.several)
        if isinstance(widget, ChoiceAnswer):
            chosen = key in CHOOSING or key.isdigit() or before.half
            return chosen and (new is not None or widget.several)
        return False

    def _check_typed(self, key, before, after):
        """What stood in a line is still there, or has become the answer; and a line differs from it only by typing."""
        edited = before.caret if before.over is None and _edits(key, before.widget) else None
        for name, text in after.typed.items():
            assert name == edited or text == before.typed.get(name), (
                f"{key} left {text!r}, which is not the answer"
            )
        for name, text in before.typed.items():
            if name == edited or after.typed.get(name) == text:
                continue
            here = name == before.caret and before.over is None
            replaced = here and key in MISSING | SAME
            removed = isinstance(before.asking, Roster) and key == "ctrl+x"
            value = self._read(name, text)
            if value is _UNREADABLE:
                assert replaced or removed, f"{key} lost what cannot be read: {text!r}"
            else:
                replaced = replaced or removed or (here and key == "ctrl+z")
                assert replaced or after.answers.get(name) == value, f"{key} lost what was typed: {text!r}"

    def _check_passed(self, key, before):
        """A page is left forwards only from its last question: what an answer makes appear there is asked too."""
        place = before.place
        if (
            place == self.entry.index
            or place.event is not Event.PAGE
            or place not in list(self.entry.places())
        ):
            return
        if (
            before.over is None
            and before.asking is self.screen
            and key in {"enter", "tab", "pagedown", *MISSING}
        ):
            assert self.entry.key(self.entry.page(place)[-1]) == before.caret, f"{key} passed over a question"

    # -- what keys mean -----------------------------------------------------------------------------------

    def _may_commit(self, before):
        return before.half or any(
            self._read(name, text) is not _UNREADABLE for name, text in before.typed.items()
        )

    def _unreadable(self, before):
        return [text for name, text in before.typed.items() if self._read(name, text) is _UNREADABLE]

    def _item(self, name):
        """The definition behind a stable key."""
        parts = name.split("/")
        found, path = None, f"/{self.entry.tree.root.qname}"
        for part in parts:
            item = self.entry.form.items.get(f"{path}/{part}")
            if item is not None:
                found, path = item, f"{path}/{part}"
        return found

    def _read(self, name, text):
        try:
            return read(self._item(name), text, self.entry.now()) or None
        except ReadingError:
            return _UNREADABLE

    def _is_computed(self, name):
        item = self._item(name)
        counted = isinstance(item, Repeat) and item.fixed
        return counted or name.startswith("meta/") or (isinstance(item, Question) and not item.control)


_UNREADABLE = object()
DROPPED = {"town": {"village"}}
"""Choices that are no longer offered once another answer has changed."""


def _line(widget):
    return widget.lines.text if isinstance(widget, MultilineAnswer) else widget.line.value


def _is_typed(widget):
    return isinstance(widget, TextAnswer | MultilineAnswer) and _line(widget) != widget._shown()


def _edits(key, widget):
    """Whether a key changes the line it is pressed in."""
    if isinstance(widget, MultilineAnswer) and key == "enter":
        return True
    return len(key) == 1 or key in {"space", "backspace", "delete", "ctrl+x"}


def _is_place(old, new):
    return str(old).isdigit() and (new is None or str(new).isdigit())


def _difference(one, other):
    names = sorted({*one, *other})
    return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}


def _without_ids(value):
    if isinstance(value, list):
        return [_without_ids(each) for each in value]
    if isinstance(value, dict):
        return {
            key: _without_ids(each) for key, each in value.items() if key not in {"_id", "meta/instanceID"}
        }
    return value


@asynccontextmanager
async def walking(folder, now, form, household=""):
    """Somebody before an interview that has just begun."""
    set_language("en")
    app = Asking(folder, None, lambda: now)
    async with app.run_test(size=(80, 24)):
        while app.session is None or app.home.session is None:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.001)
        walk = Walk(app)
        await walk.begin(form, household)
        yield walk
