"""Which interview is talked through: one that is named, the newest unfinished one of the form, or a new one."""

from __future__ import annotations

from fieldkit.errors import FieldkitError
from fieldkit.i18n import language
from fieldkit.session.interview import Interview
from fieldkit.session.session import Session


def begin(
    session: Session, form_name: str, *, household: str = "", draft: str = "", new: bool = False
) -> tuple[Interview, bool]:
    """An interview of a form, in the language in use, and whether it was begun before.

    draft: the id of an unfinished interview. household: the number of the household it is about. Without `draft`
    and `new`, the unfinished interview of the form (and household) that was touched last is taken up. Raises
    FieldkitError("draft.…"), ("form.…"), ("household.unknown"), FormError, StoreError.
    """
    form = session.interviews.form(form_name)
    if household:
        _check_household(session, form_name, household)
    unfinished = [each for each in session.interviews.unfinished() if each.form == form.id]
    if draft:
        known = [each.id for each in session.interviews.unfinished()]
        if draft in known and draft not in [each.id for each in unfinished]:
            raise FieldkitError("draft.other-form", id=draft, form=form_name)
        found = draft
    else:
        about = [each.id for each in unfinished if not household or each.household == household]
        found = about[0] if about and not new else ""
    interview = (
        session.interviews.resume(found)
        if found
        else session.interviews.start(form_name, household, language())
    )
    if interview.entry.language != interview.form.language_for(language()):
        interview.use_language(language())
    return interview, bool(found)


def _check_household(session: Session, form_name: str, household: str) -> None:
    if session.household(household) is None:
        raise FieldkitError("household.unknown", number=household)
    try:
        session.interviews.form(form_name).find("hh_id")
    except LookupError as error:
        raise FieldkitError("form.no-household", form=form_name) from error
