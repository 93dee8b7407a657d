"""Read forms on disk, keyed by content and engine: a form is converted, parsed and ordered once for each version.

Forms hold no answers, so the cache lies in the user's cache folder. A missing, damaged or unwritable cache costs
time, never an error. An entry is its digest and the pickled form; only the classes a form is made of are ever
made from it.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import platform
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lxml import etree

from fieldkit import __version__
from fieldkit.xforms.definition import Form
from fieldkit.xforms.folders import cache_folder
from fieldkit.xforms.lists import Lists, keep_large, open_kept

_FORMAT = 3
_DIGEST = 32
_OWN = "fieldkit.xforms."
_AT_HAND = 64
"""Forms, more than there are in a town: those that were opened last stay at hand."""
_BUILTINS = frozenset({"frozenset", "set"})
_ERRORS = "fieldkit.errors"
_FOUND = frozenset({"FormProblem", "Phrase"})
"""What a form says of itself: its warnings."""


def cached(path: Path, media: Path | None, read: Callable[[], Form]) -> Form:
    """The form in the file at `path`: from the cache if its content is known, else as `read` gives it."""
    parts = (_engine(), path.suffix, path.stem)
    key = hashlib.sha256("|".join(parts).encode() + b"\0" + path.read_bytes()).hexdigest()
    entry = cache_folder() / f"{key}.form"
    known = _open(entry, media)
    if known is not None:
        return known
    form = _without_large_lists(read())
    _write(entry, form)
    return form


@lru_cache(maxsize=1)
def _engine() -> str:
    """What reads forms: releases, and the state of the engine's own files."""
    from importlib.metadata import version  # reads mail headers, which takes longer than most of this package

    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        state = file.stat()
        digest.update(f"{file.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    releases = (__version__, version("pyxform"), platform.python_version())
    return f"{_FORMAT} {releases} {digest.hexdigest()}"


def _without_large_lists(form: Form) -> Form:
    """The form with its large lists on disk, where they can be kept there."""
    try:
        instances = {name: keep_large(each) for name, each in form.instances.items()}
    except (OSError, sqlite3.Error, etree.XMLSyntaxError):
        return form
    return replace(form, instances=instances, lists=Lists(instances, form.lists.media, open_kept(instances)))


def _open(entry: Path, media: Path | None) -> Form | None:
    try:
        raw = entry.read_bytes()
        if _digest(entry, raw[_DIGEST:]) != raw[:_DIGEST]:
            return None
        form = _form_in(raw[_DIGEST:])
        kept = open_kept(form.instances)
    except (OSError, LookupError, ValueError, TypeError, AttributeError, EOFError, pickle.UnpicklingError):
        return None
    return replace(form, lists=Lists(form.instances, media, kept))


@lru_cache(maxsize=_AT_HAND)
def _form_in(raw: bytes) -> Form:
    """The form in an entry: one that is opened again, by another library of the same program, is the same form."""
    form: Form = _Reader(io.BytesIO(raw)).load()
    return form


def _write(entry: Path, form: Form) -> None:
    raw = pickle.dumps(replace(form, lists=Lists({}, None)), protocol=pickle.HIGHEST_PROTOCOL)
    fresh = entry.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        try:
            fresh.write_bytes(_digest(entry, raw) + raw)
            fresh.replace(entry)
        finally:
            fresh.unlink(missing_ok=True)


def _digest(entry: Path, raw: bytes) -> bytes:
    """The digest of an entry: of its content, and of the form it is kept for."""
    return hashlib.sha256(entry.stem.encode() + raw).digest()


class _Reader(pickle.Unpickler):
    """Makes only what forms are made of."""

    def find_class(self, module: str, name: str) -> type:
        if (
            module.startswith(_OWN)
            or (module == "builtins" and name in _BUILTINS)
            or (module == _ERRORS and name in _FOUND)
        ):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a form")
