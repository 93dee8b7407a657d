"""Which key does what, where a person wants it otherwise: a preset, and a file `keymap.toml` in their own folder.

    preset = "cspro"
    "question.note" = "f3"
    "form.next" = ["tab", "pagedown"]

Whatever cannot be is told and left out; the rest holds.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fieldkit.commands import Command, all_commands, key_name
from fieldkit.config import config_file, write_config
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
    named = named_keymap()
    own = config_file(FILE)
    if named in PRESETS:
        return keymap_of({}, named)
    if named:
        return read_keymap(Path(named).expanduser())
    return read_keymap(own) if own.is_file() else keymap_of({})


def named_keymap() -> str:
    """What FIELDKIT_KEYMAP names, "" where a person's own choice holds."""
    return os.environ.get("FIELDKIT_KEYMAP", "")


def change_key(command: Command, key: str) -> Keymap:
    """Give a command another key in the person's own file, for all that it has; give what holds then.

    Raises FieldkitError("keymap.unsendable"), ("keymap.clash"), ("keymap.unreadable"), ("keymap.named"); then nothing changes.
    """
    return _rewritten(lambda own: {**own, command.id: key}, command.id)


def built_in_key(command: Command) -> Keymap:
    """Let a command have the key of the preset again. Raises as `change_key`: that key may be another's by now."""
    return _rewritten(
        lambda own: {name: value for name, value in own.items() if name != command.id}, command.id
    )


def use_preset(preset: str) -> Keymap:
    """Let every command have the key of a preset. Raises FieldkitError("keymap.unreadable"), ("keymap.named")."""
    return _rewritten(lambda _own: {"preset": preset}, "")


def _rewritten(change: Callable[[dict[str, object]], dict[str, object]], about: str) -> Keymap:
    """Change the person's own file, unless that would break what is said `about` a command."""
    if named_keymap():
        raise FieldkitError("keymap.named", named=named_keymap())
    own = dict(_flat(_written(config_file(FILE)))) if config_file(FILE).is_file() else {}
    known = {str(each) for each in read_keymap(config_file(FILE)).problems} if own else set()
    written = change(own)
    keymap = keymap_of(written)
    for problem in keymap.problems:
        if about and str(problem) not in known:
            raise _turned(problem, about)
    lines = [
        f"{json.dumps(name)} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in written.items()
    ]
    write_config(FILE, "".join(lines))
    return keymap


def _turned(problem: FieldkitError, about: str) -> FieldkitError:
    """A clash as somebody sees it who gave a key to the command `about`, whichever of the two would lose it."""
    said = problem.params
    if problem.code != "keymap.clash" or said["id"] == about:
        return problem
    return FieldkitError("keymap.clash", id=about, key=said["key"], other=said["id"])


def read_keymap(path: Path) -> Keymap:
    """The keymap of a file; one that cannot be read is told and leaves the built-in keys."""
    try:
        return keymap_of(_written(path))
    except FieldkitError as error:
        return Keymap("fieldkit", {}, (error,))


def _written(path: Path) -> dict[str, object]:
    """What a file says. Raises FieldkitError("keymap.unreadable")."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise FieldkitError("keymap.unreadable", path=str(path), reason=str(error)) from error


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
