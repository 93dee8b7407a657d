"""Plays the lines of `p2_day` on three laptops of a tent and in the office, by what the program offers its screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from fieldkit.office import Office
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from tests.screening.p2_day import DAY, EVENT, STATION, Woman, women

LAPTOPS = ("registration", "breast", "cervix")
_VILLAGES = tuple(f"990101100{n}" for n in range(200, 204))
_PACE = timedelta(seconds=130)
_HALF = 92
"""After this woman a stick goes round for the first time."""


class Clock:
    """The time of everybody."""

    def __init__(self) -> None:
        self.now = datetime.fromisoformat(f"{DAY}T08:00").replace(tzinfo=timezone(timedelta(hours=8)))

    def __call__(self) -> datetime:
        return self.now


class Tent:
    """Three laptops in a folder, open; `stick` lies between them."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock, self.stick = folder, clock, folder / "stick"
        self.laptops = {name: Session.open(folder / name, now=clock) for name in LAPTOPS}

    @property
    def registration(self) -> Session:
        """The laptop at the entrance."""
        return self.laptops["registration"]

    def carry(self, *laptops: str) -> None:
        """The stick goes from laptop to laptop: each takes what is on it and writes what it knows of the day."""
        for each in laptops:
            self.clock.now += timedelta(seconds=90)
            found = self.laptops[each].carries.carry(self.stick, EVENT)
            assert not found.refused

    def share(self) -> None:
        """The stick goes round twice, until everybody has everything."""
        self.carry(*LAPTOPS, *LAPTOPS)

    def close(self) -> None:
        """Close the laptops."""
        for session in self.laptops.values():
            session.close()


@contextmanager
def opened(folder: Path, clock: Clock) -> Iterator[Tent]:
    """The laptops in a folder, open for as long as the block lasts."""
    tent = Tent(folder, clock)
    try:
        yield tent
    finally:
        tent.close()


def found(folder: Path, clock: Clock) -> None:
    """Make an office and three laptops that it knows."""
    (folder / "stick").mkdir(parents=True)
    with Office.create(folder / "office", name="清溪", division="990101100000", now=clock) as office:
        for name in LAPTOPS:
            Workspace.create(folder / name, passphrase=None, name=name).close()
            with Session.open(folder / name, now=clock) as session:
                card = folder / "stick" / f"{name}.fkkey"
                session.exchange.device.write_card(card)
                session.sticks.take(office.enroll(card, name=name)[1])


def play(tent: Tent) -> None:
    """The day from the first woman to the last, without the closing. In the morning the laptops meet; then a stick goes from
    the registration to the others twice.
    """
    came = women()
    members = on_the_list(tent.registration, [each for each in came if each.listed])
    made(tent.registration, "scr_event", event())
    tent.carry(*LAPTOPS, "registration", "breast", "cervix")
    for half in (came[:_HALF], came[_HALF:]):
        for woman in half:
            tent.clock.now += _PACE
            made(tent.registration, "scr_participant", registration(woman, members))
        tent.carry("registration", "breast", "cervix")
        for woman in half:
            if woman.left not in {"", "-"}:
                made(tent.laptops["breast"], "scr_breast", breast(woman))
            if woman.sample not in {"", "-"}:
                made(tent.laptops["cervix"], "scr_cervix", cervix(woman))


def made(session: Session, form: str, answers: dict[str, Any]) -> str:
    """A record made of answers; its id."""
    return session.interviews.finish(session.interviews.start(form, answers=answers)).record


def event() -> dict[str, Any]:
    """The event as it is opened in the morning."""
    return {
        "date": DAY, "village": _VILLAGES[0], "seq": 1, "place_kind": "tent", "villages": list(_VILLAGES),
        "programme": "national", "tests": ["hpv", "tct", "via", "cbe", "bus"], "hpv_mode": "geno14",
        "privacy_ok": ["screen", "female_staff"], "free_notice_posted": "yes", "closing": "no",
    }  # fmt: skip


def registration(woman: Woman, members: dict[str, str], **changes: Any) -> dict[str, Any]:
    """What is said at the entrance, and to the clinician alone."""
    if woman.outcome != "registered":
        return {"outcome": woman.outcome, "village": woman.village}
    suitable = {"prefers-not": "prefer_not_exam", "ineligible": "no"}.get(woman.course, "yes")
    someone = (
        {"person": members[woman.name]} if woman.listed else {"person": "other_adult", "name": woman.name}
    )
    return {
        "outcome": "registered", "event": EVENT, "village": woman.village, "notice_read": "read_aloud", "basic": "yes",
        "given_by": "self", **someone, "id_seen": "no", "birth_year": woman.born, "station": STATION,
        "c_cervix": "yes", "c_breast": "no" if woman.left == "-" else "yes", "c_hpv_sample": "yes",
        "c_share_hospital": "yes", "safe_contact": "collect_self", "private_now": "yes", "health": "yes",
        "eligible_pelvic": suitable, "today_defer": ["menses" if woman.course == "deferred" else "none"],
    } | changes  # fmt: skip


def breast(woman: Woman) -> dict[str, Any]:
    """What the second station writes."""
    felt = "suspect" if "4A" in {woman.left, woman.right} else "normal"
    return {"pid": woman.pid, "cbe": felt, "bus_l": woman.left, "bus_r": woman.right}


def cervix(woman: Woman, **changes: Any) -> dict[str, Any]:
    """What the third station writes."""
    return {
        "pid": woman.pid, "sampler": "gynae", "sample_kind": "clinician", "tube": woman.pid, "via": "neg",
        "visual": "normal", **({"tube_void": "spilt"} if woman.sample == "void" else {}),
    } | changes  # fmt: skip


def on_the_list(session: Session, listed: Iterable[Woman]) -> dict[str, str]:
    """Households of the women who were known beforehand; name → the id of the member."""
    for village in _VILLAGES:
        here = [each for each in listed if each.village == village]
        for first in range(0, len(here), 8):
            made(session, "household", _household(village, here[first : first + 8]))
    return {
        person.name: person.id for home in session.registry().households.values() for person in home.members
    }


def _household(village: str, few: Iterable[Woman]) -> dict[str, Any]:
    people = [
        {
            "name": each.name,
            "sex": "2",
            "birth_year": each.born,
            "rel": "0" if not n else "8",
            "stay": "home_ge6m",
        }
        for n, each in enumerate(few)
    ]
    return {
        "village": village, "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "contact": ["visit"],
        "mode": "oral_witness", "hh_kind": "family", "presence": "home", "lang": "local", "private_now": "no",
        "declared_size": len(people), "members": people,
    }  # fmt: skip
