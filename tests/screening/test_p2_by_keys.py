"""The day of P2 by keys and by the scanner alone, station by station: some of its women here, all of them in the soak."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import asdict

import pytest

from fieldkit.app import FieldkitApp
from fieldkit.i18n import set_language
from fieldkit.session.outreach import Station
from tests.screening.p2_day import AGES, EVENT, recount, women
from tests.screening.tent import LAPTOPS, Clock, Tent, event, found, made, on_the_list, opened
from tests.screens.conftest import Person

STATIONS = dict(zip(LAPTOPS, Station, strict=True))
MOST = {"listed": 12, "walk-in": 45, "breast": 8, "cervix": 8}
"""Keys for a woman, the first of the day at each station aside, who is asked what holds for all others too. Whom something
is to be said to, or who is put off, takes two more.
"""
PINYIN = 8
"""Keys more than characters that a name takes with an input method, at most."""
IMAGES = ("0", "1", "2", "3", "4A", "4B", "4C", "5", "6")


class Laptop(Person):
    """Counts keys; `at` is when the scanner was last used, so that no code counts as read twice."""

    keys = 0
    at = 0.0

    async def press(self, *keys):
        self.keys += len(keys)
        await super().press(*keys)

    async def read(self, number):
        self.at += 2.0
        await self.scan(number, after=self.at)

    @property
    def asked(self):
        view = self.app.screen.page.current()
        return view.path.rsplit("/", 1)[-1] if view else ""


@asynccontextmanager
async def sitting(folder, clock, name):
    """A laptop at its station, on the screen of the day."""
    set_language("zh")
    app = FieldkitApp(folder / name, None, clock)
    async with app.run_test(size=(80, 24), notifications=False) as pilot:
        p = Laptop(app, pilot)
        await p.until(lambda: app.home.is_looked_through)
        app.session.outreach.stand_at(EVENT, STATIONS[name])
        await p.press("ctrl+f8", "1")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        await p.press()
        yield p


async def register(p, woman):
    if woman.outcome != "registered":
        await p.press("f6", "enter")
        return
    if woman.listed:
        known = p.app.session.outreach.find(woman.name)
        place = [each.person.name for each in known].index(woman.name)
        await p.press(*woman.name, *["down"] * place, "enter")
    else:
        await p.press("ctrl+n")
    await p.until(lambda: p.screen_name == "InterviewScreen")
    p.keys = 4 + place if woman.listed else 1 + PINYIN
    suitable = {"prefers-not": "3", "ineligible": "2"}.get(woman.course, "1")
    script = {
        "village": [*f"{int(woman.village[-3:]) - 199:02d}"],
        "notice_read": "1", "basic": "1", "given_by": "1", "name": [*woman.name, "enter"], "id_seen": "2",
        "birth_year": [*str(woman.born), "enter"], "station": ["1", "enter"], "c_cervix": "1",
        "c_breast": "2" if woman.left == "-" else "1", "c_hpv_sample": "1", "c_share_hospital": "1", "safe_contact": "3",
        "private_now": "1", "health": "1", "eligible_pelvic": suitable,
    }  # fmt: skip
    warned = False
    while p.screen_name == "InterviewScreen":
        if p.asked == "birth_year" and p.app.screen.interview.entry.value(p.app.screen.page.current().path):
            warned = True
            await p.press("enter")
        elif p.asked == "eligible_pelvic" and woman.course == "deferred":
            await p.press("ctrl+f1", "2", "enter")
        else:
            await p.press(*script[p.asked])
        await p.press()
    assert warned == (2026 - woman.born not in AGES)
    await p.until(lambda: p.screen_name == "OutreachScreen")
    assert p.app.session.outreach.last == woman.pid


async def breast(p, woman):
    await p.read(woman.pid)
    await p.until(lambda: p.screen_name == "InterviewScreen")
    p.keys = 0
    felt = "2" if "4A" in {woman.left, woman.right} else "1"
    left, right = (str(IMAGES.index(each) + 1) for each in (woman.left, woman.right))
    script = {"cbe": felt, "bus_l": left, "bus_r": right, "br_final": ["enter"]}
    while p.screen_name == "InterviewScreen":
        await p.press(*script[p.asked])
        await p.press()
    await p.until(lambda: p.screen_name == "OutreachScreen")


async def cervix(p, woman):
    await p.read(woman.pid)
    await p.until(lambda: p.screen_name == "InterviewScreen")
    p.keys = 0
    script = {"sampler": "2", "sample_kind": "1", "via": "1", "visual": "1"}
    while p.screen_name == "InterviewScreen":
        if p.asked == "tube":
            await p.read(woman.pid)
            await p.until(lambda: p.screen_name != "InterviewScreen" or p.asked != "tube")
        else:
            await p.press(*script[p.asked])
            await p.press()
    await p.until(lambda: p.screen_name == "OutreachScreen")


async def play(folder, came):
    """The day of these women by keys, with the sticks that go round; then all laptops count."""
    clock = Clock()
    found(folder, clock)
    with opened(folder, clock) as tent:
        on_the_list(tent.registration, [each for each in came if each.listed])
        made(tent.registration, "scr_event", event())
        tent.carry(*LAPTOPS, "registration", "breast", "cervix")
    counted = []
    async with sitting(folder, clock, "registration") as p:
        for woman in came:
            await register(p, woman)
            if woman.outcome == "registered" and woman is not came[0]:
                more = 2 if woman.course == "deferred" or 2026 - woman.born not in AGES else 0
                counted.append(("listed" if woman.listed else "walk-in", p.keys - more))
    with opened(folder, clock) as tent:
        tent.carry("registration", "breast", "cervix")
    for name, examine in (("breast", breast), ("cervix", cervix)):
        seen = [each for each in came if (each.left if name == "breast" else each.sample) not in {"", "-"}]
        async with sitting(folder, clock, name) as p:
            for number, woman in enumerate(seen):
                await examine(p, woman)
                counted += [(name, p.keys)] if number else []
    for what, keys in counted:
        assert keys <= MOST[what], (what, keys)
    with opened(folder, clock) as tent:
        _void(tent, [each for each in came if each.sample == "void"])
        tent.share()
        days = [session.closing.day(EVENT) for session in tent.laptops.values()]
        assert [asdict(each.counts) for each in days] == [recount(came)] * 3
        assert len({each.ledger for each in days}) == 1
        assert [each.findings() for each in days] == [[], [], []]
        assert tent.registration.closing.begin(EVENT).close().amended


def _void(tent: Tent, spilt):
    session = tent.laptops["cervix"]
    for woman in spilt:
        record = session.closing.day(EVENT).women[woman.pid].cervix
        session.interviews.begin_correction(record, answers={"tube_void": "spilt"})
        session.interviews.finish(session.interviews.resume(record), "spilt")


async def test_six_women_of_the_day(tmp_path):
    everybody = women()
    firsts = [
        next(each for each in everybody if each.listed and each.sample == "neg"),
        next(
            each
            for each in everybody
            if not each.listed and each.sample == "neg" and each.outcome == "registered"
        ),
        next(each for each in everybody if each.course == "deferred" and each.left != "-"),
        next(each for each in everybody if each.course == "ineligible" and 2026 - each.born not in AGES),
        next(each for each in everybody if each.outcome != "registered"),
        next(each for each in everybody if each.sample == "void"),
    ]
    came = [each._replace(running=number) for number, each in enumerate(firsts, 1)]
    await play(tmp_path / "tent", came)


@pytest.mark.soak
async def test_the_whole_day(tmp_path):
    await play(tmp_path / "tent", women())
