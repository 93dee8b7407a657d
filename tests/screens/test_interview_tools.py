"""What helps while asking: the outline, the guide, last time's answers, keys to errors and ends."""

from __future__ import annotations

import pytest

from fieldkit.privacy.tiers import CONTACT, RESTRICTED
from fieldkit.screens.interview import InterviewScreen
from fieldkit.session.session import Session


@pytest.fixture
def visiting(person):
    """Open the app and begin a visit to the first due household."""

    class Visiting:
        def __init__(self, language="zh", size=(80, 24)):
            self.context = person(language, size)

        async def __aenter__(self):
            p = await self.context.__aenter__()
            await p.press("enter")
            await p.until(lambda: p.screen_name == "HouseholdScreen")
            await p.press("1")
            await p.until(lambda: p.screen_name == "InterviewScreen")
            await p.press()
            return p

        async def __aexit__(self, *error):
            return await self.context.__aexit__(*error)

    return Visiting


def interview_of(p):
    return p.app.screen.interview


async def consent(p):
    """Through the consent block, up to who gives it."""
    await p.press("1", "enter", "enter", "1", "enter", "1", "enter")
    assert interview_of(p).index.path.endswith("given_by")


async def test_why_who_sees_and_may_skip_are_one_key_away(visiting):
    async with visiting("zh") as p:
        await consent(p)
        await p.press("ctrl+g")
        assert "为什么问：同意必须是本人的" in p.text
        assert "谁能看到：您村的健康服务员" in p.text
        assert "每一题都可以不答" in p.text
        await p.press("escape")
        assert p.screen_name == "InterviewScreen"


async def test_the_outline_says_every_state_in_sign_and_word_and_goes_there(visiting):
    async with visiting("en") as p:
        await consent(p)
        await p.press("ctrl+b")
        assert p.screen_name == "Outline"
        assert "+ 5 Do you consent to a basic record?  [answered]" in p.text
        assert "> 6 Who gives this consent?  [here]" in p.text
        await p.press("home")
        assert "  3 Hello, I am" in p.text, "a notice is read, not skipped"
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        assert interview_of(p).index.path == "/data/hh_id"


async def test_the_outline_leads_to_what_is_missing(visiting):
    async with visiting("en") as p:
        await consent(p)
        await p.press("ctrl+end")
        await p.until(lambda: p.screen_name == "Review")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("ctrl+b", "home", "ctrl+f")
        assert "[missing]" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        assert interview_of(p).index.path == "/data/consent/given_by"


async def test_wide_screens_show_the_outline_beside_and_it_follows(visiting):
    async with visiting("en", (120, 40)) as p:
        assert "> 2 Outcome of the visit" in p.text
        await p.press("1", "enter")
        await p.until(lambda: "+ 2 Outcome of the visit" in p.text)
        await p.pilot.resize_terminal(80, 24)
        await p.press()
        assert "+ 2 Outcome" not in p.text


async def test_keys_to_the_first_error_the_beginning_and_the_end(visiting):
    async with visiting("en") as p:
        await consent(p)
        await p.press("ctrl+home")
        assert interview_of(p).index.path == next(interview_of(p).entry.places()).path
        await p.press("ctrl+f")
        assert interview_of(p).index.path == "/data/consent/given_by"
        await p.press("ctrl+end")
        await p.until(lambda: p.screen_name == "Review")
        assert "Do you consent to a basic record? Yes" in p.text, "the review says what was agreed"


@pytest.fixture
def seen_before(demo, now):
    """A household whose last visit was done, and that visit's record."""
    from fieldkit.session.session import Session

    with Session.open(demo.workspace, now=lambda: now) as session:
        for number, visits in session.registry().visits.items():
            done = [visit for visit in visits if visit.outcome == "done"]
            if done and visits[-1] is done[-1]:
                return number, session.exchange.record(done[-1].record)
    raise AssertionError("no household was visited")


async def test_last_time_is_beside_the_question_and_taken_with_one_key(person, seen_before):
    number, record = seen_before
    async with person("en") as p:
        interview = p.app.session.interviews.start("visit", number, "en")
        from fieldkit.screens.interview import InterviewScreen

        p.app.push_screen(InterviewScreen(p.app.session, interview))
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await consent(p)
        last = p.app.screen.page.last
        path = next(
            place.path
            for place in interview.entry.places()
            if not place.path.endswith("outcome") and last.value(interview.entry, place.path)
        )
        interview.jump(path)
        await p.app.screen._show_page()
        await p.press()
        assert f"Last time ({record.text('date')})" in p.text
        await p.press("ctrl+a")
        assert interview.entry.value(path) == record.answers[interview.entry.key(path)]
        assert interview.index.path != path


async def test_consents_and_confidential_answers_of_last_time_stay_unseen(person, seen_before):
    number, _record = seen_before
    async with person("en") as p:
        session = p.app.session
        interview = session.interviews.start("visit", number, "en")
        last = session.last_time(interview)
        assert last.answers, "there is a last time"
        items = interview.form.items
        hidden = [
            path
            for path, item in items.items()
            if item.bind.tier in CONTACT | RESTRICTED or "/consent/" in path + "/"
        ]
        assert hidden
        interview.answer("/data/outcome", "done")
        for path in hidden:
            try:
                assert last.words(interview.entry, path) == ""
            except LookupError:
                continue


async def test_nothing_of_last_time_shows_for_a_first_visit(visiting):
    async with visiting("en") as p:
        await consent(p)
        assert "Last time" not in p.text
        before = interview_of(p).entry.answers()
        await p.press("ctrl+a")
        assert interview_of(p).entry.answers() == before


async def test_an_unchanged_revisit_takes_at_most_35_keys(person, seen_before):
    """domain.md P1, from the opened household to the saved visit: consents are asked anew, the rest is as it was."""
    number, record = seen_before
    async with person("zh") as p:
        keys = 0

        async def press(*pressed):
            nonlocal keys
            keys += len(pressed)
            await p.press(*pressed)

        p.app.home.post_message(p.app.home.OpenHousehold(number))
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await press("1")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        script = {
            "outcome": "1",
            "notice_read": "1",
            "basic": "1",
            "given_by": "1",
            "contact": "4",
            "private_now": "2",
        }
        while interview_of(p).index.path != "/data/respondent":
            await press(*script.get(interview_of(p).index.path.rsplit("/", 1)[-1], ""), "enter")
        await press("ctrl+u")
        assert "沿用上次" in p.told
        await press("f2")
        await p.until(lambda: p.screen_name == "AskText")
        await press(*"private_now", "enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        await press("2", "f10")
        await p.until(lambda: p.screen_name in {"SlipScreen", "Slip", "HomeScreen", "Notice"})
        made = [
            each
            for each in p.app.session.exchange.records()
            if each.text("hh_id") == number and each.form == "visit"
        ]
        again = max(made, key=lambda each: each.text("date"))
        assert again.id != record.id
        assert again.text("needs") == record.text("needs")
        assert again.text("private_now") == "no"
        assert keys <= 35


async def test_leaving_the_app_with_one_key_keeps_what_is_being_typed(person, demo, now):
    (demo.workspace / "forms" / "wells.yaml").write_text(
        "settings: [{form_id: wells, form_title: Wells, version: '7'}]\n"
        "survey: [{type: text, name: place, label: Where is it?}]\n",
        encoding="utf-8",
    )
    async with person("en") as p:
        interview = p.app.session.interviews.start("wells")
        asked = interview.index.path
        p.app.push_screen(InterviewScreen(p.app.session, interview))
        await p.until(lambda: p.screen_name == "InterviewScreen" and "Where is it?" in p.text)
        await p.press(*"behind", "ctrl+q")
    with Session.open(demo.workspace, now=lambda: now) as session:
        [draft] = [each for each in session.unfinished() if each.form == "wells"]
        assert session.interviews.resume(draft.id).entry.value(asked) == "behind"
