"""Phones at the office by keys: let in with a code that a camera reads, given other forms, revoked; what waits and was refused."""

from __future__ import annotations

import base64
import json
import os
import zlib

import pytest
from rich.cells import cell_len

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.admitting import add_phone
from fieldkit.interop.openrosa.desks import PhoneDesk, hold
from fieldkit.interop.openrosa.phones import phones
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.qr import QUIET
from tests.screens.code_reader import bare, decoded, modules_of
from tests.screens.test_looks import compare

ZH = ("1 条在等，1 条没有收", "打开它的密钥不在这里", "在镇办已经撤下")


@pytest.fixture
def folder(tmp_path, now):
    Office.create(tmp_path / "o", name="清溪", division="990101100000", now=lambda: now).close()
    return tmp_path / "o"


@pytest.fixture
def with_two(folder, now):
    """An office with a phone that waits for something and was refused something, and one that was never here."""
    with Office.open(folder, now=lambda: now) as office:
        made, _password = add_phone(office, "一号机", ["log"], by="office")
        add_phone(office, "二号机", ["visit", "consent"], ["990101100200"], by="office")
        with PhoneDesk(office, made) as desk:
            desk.traces.here(now)
            desk.traces.refuse("m", "log", FieldkitError("openrosa.taken-back"), now)
            folder_of_one = desk.waiting._folder / "w"
            folder_of_one.mkdir(parents=True)
            (folder_of_one / "manifest.xml").write_text(
                '<data xmlns="http://opendatakit.org/submissions" encrypted="yes" id="log" version="1"><base64EncryptedKey>AA==</base64EncryptedKey>'
                "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile><meta><instanceID>uuid:1</instanceID></meta></data>",
                encoding="utf-8",
            )
            os.utime(folder_of_one / "manifest.xml", (now.timestamp(), now.timestamp()))
    return folder


async def to_phones(c):
    await c.part("phones")
    await c.until(lambda: c.screen_name == "PhonesScreen")


def flat(c):
    return " ".join(c.text.replace("│", " ").split())


def pressed(c):
    """The text without the breaks of lines, for Chinese."""
    return "".join(c.text.replace("│", "").split())


async def let_in(c, name, marks, villages=(), url=""):
    await c.press("1")
    await c.until(lambda: c.screen_name == "AskText")
    await c.type(name)
    await c.press("enter")
    await c.until(lambda: c.screen_name == "Pick")
    await c.press(*marks, "enter")
    if villages:
        await c.until(lambda: c.screen_name == "Pick" and "numbers" in c.app.screen.question)
        await c.press(*villages, "enter")
    await c.until(lambda: c.screen_name == "AskText")
    if url:
        c.app.screen.line.value = url
    await c.press("enter")


def settings_on(c):
    """What a camera reads off the screen."""
    drawn = modules_of(c.app.screen.query_one("QrCode").lines)
    return json.loads(zlib.decompress(base64.b64decode(decoded(bare(drawn, QUIET)))))


def camera(reader, png):
    """What a camera reads in a picture of one bit a pixel."""
    side = int.from_bytes(png[16:20])
    lines = zlib.decompress(png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8])
    row = side // 8 + 1
    bits = "".join(f"{byte:08b}" for y in range(side) for byte in lines[y * row + 1 : (y + 1) * row])
    greys = bytes(255 if bit == "1" else 0 for bit in bits)
    [found] = reader.read_barcodes(memoryview(greys).cast("B", [side, side]), reader.BarcodeFormat.QRCode)
    return found.text


async def test_a_phone_is_let_in_and_its_code_is_read_off_the_screen(clerk, folder, now):
    async with clerk("en", size=(120, 40), folder=folder) as c:
        await to_phones(c)
        assert "No phone sends to this office." in c.text
        assert "Nobody serves phones now" in c.text
        await let_in(c, "Phone 1", ["1"], ["2", "3"], "https://o.example/openrosa/")
        await c.until(lambda: c.screen_name == "PhoneCodeScreen")
        [made] = phones(c.desk.office)
        assert (made.name, made.forms, made.villages) == (
            "Phone 1",
            ("visit",),
            ("990101100200", "990101100201"),
        )
        said = settings_on(c)
        assert (said["general"]["server_url"], said["general"]["username"]) == (
            "https://o.example/openrosa",
            "phone1",
        )
        assert said["general"]["password"] in pressed(c), "for whoever types"
        password = said["general"]["password"]
        await c.press("escape")
        await c.until(lambda: c.screen_name == "Pick")
        assert "not shown again" in flat(c)
        await c.press("1")
        assert c.screen_name == "PhoneCodeScreen"
        await c.press("escape", "2")
        await c.until(lambda: c.screen_name == "PhonesScreen")
        assert "Phone 1: not here yet" in c.text
        await c.press("down", "enter")
        await c.until(lambda: c.screen_name == "PhoneScreen")
        assert password not in c.text


@pytest.mark.parametrize(
    ("size", "language", "small"),
    [((80, 24), "en", "too small for the code of"), ((60, 20), "zh", "窗口太小")],
)
async def test_where_the_window_is_too_small_it_says_how_large_and_writes_a_picture(
    clerk, folder, tmp_path, size, language, small
):
    zxing = pytest.importorskip("zxingcpp", reason="nothing that reads codes (zxing-cpp) is installed")
    async with clerk(language, size=size, folder=folder) as c:
        await to_phones(c)
        await let_in(c, "P", ["2"])
        await c.until(lambda: c.screen_name == "PhoneCodeScreen")
        assert small in flat(c)
        assert not c.app.screen.query_one("QrCode").lines
        shown = pressed(c)
        await c.press("1")
        await c.until(lambda: c.screen_name == "AskText")
        c.app.screen.line.value = str(tmp_path / "code.png")
        await c.press("enter")
        await c.until(lambda: c.screen_name == "Notice")
    assert (tmp_path / "code.png").stat().st_mode & 0o77 == 0
    found = camera(zxing, (tmp_path / "code.png").read_bytes())
    general = json.loads(zlib.decompress(base64.b64decode(found)))["general"]
    assert general["password"] in shown
    assert general["server_url"] in shown


async def test_households_are_not_for_an_open_line(clerk, folder):
    async with clerk("en", folder=folder) as c:
        await to_phones(c)
        await let_in(c, "P", ["1"], ["1"], "http://10.0.0.1:8421/openrosa")
        await c.until(lambda: c.screen_name == "Notice")
        assert "encrypted line alone" in flat(c)
        await c.press("enter")
        await c.until(lambda: c.screen_name == "PhonesScreen")
        assert phones(c.desk.office) == []


@pytest.mark.parametrize(
    ("size", "language", "line", "waits", "refused"),
    [
        ((80, 24), "zh", *ZH),
        (
            (120, 40),
            "en",
            "1 waiting, 1 refused",
            "the key that opens it is not here",
            "was taken out at the office",
        ),
        ((60, 20), "zh", *ZH),
    ],
)
async def test_what_waits_and_was_refused_is_told_with_what_to_do(
    clerk, with_two, size, language, line, waits, refused
):
    async with clerk(language, size=size, folder=with_two) as c:
        await to_phones(c)
        assert line in c.text
        drawn = {"phones": c.text}
        await c.press("down", "enter")
        await c.until(lambda: c.screen_name == "PhoneScreen")
        drawn["phone"] = c.text
        assert all(cell_len(each) <= size[0] for each in c.lines)
        compare(f"phones-{size[0]}x{size[1]}-{language}", drawn)
        shown = str(c.app.screen.query_one("#known").content)
        assert waits in shown
        assert refused in shown
        assert "phones.key" in shown
        await c.press("f1")
        await c.until(lambda: c.screen_name == "Help")


async def test_other_forms_and_revoking_are_asked_first(clerk, with_two):
    async with clerk("en", size=(120, 40), folder=with_two) as c:
        await to_phones(c)
        await c.press("down", "down", "enter")
        await c.until(lambda: c.screen_name == "PhoneScreen")
        assert "Shiqiao" in c.text
        await c.press("1")
        await c.until(lambda: c.screen_name == "Pick")
        assert c.app.screen.marked == {0}
        await c.press("2", "enter")
        await c.until(lambda: c.screen_name == "Pick" and "numbers" in c.app.screen.question)
        assert c.app.screen.marked == {1}
        await c.press("enter")
        await c.until(lambda: c.screen_name == "PhoneScreen")
        given = next(each for each in phones(c.desk.office) if each.name == "二号机")
        assert len(given.forms) == 3
        assert given.forms[-1] == "consent", "what the screen does not offer stays"
        assert given.villages == ("990101100200",)
        await c.press("2")
        await c.until(lambda: c.screen_name == "Pick")
        assert "What it sent stays" in flat(c)
        await c.press("1")
        assert not any(each.revoked for each in phones(c.desk.office))
        await c.press("2", "2")
        await c.until(lambda: any(each.revoked for each in phones(c.desk.office)))
        await c.until(lambda: "Revoked: nothing more is taken" in c.text)
        await c.press("escape")
        await c.until(lambda: c.screen_name == "PhonesScreen")
        assert "二号机: revoked" in c.text
        assert c.app.screen.phones.highlighted == 2


async def test_who_serves_is_told(clerk, folder, now):
    with Office.open(folder, now=lambda: now) as office:
        held = hold(office)
        try:
            async with clerk("en", folder=folder) as c:
                await to_phones(c)
                assert "Phones are served since 20" in c.text
        finally:
            held.release()


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER])
async def test_who_does_not_keep_the_office_sees_no_phones(clerk, with_two, now, role):
    with Office.open(with_two, now=lambda: now) as office:
        add_desk(office, "王芳", [role], None, by="office")
    async with clerk("en", folder=with_two, name="王芳") as c:
        assert "Phones" not in c.text
        parts = c.desk.phones
        one = phones(c.desk.office)[0]
        for refused in (
            parts.all, parts.state, parts.serving, parts.forms, parts.villages, lambda: parts.revoke(one),
            lambda: parts.add("x", ["log"], [], "http://x"), lambda: parts.give(one, ["log"], []),
        ):  # fmt: skip
            with pytest.raises(FieldkitError) as refusal:
                refused()
            assert refusal.value.code == "role.may-not"
        assert len(phones(c.desk.office)) == 2
