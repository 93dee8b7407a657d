"""The laptops of the office by keys: who was not seen, what was found, enrolling from a stick and by digits, revoking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office import Office, media
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.session import Session
from sync import KeyCard, Scan, card_codes, read_enrolment
from tests.screens.brought import Brought


@pytest.fixture
def brought(tmp_path, now, monkeypatch):
    monkeypatch.setattr(media, "MOUNTED", ())
    Office.create(tmp_path / "o", name="清溪", division="990101100000", now=lambda: now).close()
    return Brought(tmp_path / "o", now, tmp_path)


def office_of(brought, days=0):
    return Office.open(brought.office, now=lambda: brought.now + timedelta(days=days))


async def to_laptops(c):
    await c.part("laptops")
    await c.until(lambda: c.screen_name == "LaptopsScreen")


def said(c):
    return c.app.screen.query_one("#result").content


@pytest.mark.parametrize(
    ("language", "home", "unseen", "seen", "never"),
    [
        ("zh", "2 台已 3 天没来", "电脑丙：已 4 天没来", "电脑甲：最近收到 2026-04-02", "电脑乙：已 4 天没来"),
        ("en", "2 not seen for 3 days", "电脑丙: not seen for 4 days", "电脑甲: last heard of 2026-04-02", "电脑乙: not seen for 4 days"),
    ],
)  # fmt: skip
async def test_who_was_not_seen_is_counted_and_all_stand_by_name(
    clerk, brought, language, home, unseen, seen, never
):
    names = ("电脑丙", "电脑甲", "电脑乙")
    third, first, _second = (brought.laptop(name) for name in names)
    with office_of(brought) as office:
        office.merge([brought.write(third, "1")])
    with office_of(brought, 2) as office:
        office.merge([brought.write(first, "2")])
    async with clerk(language, folder=brought.office, at=brought.now + timedelta(days=4)) as c:
        assert home in c.text
        await to_laptops(c)
        lines = [line.strip() for line in c.lines if "电脑" in line and (":" in line or "：" in line)]
        assert lines == sorted([unseen, seen, never]), "by name, whoever was here when"
    with (brought.office / "office.toml").open("a", encoding="utf-8") as file:
        file.write("unseen_days = 5\n")
    async with clerk(language, folder=brought.office, at=brought.now + timedelta(days=4)) as c:
        assert home.split()[1] not in c.text


async def test_what_was_found_is_told_with_what_to_do(clerk, brought, tmp_path):
    import shutil

    one = brought.laptop("电脑甲")
    shutil.copytree(one, tmp_path / "copy")
    with office_of(brought) as office:
        office.merge([brought.write(one, "1"), brought.write(tmp_path / "copy", "2")])
    async with clerk("en", folder=brought.office, at=brought.now + timedelta(minutes=9)) as c:
        assert "1 to look at" in c.text
        await to_laptops(c)
        assert "was copied" in c.text
        await c.press("down", "enter")
        await c.until(lambda: c.screen_name == "LaptopScreen")
        assert "last heard of 2026-03-31, today" in c.text
        assert "this one was copied. Both are kept" in " ".join(c.text.split())
        await c.press("escape")
        assert c.screen_name == "LaptopsScreen"
        assert c.app.screen.laptops.highlighted == 1


@pytest.mark.parametrize(
    ("language", "told", "again"),
    [("zh", "电脑甲 已登记，户编号段 201 到 400", "已登记"), ("en", "电脑甲 is enrolled; its household", "enrolled already")],
)  # fmt: skip
async def test_a_card_on_a_stick_is_compared_and_answered_beside_it(clerk, brought, language, told, again):
    workspace = brought.laptop("电脑甲", enrolled=False)
    stick = brought.inbox / "U1"
    stick.mkdir()
    card = (workspace / "card.fkkey").rename(stick / "card.fkkey")
    spoken = KeyCard.from_file(card).spoken()
    async with clerk(language, size=(120, 40), folder=brought.office) as c:
        await to_laptops(c)
        await c.press("1")
        await c.until(lambda: "U1/card.fkkey" in c.text.replace("\n", ""))
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Pick")
        assert spoken.split()[0] in c.text
        assert "".join(spoken.split()) in "".join(c.text.replace("│", "").split())
        await c.press("2", "enter")
        await c.until(lambda: told.split()[0] in said(c))
        assert told in said(c)
        assert spoken in said(c)
        await c.press("enter")
        await c.until(lambda: again in c.text)
    [answer] = stick.glob("*.fkenrol")
    with Session.open(workspace, now=lambda: brought.now) as session:
        session.exchange.enrol(answer)
        assert session.enrolling.standing.office == "清溪"


async def test_by_digits_in_parts_and_the_answer_is_a_code(clerk, brought):
    lost = brought.laptop("电脑旧")
    workspace = brought.laptop("电脑新", enrolled=False)
    parts = card_codes(KeyCard.from_file(workspace / "card.fkkey"), 120)
    assert len(parts) > 1
    async with clerk("en", size=(120, 40), folder=brought.office) as c:
        await to_laptops(c)
        await c.press("1")
        await c.type(parts[-1])
        await c.press("enter")
        assert "Still missing: 1" in " ".join(said(c).split())
        for part in parts[:-1]:
            await c.type(part)
            await c.press("enter")
        await c.until(lambda: c.screen_name == "Pick")
        await c.press("1")
        assert not c.desk.office.known(KeyCard.from_file(workspace / "card.fkkey").device)
        for part in parts:
            await c.type(part)
            await c.press("enter")
        await c.press("2", "enter")
        await c.until(lambda: "lost or broken" in c.text)
        await c.press("2")
        await c.until(lambda: "is enrolled" in said(c))
        shown = c.app.screen.parts
        assert shown
        await c.press("pagedown")
        await c.type("1" * 40)
        await c.press("enter")
        assert "is enrolled" in said(c)
        await c.type(str(brought.folder / "no card"))
        await c.press("enter")
        assert "is not a laptop's key card" in said(c)
    word = read_enrolment(Scan(shown))
    assert word.name == "电脑新"
    with office_of(brought) as office:
        assert {each.name: each.replaces for each in office.devices()}["电脑新"] == office.device("电脑旧").id
    del lost


async def test_revoking_is_confirmed_and_drops_nothing(clerk, brought):
    one = brought.laptop("电脑甲")
    with office_of(brought) as office:
        office.merge([brought.write(one, "1", 2)])
    async with clerk("en", folder=brought.office) as c:
        await to_laptops(c)
        await c.press("down", "enter", "1")
        await c.until(lambda: c.screen_name == "Pick")
        assert "nothing is dropped" in c.app.screen.question
        await c.press("1")
        assert not c.desk.office.device("电脑甲").revoked
        await c.press("1", "2")
        await c.until(lambda: c.screen_name == "AskText")
        await c.type("many")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert not c.desk.office.device("电脑甲").revoked
        await c.press("enter", "1", "2", "enter")
        await c.until(lambda: c.desk.office.device("电脑甲").revoked)
        await c.until(lambda: "Kept aside" in c.text)
        await c.press("escape")
        assert "revoked" in c.text
    held = brought.state()
    assert held.records == 2
    with office_of(brought) as office:
        report = office.merge([brought.write(one, "2", 3)]).counts()
    assert (report["new"], report["quarantined"], report["held"]) == (0, 3, 2)


@pytest.mark.parametrize("role", [Role.READER, Role.VERIFIER, Role.REVIEWER])
async def test_who_may_not_trust_laptops_sees_none(clerk, brought, role):
    brought.laptop("电脑甲")
    with office_of(brought) as office:
        add_desk(office, "王芳", [role], None, by="office")
    async with clerk("en", folder=brought.office, name="王芳") as c:
        assert "Laptops" not in c.text
        laptops = c.desk.laptops
        for refused in (
            laptops.all,
            laptops.state,
            laptops.cards,
            lambda: laptops.read("1" * 20),
            lambda: laptops.revoke("电脑甲"),
        ):
            with pytest.raises(FieldkitError) as refusal:
                refused()
            assert refusal.value.code == "role.may-not"
        assert not c.desk.office.device("电脑甲").revoked
