"""What goes wrong while something is set up or settings are changed, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

SETUP: Mapping[str, str] = {
    "enrolment.no-stick": N_("No stick is in. Put one in and press the key again, or type a folder."),
    "keymap.named": N_("FIELDKIT_KEYMAP names the keys ({named}). Nothing was changed; keys can be chosen here once it is not set any more."),
    "office.code": N_("“{text}” is no division code of an office. It has 12 digits, such as 421121105000, and can be left out."),
    "setup.no-folder": N_("Type a folder."),
    "setup.nothing-there": N_("Neither a workspace nor an office lies in {path}. Type another folder; Esc goes back."),
}  # fmt: skip
