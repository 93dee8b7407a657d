"""Everything that goes to the office and comes back, as screens and commands ask for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Comment, Entry, Exchange, Exported, Progress
from fieldkit.fieldwork.registry import Registry
from fieldkit.library import FormLibrary
from fieldkit.mounted import mounts
from fieldkit.session.history import Histories
from fieldkit.session.interviews import Interviews
from fieldkit.session.returns import Returned, Returns
from fieldkit.session.said import comment_line, entry_line, returned_lines
from sync import SyncError


class Sticks:
    """The exchanges of one session. registry: makes the households anew and gives them. record_title and title_of: what
    a record and a form are called. outbox: the folder offered while none was used.
    """

    def __init__(
        self,
        exchange: Exchange,
        library: FormLibrary,
        interviews: Interviews,
        histories: Histories,
        *,
        registry: Callable[[], Registry],
        record_title: Callable[[str], str],
        title_of: Callable[[str, str], str],
        outbox: Path,
    ) -> None:
        self._exchange = exchange
        self._interviews = interviews
        self._histories = histories
        self._registry = registry
        self._record_title = record_title
        self._title_of = title_of
        self._outbox = outbox
        self._returns = Returns(exchange, library, registry)

    @property
    def folder(self) -> Path:
        """The folder that was used last for an exchange, else the workspace's own."""
        kept = self._exchange.device.state.get("folder", "")
        return Path(kept) if kept else self._outbox

    @property
    def offered(self) -> Path:
        """The folder that is offered for an export: the one that was used last while it is there, else a stick that is in."""
        folder = self.folder
        if folder != self._outbox and folder.is_dir():
            return folder
        return next(iter(mounts()), folder)

    def export(
        self, folder: Path | str, *, progress: Progress | None = None, remember: bool = True
    ) -> Exported:
        """Write what is new to a folder, given as it was typed, which is offered next time where `remember`.
        progress: see `Exchange.export`.

        Raises FieldkitError with the words for any refusal.
        """
        try:
            exported = self._exchange.export(Path(folder).expanduser(), progress=progress)
        except SyncError as error:
            raise FieldkitError(error.code, **error.params) from error
        if remember:
            self.remember(folder)
        return exported

    def take(self, source: Path | str, *, remember: bool = True) -> Returned:
        """Take what the office sent, from a file, a folder or the root of a stick, given as it was typed; its folder is
        offered next time where `remember`.

        Raises FieldkitError with the words for any refusal; a part that is refused stops none of the others.
        """
        path = Path(source).expanduser()
        try:
            found = self._returns.take(path)
        except SyncError as error:
            raise FieldkitError(error.code, **error.params) from error
        self._registry()
        if remember:
            self.remember(path.parent if path.is_file() else source)
        return found

    def returned_lines(self, found: Returned) -> list[str]:
        """What came from the office, in words."""
        drafts = [draft.form for draft in self._interviews.unfinished()]
        return returned_lines(found, self._title_of, drafts.count)

    def history(self) -> list[Entry]:
        """Every exchange, newest first."""
        return self._exchange.diary.entries()

    def history_lines(self) -> list[str]:
        """Every exchange in words, newest first."""
        return [entry_line(entry) for entry in self.history()]

    def comments(self, record: str | None = None) -> list[tuple[Comment, str]]:
        """The office's comments on one record or all, newest first, each with its line."""
        return [(each, self._comment_line(each)) for each in self._exchange.comments(record)]

    def look_at_comments(self, record: str) -> None:
        """Note that somebody sees the comments on a record; a disk that refuses costs nothing but the note."""
        with contextlib.suppress(StoreError):
            self._exchange.look_at_comments(record)

    def remember(self, folder: Path | str) -> None:
        """Offer a folder next time; a disk that refuses costs nothing but that."""
        with contextlib.suppress(StoreError):
            self._exchange.device.remember(folder=str(folder))

    def _comment_line(self, comment: Comment) -> str:
        record = self._exchange.record(comment.record)
        question = ""
        if record is not None and comment.path:
            words = self._histories.words(record.form, self._exchange.made_with(comment.record))
            question = words.label(comment.path, record.answers)
        return comment_line(comment, self._record_title(comment.record), question)
