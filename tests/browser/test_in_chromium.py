"""The app in a real browser: Chinese by an input method, answers by keys, a code read off the screen, nothing lost."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.session.session import Session
from tests.browser.chromium import PATIENCE, until

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


async def test_what_an_input_method_gives_and_an_enter_at_once_are_both_taken(browser, serving, begun):
    """xterm.js alone drops it in half of the cases."""
    with serving("--workspace", begun) as (_, address):
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("未完成：1")
            await tab.press("Enter")
            await tab.draws("1/4")
            for _ in range(5):
                await tab.compose("zhangsan", "张三")
                await tab.press("Enter")
                await tab.draws("2/4")
                await tab.press("ArrowUp")
                await tab.draws("1/4")
        with await until(lambda: free(begun)) as session:
            [draft] = session.unfinished()
            assert session.interviews.resume(draft.id).entry.value("/data/name") == "张三" * 5


async def test_a_workspace_open_elsewhere_is_told_on_the_page_and_opens_once_it_is_free(
    browser, serving, begun
):
    with serving("--workspace", begun) as (_, address), Session.open(begun) as other:
        async with browser.tab(address) as tab:
            await tab.see("document.body && document.body.classList.contains('-closed')")
            said = await tab.value("document.querySelector('#said').innerText")
            assert str(os.getpid()) in said
            assert await tab.value("getComputedStyle(document.querySelector('.closed')).display") == "flex"
            assert await tab.value("location.href") == address.partition("?")[0]
            other.close()
            await tab.value("document.querySelector('#again').click()")
            await tab.draws("未完成：1")
            assert not await tab.value("document.body.classList.contains('-closed')")


async def test_keys_that_a_browser_keeps_come_with_alt(browser, serving, workspace_with):
    with serving("--workspace", workspace_with({})) as (_, address):
        async with browser.tab(address) as tab:
            await tab.app()
            await tab.draws("Alt+W 表单")
            await tab.press("Alt+w")
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
