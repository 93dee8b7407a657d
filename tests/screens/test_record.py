"""From the household to a record by keyboard: its answers, its history, correcting it; and forms that changed."""

from __future__ import annotations

import shutil

from fieldkit.library import FormLibrary, shipped_folder


async def household(p, number):
    """Open a household by its number."""
    await p.type(number)
    await p.press("enter")
    await p.until(lambda: p.screen_name == "HouseholdScreen")


def visited(session):
    """A household with a visit that was done, and that visit."""
    for number, visits in session.registry().visits.items():
        if number and visits[-1].outcome == "done":
            return session.household(number), visits[-1]
    raise AssertionError("the town has no such visit")


async def open_last_visit(p):
    """Look at the newest visit of a household; gives its record."""
    about, visit = visited(p.app.session)
    await household(p, about.id)
    await p.press("down", "down", "down", "enter")
    await p.until(lambda: p.screen_name == "RecordScreen")
    return visit.record


async def test_enter_on_a_visit_shows_answers_in_words_and_history(person):
    async with person("en") as p:
        record = await open_last_visit(p)
        session = p.app.session
        assert "Household visit" in p.lines[0]
        assert "1 Correct this record" in p.text
        assert "Outcome of the visit: Done" in p.text
        restricted = [line for line in session.histories.answers(record) if line.restricted]
        shown = str(p.app.screen.query_one("#record").render())
        assert all(f"{line.label}: (not shown)" in shown for line in restricted)
        assert "History" in shown
        await p.press("pagedown", "pageup", "f4")
        assert "走访结果：完成" in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def correct_the_outcome(p):
    await p.press("1")
    await p.until(lambda: p.screen_name == "InterviewScreen")
    await p.press("f2")
    await p.until(lambda: p.screen_name == "AskText")
    await p.type("stats")
    await p.press("enter")
    await p.until(lambda: p.screen_name == "InterviewScreen")


async def test_correcting_asks_for_the_reason_at_the_end_and_shows_the_difference(person):
    async with person("en") as p:
        record = await open_last_visit(p)
        await correct_the_outcome(p)
        before = p.app.screen.interview.entry.value("/data/consent/stats")
        await p.press("2" if before == "yes" else "1", "f10")
        await p.until(lambda: p.screen_name == "AskText")
        assert "Why is the record corrected?" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "Notice")
        assert "needs its reason" in p.text
        assert len(p.app.session.exchange.revisions(record)) == 1
        await p.press("enter", "f10")
        await p.until(lambda: p.screen_name == "AskText")
        await p.type("misheard")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "RecordScreen")
        assert len(p.app.session.exchange.revisions(record)) == 2
        shown = str(p.app.screen.query_one("#record").render())
        assert "misheard" in shown
        old, new = ("Yes", "No") if before == "yes" else ("No", "Yes")
        assert f"May it be used for statistics without names? {old} -> {new}" in shown


async def test_leaving_a_correction_keeps_it_and_finishing_it_unchanged_says_so(person):
    async with person("en") as p:
        record = await open_last_visit(p)
        await p.press("1")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("escape")
        await p.until(lambda: p.screen_name == "RecordScreen")
        [draft] = p.app.session.interviews.unfinished()
        assert (draft.id, draft.amends) == (record, True)
        await p.press("escape", "escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.press(*["backspace"] * 17)
        assert "Correction: Household visit" in p.text
        p.app.home.query_one("#list").highlighted = 1
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press("f10")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.until(lambda: "Nothing was changed" in {each.message[:19] for each in p.app._notifications})
        assert len(p.app.session.exchange.revisions(record)) == 1
        assert p.app.session.interviews.unfinished() == []


async def test_a_correction_is_given_up_from_its_record(person):
    async with person("en") as p:
        record = await open_last_visit(p)
        await correct_the_outcome(p)
        assert "Correction" in p.lines[0]
        before = p.app.screen.interview.entry.value("/data/consent/stats")
        await p.press("2" if before == "yes" else "1", "escape")
        await p.until(lambda: p.screen_name == "RecordScreen")
        assert "1 Go on with the correction" in p.text
        await p.press("3")
        await p.until(lambda: "1 Correct this record" in p.text)
        assert p.app.session.interviews.unfinished() == []
        assert len(p.app.session.exchange.revisions(record)) == 1


async def test_the_slip_is_one_key_away(person):
    async with person("en") as p:
        record = await open_last_visit(p)
        slip = p.app.session.slips.of(record)
        assert slip
        await p.press("2")
        await p.until(lambda: p.screen_name == "SlipScreen")
        assert slip.splitlines()[0] in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "RecordScreen")


async def test_the_registration_is_looked_at_from_its_household(person):
    async with person("en") as p:
        about, _ = visited(p.app.session)
        await household(p, about.id)
        await p.press("end", "enter")
        await p.until(lambda: p.screen_name == "RecordScreen")
        assert p.app.screen.record == about.record
        assert "Household registration" in p.lines[0]


def newer(demo, tmp_path):
    """A newer version of the visit form: one question renamed, one gone."""
    for file in shipped_folder().iterdir():
        if file.suffix in {".yaml", ".csv"}:
            shutil.copy2(file, tmp_path / file.name)
    path = tmp_path / "visit.yaml"
    text = path.read_text(encoding="utf-8").replace("name: staff_note", "name: note_of_staff", 1)
    text = text.replace('version: "', 'version: "9', 1)
    text = text.replace("  - type: text\n    name: complaint", "  - type: integer\n    name: complaint", 1)
    text = text.replace("name: note_of_staff\n", "name: note_of_staff\n    fk:renamed_from: staff_note\n", 1)
    path.write_text(text, encoding="utf-8")
    return path


async def begun_before_the_change(person, demo, tmp_path):
    async with person("en") as p:
        session = p.app.session
        answers = {
            "hh_id": session.due()[0].household.id, "outcome": "done", "notice_read": "read_aloud", "basic": "yes",
            "complaint": "too far", "staff_note": "came twice",
        }  # fmt: skip
        draft = session.interviews.start("visit", answers=answers).id
    FormLibrary(demo.workspace / "forms").add(newer(demo, tmp_path))
    return draft


async def test_a_draft_of_a_changed_form_shows_what_moves_and_goes_on_as_chosen(person, demo, tmp_path):
    draft = await begun_before_the_change(person, demo, tmp_path)
    async with person("en") as p:
        await p.press("enter")
        await p.until(lambda: p.screen_name == "FormChangeScreen")
        shown = "\n".join(str(each.render()) for each in p.app.screen.query("Static"))
        assert "Note (no phone or ID numbers) -> Note (no phone or ID numbers)" in shown
        assert "Any comments or suggestions? the answer is no longer of the right kind" in shown
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert p.app.session.interviews.change(draft) is not None
        await p.press("enter")
        await p.until(lambda: p.screen_name == "FormChangeScreen")
        await p.press("2")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        entry = p.app.screen.interview.entry
        assert entry.value("/data/close/note_of_staff") == "came twice"
        await p.press("f9")
        await p.until(lambda: p.screen_name == "Review")
        assert "Kept from an earlier form:" in p.text
        assert "too far" in p.text


async def test_going_on_with_the_old_form_is_the_first_choice_and_asked_once(person, demo, tmp_path):
    await begun_before_the_change(person, demo, tmp_path)
    async with person("zh") as p:
        await p.press("enter")
        await p.until(lambda: p.screen_name == "FormChangeScreen")
        assert "怎样选都不会丢失回答" in p.text.replace("\n", "").replace(" ", "")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert p.app.screen.interview.entry.value("/data/close/staff_note") == "came twice"
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
