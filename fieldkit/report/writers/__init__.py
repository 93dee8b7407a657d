"""Reports as files: a workbook, a page that prints, plain text."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.report.document import Document
from fieldkit.report.writers.html import to_html
from fieldkit.report.writers.text import to_text
from fieldkit.report.writers.xlsx import to_xlsx

__all__ = ["FORMATS", "to_html", "to_text", "to_xlsx", "write_report"]

FORMATS: dict[str, Callable[[Document], bytes]] = {
    ".xlsx": to_xlsx,
    ".html": lambda document: to_html(document).encode(),
    ".txt": lambda document: (to_text(document) + "\n").encode(),
}
"""How a report is written, by the ending of the file."""

_REASONS = {
    errno.EROFS: "medium.read-only", errno.EACCES: "medium.read-only", errno.EPERM: "medium.read-only",
    errno.ENOSPC: "medium.full", errno.EDQUOT: "medium.full", errno.EFBIG: "medium.full",
    errno.ENOENT: "medium.gone", errno.ENODEV: "medium.gone",
}  # fmt: skip


def write_report(document: Document, path: Path) -> None:
    """Write a report in the format that the ending of `path` names; a file already there is replaced as a whole.

    Raises FieldkitError("report.unknown-format", path=…, known=…) and FieldkitError("medium.…", path=…,
    reason=…); then nothing half-written is left, and what was there before is untouched.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise FieldkitError("report.unknown-format", path=str(path), known=", ".join(FORMATS))
    content = form(document)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)  # noqa: PTH105 - the one step that makes the report visible
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        code = _REASONS.get(error.errno or 0, "medium.failing")
        raise FieldkitError(code, path=str(path), reason=error.strerror or "") from error
