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
    "laptop.last": N_("“{text}” is no number. Type the last number of the laptop's chain that is still taken, or nothing; the laptop is as it was."),
    "release.done": N_("This bundle of {laptop} was let in before; there is nothing to do."),
    "release.no-reason": N_("Letting something in needs its reason, in words: what you found out, and from whom. Nothing was let in."),
    "release.tampered": N_("This bundle of {laptop} was changed after it was written, so nothing in it can be believed and it can never be let in. Export once more on the laptop; nothing is lost there."),
    "release.unknown": N_("This bundle is of {laptop}. Enrol that laptop first, under “Laptops”; then this can be let in. Until then it stays here as it is."),
    "review.conflict": N_("Several values stand for one answer of this record, so it cannot be approved as it is. Decide about them first: fieldkit office conflicts"),
    "review.deadline": N_("{day} is past. Name a day from today on, such as 2026-04-10."),
    "review.declined": N_("The person declined, and that is as good as any answer: nothing was recorded that could be asked about. Approve or close the record; nobody goes there again because of it."),
    "review.gone": N_("This record was deleted, withdrawn or erased, so there is nothing to look over any more. Nothing was written."),
    "review.nobody": N_("No laptop in use recorded this record, so the question would reach nobody. Correct it at the office, or close it."),
    "review.nothing-asked": N_("Nothing is asked yet. Choose a question, type what is to be asked, and send it back then."),
    "review.nothing-done": N_("Nobody has queried, approved or closed this record, so there is nothing to take back."),
    "review.path": N_("This record has no answer at {path}. `fieldkit office review {record}` lists its answers with their places."),
    "review.state": N_("“{state}” is no state of a record. There are: {known}."),
    "role.hidden": N_("This record holds {count} answers that {who} may not see, so it cannot be opened here. A reviewer can correct it; nothing was shown."),
    "role.may-not": N_("{who} may not do this here ({act}). These roles may: {allowed}. Whoever keeps the office gives roles: fieldkit office desk role {who} --role …"),
    "role.unknown": N_("“{role}” is no role. There are: {known}."),
    "serve.gone": N_("This record was deleted or withdrawn meanwhile; nothing of it is shown. Go back to the list: it is not there any more."),
    "serve.invoices-open": N_("These invoices are not the sum of their lines, or nobody has typed what stands on them: {invoices}. Enter on one of them: type its total, or say why it differs. Until then they stay open."),
    "serve.no-point": N_("There is no service point called {point}. The list of service points has their codes; nothing was changed."),
    "serve.no-why": N_("Say in words why the invoice and its lines differ. Nothing was changed."),
    "serve.nothing-to-undo": N_("Nothing was changed here since the desk was opened, or it was undone already."),
    "serve.older-form": N_("This record was made with an earlier version of its form, which has no such question. Correct it in its form, where it can be carried to the newer one; nothing was changed."),
}  # fmt: skip
