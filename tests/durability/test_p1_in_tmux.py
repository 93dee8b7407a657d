"""Four households of a village cadre's day in a real tmux at 80×24, in Chinese, every key counted."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time

import pytest

from fieldkit.session.session import Session

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

DONE = {
    "outcome": "1", "notice_read": "1", "basic": "1", "given_by": "1", "contact": "4", "share_wanted": "2",
    "stats": "1", "mode": "2", "copy_given": "1", "respondent": "1", "known": "12", "used": "1", "needs": "3",
    "need_top": "1", "barrier": "3", "sat_all": "2", "q1": "1", "private_now": "2", "leaflet": "1",
    "appt_wanted": "2", "follow_task": "2",
}  # fmt: skip
"""The digits of a done visit, by question; what is not named is passed with Enter."""


class Tmux:
    """The app in a tmux of its own."""

    def __init__(self, folder, socket):
        self.socket = str(socket)
        self.keys = 0
        environment = {**os.environ, "FIELDKIT_LANG": "zh", "LC_ALL": "C.UTF-8"}
        environment.pop("TMUX", None)
        command = [sys.executable, "-m", "fieldkit", "--workspace", str(folder)]
        self._tmux(
            "-f", os.devnull, "-u", "new-session", "-d", "-x", "80", "-y", "24", *command, env=environment
        )

    def _tmux(self, *words, env=None):
        done = subprocess.run(
            ["tmux", "-S", self.socket, *words], check=True, capture_output=True, env=env, timeout=20
        )
        return done.stdout.decode()

    @property
    def text(self):
        return self._tmux("capture-pane", "-p")

    def until(self, words, seconds=30):
        """Look at the screen until `words` stand on it."""
        end = time.monotonic() + seconds
        while words not in (text := self.text):
            assert time.monotonic() < end, f"{words!r} never came:\n{text}"
            select.select([], [], [], 0.02)

    def press(self, *keys):
        """Press keys as tmux names them."""
        self.keys += len(keys)
        self._tmux("send-keys", *keys)

    def until_ended(self, seconds=20):
        """Wait until the app has ended, and tmux with it."""
        end = time.monotonic() + seconds
        while not subprocess.run(
            ["tmux", "-S", self.socket, "has-session"], check=False, capture_output=True
        ).returncode:
            assert time.monotonic() < end, self.text
            select.select([], [], [], 0.02)

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def tmux(demo, tmp_path):
    opened = []

    def start():
        opened.append(Tmux(demo.workspace, tmp_path / "socket"))
        return opened[0]

    yield start
    for each in opened:
        each.close()


def done_visit(session, household):
    """The way through a done visit: the words each question begins with, and its keys."""
    interview = session.interviews.start("visit", household, "中文 (zh)")
    entry, steps = interview.entry, []
    while not interview.index.path.endswith("/header"):
        for path in entry.page(interview.index):
            digits = DONE.get(path.rsplit("/", 1)[-1], "")
            chosen = [entry.choices(path)[int(digit) - 1] for digit in digits]
            if chosen:
                interview.answer(path, chosen[0].missing or " ".join(choice.value for choice in chosen))
            steps.append((entry.label(path)[:6], [*digits, "Enter"]))
        interview.next()
    session.interviews.discard(interview.id)
    return steps


def test_four_households_of_a_day(demo, tmux):
    with Session.open(demo.workspace) as session:
        homes = [task.household for task in session.due()[:4]]
        steps = done_visit(session, homes[0].id)
        before = {home.id: len(session.visits(home.id)) for home in homes}
    terminal = tmux()
    terminal.until("今天要走访")

    def opened(home):
        terminal.press("Enter")
        terminal.until("开始走访")
        assert home.id in terminal.text
        terminal.keys = 0

    opened(homes[0])
    terminal.press("1")
    for words, keys in steps:
        terminal.until(words)
        terminal.press(*keys)
    terminal.press("F10")
    terminal.until("请住户留存")
    done = terminal.keys
    terminal.press("Enter")
    counts = {}
    for home, outcome, digit in zip(homes[1:], ("nobody", "declined", "postponed"), "356", strict=True):
        terminal.until("今天要走访")
        opened(home)
        terminal.press("1", digit, "F10")  # as fast as hands that know the way
        if outcome == "postponed":
            terminal.until("请住户留存")
        else:
            terminal.until("今天要走访")
        counts[outcome] = terminal.keys
        if outcome == "postponed":
            terminal.press("Enter")
    terminal.until("今天要走访")
    terminal.press("C-q")
    terminal.until_ended()

    assert done <= 90
    assert counts["nobody"] <= 4
    assert counts["declined"] <= 3
    assert counts["postponed"] <= 4
    with Session.open(demo.workspace) as session:
        assert session.interviews.unfinished() == []
        made = {home.id: session.visits(home.id)[before[home.id] :] for home in homes}
        outcomes = [[visit.outcome for visit in made[home.id]] for home in homes]
        assert outcomes == [["done"], ["nobody"], [], ["postponed"]]
        record = session.exchange.record(made[homes[0].id][0].record)
        assert (record.text("needs"), record.text("need_top")) == ("antenatal", "antenatal")
        assert all(made[home.id][0].revisit_on for home in (homes[1], homes[3]))
        [decline] = session._workspace.declines.all()
        assert set(decline["answers"].values()) == {homes[2].village, session.today().isoformat(), "declined"}
    journal = (demo.workspace / "data" / "journal.fkj").read_bytes()
    assert b'"hh_id":"' + homes[2].id.encode() not in journal
