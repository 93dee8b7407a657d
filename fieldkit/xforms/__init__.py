"""The form language: XLSForm and XForms in, interviews out. Knows no screen, no storage, no sync."""

from fieldkit.errors import FormError, FormProblem
from fieldkit.xforms.checks import Problem
from fieldkit.xforms.definition import Choice, Form, Group, Item, Question, Repeat
from fieldkit.xforms.entry import FormEntry
from fieldkit.xforms.load import load_form
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.navigation import Event, Index

__all__ = [
    "Choice",
    "Event",
    "Form",
    "FormEntry",
    "FormError",
    "FormProblem",
    "Group",
    "Index",
    "Item",
    "Missing",
    "Problem",
    "Question",
    "Repeat",
    "load_form",
]
