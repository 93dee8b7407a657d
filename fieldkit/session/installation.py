"""Looking the program itself over, before there is any workspace: can all of it be loaded, does it speak, does it read forms."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import fieldkit
from fieldkit.config import config_file
from fieldkit.errors import FormError
from fieldkit.library import shipped_folder
from fieldkit.session.doctor import Checkup, Finding, terminal
from fieldkit.xforms import load_form

_PARTS = (
    "textual.app", "tinydb", "pydantic", "qrcode", "pyxform", "lxml.etree", "orjson", "pyrage", "zstandard", "sqlalchemy",
    "cryptography.hazmat.primitives.ciphers.aead", "psycopg", "pypinyin", "yaml", "xlsxwriter", "openpyxl", "starlette",
    "uvicorn", "zeroconf",
)  # fmt: skip
_EXTRAS = {
    "program.without-office": ("polars", "pyreadstat"),
    "program.without-browser": ("textual_serve.server",),
}
_FORM = "visit.yaml"


def examine_program(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Checkup:
    """Look the program over. Nothing of it raises: what does not work is a finding."""
    version = {"version": fieldkit.__version__, "python": sys.version.split()[0]}
    findings = [
        Finding("program", "well", "program.version", version),
        *_parts(),
        *_words(),
        *_form(),
        *_settings(),
    ]
    findings += terminal()
    if platform == "win32" and "WT_SESSION" not in environment:
        findings.append(Finding("terminal", "look", "program.console", {}))
    return Checkup(tuple(findings), ())


def _parts() -> Iterator[Finding]:
    """Every part that is needed, and those that some work needs."""
    missing = [(part, why) for part in _PARTS if (why := _wrong_with(part))]
    for part, why in missing:
        yield Finding("program", "bad", "program.part", {"part": part, "reason": why})
    if not missing:
        yield Finding("program", "well", "program.parts", {"count": len(_PARTS)})
    for code, parts in _EXTRAS.items():
        for part in parts:
            if _wrong_with(part):
                yield Finding("program", "look", code, {"part": part})


def _wrong_with(part: str) -> str:
    """Why a part cannot be loaded; "" where it can. A library that was made for another computer raises anything."""
    try:
        import_module(part)
    except Exception as error:
        return str(error) or type(error).__name__
    return ""


def _words() -> Iterator[Finding]:
    locale = Path(fieldkit.__file__).parent / "locale"
    if gettext.find("fieldkit", locale, ["zh"]) is None:
        yield Finding("program", "bad", "program.no-words", {"path": str(locale)})


def _form() -> Iterator[Finding]:
    """A form that comes along, read as any other."""
    try:
        form = load_form(shipped_folder() / _FORM)
    except (FormError, OSError) as error:
        yield Finding("forms", "bad", "program.no-form", {"form": _FORM, "reason": str(error)})
    else:
        yield Finding("forms", "well", "program.form", {"form": form.title})


def _settings() -> Iterator[Finding]:
    """Whether what a person chooses can be kept."""
    folder = config_file("x").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        yield Finding(
            "settings",
            "look",
            "program.settings",
            {"path": str(folder), "reason": error.strerror or str(error)},
        )
        return
    if not os.access(folder, os.W_OK):
        yield Finding("settings", "look", "program.settings", {"path": str(folder), "reason": "read-only"})
