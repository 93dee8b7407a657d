"""Why an export is refused, or is not as it was written, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_

EXPORTS: Mapping[str, str] = {
    "exports.case-empty": N_("None of these answers is recorded, so there is nothing to hand on. Look at the record: fieldkit records show ID"),
    "exports.case-format": N_("A case leaves as CSV, sealed for its recipient. Leave --format out."),
    "exports.case-hidden": N_("You may not see {item}, so you cannot hand it on either. Ask somebody at the office who may."),
    "exports.case-items": N_("Say which answers are handed on, each with --item QUESTION. Nothing hands on everything about somebody."),
    "exports.case-others": N_("{item} is asked of several people, and a case is about one. Leave it out."),
    "exports.counts-as-xml": N_("Counts are no submissions. Take csv, xlsx, dta, sav or parquet for them."),
    "exports.counts-only": N_("Whoever filled in {form} was promised that it comes to counts. Take --profile aggregate."),
    "exports.damaged": N_("{path} is not as it was written. Do not use this export; write it anew."),
    "exports.exists": N_("There is something in {path} already. Name a new folder; nothing was changed."),
    "exports.key": N_("{path} holds no key of a recipient. It is an office's card (.fkoffice), or a text file with a line that begins with age1."),
    "exports.library": N_("Files of this kind ({format}) need {library}, which is not installed here. Install it: pip install 'fieldkit[office]'. CSV and xlsx need nothing."),
    "exports.missing": N_("{path} is missing from the export. Do not use it; write it anew."),
    "exports.no-manifest": N_("{path} is no export of fieldkit: its manifest.json is missing or cannot be read. Name the folder that was written."),
    "exports.nothing": N_("No answer of the form {form} may leave without the person: none of its questions is of tier P or N, free text aside. Set fk:tier in the form."),
}  # fmt: skip
"""Code → sentence, as in `explain`."""
