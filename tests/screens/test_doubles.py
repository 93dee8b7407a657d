"""A woman who is registered already: told while she is registered, one key says who she is, one takes it back."""

from __future__ import annotations

import pytest

from fieldkit.fieldwork.same_person import record_of
from fieldkit.office import Office
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from tests.session.test_doubles import registration


async def at_the_end(p, *, name=""):
    """Go on with a registration that lacks nothing but being finished; gives whom it doubles."""
    session = p.app.session
    known = session.doubles.all()[0].first
    answers = registration(known, **({"name": name} if name else {}))
    draft = session.interviews.start("household", answers=answers | {"declared_size": 1})
    draft.overrule("/data/home/members[1]/birth_year")
    p.app.home.refresh_words()
    p.app.home.post_message(p.app.home.Resume(draft.id))
    await p.until(lambda: p.screen_name == "InterviewScreen")
    return known


async def test_one_key_after_the_registration_and_one_to_take_it_back(person):
    async with person("en") as p:
        session = p.app.session
        known = await at_the_end(p)
        before = len(session.doubles.all())
        await p.press("f10")
        await p.until(lambda: p.screen_name in {"DoublesScreen", "SlipScreen"})
        if p.screen_name == "SlipScreen":
            await p.press("escape")
            await p.until(lambda: p.screen_name == "DoublesScreen")
        waiting = p.app.screen.waiting
        asked = len(waiting)
        first = waiting[0]
        assert p.text.count(known.name) == 2
        for words in (known.birth_year, known.household, "the same name", "1 The same person", "3 Not sure"):
            assert words in p.text
        assert len(session.doubles.all()) == before + asked
        await p.press("1")
        await p.until(lambda: p.screen_name != "DoublesScreen" or len(p.app.screen.waiting) < asked)
        assert session.exchange.record(record_of(first.pair)).text("decision") == "same"
        for _each in range(asked - 1):
            await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.press("ctrl+f6")
        await p.until(lambda: p.screen_name == "DoublesScreen")
        [(pair, words)] = session.doubles.merged()
        assert words in p.text
        await p.press("end", "enter")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("2")
        await p.until(lambda: p.screen_name == "DoublesScreen" and not session.doubles.merged())
        assert pair in {each.pair for each in session.doubles.all()}


async def test_the_line_at_the_year_of_birth_names_her_and_her_household(person):
    async with person("en") as p:
        session = p.app.session
        known = session.doubles.all()[0].first
        answers = registration(known)
        del answers["members"][0]["birth_year"]
        draft = session.interviews.start("household", answers=answers)
        draft.jump("/data/home/members[1]/birth_year")
        p.app.home.post_message(p.app.home.Resume(draft.id))
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.type(known.birth_year)
        await p.press("enter")
        await p.until(lambda: "Registered already?" in p.text)
        said = "".join(each.strip() for each in p.lines)
        assert known.household in said
        assert known.name in said


async def test_home_counts_them_and_esc_leaves_all_for_later(person):
    async with person("en") as p:
        session = p.app.session
        await p.until(lambda: "Suspected doubles: " in p.text)
        count = len(session.doubles.all())
        assert f"Suspected doubles: {count}   Ctrl+F6 shows them" in p.text
        await p.press("ctrl+f6")
        await p.until(lambda: p.screen_name == "DoublesScreen")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert len(session.doubles.all()) == count


async def test_the_last_decision_is_taken_back_where_it_was_made(person):
    async with person("zh") as p:
        session = p.app.session
        session.doubles.warm()
        await p.press("ctrl+f6")
        await p.until(lambda: p.screen_name == "DoublesScreen")
        first = p.app.screen.waiting[0]
        await p.press("1")
        await p.until(lambda: len(p.app.screen.done) == 1)
        await p.press("2")
        await p.until(lambda: len(p.app.screen.done) == 2)
        await p.press("ctrl+z")
        await p.until(lambda: len(p.app.screen.done) == 1)
        await p.press("ctrl+z")
        await p.until(lambda: not p.app.screen.done)
        assert p.app.screen.waiting[0].pair == first.pair
        assert session.doubles.merged() == []
        await p.press("3")
        await p.until(lambda: p.app.screen.done)
        assert session.registry().registrations.standing.said[first.pair] == "unsure"


@pytest.fixture
def handed_on(demo, now, tmp_path):
    """A stick whose pack puts a household on the worklist that another laptop registered, with somebody known here in it."""
    folder, stick = tmp_path / "other", tmp_path / "stick"
    stick.mkdir()
    Workspace.create(folder, passphrase=None, name="laptop 2").close()
    with Session.open(demo.workspace, now=lambda: now) as here:
        known = here.doubles.all()[0].first
    with Office.open(demo.office, now=lambda: now) as office, Session.open(folder, now=lambda: now) as other:
        other.exchange.device.write_card(stick / "other.fkkey")
        other.sticks.take(str(office.enroll(stick / "other.fkkey", name="laptop 2")[1]))
        draft = other.interviews.start("household", answers=registration(known) | {"declared_size": 1})
        record = other.interviews.finish(draft).record
        office.merge([other.export(stick).bundle.path])
        number = other.exchange.record(record).text("hh_id")
        name = next(each.name for each in office.devices() if each.id != other.exchange.device.key.id)
        (demo.office / "worklist").mkdir(exist_ok=True)
        (demo.office / "worklist" / f"{name}.csv").write_text(f"household,due\n{number},{now.date()}\n")
        office.write_returns(stick)
    return stick, number, known


async def test_who_comes_with_a_return_stick_and_is_known_here_is_asked_about_at_once(person, handed_on):
    stick, number, known = handed_on
    async with person("zh") as p:
        session = p.app.session
        assert session.household(number) is None
        await p.press("ctrl+pagedown")
        await p.until(lambda: p.screen_name == "FromOfficeScreen")
        p.app.screen.query_one("#folder").value = str(stick)
        await p.press("enter")
        await p.until(lambda: "其他电脑" in p.text)
        await p.press("escape")
        await p.until(lambda: p.screen_name == "DoublesScreen")
        asked = p.app.screen.waiting
        assert {number} <= {row[0] for each in asked for row in each.pair}
        assert known.name in p.text
        for _each in range(len(asked)):
            await p.press("1")
        await p.until(lambda: p.screen_name == "HomeScreen")
        merged = [pair for pair, _words in session.doubles.merged()]
        assert all(each.pair in merged for each in asked)
        [task] = [each for each in session.due() if each.household.id == number]
        assert task.household.elsewhere, "she is counted where she was registered first"
