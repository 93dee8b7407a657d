"""Running the program as a person does: its verbs in this process, or in one of its own."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest.mock import patch

from fieldkit.cli import run
from fieldkit.i18n import language, set_language


def fieldkit(*arguments, code=0, lang="en", stdin=""):
    """Say a verb; give what came of it, which is no traceback and the exit code expected.

    A process of its own takes half a second to read the program, and says nothing else.
    """
    return _checked(here(*arguments, lang=lang, stdin=stdin), code)


def here(*arguments, lang="en", stdin=""):
    """Say a verb; give what came of it, whatever that is."""
    said, refused = _text(), _text()
    before = language()
    with redirect_stdout(said), redirect_stderr(refused), patch("sys.stdin", _text(stdin)):
        try:
            ended = run(["--lang", lang, *map(str, arguments)])
        except SystemExit as usage:
            ended = usage.code
        finally:
            set_language(before)
    return CompletedProcess(arguments, ended, _read(said), _read(refused))


def process(*arguments, code=0, lang="en", stdin=""):
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "fieldkit", "--lang", lang, *map(str, arguments)],
        capture_output=True, text=True, input=stdin, check=False, timeout=60,
    )  # fmt: skip
    return _checked(done, code)


def _checked(done, code):
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == code, (done.stdout, done.stderr)
    return done


def _text(content=""):
    return io.TextIOWrapper(io.BytesIO(content.encode()), encoding="utf-8", write_through=True)


def _read(stream):
    return stream.buffer.getvalue().decode()
