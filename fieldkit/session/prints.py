"""Pages that name a person, on their way to the printer: in a private temporary file, and gone afterwards.

A page lies in a folder of its own below the system's temporary folder, which nobody else may open. It goes when it was
printed, when the screen is locked, when the workspace is closed; what a killed process left goes when the workspace is
opened again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_PREFIX = "fieldkit-print-"


class Prints:
    """The pages of one workspace. `name`: which workspace, so that another one's pages are left alone."""

    def __init__(self, name: str) -> None:
        self._prefix = f"{_PREFIX}{name}-"
        self._folder: Path | None = None
        self._sweep()

    def write(self, content: str, suffix: str = ".html") -> Path:
        """Write a page, readable by its owner alone; give the file. Raises OSError."""
        if self._folder is None or not self._folder.is_dir():
            self._folder = Path(tempfile.mkdtemp(prefix=self._prefix))
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self._folder, suffix=suffix, delete=False
        ) as file:
            file.write(content)
        return Path(file.name)

    def show(self, page: Path) -> bool:
        """Open a page with the program that shows pages here, from which it is printed; false where there is none.

        A browser that would take over this very terminal does not count.
        """
        try:
            if sys.platform == "win32":
                os.startfile(page)  # noqa: S606 - a page of ours, with the viewer its owner chose
                return True
            viewer = _viewer()
            if viewer:
                subprocess.Popen(  # noqa: S603 - the system's own viewer, with a page of ours
                    [viewer, str(page)],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except OSError:
            return False
        return bool(viewer)

    @property
    def waiting(self) -> list[Path]:
        """The pages that are still there."""
        return sorted(self._folder.iterdir()) if self._folder and self._folder.is_dir() else []

    def remove(self) -> None:
        """Remove every page; what cannot be removed now goes when the workspace is next opened."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _sweep(self) -> None:
        with contextlib.suppress(OSError):
            for left in Path(tempfile.gettempdir()).glob(f"{self._prefix}*"):
                shutil.rmtree(left, ignore_errors=True)


def _viewer() -> str:
    """The command that opens a page in a window, "" where there are no windows."""
    if sys.platform == "darwin":
        return shutil.which("open") or ""
    has_windows = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return (shutil.which("xdg-open") or "") if has_windows else ""
