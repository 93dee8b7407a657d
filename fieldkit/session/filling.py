"""Filling a form from a file, by the same rules as on the screen: all of it is right, or none of it is stored."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fieldkit.errors import FieldkitError
from fieldkit.i18n import language
from fieldkit.privacy.declines import is_declined
from fieldkit.privacy.tiers import without_what_was_seen
from fieldkit.session.amending import in_words, refuse_to_decline
from fieldkit.session.files import file_named
from fieldkit.session.interview import Finished, Interview
from fieldkit.session.parts import Parts
from fieldkit.wording import problem_text
from fieldkit.xforms import Form, FormEntry, Question
from fieldkit.xforms.answers import AnswerError, check_choice
from fieldkit.xforms.submission import known_answers


def read_answers(path: Path, form: Form) -> list[Mapping[str, Any]]:
    """The records of an answers file: `.json` (a record or a list of records), `.csv` (a record a row) or `.xml`
    (an OpenRosa record of `form`, from any ODK program).

    Raises FieldkitError("answers.…"), ("medium.gone"), ("submission.…").
    """
    kind = path.suffix.lower()
    try:
        if kind == ".json":
            data = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
        elif kind == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                data = [
                    {name: cell for name, cell in row.items() if name and cell}
                    for row in csv.DictReader(file)
                ]
        elif kind == ".xml":
            data = known_answers(form, path.read_bytes())
        else:
            raise FieldkitError("answers.unknown-format", source=str(path))
    except FileNotFoundError as error:
        raise FieldkitError("medium.gone", path=str(path)) from error
    except (OSError, ValueError, csv.Error) as error:
        raise FieldkitError(
            "answers.unreadable", source=str(path), kind=kind[1:], reason=str(error)
        ) from error
    records = data if isinstance(data, list) else [data]
    if not records:
        raise FieldkitError("answers.empty", source=str(path))
    if not all(isinstance(record, Mapping) for record in records):
        raise FieldkitError("answers.not-list", source=str(path))
    return records


def fill(
    session: Parts, form_name: str, records: Sequence[Mapping[str, Any]], *, source: str, finalize: bool
) -> list[str]:
    """Fill a form once for each record; give the ids of the records, or of the drafts without `finalize`.

    Everything is checked before anything is stored. Raises FieldkitError naming file, record and question.
    """
    faults: list[str] = []
    for number, answers in enumerate(records, 1):
        try:
            entry = session.interviews.trial(form_name, answers, language())
        except AnswerError as problem:
            raise FieldkitError(
                problem.reason, source=source, record=number, key=problem.key, **problem.params
            ) from problem
        _check_values(entry, source, number)
        _check_choices(entry, source, number)
        if finalize and not is_declined(entry):
            blocking = [problem for problem in entry.problems() if problem.kind != "warning"]
            label = f"{source}: {number}: " if len(records) > 1 else ""
            faults += [
                f"{label}{entry.label(p.path) or p.path} ({p.path}): {problem_text(p)}" for p in blocking
            ]
    if faults:
        raise FieldkitError("interview.unfinished", problems=faults)
    made = []
    for answers in records:
        interview = session.interviews.start(form_name, answers=answers)
        _attach(interview, Path(source).parent)
        made.append(session.interviews.finish(interview).record if finalize else interview.id)
    return made


def correct(
    session: Parts, record: str, records: Sequence[Mapping[str, Any]], *, source: str, reason: str
) -> Finished:
    """Correct a record with the one set of answers of a file, by every rule of its form; nothing is stored if anything
    is wrong. Raises FieldkitError, as `fill` and `Interviews.finish`.
    """
    if len(records) != 1:
        raise FieldkitError("answers.not-one", source=source, count=len(records))
    answers = records[0]
    try:
        entry = session.interviews.correction(record, answers, language())
    except AnswerError as problem:
        raise FieldkitError(
            problem.reason, source=source, record=1, key=problem.key, **problem.params
        ) from problem
    _check_values(entry, source, 1)
    _check_choices(entry, source, 1)
    refuse_to_decline(entry, record)
    faults = [
        f"{entry.label(p.path) or p.path} ({p.path}): {problem_text(p)}"
        for p in without_what_was_seen(entry, entry.problems())
        if p.kind != "warning"
    ]
    if faults:
        raise FieldkitError("interview.unfinished", problems=faults)
    said = in_words(reason)
    session.interviews.begin_correction(record, language(), answers)
    try:
        interview = session.interviews.resume(record)
        _attach(interview, Path(source).parent)
        return session.interviews.finish(interview, said)
    except FieldkitError:
        session.interviews.discard(record)
        raise


def _attach(interview: Interview, folder: Path) -> None:
    """Take in the files that answers name, from beside the answers file; a name without a file stays a name."""
    for leaf in [*interview.entry.tree.leaves()]:
        path = interview.entry.tree.path(leaf)
        item = interview.entry.item(path)
        if leaf.text and isinstance(item, Question) and item.control == "upload":
            named = folder / file_named(leaf.text)
            if named.is_file():
                interview.answer(path, str(named))


def _check_values(entry: FormEntry, source: str, number: int) -> None:
    """Refuse values of a wrong kind."""
    for problem in entry.problems():
        if problem.kind == "type":
            value = entry.value(problem.path)
            raise FieldkitError(
                "answers.type",
                source=source,
                record=number,
                key=problem.path,
                value=repr(value),
                expected=problem.type,
            )


def _check_choices(entry: FormEntry, source: str, number: int) -> None:
    """Refuse choices that are not offered, in answers that were taken as they were stored."""
    for leaf in entry.tree.leaves():
        if leaf.relevant and leaf.text:
            path = entry.tree.path(leaf)
            try:
                check_choice(entry, path, path, leaf.text)
            except AnswerError as problem:
                raise FieldkitError(
                    problem.reason, source=source, record=number, key=path, **problem.params
                ) from problem


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not an answer")
