"""What goes wrong where people of the office decide, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

DESK: Mapping[str, str] = {
    "decision.overtaken": N_("{who} changed this record at {at}, after you had opened it. Nothing was written. Look at how it stands now and decide again."),
    "decision.unknown": N_("Nothing that was decided here is called {id}. Look at the record's decisions again; nothing was changed."),
    "desk.exists": N_("There is a desk called {name} already. Choose another name, give that one other roles: fieldkit office desk role {name} --role …, or, if that desk is lost, make it anew: fieldkit office desk renew {name}"),
    "desk.closed": N_("The desk of {name} is closed: {name} works here no more, or has a new desk. Nothing was written. Whoever keeps the office can give a desk again: fieldkit office desk add {name} --role …"),
    "desk.last-keeper": N_("{name} is the last who keeps this office. Make somebody else a keeper first; nothing was changed."),
    "desk.lost": N_("There is no desk of {name} in this folder. Whoever keeps the office makes one: fieldkit office desk renew {name}, with the roles that {name} has, or fieldkit office desk add {name} --role …"),
    "desk.name": N_("“{name}” is no name for a desk: up to 40 letters, digits, spaces, dots or hyphens, beginning with a letter or digit."),
    "desk.no-passphrase": N_("This office has a passphrase, so the desk of {name} needs one of its own. Put it in a file and name that: --new-file FILE"),
    "desk.no-roles": N_("{name} needs at least one role; without any, {name} could open nothing. Choose one, or let {name} go."),
    "desk.other-roles": N_("Your roles were changed meanwhile: {roles}. Nothing was written. Go back to the list, which shows what you may do now."),
    "desk.own": N_("{name} sits at this desk, which is plainly not lost. Another passphrase for it is chosen with: my passphrase."),
    "desk.unknown": N_("Nobody called {name} works here. There are: {known}. Name one of them, or make a desk: fieldkit office desk add {name} --role clerk"),
    "desk.who": N_("Several people work at this office. Say who you are: --as NAME, or FIELDKIT_DESK. There are: {known}."),
    "letter.bad-signature": N_("{path} says that it comes from {name}, but it was changed, or somebody else wrote it. Do not use it; ask {name} by telephone, and have it written again."),
    "letter.empty": N_("Nothing that was agreed to is recorded, so there is nothing to write. Add in the record how the person is called, or can be reached, if that is wanted."),
    "letter.expired": N_("This letter could be used until {day} only. Destroy it; if the person still wants the service, the office that wrote it asks again."),
    "letter.none": N_("There is nothing of this kind in {path}. Name the file itself, or the folder it is in."),
    "letter.no-row": N_("The record has no such contact with a destination. Ask the person, and enter there to which office what may be given."),
    "letter.not-for-us": N_("{path} is not sealed for this office, or is damaged. Ask who wrote it to send it to the right office, or to write it again; nothing was opened."),
    "letter.not-sent": N_("No letter was sent yet, so nothing can have been answered. Write it first."),
    "letter.nothing-agreed": N_("The person has not agreed to any item being given. Ask first, and enter what may be given in the record."),
    "letter.other-unit": N_("The person agreed to share with the health service of county {agreed}; this office is in {county}. Choose one of that county, or ask the person again."),
    "letter.record-gone": N_("The record that this reply is about is not shown any more: it was withdrawn or erased. Nothing was written; destroy the reply."),
    "letter.said": N_("“{item}” was not agreed to, is taken from the record itself, or is longer than {most} characters. Leave it out, or shorten it; nothing was written."),
    "letter.sent": N_("This letter was sent on {day} already. Wait for the reply, or write another one after asking the person again."),
    "letter.stopped": N_("The person asked not to be contacted. Nothing more is written or sent; nothing else changes for them."),
    "letter.too-large": N_("The letter would be too large ({bytes} bytes, at most {most}). Say it in fewer words; nothing was written."),
    "letter.unknown-sender": N_("{path} says that it comes from {name}, which is not in the list here. Ask them for their card, compare its digits by telephone, and add it: fieldkit office letters unit add. Nothing was shown."),
    "letter.unreadable": N_("{path} is no letter that can be read here ({reason}). Ask for it again; nothing was opened."),
    "reply.other-unit": N_("{path} answers a letter that went to another office. Nothing was written; ask the office the letter went to."),
    "reply.result": N_("“{result}” is no way to reply. Choose one of: received, answered, not_found, declined, wrong_unit, asked_stop."),
    "reply.taken": N_("This letter was answered on {day} already; nothing was changed. Undo that first if it is wrong."),
    "reply.text": N_("A reply has at most {most} characters. Shorten it; nothing was written."),
    "reply.unknown": N_("{path} answers a letter that was not sent from here. Give it to the office it is for; nothing was written."),
    "role.hidden": N_("This record holds {count} answers that {who} may not see, so it cannot be opened here. A reviewer can correct it; nothing was shown."),
    "role.may-not": N_("{who} may not do this here ({act}). These roles may: {allowed}. Whoever keeps the office gives roles: fieldkit office desk role {who} --role …"),
    "role.unknown": N_("“{role}” is no role. There are: {known}."),
    "unit.county": N_("“{text}” is no county: six digits of the division code, such as 990201."),
    "unit.itself": N_("This is the card of this office itself. Ask the other office for theirs: office.fkoffice in its folder."),
    "unit.name": N_("An office needs a name of at most 40 characters. Nothing was changed."),
    "unit.on-paper": N_("{name} has no fieldkit here, so nothing can be sealed for it. Open the app of the office and print the letter, or add its card."),
    "unit.other-digits": N_("These are not the digits of this card, so it may be somebody else's. {name} was not added. Ask for the card again, by another way, and compare once more."),
    "unit.unknown": N_("No office is called {name} in the list. There are: {known}. Add it: fieldkit office letters unit add NAME --county 990201"),
}  # fmt: skip
