"""Where things are: the workspace and the office folder, from options, environment, or the last time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from fieldkit.errors import FieldkitError


def workspace_folder(option: str | None) -> Path:
    """The laptop's workspace: `--workspace`, FIELDKIT_WORKSPACE, else the one used last.

    Raises FieldkitError("workspace.unnamed") when there is none of these.
    """
    named = option or os.environ.get("FIELDKIT_WORKSPACE")
    if named:
        return Path(named).expanduser()
    last = _last_file()
    try:
        return Path(last.read_text(encoding="utf-8").strip())
    except OSError:
        raise FieldkitError("workspace.unnamed") from None


def remember_workspace(folder: Path) -> None:
    """Open this workspace next time, if none is named. A read-only home costs nothing but the memory."""
    try:
        _last_file().parent.mkdir(parents=True, exist_ok=True)
        _last_file().write_text(str(folder.resolve()), encoding="utf-8")
    except OSError:
        return


def office_folder(option: str | None) -> Path:
    """The office's folder: `--office` or FIELDKIT_OFFICE. Raises FieldkitError("office.unnamed")."""
    named = option or os.environ.get("FIELDKIT_OFFICE")
    if not named:
        raise FieldkitError("office.unnamed")
    return Path(named).expanduser()


def passphrase_source(ask: Callable[[], str] | None) -> Callable[[], str] | None:
    """How to get the passphrase: the file FIELDKIT_PASSPHRASE_FILE names, else `ask` a person, else not at all.

    The returned function raises FieldkitError("passphrase.unreadable") when the file cannot be read.
    """
    named = os.environ.get("FIELDKIT_PASSPHRASE_FILE")
    if not named:
        return ask

    def read() -> str:
        try:
            return Path(named).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise FieldkitError("passphrase.unreadable", path=named, reason=str(error)) from error

    return read


def _last_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("fieldkit") / "last-workspace"
