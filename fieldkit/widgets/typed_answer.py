"""What typed answers have in common: they are read, given, and shown as they are kept."""

from __future__ import annotations

from fieldkit.errors import FieldkitError
from fieldkit.session.interview import Interview
from fieldkit.session.reading import ReadingError, read, shown
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.xforms import Missing


class TypedAnswer(AnswerWidget):
    """An answer that is typed. Subclasses give `typed`, what stands there now, as a property."""

    typed: str

    def __init__(self, interview: Interview, path: str) -> None:
        super().__init__(interview, path)
        self.item = interview.entry.item(path)
        self._drawn = self._kept()

    def commit(self) -> bool:
        """Give what is typed, read by the kind of the question; a file that is named is taken in."""
        if self.typed == self._shown():
            return True
        try:
            value = self.interview.take_file(self.path, self._read())
        except FieldkitError as error:
            self.post_message(self.Unreadable(self.path, error))
            return False
        self.post_message(self.Answered(self.path, value or None))
        return True

    def refresh_answer(self) -> None:
        """Show the answer as it is kept. What is typed and not given yet stays until the answer becomes another."""
        kept, shown_now = self._kept(), self._shown()
        if self.typed != shown_now and (kept != self._drawn or self._is_kept()):
            self.typed = shown_now
        self._drawn = kept

    def _kept(self) -> tuple[str, Missing | None]:
        entry = self.interview.entry
        return entry.value(self.path), entry.missing(self.path)

    def _is_kept(self) -> bool:
        """Whether what is typed is the answer, written otherwise."""
        try:
            return self._read() == self.interview.entry.value(self.path)
        except ReadingError:
            return False

    def _read(self) -> str:
        return read(self.item, self.typed, self.interview.entry.now())

    def _shown(self) -> str:
        return shown(self.item, self.interview.entry.value(self.path))
