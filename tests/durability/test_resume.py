"""A real process in a real terminal, killed with -9 in the middle of a question, opened again at the same one."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")


class Terminal:
    """The app in a pseudo-terminal of 80×24; what it drew is gathered as text."""

    def __init__(self, folder, *, deaf=False):
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            if deaf:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.environ |= {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "FIELDKIT_LANG": "zh"}
            os.execv(sys.executable, [sys.executable, "-m", "fieldkit", "--workspace", str(folder)])
        self.drawn = ""

    def until(self, words, seconds=20):
        """Read until `words` were drawn since the last call."""
        end = time.monotonic() + seconds
        while words not in self.drawn:
            assert time.monotonic() < end, f"{words!r} never came; drawn: {self.drawn[-2000:]}"
            if select.select([self.handle], [], [], 0.1)[0]:
                try:
                    raw = os.read(self.handle, 65536).decode("utf-8", "ignore")
                except OSError:
                    raw = ""
                self.drawn += re.sub(r"\x1b\[[0-9;?>]*[a-zA-Z$]|\x1b\][^\x07]*\x07", "", raw)
        self.drawn = self.drawn.partition(words)[2]

    def press(self, keys):
        os.write(self.handle, keys.encode())

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.handle)


def test_kill_9_in_mid_question_and_back_at_the_same_one(demo):
    first = Terminal(demo.workspace)
    first.until("今天要走访")
    first.press("\r")
    first.until("开始走访")
    first.press("1")
    first.until("走访结果")
    first.press("1\r")
    first.until("任何问题都可以不答")
    first.press("\r")
    first.until("怎样告知")
    first.press("1\r")
    first.until("同意登记")
    first.press("1\r")
    first.until("谁")
    first.kill()

    again = Terminal(demo.workspace)
    again.until("未完成，回车从停下的地方继续")
    again.press("\r")
    again.until("谁")
    again.kill()

    from fieldkit.session.session import Session

    with Session.open(demo.workspace) as session:
        [draft] = session.interviews.unfinished()
        interview = session.interviews.resume(draft.id)
        assert interview.index.path == "/data/consent/given_by"
        assert interview.entry.value("/data/consent/basic") == "yes"


@pytest.mark.parametrize("deaf", [False, True])
def test_a_closed_window_ends_the_app_and_frees_the_workspace(demo, deaf):
    """Also where the app was started with hangups ignored, as by `nohup` or some desktop launchers."""
    first = Terminal(demo.workspace, deaf=deaf)
    first.until("今天要走访")
    os.close(first.handle)
    os.kill(first.pid, signal.SIGHUP)
    end = time.monotonic() + 20
    while os.waitpid(first.pid, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end, "the app outlived its window"
        select.select([], [], [], 0.05)

    from fieldkit.session.session import Session

    with Session.open(demo.workspace) as session:
        assert session.status().records
