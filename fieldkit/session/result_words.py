"""A line of the triage list in words: what is next, and why in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.fieldwork.screened import CERVIX, FOLLOW
from fieldkit.fieldwork.triage import Found, Step, Triage
from fieldkit.i18n import N_, _
from fieldkit.session.results import Telling

STEPS: Mapping[Step, str] = {
    Step.COLPOSCOPY: N_("colposcopy"),
    Step.CYTOLOGY: N_("cytology"),
    Step.SAMPLE: N_("repeat the sample"),
    Step.AGAIN_12M: N_("again in 12 months"),
    Step.MAMMOGRAPHY: N_("mammography"),
    Step.SPECIALIST: N_("specialist, histology"),
    Step.REVIEW: N_("review by a senior specialist"),
    Step.AGAIN_6M: N_("again in 6 months"),
    Step.CARE: N_("link to care"),
    Step.DECIDE: N_("a clinician decides"),
    Step.TELL: N_("tell the result"),
    Step.REPEAT: N_("repeat"),
    Step.APPOINTMENT: N_("new appointment"),
}
_HIGH = {"ASCH": "ASC-H", "HSIL": "HSIL", "SCC": "SCC", "AGC": "AGC", "AIS": "AIS", "ADENO": "adenocarcinoma"}
_LOW = {"ASCUS": "ASC-US", "LSIL": "LSIL"}


def why(found: Found) -> str:
    """Why this is next."""
    said = found.said
    if found.form == FOLLOW:
        return _("Agreed with her.")
    if found.confirmed and not found.suggested:
        return _("The clinician chose this; the protocol says nothing.")
    return _cervix(found, said) if found.form == CERVIX else _breast(found, said)


def _cervix(found: Found, said: Mapping[str, str]) -> str:
    if found.step is Step.COLPOSCOPY:
        return _colposcopy(said)
    if found.step is Step.CYTOLOGY:
        return (
            _("Another high-risk HPV type was found; cytology is asked for, and its result is awaited.")
            if said["tct"] == "pending"
            else _("Another high-risk HPV type was found, and there is no cytology yet.")
        )
    if found.step is Step.SAMPLE:
        return (
            _("The HPV test was invalid.")
            if said["hpv"] == "invalid"
            else _("The specimen for cytology could not be read.")
        )
    if found.step is Step.AGAIN_12M:
        return _("Another high-risk HPV type was found, and cytology is normal.")
    return _("The protocol has no rule for these results together.")


def _colposcopy(said: Mapping[str, str]) -> str:
    types = [each for each in ("16", "18") if each in said["hpv_types"].split()]
    if types:
        return _("HPV type {types} was found.", types=_(", ").join(types))
    if said["tct"] in _HIGH:
        return _("Cytology says {word}.", word=_HIGH[said["tct"]])
    if said["via"] in {"pos", "suspect_ca"} or said["visual"] == "suspicious":
        return _("Something suspicious was seen at the examination.")
    if said["tct"] in _LOW:
        return _("Another high-risk HPV type was found, and cytology says {word}.", word=_LOW[said["tct"]])
    return _("The clinician chose this.")


def _breast(found: Found, said: Mapping[str, str]) -> str:
    if found.step is Step.DECIDE:
        return _("The protocol has no rule for these results together.")
    if said["mmg_max"]:
        return _("Mammography: BI-RADS {category}.", category=said["mmg_max"])
    if said["bus_max"]:
        return _("Ultrasound: BI-RADS {category}.", category=said["bus_max"])
    return _("The clinician chose this.")


def due_words(found: Found) -> str:
    """By when; a day to be agreed where the protocol names none."""
    return found.due.isoformat() if found.due else _("to be agreed")


def standing_words(found: Found) -> str:
    """What else is to be known of a line, "" for nothing."""
    if found.woman.safe_contact == "none":
        return _("wants not to be told: nothing is sent")
    if found.follow:
        return _("followed up")
    if not found.confirmed and found.step not in {Step.CYTOLOGY, Step.DECIDE}:
        return _("not confirmed yet")
    return ""


def summary_lines(triage: Triage) -> list[str]:
    """How many need what, and how many need nothing more; the latter without saying who or why."""
    steps = [
        _("{step}: {count}", step=_(words), count=triage.count(step))
        for step, words in STEPS.items()
        if triage.count(step)
    ]
    lines = [_("; ").join(steps) if steps else _("Nobody waits for a next step.")]
    lines.append(
        _(
            "Settled: {managed} (done, declined, asked to stop, withdrawn, moved). Not reached: {unreached}.",
            managed=triage.managed,
            unreached=triage.unreached,
        )
    )
    if triage.not_here:
        lines.append(
            _(
                "{count} {count:examination has|examinations have} no registration here (withdrawn, erased, or on another laptop); nothing is planned for {count:it|them}.",
                count=triage.not_here,
            )
        )
    if triage.shared:
        lines.append(
            _(
                "These numbers were given twice; nothing is planned until one is corrected: {numbers}",
                numbers=_(", ").join(triage.shared),
            )
        )
    return lines


def telling_lines(telling: Telling) -> list[str]:
    """How many are told how; numbers where nothing is sent, each with why."""
    lines = [
        _("Sealed letters: {count}", count=len(telling.letters)),
        _("Neutral messages: {count}", count=len(telling.messages)),
    ]
    for words, numbers in (
        (N_("Without a telephone number for the message: {numbers}"), telling.without_phone),
        (N_("To be told by a call or in person: {numbers}"), telling.otherwise),
        (N_("Want not to be told; nothing is sent: {numbers}"), telling.not_wanted),
        (N_("Not confirmed by a clinician yet; nothing is sent: {numbers}"), telling.unconfirmed),
    ):
        if numbers:
            lines.append(_(words, numbers=_(", ").join(numbers)))
    return lines
