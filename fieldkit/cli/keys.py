"""`fieldkit keys`: every command with its id, key and words. What it prints is a keymap file, ready to edit."""

from __future__ import annotations

import argparse

from fieldkit.cli.common import Verbs, show, warn
from fieldkit.commands import all_commands, use_keys
from fieldkit.config import config_file
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.keymap import FILE, PRESETS, chosen_keymap, keymap_of


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("keys", parents=[common], help=_("every command with its key, as a keymap file"))
    verb.add_argument("--preset", choices=sorted(PRESETS), help=_("these keys instead of those in force"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print them; exit code 1 where something of the keymap was left out."""
    keymap = keymap_of({}, options.preset) if options.preset else chosen_keymap()
    use_keys(keymap.keys)
    commands = all_commands()
    problems = [explain(problem) for problem in keymap.problems]
    data = {
        "preset": keymap.preset,
        "file": str(config_file(FILE)),
        "commands": [
            {"id": each.id, "keys": list(each.keys), "name": each.key_names, "text": _(each.text)}
            for each in commands
        ],
        "problems": problems,
    }
    lines = [f'"{each.id}" = "{",".join(each.keys)}"' for each in commands]
    longest = max(map(len, lines))
    listed = [f"{line:<{longest}}  # {_(each.text)}" for line, each in zip(lines, commands, strict=True)]
    head = ["# " + _("To change keys, keep this as {path} and edit it.", path=config_file(FILE))]
    head.append(f'preset = "{keymap.preset}"')
    show(options, data, "\n".join([*head, "", *listed]))
    for problem in problems:
        warn(problem)
    return int(bool(problems))
