"""Who needs what next after a screening, and by when. A list of numbers for the clinicians: it stands in the order of the days
and then of the numbers, never of villages or of those who work there, and nobody is on it who does not want to be.

Days are the protocol's defaults, as in the form of follow-ups (domain F4e): suspected cancer 7, BI-RADS 4 and 5 14,
colposcopy 60, a letter that says that nothing was found 30. For other steps a day is agreed with her.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from fieldkit.fieldwork.lab_words import ADEQUACY, HPV, TCT, TYPES
from fieldkit.fieldwork.screened import BREAST, CERVIX, FOLLOW, PARTICIPANT, Screened, latest, screened
from fieldkit.records import Record


class Step(StrEnum):
    """What is next. ROUTINE needs nobody: it is told, and that is all. TELL, REPEAT and APPOINTMENT are what somebody agreed with
    her in a follow-up, whatever was found.
    """

    COLPOSCOPY = "colposcopy"
    CYTOLOGY = "cytology"
    SAMPLE = "sample"
    AGAIN_12M = "again_12m"
    MAMMOGRAPHY = "mammography"
    SPECIALIST = "specialist"
    REVIEW = "review"
    AGAIN_6M = "again_6m"
    CARE = "care"
    DECIDE = "decide"
    TELL = "tell"
    REPEAT = "repeat"
    APPOINTMENT = "appointment"
    ROUTINE = "routine"
    WAITING = "waiting"


REASONS: Mapping[Step, str] = {
    Step.COLPOSCOPY: "colpo", Step.CYTOLOGY: "repeat", Step.SAMPLE: "repeat", Step.AGAIN_12M: "repeat",
    Step.MAMMOGRAPHY: "mmg", Step.REVIEW: "mmg", Step.AGAIN_6M: "mmg", Step.SPECIALIST: "histology",
    Step.CARE: "treatment", Step.ROUTINE: "result_neg",
}  # fmt: skip
"""The `reason` of the follow-up that a step begins."""
_AGREED: Mapping[str, Step] = {
    "result_neg": Step.TELL, "repeat": Step.REPEAT, "colpo": Step.COLPOSCOPY, "mmg": Step.MAMMOGRAPHY,
    "histology": Step.SPECIALIST, "treatment": Step.CARE,
}  # fmt: skip
DAYS = {"suspected": 7, Step.SPECIALIST: 14, Step.ROUTINE: 30, Step.COLPOSCOPY: 60}
_CERVIX: Mapping[str, Step] = {
    "colposcopy": Step.COLPOSCOPY, "urgent": Step.COLPOSCOPY, "repeat_sample": Step.SAMPLE,
    "repeat_12m": Step.AGAIN_12M, "routine_3y": Step.ROUTINE, "routine_5y": Step.ROUTINE,
}  # fmt: skip
_BREAST: Mapping[str, Step] = {
    "mmg": Step.MAMMOGRAPHY, "specialist": Step.SPECIALIST, "histology": Step.SPECIALIST,
    "senior_review": Step.REVIEW, "short_follow_6m": Step.AGAIN_6M, "care": Step.CARE, "routine_3y": Step.ROUTINE,
}  # fmt: skip
_MATTERS = {"colpo": CERVIX, "repeat": CERVIX, "mmg": BREAST, "histology": BREAST}
_MANAGED = {"completed_here", "completed_elsewhere", "declined", "moved", "died"}
_FOR_GOOD = {"moved", "died"}
_IMAGES = ("bus_max", "mmg_max", "cbe")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one examination, and what is next. form: of the examination. since: the day the result was known.
    due: None where a day is to be agreed with her. suggested: what the protocol says, "" where it says nothing.
    confirmed: whether a clinician has confirmed the step. said: the answers it follows from, by name.
    is_suspected: cancer is suspected, or the clinician calls it urgent. follow: the record of her open follow-up of it, "" for
    none. told: whether she was told. is_open: nothing that she said or that was done has settled it.
    A follow-up of something else than what was found stands for itself: form and record are its own.
    """

    woman: Screened
    form: str
    record: str
    step: Step
    since: date
    due: date | None
    suggested: str
    confirmed: bool
    said: Mapping[str, str]
    is_suspected: bool = False
    follow: str = ""
    told: bool = False
    is_open: bool = True

    @property
    def pid(self) -> str:
        """Her number."""
        return self.woman.pid


@dataclass(frozen=True, slots=True)
class Triage:
    """The list. lines: what is to be done. managed: how many findings that need something are settled: done, or she declined,
    asked to stop, took her consent back, moved, died. unreached: how many were not reached in three attempts.
    not_here: examinations whose registration is not here (withdrawn, erased, or on another laptop).
    shared: numbers that stand in two registrations, for which nothing is planned. found: every finding, settled ones too.
    """

    lines: tuple[Found, ...]
    managed: int
    unreached: int
    not_here: int
    shared: tuple[str, ...]
    found: tuple[Found, ...]

    def count(self, step: Step) -> int:
        """How many lines have a step."""
        return sum(line.step is step for line in self.lines)


def triage(records: Iterable[Record], known_on: Mapping[str, date]) -> Triage:
    """The list, from registrations, examinations and follow-ups. known_on: for an examination the day its results were known,
    where that is another day than that of its latest revision.
    """
    kept = list(records)
    women = screened(each for each in kept if each.form == PARTICIPANT)
    follows: dict[str, list[Record]] = {}
    for each in kept:
        if each.form == FOLLOW:
            follows.setdefault(each.text("pid"), []).append(each)
    found: list[Found] = []
    unreached = not_here = 0
    for form in (CERVIX, BREAST):
        for pid, record in latest(kept, form).items():
            if pid not in women:
                not_here += 1
            elif len(women[pid]) == 1:
                first = _found(women[pid][0], record, known_on.get(record.id, record.made_on))
                settled, is_lost = _settled(first, record, follows.get(pid, ()))
                found.append(settled)
                unreached += is_lost
    needing = [each for each in found if each.step not in {Step.ROUTINE, Step.WAITING}]
    open_ones = [each for each in needing if each.is_open]
    attached = {each.follow for each in open_ones}
    agreed = [
        each
        for pid, own in follows.items()
        if len(women.get(pid, ())) == 1
        for each in _agreed(women[pid][0], own)
        if each.record not in attached
    ]
    lines = sorted([*open_ones, *agreed], key=lambda each: (each.due or date.max, each.pid, each.form))
    shared = tuple(sorted(pid for pid, each in women.items() if len(each) > 1))
    managed = len(needing) - len(open_ones) - unreached
    by_number = tuple(sorted(found, key=lambda each: each.pid))
    return Triage(tuple(lines), managed, unreached, not_here, shared, by_number)


def _found(woman: Screened, record: Record, since: date) -> Found:
    is_cervix = record.form == CERVIX
    said = {
        name: record.text(name)
        for name in ((HPV, TYPES, ADEQUACY, TCT, "via", "visual") if is_cervix else _IMAGES)
    }
    suggested, final = (
        record.text(name) for name in (("triage", "triage_final") if is_cervix else ("br_action", "br_final"))
    )
    chosen = (_CERVIX if is_cervix else _BREAST).get(final or suggested)
    step = chosen or (_cervix_step(said) if is_cervix else _breast_step(said))
    is_suspected = final == "urgent" or said.get("via") == "suspect_ca" or said.get(TCT) in {"SCC", "ADENO"}
    due = _due(step, since, is_suspected=is_suspected)
    return Found(
        woman,
        record.form,
        record.id,
        step,
        since,
        due,
        suggested,
        bool(final),
        said,
        is_suspected=is_suspected,
    )


def _cervix_step(said: Mapping[str, str]) -> Step:
    """Where the protocol suggests nothing: cytology after another high-risk type, results still to come, or a clinician."""
    cytology = "" if said[TCT] == "pending" else said[TCT]
    if said[HPV] == "pos" and said[TYPES] and not cytology:
        return Step.CYTOLOGY
    if said[HPV] == "pending" or said[TCT] == "pending" or not (said[HPV] or cytology):
        return Step.WAITING
    if said[HPV] == "not_done" and not cytology:
        return Step.WAITING
    return Step.DECIDE


def _breast_step(said: Mapping[str, str]) -> Step:
    return (
        Step.DECIDE if any(said[name] not in {"", "not_done", "normal"} for name in _IMAGES) else Step.WAITING
    )


def _due(step: Step, since: date, *, is_suspected: bool) -> date | None:
    if step is Step.COLPOSCOPY and is_suspected:
        return since + timedelta(days=DAYS["suspected"])
    if step is Step.AGAIN_12M:
        return since + timedelta(days=365)
    if step is Step.AGAIN_6M:
        return since + timedelta(days=182)
    return since + timedelta(days=DAYS[step]) if step in DAYS else None


def _settled(found: Found, record: Record, follows: Sequence[Record]) -> tuple[Found, bool]:
    """The finding with what her follow-ups say of it, and whether it stands open only since nobody could reach her."""
    reason = REASONS.get(found.step, "")
    own = [each for each in follows if each.text("reason") == reason]
    matter = [each for each in follows if _MATTERS.get(each.text("reason"), found.form) == found.form]
    is_done = (
        bool(record.text("colpo_date"))
        if found.step is Step.COLPOSCOPY
        else found.step in {Step.SPECIALIST, Step.CARE} and record.text("path") not in {"", "pending"}
    )
    stopped = any(map(_is_the_end, follows))
    declined = any(
        each.text("final") == "declined" and each.text("reason") != "result_neg" for each in matter
    )
    # What was known only after a follow-up had ended is not settled by it: a new sample may show something else.
    later = [each for each in own if (_day(each.text("closed_on")) or found.since) >= found.since]
    ended = any(each.text("final") in _MANAGED for each in later)
    is_lost = any(each.text("final") == "unreachable_3" for each in later)
    is_managed = is_done or found.woman.withdrew or stopped or declined or ended
    open_ones = [each for each in own if each.text("final") in {"", "open"}]
    days = [day for each in open_ones if (day := _day(each.text("due")))]
    return replace(
        found,
        due=min(days) if days else found.due,
        follow=open_ones[-1].id if open_ones else "",
        told=any(
            each.text("told") and (_day(each.text("date")) or found.since) >= found.since for each in own
        ),
        is_open=not (is_managed or is_lost),
    ), is_lost and not is_managed and found.step not in {Step.ROUTINE, Step.WAITING}


def _agreed(woman: Screened, follows: Sequence[Record]) -> Iterator[Found]:
    """Her open follow-ups; none where she asked to stop, took her consent back, moved or died, or declined the matter."""
    if woman.withdrew or any(map(_is_the_end, follows)):
        return
    declined = {_MATTERS.get(each.text("reason")) for each in follows if each.text("final") == "declined"}
    for each in follows:
        reason = each.text("reason")
        if each.text("final") not in {"", "open"} or _MATTERS.get(reason, "") in declined:
            continue
        step, day = _AGREED.get(reason, Step.APPOINTMENT), _day(each.text("due"))
        is_told = bool(each.text("told"))
        yield Found(
            woman,
            FOLLOW,
            each.id,
            step,
            each.made_on,
            day,
            "",
            confirmed=True,
            said={},
            follow=each.id,
            told=is_told,
        )


def _is_the_end(follow: Record) -> bool:
    """Whether nobody is to contact her any more."""
    return follow.text("stopped") == "yes" or follow.text("final") in _FOR_GOOD


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
