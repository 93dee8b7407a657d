"""`fieldkit serve`: what it lets in, what it says to the others, and that every app ends with its tab or with the server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office import Office
from fieldkit.store import Workspace
from tests.browser.chromium import PATIENCE, until
from tests.program import fieldkit

URL = pytest.importorskip("yarl", reason="the browser part (textual-serve) is not installed").URL
aiohttp = pytest.importorskip("aiohttp", reason="the browser part (textual-serve) is not installed")


@pytest.fixture
def folder(workspace_with):
    return workspace_with({})


@asynccontextmanager
async def visitor(address):
    """Somebody who has opened the address; gives their browser and where the page is."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield http, await entered(http, address)


async def entered(http, address):
    """Open the address; give where it led."""
    async with http.get(address) as page:
        assert page.status == 200
        return str(page.url).removesuffix("/")


def origin(base):
    """What a browser says of whoever opens a line from a page there."""
    return {"Origin": base.rpartition("/")[0]}


@asynccontextmanager
async def app(http, base):
    """An app in a tab, drawn."""
    async with http.ws_connect(f"{base}/ws?width=80&height=24", headers=origin(base)) as line:
        yield line


async def heard(line, text):
    """What came over a line up to a text; or what the page is told to say."""
    so_far = ""
    async with asyncio.timeout(PATIENCE):
        async for message in line:
            if message.type == aiohttp.WSMsgType.TEXT:
                return json.loads(message.data)
            so_far += message.data.decode("utf-8", "replace")
            if text in so_far:
                return so_far
    return so_far


def is_free(folder):
    with suppress(FieldkitError):
        Workspace.open(folder).close()
        return True
    return False


async def test_nobody_comes_in_without_the_key(serving, folder):
    with serving("--workspace", folder, lang="en") as (_, address):
        base, _, query = address.partition("/?")
        async with aiohttp.ClientSession() as http:
            for path in (
                "/",
                "/?key=",
                "/?key=x",
                f"/page.js?{query}",
                "/page.css",
                "/ws",
                "/assets/js/textual.js",
                "/nothing",
            ):
                async with http.get(base + path) as answer:
                    assert (answer.status, "whole address" in await answer.text()) == (403, True), path
            for name in ("evil.example", "evil.example:" + base.rpartition(":")[2], "127.0.0.1"):
                async with http.get(address, headers={"Host": name}) as answer:
                    assert (answer.status, "not at this address" in await answer.text()) == (403, True), name
                    assert answer.cookies == {}
            async with http.get(address, allow_redirects=False) as led:
                assert led.status == 303
                [cookie] = led.cookies.values()
                assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
                assert cookie["path"] == led.headers["Location"]
                assert query.removeprefix("key=") not in cookie.value + cookie["path"]
                assert "default-src 'none'" in led.headers["Content-Security-Policy"]
                assert led.headers["Referrer-Policy"] == "no-referrer"


async def test_two_at_once_have_a_door_each(serving, folder, tmp_path, now):
    """A browser keeps the cookies of all ports of a computer together."""
    office = tmp_path / "office"
    Office.create(office, name="清溪镇卫生健康办", division="990101100000", now=lambda: now).close()
    with serving("--workspace", folder) as (_, one), serving("--office", office) as (_, other):
        async with visitor(one) as (http, laptop):
            desk = await entered(http, other)
            for base, title in ((laptop, folder.name), (desk, "清溪镇卫生健康办")):
                async with http.get(f"{base}/") as page:
                    assert f"<title>{title}</title>" in await page.text()
            shown = [http.cookie_jar.filter_cookies(URL(f"{base}/")) for base in (laptop, desk)]
            assert [len(each) for each in shown] == [1, 1], "none is shown to the other"
            assert not http.cookie_jar.filter_cookies(URL(origin(desk)["Origin"]))
            [cookie] = shown[0].values()
            name = cookie.key.replace(str(URL(laptop).port), str(URL(desk).port))
            for given in ({cookie.key: cookie.value}, {name: cookie.value}):
                async with aiohttp.ClientSession(cookies=given) as stranger:
                    for path in (URL(desk).path + "/", URL(laptop).path + "/"):
                        async with stranger.get(URL(desk).with_path(path)) as answer:
                            assert answer.status == 403


async def test_another_page_cannot_open_the_app(serving, folder):
    with serving("--workspace", folder, lang="en") as (_, address):
        async with visitor(address) as (http, base):
            for called in (
                {},
                {"Origin": "http://evil.example"},
                {"Origin": origin(base)["Origin"].replace("127.0.0.1", "localhost")},
            ):
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await http.ws_connect(f"{base}/ws", headers=called)
                assert refused.value.status == 403
            assert is_free(folder), "no app was started"


async def test_nothing_on_the_page_is_asked_for_elsewhere(serving, folder):
    with serving("--workspace", folder) as (_, address):
        async with visitor(address) as (http, base):
            asked = {""}
            seen = {}
            while asked - set(seen):
                path = (asked - set(seen)).pop()
                async with http.get(f"{base}/{path}") as answer:
                    assert answer.status == 200, path
                    seen[path] = (await answer.read()).decode("utf-8", "replace")
                if path.endswith(".css") or not path:
                    found = re.findall(r'(?:(?:href|src)=|url\()"([^"]+)"', seen[path])
                    asked |= {each for each in found if not each.startswith("data:")}
            assert {each.rpartition("/")[2] for each in seen} == {
                "", "page.css", "page.js", "xterm.css", "textual.js", "RobotoMono-VariableFont_wght.ttf",
                "RobotoMono-Italic-VariableFont_wght.ttf",
            }  # fmt: skip
            ours = "".join(
                seen[path] for path in seen if not path.endswith((".js", ".ttf")) or path == "page.js"
            )
            assert "//" not in re.sub(r"/\*.*?\*/|^ *//[^\n]*$", "", ours, flags=re.MULTILINE | re.DOTALL)
            assert '<html lang="zh-CN">' in seen[""]


async def test_a_workspace_that_somebody_else_has_open_is_told_in_a_sentence(serving, folder):
    with Workspace.open(folder), serving("--workspace", folder) as (_, address):
        async with visitor(address) as (http, base), app(http, base) as line:
            said = await heard(line, "nothing of the kind")
            while not isinstance(said, list):
                said = await heard(line, "nothing of the kind")
            assert said[0] == "ended"
            assert "正在使用" in said[1] or "使用" in said[1]
            assert str(os.getpid()) in said[1]
            assert (await line.receive()).type == aiohttp.WSMsgType.CLOSE


def halt_the_app_of(server):
    """Let the one app of a server answer no more."""
    [app] = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    os.kill(int(app), signal.SIGSTOP)


async def test_a_tab_opened_anew_waits_for_the_one_just_closed_even_if_that_hangs(serving, folder):
    with serving("--workspace", folder) as (process, address):
        async with visitor(address) as (http, base):
            async with app(http, base) as line:
                assert "下次活动" in await heard(line, "下次活动")
                halt_the_app_of(process)
            async with app(http, base) as line:
                assert "下次活动" in await heard(line, "下次活动")
        await until(lambda: is_free(folder))


async def test_there_are_not_more_apps_than_a_computer_bears(serving, folder, monkeypatch):
    with serving("--workspace", folder, lang="en") as (_, address):
        async with visitor(address) as (http, base):
            lines = [await http.ws_connect(f"{base}/ws", headers=origin(base)) for _ in range(5)]
            kind, text = await heard(lines[-1], "")
            assert kind == "ended"
            assert "4 windows" in text
            for line in lines:
                await line.close()


async def test_what_no_page_of_ours_sends_harms_nothing(serving, folder):
    with serving("--workspace", folder) as (_, address):
        async with visitor(address) as (http, base), app(http, base) as line:
            for junk in (
                "",
                "{",
                "[]",
                "[1]",
                '["stdin"]',
                '["stdin", ""]',
                '["stdin", ""]',
                '["stdin", 3]',
                '["resize", {"width": "x", "height": null}]',
                '["quit"]',
            ):
                await line.send_str(junk)
            await line.send_bytes(b"\xff")
            assert "下次活动" in await heard(line, "下次活动")
            await line.send_str('["stdin", "\\u001bOP"]')
            assert "首页告诉您" in await heard(line, "首页告诉您")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
async def test_every_app_ends_with_the_server(serving, folder, name):
    with serving("--workspace", folder, lang="en") as (process, address):
        async with visitor(address) as (http, base), app(http, base) as line:
            await heard(line, "Next event")
            assert not is_free(folder)
            process.send_signal(getattr(signal, name))
            said = await heard(line, "never drawn")
            while not isinstance(said, list):
                said = await heard(line, "never drawn")
            assert "was stopped" in said[1]
            await until(lambda: process.poll() is not None)
            assert process.returncode == 0
            assert is_free(folder)


async def test_an_app_whose_server_was_killed_lets_go_of_the_workspace(serving, folder):
    with serving("--workspace", folder, lang="en") as (process, address):
        async with visitor(address) as (http, base), app(http, base) as line:
            await heard(line, "Next event")
            process.kill()
            await until(lambda: is_free(folder))


async def test_the_office_is_opened_at_a_desk(serving, tmp_path, now):
    folder = tmp_path / "镇 办"
    Office.create(folder, name="清溪镇卫生健康办", division="990101100000", now=lambda: now).close()
    with serving("--office", folder) as (_, address):
        async with visitor(address) as (http, base):
            async with http.get(f"{base}/") as page:
                assert "<title>清溪镇卫生健康办</title>" in await page.text()
            async with app(http, base) as line:
                assert "清溪镇卫生健康办" in await heard(line, "清溪镇卫生健康办")


def test_what_cannot_be_served_is_refused_in_words(folder, tmp_path):
    def said(*options, code=1):
        return fieldkit("serve", *options, code=code).stderr

    assert "init" in said("--workspace", tmp_path / "none")
    assert "not both" in said("--workspace", folder, "--office", tmp_path)
    assert "no office" in said("--office", tmp_path)
    assert "65535" in said("--workspace", folder, "--port", 70000)
    assert "--unencrypted" in said("--workspace", folder, "--host", "192.168.1.5")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "--port" in said("--workspace", folder, "--port", taken.getsockname()[1])


def test_others_are_let_in_only_when_asked_for_and_with_a_warning(folder):
    words = [sys.executable, "-m", "fieldkit", "--lang", "en", "serve", "--workspace", folder, "--port", "0"]
    process = subprocess.Popen(
        [*words, "--host", "0.0.0.0", "--unencrypted"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "http://127.0.0.1:" in process.stdout.readline()
    assert "reads everything" in process.stderr.readline()
    process.terminate()
    assert "Stopped" in process.communicate()[0]
