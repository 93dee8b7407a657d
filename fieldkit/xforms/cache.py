"""Converted forms on disk, keyed by content, converter and engine: pyxform runs once for each version of a form.

Forms hold no answers, so the cache lies in the user's cache folder (`FIELDKIT_CACHE` moves it). A missing,
corrupt or unwritable cache costs time, never an error.
"""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

import orjson

from fieldkit.xforms.folders import cache_folder
from fieldkit.xforms.xlsform import Converted, convert

_FORMAT = 1


def converted(path: Path) -> Converted:
    """The XForm of an XLSForm, from the cache if its content is known. Raises FormError."""
    content = path.read_bytes()
    key = hashlib.sha256(
        f"{_FORMAT}|{version('pyxform')}|{path.suffix}|{path.stem}|".encode() + content
    ).hexdigest()
    entry = cache_folder() / f"{key}.json"
    known = _read(entry)
    if known is None:
        known = convert(path)
        _write(entry, known)
    return known


def _read(entry: Path) -> Converted | None:
    try:
        data = orjson.loads(entry.read_bytes())
        places = {path: (str(sheet), int(row)) for path, (sheet, row) in data["places"].items()}
        return Converted(data["xml"].encode("utf-8"), places, tuple(data["warnings"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(entry: Path, form: Converted) -> None:
    data = {"xml": form.xml.decode("utf-8"), "places": form.places, "warnings": form.warnings}
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        fresh = entry.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(orjson.dumps(data))
        fresh.replace(entry)
    except OSError:
        return
