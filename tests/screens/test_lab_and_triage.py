"""A laboratory's file and the list of next steps, by keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fieldkit.screens.lab import LabScreen
from fieldkit.screens.triage import TriageScreen
from fieldkit.session.session import Session
from tests.lab_day import DAY, Woman, day_of, second_event

WOMEN = (Woman(), Woman(way="sms_neutral", phone="13812345678"), Woman(), Woman(kind=""), Woman(bus="0"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return day_of(tmp_path_factory.mktemp("day") / "w", WOMEN)


@pytest.fixture
def numbers(built):
    return built[1]


@pytest.fixture
def folder(built, tmp_path):
    return Path(shutil.copytree(built[0], tmp_path / "w"))


def sent(tmp_path, *rows):
    path = tmp_path / "lab.csv"
    path.write_text("\n".join(["编号,HPV,分型", *map(",".join, rows)]), encoding="utf-8")
    return path


def hpv(session, pid):
    [found] = [each for each in session.exchange.records("scr_cervix") if each.text("pid") == pid]
    return found.text("hpv"), found.text("triage_final")


async def look(p, path):
    p.app.push_screen(LabScreen(p.app.session))
    await p.until(lambda: p.screen_name == "AskText")
    await p.type(str(path))
    await p.press("enter")
    await p.until(lambda: p.screen_name == "LabScreen")


async def test_a_file_is_looked_at_then_taken_and_a_change_needs_its_own_yes(
    person, folder, numbers, tmp_path
):
    async with person("en", folder=folder, size=(120, 30)) as p:
        session = p.app.session
        first = sent(tmp_path, [numbers[0], "阳性", "16"], [numbers[1], "阴性", ""], [numbers[3], "阴性", ""])
        await look(p, first)
        assert "3 rows: 2 new, 0 change a result, 1 faulty" in p.text
        assert "no sample was taken: 1" in p.text
        assert hpv(session, numbers[0]) == ("pending", ""), "looking writes nothing"
        await p.press("f10")
        await p.until(lambda: p.screen_name == "Pick")
        assert "1 Write 2 results" in p.text
        await p.press("1")
        await p.until(lambda: p.screen_name == "Notice")
        assert "Written: 2 new, 0 changed. 1 of them wait for a clinician" in p.text.replace("\n", " ")
        await p.press("enter", "escape")
        assert hpv(session, numbers[0]) == ("pos", "")
        assert hpv(session, numbers[1]) == ("neg", "routine_5y")

        await look(p, sent(tmp_path, [numbers[1], "无效", ""]))
        assert "Negative -> " in p.text
        assert "Invalid" in p.text
        await p.press("f10")
        await p.until(lambda: p.screen_name == "Pick")
        assert "Write" not in p.text.split("What shall be done?")[1], "nobody has said yes"
        await p.press("escape", "enter")
        assert "[x]" in p.text
        await p.press("enter")
        assert "[ ]" in p.text
        await p.press("enter", "f10")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("1")
        await p.until(lambda: p.screen_name == "Notice")
        assert hpv(session, numbers[1]) == ("invalid", "")


async def test_the_faulty_rows_go_into_a_file_beside_it(person, folder, numbers, tmp_path):
    async with person("en", folder=folder, size=(120, 30)) as p:
        await look(p, sent(tmp_path, [numbers[3], "阴性", ""]))
        await p.press("f10")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("1")
        await p.until(lambda: p.screen_name == "AskText")
        await p.press("enter")
        await p.until((tmp_path / "lab-faults.csv").is_file)
        assert numbers[3] in (tmp_path / "lab-faults.csv").read_text(encoding="utf-8-sig")


async def test_a_file_that_cannot_be_read_is_told(person, folder, tmp_path):
    async with person("en", folder=folder) as p:
        p.app.push_screen(LabScreen(p.app.session))
        await p.until(lambda: p.screen_name == "AskText")
        await p.type(str(tmp_path / "gone.csv"))
        await p.press("enter")
        await p.until(lambda: p.screen_name == "Notice")
        await p.press("enter")
        assert "F10 asks for the file" in p.text


async def test_the_list_confirms_follows_and_tells(person, folder, numbers, tmp_path):
    with Session.open(folder, now=lambda: DAY) as session:
        laboratory = session.results.laboratory
        rows = ([numbers[0], "阳性", "16"], [numbers[1], "阴性", ""], [numbers[2], "阳性", "其他高危"])
        laboratory.take(laboratory.preview(sent(tmp_path, *rows)))
    begun = []
    async with person("en", folder=folder, size=(140, 30)) as p:
        session = p.app.session
        p.app.push_screen(TriageScreen(session), begun.append)
        await p.until(lambda: "Next steps after the screening" in p.text)
        assert "colposcopy: 1; cytology: 1; mammography: 1" in p.text
        assert f"2026-05-11  {numbers[0]}  colposcopy  HPV type 16 was found.  not confirmed yet" in p.text
        assert f"to be agreed  {numbers[2]}  cytology" in p.text
        assert "王某某" not in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("1")
        await p.until(lambda: p.screen_name == "TriageScreen" and "not confirmed yet" not in p.text)
        assert hpv(session, numbers[0]) == ("pos", "colposcopy")

        await p.press("end", "enter")
        await p.until(lambda: p.screen_name == "Pick")
        await p.press("2")
        await p.until(lambda: p.screen_name == "Notice")
        assert "138****5678" in p.text
        assert "13812345678" not in p.text
        await p.press("enter")
        await p.until(lambda: "Was this message sent?" in p.text)
        await p.press("1", "enter")
        await p.until(lambda: "Print 3 sealed letters" in p.text)
        await p.press("1")
        await p.until(lambda: p.screen_name == "Notice")
        [page] = session.prints.waiting
        assert numbers[0] in page.read_text(encoding="utf-8")
        await p.press("enter")
        await p.until(lambda: session.prints.waiting == [])
        await p.until(lambda: "Were these" in p.text)
        await p.press("2")
        await p.until(lambda: p.screen_name == "TriageScreen")
        assert session.results.telling().letters == ()
        noted = sorted(
            (each.text("pid"), each.text("reason"), each.text("told"), each.text("final"))
            for each in session.exchange.records("scr_follow")
        )
        assert noted == [
            (numbers[0], "colpo", "letter_sealed", "open"),
            (numbers[2], "repeat", "letter_sealed", "open"),
            (numbers[4], "mmg", "letter_sealed", "open"),
        ]

        await p.press("home", "enter")
        await p.until(lambda: bool(begun))
        [interview] = begun
        assert interview.form.id == "scr_follow"
        assert interview.amends is not None, "it goes on with the one that the letter began"
        assert interview.entry.value("/data/pid") == numbers[0]
        assert interview.entry.value("/data/follow/reason") == "colpo"


async def test_what_no_rule_covers_opens_the_record(person, folder, numbers, tmp_path):
    path = tmp_path / "lab.csv"
    path.write_text(f"编号,HPV,TCT\n{numbers[0]},阴性,ASC-US\n", encoding="utf-8")
    with Session.open(folder, now=lambda: DAY) as session:
        laboratory = session.results.laboratory
        laboratory.take(laboratory.preview(path))
    begun = []
    async with person("zh", folder=folder) as p:
        p.app.push_screen(TriageScreen(p.app.session), begun.append)
        await p.until(lambda: "医生决定" in p.text)
        await p.press("home", "enter")
        await p.until(lambda: bool(begun))
        assert begun[0].form.id == "scr_cervix"
        assert begun[0].amends is not None


async def test_of_several_screening_days_it_is_asked_whose_results_are_told(
    person, folder, numbers, tmp_path
):
    with Session.open(folder, now=lambda: DAY) as session:
        event, [other] = second_event(session, [Woman()])
        laboratory = session.results.laboratory
        rows = ([numbers[0], "阴性", ""], [numbers[2], "阴性", ""], [other, "阴性", ""])
        laboratory.take(laboratory.preview(sent(tmp_path, *rows)))
    async with person("en", folder=folder, size=(140, 30)) as p:
        p.app.push_screen(TriageScreen(p.app.session))
        await p.until(lambda: "Next steps after the screening" in p.text)
        await p.press("end", "enter")
        await p.until(lambda: "Tell the results of which screening day?" in p.text)
        assert f"Screening day {event}" in p.text
        await p.press("1")
        await p.until(lambda: "Print 1 sealed letter" in p.text)
        await p.press("1")
        await p.until(lambda: p.screen_name == "Notice")
        [page] = p.app.session.prints.waiting
        text = page.read_text(encoding="utf-8")
        assert other in text
        assert numbers[0] not in text
        await p.press("enter")
        await p.until(lambda: "Was this letter sealed" in p.text)
        await p.press("2")
        await p.until(lambda: p.screen_name == "TriageScreen")
        left = {letter.pid for letter in p.app.session.results.telling().letters}
        assert {numbers[0], numbers[2]} <= left
        assert other not in left
        await p.press("end", "enter")
        await p.until(lambda: "Sealed letters:" in p.text)
        assert "which screening day" not in p.text, "one is left"
