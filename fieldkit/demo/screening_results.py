"""What the examinations of a screening day found. What the protocol suggests follows from the findings, as in the forms."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from fieldkit.demo.making import COUNTY_HOSPITAL, Entered, at, meta, under
from fieldkit.demo.screening_days import CYTOLOGY, Day, Participant
from fieldkit.xforms.answers import Answer

_OTHER_TYPES = ("31", "33", "35", "39", "45", "51", "52", "52", "56", "58", "58", "59", "66", "68")
_LAST = date(2026, 3, 30)
"""The day on which findings that came after the laboratory's were entered."""


def cervix_examinations(source: random.Random, day: Day, came: Sequence[Participant]) -> Iterator[Entered]:
    """One for each sample, as it stands when the laboratory has answered."""
    for number, who in enumerate(each for each in came if each.sample):
        entered = at(_LAST if who.colposcopy else day.lab, 9 * 60) + timedelta(seconds=20 * number)
        yield Entered("scr_cervix", _cervix(source, day, who), entered)


def breast_examinations(source: random.Random, day: Day, came: Sequence[Participant]) -> Iterator[Entered]:
    """One for each woman examined."""
    for number, who in enumerate(each for each in came if each.image):
        begins = at(_LAST, 10 * 60) if who.mammogram else at(day.on, 8 * 60 + 20)
        yield Entered("scr_breast", _breast(source, day, who), begins + timedelta(seconds=130 * number))


def _cervix(source: random.Random, day: Day, who: Participant) -> dict[str, Answer]:
    cytology = who.sample if who.sample in CYTOLOGY else "pending" if who.sample == "other_hr" else ""
    triage = _triage(who, cytology)
    confirmed = triage or ("repeat_sample" if who.sample == "void" else "")
    return {
        **_whose(day, who),
        "hpv_agreed": "yes",
        "sample_id": f"{who.pid}-C",
        **under(
            "exam",
            {
                "sampler": source.choice(("gynae", "gynae", "nurse")),
                "sample_kind": "clinician",
                "tube": who.pid,
                "via": source.choices(("neg", "not_done"), (70, 30))[0],
                "visual": source.choices(("normal", "inflammation", "polyp"), (75, 20, 5))[0],
            },
        ),
        **({"packing/tube_void": "spilt"} if who.sample == "void" else {}),
        **under("lab", _lab(source, who, cytology)),
        **under(
            "next_step",
            {
                "is_16_18": _said(who.sample == "16_18"),
                "is_other_hr": _said(bool(cytology)),
                "tct_high": _said(cytology == "HSIL"),
                "tct_low": _said(cytology in {"ASCUS", "LSIL"}),
                "is_seen": "no",
                "to_repeat": _said(who.sample == "invalid"),
                "is_pending": _said(cytology == "pending"),
                "no_hpv_test": _said(who.sample == "void"),
                **({"when_negative": "routine_5y"} if who.sample == "neg" else {}),
                **({"triage": triage} if triage else {}),
                **({"triage_final": confirmed} if confirmed else {}),
            },
        ),
        **(under("colposcopy", _colposcopy(source, who.colposcopy)) if who.colposcopy else {}),
        **meta(source, f"{who.pid}-C {day.on}"),
    }


def _lab(source: random.Random, who: Participant, cytology: str) -> dict[str, Answer]:
    if who.sample in {"void", "invalid", "neg"}:
        return {"hpv": {"void": "not_done"}.get(who.sample, who.sample)}
    types = source.choice(("16", "18", "16 52")) if who.sample == "16_18" else source.choice(_OTHER_TYPES)
    found: dict[str, Answer] = {"hpv": "pos", "hpv_types": types}
    return found | {"tct_adequacy": "sat", "tct": cytology} if cytology else found


def _triage(who: Participant, cytology: str) -> str:
    """What the protocol suggests, "" while it has nothing to say."""
    if who.sample == "16_18" or cytology in {"ASCUS", "LSIL", "HSIL"}:
        return "colposcopy"
    words = {"invalid": "repeat_sample", "NILM": "repeat_12m", "neg": "routine_5y"}
    return words.get(who.sample, "")


def _colposcopy(source: random.Random, found: str) -> dict[str, Answer]:
    done = date(2026, 3, source.randint(23, 26))
    answers: dict[str, Answer] = {
        "colpo_date": done.isoformat(),
        "tz": source.choice(("1", "1", "2", "3")),
        "colpo": found.partition("_")[0],
        "biopsy": _said(found != "normal"),
    }
    if found != "normal":
        answers["path"] = "LSIL_CIN1" if found == "LSIL" else found
    answers["treat"] = {"HSIL_CIN2": "pending", "HSIL_CIN3": "LEEP"}.get(found, "none_needed")
    if found == "HSIL_CIN3":
        answers |= {"treat_date": "2026-03-30", "treat_unit": COUNTY_HOSPITAL}
    return answers


def _breast(source: random.Random, day: Day, who: Participant) -> dict[str, Answer]:
    is_open = who.image in {"open", "family"}
    worse = source.choice("03") if is_open else "4A" if who.image == "suspicious" else source.choice("12")
    left, right = _sides(source, worse)
    film = {"clear": source.choice("12"), "open": "3"}.get(who.mammogram, "")
    exam: dict[str, Answer] = {
        "cbe": "suspect" if who.image == "suspicious" else "normal",
        "bus_l": left,
        "bus_r": right,
        "bus_l_rank": _rank(left),
        "bus_r_rank": _rank(right),
        "bus_max": worse,
        "high_risk": _said(who.image == "family"),
    }
    next_step: dict[str, Answer] = {
        "is_known": "no",
        "bus_suspicious": _said(who.image == "suspicious"),
        "mmg_suspicious": "no",
        "bus_open": _said(is_open),
        "mmg_open": _said(who.mammogram == "open"),
        "bus_clear": _said(who.image == "clear"),
        "mmg_clear": _said(who.mammogram == "clear"),
    }
    if who.image != "suspicious":
        next_step["when_clear"] = "mmg" if who.image == "family" else "routine_3y"
    action = _action(who)
    next_step |= {"br_action": action, "br_final": action}
    return {
        **_whose(day, who),
        **under("exam", exam),
        **(under("mammography", _mammography(source, film)) if who.image != "clear" else {}),
        **under("next_step", next_step),
        **(under("tissue", _tissue(day, action)) if action in {"specialist", "senior_review"} else {}),
        **meta(source, f"{who.pid} {day.on}"),
    }


def _sides(source: random.Random, worse: str) -> tuple[str, str]:
    """Left and right, one of them the worse."""
    other = "1" if worse == "1" else source.choice("12")
    return (worse, other) if source.random() < 0.5 else (other, worse)


def _mammography(source: random.Random, film: str) -> dict[str, Answer]:
    if not film:
        return {"mmg_l_rank": "0", "mmg_r_rank": "0"}
    left, right = _sides(source, film)
    return {
        "mmg_l": left,
        "mmg_r": right,
        "mmg_l_rank": _rank(left),
        "mmg_r_rank": _rank(right),
        "mmg_max": film,
    }


def _action(who: Participant) -> str:
    """What the protocol suggests."""
    if who.image == "suspicious":
        return "specialist"
    if who.image == "clear" or who.mammogram == "clear":
        return "routine_3y"
    return "senior_review" if who.mammogram == "open" else "mmg"


def _tissue(day: Day, action: str) -> dict[str, Answer]:
    if action == "specialist" and day.is_settled:
        return {"path": "benign", "treat": "none_needed"}
    return {"path": "pending"}


def _whose(day: Day, who: Participant) -> dict[str, Answer]:
    return {
        "pid": who.pid,
        "event": day.event,
        "village": who.village,
        "consented": "yes",
        "date": day.on.isoformat(),
    }


def _rank(birads: str) -> str:
    """The place of a category among all, worse ones later, as the form counts it."""
    return str("-|1|2|3|0|4A|4B|4C|5|6|".index(f"|{birads}|"))


def _said(holds: bool) -> str:
    return "yes" if holds else "no"
