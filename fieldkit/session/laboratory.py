"""Results of a laboratory: looked at row by row, then written as corrections of the examinations they belong to.

Nothing is written before a person has seen the preview. Each row is one correction and one commit: whatever stops the import,
the rows before are whole, the rows after are as they were, and doing it again says "same already" to the former.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.exchange import Exchange
from fieldkit.fieldwork.lab_rows import lab_rows
from fieldkit.fieldwork.lab_verdicts import HARMLESS, IN_CONFLICT, Judged, Verdict, judged
from fieldkit.fieldwork.screened import CERVIX, PARTICIPANT
from fieldkit.i18n import _, language
from fieldkit.privacy.tiers import without_what_was_seen
from fieldkit.records import Record
from fieldkit.session.amending import Correction, identity, in_words, own_paths
from fieldkit.session.lab_file import LabFile, read_lab_file
from fieldkit.session.lab_words import reason_for_laboratory
from fieldkit.session.words import Words
from fieldkit.wording import labelled, problem_text
from fieldkit.xforms import Form, FormEntry
from fieldkit.xforms.answers import Answer, AnswerError, fill

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary
    from fieldkit.session.interviews import Interviews
    from fieldkit.session.screening_days import ScreeningDays
    from fieldkit.xforms.lists import Table

_ROUTINE = frozenset({"routine_3y", "routine_5y"})
_STEP, _FINAL, _WHY = "next_step/triage", "next_step/triage_final", "next_step/triage_reason"
_FOLLOWED = "colposcopy/"
_WRITTEN = frozenset({Verdict.NEW, Verdict.CHANGES})


@dataclass(frozen=True, slots=True)
class Preview:
    """A laboratory's file with a verdict for each row. Nothing of it is written."""

    file: LabFile
    rows: tuple[Judged, ...]

    def of(self, *verdicts: Verdict) -> list[Judged]:
        """The rows with one of these verdicts, in the order of the file."""
        return [each for each in self.rows if each.verdict in verdicts]

    @property
    def faulty(self) -> list[Judged]:
        """The rows to ask the laboratory about."""
        return [each for each in self.rows if each.verdict not in HARMLESS]

    def faults_csv(self) -> str:
        """The faulty rows to send back: their number in the file, the participant's number, and why. Neither a result nor
        anything that is stored here stands in it.
        """
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow([_("row"), _("number"), _("reason")])
        rows.writerows([each.row.line, each.row.pid, reason_for_laboratory(each)] for each in self.faulty)
        return "\ufeff" + text.getvalue()


@dataclass(frozen=True, slots=True)
class TakenResults:
    """What an import wrote: how many new results, how many that changed one; how many stay for a clinician to confirm."""

    new: int
    changed: int
    unconfirmed: int


class _Refused(Exception):  # noqa: N818 - it is no error, but a row's verdict
    """What the form objects to, in words."""


class Laboratory:
    """The results of one workspace. finished: told of each record that was corrected."""

    def __init__(
        self,
        exchange: Exchange,
        interviews: Interviews,
        library: FormLibrary,
        days: ScreeningDays,
        finished: Callable[[str], None],
    ) -> None:
        self._exchange = exchange
        self._interviews = interviews
        self._library = library
        self._days = days
        self._finished = finished

    def preview(self, path: Path) -> Preview:
        """What would come of each row of a file.

        Raises FieldkitError("medium.gone"), ("lab.…").
        """
        return self._preview(read_lab_file(path))

    def take(self, preview: Preview, agreed: Collection[tuple[object, ...]] = ()) -> TakenResults:
        """Write the new results, and of the changes those that somebody said yes to (`Judged.key`). Every row is judged
        again first, so that nothing is written that the preview did not show. Raises StoreError.
        """
        shown = {each.key for each in preview.of(Verdict.NEW)} | set(agreed)
        reason = in_words(
            _("Laboratory results: {file}, SHA-256 {hash}", file=preview.file.name, hash=preview.file.sha256)
        )
        lists: dict[str, Mapping[str, Table]] = {}
        new = changed = unconfirmed = 0
        records, found = self._judged(preview.file)
        for each in found:
            if each.verdict not in _WRITTEN or each.key not in shown:
                continue
            try:
                form, correction, entry = self._corrected(records[each.record], each, lists)
            except _Refused:
                continue
            self.write(form, correction, entry, reason)
            new += each.verdict is Verdict.NEW
            changed += each.verdict is Verdict.CHANGES
            unconfirmed += not entry.value(_path(form, _FINAL))
        return TakenResults(new, changed, unconfirmed)

    def words(self) -> Callable[[str, Answer], str]:
        """Stored results in the words of the form, by the question's name."""
        words = Words(self._library.known(CERVIX), language())

        def in_words(name: str, answer: Answer) -> str:
            is_torn = isinstance(answer, Mapping) and answer["missing"] == IN_CONFLICT
            said = _("two values that contradict") if is_torn else words.answer(f"lab/{name}", answer)
            return labelled(words.label(f"lab/{name}"), said or _("nothing"))

        return in_words

    def write(self, form: Form, correction: Correction, entry: FormEntry, reason: str) -> None:
        """Keep a correction as a revision of its record, in one commit. Raises StoreError."""
        entry.finish()
        answers = correction.answers(entry.answers(relevant_only=True))
        answers |= identity(form, correction.base)
        note = {"reason": reason, "own": own_paths(form, answers)}
        self._exchange.amend(form, correction.record, answers, note=note, remove_draft="")
        self._finished(correction.record.id)

    def opened(
        self, record: Record, lists: dict[str, Mapping[str, Table]] | None = None
    ) -> tuple[Form, Correction, FormEntry] | None:
        """A record opened for a correction that no draft keeps; None where its form is nowhere any more."""
        form = self._library.version(record.form, self._exchange.made_with(record.id))
        if form is None:
            return None
        known = {} if lists is None else lists
        if form.hash not in known:
            known[form.hash] = self._interviews.lists_for(form)
        entry = self._interviews.continued(form, record.answers, language(), known[form.hash])
        return form, Correction(record, entry.answers(relevant_only=True)), entry

    # -- inside ---------------------------------------------------------------------------------------------

    def _preview(self, file: LabFile) -> Preview:
        lists: dict[str, Mapping[str, Table]] = {}
        records, found = self._judged(file)
        for place, each in enumerate(found):
            if each.verdict in _WRITTEN:
                try:
                    self._corrected(records[each.record], each, lists)
                except _Refused as refused:
                    found[place] = replace(each, verdict=Verdict.REFUSED, why=str(refused))
        return Preview(file, tuple(found))

    def _judged(self, file: LabFile) -> tuple[dict[str, Record], list[Judged]]:
        """The records of screening days by their ids, and the rows of a file beside them; no form was asked yet."""
        records = {each.id: each for each in self._days.records(PARTICIPANT, CERVIX)}
        being_corrected = frozenset(draft.id for draft in self._interviews.unfinished())
        return records, judged(lab_rows(file.lines), records.values(), being_corrected)

    def _corrected(
        self, record: Record, row: Judged, lists: dict[str, Mapping[str, Table]]
    ) -> tuple[Form, Correction, FormEntry]:
        """The record with a row's results filled in, by every rule of its form. Raises _Refused."""
        opened = self.opened(record, lists)
        if opened is None:
            raise _Refused(_("The version of the form is no longer here. Open the record in the app."))
        form, correction, entry = opened
        try:
            fill(entry, {f"lab/{name}": value for name, value in row.row.results.items()})
        except AnswerError as error:
            raise _Refused(
                _("The form does not know “{value}”.", value=error.params.get("value", error.key))
            ) from error
        final = confirmed_after(record, entry.value(_path(form, _STEP)))
        if final is None:
            raise _Refused(_("Colposcopy is recorded already. A clinician corrects this record by hand."))
        entry.set(_path(form, _FINAL), final)
        problems = [each for each in without_what_was_seen(entry, entry.problems()) if each.kind != "warning"]
        if problems:
            raise _Refused(f"{entry.label(problems[0].path)}: {problem_text(problems[0])}")
        return form, correction, entry


def confirmed_after(before: Record, suggested: str) -> str | None:
    """The next step as it stands after new results; "" leaves it open for a clinician, None where she must correct it herself.

    A routine interval needs nobody's confirmation. What a clinician has confirmed stays while it is what the protocol
    suggests, or was chosen otherwise with a reason. Anything else that the protocol suggests now is not confirmed by an import.
    """
    step, final = before.text(_STEP), before.text(_FINAL)
    kept = final == suggested or (final != step and (not suggested or bool(before.text(_WHY))))
    if final and kept:
        return final
    if any(key.startswith(_FOLLOWED) and answer for key, answer in before.answers.items()):
        return None
    return suggested if suggested in _ROUTINE else ""


def _path(form: Form, key: str) -> str:
    return f"/{form.root}/{key}"
