"""From laptop to laptop by keys: one Enter takes and writes, and says so, in both languages and sizes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fieldkit.exchange import Exchange
from fieldkit.office import Office
from fieldkit.screens.carry import CarryScreen
from fieldkit.store import Workspace

EVENT = "2603312001"
REGISTRATION = SimpleNamespace(id="scr_participant", hash="0" * 64)
WORDS = {
    "en": (
        "From laptop to laptop",
        "introduction alone",
        "nothing new.",
        "1 record written for",
        "You may remove the stick.",
    ),
    "zh": ("电脑之间传送", "自我介绍", "没有新内容", "1 条记录已写给", "可以拔出U盘"),
}


@pytest.fixture
def other(demo, now, tmp_path):
    """Another laptop of the demo's office."""
    folder = tmp_path / "other"
    with Workspace.create(folder, passphrase=None, name="二号机") as workspace:
        exchange = Exchange(workspace, lambda: now)
        card = tmp_path / "o.fkkey"
        exchange.device.write_card(card)
        office = Office.open(demo.office, now=lambda: now)
        exchange.enrol(office.enroll(card)[1])
        office.close()
        yield exchange


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "U盘 stick"
    folder.mkdir()
    return folder


async def carried(p, stick):
    """Enter in the folder's line, until it says that the stick may go."""
    p.app.screen.query_one("#folder").value = str(stick)
    await p.press("enter")
    result = p.app.screen.query_one("#result")
    await p.until(lambda: WORDS["en"][4] in str(result.render()) or WORDS["zh"][4] in str(result.render()))
    return str(result.render())


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_stick_goes_round(person, other, stick, language, size):
    title, alone, nothing, written, _remove = WORDS[language]
    async with person(language, size) as p:
        session = p.app.session
        answers = {"event": EVENT, "outcome": "registered"}
        session.exchange.put(REGISTRATION, session.exchange.new_record_id(), answers)
        await p.app.push_screen(CarryScreen(session, EVENT))
        await p.until(lambda: p.screen_name == "CarryScreen")
        assert title in p.lines[0]
        assert alone in await carried(p, stick)
        other.carrying.carry(stick, EVENT)
        p.app.screen._say("")
        said = await carried(p, stick)
        assert nothing in said
        assert written in said
        assert all(len(line) <= size[0] for line in p.lines)
        record = other.new_record_id()
        other.put(REGISTRATION, record, answers)
        [came] = [each for each in other.carrying.carry(stick, EVENT).came if each.knows_us]
        assert came.records == 1
        p.app.screen._say("")
        await carried(p, stick)
        assert session.exchange.record(record).text("event") == EVENT
        assert session.sticks.folder == stick
        await p.press("f4")
        assert WORDS["zh" if language == "en" else "en"][0] in p.lines[0]
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def test_a_folder_that_is_not_there_says_so(person, tmp_path):
    async with person("en") as p:
        await p.app.push_screen(CarryScreen(p.app.session, EVENT))
        p.app.screen.query_one("#folder").value = str(tmp_path / "gone")
        await p.press("enter")
        await p.until(lambda: "is not there" in p.text)
