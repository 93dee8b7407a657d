"""Pages that name a person, on their way to the printer: in a private temporary file, and gone afterwards.

A page lies in a folder of its own below the system's temporary folder, which nobody else may open. It goes when it was
printed, when the screen is locked, when the workspace is closed; what a killed process left goes when the workspace is
opened again.
"""

from __future__ import annotations

import contextlib
import shutil
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
