"""Who was screened, as her records say: her registration, and her latest examination of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldkit.records import Record

PARTICIPANT, CERVIX, BREAST, FOLLOW = "scr_participant", "scr_cervix", "scr_breast", "scr_follow"
_CONSENTS = {"cervix": "c_cervix", "breast": "c_breast", "hpv": "c_hpv_sample"}
_ENDS_CONTACT = {"basic", "health", "contact"}


@dataclass(frozen=True, slots=True)
class Screened:
    """A registration. pid: her number. event: of the screening day. born: the year, "" where it is not known. consents: some of "cervix", "breast", "hpv".
    safe_contact: how she is told, "" where she did not say. phone: for that way alone. withdrew: she took back the consent
    to be contacted or to what was found.
    """

    pid: str
    record: str
    event: str
    born: str
    consents: frozenset[str]
    safe_contact: str
    phone: str
    withdrew: bool


def screened(records: Iterable[Record]) -> dict[str, list[Screened]]:
    """The registrations by participant number; more than one under a number is a mistake that a person must look at."""
    found: dict[str, list[Screened]] = {}
    for record in records:
        pid = record.text("pid")
        if record.form == PARTICIPANT and pid:
            consents = frozenset(name for name, key in _CONSENTS.items() if record.text(key) == "yes")
            found.setdefault(pid, []).append(
                Screened(
                    pid,
                    record.id,
                    record.text("event"),
                    record.text("born"),
                    consents,
                    record.text("safe_contact"),
                    record.text("result_phone"),
                    withdrew=bool(_ENDS_CONTACT & set(record.text("withdrawn_scope").split())),
                )
            )
    return found


def latest(records: Iterable[Record], form: str) -> dict[str, Record]:
    """The latest examination of a form by participant number: by its day, then by when it was recorded."""
    found: dict[str, Record] = {}
    for record in sorted(
        (each for each in records if each.form == form),
        key=lambda each: (each.text("date"), each.made_on, each.id),
    ):
        if record.text("pid"):
            found[record.text("pid")] = record
    return found
