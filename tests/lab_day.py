"""A screening day as a laboratory knows it: women registered and examined through the session, by plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from fieldkit.session.session import Session
from fieldkit.store import Workspace

CHINA = timezone(timedelta(hours=8))
DAY = datetime(2026, 3, 12, 9, 0, tzinfo=CHINA)
RESULTS_DAY = datetime(2026, 3, 26, 9, 0, tzinfo=CHINA)
VILLAGE = "990101100205"
EVENT = "2603122051"


@dataclass(frozen=True)
class Woman:
    """What is answered of one woman. hpv: consent to the test. kind: "" where no sample was taken. bus: BI-RADS, left."""

    born: int = 1975
    way: str = "collect_self"
    phone: str = ""
    cervix: str = "yes"
    hpv: str = "yes"
    breast: str = "yes"
    kind: str | None = "clinician"
    visual: str = "normal"
    bus: str = ""
    cbe: str = "normal"


def begin(session, tests=("hpv", "tct", "via", "cbe", "bus"), seq=1):
    """The event of the day, or another one (`seq`) in the same village."""
    answers = {
        "date": "2026-03-12", "village": VILLAGE, "seq": seq, "place_kind": "tent", "villages": [VILLAGE],
        "programme": "national", "tests": list(tests), "hpv_mode": "geno16_18_other",
        "privacy_ok": ["screen"], "free_notice_posted": "yes",
    }  # fmt: skip
    record(session, "scr_event", answers)


def record(session, form, answers):
    """Answer a form from beginning to end; gives the record."""
    return session.interviews.finish(session.interviews.start(form, answers=answers)).record


def registration(woman, event=EVENT):
    """The answers of a registration."""
    answers = {
        "outcome": "registered", "event": event, "village": VILLAGE, "notice_read": "read_aloud", "basic": "yes",
        "given_by": "self", "contact": ["phone"], "stats": "yes", "person": "other_adult", "name": "王某某", "id_seen": "no",
        "birth_year": woman.born, "station": 1, "c_cervix": woman.cervix, "c_breast": woman.breast,
        "c_hpv_sample": woman.hpv, "c_share_hospital": "yes", "safe_contact": woman.way, "private_now": "no",
    }  # fmt: skip
    return answers | ({"result_phone": woman.phone} if woman.phone else {})


def register(session, women, event=EVENT):
    """Register women in their order; gives their numbers."""
    made = [record(session, "scr_participant", registration(woman, event)) for woman in women]
    return [session.exchange.record(each).text("pid") for each in made]


def examine(session, numbers, women):
    """Examine them: a cervical record where she consented and came, a breast record where there is an image."""
    for pid, woman in zip(numbers, women, strict=True):
        if woman.cervix == "yes" and woman.kind is not None:
            answers = {"pid": pid, "date": "2026-03-12", "sampler": "gynae", "visual": woman.visual}
            answers |= {"sample_kind": woman.kind, "tube": pid} if woman.kind else {}
            answers |= {"hpv": "pending"} if woman.kind and woman.hpv == "yes" else {}
            record(session, "scr_cervix", answers)
        if woman.bus:
            answers = {"pid": pid, "date": "2026-03-12", "cbe": woman.cbe, "bus_l": woman.bus, "bus_r": "1"}
            record(session, "scr_breast", answers)


def day_of(folder, women):
    """A laptop on which these women were registered and examined; gives its folder and their numbers."""
    Workspace.create(folder, passphrase=None, name="w").close()
    with Session.open(folder, now=lambda: DAY) as session:
        begin(session)
        numbers = register(session, women)
        examine(session, numbers, women)
    return folder, numbers


def second_event(session, women):
    """Another event of the day with these women; gives its number and theirs."""
    begin(session, seq=2)
    event = f"{EVENT[:-1]}2"
    numbers = register(session, women, event)
    examine(session, numbers, women)
    return event, numbers
