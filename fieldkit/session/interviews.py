"""Starting, resuming and finishing interviews; drafts live in the store until they become records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tinydb import where

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.fieldwork.lists import Lists
from fieldkit.library import FormLibrary
from fieldkit.privacy.declines import is_declined, kept_answers, rest_until
from fieldkit.session.files import AttachedFile
from fieldkit.session.interview import Finished, Interview, cursor_of, refuse, stand_at
from fieldkit.steady import steady
from fieldkit.store import JournalTable, Workspace
from fieldkit.xforms import Form, FormEntry
from fieldkit.xforms.audit import AuditLog, audit_options


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An interview that is not finished: what it is about and when it was last touched."""

    id: str
    form: str
    title: str
    household: str
    updated: datetime


_LISTED = ("id", "form", "title", "household", "updated")


class _StoredDraft:
    """A draft as one document of the store."""

    def __init__(
        self, table: JournalTable, document: int, draft_id: str, now: Callable[[], datetime]
    ) -> None:
        self.id = draft_id
        self._table = table
        self._document = document
        self._now = now

    def patch(self, changes: Mapping[str, Any]) -> None:
        """Write a merge patch and the time."""
        self._table.patch({**changes, "updated": self._now().isoformat()}, self._document)


class Interviews:
    """The interviews of one workspace."""

    def __init__(
        self,
        workspace: Workspace,
        library: FormLibrary,
        exchange: Exchange,
        lists: Lists,
        finished: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._workspace = workspace
        self._library = library
        self._exchange = exchange
        self._lists = lists
        self._finished = finished
        self._now = now

    def unfinished(self) -> list[Unfinished]:
        """Every interview in progress, the one touched last first."""
        drafts = [
            Unfinished(draft, form, title, household or "", datetime.fromisoformat(updated))
            for draft, form, title, household, updated in self._workspace.drafts.columns(*_LISTED)
        ]
        return sorted(drafts, key=lambda draft: draft.updated, reverse=True)

    def start(
        self,
        form_name: str,
        household: str = "",
        language: str = "",
        answers: Mapping[str, Any] | None = None,
    ) -> Interview:
        """Begin an interview and keep it. `household` is filled in where the form asks for it.

        Raises FieldkitError("form.unknown"), FormError, AnswerError (answers that do not fit), StoreError.
        """
        entry = self.trial(form_name, answers or {}, language)
        form = entry.form
        if household:
            place = form.find("hh_id").path
            entry.set(place, household)
            entry.jump(place)
        entry.next()
        draft_id = self._exchange.new_record_id()
        document = {
            "id": draft_id,
            "form": form.id,
            "source": form_name,
            "hash": form.hash,
            "version": form.version,
            "title": form.title,
            "household": household,
            "language": language,
            "started": self._now().isoformat(),
            "updated": self._now().isoformat(),
            "cursor": cursor_of(entry.index),
            "answers": entry.answers(),
            "notes": {},
            "overruled": {},
        }
        with self._workspace.db.batch():
            number = self._workspace.drafts.insert(document)
            self._lists.reserve(form)
        draft = _StoredDraft(self._workspace.drafts, number, draft_id, self._now)
        return Interview(
            entry, draft, notes={}, overruled=set(), audit=self._log_of(entry, {}), attach=self._attach
        )

    def _attach(self, path: Path) -> AttachedFile:
        kept = self._workspace.attachments.put(path)
        return {"id": kept.id, "sha256": kept.sha256, "bytes": kept.bytes}

    def _log_of(self, entry: FormEntry, kept: Mapping[str, Any]) -> AuditLog | None:
        """The log of an interview, where its form asks for one."""
        options = audit_options(entry.form)
        if options is None:
            return None
        log = AuditLog(options, steady(self._now), self._exchange.user, kept)
        log.note("form resume" if kept else "form start")
        log.come_to({path: entry.value(path) for path in entry.page(entry.index)})
        return log

    def form(self, name: str) -> Form:
        """A form by id or file. Raises FieldkitError("form.unknown"), FormError."""
        return self._library.get(name)

    def trial(
        self, form_name: str, answers: Mapping[str, Any], language: str = "", *, is_new: bool | None = None
    ) -> FormEntry:
        """An entry that nothing keeps: with this laptop's lists, for checking or for beginning an interview.

        is_new: see `FormEntry`.
        """
        form = self.form(form_name)
        return FormEntry(
            form,
            answers=answers,
            now=self._now,
            language=language,
            device=self._exchange.device.key.id,
            user=self._exchange.user,
            lists=self._lists.for_form(form),
            is_new=is_new,
            last_saved=self._last_saved(form),
        )

    def _last_saved(self, form: Form) -> Mapping[str, Any]:
        """The answers of the record of `form` made last on this laptop, where the form reads them."""
        records = self._exchange.records() if form.last_saved_lists else []
        same = [record for record in records if record.form == form.id]
        return max(reversed(same), key=lambda record: record.made_on).answers if same else {}

    def resume(self, draft_id: str) -> Interview:
        """Take an interview up again at the question where it stood. Raises FieldkitError("draft.unknown")."""
        drafts = self._workspace.drafts.find("id", draft_id)
        if not drafts:
            raise FieldkitError("draft.unknown", id=draft_id)
        [found] = drafts
        entry = self.trial(found["source"], found["answers"], found["language"], is_new=False)
        stand_at(entry, found["cursor"])
        draft = _StoredDraft(self._workspace.drafts, found.doc_id, draft_id, self._now)
        return Interview(
            entry,
            draft,
            notes=dict(found["notes"]),
            overruled=set(found["overruled"]),
            audit=self._log_of(entry, found.get("audit", {})),
            attach=self._attach,
            files=found.get("files", {}),
        )

    def finish(self, interview: Interview) -> Finished:
        """Make a record of an interview; a decline keeps only what its form allows, and its draft is erased.

        Raises FieldkitError("interview.unfinished", problems=…) when something required is missing or wrong.
        """
        entry = interview.entry
        if is_declined(entry):
            self._put_off(rest_until(entry))
            self._let_go(interview)
            record = self._exchange.keep_decline(entry.form, kept_answers(entry), erase_draft=interview.id)
            return Finished(record, declined=True)
        blocking = interview.blocking()
        if blocking:
            raise refuse(blocking)
        entry.finish()
        answers = entry.answers(relevant_only=True)
        note: dict[str, Any] = {"comments": interview.notes} if interview.notes else {}
        files = {name: file for name, file in interview.files.items() if name in answers.values()}
        if files:
            note["files"] = files
        if interview.audit is not None:
            answers[entry.key(interview.audit.options.node)] = interview.close_log()
        self._exchange.put(entry.form, interview.id, answers, note=note, remove_draft=interview.id)
        self._let_go(interview, files)
        self._put_off(rest_until(entry))
        self._finished(interview.id)
        return Finished(interview.id, declined=False)

    def _put_off(self, rest: tuple[str, date] | None) -> None:
        """Nothing is due at a household until a day."""
        if rest is not None:
            household, until = rest
            row = {"household": household, "due": until.isoformat()}
            self._workspace.worklist.upsert(row, where("household") == household)

    def _let_go(self, interview: Interview, kept: Iterable[str] = ()) -> None:
        """Remove the files of an interview that its record does not keep. Raises StoreError."""
        left = set(interview.files) - set(kept)
        self._workspace.attachments.remove(interview.files[name]["id"] for name in left)

    def discard(self, draft_id: str) -> None:
        """Erase an interview that was begun by mistake, with its files."""
        self._exchange.erase_draft(draft_id)
