"""What was kept aside, by keys: why, who may let it in, and what never can be."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office import Office, media
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.aside import Standing
from sync import KeyCard
from tests.screens.brought import Brought


@pytest.fixture
def brought(tmp_path, now, monkeypatch):
    monkeypatch.setattr(media, "MOUNTED", ())
    Office.create(tmp_path / "o", name="清溪", division="990101100000", now=lambda: now).close()
    return Brought(tmp_path / "o", now, tmp_path)


@pytest.fixture
def kept(brought):
    """A laptop that was revoked brings two records."""
    one = brought.laptop("电脑甲")
    with Office.open(brought.office, now=lambda: brought.now) as office:
        office.revoke("电脑甲")
        office.merge([brought.write(one, "1", 2)])
    return brought


def workers_of(brought, **roles):
    with Office.open(brought.office, now=lambda: brought.now) as office:
        for name, role in roles.items():
            add_desk(office, name, [role], None, by="office")


@pytest.mark.parametrize(
    ("language", "home", "why", "count", "done"),
    [
        ("zh", "待定的数据包  1 个", "它来自已停用的电脑", "2 条", "由 审核 于"),
        ("en", "1 kept aside", "Its laptop was revoked", "2 records", "let in by 审核"),
    ],
)
async def test_a_reviewer_lets_it_in_for_a_reason_that_is_noted(
    clerk, kept, language, home, why, count, done
):
    workers_of(kept, 审核=Role.REVIEWER)
    async with clerk(language, folder=kept.office, name="审核") as c:
        assert home in c.text
        await c.part("quarantine")
        await c.until(lambda: c.screen_name == "QuarantineScreen")
        assert why in c.text
        assert count in c.text
        assert "电脑甲" in c.text
        await c.press("enter", "1")
        assert kept.state().records == 0
        await c.press("enter", "2")
        await c.until(lambda: c.screen_name == "AskText")
        await c.type("  ")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert kept.state().records == 0
        await c.press("enter", "enter", "2")
        await c.type("asked the team leader")
        await c.press("enter")
        await c.until(lambda: done in c.text)
        assert "asked the team leader" in c.text
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        await c.press("enter", "escape")
        assert home not in c.text
    assert kept.state().records == 2
    with Office.open(kept.office, now=lambda: kept.now) as office:
        [row] = office.quarantine()
        assert (row.released["by"], row.released["reason"]) == ("审核", "asked the team leader")


async def test_a_clerk_sees_it_and_is_told_who_may_let_it_in(clerk, kept):
    workers_of(kept, 王芳=Role.CLERK)
    async with clerk("en", folder=kept.office, name="王芳") as c:
        await c.part("quarantine")
        await c.until(lambda: c.screen_name == "QuarantineScreen")
        assert "A reviewer can let it in." in c.text
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert "may not do this" in " ".join(c.text.split())
        [row] = c.desk.aside.all()
        with pytest.raises(FieldkitError) as refusal:
            c.desk.aside.release(row, "I wish so")
        assert refusal.value.code == "role.may-not"
    assert kept.state().records == 0


async def test_what_an_unknown_laptop_brought_can_be_let_in_once_it_is_enrolled(clerk, brought, now):
    stranger = brought.laptop("电脑丁")
    path = brought.write(stranger, "1", 3)
    with Office.open(brought.office, now=lambda: now) as office, office.archive.writing() as connection:
        # As after an archive that knew the laptop was lost, and an older backup brought back.
        connection.exec_driver_sql("DELETE FROM device")
    with Office.open(brought.office, now=lambda: now) as office:
        office.merge([path])
        assert office.verify().records == 0
    async with clerk("en", folder=brought.office) as c:
        await c.part("quarantine")
        await c.until(lambda: c.screen_name == "QuarantineScreen")
        assert "a laptop that is not enrolled here" in c.text
        assert "Find out whose it is" in c.text
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        assert "Enrol that laptop first" in " ".join(c.text.split())
        await c.press("enter", "escape")
        c.desk.office.enroll_card(card_of(stranger, now))
        await c.part("quarantine")
        await c.until(lambda: c.screen_name == "QuarantineScreen")
        assert "now it is" in c.text
        await c.press("enter", "2")
        await c.type("new here")
        await c.press("enter")
        await c.until(lambda: "let in by office" in c.text)
    assert brought.state().records == 3


def card_of(workspace, now) -> KeyCard:
    from fieldkit.session.session import Session

    with Session.open(workspace, now=lambda: now) as session:
        return session.exchange.device.card()


@pytest.mark.parametrize(("language", "words"), [("zh", "永远不能接收"), ("en", "it can never be let in")])
async def test_what_was_changed_on_its_way_can_never_be_let_in(clerk, brought, language, words):
    path = brought.write(brought.laptop("电脑甲"), "1", 2)
    forged(path)
    with Office.open(brought.office, now=lambda: brought.now) as office:
        [(_path, error)] = office.merge([path]).refusals
        assert error.code == "bundle.tampered"
    async with clerk(language, folder=brought.office) as c:
        await c.part("quarantine")
        await c.until(lambda: c.screen_name == "QuarantineScreen")
        assert words in c.app.screen.query_one("#why").content
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
        await c.press("enter")
        [row] = c.desk.aside.all()
        assert row.standing is Standing.TAMPERED
        with pytest.raises(FieldkitError) as refusal:
            c.desk.aside.release(row, "whatever")
        assert refusal.value.code == "release.tampered"
    assert brought.state().records == 0


def forged(path):
    """Change a bundle's clear header and make its hash fit: whoever does that has no key."""
    import hashlib
    import re

    content = path.read_bytes()
    body, tail = content[:-40], content[-40:]
    number = re.search(rb'"revisions":(\d+)', body)
    body = body[: number.start(1)] + b"9" + body[number.end(1) :]
    path.write_bytes(body + tail[:4] + hashlib.sha256(body).digest() + tail[-4:])


@pytest.mark.parametrize("role", [Role.READER, Role.VERIFIER])
async def test_who_neither_takes_nor_lets_in_sees_nothing_of_it(clerk, kept, role):
    workers_of(kept, 某人=role)
    async with clerk("en", folder=kept.office, name="某人") as c:
        assert "Kept aside" not in c.text
        for refused in (c.desk.aside.all, c.desk.aside.state):
            with pytest.raises(FieldkitError) as refusal:
                refused()
            assert refusal.value.code == "role.may-not"
