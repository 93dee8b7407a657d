"""What a form's author should look at though the form can be used: found by reading it, and by trying it out."""

from __future__ import annotations

from pathlib import Path

from fieldkit.errors import FormProblem
from fieldkit.xforms.definition import Form
from fieldkit.xforms.lint.expressions import expression_findings
from fieldkit.xforms.lint.lists import list_findings, unused_lists
from fieldkit.xforms.lint.questions import question_findings
from fieldkit.xforms.lint.reach import reach_findings
from fieldkit.xforms.lint.translations import sheet_findings
from fieldkit.xforms.lint.trial import try_out
from fieldkit.xforms.lint.unstored import unstored_findings

__all__ = ["look_over", "try_out"]


def look_over(form: Form, path: Path) -> list[FormProblem]:
    """What stands out in a form read from the file at `path`, in the order of its rows."""
    found = [
        *form.warnings,
        *reach_findings(form),
        *question_findings(form),
        *expression_findings(form),
        *list_findings(form),
        *unstored_findings(form),
        *(unused_lists(form) if path.suffix.lower() == ".xml" else sheet_findings(path)),
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.sheet, problem.row or 0))
