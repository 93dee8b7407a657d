"""The inbox by keys: sticks that appear while it is open, what became of them, and what goes back."""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office import Office, media
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.screens.office import inbox as screen
from fieldkit.session.session import Session
from tests.screens.brought import Brought


@pytest.fixture
def brought(tmp_path, now, monkeypatch):
    monkeypatch.setattr(screen, "PAUSE", 0.15)
    monkeypatch.setattr(media, "MOUNTED", ())
    Office.create(tmp_path / "o", name="清溪", division="990101100000", now=lambda: now).close()
    return Brought(tmp_path / "o", now, tmp_path)


async def opened(c):
    """Open the inbox from Home."""
    await c.part("inbox")
    await c.until(lambda: c.screen_name == "InboxScreen" and c.app.screen.arrivals is not None)


async def taken(c, words):
    """Take what is marked, and wait until it is told."""
    await c.press("enter")
    await c.until(lambda: words in c.text)


def said(c):
    """What became of it, whatever the width of the window."""
    return c.app.screen.query_one("#result").content


@pytest.mark.parametrize(
    ("language", "empty", "told", "end", "again", "waits"),
    [
        ("zh", "没有插U盘", "电脑甲：送来 3 条：3 新增，0 已有", "这个文件夹不再需要", "0 新增，3 已有", "1 个待收"),
        ("en", "No stick is in", "3 offered: 3 new, 0 already held", "not needed any more", "0 new, 3 already held", "1 with something"),
    ],
)  # fmt: skip
async def test_a_stick_appears_is_taken_with_one_key_and_is_not_offered_again(
    clerk, brought, language, empty, told, end, again, waits
):
    one, two = brought.laptop("电脑甲"), brought.laptop("电脑乙")
    async with clerk(language, folder=brought.office) as c:
        await opened(c)
        assert empty in c.text
        brought.write(one, "stick one", 3)
        await c.until(lambda: "stick one" in c.text)
        assert "电脑甲" in c.text
        await taken(c, told)
        await c.until(lambda: not c.app.screen.arrivals[0].new)
        assert end in c.text
        brought.write(two, "stick two")
        await c.until(lambda: "stick two" in c.text)
        await taken(c, "电脑乙")
        await c.until(lambda: all(not each.new for each in c.app.screen.arrivals))
        await c.press("up")
        await taken(c, again)
        await c.press("escape")
        assert waits not in c.text
        brought.write(two, "stick two")
        await opened(c)
        await c.press("escape")
        assert waits in c.text
    assert brought.state().records == 4
    async with clerk(language, folder=brought.office) as c:
        assert waits in c.text, "another day it is known too what was taken"


async def test_a_folder_that_the_environment_names_is_looked_at_too(clerk, brought, monkeypatch, tmp_path):
    laptop = brought.laptop("电脑甲")
    monkeypatch.setenv("FIELDKIT_INBOX", os.pathsep.join([str(tmp_path / "none"), str(tmp_path / "收件 1")]))
    path = brought.write(laptop, tmp_path / "收件 1", 2)
    async with clerk("en", folder=brought.office) as c:
        await opened(c)
        await c.until(lambda: "收件 1: 1 bundle" in c.text)
        path.unlink()
        await c.until(lambda: "收件 1" not in c.text)


async def test_a_stick_pulled_out_meanwhile_is_told_of_and_what_was_read_is_whole(clerk, brought):
    one = brought.laptop("电脑甲")
    for number in range(4):
        brought.write(one, "stick", number + 1)
    pulled = []

    async with clerk("en", folder=brought.office) as c:
        take = c.desk.inbox.take

        def until_pulled(medium, go_on):
            def step(step):
                if step.number == 3:
                    pulled.append(step)
                    shutil.rmtree(medium.path)
                return go_on(step)

            return take(medium, step)

        c.desk.inbox.take = until_pulled
        await opened(c)
        await c.until(lambda: "stick: 4 bundles" in c.text)
        await taken(c, "pulled out")
        assert pulled
        assert "What was read is in the archive and whole" in said(c)
        assert "Not read: 2" in said(c)
        assert "may remove" not in said(c)
        assert "not needed" not in said(c)
    report = brought.state()
    assert (report.damaged, report.incomplete) == ((), 0)
    assert report.records > 0


async def test_one_bundle_that_fails_stops_none_of_the_others(clerk, brought, tmp_path, now):
    Office.create(tmp_path / "n", name="邻镇", division="", now=lambda: now).close()
    stranger, one = brought.laptop("邻镇电脑", tmp_path / "n"), brought.laptop("电脑甲")
    good = brought.write(one, "stick", 2)
    brought.write(stranger, "stick", 5)
    (good.parent / "a.fkb").write_bytes(b"nothing of ours")
    changed = bytearray(brought.write(one, "stick", 3).read_bytes())
    changed[len(changed) // 2] ^= 1
    (good.parent / "b.fkb").write_bytes(bytes(changed))
    torn = brought.write(one, "stick", 40)
    torn.write_bytes(torn.read_bytes()[:-1500])
    async with clerk("en", size=(120, 40), folder=brought.office) as c:
        await opened(c)
        await c.until(lambda: "stick: 6 bundles" in c.text)
        assert "another office" in c.text
        await taken(c, "6 files together")
        assert "邻镇电脑" not in said(c), "who that is nobody here knows"
        for words in (
            "5 offered: 5 refused", "meant for another office", "is not a fieldkit bundle", "was changed after it was written",
            "Export again on 电脑甲", "Missing: ", "check code",
        ):  # fmt: skip
            assert words in said(c)
        await c.until(lambda: not c.app.screen.arrivals[0].new)
    held = brought.state()
    assert held.damaged == ()
    assert held.records >= 5


async def test_taking_stops_after_the_bundle_that_is_being_read(clerk, brought):
    for name in ("电脑甲", "电脑乙", "电脑丙"):
        brought.write(brought.laptop(name), "stick")
    async with clerk("en", folder=brought.office) as c:
        await opened(c)
        await c.until(lambda: "stick: 3 bundles" in c.text)
        take, lines = c.desk.inbox.take, []

        def stopped(medium, go_on):
            def step(step):
                lines.append(c.desk.inbox.step_line(step))
                if step.number == 2:
                    c.app.call_from_thread(c.app.screen.action_back)
                return go_on(step)

            return take(medium, step)

        c.desk.inbox.take = stopped
        await taken(c, "Not read: 2")
        assert re.match(r"Taking 1 of 3: 电脑., 1 record", lines[0])
        assert len(lines) == 3
        assert c.screen_name == "InboxScreen"
        await c.until(lambda: c.app.screen.arrivals[0].new == 2)
    assert brought.state().records == 1


@pytest.mark.parametrize(("language", "words"), [("zh", "电脑甲："), ("en", "电脑甲: ")])
async def test_packs_go_back_onto_the_same_stick_for_the_laptops_that_came_on_it(
    clerk, brought, language, words
):
    one, two, absent = (brought.laptop(name) for name in ("电脑甲", "电脑乙", "电脑丙"))
    stick = brought.write(one, "stick", 2).parent
    brought.write(two, "stick")
    async with clerk(language, size=(120, 40), folder=brought.office) as c:
        await opened(c)
        await c.press("1")
        assert not list(stick.glob("*.fkr"))
        await c.until(lambda: "stick" in c.text)
        await c.press("down", "down", "down")
        await taken(c, {"zh": "2 个文件合计", "en": "2 files together"}[language])
        await c.press("1")
        await c.until(lambda: len(list(stick.glob("*.fkr"))) == 2 and words in c.text)
        await c.until(lambda: {"zh": "不再需要", "en": "not needed"}[language] in c.text)
    with Session.open(one, now=lambda: brought.now) as session:
        session.sticks.take(stick)
        assert session.status().only_here == 0
    with Session.open(absent, now=lambda: brought.now) as session, pytest.raises(FieldkitError):
        session.sticks.take(stick)


async def test_every_bundle_that_came_can_be_read_aloud_newest_first(clerk, brought):
    one, two = brought.laptop("电脑甲"), brought.laptop("电脑乙")
    with Office.open(brought.office, now=lambda: brought.now) as office:
        office.merge([brought.write(one, "1"), brought.write(two, "2", 2)])
    async with clerk("zh", folder=brought.office) as c:
        await opened(c)
        await c.press("2")
        heading, *lines = said(c).splitlines()
        assert "新的在前" in heading
        assert [line.split("  ")[1] for line in lines] == ["电脑乙", "电脑甲"]
        assert "2 新增" in lines[0]
        await c.press("f4")
        assert "2 new" in said(c)


async def test_on_another_medium_the_stick_may_be_removed_once_all_is_done(clerk, brought, monkeypatch):
    places = [Path("/dev/shm"), Path(tempfile.gettempdir())]
    other = [each for each in places if each.is_dir() and each.stat().st_dev != brought.office.stat().st_dev]
    if not other:
        pytest.skip("no second medium here")
    folder = other[0] / f"fieldkit {random.randrange(10**9)}"
    try:
        monkeypatch.setenv("FIELDKIT_INBOX", str(folder))
        brought.write(brought.laptop("电脑甲"), folder / "U1")
        async with clerk("en", folder=brought.office) as c:
            before = []
            tables = c.desk.office.keep_tables

            def kept():
                before.append("may remove" in said(c))
                return tables()

            c.desk.office.keep_tables = kept
            await opened(c)
            await c.until(lambda: "U1" in c.text)
            await taken(c, "You may remove the stick.")
            assert before == [False]
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("role", [Role.READER, Role.VERIFIER, Role.REVIEWER])
async def test_who_may_not_take_sticks_sees_no_inbox_and_gets_none(clerk, brought, role):
    stick = brought.write(brought.laptop("电脑甲"), "stick").parent
    with Office.open(brought.office, now=lambda: brought.now) as office:
        add_desk(office, "王芳", [role], None, by="office")
        medium = next(each for each in media.media(brought.office) if each.path == stick)
    async with clerk("en", folder=brought.office, name="王芳") as c:
        assert "Inbox" not in c.text
        for refused in (
            c.desk.inbox.look, c.desk.inbox.state, c.desk.inbox.history_lines, lambda: c.desk.inbox.take(medium, lambda _step: True),
        ):  # fmt: skip
            with pytest.raises(FieldkitError) as refusal:
                refused()
            assert refusal.value.code == "role.may-not"
    assert brought.state().records == 0
