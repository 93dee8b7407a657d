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

aiohttp = pytest.importorskip("aiohttp", reason="the browser part (textual-serve) is not installed")


@pytest.fixture
def folder(workspace_with):
    return workspace_with({})


@asynccontextmanager
async def visitor(address):
    """Somebody who has opened the address; gives their browser and where the server is."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get(address) as page:
            assert page.status == 200
        yield http, address.partition("/?")[0]


@asynccontextmanager
async def app(http, base):
    """An app in a tab, drawn."""
    async with http.ws_connect(f"{base}/ws?width=80&height=24", headers={"Origin": base}) as line:
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
            async with http.get(address) as page:
                assert page.status == 200
                [cookie] = page.cookies.values()
                assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
                assert query.removeprefix("key=") not in cookie.value
                assert "default-src 'none'" in page.headers["Content-Security-Policy"]
                assert page.headers["Referrer-Policy"] == "no-referrer"


async def test_another_page_cannot_open_the_app(serving, folder):
    with serving("--workspace", folder, lang="en") as (_, address):
        async with visitor(address) as (http, base):
            for origin in (
                {},
                {"Origin": "http://evil.example"},
                {"Origin": base.replace("127.0.0.1", "localhost")},
            ):
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await http.ws_connect(f"{base}/ws", headers=origin)
                assert refused.value.status == 403
            assert is_free(folder), "no app was started"


async def test_nothing_on_the_page_is_asked_for_elsewhere(serving, folder):
    with serving("--workspace", folder) as (_, address):
        async with visitor(address) as (http, base):
            asked = {"/"}
            seen = {}
            while asked - set(seen):
                path = (asked - set(seen)).pop()
                async with http.get(base + path) as answer:
                    assert answer.status == 200, path
                    seen[path] = (await answer.read()).decode("utf-8", "replace")
                if path.endswith((".css", "/")):
                    found = re.findall(r'(?:(?:href|src)=|url\()"([^"]+)"', seen[path])
                    asked |= {each for each in found if not each.startswith("data:")}
            assert {each.rpartition("/")[2] for each in seen} == {
                "", "page.css", "page.js", "xterm.css", "textual.js", "RobotoMono-VariableFont_wght.ttf",
                "RobotoMono-Italic-VariableFont_wght.ttf",
            }  # fmt: skip
            ours = "".join(
                seen[path] for path in seen if not path.endswith((".js", ".ttf")) or path == "/page.js"
            )
            assert "//" not in re.sub(r"/\*.*?\*/|^ *//[^\n]*$", "", ours, flags=re.MULTILINE | re.DOTALL)
            assert '<html lang="zh-CN">' in seen["/"]


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
            lines = [await http.ws_connect(f"{base}/ws", headers={"Origin": base}) for _ in range(5)]
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
                '["stdin", 3]',
                '["resize", {"width": "x", "height": null}]',
                '["quit"]',
            ):
                await line.send_str(junk)
            await line.send_bytes(b"\xff")
            assert "下次活动" in await heard(line, "下次活动")


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
            async with http.get(base) as page:
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
