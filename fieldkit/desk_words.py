"""What goes wrong where people of the office decide, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

DESK: Mapping[str, str] = {
    "conflict.ambiguous": N_("{count} records in conflict begin with {id}. Give more of its letters, as `office conflicts` lists them."),
    "conflict.bad-answer": N_("“{text}” cannot be the answer here: {why} Nothing was written; give another one."),
    "conflict.deleted-first": N_("One deleted this record, another changed it. Decide first whether the record stays; then what it says can be decided too. Nothing was written."),
    "conflict.hidden": N_("{who} may not see this answer, so cannot decide about it either. These roles can: {may}. Leave it to one of them; nothing was written."),
    "conflict.no-day": N_("“{text}” is no day. Write it as 2026-04-10, or leave it empty. Nothing was written."),
    "conflict.no-note": N_("This needs a few words: why both answers stay, or what is asked. Nothing was written."),
    "conflict.no-question": N_("There is no other answer to be given to {path} here: choose one of those there are, or send it back. Nothing was written."),
    "conflict.no-number": N_("There is no value number {number} here; there are {count}. Look at `office conflicts`; nothing was written."),
    "conflict.not-this": N_("{path} is not in conflict in this record. In conflict are: {known}. Name one of these; nothing was written."),
    "conflict.nothing": N_("Nothing is chosen yet. Press the digit of the answer that is right, then F10. Nothing was written."),
    "conflict.unknown": N_("No record in conflict begins with {id}. Look at `office conflicts`; nothing was written."),
    "conflict.not-both": N_("Both cannot be kept here. Choose one, or send it back to those who wrote it; nothing was written."),
    "decision.ambiguous": N_("{count} decisions begin with {id}. Give more of its letters, as `office decisions` lists them."),
    "decision.undone": N_("The decision {id} was taken back already. Look at the list of decisions again; nothing was changed."),
    "decision.overtaken": N_("{who} changed this record at {at}, after you had opened it. Nothing was written. Look at how it stands now and decide again."),
    "decision.unknown": N_("Nothing that was decided here is called {id}. Look at the record's decisions again; nothing was changed."),
    "desk.exists": N_("There is a desk called {name} already. Choose another name, or give that one other roles: fieldkit office desk role {name} --role …"),
    "desk.name": N_("“{name}” is no name for a desk: up to 40 letters, digits, spaces, dots or hyphens, beginning with a letter or digit."),
    "desk.no-passphrase": N_("This office has a passphrase, so the desk of {name} needs one of its own. Put it in a file and name that: --new-file FILE"),
    "desk.unknown": N_("Nobody called {name} works here. There are: {known}. Name one of them, or make a desk: fieldkit office desk add {name} --role clerk"),
    "desk.who": N_("Several people work at this office. Say who you are: --as NAME, or FIELDKIT_DESK. There are: {known}."),
    "role.hidden": N_("This record holds {count} answers that {who} may not see, so it cannot be opened here. A reviewer can correct it; nothing was shown."),
    "role.may-not": N_("{who} may not do this here ({act}). These roles may: {allowed}. Whoever keeps the office gives roles: fieldkit office desk role {who} --role …"),
    "role.unknown": N_("“{role}” is no role. There are: {known}."),
}  # fmt: skip
