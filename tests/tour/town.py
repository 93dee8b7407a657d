"""A folder in which the commands of the tour work as they stand: the Makefile, the program under .venv, the town built before."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from pathlib import Path

from tests.tour.steps import ROOT

_OF_MAKE = ("Makefile", "pyproject.toml", "constraints.txt", "hatch_build.py")


def stage(folder: Path, demo) -> Path:
    """Make the folder, with a copy of a demonstration."""
    for name in _OF_MAKE:
        (folder / name).symlink_to(ROOT / name)
    program = folder / ".venv" / "bin" / "fieldkit"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fieldkit "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (program.parent / "python").symlink_to(sys.executable)
    (folder / ".venv" / "installed").touch()
    shutil.copytree(demo.workspace, folder / "build" / "demo")
    shutil.copytree(demo.office, folder / "build" / "demo-office")
    return folder


def environment(language: str, now: datetime) -> dict[str, str]:
    """What the program needs to know there: its language, where it is, and that it is another moment."""
    clock = Path(__file__).with_name("clock")
    return {
        "FIELDKIT_LANG": language, "TZ": "Asia/Shanghai", "PYTHONPATH": f"{clock}:{ROOT}",
        "TOUR_AHEAD": str((now - datetime.now().astimezone()).total_seconds()),
    }  # fmt: skip
