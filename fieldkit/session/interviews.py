"""Starting, resuming and finishing interviews; drafts live in the store until they become records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tinydb import where

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.fieldwork.lists import Lists
from fieldkit.library import FormLibrary
from fieldkit.privacy.declines import is_declined, kept_answers, rest_until
from fieldkit.session.amending import (
    Correction,
    identity,
    in_words,
    is_answered_otherwise,
    own_paths,
    refuse_a_decline,
    refuse_to_decline,
    refuse_unless_open,
)
from fieldkit.session.answering import answered_in, answering, say
from fieldkit.session.drafts import StoredDraft, Unfinished, empty_draft, unfinished
from fieldkit.session.files import AttachedFile
from fieldkit.session.interview import Finished, Interview, cursor_of, logged, refuse, stand_at
from fieldkit.session.versions import DraftVersions, Versions
from fieldkit.steady import steady
from fieldkit.store import Workspace
from fieldkit.xforms import Form, FormEntry, Problem
from fieldkit.xforms.answers import Answer, fill
from fieldkit.xforms.audit import AuditLog, audit_options
from fieldkit.xforms.lists import Table


class Interviews(DraftVersions):
    """The interviews of one workspace."""

    def __init__(
        self,
        workspace: Workspace,
        library: FormLibrary,
        exchange: Exchange,
        lists: Lists,
        finished: Callable[[str], None],
        now: Callable[[], datetime],
        doubts: Callable[[FormEntry, str | None], Iterable[Problem]],
    ) -> None:
        super().__init__(workspace, library, Versions(library, self.continued))
        self._exchange = exchange
        self._lists = lists
        self._finished = finished
        self._now = now
        self._doubts = doubts

    def unfinished(self) -> list[Unfinished]:
        """Every interview in progress, the one touched last first."""
        return unfinished(self._workspace.drafts)

    def begun(self, form: str, name: str, value: str) -> str:
        """The id of an interview of a form in progress, no correction, whose question `name` is answered so; "" for none."""
        for draft in self._workspace.drafts.find("form", form):
            answered = (text for key, text in draft["answers"].items() if key.rsplit("/", 1)[-1] == name)
            if draft.get("amends") is None and value in answered:
                return str(draft["id"])
        return ""

    def start(
        self,
        form_name: str,
        household: str = "",
        language: str = "",
        answers: Mapping[str, Any] | None = None,
        second_of: str = "",
    ) -> Interview:
        """Begin an interview and keep it. `household` is filled in where the form asks for it. second_of: the record whose paper
        is entered a second time; finishing makes no record then.

        Raises FieldkitError("form.unknown"), FormError, AnswerError (answers that do not fit), StoreError.
        """
        entry = self.trial(form_name, answers or {}, language)
        form = entry.form
        if household:
            place = form.find("hh_id").path
            entry.set(place, household)
            entry.begin_here()
            entry.jump(place)
        entry.next()
        draft_id = self._exchange.new_record_id()
        document = empty_draft(draft_id, form_name, form, household, language, self._now())
        document |= {"cursor": cursor_of(entry.index), "answers": entry.answers()}
        document |= {"second": second_of} if second_of else {}
        self._library.keep(form)
        with self._workspace.db.batch():
            number = self._workspace.drafts.insert(document)
            if not second_of:
                self._lists.reserve(form)
        draft = StoredDraft(self._workspace.drafts, number, draft_id, self._now)
        interview = Interview(
            entry, draft, notes={}, overruled=set(), audit=self._log_of(entry, {}), attach=self._attach,
            doubts=self._doubts,
        )  # fmt: skip
        interview.second_of = second_of
        return interview

    def second(self, record: str) -> str:
        """The id of the interview in progress by which the paper of a record is entered a second time, "" for none."""
        drafts = self._workspace.drafts.all()
        return next((str(each["id"]) for each in drafts if each.get("second") == record), "")

    def record(self, form_name: str, answers: Mapping[str, Any], lists: Mapping[str, Table]) -> str:
        """Make a record at once, by every rule of its form; for a form that gives no numbers and cannot be declined.

        lists: of `lists_for`. Gives the record's id. Raises AnswerError, FieldkitError("interview.unfinished"), StoreError.
        """
        entry = self.trial(form_name, answers, lists=lists)
        blocking = [problem for problem in entry.problems() if problem.kind != "warning"]
        if blocking:
            raise refuse(blocking)
        entry.finish()
        self._library.keep(entry.form)
        record = self._exchange.new_record_id()
        self._exchange.put(entry.form, record, entry.answers(relevant_only=True))
        self._finished(record)
        return record

    # -- corrections --------------------------------------------------------------------------------------

    def amend(self, record_id: str, language: str = "") -> Interview:
        """Open a finished record to correct it, or go on with its correction. Raises as `begin_correction`, `resume`."""
        self.begin_correction(record_id, language)
        return self.resume(record_id)

    def begin_correction(
        self, record_id: str, language: str = "", answers: Mapping[str, Any] | None = None
    ) -> None:
        """Make the draft that corrects a record, unless there is one. It has the id of its record, so there is never
        another; it begins with the version of the form the record was made with.

        answers: nested answers that are filled in. Raises FieldkitError as `correction`, and "amend.begun" for
        answers while a correction is open.
        """
        if self._workspace.drafts.find("id", record_id):
            if answers is not None:
                raise FieldkitError("amend.begun", id=record_id)
            return
        record = refuse_unless_open(self._exchange.record(record_id), record_id)
        entry = self.correction(record_id, answers, language)
        made_with = self._exchange.made_with(record_id)
        is_at_hand = entry.form.hash == made_with
        document = empty_draft(
            record_id, record.form, entry.form, record.text("hh_id"), language, self._now()
        )
        document |= {
            "hash": made_with,
            "version": entry.form.version if is_at_hand else "",
            "answers": entry.answers() if is_at_hand else dict(record.answers),
            "amends": list(record.heads),
        }
        self._library.keep(entry.form)
        self._workspace.drafts.insert(document)

    def correction(
        self, record_id: str, answers: Mapping[str, Any] | None = None, language: str = ""
    ) -> FormEntry:
        """An entry that nothing keeps, with the answers of a record and `answers` filled in, for checking.

        Raises FieldkitError: "record.unknown", "amend.erased", "amend.withdrawn", "amend.deleted", "amend.declined",
        "form.gone" where no version of its form is at hand; AnswerError.
        """
        record = refuse_unless_open(self._exchange.record(record_id), record_id)
        form = self._library.version(record.form, self._exchange.made_with(record_id))
        if form is None and answers is None:
            form = self._library.known(record.form)
        if form is None:
            raise FieldkitError("form.gone", form=record.form, version="")
        entry = self.continued(form, record.answers, language)
        refuse_a_decline(entry, record_id)
        fill(entry, answers or {})
        return entry

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
        log.come_to(logged(entry, entry.page(entry.index)))
        return log

    def form(self, name: str) -> Form:
        """A form by id or file. Raises FieldkitError("form.unknown"), FormError."""
        return self._library.get(name)

    def trial(
        self,
        form_name: str,
        answers: Mapping[str, Any],
        language: str = "",
        *,
        is_new: bool | None = None,
        lists: Mapping[str, Table] | None = None,
    ) -> FormEntry:
        """An entry that nothing keeps: with this laptop's lists, for checking or for beginning an interview.

        is_new: see `FormEntry`. lists: as for `continued`.
        """
        return self._entry(self.form(form_name), answers, language, is_new=is_new, lists=lists)

    def continued(
        self,
        form: Form,
        answers: Mapping[str, Any],
        language: str = "",
        lists: Mapping[str, Table] | None = None,
    ) -> FormEntry:
        """An entry that goes on with flat answers. lists: of `lists_for`, where many entries of a form are made at once."""
        return self._entry(form, answers, language, is_new=False, lists=lists)

    def lists_for(self, form: Form) -> Mapping[str, Table]:
        """This laptop's lists for a form, as they are now: made once, for any number of entries."""
        return self._lists.tables(form)

    def _entry(
        self,
        form: Form,
        answers: Mapping[str, Any],
        language: str,
        *,
        is_new: bool | None,
        lists: Mapping[str, Table] | None = None,
    ) -> FormEntry:
        return FormEntry(
            form,
            answers=answers,
            now=self._now,
            language=language,
            device=self._exchange.device.key.id,
            user=self._exchange.user,
            lists=self._lists.for_form(form) if lists is None else lists,
            is_new=is_new,
            last_saved=self._last_saved(form),
            demo=self._workspace.demo,
        )

    def _last_saved(self, form: Form) -> Mapping[str, Any]:
        """The answers of the record of `form` made last on this laptop, where the form reads them."""
        last = (
            self._exchange.last_made(form.id, self._exchange.device.key.id) if form.last_saved_lists else None
        )
        return last.answers if last else {}

    def resume(self, draft_id: str) -> Interview:
        """Take an interview up again at the question where it stood, with the version of the form it was begun with.

        Raises FieldkitError: "draft.unknown", "form.gone" where that version is no longer at hand (`change` tells what
        carrying it to the form as it is now would do).
        """
        found = self._find(draft_id)
        form = self._versions.made_with(found)
        if form is None:
            raise FieldkitError("form.gone", form=found["form"], version=found["version"])
        entry = self.continued(form, found["answers"], found["language"])
        stand_at(entry, found["cursor"])
        heads = found.get("amends")
        draft = StoredDraft(self._workspace.drafts, found.doc_id, draft_id, self._now)
        interview = Interview(
            entry,
            draft,
            notes=dict(found["notes"]),
            overruled=set(found["overruled"]),
            audit=self._log_of(entry, found.get("audit", {})),
            attach=self._attach,
            files={**self._exchange.files(draft_id), **found.get("files", {})},
            amends=tuple(heads) if heads is not None else None,
            kept_aside=found.get("orphans", ()),
            doubts=self._doubts,
            answering=answering(self._exchange, found, draft.patch),
        )
        interview.second_of = found.get("second", "")
        return interview

    def finish(self, interview: Interview, reason: str = "") -> Finished:
        """Make a record of an interview; a decline keeps only what its form allows, and its draft is erased. A
        correction becomes a revision of its record, with the `reason` for it.

        Raises FieldkitError("interview.unfinished", problems=…) when something required is missing or wrong; for a
        correction also "amend.no-reason", "amend.declining", and what keeps the record from being corrected now.
        A second entry of a paper stays as it is, to be compared.
        """
        if interview.second_of:
            _refuse_unfinished(interview)
            return Finished(interview.id, changed=False)
        if interview.amends is not None:
            return self._finish_correction(interview, interview.amends, reason)
        entry = interview.entry
        if is_declined(entry):
            self._put_off(rest_until(entry))
            self._let_go(interview)
            record = self._exchange.keep_decline(entry.form, kept_answers(entry), erase_draft=interview.id)
            return Finished(record, declined=True)
        _refuse_unfinished(interview)
        entry.finish()
        answers = entry.answers(relevant_only=True)
        note = self._note(interview, answers)
        self._exchange.put(entry.form, interview.id, answers, note=note, remove_draft=interview.id)
        self._let_go(interview, note.get("files", ()))
        self._put_off(rest_until(entry))
        self._finished(interview.id)
        return Finished(interview.id)

    def _finish_correction(self, interview: Interview, heads: Sequence[str], reason: str) -> Finished:
        entry, record = interview.entry, interview.id
        refuse_unless_open(self._exchange.record(record), record)
        refuse_to_decline(entry, record)
        _refuse_unfinished(interview)
        correction = self._correction_of(interview, heads)
        changed = correction.changed(entry.answers(relevant_only=True))
        files = self._exchange.files(record)
        asked = interview.answering.note(changed, interview.notes) if interview.answering else {}
        if not is_answered_otherwise(entry.form, changed):
            if asked:
                say(self._exchange, record, heads, asked)
            self._let_go(interview, files)
            self._exchange.remove_draft(record)
            return Finished(record, amended=True, changed=False, answered=answered_in(asked))
        said = in_words(reason)
        entry.finish()
        answers = correction.answers(entry.answers(relevant_only=True))
        answers |= identity(entry.form, correction.base)
        note = {**self._note(interview, answers), "reason": said, **asked}
        note["own"] = own_paths(entry.form, answers)
        self._exchange.amend(entry.form, correction.record, answers, note=note, remove_draft=record)
        self._let_go(interview, {*files, *note.get("files", ())})
        self._put_off(rest_until(entry))
        self._finished(record)
        return Finished(record, amended=True, answered=answered_in(asked))

    def _correction_of(self, interview: Interview, heads: Sequence[str]) -> Correction:
        """What a correction began with: the record as it was seen, opened with the form in use."""
        form = interview.form
        seen = self._exchange.as_of(interview.id, heads)
        assert seen is not None
        made_with = self._exchange.made_with(interview.id)
        plan = None
        if form.hash != made_with:
            plan = self._versions.plan(self._library.version(form.id, made_with), form, seen.answers)
        opened = self.continued(form, plan.answers if plan else seen.answers)
        return Correction(seen, opened.answers(relevant_only=True), plan)

    def _note(self, interview: Interview, answers: dict[str, Answer]) -> dict[str, Any]:
        """What goes with the answers of a record; the log of the interview becomes one of them."""
        note: dict[str, Any] = {"comments": interview.notes} if interview.notes else {}
        files = {name: file for name, file in interview.files.items() if name in answers.values()}
        if files:
            note["files"] = files
        if interview.kept_aside:
            note["orphans"] = list(interview.kept_aside)
        if interview.audit is not None:
            answers[interview.entry.key(interview.audit.options.node)] = interview.close_log()
        return note

    def _put_off(self, rest: tuple[str, date] | None) -> None:
        """Nothing is due at a household until a day."""
        if rest is not None:
            household, until = rest
            day, since = until.isoformat(), self._now().date().isoformat()
            row = {"household": household, "rest": day, "since": since}
            self._workspace.worklist.upsert(row, where("household") == household)

    def _let_go(self, interview: Interview, kept: Iterable[str] = ()) -> None:
        """Remove the files of an interview that its record does not keep. Raises StoreError."""
        left = set(interview.files) - set(kept)
        self._workspace.attachments.remove(interview.files[name]["id"] for name in left)

    def discard(self, draft_id: str) -> None:
        """Erase an interview that was begun by mistake, with its files."""
        self._exchange.erase_draft(draft_id)


def _refuse_unfinished(interview: Interview) -> None:
    """Raises FieldkitError("interview.unfinished") when something required is missing or wrong."""
    blocking = interview.blocking()
    if blocking:
        raise refuse(blocking)
