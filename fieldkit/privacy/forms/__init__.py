"""What a form may not be, and what its author should look at, for the sake of the people asked (domain §0)."""

from __future__ import annotations

from fieldkit.errors import FormProblem
from fieldkit.privacy.forms.advice import advice
from fieldkit.privacy.forms.consent import consent_faults
from fieldkit.privacy.forms.forbidden import forbidden_faults
from fieldkit.privacy.forms.restricted import restricted_faults
from fieldkit.privacy.retention import retention_faults
from fieldkit.xforms import Form

__all__ = ["advice", "refusals"]


def refusals(form: Form) -> list[FormProblem]:
    """Why a form must not be used, in the order of its rows: forbidden fields, restricted answers that are read where
    they must not be or asked without consent, consent by somebody else, a retention that cannot be read. [] for none.
    """
    found = [
        *forbidden_faults(form),
        *restricted_faults(form),
        *consent_faults(form),
        *retention_faults(form),
    ]
    return sorted(dict.fromkeys(found), key=lambda fault: (fault.sheet, fault.row or 0))
