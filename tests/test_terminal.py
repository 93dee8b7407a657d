"""Asking a terminal for the width of a sign: every kind of answer, none at all, and nothing left behind."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import threading
import time

import pytest

from fieldkit.terminal import asking_width


class Pretended:
    """A terminal that gives one answer, as soon as it is asked, if it answers at all."""

    def __init__(self, answer):
        self.near, self.far = pty.openpty()
        self.keyboard = os.fdopen(os.dup(self.far), "r")
        self.screen = os.fdopen(os.dup(self.far), "w")
        self.asked = b""
        self._answer = answer
        self._listener = threading.Thread(target=self._listen)

    def _listen(self):
        while b"\x1b[6n" not in self.asked:
            self.asked += os.read(self.near, 1024)
        os.write(self.near, self._answer)

    def ask(self):
        """The width found, the seconds it took to hear it."""
        self._listener.start()
        with asking_width(self.keyboard, self.screen) as question:
            self._listener.join()
            began = time.monotonic()
        return question.width, time.monotonic() - began

    def left(self):
        """What a program would now read as keys."""
        os.set_blocking(self.keyboard.fileno(), False)
        modes = termios.tcgetattr(self.far)
        modes[3] &= ~termios.ICANON
        termios.tcsetattr(self.far, termios.TCSANOW, modes)
        try:
            return os.read(self.keyboard.fileno(), 1024)
        except BlockingIOError:
            return b""

    def close(self):
        self.keyboard.close()
        self.screen.close()
        os.close(self.near)
        os.close(self.far)


@pytest.fixture
def pretended():
    made = []

    def make(answer):
        made.append(Pretended(answer))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize(
    ("answer", "width"),
    [
        (b"\x1b[5;3R", 1),
        (b"\x1b[5;5R", 2),
        (b"\x1b[5;4R", 2),
        (b"keys typed ahead, R too\x1b[24;3R", 1),
        (b"\x1b[5;99R", None),
        (b"", None),
        (b"\x1b[?1;2c garbage RRR \xff\xfe", None),
        (b"R" * 8000, None),
    ],
    ids=["single", "double", "one of both", "after keys", "nonsense", "silence", "garbage", "flood"],
)
def test_every_kind_of_answer(pretended, answer, width):
    terminal = pretended(answer)
    before = termios.tcgetattr(terminal.far)
    found, took = terminal.ask()
    assert found == width
    assert took < 0.5, "it never waits for long"
    assert termios.tcgetattr(terminal.far) == before
    assert terminal.asked.endswith(b"\r\x1b[K") or terminal.asked.endswith(b"\x1b[6n")
    if len(answer) < 4096:
        assert terminal.left() == b""


def test_an_answer_that_is_there_costs_nothing(pretended):
    assert min(pretended(b"\x1b[1;3R").ask()[1] for _ in range(5)) < 0.02


def test_a_bare_terminal_or_a_pipe_is_not_asked(pretended, monkeypatch, tmp_path):
    terminal = pretended(b"")
    monkeypatch.setenv("TERM", "linux")
    with asking_width(terminal.keyboard, terminal.screen) as question:
        assert question is None
    monkeypatch.setenv("TERM", "xterm")
    with (tmp_path / "out").open("w") as file, asking_width(terminal.keyboard, file) as question:
        assert question is None
    os.set_blocking(terminal.near, False)
    with pytest.raises(BlockingIOError):
        os.read(terminal.near, 1)


def test_the_terminal_is_restored_when_the_program_fails_meanwhile(pretended):
    terminal = pretended(b"")
    before = termios.tcgetattr(terminal.far)
    with pytest.raises(ZeroDivisionError), asking_width(terminal.keyboard, terminal.screen):
        assert termios.tcgetattr(terminal.far) != before
        raise ZeroDivisionError
    assert termios.tcgetattr(terminal.far) == before


@pytest.mark.parametrize(("column", "chosen"), [(3, "5 [ ]"), (5, "5 [x]")])
def test_the_app_draws_as_the_terminal_says_it_can(demo, column, chosen):
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-m", "fieldkit", "--workspace", str(demo.workspace)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        until(terminal, b"\x1b[6n")
        os.write(terminal, f"\x1b[1;{column}R".encode())
        until(terminal, b"F1")
        os.write(terminal, b"\x0b")
        drawn = until(terminal, chosen.encode()).decode("utf-8", "ignore")
        assert ("┌" in drawn) is (column == 3)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


def until(terminal, words):
    """What the terminal was sent, up to these words and whatever came with them."""
    heard = b""
    while words not in heard:
        assert select.select([terminal], [], [], 20)[0], heard[-500:]
        heard += os.read(terminal, 65536)
    return heard
