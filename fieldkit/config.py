"""Where things are: the workspace and the office folder, from options, environment, or the last time.

What a person chose for themselves (looks, keys) lies beside that in one folder of theirs.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from fieldkit.errors import FieldkitError


def workspace_folder(option: str | None) -> Path:
    """The laptop's workspace: `--workspace`, FIELDKIT_WORKSPACE, else the one used last.

    Raises FieldkitError("workspace.unnamed") when there is none of these, ("workspace.desk") for a desk at an office: what is
    written there comes into the archive, so it is opened as whoever sits there, in their role.
    """
    named = option or os.environ.get("FIELDKIT_WORKSPACE") or (read_config("last-workspace") or "").strip()
    if not named:
        raise FieldkitError("workspace.unnamed")
    folder = Path(named).expanduser()
    desks = folder.resolve().parent
    if desks.name == "desks" and (desks.parent / "office.toml").is_file():
        raise FieldkitError("workspace.desk", path=str(folder), office=str(desks.parent), name=folder.name)
    return folder


def remember_workspace(folder: Path) -> None:
    """Open this workspace next time, if none is named. A read-only home costs nothing but the memory."""
    write_config("last-workspace", str(folder.resolve()))


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


def config_file(name: str) -> Path:
    """Where a file of the person's own configuration lies."""
    from platformdirs import user_config_path

    return user_config_path("fieldkit") / name


def read_config(name: str) -> str | None:
    """A file of the person's own configuration; None where there is none that can be read."""
    try:
        return config_file(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write_config(name: str, text: str) -> None:
    """Write a file of the person's own configuration: the old one or the new one, never half of one.

    A read-only home costs nothing but the memory.
    """
    path = config_file(name)
    beside = path.with_name(f".{name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
