"""Which key does what, where a person wants it otherwise: a preset, and a file `keymap.toml` in their own folder.

    preset = "cspro"
    "question.note" = "f3"
    "form.next" = ["tab", "pagedown"]

Whatever cannot be is told and left out; the rest holds.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fieldkit.commands import all_commands, key_name
from fieldkit.config import config_file
from fieldkit.errors import FieldkitError

PRESETS: Mapping[str, Mapping[str, str]] = {
    "fieldkit": {},
    # CSEntry's keys where a terminal passes them: add a case, note, go to, language, insert and delete a row, advance
    # to the end. The others are those whose own keys these take.
    "cspro": {
        "household.new": "ctrl+a",
        "question.note": "ctrl+n",
        "form.jump": "f6",
        "app.language": "ctrl+l",
        "roster.insert": "f3",
        "roster.remove": "f4",
        "form.review": "f10",
        "form.finish": "f9",
        "missing.declined": "f2",
        "question.same": "insert",
        "screen.lock": "ctrl+x",
    },
}
FILE = "keymap.toml"

_WRITTEN = {
    "esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "pgdown": "pagedown", "ins": "insert",
    "page_up": "pageup", "page_down": "pagedown", "control": "ctrl",
}  # fmt: skip
_SENT = re.compile(
    r"(ctrl\+)?f([1-9]|1[0-2])|ctrl\+([abdefgklnopqrstuvwxyz]|home|end|up|down|pageup|pagedown)|(shift\+)?tab|escape|pageup|pagedown|insert"
)
"""What terminals send, and what belongs neither to typing nor to the terminal (Ctrl+C, H, I, J, M). A bare console
sends no Ctrl with function keys; there the palette leads to what they do."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of commands that differ from the built-in ones, the preset they began with, and what was left out."""

    preset: str
    keys: Mapping[str, str]
    problems: tuple[FieldkitError, ...] = ()


def chosen_keymap() -> Keymap:
    """The keymap of FIELDKIT_KEYMAP (a preset's name or a file), else that of the person's own file, if there is one."""
    named = os.environ.get("FIELDKIT_KEYMAP", "")
    own = config_file(FILE)
    if named in PRESETS:
        return keymap_of({}, named)
    if named:
        return read_keymap(Path(named).expanduser())
    return read_keymap(own) if own.is_file() else keymap_of({})


def read_keymap(path: Path) -> Keymap:
    """The keymap of a file; one that cannot be read is told and leaves the built-in keys."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        return Keymap(
            "fieldkit", {}, (FieldkitError("keymap.unreadable", path=str(path), reason=str(error)),)
        )
    return keymap_of(written)


def keymap_of(written: Mapping[str, object], preset: str = "") -> Keymap:
    """The keymap that a file's content means: `preset`, and id → key or list of keys."""
    problems: list[FieldkitError] = []
    preset = preset or str(written.get("preset", "fieldkit"))
    if preset not in PRESETS:
        problems.append(FieldkitError("keymap.preset", preset=preset, known=sorted(PRESETS)))
        preset = "fieldkit"
    built_in = {command.id: command.key for command in all_commands()} | dict(PRESETS[preset])
    wanted: dict[str, str] = {}
    for name, value in _flat(written):
        if name == "preset":
            continue
        keys = [_key(each) for each in (value if isinstance(value, list) else str(value).split(","))]
        unsent = [key_name(key) for key in keys if not _SENT.fullmatch(key)]
        if name not in built_in:
            problems.append(FieldkitError("keymap.unknown-id", id=name))
        elif unsent:
            problems.append(FieldkitError("keymap.unsendable", id=name, keys=unsent))
        else:
            wanted[name] = ",".join(dict.fromkeys(keys))
    problems += _drop_clashes(built_in, wanted)
    own = {command.id: command.key for command in all_commands()}
    in_force = built_in | wanted
    return Keymap(
        preset, {name: keys for name, keys in in_force.items() if own[name] != keys}, tuple(problems)
    )


def _flat(written: Mapping[str, object], under: str = "") -> Iterator[tuple[str, object]]:
    """Names and values; `question.note = …` without quotation marks is a table in TOML and means the same."""
    for name, value in written.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{under}{name}.")
        else:
            yield under + name, value


def _key(written: object) -> str:
    """A key as Textual names it, however a person writes it: `Ctrl+N`, `^N`, `PgDn`."""
    text = (
        str(written)
        .strip()
        .lower()
        .replace("^", "ctrl+")
        .replace("ctrl-", "ctrl+")
        .replace("shift-", "shift+")
    )
    return "+".join(_WRITTEN.get(part, part) for part in text.split("+"))


def _drop_clashes(built_in: dict[str, str], wanted: dict[str, str]) -> list[FieldkitError]:
    """Take out of `wanted` what would give one key two meanings, and say so. What is built in does not clash."""
    problems: list[FieldkitError] = []
    while True:
        in_force = built_in | wanted
        uses = Counter(key for keys in in_force.values() for key in keys.split(","))
        clashing = next(
            (name for name, keys in wanted.items() if any(uses[key] > 1 for key in keys.split(","))), None
        )
        if clashing is None:
            return problems
        key = next(key for key in wanted[clashing].split(",") if uses[key] > 1)
        other = next(name for name, keys in in_force.items() if name != clashing and key in keys.split(","))
        problems.append(FieldkitError("keymap.clash", id=clashing, key=key_name(key), other=other))
        del wanted[clashing]
