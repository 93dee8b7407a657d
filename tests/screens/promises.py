"""What no key may do in an interview, looked for after each.

The rules, in the words of the promises:

- what is shown is on disk: the draft holds the answers and the place, and opened afresh it is the same interview;
- an answer changes only under the caret, and only by a key that answers: whoever moves about or looks changes nothing;
- an answer goes only if it is unticked, deleted by typing, taken out with its member, or no longer offered;
- what is typed stays in its line or becomes the answer;
- Ctrl+Z takes back one step, no more and no less, and Ctrl+Y does it again.
"""

from __future__ import annotations

from dataclasses import replace

from fieldkit.widgets.choice_answer import ChoiceAnswer
from fieldkit.widgets.multiline_answer import MultilineAnswer
from fieldkit.widgets.question import QuestionView
from fieldkit.widgets.read_only import Acknowledge
from fieldkit.widgets.repeat_prompt import RepeatPrompt
from fieldkit.widgets.roster import Roster
from fieldkit.widgets.search_answer import SearchAnswer
from fieldkit.xforms import Event
from tests.screens.watching import UNREADABLE

MISSING = {"f5", "f6", "f7", "f8"}
SAME = {"ctrl+a", "ctrl+u"}
CHOOSING = {"space", "right", "enter"}
DROPPED = {"town": {"village"}}
"""Choices that are no longer offered once another answer has changed."""


class Promises:
    """Holds an app to them; knows the answers there were after each number of steps."""

    def __init__(self, watch):
        self.watch = watch
        self.states = {}

    def begin(self, seen):
        """An interview has been taken up."""
        self.states = {seen.depth: seen.answers}

    def hold(self, key, before, after):
        """A key was pressed between two looks: it did what it may."""
        if before is not None and key == "enter" and before.command is not None:
            key, before = before.command, replace(before, over=None)
        if before is not None and before.below and before.over is None and len(key) == 1:
            before = replace(before, caret=before.below[0], widget=before.below[1])
        if after is not None:
            self.check_shown()
            self.check_kept()
        if after is None or before is None or after.interview is not before.interview:
            self._check_taken_up(before, after)
            return
        self._check_steps(key, before, after)
        self._check_answers(key, before, after)
        self._check_typed(key, before, after)
        self._check_passed(key, before)

    def check_kept(self):
        """The draft holds what is shown, and opened afresh it is the same interview at the same place."""
        entry = self.watch.entry
        assert self.watch.draft()["answers"] == entry.answers()
        again = self.watch.app.session.interviews.resume(self.watch.interview.id)
        assert again.entry.answers() == entry.answers()
        assert again.entry.index == entry.index
        assert again.notes == self.watch.interview.notes
        assert again.overruled == self.watch.interview.overruled

    def check_shown(self):
        """The questions on screen are those of the place, with the answers there are."""
        entry = self.watch.entry
        page = self.watch.screen.page
        if self.watch.app.screen is self.watch.screen:
            assert entry.index.event is Event.END or entry.index in list(entry.places())
            assert [view.path for view in page.views()] == entry.page(entry.index)
            prompts = list(page.query(RepeatPrompt))
            assert len(prompts) == (entry.index.event is Event.PROMPT_NEW_REPEAT)
            assert all(prompt.count == entry.count(entry.index.path) for prompt in prompts)
        elif isinstance(self.watch.app.screen, Roster):
            here = self.watch.app.screen.table.here
            asked = [here] if here and entry.is_relevant(here) else []
            assert [view.path for view in self.watch.app.screen.query(QuestionView)] == asked
        for view in self.watch.app.screen.query(QuestionView):
            given = getattr(view.answer, "_given", None)
            assert given is None or sorted(given) == sorted(entry.value(view.path).split())

    def _check_taken_up(self, before, after):
        """The interview was left and taken up again, or finished and another begun."""
        session = self.watch.app.session
        done = {record.id: record for record in session.exchange.records()}
        if before is not None and after is not None and self.watch.interview.id == before.interview.id:
            assert after.answers == before.interview.entry.answers()
            assert before.warned or not self.watch.unreadable(before), "left without a word"
        elif before is not None and not session.declined(before.interview):
            assert done[before.interview.id].answers == before.interview.entry.answers(relevant_only=True)
        if after is not None:
            self.begin(after)

    def _check_steps(self, key, before, after):
        """Only Ctrl+Z goes back, by one step; and a number of steps from the start there is always the same."""
        turning = key if before.over is None else ""
        committed = self.watch.may_commit(before)
        made = after.depth - before.depth
        if turning == "ctrl+z":
            stays = committed or self.watch.unreadable(before) or not before.depth
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
        if self.watch.is_computed(name):
            return True
        if before.over is not None:
            return False
        if isinstance(before.asking, Roster) and key in {"insert", "ctrl+x"}:
            member = before.table.rsplit("/", 1)[0] if before.table and key == "ctrl+x" else ""
            return old is None or _is_place(old, new) or (member and name.startswith(member))
        if isinstance(before.widget, RepeatPrompt):
            return old is None and key in {"1", "１"}
        if name in before.typed and new == self.watch.read(name, before.typed[name]):
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
            value = self.watch.read(name, text)
            if value is UNREADABLE:
                assert replaced or removed, f"{key} lost what cannot be read: {text!r}"
            else:
                replaced = replaced or removed or (here and key == "ctrl+z")
                assert replaced or after.answers.get(name) == value, f"{key} lost what was typed: {text!r}"

    def _check_passed(self, key, before):
        """A page is left forwards only from its last question: what an answer makes appear there is asked too."""
        place = before.place
        if (
            place == self.watch.entry.index
            or place.event is not Event.PAGE
            or place not in list(self.watch.entry.places())
        ):
            return
        if (
            before.over is None
            and before.asking is self.watch.screen
            and key in {"enter", "tab", "pagedown", *MISSING}
        ):
            assert self.watch.entry.key(self.watch.entry.page(place)[-1]) == before.caret, (
                f"{key} passed over a question"
            )


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
