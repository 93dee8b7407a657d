"""A question on screen: its label, hint and state, the widget that answers it, and what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical

from fieldkit.commands import NOTE, SAME
from fieldkit.i18n import N_, _
from fieldkit.session.interview import Interview
from fieldkit.session.last_time import LastTime
from fieldkit.session.questions import question_line
from fieldkit.session.reading import multiline
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.choice_answer import ChoiceAnswer
from fieldkit.widgets.multiline_answer import MultilineAnswer
from fieldkit.widgets.read_only import Acknowledge, ReadOnly
from fieldkit.widgets.search_answer import SearchAnswer, is_long
from fieldkit.widgets.static import Static
from fieldkit.widgets.text_answer import TextAnswer
from fieldkit.wording import missing_text
from fieldkit.xforms import Question

MEDIA_WORDS = {
    "image": N_("Picture"),
    "big-image": N_("Large picture"),
    "audio": N_("Sound"),
    "video": N_("Film"),
}
"""What a terminal cannot show is named, so that it can be shown by other means."""


def answer_widget(interview: Interview, path: str) -> AnswerWidget:
    """The widget that answers the question at `path`; any type not known is typed as text."""
    item = interview.entry.item(path)
    assert isinstance(item, Question)
    if item.control == "trigger":
        return Acknowledge(interview, path)
    if item.is_note or interview.entry.is_readonly(path) or not item.control:
        return ReadOnly(interview, path)
    if item.control in {"select1", "select", "rank"}:
        kind = SearchAnswer if is_long(interview, path) else ChoiceAnswer
        return kind(interview, path, several=item.control != "select1")
    return MultilineAnswer(interview, path) if multiline(item) else TextAnswer(interview, path)


_PARTS = ("label", "asked", "hint", "media", "last", "state", "problem")
_BELOW = "last"
"""The first part that stands below the answer."""


class QuestionView(Vertical):
    """One question with everything around it."""

    DEFAULT_CSS = """
    QuestionView { height: auto; padding: 0 1 1 1; }
    QuestionView .label { text-style: bold; height: auto; }
    QuestionView .hint, QuestionView .media, QuestionView .last { color: $text-muted; height: auto; }
    QuestionView .asked, QuestionView .state { color: $accent; height: auto; }
    QuestionView .problem { color: $error; text-style: bold; height: auto; }
    QuestionView .problem.warning { color: $warning; }
    """

    def __init__(self, interview: Interview, path: str, last: LastTime | None = None) -> None:
        super().__init__()
        self.interview = interview
        self.path = path
        self.last = last
        self.answer = answer_widget(interview, path)
        self._said: dict[str, str] = {}
        self._parts = {name: Static(classes=name, markup=False) for name in _PARTS}

    def compose(self) -> ComposeResult:
        """Label, hint, answer, state, problem."""
        for name in _PARTS:
            if name == _BELOW:
                yield self.answer
            yield self._parts[name]

    def on_mount(self) -> None:
        """Fill in the words."""
        self.refresh_words()

    def refresh_words(self) -> None:
        """Show label, hint, note and missing answer in the language in use."""
        entry = self.interview.entry
        required = " *" if entry.is_required(self.path) else ""
        item = entry.item(self.path)
        name = (
            "" if "label" in item.appearance else item.name
        )  # the head of a table has one that nobody gave it
        self._show("label", (entry.label(self.path) or name) + required)
        self._show("asked", "\n".join(self._asked()))
        self._show("hint", entry.hint(self.path))
        files = entry.media(self.path).items()
        self._show(
            "media", "  ".join(_("{kind} in {file}", kind=_(MEDIA_WORDS.get(k, k)), file=f) for k, f in files)
        )
        words = self.last.words(entry, self.path) if self.last else ""
        day = self.last.day if self.last else ""
        self._show("last", _("Last time ({day}): {answer}", day=day, answer=words) if words else "")
        missing = entry.missing(self.path)
        note = self.interview.notes.get(entry.key(self.path), "")
        said = [f"[{missing_text(missing.value)}]"] if missing else []
        noted = [_("Note: {text}", text=note)] if note else []
        file = self.interview.files.get(entry.value(self.path))
        kept = (
            [_("Kept in the workspace, {kilobytes} KB", kilobytes=-(-file["bytes"] // 1024))] if file else []
        )
        self._show("state", "  ".join([*said, *noted, *kept]))
        self.answer.refresh_answer()

    def _asked(self) -> Iterator[str]:
        """What the office asks here, and the shortest way to say that it is right."""
        asking = self.interview.answering
        for each in asking.at(self.interview.entry.key(self.path)) if asking else ():
            yield question_line(each)
            if asking and each.id in asking.replies:
                yield "[" + (asking.replies[each.id] or _("It is right as it is")) + "]"
            else:
                yield _(
                    "{key}: it is right as it is; {note} says it in words.",
                    key=SAME.key_names,
                    note=NOTE.key_names,
                )

    def show_problem(self, text: str, *, warning: bool = False) -> None:
        """Say what is wrong, or "" for nothing."""
        self._show("problem", ("? " if warning else "! ") + text if text else "")
        self._parts["problem"].set_class(warning, "warning")
        if text and not warning:
            self.answer.refused()

    def _show(self, part: str, text: str) -> None:
        if self._said.get(part) == text:
            return
        self._said[part] = text
        line = self._parts[part]
        line.update(text)
        line.display = bool(text)
