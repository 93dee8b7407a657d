"""One person's case for one recipient: the answers that are named, and nothing more, as a table to be sealed for them alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fieldkit.errors import FieldkitError
from fieldkit.privacy.profiles import CaseTransfer, Profile, case_transfer, header
from fieldkit.privacy.tiers import template_of
from fieldkit.records import Record
from fieldkit.report.exports.columns import words_of
from fieldkit.report.exports.csv_file import guarded
from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.lists import ChoiceReader

FILE = "case.csv.age"
_HEAD = ("item", "question", "answer", "words")
_OF_PEOPLE = frozenset({"name", "birth_year"})
"""Questions by which a repeat is known to be about several people."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is handed on. line: what it is for, and never for. content: a CSV file, not sealed yet. rows: its answers."""

    transfer: CaseTransfer
    line: str
    content: bytes
    rows: int


def case_of(
    form: Form, record: Record, consent: Record, *, recipient: str, items: Sequence[str], hidden: Collection[str],
    on: date, language: str,
) -> Case:  # fmt: skip
    """The case. consent: the record in which the person agreed; hidden: the tiers that whoever writes it may not see.

    Raises FieldkitError("exports.case-items") without items, ("exports.case-others") for one of other people's, ("role.hidden")
    for one that is hidden, ("exports.case-empty"), as `case_transfer`.
    """
    if not items:
        raise FieldkitError("exports.case-items")
    transfer = case_transfer(form, record, recipient=recipient, items=items, consent=consent, on=on)
    for name in items:
        for question in _called(form, name):
            if _is_of_others(form, question):
                raise FieldkitError("exports.case-others", item=name)
            if _tier(form, question) in hidden:
                raise FieldkitError("exports.case-hidden", item=name)
    if not transfer.answers:
        raise FieldkitError("exports.case-empty")
    rows = list(_rows(form, transfer, language))
    body = repr(rows).encode("utf-8")
    line = header(Profile.CASE, purpose=transfer.purpose, on=on, content=body)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    told = {
        "header": line, "recipient": transfer.recipient, "purpose": transfer.purpose, "consent": transfer.consent,
        "until": transfer.until.isoformat(),
    }  # fmt: skip
    writer.writerows([f"#{name}", "", guarded(said), ""] for name, said in told.items())
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return Case(transfer, line, text.getvalue().encode("utf-8-sig"), len(rows))


def _called(form: Form, name: str) -> Iterator[Question]:
    return (item for item in form.items.values() if isinstance(item, Question) and item.name == name)


def _tier(form: Form, question: Question) -> str:
    """The tier of a question, or of the narrowest group around it that has one."""
    parts = question.path.split("/")
    around = (form.items.get("/".join(parts[:end])) for end in range(len(parts), 2, -1))
    return next((each.bind.tier for each in around if each is not None and each.bind.tier), "")


def _is_of_others(form: Form, question: Question) -> bool:
    """Whether it stands in a repeat with a row for each of several people."""
    around = [steps for steps in form.repeats if question.steps[: len(steps)] == steps]
    return any(
        item.name in _OF_PEOPLE and item.steps[: len(steps)] == steps
        for steps in around
        for item in form.items.values()
    )


def _rows(form: Form, transfer: CaseTransfer, language: str) -> Iterator[tuple[str, str, str, str]]:
    reader = ChoiceReader(form, form.lists.document)
    for key, answer in transfer.answers.items():
        item = form.items[f"/{form.root}/{template_of(key, form)}"]
        assert isinstance(item, Question)
        said = _said(answer)
        words = reader.words_of(item, form.language_for(language)) if item.is_select else {}
        chosen = said.split() if item.control == "select" else [said]
        told = "; ".join(words.get(value) or value for value in chosen)
        yield item.name, words_of(form, item.label).get(language, item.name), said, told


def _said(answer: Answer) -> str:
    return answer if isinstance(answer, str) else f"({answer.get('missing', '')})"
