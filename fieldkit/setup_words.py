"""What goes wrong while something is set up or settings are changed, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

SETUP: Mapping[str, str] = {
    "enrolment.no-stick": N_("No stick is in. Put one in and press the key again, or type a folder."),
    "keymap.named": N_("FIELDKIT_KEYMAP names the keys ({named}). Nothing was changed; keys can be chosen here once it is not set any more."),
    "keymap.clash": N_("Keymap: “{id}” cannot have {key}, which belongs to “{other}”. Give one of them another key; until then “{id}” keeps its own."),
    "keymap.preset": N_("Keymap: there is no preset “{preset}”. There are: {known}."),
    "keymap.unknown-id": N_("Keymap: there is no command “{id}”. fieldkit keys lists them."),
    "keymap.unreadable": N_("The keymap {path} cannot be read ({reason}). The built-in keys hold. fieldkit keys prints one to begin with."),
    "keymap.unsendable": N_("Keymap: “{id}” cannot have {keys}: terminals do not send it, or it is needed for typing. F1 to F12 and Ctrl with a letter will do."),
    "office.code": N_("“{text}” is no division code of an office. It has 12 digits, such as 421121105000, and can be left out."),
    "setup.no-folder": N_("Type a folder."),
    "setup.nothing-there": N_("Neither a workspace nor an office lies in {path}. Type another folder; Esc goes back."),
}  # fmt: skip
