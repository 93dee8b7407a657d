"""Home: what now? And finding a household."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from fieldkit.app import FieldkitApp
from fieldkit.fieldwork.names import search_keys
from fieldkit.i18n import set_language
from fieldkit.screens.home import HomeScreen
from fieldkit.session.session import Session


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_home_says_what_is_due_unfinished_and_only_here(person, size):
    async with person("zh", size) as p:
        assert "示例数据，人物均为虚构" in p.text
        assert "未加密" in p.text
        assert f"只在本机：3 / 共 {p.app.session.exchange.status().records} 条记录" in p.text
        assert "今天要走访" in p.text
        assert all(len(line) <= size[0] for line in p.lines)
        assert p.lines[-1].startswith("F1 帮助")


async def test_a_household_is_found_by_initials_pinyin_characters_and_number(person, session_free_head):
    async with person("en") as p:
        household, keys = session_free_head(p.app.session)
        for typed in (*keys, household.id):
            await p.type(typed)
            assert household.head in p.text, typed
            await p.press("escape")
        await p.type(keys[0])
        while p.app.home._entries[p.app.home.query_one("#list").highlighted].number != household.id:
            await p.press("down")
        await p.press("enter")
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        assert household.id in p.text
        assert "Start a visit" in p.text


@pytest.fixture
def session_free_head():
    def pick(session):
        household = next(h for h in session.registry().households.values() if h.head.startswith("曾"))
        return household, search_keys(household.head)[1:3]

    return pick


async def test_nothing_found_says_so_and_how_to_go_on(person):
    async with person("zh") as p:
        await p.type("xyzzy")
        assert "没有与“xyzzy”相符的住户" in p.text
        assert "Ctrl+N" in p.text


async def test_the_language_changes_with_one_key(person):
    async with person("zh") as p:
        await p.press("f4")
        assert "Visits due today" in p.text
        assert "F1 Help" in p.text
        await p.press("f4")
        assert "今天要走访" in p.text


async def test_help_lists_every_key(person):
    async with person("en") as p:
        await p.press("f1")
        for words in ("Help", "New registration", "To the stick", "Report", "Quit", "Ctrl+E"):
            assert words in p.text
        await p.press("escape")
        assert "Visits due today" in p.text


async def test_export_writes_a_bundle_and_says_the_stick_may_go(person, demo, tmp_path):
    async with person("en") as p:
        await p.press("ctrl+e")
        await p.until(lambda: p.screen_name == "ExportScreen")
        assert "3 records are still only on this laptop" in p.text
        folder = p.app.screen.query_one("#folder")
        folder.value = str(tmp_path / "nowhere")
        await p.press("enter")
        await p.until(lambda: "is not there" in p.text)
        folder.value = str(tmp_path)
        await p.press("enter")
        await p.until(lambda: "may remove the stick" in p.text)
        assert len(list(tmp_path.glob("*.fkb"))) == 1
        await p.press("escape")
        assert p.screen_name == "HomeScreen"


async def test_the_report_on_screen(person):
    async with person("zh", (120, 40)) as p:
        await p.press("ctrl+r", "ctrl+r")
        await p.until(lambda: p.screen_name == "ReportScreen")
        assert "2026年3月" in p.text
        assert "石桥村" in p.text
        period = p.app.screen.query_one("#period")
        period.value = "March"
        await p.press("enter")
        await p.until(lambda: "不是期间" in p.text)


async def test_the_report_and_its_refusals_fit_a_narrow_screen(person):
    async with person("zh", (60, 20)) as p:
        await p.press("ctrl+r", "ctrl+r")
        await p.until(lambda: p.screen_name == "ReportScreen")
        await p.press("x", "enter")
        await p.until(lambda: "不是期间" in p.text)
        assert "2026-03-01..2026-03-03" in p.text.replace("\n", "").replace(" ", "")


async def test_a_command_before_the_workspace_is_open_waits(demo, now, monkeypatch):
    set_language("en")
    asked, opened = threading.Event(), Session.open

    def slowly(*given, **named):
        asked.wait(10)
        return opened(*given, **named)

    monkeypatch.setattr(Session, "open", slowly)
    app = FieldkitApp(demo.workspace, None, lambda: now)
    async with app.run_test() as pilot:
        app.home.action_export()
        asked.set()
        while app.session is None:
            await pilot.pause(0.01)
        assert "still being opened" in " ".join(note.message for note in app._notifications)
        assert app.screen is app.home


async def test_a_fault_of_ours_ends_the_app_without_showing_answers(demo, now, capsys):
    app = FieldkitApp(demo.workspace, None, lambda: now)
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            app.call_later(lambda: 1 // 0)
            await pilot.pause()
    assert isinstance(app.fault, ZeroDivisionError)
    assert "locals" not in "".join(capsys.readouterr())


async def test_a_workspace_that_cannot_be_opened_is_told_after_closing(demo, now):
    from fieldkit.session.session import Session

    with Session.open(demo.workspace):
        app = FieldkitApp(demo.workspace, None, lambda: now)
        async with app.run_test() as pilot:
            for _ in range(200):
                if app.refusal:
                    break
                await pilot.pause(0.01)
    assert "in use by" in app.refusal


async def test_an_encrypted_workspace_asks_for_its_passphrase(tmp_path, person):
    from fieldkit.store import Workspace
    from fieldkit.store.keys import Cost

    Workspace.create(tmp_path / "w", passphrase="清溪", name="locked", cost=Cost(8 * 1024, 1, 1)).close()
    app = FieldkitApp(tmp_path / "w", None)
    async with app.run_test() as pilot:
        for _ in range(200):
            if type(app.screen).__name__ == "AskText":
                break
            await pilot.pause(0.01)
        app.screen.line.value = "wrong"
        await pilot.press("enter")
        for _ in range(200):
            await pilot.pause(0.01)
            if type(app.screen).__name__ == "AskText" and app.screen.line.value == "":
                break
        assert app.session is None
        app.screen.line.value = "清溪"
        await pilot.press("enter")
        for _ in range(200):
            if app.session is not None:
                break
            await pilot.pause(0.01)
        assert app.session is not None


async def test_any_form_of_the_workspace_is_begun_with_one_key(person, demo):
    forms = demo.workspace / "forms"
    (forms / "wells.yaml").write_text(
        "settings: [{form_id: wells, form_title: Wells of the town, version: '7'}]\n"
        "survey: [{type: integer, name: depth, label: How deep?}]\n",
        encoding="utf-8",
    )
    (forms / "faulty.yaml").write_text("survey: [{type: txt, name: a}]\n", encoding="utf-8")
    async with person("en") as p:
        await p.press("ctrl+w")
        await p.until(lambda: p.screen_name == "FormsScreen")
        await p.press()
        names = [form.name for form in p.app.screen.forms]
        assert "faulty" not in names
        await p.press(*str(names.index("wells") + 1))
        assert "Wells of the town" in p.text
        await p.press("enter")
        await p.until(lambda: p.screen_name == "InterviewScreen")
        await p.press()
        await p.press("9", "enter")
        await p.until(lambda: p.screen_name == "Review")
        await p.press("f10")
        await p.until(lambda: p.screen_name == "HomeScreen")
        assert p.app.session.exchange.records()[-1].text("depth") == "9"


async def test_without_another_form_the_way_to_one_is_said(person, monkeypatch):
    monkeypatch.setattr(Session, "other_forms", lambda _session: [])
    async with person("zh") as p:
        await p.press("ctrl+w")
        await p.until(lambda: p.screen_name == "FormsScreen")
        await p.press()
        assert "fieldkit forms add" in p.text
        await p.press("escape")
        await p.until(lambda: p.screen_name == "HomeScreen")


async def test_help_says_where_it_goes_on(person):
    async with person("en", (60, 20)) as p:
        await p.press("f1")
        await p.press()
        assert "There is more" in p.text
        await p.press("pagedown", "pagedown", "pagedown")
        assert "Lock the screen" in p.text


async def test_everybody_of_a_large_household_can_be_read_in_a_small_window(person):
    async with person("en", (60, 12)) as p:
        large = max(p.app.session.find("zhang"), key=lambda each: len(each.household.members)).household
        assert len(large.members) > 3
        p.app.home.post_message(HomeScreen.OpenHousehold(large.id))
        await p.until(lambda: p.screen_name == "HouseholdScreen")
        await p.press()
        last = large.members[-1].name
        assert last not in p.text
        await p.press("pagedown", "pagedown")
        assert last in p.text


async def test_the_line_says_by_what_a_household_was_found(person):
    async with person("zh", (120, 40)) as p:
        registry = p.app.session.registry()
        household = next(h for h in registry.households.values() if h.head.startswith("曾"))
        heard = search_keys(household.head)[1].replace("zeng", "zhen", 1)
        await p.type(heard)
        [line] = [line for line in p.lines if household.id in line]
        assert line.strip().startswith("（近音）")
        await p.press("escape")
        kept = next(
            each for each in p.app.session.exchange.records("household") if each.id == household.record
        )
        said = {"home/phone": "13912345678", "home/phone_owner": "self"}
        registry.take(replace(kept, answers={**kept.answers, **said}))
        await p.type("345678")
        [line] = [line for line in p.lines if household.id in line]
        assert "139****5678" in line
        assert "13912345678" not in p.text
        for typed in (household.id[-5:], household.id.translate({48 + n: 0xFF10 + n for n in range(10)})):
            await p.press("escape")
            p.app.home.query_one("#search").value = typed
            await p.pilot.pause()
            assert any(household.id in line for line in p.lines), typed
        wrong = household.id[:-1] + str((int(household.id[-1]) + 1) % 10)
        p.app.home.query_one("#search").value = wrong
        await p.pilot.pause()
        assert "请核对数字" in p.text


async def test_everything_found_is_listed_and_a_click_opens_it(person):
    async with person("en") as p:
        count = len(p.app.session.registry().households)
        assert count > 50
        await p.type("9901")
        assert f"Found: {count}" in p.text
        listed = p.app.home.query_one("#list")
        for _ in range(count // 10 + 1):
            await p.press("pagedown")
        last = p.app.home._entries[listed.highlighted].number
        assert listed.highlighted == count
        assert last[:12] in p.text
        await p.press(*["up"] * 3)
        await p.pilot.click("#list", offset=(5, 3))
        await p.until(lambda: p.screen_name == "HouseholdScreen")
