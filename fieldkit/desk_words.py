"""What goes wrong where people of the office decide, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

DESK: Mapping[str, str] = {
    "decision.overtaken": N_("{who} changed this record at {at}, after you had opened it. Nothing was written. Look at how it stands now and decide again."),
    "decision.unknown": N_("Nothing that was decided here is called {id}. Look at the record's decisions again; nothing was changed."),
    "desk.exists": N_("There is a desk called {name} already. Choose another name, or give that one other roles: fieldkit office desk role {name} --role …"),
    "desk.name": N_("“{name}” is no name for a desk: up to 40 letters, digits, spaces, dots or hyphens, beginning with a letter or digit."),
    "desk.no-passphrase": N_("This office has a passphrase, so the desk of {name} needs one of its own. Put it in a file and name that: --new-file FILE"),
    "desk.unknown": N_("Nobody called {name} works here. There are: {known}. Name one of them, or make a desk: fieldkit office desk add {name} --role clerk"),
    "desk.who": N_("Several people work at this office. Say who you are: --as NAME, or FIELDKIT_DESK. There are: {known}."),
    "sample.closed": N_("The household of number {number} wants no more contact. Nobody calls there; the next one of the same stratum stands in from tomorrow on."),
    "sample.days": N_("{first} to {last} are not days that a sample can be drawn of. Write them as 2026-03-01, the first before the last, none after today."),
    "sample.form": N_("Records of “{form}” are not asked again. These are: {known}."),
    "sample.nobody": N_("No record of {first} to {last} can be drawn: there must be records that are done, are not your own, were in no sample, and are of households that have not asked to be left alone. Choose other days."),
    "sample.not-now": N_("Number {number} is not to be asked now: it was checked, its place has gone to the next one, or the sample is over. Go back and choose from the list."),
    "sample.nothing": N_("The record of number {number} has no answer that may be asked again. Choose “Nobody could be asked”, so that the next one stands in."),
    "sample.open": N_("Sample {number} of the same records is not finished. Finish it, or give it up with a reason: nobody draws again until it pleases. fieldkit office sample give-up {number} --why TEXT"),
    "sample.over": N_("Sample {number} is finished or given up already. Nothing was changed."),
    "sample.own": N_("You had a hand in the record of number {number}. Somebody else must check it: nobody checks their own."),
    "sample.share": N_("{percent} is no share. Choose a number from 1 to 100, in per cent; 10 to 20 is usual."),
    "sample.unknown": N_("There is no sample {number}. There are: {known}."),
    "sample.why": N_("Say in words why the sample is given up, in at most 100 characters. The reason stays with it."),
    "paper.answer": N_("“{text}” is no answer to this question. Look at the paper again; nothing was changed."),
    "paper.household": N_("No household is registered under {number}. Look at the number on the paper; register the household first if it is new."),
    "paper.not-waiting": N_("This paper is not waiting to be entered a second time: somebody has done it, or the record has changed. Go back and choose from the list."),
    "paper.own": N_("You entered this paper the first time. Somebody else must enter it again, at another desk."),
    "role.hidden": N_("This record holds {count} answers that {who} may not see, so it cannot be opened here. A reviewer can correct it; nothing was shown."),
    "role.may-not": N_("{who} may not do this here ({act}). These roles may: {allowed}. Whoever keeps the office gives roles: fieldkit office desk role {who} --role …"),
    "role.unknown": N_("“{role}” is no role. There are: {known}."),
}  # fmt: skip
