"""What one record says of a screening day: a registration, an examination, somebody who left, or the event itself.

Who does not answer the clinician's questions, or is not examined alone, has no status and counts as eligible, like a woman who
would rather not be examined: she is neither put off nor found unsuitable, and nobody asks her again. Only where the
questions were never put is the status missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fieldkit.fieldwork.happenings import SCREENING_EVENT
from fieldkit.records import Record
from fieldkit.xforms.answers import Answer

PARTICIPANT = "scr_participant"
CERVIX = "scr_cervix"
BREAST = "scr_breast"
FORMS = (SCREENING_EVENT, PARTICIPANT, CERVIX, BREAST)
"""The forms whose records make a screening day."""
FIGURES: Mapping[str, str] = {
    "arrived": "arrived",
    "left": "declined",
    "registered": "registered",
    "eligible": "eligible",
    "deferred": "deferred",
    "ineligible": "ineligible",
    "sampled": "cx_sampled",
    "void": "void",
    "sent": "samples_sent",
    "breast": "br_examined",
}
"""The figures of a day in the order of the event's form, each with the question that asks for it."""
_CONSENTS = {"c_cervix": "cervix", "c_breast": "breast", "c_hpv_sample": "hpv", "c_share_hospital": "share"}
_LEFT = frozenset({"declined", "left", "postponed"})
_TUBES = frozenset({"clinician", "self"})
_KEPT = "no"
"""The answer about a tube that is not void."""
_STATUSES = frozenset({"eligible", "deferred", "ineligible"})
_LOOKED_AT = frozenset(
    {*_CONSENTS, *FIGURES.values(), "event_id", "seq", "date", "village", "villages", "closing", "event", "outcome"}
    | {"pid", "born", "cx_status", "private_now", "health", "eligible_pelvic", "sample_kind", "tube_void"}
    | {"consented", "consent_here"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A screening event as its record says. typed: the figures that people gave on closing, by FIGURES."""

    record: str
    event: str
    on: str
    villages: frozenset[str]
    closed: bool
    typed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Came:
    """A registration. consents: of "cervix", "breast", "hpv", "share". status: "eligible", "deferred", "ineligible", "" where
    nobody said. unasked: the questions it follows from were not put. prefers_not: would rather not be examined.
    """

    record: str
    heads: tuple[str, ...]
    pid: str
    event: str
    born: str
    village: str
    consents: frozenset[str]
    status: str
    unasked: bool
    prefers_not: bool
    in_conflict: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """An examination. sampled: a tube was filled; void: it cannot be sent. agreed_here: she was asked herself, as her registration
    was not known there. refused: she did not agree, and nothing was done.
    """

    record: str
    heads: tuple[str, ...]
    form: str
    pid: str
    event: str
    sampled: bool
    void: bool
    agreed_here: bool
    refused: bool
    in_conflict: bool


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who came and did not register: where and when, never who."""

    record: str
    on: str
    village: str


Row = Held | Came | Examined | Left


def row_of(record: Record) -> Row | None:
    """What a record says of a screening day; None for one that says nothing of any, or is no longer live."""
    if record.form not in FORMS or record.state not in {"live", "declined"}:
        return None
    found = _found(record.answers)
    if record.form == SCREENING_EVENT:
        return _held(record, found)
    if record.form == PARTICIPANT:
        if _text(found, "outcome") in _LEFT or record.state == "declined":
            return Left(record.id, _text(found, "date"), _text(found, "village"))
        return _came(record, found)
    kind = _text(found, "sample_kind")
    return Examined(
        record=record.id,
        heads=record.heads,
        form=record.form,
        pid=_text(found, "pid"),
        event=_text(found, "event"),
        sampled=kind in _TUBES,
        void=_text(found, "tube_void") not in {"", _KEPT},
        agreed_here=_text(found, "consent_here") == "yes",
        refused=_text(found, "consented") == "no",
        in_conflict=_in_conflict(record),
    )


def _held(record: Record, found: Mapping[str, Answer]) -> Held:
    places = {_text(found, "village"), *_text(found, "villages").split()}
    typed = {figure: _text(found, name) for figure, name in FIGURES.items()}
    return Held(
        record=record.id,
        event=_text(found, "event_id"),
        on=_text(found, "date"),
        villages=frozenset(places - {""}),
        closed=_text(found, "closing") == "yes",
        typed={figure: int(digits) for figure, digits in typed.items() if digits.isdecimal()},
    )


def _came(record: Record, found: Mapping[str, Answer]) -> Came:
    status = _text(found, "cx_status")
    consents = frozenset(word for name, word in _CONSENTS.items() if _text(found, name) == "yes")
    return Came(
        record=record.id,
        heads=record.heads,
        pid=_text(found, "pid"),
        event=_text(found, "event"),
        born=_text(found, "born"),
        village=_text(found, "village"),
        consents=consents,
        status=status if status in _STATUSES else "",
        unasked=status == "" and bool(consents & {"cervix", "hpv"}) and _is_unasked(found),
        prefers_not=_text(found, "eligible_pelvic") == "prefer_not_exam",
        in_conflict=_in_conflict(record),
    )


def _is_unasked(found: Mapping[str, Answer]) -> bool:
    """Whether the clinician's questions were not put: a refusal, or somebody who could hear, is an answer."""
    for name in ("private_now", "health"):
        if found.get(name) != "yes":
            return name not in found
    return "eligible_pelvic" not in found


def _in_conflict(record: Record) -> bool:
    """Whether people must decide first what holds of something that a day counts."""
    return any(path.rpartition("/")[2] in _LOOKED_AT for path in record.conflicts)


def _found(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers that are looked at, by the names of their questions."""
    found = {}
    for path, answer in answers.items():
        name = path.rpartition("/")[2]
        if name in _LOOKED_AT:
            found[name] = answer
    return found


def _text(found: Mapping[str, Answer], name: str) -> str:
    answer = found.get(name, "")
    return answer if isinstance(answer, str) else ""
