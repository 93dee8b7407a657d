"""Files that answer a question: how a person names one, and whether it is of the kind that is asked for."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from fieldkit.errors import FieldkitError


class AttachedFile(TypedDict):
    """A file in the workspace: its id there, SHA-256 (hex), size in bytes."""

    id: str
    sha256: str
    bytes: int


def file_named(typed: str) -> Path:
    """The file that was typed, pasted, or dropped on the terminal: quotes, `file://` and `~` are understood."""
    text = typed.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    return Path(text).expanduser()


def check_kind(path: Path, mediatype: str) -> None:
    """Whether a file is of a kind such as `image/*`, by its name; XLSForm's `file` is `application/*` and means any.

    Raises FieldkitError("attachment.wrong-kind").
    """
    wanted, _, narrower = mediatype.partition("/")
    guessed = mimetypes.guess_type(path.name)[0]
    if wanted in {"", "*"} or mediatype == "application/*" or guessed is None:
        return
    if guessed.partition("/")[0] != wanted or narrower not in {"*", "", guessed.partition("/")[2]}:
        raise FieldkitError("attachment.wrong-kind", path=str(path), kind=guessed, wanted=mediatype)
