"""A small driver of Chromium over the DevTools protocol: tabs, keys, an input method, screenshots, what was requested."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import re
import shutil
import subprocess
from contextlib import asynccontextmanager

PATIENCE = 30
_NAMED = {
    "Enter": 13, "Escape": 27, "Backspace": 8, "Tab": 9, "Delete": 46, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36,
    "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, **{f"F{number}": 111 + number for number in range(1, 13)},
}  # fmt: skip
_PLAIN, _SHIFTED = "`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?'
_CODES = dict(zip("`-=[]\\;',./", (192, 189, 187, 219, 221, 220, 186, 222, 188, 190, 191), strict=True))
_PROCESS = {"method": "Input.dispatchKeyEvent", "key": "Process", "windowsVirtualKeyCode": 229}
_HELD = {"Alt": 1, "Ctrl": 2, "Shift": 8}
_LOOKS = 0.05
_STEERING = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|.)")
_READER = """
// textual.js keeps its terminal to itself: it is caught when it is put where it belongs.
Object.defineProperty(Object.prototype, "terminal", {
  configurable: true,
  set(terminal) {
    delete Object.prototype.terminal;
    this.terminal = terminal;
    let drawn = 0, tell = () => {};
    terminal.onWriteParsed(() => { drawn += 1; tell(); });
    // The lines on screen, as soon as something was drawn after what was seen, or a moment later.
    window.linesAfter = async (seen) => {
      if (drawn === seen) await new Promise((done) => { tell = done; setTimeout(done, 250); });
      const { active } = terminal.buffer;
      const lines = Array.from({ length: terminal.rows }, (_, row) => active.getLine(row).translateToString().trimEnd());
      const isClosed = document.body.classList.contains("-closed");
      return [drawn, isClosed ? document.querySelector("#said").innerText : lines.join("\\n")];
    };
    // The line that is marked: below the title and on the ground of the title, or drawn in reverse.
    window.markedLine = () => {
      const { active } = terminal.buffer;
      const ground = active.getLine(0).getCell(0).getBgColor();
      for (let row = 1; row < terminal.rows; row += 1) {
        const cell = active.getLine(row).getCell(2);
        if (cell.getBgColor() === ground || cell.isInverse()) return active.getLine(row).translateToString().trim();
      }
      return "";
    };
  },
});
"""
_GREYS = """(async () => {{
  const png = Uint8Array.from(atob("{png}"), (sign) => sign.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([png]));
  const {{ width, height }} = picture;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const {{ data }} = canvas.getImageData(0, 0, width, height);
  let greys = "";
  for (let at = 0; at < data.length; at += 4) greys += String.fromCharCode((data[at] + data[at + 1] + data[at + 2]) / 3);
  return [width, height, btoa(greys)];
}})()"""


def program():
    """Where Chromium is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Chromium:
    """A browser without windows."""

    def __init__(self, folder, *options):
        self._profile = folder / "profile"
        self._process = subprocess.Popen(
            [
                program(), "--headless=new", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0",
                "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
                "--disable-component-update", "--window-size=1280,800", f"--user-data-dir={self._profile}", *options,
                "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
        )  # fmt: skip

    async def port(self):
        """Where it listens for us."""
        file = self._profile / "DevToolsActivePort"
        await until(lambda: file.is_file() and "\n" in file.read_text())
        return int(file.read_text().split()[0])

    def close(self):
        """End it."""
        self._process.kill()
        self._process.wait()

    @asynccontextmanager
    async def tab(self, address, width=1280, height=800):
        """A tab of its own, of so many points, that has opened an address."""
        import aiohttp

        base = f"http://127.0.0.1:{await self.port()}"
        async with aiohttp.ClientSession() as http:
            async with http.put(f"{base}/json/new?about:blank") as answer:
                found = await answer.json()
            async with http.ws_connect(found["webSocketDebuggerUrl"], max_msg_size=0) as line:
                tab = Tab(line)
                reading = asyncio.create_task(tab.read())
                try:
                    for area in ("Page", "Network", "Runtime"):
                        await tab.do(f"{area}.enable")
                    await tab.do("Page.addScriptToEvaluateOnNewDocument", source=_READER)
                    await tab.do(
                        "Emulation.setDeviceMetricsOverride",
                        width=width,
                        height=height,
                        deviceScaleFactor=1,
                        mobile=False,
                    )
                    await tab.go(address)
                    yield tab
                finally:
                    reading.cancel()
                    async with http.get(f"{base}/json/close/{found['id']}"):
                        pass


class Tab:
    """One tab. `requested`: every address it asked for. `said`: what went wrong in its page, in its own words."""

    def __init__(self, line):
        self.requested, self.said = [], []
        self._drawn = bytearray()
        self._line, self._numbers, self._waiting = line, itertools.count(1), {}

    async def read(self):
        async for message in self._line:
            told = json.loads(message.data)
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
            elif told["method"] == "Network.requestWillBeSent":
                self.requested.append(told["params"]["request"]["url"])
            elif told["method"] == "Network.webSocketCreated":
                self.requested.append(told["params"]["url"])
            elif told["method"] == "Network.webSocketFrameReceived":
                frame = told["params"]["response"]
                if frame["opcode"] == 2:
                    self._drawn += base64.b64decode(frame["payloadData"])
            elif told["method"] == "Runtime.exceptionThrown":
                self.said.append(told["params"]["exceptionDetails"])

    async def do(self, method, **params):
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": number, "method": method, "params": params})
        answer = await asyncio.wait_for(self._waiting[number], PATIENCE)
        assert "error" not in answer, answer
        return answer["result"]

    async def go(self, address):
        await self.do("Page.navigate", url=address)

    async def value(self, expression):
        """What an expression of JavaScript comes to."""
        found = await self.do(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def see(self, expression):
        """Wait until an expression is true."""
        async with asyncio.timeout(PATIENCE):
            while not await self.value(expression):  # noqa: ASYNC110 - a page is asked, it does not tell
                await asyncio.sleep(_LOOKS)

    async def app(self):
        """Wait until an app is drawn."""
        await self.see("document.body && document.body.classList.contains('-first-byte')")

    async def press(self, *keys):
        """Press keys one after another, as a keyboard does; some with Alt or Ctrl: `Alt+w`."""
        self._drawn.clear()
        for deed in pressing(*keys):
            await self.do(**deed)

    async def compose(self, spelled, text):
        """Type as an input method does: letters shown while they are typed, then what was chosen for them."""
        self._drawn.clear()
        for deed in composing(spelled, text):
            await self.do(**deed)

    async def at_once(self, *deeds):
        """Do all of it as fast as the page takes it, waiting for nothing between."""
        self._drawn.clear()
        await asyncio.gather(*(self.do(**deed) for deed in deeds))

    @property
    def drawn(self):
        """All that the app has drawn so far, without colours and places."""
        return _STEERING.sub("", self._drawn.decode("utf-8", "replace"))

    async def draws(self, text):
        """Wait until the app draws a text that it has not drawn before the last key."""
        await until(lambda: text in self.drawn)

    async def lines_after(self, seen):
        """The lines on screen as the terminal holds them, wide signs once; or what the page says when the app is closed. Gives
        how often it was drawn, too, and waits a moment for more than was `seen`.
        """
        return await self.value(f"window.linesAfter ? linesAfter({seen}) : [-1, '']")

    async def marked(self):
        """The line that is marked."""
        return await self.value("markedLine()")

    async def picture(self):
        """A picture of what is on screen, as the text of base64."""
        return (await self.do("Page.captureScreenshot", format="png"))["data"]

    async def greys(self):
        """What is on screen: rows of grey values."""
        png = await self.picture()
        width, height, greys = await self.value(_GREYS.format(png=png))
        return memoryview(base64.b64decode(greys)).cast("B", shape=[height, width])


def pressing(*keys):
    """What a keyboard does when keys are pressed and let go, one after another."""
    return [deed for key in keys for deed in (key_down(key), key_up(key))]


def key_down(pressed):
    """A key goes down, some with others held: `Alt+w`."""
    about, text = _about(pressed)
    kind = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
    return {"method": "Input.dispatchKeyEvent", **about, **kind}


def key_up(pressed):
    """A key comes up."""
    return {"method": "Input.dispatchKeyEvent", "type": "keyUp", **_about(pressed)[0]}


def composing(spelled, text):
    """What an input method does: letters shown while they are typed, then what was chosen for them; nothing, if it was left."""
    chosen = inserting(text) if text else _shown("")
    return [*spelling(spelled), chosen, {**_PROCESS, "type": "keyUp"}]


def spelling(letters):
    """Letters typed to an input method, which shows them."""
    ends = range(1, len(letters) + 1)
    return [deed for end in ends for deed in ({**_PROCESS, "type": "rawKeyDown"}, _shown(letters[:end]))]


def _shown(letters):
    end = len(letters)
    return {"method": "Input.imeSetComposition", "text": letters, "selectionStart": end, "selectionEnd": end}


def inserting(text):
    """A text that no key stands for comes at once: a sign from a list, what was written by hand."""
    return {"method": "Input.insertText", "text": text}


def _about(pressed):
    """What a browser is told of a key, and the text it makes."""
    *held, key = pressed.split("+") if pressed != "+" else ("+",)
    text = "" if held else {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
    modifiers = sum(_HELD[each] for each in held)
    return {"key": key, "windowsVirtualKeyCode": _code(key), "modifiers": modifiers}, text


def _code(key):
    """The number that a browser knows a key by."""
    on_key = _PLAIN[_SHIFTED.index(key)] if key in _SHIFTED else key
    return _NAMED.get(key) or _CODES.get(on_key) or ord(on_key.upper())


async def until(is_so):
    """Wait until something is so; give what it is."""
    async with asyncio.timeout(PATIENCE):
        while not (found := is_so()):  # noqa: ASYNC110 - other processes and files do not tell
            await asyncio.sleep(_LOOKS)
        return found
