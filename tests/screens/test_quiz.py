"""P4 by keys: the header in 20, a sheet in 15, a week's lines in 40; entered again unseen; bars on a wall."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from fieldkit.fieldwork.quizzes import PHASES, Share
from fieldkit.fieldwork.second_entry import sample
from fieldkit.session.quizzes import Batch, quiz_results, read_line
from fieldkit.session.session import Session
from tests.p4 import NUMBER, PAPERS, begin
from tests.screens.hand import Counted
from tests.screens.test_looks import compare

PER_SHEET, HEADER, SCREENING_HEADER, WEEK = 15, 20, 25, 40


async def at_the_quiz(p):
    """From Home to events and quiz."""
    forms = [each.name for each in p.app.session.other_forms()]
    await p.press("ctrl+w", *str(forms.index("quiz") + 1), "enter")
    await p.until(lambda: p.screen_name == "QuizScreen")


@pytest.fixture
def noted(demo, now):
    """The class of P4, noted; gives what enters papers behind the screen."""
    with Session.open(demo.workspace, now=lambda: now) as session:
        begin(session)

    def enter(papers):
        with Session.open(demo.workspace, now=lambda: now) as session:
            batch = Batch(session, NUMBER)
            for phase, code, digits in papers:
                batch.store(phase, read_line(code + digits))

    return enter


async def enter_all(p, who, papers):
    """Enter papers pile by pile; gives the most keys that one took."""
    most = 0
    for number, phase in enumerate(PHASES, 1):
        await p.press(str(number))
        await who.on("QuizBatchScreen")
        for code, digits in [(code, digits) for where, code, digits in papers if where == phase]:
            before = who.keys
            await who.press(*code, *digits, "enter")
            most = max(most, who.keys - before)
            assert p.app.screen.query_one("#line").value == ""
        await p.press("escape")
        await who.on("QuizScreen")
    return most


async def test_a_few_sheets_in_fifteen_keys_each(person, noted):
    papers = [*PAPERS[:4], *PAPERS[-3:]]
    async with person("en") as p:
        who = Counted(p)
        await at_the_quiz(p)
        assert "Sheets before: 0   after: 0" in p.text
        assert await enter_all(p, who, papers) == PER_SHEET
        assert "Sheets before: 4   after: 3" in p.text
        kept = [each for each in p.app.session.exchange.records("quiz") if each.text("event") == NUMBER]
        assert [each.text("pair_key") for each in kept] == [code.lower() for _phase, code, _digits in papers]


@pytest.mark.soak
async def test_the_whole_pile_by_keys(person, noted):
    async with person("zh") as p:
        who = Counted(p)
        await at_the_quiz(p)
        assert await enter_all(p, who, PAPERS) == PER_SHEET
        assert who.keys == PER_SHEET * 91
        found = quiz_results(p.app.session, NUMBER)
        assert [found.all[phase].aware for phase in PHASES] == [Share(19, 46), Share(38, 45)]
        assert [found.paired[phase].aware for phase in PHASES] == [Share(18, 44), Share(37, 44)]
        assert (found.pairs, sum(found.alone.values())) == (44, 3)


async def test_an_input_method_types_wide_signs_and_only_codes_are_shown(person, noted):
    async with person("zh") as p:
        await at_the_quiz(p)
        await p.press("1")
        await p.until(lambda: p.screen_name == "QuizBatchScreen")
        await p.press(*"ＤＹ３７１２２１３３２１０２", "enter")
        await p.press(*"1221332102", "enter")
        assert "刚录的：-  dy37" in p.text
        assert "1221332102" not in p.text.replace("dy371221332102", "")
        await p.press(*"dy37122", "enter")
        assert "打了 3 个答案" in "".join(p.text.split("\n"))
        assert p.app.screen.query_one("#line").value == "dy37122", "what was typed stays to be corrected"
        await p.press("escape")
        assert p.app.screen.query_one("#line").value == ""
        assert "已录：2 张" in p.text
        for line in p.lines:
            assert cell_len(line) <= 80


async def test_a_code_that_is_there_is_told_at_once_and_one_key_says_what_it_is(person, noted):
    async with person("en") as p:
        await at_the_quiz(p)
        await p.press("1")
        await p.until(lambda: p.screen_name == "QuizBatchScreen")
        await p.press(*"dy371221332102", "enter", *"DY371111111111", "enter")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("1")
        await p.until(lambda: "Sheets: 1" in p.text)
        await p.press(*"dy371111111111", "enter")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("2")
        await p.until(lambda: "Sheets: 2" in p.text)
        await p.press("escape")
        await p.until(lambda: p.screen_name == "QuizScreen")
        assert "code used twice: 2" in p.text


async def test_the_sheet_just_typed_is_brought_back_corrected_and_taken_out(person, noted):
    async with person("en") as p:
        await at_the_quiz(p)
        await p.press("2")
        await p.until(lambda: p.screen_name == "QuizBatchScreen")
        await p.press(*"dy371221332102", "enter", *"ab121221332102", "enter", "ctrl+z")
        assert p.app.screen.query_one("#line").value == "ab121221332102"
        assert "Once more the sheet ab12" in p.text
        await p.press("escape")
        assert "Sheets: 2" in p.text
        await p.press("ctrl+z", "backspace", "1", "enter")
        [_first, second] = Batch(p.app.session, NUMBER).of("after")
        assert (second.code, second.answers["q10"]) == ("ab12", "true")
        await p.press("ctrl+z", *["backspace"] * 14, "enter")
        assert "Sheets: 1" in p.text
        assert [each.code for each in Batch(p.app.session, NUMBER).of("after")] == ["dy37"]
        await p.press("ctrl+z", "escape", "escape")
        await p.until(lambda: p.screen_name == "QuizScreen")


async def test_a_sample_is_entered_again_unseen_and_the_paper_decides(person, noted, demo, now):
    noted(PAPERS)
    digits_of = {(phase, code.lower()): digits for phase, code, digits in PAPERS}
    async with person("en", (100, 30)) as p:
        session = p.app.session
        drawn = sample(NUMBER, Batch(session, NUMBER).sheets)
        assert len(drawn) == 5
        await at_the_quiz(p)
        await p.press("3")
        await p.until(lambda: p.screen_name == "QuizCheckScreen")
        for number, sheet in enumerate(drawn):
            assert f"Take the sheet {sheet.code}" in p.text
            digits = digits_of[sheet.phase, sheet.code]
            assert digits not in p.text, "the first entry is not shown"
            typed = digits
            if number == 1:
                typed = {"1": "2", "2": "1", "3": "1", "0": "1"}[digits[0]] + digits[1:]
            if number == 3:
                typed = digits[:9] + ("3" if digits[9] != "3" else "1")
            await p.press(*typed, "enter")
            if number in {1, 3}:
                await p.until(lambda: p.screen_name == "Pick")
                assert "what does the paper say?" in p.text
                await p.press("1" if number == 1 else "2")
                await p.until(lambda: p.screen_name == "QuizCheckScreen")
        await p.until(lambda: "All are compared." in p.text)
        said = " ".join(p.text.split())
        assert "2 of 50 answers differ: 4.0% (1.1% to 13.5% with a certainty of 95 per cent)." in said
        assert "By statement: statement 1: 1, statement 10: 1" in said
        corrected = drawn[3].record
        assert len(session.exchange.revisions(corrected)) == 2
        assert session.exchange.revisions(corrected)[-1].body.note["reason"] == "the paper says otherwise"
        assert len(session.exchange.revisions(drawn[1].record)) == 1
        await p.press("escape")
        await p.until(lambda: p.screen_name == "QuizScreen")


async def test_another_paper_than_the_one_asked_for_is_told(person, noted):
    noted(PAPERS[:1])
    async with person("en") as p:
        await at_the_quiz(p)
        await p.press("3")
        await p.until(lambda: p.screen_name == "QuizCheckScreen")
        await p.press(*"zz991111111111", "enter")
        assert "is asked for. Take that one" in " ".join(p.text.split())


@pytest.mark.parametrize("look", ["", "big", "big plain"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_bars_on_a_wall_say_it_in_numbers_and_name_nobody(person, noted, monkeypatch, look, language):
    noted(PAPERS)
    monkeypatch.setenv("FIELDKIT_THEME", look)
    async with person(language, (60, 20), toasts=True) as p:
        await at_the_quiz(p)
        await p.press("4")
        await p.until(lambda: p.screen_name == "QuizBarsScreen" and "14/46" in p.text)
        seen = [p.text]
        for _page in range(4):
            await p.press("right")
            seen.append(p.text)
        everything = "\n".join(seen)
        for number in range(1, 11):
            assert any(line.strip().startswith(f"{number} ") for line in everything.split("\n")), number
        assert "30 %  14/46" in everything
        assert "78 %  35/45" in everything
        for share in ("19/46", "38/45", "18/44", "37/44"):
            assert share in p.text, share
        await p.press("4")
        assert "30 %  14/46" in p.text
        assert "78 %  35/45" in p.text
        assert ("接种过HPV疫苗" if language == "zh" else "Vaccinated women") in p.text
        seen.append(p.text)
        await p.press("right")
        assert "5  " in p.text
        seen.append(p.text)
        p.app.notify("said in passing")
        await p.pilot.pause()
        assert "said in passing" not in p.text
        await p.press("enter")
        for text in seen:
            assert all(cell_len(line) <= 60 for line in text.split("\n"))
            for code in {code.lower() for _phase, code, _digits in PAPERS}:
                assert code not in text.lower()
        await p.press("escape")
        await p.until(lambda: p.screen_name == "QuizScreen")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_wall_is_as_it_was(person, noted, monkeypatch, language):
    noted(PAPERS)
    monkeypatch.setenv("FIELDKIT_THEME", "big")
    async with person(language, (60, 20)) as p:
        await at_the_quiz(p)
        screens = {"quiz": p.text}
        await p.press("4")
        await p.until(lambda: "14/46" in p.text)
        screens["all"] = p.text
        await p.press("4")
        screens["one, large"] = p.text
    compare(f"quiz-60x20-{language}", screens)


async def test_without_an_event_the_first_thing_is_to_note_one(person, workspace_with):
    async with person("en", folder=workspace_with({})) as p:
        await at_the_quiz(p)
        assert "No event is recorded here yet." in p.text
        await p.press("1")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("1")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        assert "What kind of event?" in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "QuizScreen")


async def test_four_sheets_get_no_bars(person, noted):
    noted(PAPERS[:4])
    async with person("en") as p:
        await at_the_quiz(p)
        await p.press("4")
        await p.until(lambda: "too few to show" in p.text)
        assert "%" not in p.text
        assert "/4" not in p.text


async def test_the_header_of_the_class_in_twenty_keys(person):
    async with person("zh") as p:
        who = Counted(p)
        await at_the_quiz(p)
        await who.press("6")
        await who.on("Pick")
        await who.press("1")
        await who.on("InterviewScreen")
        await who.press("ctrl+f", "3", "0", "ctrl+f", "1", "0", "ctrl+f", "8", "f10")
        await who.on("QuizScreen")
        assert who.keys <= HEADER, who.keys
        assert "2026-03-31" in p.text
        kept = [*p.app.session.exchange.records("edu_event")][-1]
        assert kept.text("kind") == "class"
        assert kept.text("attend_n") == "48"
        groups = [
            (kept.answers[f"{key}/group"], kept.answers[f"{key}/group_n"])
            for key in kept.answers
            if key.startswith("groups/") and key.count("/") == 1
        ]
        assert sorted(groups) == [("general", "8"), ("mobile_newlywed", "10"), ("newlywed", "30")]
        assert kept.text("speaker_role") == "town_doctor"


async def test_show_van_and_market_day_of_the_week_in_forty_keys(person):
    async with person("zh") as p:
        who = Counted(p)
        await at_the_quiz(p)
        before = len([*p.app.session.exchange.records("edu_event")])
        for kind, keys in (
            ("文艺演出", ["-", "1", "ctrl+f", "4", "ctrl+f", *"160", "ctrl+f", *"45", "f10"]),
            ("宣传车", ["-", "2", "ctrl+f", "2", "ctrl+f", "2", "ctrl+f", *"210", "f10"]),
            ("赶集", ["ctrl+f", *"130", "ctrl+f", *"40", "f10"]),
        ):
            await who.press("6")
            await who.on("Pick")
            number = next(
                line.split()[line.split().index(kind) - 1] for line in p.lines if f" {kind}  " in line
            )
            await who.press(number)
            await who.on("InterviewScreen")
            await who.press(*keys)
            await who.on("QuizScreen")
        assert who.keys <= WEEK, who.keys
        kept = [*p.app.session.exchange.records("edu_event")][before:]
        assert [(each.text("kind"), each.text("date"), each.text("attend_n")) for each in kept] == [
            ("show", "2026-03-30", "205"),
            ("van", "2026-03-29", "210"),
            ("market_day", "2026-03-31", "170"),
        ]
        assert [each.text("dignity_reviewed_by") for each in kept[:2]] == ["women_fed", "town_hospital"]


async def test_the_header_of_a_screening_day_in_twenty_five_keys(person):
    from fieldkit.session.copied import begin_copied

    async with person("zh") as p:
        who = Counted(p)
        session = p.app.session
        p.app.run_worker(p.app._ask(lambda: begin_copied(session, "scr_event")))
        await who.on("InterviewScreen")
        staff = [key for n in "32221" for key in ("ctrl+f", n)]
        await who.press(*staff, "ctrl+f", "1", "f10")
        await who.on("HomeScreen")
        assert who.keys <= SCREENING_HEADER, who.keys
        kept = [*session.exchange.records("scr_event")][-1]
        assert kept.text("event_id") == "2603312051"
        assert kept.text("closing") == "no"
