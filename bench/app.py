"""First paint, the due list, from an answer to the next question, from key to repaint in a long form, and what the app
costs while nobody touches it; in a real terminal beside a minimal Textual app.
"""

from __future__ import annotations

import os
import pty
import random
import re
import select
import shutil
import signal
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bench.rows import median, quantile, row

MINIMAL = """
from textual.app import App
from textual.widgets import Input, Label
class Minimal(App):
    def compose(self):
        yield Label("READY")
        yield Input()
Minimal().run()
"""
ASKING = """
import sys
from pathlib import Path
from fieldkit.app import FieldkitApp
class Asking(FieldkitApp):
    def _warm(self, session):
        super()._warm(session)
        self.run_worker(self._ask(lambda: session.interviews.start(sys.argv[2])))
Asking(Path(sys.argv[1])).run()
"""
RUNS = 7
HOUSEHOLDS = 10_000
QUESTIONS = 1_000
PAGES = 60
"""Questions that are answered in the long form, each four times over."""
IDLE = 10.0
HAND = 0.05
"""Seconds from one key's echo to the next key: digits that come within 40 ms of one another may be a scanner's."""


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

    def drain(self):
        """Read what was drawn until nothing comes for a while."""
        while select.select([self.handle], [], [], 0.3)[0]:
            os.read(self.handle, 65536)
        self.drawn = ""

    def press(self, keys):
        os.write(self.handle, keys.encode())
        return time.perf_counter()

    def worked(self):
        """Seconds of processor time so far, of all threads."""
        stats = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in stats) / 1e9

    def idle_share(self):
        """Per cent of a processor used while nobody touches a key."""
        began, before = time.perf_counter(), self.worked()
        while time.perf_counter() - began < IDLE:
            if select.select([self.handle], [], [], 0.5)[0]:
                os.read(self.handle, 65536)
        return 100 * (self.worked() - before) / (time.perf_counter() - began)

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


def large_town(folder):
    """A workspace of as many households as `HOUSEHOLDS`, every third visited, some for today."""
    from bench.search import household_number, named
    from fieldkit.demo.town import households
    from fieldkit.session.session import Session
    from fieldkit.store import Workspace

    now, chance = datetime.now().astimezone(), random.Random(1)
    Workspace.create(folder, passphrase=None, name="large", demo=True).close()
    with Session.open(folder, now=lambda: now) as session:
        new, models = session.exchange.new_record_id, [each.answers for each in households()]
        made, visited = [], []
        for number in range(HOUSEHOLDS):
            answers = dict(models[number % len(models)])
            hh_id = household_number(number)
            answers |= {"home/hh_id": hh_id, "village": hh_id[:12]}
            for question in answers:
                if question.endswith("/name"):
                    answers[question] = named(chance)
                elif question.endswith("/phone"):
                    answers[question] = f"100000{chance.randrange(10**5):05}"
            made.append((new(), answers, now))
            if number % 3 == 0:
                day = (now - timedelta(days=number % 40 + 1)).date()
                visit = {
                    "hh_id": answers["home/hh_id"], "header/date": day.isoformat(), "outcome": "done",
                    "close/follow_task": "yes" if number % 300 == 0 else "no",
                }  # fmt: skip
                visited.append((new(), visit, now))
        session.exchange.put_many(session.library.get("household"), made)
        session.exchange.put_many(session.library.get("visit"), visited)
        session.assign([household_number(number) for number in range(1, 40)], now.date())
    return folder


def _home(folder):
    """First frame and due list of a workspace; from Enter on a household to its screen."""
    frames, lists, opened = [], [], []
    for number in range(RUNS):
        terminal = Terminal(["-m", "fieldkit", "--workspace", str(folder)])
        frames.append(terminal.until("F1 ") - terminal.began)
        lists.append(terminal.until("今天要走访") - terminal.began)
        time.sleep(3)
        for _ in range(3):
            terminal.press("\x1b[B" * (number + 1))
            terminal.drain()
            sent = terminal.press("\r")
            opened.append(terminal.until("开始走访") - sent)
            terminal.drain()
            terminal.press("\x1b")
            terminal.drain()
        terminal.close()
    return median(frames), median(lists), opened


def long_form(folder):
    """A form of many questions, every tenth of which is asked only if the first was answered, with a running sum."""
    lines = ["settings:", "  - {form_id: long, version: 1, form_title: Long}", "survey:"]
    for number in range(1, QUESTIONS + 1):
        relevant = ", relevant: '${q1} != \"\"'" if number > 1 and number % 10 == 0 else ""
        lines.append(
            f"  - {{type: select_one mark, name: q{number}, label: Question {number} of all{relevant}}}"
        )
    lines.append("  - {type: calculate, name: sum, calculation: '${q1} + ${q2} + ${q3} + ${q500}'}")
    lines.append("choices:")
    lines += [f"  - {{list_name: mark, name: {mark}, label: Mark {mark}}}" for mark in range(1, 6)]
    path = folder / "long.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _keys_of_minimal():
    """From a letter to its echo, as often as there are answers in the long form.

    The line is drawn whole, so the echo is looked for with the letters before it: by itself it may have been there.
    """
    chance = random.Random(1)
    line = ""
    terminal = Terminal(["-c", MINIMAL])
    terminal.until("READY")
    time.sleep(0.5)
    terminal.drawn = ""
    taken = []
    for _ in range(4 * PAGES):
        letter = chance.choice("qwertzuiopasdfghjklyxcvbnm")
        line += letter
        terminal.drawn = ""
        sent = terminal.press(letter)
        taken.append(terminal.until(line[-8:]) - sent)
        time.sleep(HAND)
    terminal.close()
    return taken


def _answering(folder, form):
    """From a digit to the mark on screen; from Enter to the next question; the idle share on a question."""
    terminal = Terminal(["-c", ASKING, str(folder), str(form)])
    terminal.until("Question 1 of")
    time.sleep(1)
    keys, pages = [], []
    for number in range(1, PAGES + 1):
        for digit in "1234":
            sent = terminal.press(digit)
            keys.append(terminal.until(f"(x) Mark {digit}") - sent)
            time.sleep(HAND)
        sent = terminal.press("\r")
        pages.append(terminal.until(f"Question {number + 1} of") - sent)
        time.sleep(0.05)
    idle = terminal.idle_share()
    terminal.close()
    return keys, pages, idle


def _idle_home(folder):
    terminal = Terminal(["-m", "fieldkit", "--workspace", str(folder)])
    terminal.until("今天要走访")
    time.sleep(2)
    idle = terminal.idle_share()
    terminal.close()
    return idle


def rows():
    from fieldkit.demo.build import build, demo_at

    folder = Path(tempfile.mkdtemp())
    try:
        demo = demo_at(folder / "demo")
        build(demo, datetime.now().astimezone())
        first, key = _minimal()
        frame, due, answers = _ours(demo.workspace)
        typed = _keys_of_minimal()
        keys, pages, idle_asking = _answering(demo.workspace, long_form(folder))
        typed += _keys_of_minimal()  # before and after, as the machine may change its pace meanwhile
        idle_home = _idle_home(demo.workspace)
        large_frame, large_due, opened = _home(large_town(folder / "large"))
    finally:
        shutil.rmtree(folder)
    peer = "minimal Textual app"
    yield row("app: first frame, demo town", "s", frame, first, peer)
    yield row("app: due list shown, demo town", "s", due, first, peer)
    size = f"{HOUSEHOLDS:,} households"
    yield row(f"app: first frame, {size}", "s", large_frame, first, peer)
    yield row(f"app: due list shown, {size}", "s", large_due, first, peer)
    yield row(
        f"app: household opened, {size}, p50", "ms", 1e3 * median(opened), 1e3 * key, f"{peer}, one key"
    )
    yield row("app: answer to next question, p50", "s", median(answers), key, f"{peer}, one key")
    yield row("app: answer to next question, slowest", "s", max(answers), key, f"{peer}, one key")
    echo = f"{peer}, one key"
    yield row(
        "app: key to repaint, 1,000 questions, p50", "ms", 1e3 * median(keys), 1e3 * median(typed), echo
    )
    slow, slow_peer = (1e3 * quantile(each, 0.99) for each in (keys, typed))
    yield row("app: key to repaint, 1,000 questions, p99", "ms", slow, slow_peer, echo)
    yield row("app: page change, 1,000 questions, p50", "ms", 1e3 * median(pages))
    yield row("app: page change, 1,000 questions, slowest", "ms", 1e3 * max(pages))
    yield row("app: idle on Home", "% of a processor", idle_home)
    yield row("app: idle on a question", "% of a processor", idle_asking)
