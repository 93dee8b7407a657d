"""`fieldkit serve` in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager


@contextmanager
def started(*options, lang="zh"):
    """Serve on a port that is free: gives the process and the address that its first line says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fieldkit", "--lang", lang, "serve", "--port", "0", "--json", *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process, json.loads(process.stdout.readline())["address"]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=30)
        assert "Traceback" not in complaints
