"""The app in a real browser: Chinese by an input method, answers by keys, a code read off the screen, nothing lost."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.session.session import Session
from tests.browser.chromium import (
    PATIENCE,
    composing,
    inserting,
    key_down,
    key_up,
    pressing,
    spelling,
    until,
)

FORM = """
survey:
  - {type: text, name: name, label: 姓名是什么}
  - {type: integer, name: age, label: 今年多少岁}
  - {type: select_one yes_no, name: well, label: 身体好吗}
  - {type: text, name: story, label: 还有什么要说}
choices:
  - {list_name: yes_no, name: "yes", label: 好}
  - {list_name: yes_no, name: "no", label: 不好}
settings:
  - {form_id: people, form_title: 人, version: "1"}
"""

MANY = """
survey:
  - {type: text, name: a, label: 第一}
  - {type: text, name: b, label: 第二}
  - {type: text, name: c, label: 第三}
  - {type: text, name: d, label: 第四}
settings:
  - {form_id: many, form_title: 多, version: "1"}
"""
FIELD = "document.querySelector('.xterm-helper-textarea')"
COPY = f"""
const text = Object.assign(document.createElement("textarea"), {{ value: "石桥村" }});
document.body.append(text);
text.select();
document.execCommand("copy");
text.remove();
{FIELD}.focus();
"""


@pytest.fixture
def begun(workspace_with):
    """A workspace with an interview begun at its first question."""
    folder = workspace_with({"people.yaml": FORM})
    with Session.open(folder) as session:
        session.interviews.start("people", language="zh")
    return folder


def free(folder):
    """The session of a workspace that nobody holds any more, None before."""
    with suppress(FieldkitError):
        return Session.open(folder)


async def test_a_tab_closed_in_the_middle_of_a_question_loses_nothing(browser, serving, begun):
    with serving("--workspace", begun) as (_, address):
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("未完成：1")
            await tab.press("Enter")
            await tab.draws("1/4")
            await tab.compose("zhangsan", "张三")
            await tab.press("Enter")
            await tab.draws("2/4")
            await tab.press("3", "4", "Enter")
            await tab.draws("3/4")
            await tab.press("1", "Enter")
            await tab.draws("4/4")
            await tab.compose("meixiewan", "没写完")
            await tab.draws("没写完")
            assert tab.said == []
            assert [each for each in tab.requested if address[7:22] not in each] == []
        with await until(lambda: free(begun)) as session:
            [draft] = session.unfinished()
            interview = session.interviews.resume(draft.id)
            assert interview.index.path == "/data/story"
            values = [interview.entry.value(f"/data/{name}") for name in ("name", "age", "well", "story")]
            assert values == ["张三", "34", "yes", "没写完"]
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("未完成：1")
            await tab.press("Enter")
            await tab.draws("还有什么要说")


async def test_the_code_of_a_laptop_is_read_off_the_screen(browser, serving, workspace_with):
    zxingcpp = pytest.importorskip("zxingcpp", reason="nothing that reads codes (zxing-cpp) is installed")
    folder = workspace_with({})
    with Session.open(folder) as session:
        whole = session.enrolling.codes(10_000)
    with serving("--workspace", folder) as (_, address):
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("下次活动")
            await tab.press("F11")
            await tab.draws("登记")
            [found] = await until_read(tab, zxingcpp)
    assert [found.text] == list(whole)
    assert found.format == zxingcpp.BarcodeFormat.QRCode


async def until_read(tab, reader):
    """Hold a camera before the screen until it reads something."""
    async with asyncio.timeout(PATIENCE):
        while not (found := reader.read_barcodes(await tab.greys())):
            pass
    return found


def signs(text):
    """Signs that come while a key is still down."""
    return [key_down("End"), inserting(text), key_up("End")]


async def test_whatever_is_typed_at_the_pace_of_a_machine_is_taken(browser, serving, workspace_with):
    """xterm.js alone doubles what an input method gives, and drops signs that come while a key is down."""
    folder = workspace_with({"many.yaml": MANY})
    with Session.open(folder) as session:
        session.interviews.start("many", language="zh")
    with serving("--workspace", folder) as (_, address):
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("未完成：1")
            await tab.at_once(
                *pressing("Enter"), *composing("zhang", "张"), *composing("san", "三"), *pressing("Enter"),
                *signs("，"), *composing("li", "李"), *signs("𠮷"), *pressing("Enter", "a", "1", "Backspace"),
                inserting("、"), *pressing("Enter"), *composing("wang", ""), *composing("w", "王"),
                *pressing("Escape", "f"),
            )  # fmt: skip
            await tab.draws("下次活动")
            await until(lambda: "f" in tab.drawn.rpartition("下次活动")[2])
            await tab.see(f"{FIELD}.value === ''")
            assert tab.said == []
        with await until(lambda: free(folder)) as session:
            [draft] = session.unfinished()
            entry = session.interviews.resume(draft.id).entry
            assert [entry.value(f"/data/{name}") for name in "abcd"] == ["张三", "，李𠮷", "a、", "王"]


async def test_what_is_pasted_comes_once_and_what_is_composed_is_seen(browser, serving, begun):
    with serving("--workspace", begun) as (_, address):
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("未完成：1")
            await tab.press("Enter")
            await tab.draws("1/4")
            await tab.do("Runtime.evaluate", expression=COPY, userGesture=True)
            await tab.at_once(
                {**key_down("Ctrl+Shift+v"), "commands": ["pasteAndMatchStyle"]},
                key_up("Ctrl+Shift+v"),
                inserting("。"),
                *spelling("zhang"),
            )
            await tab.draws("石桥村。")
            assert await tab.value(f"{FIELD}.value") == "zhang"
            shown = f"(({{ opacity, width }}) => [opacity, parseInt(width)])(getComputedStyle({FIELD}))"
            opacity, width = await tab.value(shown)
            assert (opacity, width > 60) == ("1", True)
            await tab.at_once(inserting("张"))
            await tab.draws("石桥村。张")
            assert (await tab.value(shown))[0] == "0"


async def test_a_workspace_open_elsewhere_is_told_on_the_page_and_opens_once_it_is_free(
    browser, serving, begun
):
    with serving("--workspace", begun) as (_, address), Session.open(begun) as other:
        async with browser.tab(address) as tab:
            await tab.see("document.body && document.body.classList.contains('-closed')")
            said = await tab.value("document.querySelector('#said').innerText")
            assert str(os.getpid()) in said
            assert await tab.value("getComputedStyle(document.querySelector('.closed')).display") == "flex"
            assert address.partition("=")[2] not in await tab.value("location.href")
            other.close()
            await tab.value("document.querySelector('#again').click()")
            await tab.draws("未完成：1")
            assert not await tab.value("document.body.classList.contains('-closed')")


async def test_keys_that_a_browser_keeps_come_with_alt(browser, serving, workspace_with):
    with serving("--workspace", workspace_with({})) as (_, address):
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("Alt+W 表单")
            await tab.press("Alt+W")  # capitals are locked
            await tab.draws("填写哪个表单")
            await tab.press("Escape")
            await tab.draws("下次活动")
            await tab.press("Alt+PageDown")
            await tab.draws("镇办")
            await tab.press("Escape")
            await tab.draws("下次活动")
            await tab.press("Alt+q")
            await tab.see("document.body.classList.contains('-closed')")
            assert "已关闭" in await tab.value("document.querySelector('#said').innerText")
            assert tab.said == []
