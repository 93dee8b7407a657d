"""What a person before an interview sees, and what a model of it must know, between two keys."""

from __future__ import annotations

from dataclasses import dataclass

from fieldkit.screens.interview import InterviewScreen
from fieldkit.session.reading import ReadingError, read
from fieldkit.widgets.choice_answer import ChoiceAnswer
from fieldkit.widgets.multiline_answer import MultilineAnswer
from fieldkit.widgets.palette import Palette
from fieldkit.widgets.question import QuestionView
from fieldkit.widgets.read_only import Acknowledge, ReadOnly
from fieldkit.widgets.roster import Roster
from fieldkit.widgets.text_answer import TextAnswer
from fieldkit.xforms import Question, Repeat

UNREADABLE = object()
"""What is read of a line that is no answer to its question."""


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


class Watch:
    """Looks at an app that is asking."""

    def __init__(self, app):
        self.app = app

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
        """What is seen now; None between two interviews."""
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
        """The draft as it lies in the store."""
        found = self.app.session._workspace.drafts.find("id", self.interview.id)
        assert found, "the draft is gone"
        return found[0]

    # -- what stands in lines -----------------------------------------------------------------------------

    def may_commit(self, seen):
        """Whether leaving the question would make an answer of what is there."""
        return seen.half or any(self.read(name, text) is not UNREADABLE for name, text in seen.typed.items())

    def unreadable(self, seen):
        """What stands in lines and is no answer."""
        return [text for name, text in seen.typed.items() if self.read(name, text) is UNREADABLE]

    def item(self, name):
        """The definition behind a stable key."""
        parts = name.split("/")
        found, path = None, f"/{self.entry.tree.root.qname}"
        for part in parts:
            item = self.entry.form.items.get(f"{path}/{part}")
            if item is not None:
                found, path = item, f"{path}/{part}"
        return found

    def read(self, name, text):
        """The answer that a line is, None for an empty one."""
        try:
            return read(self.item(name), text, self.entry.now()) or None
        except ReadingError:
            return UNREADABLE

    def is_computed(self, name):
        """Whether nobody answers this, but the form."""
        item = self.item(name)
        counted = isinstance(item, Repeat) and item.fixed
        return counted or name.startswith("meta/") or (isinstance(item, Question) and not item.control)


def _line(widget):
    return widget.lines.text if isinstance(widget, MultilineAnswer) else widget.line.value


def _is_typed(widget):
    return isinstance(widget, TextAnswer | MultilineAnswer) and _line(widget) != widget._shown()
