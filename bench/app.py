"""First paint, the due list, and from an answer to the next question, in a real terminal beside a minimal Textual app."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from bench.rows import median, row

MINIMAL = """
from textual.app import App
from textual.widgets import Input, Label
class Minimal(App):
    def compose(self):
        yield Label("READY")
        yield Input()
Minimal().run()
"""
RUNS = 7


class Terminal:
    def __init__(self, arguments):
        self.began = time.perf_counter()
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "FIELDKIT_LANG": "zh"}
            os.execv(sys.executable, [sys.executable, *arguments])
        self.drawn = ""

    def until(self, words):
        end = time.perf_counter() + 30
        while words not in self.drawn:
            if time.perf_counter() > end:
                raise TimeoutError(words)
            if select.select([self.handle], [], [], 0.5)[0]:
                raw = os.read(self.handle, 65536).decode("utf-8", "ignore")
                self.drawn += re.sub(r"\x1b\[[0-9;?>]*[a-zA-Z$]", "", raw)
        self.drawn = ""
        return time.perf_counter()

    def press(self, keys):
        os.write(self.handle, keys.encode())
        return time.perf_counter()

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.handle)


def _minimal():
    firsts, keys = [], []
    for _ in range(RUNS):
        terminal = Terminal(["-c", MINIMAL])
        firsts.append(terminal.until("READY") - terminal.began)
        time.sleep(0.3)
        terminal.drawn = ""
        for letter in "qwertz":
            sent = terminal.press(letter)
            keys.append(terminal.until(letter) - sent)
        terminal.close()
    return median(firsts), median(keys)


def _ours(folder):
    frames, lists, answers = [], [], []
    for number in range(RUNS):
        terminal = Terminal(["-m", "fieldkit", "--workspace", str(folder)])
        frames.append(terminal.until("F1 ") - terminal.began)
        lists.append(terminal.until("今天要走访") - terminal.began)
        time.sleep(0.3)
        terminal.press("\x1b[B" * (2 * number))
        time.sleep(0.2)
        terminal.press("\r")
        terminal.until("开始走访")
        terminal.press("1")
        terminal.until("走访结果")
        time.sleep(0.3)
        terminal.press("1")
        time.sleep(0.2)
        terminal.drawn = ""
        for words, digit in (("任何问题", ""), ("怎样告知", "1"), ("同意登记", "1")):
            sent = terminal.press("\r")
            answers.append(terminal.until(words) - sent)
            time.sleep(0.1)
            terminal.press(digit) if digit else None
            time.sleep(0.15)
            terminal.drawn = ""
        terminal.close()
    return median(frames), median(lists), answers


def rows():
    from fieldkit.demo.build import build, demo_at

    folder = Path(tempfile.mkdtemp())
    try:
        demo = demo_at(folder / "demo")
        build(demo, datetime.now().astimezone())
        first, key = _minimal()
        frame, due, answers = _ours(demo.workspace)
    finally:
        shutil.rmtree(folder)
    peer = "minimal Textual app"
    yield row("app: first frame, demo town", "s", frame, first, peer)
    yield row("app: due list shown, demo town", "s", due, first, peer)
    yield row("app: answer to next question, p50", "s", median(answers), key, f"{peer}, one key")
    yield row("app: answer to next question, slowest", "s", max(answers), key, f"{peer}, one key")
