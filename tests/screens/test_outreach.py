"""A screening day at one laptop, by keys (domain.md P2): the next woman in a few keys, stations, labels, a wrong tube."""

from __future__ import annotations

import pytest

from fieldkit.datatypes.damm import check_digit
from fieldkit.session.outreach import Station

EVENT = {
    "date": "2026-03-31", "village": "990101100200", "seq": 1, "place_kind": "tent", "programme": "national",
    "tests": ["hpv", "via", "cbe", "bus"], "hpv_mode": "geno14", "privacy_ok": ["screen"], "free_notice_posted": "yes",
    "closing": "no",
}  # fmt: skip


@pytest.fixture
def tent(person):
    """Opens a laptop that stands at a station of today's event, on the outreach screen."""

    def opened(station, language="zh", **how):
        return _Tent(person(language, **how), station)

    return opened


class _Tent:
    def __init__(self, person, station):
        self._person, self._station = person, station

    async def __aenter__(self):
        p = await self._person.__aenter__()
        session = p.app.session
        event = session.interviews.finish(session.interviews.start("scr_event", answers=EVENT)).record
        session.outreach.stand_at(session.exchange.record(event).text("event_id"), self._station)
        await p.press("ctrl+f8", "1")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        await p.press()
        return p

    async def __aexit__(self, *error):
        return await self._person.__aexit__(*error)


def pid(running, station=1):
    front = f"260331{station}{running:03d}"
    return front + check_digit(front)


def registered(session, **answers):
    """A woman with her number, as another laptop of the team may have registered her."""
    made = {
        "outcome": "registered", "event": session.outreach.event.id, "village": EVENT["village"], "notice_read": "read_aloud",
        "basic": "yes", "given_by": "self", "person": "other_adult", "name": "王秀英", "id_seen": "no", "birth_year": 1975,
        "station": 7, "c_cervix": "yes", "c_breast": "yes", "c_hpv_sample": "yes", "c_share_hospital": "yes",
        "safe_contact": "collect_self", "private_now": "yes", "health": "yes", "eligible_pelvic": "yes",
    }  # fmt: skip
    interview = session.interviews.start("scr_participant", answers=made | answers)
    return session.exchange.record(session.interviews.finish(interview).record).text("pid")


def records(session, form):
    event = session.outreach.event.id
    return [each for each in session.exchange.records(form) if each.text("event") == event]


class Keys:
    def __init__(self, p):
        self.p, self.count = p, 0

    async def press(self, *keys):
        self.count += len(keys)
        await self.p.press(*keys)


async def answer(p, keys, script):
    """Answer stop after stop until the interview is over; gives the questions that were stopped at."""
    stops = []
    while p.screen_name == "InterviewScreen":
        name = p.app.screen.interview.index.path.rsplit("/", 1)[-1]
        view = p.app.screen.page.current()
        name = view.path.rsplit("/", 1)[-1] if view else name
        assert stops[-1:] != [name], (name, p.text)
        stops.append(name)
        await keys.press(*script[name])
        await p.press()
    return stops


FIRST = {
    "village": ["enter"],
    "notice_read": "1", "basic": "1", "given_by": "1", "station": ["1", "enter"], "c_cervix": "1", "c_breast": "1",
    "c_hpv_sample": "1", "c_share_hospital": "1", "safe_contact": "3", "private_now": "1", "health": "1",
    "eligible_pelvic": "1",
}  # fmt: skip


async def test_who_is_listed_takes_twelve_keys_from_her_initials_to_her_number(tent):
    async with tent(Station.REGISTRATION) as p:
        session = p.app.session
        women = [
            (household, each)
            for household in session.registry().households.values()
            for each in household.members
            if each.sex == "2" and 1962 < int(each.birth_year or 0) < 1990 and len(each.name) == 3
        ]
        for number, (_household, someone) in enumerate(women[:3], 1):
            known = session.outreach.find(someone.name)
            keys = Keys(p)
            await keys.press(*someone.name)
            place = next(n for n, each in enumerate(known) if each.person.id == someone.id)
            await keys.press(*["down"] * place, "enter")
            await p.until(lambda: p.screen_name == "InterviewScreen")
            keys.count = 4
            stops = await answer(p, keys, FIRST)
            await p.until(lambda: p.screen_name == "OutreachScreen")
            if number > 1:
                assert keys.count <= 12, stops
                assert stops[0] == "basic", "how she was told and by whom is as it was with the woman before"
            assert f"登记 {number}" in p.text
            assert session.outreach.last in p.text.replace(" ", "")
            assert session.exchange.record(session.outreach.last_record).text("person") == someone.id
        assert session.outreach.day().counts.eligible == 3


async def test_who_walks_in_takes_forty_five_keys_with_her_name(tent):
    async with tent(Station.REGISTRATION) as p:
        session = p.app.session
        registered(session)
        keys = Keys(p)
        await keys.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        script = FIRST | {"name": [*"李桂兰", "enter"], "id_seen": "2", "birth_year": [*"1980", "enter"]}
        stops = await answer(p, keys, script)
        assert keys.count + 8 <= 45, (
            "a name of three characters takes eight more keys of pinyin than it has characters"
        )
        assert "name" in stops
        await p.until(lambda: p.screen_name == "OutreachScreen")
        [last] = [each for each in records(session, "scr_participant") if each.text("name") == "李桂兰"]
        assert last.text("born") == "1980"


async def test_outside_the_ages_is_told_and_registered_all_the_same(tent):
    async with tent(Station.REGISTRATION) as p:
        session = p.app.session
        registered(session)
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        told = []
        script = FIRST | {"name": [*"李桂兰", "enter"], "id_seen": "2", "birth_year": [*"1999", "enter"]}
        while p.screen_name == "InterviewScreen":
            name = p.app.screen.page.current().path.rsplit("/", 1)[-1]
            if name == "birth_year" and "1999" in p.text:
                told.append(p.text)
                await p.press("enter")
            else:
                await p.press(*script[name])
            await p.press()
        assert "给她咨询" in "".join(told).replace("\n", "").replace(" ", "")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        assert session.outreach.day().counts.registered == 2


async def test_who_declines_or_leaves_is_a_number_and_who_is_put_off_takes_three_keys(tent):
    async with tent(Station.REGISTRATION) as p:
        session = p.app.session
        registered(session)
        await p.press("f6", "enter")
        await p.until(lambda: session.outreach.day().left == 1)
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("enter", "2")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        assert session.outreach.day().left == 2
        assert "离开 2" in p.text
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        script = FIRST | {"name": [*"李桂兰", "enter"], "id_seen": "2", "birth_year": [*"1980", "enter"]}
        del script["eligible_pelvic"]
        while True:
            name = p.app.screen.page.current().path.rsplit("/", 1)[-1]
            if name not in script:
                break
            await p.press(*script[name])
            await p.press()
        await p.press("ctrl+f1", "2", "enter")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        day = session.outreach.day()
        assert (day.counts.deferred, day.counts.eligible) == (1, 1)
        [put_off] = [each for each in records(session, "scr_participant") if each.text("name") == "李桂兰"]
        assert put_off.text("deferred") == "yes"
        assert "today_defer" not in str(put_off.answers.keys()), "why she is put off is not kept"


async def test_breast_takes_eight_keys_after_the_scan_and_the_next_step_is_confirmed(tent):
    async with tent(Station.BREAST) as p:
        session = p.app.session
        number = registered(session)
        await p.scan(number)
        await p.until(lambda: p.screen_name == "InterviewScreen")
        keys = Keys(p)
        stops = await answer(p, keys, {"cbe": "1", "bus_l": "4", "bus_r": "2", "br_final": ["enter"]})
        assert keys.count <= 8
        assert stops == ["cbe", "bus_l", "bus_r", "br_final"], stops
        await p.until(lambda: p.screen_name == "OutreachScreen")
        [record] = records(session, "scr_breast")
        assert (record.text("pid"), record.text("br_final")) == (number, record.text("br_action"))


async def test_cervix_takes_eight_keys_and_a_wrong_tube_stops_the_screen(tent):
    async with tent(Station.CERVIX) as p:
        session = p.app.session
        first, number = registered(session), registered(session)
        script = {"sampler": "2", "sample_kind": "1", "via": "1", "visual": "1"}
        for at, pid_here in enumerate((first, number)):
            await p.scan(pid_here)
            await p.until(lambda: p.screen_name == "InterviewScreen")
            keys = Keys(p)
            while p.screen_name == "InterviewScreen":
                name = p.app.screen.page.current().path.rsplit("/", 1)[-1]
                if name != "tube":
                    await keys.press(*script[name])
                    await p.press()
                    continue
                if at:
                    await p.scan(first)
                    await p.until(lambda: p.screen_name == "FullStop")
                    assert first in p.text
                    await p.press("enter", "enter")
                    await p.scan(number)
                    assert p.screen_name == "FullStop", "neither Enter nor a scanner passes it by"
                    await p.press("escape")
                    await p.until(lambda: p.screen_name == "InterviewScreen")
                    assert p.app.screen.interview.entry.value("/data/exam/tube") == ""
                await p.scan(pid_here, after=4.0)
                await p.until(
                    lambda: (
                        p.screen_name != "InterviewScreen" or "tube" not in p.app.screen.interview.index.path
                    )
                )
            assert keys.count <= 8
            await p.until(lambda: p.screen_name == "OutreachScreen")
        assert {each.text("tube") for each in records(session, "scr_cervix")} == {first, number}
        assert session.outreach.day().counts.sampled == 2


async def test_whose_registration_is_elsewhere_is_asked_herself(tent):
    async with tent(Station.BREAST) as p:
        session = p.app.session
        await p.scan(pid(5, station=3))
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert "她本人同意" in p.text
        stops = await answer(
            p, Keys(p), {"consent_here": "1", "cbe": "1", "bus_l": "2", "bus_r": "2", "br_final": ["enter"]}
        )
        assert stops[0] == "consent_here"
        await p.until(lambda: p.screen_name == "OutreachScreen")
        [record] = records(session, "scr_breast")
        assert record.text("consent_here") == "yes"
        [finding] = session.outreach.day().findings()
        assert finding.pids == (pid(5, station=3),)


async def test_three_codes_in_two_seconds_wherever_the_caret_is(tent):
    async with tent(Station.BREAST) as p:
        session = p.app.session
        numbers = [registered(session) for _ in range(3)]
        full_width = numbers[0].translate({ord("0") + n: 0xFF10 + n for n in range(10)})
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.scan(full_width)
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("1")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        for number in numbers[1:]:
            await p.scan(number)
            await p.until(lambda: p.screen_name == "InterviewScreen")
            assert p.app.screen.interview.entry.value("/data/pid") == number
            await p.press("escape")
            await p.until(lambda: p.screen_name == "OutreachScreen")
        assert p.app.focused.value == ""
        await p.scan(numbers[2], after=4.0)
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        assert len([each for each in session.unfinished() if each.form == "scr_breast"]) == 3, (
            "each is begun once"
        )
        assert "未完成" in p.text


async def test_labels_say_number_year_and_station_and_no_name(tent, demo, tmp_path):
    printer = tmp_path / "printer"
    settings = demo.workspace / "workspace.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('label_printer = ""', f'label_printer = "{printer}"')
    )
    async with tent(Station.REGISTRATION) as p:
        registered(p.app.session)
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        script = FIRST | {"name": [*"李桂兰", "enter"], "id_seen": "2", "birth_year": [*"1980", "enter"]}
        await answer(p, Keys(p), script)
        await p.until(lambda: p.screen_name == "OutreachScreen" and printer.exists())
        sent = printer.read_bytes().decode("gb18030")
        assert p.app.session.outreach.last in sent
        assert [letter for letter in "ABC" if f"1980   {letter}" in sent] == ["A", "B", "C"]
        assert "李桂兰" not in sent
        assert sent.count("PRINT") == 3


@pytest.mark.parametrize(("station", "number", "words"), [
    (Station.REGISTRATION, pid(77), "没有人登记"), (Station.BREAST, "26033010014", "另一天"),
])  # fmt: skip
async def test_a_number_that_is_not_of_this_day_or_not_registered_is_told(tent, station, number, words):
    front = number[:10]
    async with tent(station) as p:
        registered(p.app.session)
        before = len(p.app.session.unfinished())
        await p.scan(front + check_digit(front))
        await p.until(lambda: p.screen_name == "Notice")
        assert words in p.text.replace("\n", "").replace(" ", "")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "OutreachScreen")
        assert len(p.app.session.unfinished()) == before


async def test_a_new_day_offers_the_lots_of_the_last_one_and_takes_none_over(person):
    """One key takes an item, its lot and its expiry each; Enter leaves the second item, and nothing is asked of its lot."""
    async with person("en") as p:
        await p.press("ctrl+f8", "1")
        await p.until(lambda: "Prepare a new one" in p.text)
        await p.press("1" if "1 Prepare" in p.text else "end", "enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        before = p.app.screen.interview.entry.answers()
        assert not any("DEMO-HPV" in str(each) for each in before.values()), "nothing is taken over unseen"
        script = {
            "date": ["enter"], "village": ["enter"], "role_n": ["2", "enter"], "free_notice_posted": ["1"],
            "kit_lot": ["ctrl+a"], "kit_expiry": ["ctrl+a"],
        }  # fmt: skip
        items = iter((["ctrl+a"], ["enter"]))
        stops = []
        for _turn in range(20):
            if p.screen_name != "InterviewScreen":
                break
            path = p.app.screen.page.current().path
            name = path.rsplit("/", 1)[-1]
            stops.append(name)
            if name == "kit_lot":
                assert "DEMO-HPV-2603" in p.text
            await p.press(*(next(items) if name == "kit_item" else script[name]))
            await p.press()
        assert stops.count("kit_item") == 2, stops
        assert stops.count("kit_lot") == stops.count("kit_expiry") == 1, stops
        made = [*p.app.session.exchange.records("scr_event")][-1]
        kits = {
            key.rsplit("/", 1)[-1]: each
            for key, each in made.answers.items()
            if key.count("/") == 2 and "/kit" in key
        }
        assert kits == {"kit_item": "hpv_kit", "kit_lot": "DEMO-HPV-2603", "kit_expiry": kits["kit_expiry"]}
