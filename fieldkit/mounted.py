"""What the system shows of sticks that are put in."""

from __future__ import annotations

import glob
import os
import string
import sys
from collections.abc import Iterable
from pathlib import Path

MOUNTED = ("/media/*", "/media/*/*", "/run/media/*/*", "/mnt/*", "/Volumes/*")
"""Where Linux and macOS mount what is put in."""
_REMOVABLE = 2
"""What Windows calls a drive that can be taken out (`GetDriveTypeW`)."""


def mounts(patterns: Iterable[str] | None = None) -> list[Path]:
    """The sticks that are in, by name. patterns: where they are mounted, `MOUNTED` without; Windows knows by itself."""
    if sys.platform == "win32":
        import ctypes

        drives = (f"{letter}:\\" for letter in string.ascii_uppercase)
        return [Path(each) for each in drives if ctypes.windll.kernel32.GetDriveTypeW(each) == _REMOVABLE]
    places = MOUNTED if patterns is None else patterns
    found = sorted(each for pattern in places for each in glob.glob(pattern))  # noqa: PTH207 - whole patterns from the root
    return [Path(each) for each in found if os.path.ismount(each)]
