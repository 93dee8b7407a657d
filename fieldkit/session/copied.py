"""An event that begins as the last one of its kind: what stays the same is there, what is of the day is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fieldkit.fieldwork.happenings import EDUCATION_EVENT, SCREENING_EVENT
from fieldkit.i18n import language
from fieldkit.session.lots import lots_of
from fieldkit.xforms.answers import AnswerError

if TYPE_CHECKING:
    from fieldkit.records import Record
    from fieldkit.session.interview import Interview
    from fieldkit.session.session import Session

STICKY: Mapping[str, tuple[str, ...]] = {
    EDUCATION_EVENT: (
        "kind", "villages", "venue", "header/place", "topics", "media/outlet", "media/minutes", "van/route", "show/troupe",
        "groups/group", "count_method", "estimate_how", "close/speaker_role",
    ),
    SCREENING_EVENT: (
        "village", "place_kind", "villages", "programme", "age_from", "age_to", "tests", "hpv_mode", "self_sampling",
        "staff/role", "privacy_ok", "devices/device_id", "devices/device_station", "devices/pid_from", "devices/pid_to",
    ),
}  # fmt: skip
"""The questions of each form whose answer is taken from the last record. Dates, counts, costs, lots (`lots.py`) and whatever closes an
event are of the day; so is what somebody vouches for anew: who reviewed the content, that the notice is up.
"""
_KIND = "kind"


def last_of_each_kind(session: Session, form_id: str) -> dict[str, Record]:
    """The last record of each kind of event, the latest first; a form without kinds has one, called ""."""
    newest = sorted(session.exchange.records(form_id), key=_when, reverse=True)
    found: dict[str, Record] = {}
    for record in newest:
        found.setdefault(record.text(_KIND), record)
    return found


def copied_answers(session: Session, form_id: str, kind: str = "") -> dict[str, Any]:
    """What a new event takes over from the last one of its kind, as nested answers; of a kind that there was none of, its
    kind alone. What the form no longer takes, such as a village that is no more, is left out.
    """
    record = last_of_each_kind(session, form_id).get(kind)
    if record is None:
        return {_KIND: kind} if kind else {}
    answers = sticky(record.answers, STICKY[form_id])
    if form_id == SCREENING_EVENT:
        answers["kits"] = [{} for _lot in lots_of(record)]  # rows to offer them in
    while True:
        try:
            session.interviews.trial(form_id, answers)
        except AnswerError as problem:
            answers = _without(answers, problem.key)
        else:
            return answers


def begin_copied(session: Session, form_id: str, kind: str = "") -> Interview:
    """Begin an event as the last one of its kind, at its day; where there was none, at the form's first question.

    Raises as `Interviews.start`.
    """
    answers = copied_answers(session, form_id, kind)
    interview = session.interviews.start(form_id, language=language(), answers=answers)
    if answers.keys() - {_KIND}:
        interview.jump(interview.form.find("date").path)
    return interview


def sticky(answers: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The answers at `names` among flat ones, nested, the rows of a repeat in their order."""
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    found: dict[str, Any] = {}
    for key, answer in answers.items():
        if key in names:
            found[key] = answer
            continue
        repeat, _, rest = key.partition("/")
        row, _, name = rest.partition("/")
        if f"{repeat}/{name}" in names:
            rows.setdefault(repeat, {}).setdefault(row, {})[name] = answer
    for repeat, each in rows.items():
        places = {row: int(str(answers.get(f"{repeat}/{row}", "0"))) for row in each}
        found[repeat] = [each[row] for row in sorted(each, key=lambda row: places[row])]
    return found


def _without(answers: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Nested answers without one, wherever it stands."""
    kept = {key: answer for key, answer in answers.items() if key != name}
    return {
        key: [_without(row, name) for row in answer] if isinstance(answer, list) else answer
        for key, answer in kept.items()
    }


def _when(record: Record) -> tuple[str, str, str]:
    return record.text("date"), record.made_on.isoformat(), record.id
