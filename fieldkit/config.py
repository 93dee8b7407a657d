"""Where things are: the workspace and the office folder, from options, environment, or the last time.

What a person chose for themselves (looks, keys) lies beside that in one folder of theirs.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from fieldkit.errors import FieldkitError

_WORKSPACE, _OFFICE, _LANGUAGE = "last-workspace", "last-office", "language"
"""The files of a person's own configuration that this module keeps."""
_OVERRULING = ("FIELDKIT_LANG", "FIELDKIT_THEME", "FIELDKIT_KEYMAP")
_VARIABLES = (
    *_OVERRULING, "FIELDKIT_WORKSPACE", "FIELDKIT_OFFICE", "FIELDKIT_DESK", "FIELDKIT_DATA", "FIELDKIT_PASSPHRASE_FILE",
    "FIELDKIT_INBOX", "FIELDKIT_CACHE",
)  # fmt: skip
"""What of the environment is looked at anywhere."""


def workspace_folder(option: str | None) -> Path:
    """The laptop's workspace: `--workspace`, FIELDKIT_WORKSPACE, the one beside the program, else the one used last.

    Raises FieldkitError("workspace.unnamed") when there is none of these, ("workspace.desk") for a desk at an office: what is
    written there comes into the archive, so it is opened as whoever sits there, in their role.
    """
    named = option or os.environ.get("FIELDKIT_WORKSPACE") or _beside_the_program() or _remembered(_WORKSPACE)
    if not named:
        raise FieldkitError("workspace.unnamed")
    folder = Path(named).expanduser()
    desks = folder.resolve().parent
    if desks.name == "desks" and (desks.parent / "office.toml").is_file():
        raise FieldkitError("workspace.desk", path=str(folder), office=str(desks.parent), name=folder.name)
    return folder


def remember_workspace(folder: Path) -> None:
    """Open this workspace next time, if none is named. A read-only home costs nothing but the memory."""
    write_config(_WORKSPACE, str(folder.resolve()))


def office_folder(option: str | None) -> Path:
    """The office's folder: `--office`, FIELDKIT_OFFICE, else the one used last. Raises FieldkitError("office.unnamed")."""
    named = option or os.environ.get("FIELDKIT_OFFICE") or _remembered(_OFFICE)
    if not named:
        raise FieldkitError("office.unnamed")
    return Path(named).expanduser()


def remember_office(folder: Path) -> None:
    """Open this office next time, if none is named."""
    write_config(_OFFICE, str(folder.resolve()))


def data_folder() -> Path:
    """Where workspaces and offices lie if nobody wishes otherwise: FIELDKIT_DATA, else where the system keeps a person's data."""
    named = os.environ.get("FIELDKIT_DATA")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("fieldkit")


def has_workspace(folder: Path) -> bool:
    """Whether a workspace lies there."""
    return (folder / "workspace.toml").is_file()


def has_office(folder: Path) -> bool:
    """Whether an office lies there."""
    return (folder / "office.toml").is_file()


def remembered_language() -> str:
    """The language that was chosen for good, "" where none was."""
    return _remembered(_LANGUAGE)


def remember_language(code: str) -> None:
    """Begin in this language next time."""
    write_config(_LANGUAGE, code)


def named_from_outside() -> list[tuple[str, str]]:
    """The variables of the environment that say something to fieldkit, each with what it says."""
    return [(name, os.environ[name]) for name in _VARIABLES if os.environ.get(name)]


def overruled_by() -> list[tuple[str, str]]:
    """Those that go before what a person chose for themselves."""
    return [(name, value) for name, value in named_from_outside() if name in _OVERRULING]


def _beside_the_program() -> str:
    """The workspace in the folder that FIELDKIT_DATA names, so that a stick opens its own on every computer."""
    folder = data_folder() / "laptop"
    return str(folder) if os.environ.get("FIELDKIT_DATA") and has_workspace(folder) else ""


def _remembered(name: str) -> str:
    return (read_config(name) or "").strip()


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
