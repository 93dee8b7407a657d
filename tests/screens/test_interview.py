"""Asking by keyboard: digits, Enter, arrows, missing answers, errors in words, review, finishing; stored as shown."""

from __future__ import annotations

from textual.events import Key

from fieldkit.xforms import Missing


def draft_of(p):
    return p.app.session._workspace.drafts.all()[0]


async def visit(p):
    """Open the first due household and begin a visit."""
    await p.press("down") if p.app.session.interviews.unfinished() else None
    task = p.app.session.due()[0]
    await p.press("enter")
    await p.until(lambda: p.screen_name == "HouseholdScreen")
    await p.press("1")
    await p.until(lambda: p.screen_name == "InterviewScreen")
    return task.household


async def test_each_answer_is_stored_before_the_next_question_shows(person):
    async with person("zh") as p:
        household = await visit(p)
        assert household.head in p.lines[0]
        assert "走访结果" in p.text
        await p.press("1")
        assert draft_of(p)["answers"]["outcome"] == "done"
        assert "(x) 完成" in p.text
        await p.press("enter")
        assert "任何问题都可以不答" in p.text
        assert draft_of(p)["cursor"]["path"] == "/data/consent/notice"
        await p.press("enter", "1", "enter", "1", "enter")
        assert draft_of(p)["answers"]["consent/basic"] == "yes"


async def test_going_back_and_forth_by_keys(person):
    async with person("en") as p:
        await visit(p)
        await p.press("1", "enter")
        for key in ("shift+tab", "enter", "pageup", "enter", "up", "enter", "left"):
            await p.press(key)
        assert "Outcome of the visit" in p.text
        await p.press("tab")
        assert "Hello, I am your village health worker" in p.text


async def test_required_and_constraint_are_told_in_place_and_stop(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("enter")
        assert "! 请选走访结果" in p.text
        await p.press("3", "enter")
        line = p.app.screen.focused
        line.value = "2030-01-01"
        await p.press("enter")
        assert "!" in p.text
        assert p.app.screen.interview.index.path == "/data/revisit_on"
        line.value = "gibberish"
        await p.press("enter")
        assert "“gibberish”不是日期" in p.text
        line.value = "4.5"
        await p.press("enter")
        assert draft_of(p)["answers"]["revisit_on"] == "2026-04-05"
        assert p.app.screen.interview.index.path != "/data/revisit_on"


async def test_full_width_digits_are_read(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("3", "enter")
        p.app.screen.focused.value = "２０２６０４０６"
        await p.press("enter")
        assert draft_of(p)["answers"]["revisit_on"] == "2026-04-06"


async def test_one_key_for_each_missing_answer(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("1", "enter", "enter", "1", "enter", "1", "enter", "1", "enter")
        assert p.app.screen.interview.index.path == "/data/consent/contact"
        await p.press("f6")
        answers = draft_of(p)["answers"]
        assert answers["consent/contact"] == {"missing": "declined"}
        assert p.app.screen.interview.index.path != "/data/consent/contact"
        await p.press("shift+tab")
        assert "[谢绝]" in p.text
        assert p.app.screen.interview.entry.missing("/data/consent/contact") is Missing.DECLINED
        await p.press("5", "enter")
        assert draft_of(p)["answers"]["consent/contact"] == "none"


async def test_several_may_be_ticked_and_unticked(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("1", "enter", "enter", "1", "enter", "1", "enter", "1", "enter")
        await p.press("1", "4", "1")
        assert draft_of(p)["answers"]["consent/contact"] == "visit"
        await p.press("5", "enter")
        assert "!" in p.text
        assert p.app.screen.interview.index.path == "/data/consent/contact"


async def test_language_changes_while_asking_and_stays_with_the_draft(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("f4")
        assert "Outcome of the visit" in p.text
        assert "Declining changes nothing" in p.text
        assert draft_of(p)["language"] == "en"


async def test_undo_takes_back_and_redo_does_again(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("1")
        assert "consent/basic" not in draft_of(p)["answers"]
        await p.press("ctrl+z")
        assert "outcome" not in draft_of(p)["answers"]
        assert "(x)" not in p.text
        await p.press("ctrl+y")
        assert draft_of(p)["answers"]["outcome"] == "done"


async def test_undo_goes_to_what_it_changes(person):
    async with person("en") as p:
        await visit(p)
        await p.press("1", "enter", "enter", "1", "enter")
        assert "Do you consent to a basic record?" in p.text
        await p.press("ctrl+z")
        assert "How was the notice given?" in p.text
        assert "(x)" not in p.text
        await p.press("ctrl+z")
        assert "Outcome of the visit" in p.text
        await p.press("ctrl+y")
        assert "(x) Done" in p.text
        await p.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert "nothing to take back" in p.told


async def test_the_review_on_the_way_says_how_much_is_open_and_enter_goes_on_asking(person):
    async with person("en") as p:
        await visit(p)
        await p.press("3", "f9")
        await p.until(lambda: p.screen_name == "Review")
        assert "Everything is answered" not in p.text
        assert "Nothing is missing that must be answered." in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert p.app.session._workspace.drafts, "Enter on the way does not finish"


async def test_a_date_that_stands_there_is_typed_anew(person):
    async with person("en") as p:
        await visit(p)
        await p.press("3", "enter")
        await p.press("+", "3", "enter")
        assert draft_of(p)["answers"]["revisit_on"] == "2026-04-03"
        await p.press("shift+tab")
        await p.press("x", "enter")
        assert "! “x”" in p.text
        await p.press("escape")
        assert p.screen_name == "InterviewScreen"
        assert "not kept" in p.told
        await p.press("+", "4", "enter")
        assert draft_of(p)["answers"]["revisit_on"] == "2026-04-04"


async def test_a_number_half_typed_is_seen(person):
    async with person("en") as p:
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        answer = p.app.screen.page.current().answer
        await p.press("down", "down", "1")
        assert answer.highlighted == 0
        assert answer.chosen() == []
        await p.press("2")
        assert (answer.highlighted, len(answer.chosen())) == (11, 1)


async def test_a_note_beside_a_question(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("f3")
        await p.until(lambda: p.screen_name == "AskText")
        await p.type("ok")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert "备注：ok" in p.text
        assert draft_of(p)["notes"] == {"outcome": "ok"}


async def test_jump_by_words_and_number(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("1", "enter", "enter", "1", "enter", "1", "enter")
        await p.press("f2")
        await p.until(lambda: p.screen_name == "AskText")
        await p.type("q7")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert "道德问题" in p.text
        await p.press("f2")
        await p.until(lambda: p.screen_name == "AskText")
        await p.type("2")
        await p.press("enter")
        await p.until(lambda: "走访结果" in p.text)


async def test_leaving_and_coming_back_is_the_same_question(person):
    async with person("zh") as p:
        household = await visit(p)
        await p.press("1", "enter", "enter", "1", "enter")
        path = p.app.screen.interview.index.path
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert "未完成，回车从停下的地方继续" in p.text
        assert f"只在本机：3 / 共 {p.app.session.exchange.status().records} 条记录" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert p.app.screen.interview.index.path == path
        assert household.head in p.lines[0]


async def test_review_lists_what_is_missing_each_one_key_from_its_question(person):
    async with person("zh") as p:
        await visit(p)
        await p.press("1", "f10")
        await p.until(lambda: p.screen_name == "Review")
        assert "处要看" in p.text
        assert len(p.app.session._workspace.drafts) == 1
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert p.app.screen.interview.index.path == "/data/consent/notice_read"


async def test_nobody_home_takes_two_keys_and_is_stored(person):
    async with person("zh") as p:
        household = await visit(p)
        await p.press("3", "f10")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert len(p.app.session._workspace.drafts) == 0
        made = p.app.session.visits(household.id)[-1]
        assert (made.outcome, made.revisit_on) == ("nobody", "2026-04-07")
        assert f"只在本机：4 / 共 {p.app.session.exchange.status().records} 条记录" in p.text


async def test_declining_takes_two_keys_and_leaves_no_name_in_any_file(person, demo):
    async with person("zh") as p:
        household = await visit(p)
        await p.press("5", "f10")
        await p.until(lambda: p.screen_name == "HomeScreen")
        session = p.app.session
        assert household.id not in [task.household.id for task in session.due()]
        assert session.visits(household.id) == []
        assert f"只在本机：4 / 共 {p.app.session.exchange.status().records} 条记录" in p.text
        [decline] = session._workspace.declines.all()
        assert set(decline["answers"].values()) == {household.village, "2026-03-31", "declined"}
    journal = (demo.workspace / "data" / "journal.fkj").read_bytes()
    assert b'"hh_id":"' + household.id.encode() not in journal


async def test_a_whole_visit_by_keys_alone(person):
    """Digits and Enter from the household to the saved record, in Chinese."""
    async with person("zh") as p:
        household = await visit(p)
        script = {
            "outcome": "1", "notice_read": "1", "basic": "1", "given_by": "1", "contact": "4", "share_wanted": "2",
            "stats": "1", "mode": "2", "copy_given": "1", "respondent": "1", "known": "12", "used": "1", "needs": "3",
            "need_top": "1", "barrier": "3", "sat_all": "2", "q1": "1", "private_now": "2", "leaflet": "1",
            "appt_wanted": "2", "follow_task": "2",
        }  # fmt: skip
        keys = 0
        while p.screen_name == "InterviewScreen":
            path = p.app.screen.interview.index.path
            name = path.rsplit("/", 1)[-1]
            pressed = [*script.get(name, ""), "enter"]
            if name == "header":
                pressed = ["f10"]
            await p.press(*pressed)
            keys += len(pressed)
            assert keys < 120, p.text
        await p.until(lambda: p.screen_name == "SlipScreen")
        assert len(p.app.session.interviews.unfinished()) == 0, "it is stored before anything is shown"
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HomeScreen")
        record = p.app.session.exchange.records()[-1]
        assert record.text("hh_id") == household.id
        assert record.text("needs") == "antenatal"
        assert record.text("need_top") == "antenatal"
        assert not any(path.startswith(("offer", "health_consent")) for path in record.answers)
        assert keys <= 90


async def test_a_household_is_registered_with_its_members(person):
    async with person("zh") as p:
        await p.press("ctrl+n")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        screen = p.app.screen
        await p.press("2", "enter", "enter", "1", "enter", "1", "enter")
        await p.press("f2")
        await p.until(lambda: p.screen_name == "AskText")
        await p.type("name")
        await p.press("enter")
        await p.until(
            lambda: p.screen_name == "InterviewScreen" and screen.interview.index.path.endswith("/name")
        )
        screen.focused.value = "覃秀兰"
        await p.press("enter")
        await p.until(lambda: not screen.interview.index.path.endswith("/name"))
        assert "覃秀兰" in draft_of(p)["answers"].values()
        while screen.interview.index.event != "prompt-new-repeat":
            name = screen.interview.index.path.rsplit("/", 1)[-1]
            if name == "birth_year":
                screen.focused.value = "1970"
            await p.press(*({"sex": "2", "rel": "1", "stay": "1"}.get(name, "")), "enter")
        assert "再加一个" in p.text
        await p.press("1")
        assert screen.interview.index.path == "/data/home/members[2]/name"
        assert screen.interview.entry.count("/data/home/members") == 2


async def test_undo_never_takes_the_household_from_a_visit(person):
    async with person("zh") as p:
        household = await visit(p)
        await p.press("1", "ctrl+z", "ctrl+z", "ctrl+z")
        entry = p.app.screen.interview.entry
        assert entry.value("/data/outcome") == ""
        assert entry.value("/data/hh_id") == household.id


async def test_a_command_key_never_overtakes_what_was_typed_before_it(person):
    """As fast as a terminal brings them."""
    async with person("zh") as p:
        await visit(p)
        for key in ("8", "f10"):
            p.app.post_message(Key(key, key if len(key) == 1 else None))
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert p.app.session.exchange.records()[-1].text("outcome") == "unsafe"
