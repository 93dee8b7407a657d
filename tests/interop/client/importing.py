"""Taking a file in, as the command does it."""

from __future__ import annotations

from fieldkit.interop.imports.briefcase import form_of
from fieldkit.interop.imports.exports import records_of_export
from fieldkit.interop.imports.tables import read_export
from fieldkit.session.importing import Importing
from fieldkit.session.session import Session


def taken(folder, path, now):
    """Take the records of a file into a workspace; gives the verdicts, and what the workspace then holds."""
    with Session.open(folder, now=lambda: now) as session:
        form = session.library.get("wells")
        found = records_of_export(
            read_export(path), form, lambda version: form_of(session.library, "wells", version), {}
        )
        verdicts = [each.verdict for each in Importing(session).judge(found.records, take=True)]
        return verdicts, sorted(
            sorted(map(str, each.answers.items())) for each in session.exchange.records("wells")
        )
