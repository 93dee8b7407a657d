"""The screen that shows the laptop's key and takes the office's answer: its code is read from what is on screen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from unittest.mock import patch

import pytest
from textual.events import Key

from fieldkit.office import Office
from fieldkit.qr import QUIET
from fieldkit.store import Workspace
from fieldkit.widgets.qr import QrCode
from sync import DeviceKey, Scan, enrolment_codes, read_card
from tests.screens.code_reader import bare, decoded, inks, seen


@pytest.fixture
def laptop(tmp_path):
    Workspace.create(tmp_path / "笔记本 1", passphrase=None, name="清溪镇 1").close()
    return tmp_path / "笔记本 1"


@pytest.fixture
def office(tmp_path, now):
    office = Office.create(tmp_path / "o", name="清溪镇卫生健康办", division="990101100000", now=lambda: now)
    yield office
    office.close()


def code_on(p, size, *, plain=False, quiet=QUIET):
    """What the code says that a camera sees on the screen, drawn in black and white on the right."""
    strips = p.app.screen._compositor.render_strips()[: size[1]]
    cells = [[(sign, segment.style) for segment in strip for sign in segment.text] for strip in strips]
    region = p.app.screen.query_one(QrCode).region
    code = [line[-region.width :] for line in cells[: region.height]]
    if plain:
        modules = [[inks(style, colours=True)[1] == 0 for _, style in line[::2]] for line in code]
    else:
        modules = [row for line in code for row in seen(line, colours=True)]
    return decoded(bare(modules, quiet))


async def shown(p):
    """Open the screen from Home and give what its code says."""
    await p.press("f11")
    await p.until(lambda: p.screen_name == "EnrolmentScreen")
    await p.pilot.pause()


async def scan(p, text):
    """As a scanner types: every key at once, then Enter."""
    enrolling, line, taken = p.app.session.enrolling, p.app.screen.query_one("#answer"), []
    take = enrolling.take
    with patch.object(enrolling, "take", lambda typed: (taken.append(typed), take(typed))[1]):
        for sign in text:
            p.app.post_message(Key(sign, sign))
        p.app.post_message(Key("enter", "\r"))
        for _ in range(3):  # seven hundred keys take a while on a busy machine
            with suppress(AssertionError):
                await p.until(lambda: taken and not line.value)
    assert taken == [text]
    await p.pilot.pause()


def words(p, columns=33):
    """What stands beside the code, in one line."""
    return " ".join(" ".join(line[:columns].strip() for line in p.lines).split())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_whole_way_on_the_screen(person, laptop, office, language, size):
    async with person(language, size, laptop) as p:
        assert "F11" in p.text, "Home says what to do first"
        await shown(p)
        card = p.app.session.enrolling.card
        code = code_on(p, size)
        assert read_card(Scan([code])) == card
        flat = p.text.replace("\n", " ")
        assert card.name in flat
        assert card.device in flat
        assert all(group in flat for group in card.spoken().split())
        assert {"zh": "还没有镇办登记这台电脑", "en": "No office knows this laptop yet"}[language] in flat
        assert p.lines[-1].startswith({"zh": "F1 帮助", "en": "F1 Help"}[language])

        word = office.enroll_card(read_card(Scan([code])))
        first, *rest = reversed(enrolment_codes(word, 255))
        await scan(p, first)
        assert {"zh": "还缺：1, 2", "en": "Still missing: 1, 2"}[language] in words(p, size[0] - 46)
        for part in rest:
            await scan(p, part)
        assert p.app.session.enrolling.standing.first == 1
        assert {"zh": "已登记到 清溪镇", "en": "Enrolled with 清溪镇"}[language] in words(p, size[0] - 46)
        assert {"zh": "户编号段 1", "en": "household numbers 1"}[language] in words(p, size[0] - 46)
        await p.press("escape")
        assert "F11" not in p.text


@pytest.mark.parametrize(("size", "parts", "quiet"), [((80, 24), 8, 1), ((120, 40), 2, 4)])
async def test_with_plain_signs_the_code_comes_in_parts_that_fit(person, laptop, size, parts, quiet):
    async with person("en", size, laptop) as p:
        p.app.wear(replace(p.app.appearance, plain=True))
        await shown(p)
        found = Scan()
        for number in range(1, parts + 1):
            assert f"code {number} of {parts}" in words(p)
            found.add(code_on(p, size, plain=True, quiet=quiet))
            await p.press("pagedown")
        assert read_card(found) == p.app.session.enrolling.card
        await p.press("pageup")
        assert f"code {parts} of {parts}" in words(p)


async def test_big_letters_and_windows_of_any_size_show_what_they_can(person, laptop):
    async with person("en", (60, 20), laptop) as p:
        p.app.wear(replace(p.app.appearance, big=True))
        await shown(p)
        assert "code 1 of 2" in words(p, 22)
        assert p.app.screen.query_one("#answer").has_focus
        await p.pilot.resize_terminal(40, 10)
        await p.pilot.pause()
        assert "too small for the code" in words(p, 40)
        await p.pilot.resize_terminal(100, 30)
        await p.pilot.pause()
        assert read_card(Scan([code_on(p, (100, 30))])).name == "清溪镇 1"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_refusals_are_told_in_words_and_the_line_is_empty_again(person, laptop, office, language):
    async with person(language, (80, 24), laptop) as p:
        await shown(p)
        card = p.app.session.enrolling.card
        word = office.enroll_card(card)
        parts = enrolment_codes(word, 255)
        wrong = parts[1][:60] + str((int(parts[1][60]) + 1) % 10) + parts[1][61:]
        stranger = DeviceKey.generate()
        foreign = replace(word, device=stranger.id, device_public=stranger.public, name="别处")
        for typed, zh, en in (
            (wrong, "第 2/3 张里有一位数字不对", "A digit of part 2 of 3 is wrong"),
            (p.app.session.enrolling.codes(255)[0], "这是电脑的密钥卡", "This is a laptop's key card"),
            (enrolment_codes(foreign.signed_by(office.archive.key))[0], "别处", "meant for another laptop"),
            ("/nowhere/at.all", "不是登记文件", "is not an enrolment"),
        ):
            await scan(p, typed)
            wanted = {"zh": zh, "en": en}[language]
            assert wanted.replace(" ", "") in words(p).replace(" ", "")
        assert p.app.session.enrolling.standing is None
        await p.press("enter")
        assert p.screen_name == "EnrolmentScreen"


async def test_the_answer_is_taken_from_the_stick_and_the_language_changes(person, laptop, office, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    async with person("en", (120, 40), laptop) as p:
        await shown(p)
        office.write_enrolment(office.enroll_card(p.app.session.enrolling.card), stick)
        await scan(p, str(stick))
        assert "Enrolled with 清溪镇卫生健康办 since 2026-03-31" in words(p, 75)
        await p.press("f4")
        assert "2026-03-31 起登记在 清溪镇卫生健康办" in p.text


async def test_without_a_scanner_card_and_answer_travel_on_a_stick(
    person, laptop, office, tmp_path, monkeypatch
):
    sticks = []
    monkeypatch.setattr("fieldkit.session.enrolling.mounts", lambda: sticks)
    async with person("en", (120, 40), laptop) as p:
        await shown(p)
        await p.press("ctrl+e")
        assert "No stick is in." in words(p, 74)
        await p.press("enter")
        assert "No stick is in." in words(p, 74)
        for name in ("another", "stick"):
            (tmp_path / name).mkdir()
            sticks.append(tmp_path / name)
        await p.press("enter")
        assert "There is no answer of an office" in words(p, 74)
        await p.press("ctrl+e")
        [card] = (tmp_path / "another").iterdir()
        office.enroll(card, out=tmp_path / "stick")
        await p.press("enter")
        assert "Enrolled with 清溪镇" in words(p, 74)
        assert p.app.session.enrolling.standing.office == "清溪镇卫生健康办"
