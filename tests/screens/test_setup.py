"""The first-run wizard by keys alone: both walks, back and forth, nothing made before the step that says so."""

from __future__ import annotations

import asyncio
import tomllib
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from textual.events import Key

from fieldkit.config import data_folder, office_folder, remembered_language, workspace_folder
from fieldkit.i18n import language, set_language
from fieldkit.office import Office
from fieldkit.session.doctor import Checkup, Finding
from fieldkit.session.session import Session
from fieldkit.session.setup import laptop
from fieldkit.session.setup.founding import Made
from fieldkit.session.setup.looking import Looking
from fieldkit.session.setup.steps import first_run
from fieldkit.setup_app import SetupApp
from fieldkit.store import Workspace, is_encrypted
from tests.quick_keys import quick_keys
from tests.screens.conftest import Person
from tests.screens.test_looks import every_size

WELL = Checkup((Finding("program", "well", "program.parts", {"count": 19}),), ())
ILL = Checkup((Finding("terminal", "look", "program.console", {}),), ())
ASKED = {
    "zh": ("欢迎", "这台电脑", "文件夹", "口令", "口令", "用途", "可以开始了", "电脑已设置好"),
    "en": ("Welcome", "This laptop", "Folder", "Passphrase", "Passphrase", "What it is for", "Ready to begin", "The laptop is set up"),
}  # fmt: skip
OFFICE_ASKED = {
    "zh": ("欢迎", "办公室", "文件夹", "口令", "用途", "可以开始了", "镇办已设置好"),
    "en": ("Welcome", "The office", "Folder", "Passphrase", "What it is for", "Ready to begin", "The office is set up"),
}  # fmt: skip


class Looked(Looking):
    """A program that was looked over."""

    def __init__(self, found=WELL):
        super().__init__()
        self._found = found

    def look(self):
        self.checkup = self._found


@pytest.fixture(autouse=True)
def _no_stick_is_in(monkeypatch, tmp_path):
    monkeypatch.setattr(laptop, "mounts", list)
    monkeypatch.chdir(tmp_path)  # so that folders need not be typed whole
    quick_keys(monkeypatch)


@pytest.fixture
def newcomer(now):
    """Somebody who opens fieldkit for the first time: `async with newcomer() as n`; `n.app.made` is what came of it."""

    @asynccontextmanager
    async def opened(size=(80, 24), looking=None, practice=None, **wished):
        looking = looking or Looked()
        walk = first_run(looking, lambda: now, practice, **wished)
        app = SetupApp(walk, looking, lambda: now)
        async with app.run_test(size=size) as pilot:
            someone = Person(app, pilot)
            someone.walk = walk
            yield someone

    return opened


async def write(n, text):
    """Type a line in the place of what stands in it."""
    await n.press("ctrl+u")
    await n.type(text)


async def made(n, key="1"):
    """Agree, and wait until it is made."""
    await n.press(key)
    await n.until(lambda: n.walk.step.is_final)


async def ends(n, key):
    """Press the key that ends it; there is no screen then that could be waited for."""
    n.app._driver.send_message(Key(key, key if len(key) == 1 else None))
    for _ in range(800):
        if n.app._exit:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(n.text)


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_a_laptop_is_set_up(newcomer, spoken, tmp_path):
    folder, titles = tmp_path / "外勤 1", iter(ASKED[spoken])
    async with newcomer() as n:

        def asks():
            assert n.lines[0].strip().startswith(next(titles)), n.text
            assert not folder.exists()

        assert "请选择语言" in n.text
        assert "Choose the language" in n.text, "readable to either"
        await n.press("1" if spoken == "zh" else "2")
        asks()
        assert language() == remembered_language() == spoken
        assert ("一切正常" if spoken == "zh" else "all is well") in n.text
        await n.press("1")
        asks()
        await write(n, "王庄1号")
        await n.press("enter")
        asks()
        assert str(data_folder() / "laptop")[-30:] in "".join(n.text.split()), "a default is offered"
        await write(n, folder.name)
        await n.press("enter")
        asks()
        assert (
            "拿到电脑的人都能看到" if spoken == "zh" else "whoever has the laptop reads everything"
        ) in n.text
        await n.press("1")
        asks()
        await n.type("secret 1")
        await n.press("enter")
        await n.type("secret 1")
        assert "secret" not in n.text
        await n.press("enter")
        asks()
        assert ("信用、入学、就业、落户" if spoken == "zh" else "credit, schooling, employment") in n.text
        await n.press("1")
        asks()
        assert "王庄1号" in n.text
        assert ("什么也没有写到盘上" if spoken == "zh" else "Nothing has been written so far") in n.text
        await made(n)
        assert n.lines[0].strip().startswith(next(titles))
        await ends(n, "2")
        assert n.app.made == Made(folder, is_office=False, passphrase="secret 1", device=n.app.made.device)
    assert workspace_folder(None) == folder
    assert is_encrypted(folder)
    with Session.open(folder, lambda: "secret 1") as session:
        assert session.name == "王庄1号"
        assert session.exchange.device.key.id == n.app.made.device


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_an_office_is_set_up(newcomer, spoken, tmp_path):
    folder, titles = tmp_path / "office", iter(OFFICE_ASKED[spoken])
    async with newcomer() as n:

        def asks():
            assert n.lines[0].strip().startswith(next(titles)), n.text
            assert not folder.exists()

        await n.press("1" if spoken == "zh" else "2")
        asks()
        await n.press("2")
        asks()
        await n.type("清溪镇")
        await n.press("enter")
        await n.type("990101100000")
        await n.press("enter")
        asks()
        await write(n, folder.name)
        await n.press("enter")
        asks()
        await n.press("2")
        asks()
        await n.press("1")
        asks()
        assert "990101100000" in n.text
        await made(n)
        assert n.lines[0].strip().startswith(next(titles))
        assert "office.fkoffice" in "".join(n.text.split())
        await ends(n, "1")
        assert n.app.made == Made(folder, is_office=True)
    assert office_folder(None) == folder
    facts = tomllib.loads((folder / "office.toml").read_text(encoding="utf-8"))
    assert (facts["name"], facts["division"]) == ("清溪镇", "990101100000")


async def to_the_folder(n):
    await n.press("2", "1", "enter")
    assert n.walk.step.id == "folder"


async def test_esc_goes_back_step_by_step_and_loses_nothing(newcomer, tmp_path):
    async with newcomer() as n:
        await n.press("2", "1")
        await write(n, "laptop of Wang")
        await n.press("enter")
        await write(n, "w")
        await n.press("enter", "1", "a", "enter", "b", "escape")
        assert n.walk.step.id == "protect"
        await n.press("escape")
        assert n.app.screen.query("AskedLine").first().input.value == "w"
        await n.press("f4")
        assert "文件夹" in n.lines[0]
        await n.press("f4", "escape")
        assert "laptop of Wang" in n.text
        await n.press("x", "escape", "escape", "escape", "escape")
        assert n.walk.step.id == "language"
        assert "first step" in n.told
        await n.press("enter", "enter")
        assert "laptop of Wangx" in n.text, "the choice of before is marked"
        await n.press("enter", "enter", "enter")
        assert [len(each.input.value) for each in n.app.screen.query("AskedLine")] == [1, 1]
        await ends(n, "ctrl+q")
        assert n.app.made is None
    assert not (tmp_path / "w").exists()


async def test_what_is_wrong_stands_beside_the_line(newcomer, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    (tmp_path / "file").touch()
    async with newcomer() as n:
        await to_the_folder(n)
        for typed, said in (
            ("full", "is not empty"),
            ("file/below", "cannot be written"),
            ("", "Type a folder"),
        ):
            await write(n, typed)
            await n.press("enter")
            words = " ".join(n.text.split())
            assert said in words.partition("! ")[2], typed
        await write(n, "w")
        await n.press("enter", "1", "a", "enter", "b", "enter")
        assert "! The two passphrases differ." in n.text
        await n.press("backspace", "enter")
        assert "The two passphrases differ." in n.text
        await n.press("a", "enter")
        assert n.walk.step.id == "purpose"


async def test_an_empty_passphrase_and_a_code_that_is_none_are_refused(newcomer, tmp_path):
    async with newcomer(office=True) as n:
        await n.press("2", "1", "enter")
        await n.type("421121605000")
        await n.press("enter")
        assert "! The town digits 605 are none" in n.text
        await write(n, "421121105000")
        await n.press("enter")
        await write(n, "o")
        await n.press("enter", "1", "enter", "enter")
        assert "! An empty passphrase protects nothing." in n.text
        await n.press("a", "escape", "enter", "a", "enter", "enter")
        assert n.walk.step.id == "stand-in"
        await n.type("age1nobody")
        await n.press("enter")
        assert "! “age1nobody” is not an age recipient" in n.text
        await write(n, "")
        await n.press("enter")
        assert n.walk.step.id == "office-purpose"


async def test_a_folder_that_fails_at_the_last_moment_is_asked_for_again(newcomer, tmp_path):
    async with newcomer() as n:
        await to_the_folder(n)
        await write(n, "w")
        await n.press("enter", "2", "1")
        (tmp_path / "w").mkdir()
        (tmp_path / "w" / "somebody").touch()
        await n.press("1")
        await n.until(lambda: n.walk.step.id == "folder" and n.walk.fault)
        assert "is not empty" in " ".join(n.text.split())
        await write(n, "v")
        await n.press("enter", "enter", "enter")
        await made(n)
        await ends(n, "ctrl+q")
        assert n.app.made is None, "who leaves opens nothing"
    assert workspace_folder(None) == tmp_path / "v"


async def test_only_what_is_wrong_is_told_of_the_program(newcomer):
    async with newcomer(looking=Looked(ILL), missing=Path("/stick/laptop")) as n:
        await n.press("2")
        assert "? This is the old Windows console." in n.text
        assert "There is no workspace in /stick/laptop." in " ".join(n.text.split())
        assert "all is well" not in n.text


async def test_the_practice_town_is_opened_instead(newcomer, tmp_path):
    town = Made(tmp_path / "town", is_office=False)
    async with newcomer(practice=lambda: town) as n:
        await n.press("2", "3")
        assert "can be thrown away" in " ".join(n.text.split())
        await ends(n, "1")
        assert n.app.made == town


async def test_what_is_there_already_is_opened(newcomer, tmp_path):
    Workspace.create(tmp_path / "w", passphrase=None, name="w").close()
    async with newcomer() as n:
        await n.press("2", "4")
        await n.type("x")
        await n.press("enter")
        assert "! Neither a workspace nor an office lies in" in n.text
        await n.press("backspace", "w")
        await ends(n, "enter")
        assert n.app.made == Made(tmp_path / "w", is_office=False)


async def test_an_office_s_card_is_taken_from_a_stick_and_its_answer_too(
    newcomer, tmp_path, now, monkeypatch
):
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(laptop, "mounts", lambda: [stick])
    with Office.create(tmp_path / "o", name="清溪镇", division="", now=lambda: now) as office:
        (stick / "office.fkoffice").write_bytes((tmp_path / "o" / "office.fkoffice").read_bytes())
        (stick / "broken.fkoffice").write_bytes(b"no card")
        async with newcomer() as n:
            await to_the_folder(n)
            await write(n, "w")
            await n.press("enter", "2", "1")
            assert "Listen to 清溪镇 alone" in n.text
            await n.press("1")
            assert "Listens to the office of" in n.text
            await made(n)
            await n.press("1")
            await n.until(lambda: n.screen_name == "EnrolmentScreen")
            n.app.screen.session.exchange.device.write_card(stick / "l.fkkey")
            office.enroll(stick / "l.fkkey")
            await n.type("stick")
            await n.press("enter")
            assert "Enrolled with 清溪镇" in " ".join(n.text.split())
            await n.press("escape")
            assert "Enrolled with 清溪镇" in n.text
            await ends(n, "1")
            assert n.app.made.folder == tmp_path / "w"
    with Session.open(tmp_path / "w") as session:
        assert session.enrolling.standing.office == "清溪镇"
        assert session.exchange.device.state["office"] == session.exchange.device.enrolment.office


async def walk(n, folder):
    """Give the name of each step of both walks while it is shown."""
    yield "language"
    await n.press("1" if language() == "zh" else "2")
    yield "start"
    await n.press("3")
    yield "practice"
    await n.press("escape", "2")
    yield "office"
    await n.press("enter", "9", "enter")
    yield "office wrong"
    await n.press("escape", "1", "enter")
    await write(n, str(folder))
    yield "folder"
    await n.press("enter")
    yield "protect"
    await n.press("1", "a", "enter", "b", "enter")
    yield "passphrase"
    await n.press("backspace", "a", "enter")
    yield "purpose"
    await n.press("1")
    yield "ready"


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_every_step_fits_on_every_size(newcomer, monkeypatch, spoken):
    monkeypatch.setattr("fieldkit.session.setup.steps.this_computer", lambda: "laptop-1")
    monkeypatch.setattr("fieldkit.session.setup.steps.data_folder", partial(Path, "/data"))
    set_language(spoken)
    async with newcomer() as n:
        await every_size(n, walk(n, "/new"), f"setup-{spoken}")
