"""The three ways in which answers may leave (domain §0, rule 10): counts, records without the person, one person's case.

There is no fourth: nothing here gives all answers of all people. Writers of files ask here what may stand in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fieldkit.errors import FieldkitError
from fieldkit.privacy.leaving import Way, leave, offered, way_of
from fieldkit.privacy.suppression import Key, shown
from fieldkit.privacy.tiers import template_of
from fieldkit.privacy.withdrawal import WHOLE
from fieldkit.records import Record
from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer

_VALID = timedelta(days=90)
_HASH = 8
_SHARED = ("recipient", "share_purpose", "share_agreed")


class Profile(StrEnum):
    """A way to leave. Its value is the word on the command line and in headers."""

    AGGREGATE = "aggregate"
    DEIDENTIFIED = "deidentified"
    CASE = "case"


def header(profile: Profile, *, purpose: str, on: date, content: bytes) -> str:
    """The line at the head of every file that leaves (domain App. B): what it is for, what it must never be used for, and
    the profile, the day and the first digits of the SHA-256 of the content.
    """
    mark = hashlib.sha256(content).hexdigest()[:_HASH]
    return f"{lock(purpose)}；{profile.value}·{on.isoformat()}·{mark}"


def lock(purpose: str) -> str:
    """The sentence about what it is for, and what it must never be used for (domain §0, rule 14)."""
    return f"仅限{purpose}使用；不得用于处罚、个人考核、信用、入学、就业、落户"


def aggregate(
    counts: Mapping[Key, int], sums: Iterable[Sequence[Key]], *, is_clinical: bool
) -> dict[Key, str]:
    """Counts as they may leave: those about health and other restricted matters without small ones."""
    if not is_clinical:
        return {key: str(count) for key, count in counts.items()}
    return shown(counts, sums)


def deidentified(form: Form, answers: Mapping[str, Answer], *, secret: bytes) -> dict[str, Answer]:
    """The flat answers of a record without the person.

    Only tiers P and N stay; of these no free text (`privacy.leaving`). Numbers that lead to a person become pseudonyms, the
    same for the same `secret` alone; days become months, years of birth bands of five, ages too; rows of repeats are numbered
    in their order. Why an answer is missing stays: whether somebody declined to answer tells of nobody.
    """
    instances: dict[str, str] = {}
    found: dict[str, Answer] = {}
    for key, answer in answers.items():
        item = form.items.get(f"/{form.root}/{template_of(key, form)}")
        way = way_of(form, item) if isinstance(item, Question) else None
        if way is not None and isinstance(item, Question):
            kept = _without_person(form, item, way, answer, secret)
            if kept:
                found[_numbered(key, form, instances)] = kept
    return found


def _without_person(form: Form, question: Question, way: Way, answer: Answer, secret: bytes) -> Answer | None:
    if not isinstance(answer, str) or not answer:
        return answer
    values = offered(form, question) if question.is_select and way is not Way.PSEUDONYM else None
    return leave(way, name=question.name, secret=secret, values=values or ())(answer)


def _numbered(key: str, form: Form, instances: dict[str, str]) -> str:
    """A key with rows numbered in the order they come in, so that no instance id leaves."""
    repeats = {"/".join(steps[1:]) for steps in form.repeats}
    done: list[str] = []
    named: list[str] = []
    parts = iter(key.split("/"))
    for part in parts:
        done.append(part)
        named.append(part)
        above = "/".join(done)
        if above in repeats:
            instance = next(parts, "")
            place = f"{'/'.join(named)}/{instance}"
            numbers = [each for each in instances if each.rpartition("/")[0] == "/".join(named)]
            named.append(instances.setdefault(place, str(len(numbers) + 1)))
    return "/".join(named)


@dataclass(frozen=True, slots=True)
class CaseTransfer:
    """One person's case for one recipient. consent: the record and the row of it in which she agreed; until: the last day
    on which the recipient may use it. answers: flat, only the items agreed to.
    """

    recipient: str
    purpose: str
    consent: str
    until: date
    answers: Mapping[str, Answer]


def case_transfer(
    form: Form, record: Record, *, recipient: str, items: Iterable[str], consent: Record, on: date
) -> CaseTransfer:
    """What may be handed on of one record to a named recipient; whoever writes it encrypts it for them.

    items: the names of the questions that are handed on. consent: the record that holds the person's consent to share,
    which may be `record` itself.
    Raises FieldkitError("transfer.no-consent") where she did not agree to this recipient, or has taken it back;
    ("transfer.not-an-item") for a question the form does not have or that is only looked at (tier X).
    """
    agreed = agreement(consent, recipient)
    if agreed is None or record.state != "live":
        raise FieldkitError("transfer.no-consent", recipient=recipient)
    row, purpose = agreed
    wanted = set(items)
    known = {item.name: item for item in form.items.values() if isinstance(item, Question)}
    for name in sorted(wanted):
        if name not in known or known[name].bind.tier == "X":
            raise FieldkitError("transfer.not-an-item", item=name)
    answers = {
        key: answer
        for key, answer in record.answers.items()
        if template_of(key, form).rpartition("/")[2] in wanted
    }
    return CaseTransfer(recipient, purpose, f"{consent.id}#{row}", on + _VALID, answers)


def agreement(consent: Record, recipient: str) -> tuple[str, str] | None:
    """The row of a consent in which sharing with `recipient` was agreed to, and for what; None without one."""
    if consent.state != "live":
        return None
    taken_back = consent.text("withdrawn_scope").split()
    if WHOLE in taken_back or "share" in taken_back:
        return None
    rows: dict[str, dict[str, str]] = {}
    for key, answer in consent.answers.items():
        above, _, name = key.rpartition("/")
        if name in _SHARED and isinstance(answer, str):
            rows.setdefault(above, {})[name] = answer
    for above, row in sorted(rows.items()):
        if row.get("recipient") == recipient and row.get("share_agreed") == "yes":
            return above.rpartition("/")[2], row.get("share_purpose", "")
    return None
