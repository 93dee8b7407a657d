"""Running the program as a person does, in a process of its own."""

from __future__ import annotations

import subprocess
import sys


def fieldkit(*arguments, code=0, lang="en", stdin=""):
    """Say a verb; give what came of it, which is no traceback and the exit code expected."""
    done = subprocess.run(
        [sys.executable, "-m", "fieldkit", "--lang", lang, *map(str, arguments)],
        capture_output=True, text=True, input=stdin, check=False, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == code, (done.stdout, done.stderr)
    return done
