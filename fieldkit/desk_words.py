"""What goes wrong where people of the office decide, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

DESK: Mapping[str, str] = {
    "check.column": N_("{path}: there is no column {column} in the first row. A table of checks has these: {columns}. Until it is added this table is not in force."),
    "check.empty": N_("{path}, row {row}, column {column}: This must not be empty. Fill it in; until then this table is not in force."),
    "check.expression": N_("{path}, row {row}, column {column}: “{text}” cannot be read as an expression over this form; docs/office.md shows how it is written. Until it is corrected this table is not in force."),
    "check.form": N_("{path}, row {row}, column {column}: There is no form “{text}” here. Correct it, or add the form; until then this table is not in force."),
    "check.id": N_("{path}, row {row}, column {column}: “{text}” is no id: 2 to 40 small letters, digits and hyphens, a letter first. Correct it; until then this table is not in force."),
    "check.kind": N_("{path}, row {row}, column {column}: There is no kind “{text}”. The kinds are shape, same, known, count, rule, consent, consented, missing, outlier, duration, other and off. Until it is corrected this table is not in force."),
    "check.number": N_("{path}, row {row}, column {column}: “{text}” takes a number, such as 20 or 0.2. Correct it; until then this table is not in force."),
    "check.of": N_("{path}, row {row}, column {column}: “{text}” is written form:question, such as household:hh_id. Correct it; until then this table is not in force."),
    "check.pair": N_("{path}, row {row}, column {column}: “{text}” must name two questions: the number of the record, and how many it says. Until it is corrected this table is not in force."),
    "check.parameter": N_("{path}, row {row}, column {column}: This kind has no parameter “{text}”; parameters are written name=value, with ; between them. Until it is corrected this table is not in force."),
    "check.question": N_("{path}, row {row}, column {column}: The form has no question “{text}”. Correct it; until then this table is not in force."),
    "check.standard": N_("{path}, row {row}, column {column}: There is no standard “{text}”; write check= and one of docs/datatypes.md. Until it is corrected this table is not in force."),
    "check.tier": N_("{path}, row {row}, column {column}: “{text}” holds contact details or restricted answers; checks see questions of tiers P and N alone. Until it is taken out this table is not in force."),
    "check.twice": N_("{path}, row {row}, column {column}: There are two rows “{text}”. Give each an id of its own; until then this table is not in force."),
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
    "finding.overtaken": N_("This is not found any more as it was shown here: somebody settled it, or what it is about has changed. Nothing was written. Look at the list again."),
    "finding.question": N_("Nothing was sent back: write what is to be asked."),
    "finding.unknown": N_("No check finds anything called {id} now. What is found is listed by: fieldkit office checks"),
    "finding.why": N_("Nothing was settled: say in a few words why it is fine as it is."),
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
