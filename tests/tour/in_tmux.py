"""A hand in tmux: a terminal of a size, a shell in it, and what is on its screen."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager

_NAMES = {"Esc": "Escape", "↓": "Down"}
_COLOUR = re.compile(r"\x1b\[([\d;]*)m")
_REVERSED = re.compile(r" ?(?:\x1b\[[\d;]*m)*\x1b\[(?:[\d;]*;)?7m")


class TmuxHand:
    """One pane."""

    def __init__(self, folder, columns, rows, environment):
        self._socket = str(folder / "tmux")
        said = {**os.environ, **environment, "PS1": "$ ", "TERM": "xterm-256color"}
        said.pop("TMUX", None)
        self._tmux(
            "-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder),
            "bash --norc --noprofile", env=said,
        )  # fmt: skip

    def press(self, key):
        """Press a key by its name in README.md."""
        name = _NAMES.get(key, key.lower().replace("ctrl+", "C-") if "+" in key else key)
        self._tmux("send-keys", name)

    def type(self, text):
        """Type letter by letter."""
        self._tmux("send-keys", "-l", text)

    def run(self, command):
        """Give a command to the shell, with a screen that is empty before."""
        self._tmux("send-keys", "-l", f"clear; {command}")
        self._tmux("send-keys", "Enter")

    def screen(self):
        """The lines on screen."""
        return "\n".join(line.rstrip() for line in self._tmux("capture-pane", "-p").splitlines())

    def marked(self):
        """The line that is marked: below the title and on the ground of the title, or drawn in reverse."""
        title, *lines = self._tmux("capture-pane", "-p", "-e").split("\n")
        ground = _grounds(title)[0]
        for line in lines:
            if ground in _grounds(line) or _REVERSED.match(line):
                return _COLOUR.sub("", line).strip()
        return ""

    def close(self):
        """End the terminal and what runs in it."""
        self._tmux("kill-server")

    def _tmux(self, *words, env=None):
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words], env=env, capture_output=True, check=True, encoding="utf-8"
        )
        return done.stdout


def _grounds(line):
    """The colours that letters of a line stand on."""
    return re.findall(r"48;(?:5;\d+|2;\d+;\d+;\d+)", " ".join(_COLOUR.findall(line))) or ["none"]


@contextmanager
def tmux(folder, columns, rows, **environment):
    """A terminal in a folder, gone at the end."""
    hand = TmuxHand(folder, columns, rows, environment)
    try:
        yield hand
    finally:
        hand.close()
