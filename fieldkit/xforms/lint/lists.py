"""Lists that nothing uses, files that are not there, columns that a list does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.choosing import EXTERNAL
from fieldkit.xforms.definition import Form, Question
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.lint.expressions import parts
from fieldkit.xforms.lint.place import found_at
from fieldkit.xforms.lists.choices import list_name
from fieldkit.xforms.table import TableDocument
from fieldkit.xforms.xpath import ast
from fieldkit.xforms.xpath.lookup import LIST_STEPS


def unused_lists(form: Form) -> Iterator[FormProblem]:
    """The lists of an XForm that no expression names. Those of sheets are found in the sheets."""
    used = " ".join(_sources((form.items, form.actions, form.texts, form.attributes, form.privacy)))
    for name in form.instances:
        if name != EXTERNAL and f"'{name}'" not in used and f'"{name}"' not in used:
            yield FormProblem(
                "", None, None, phrase(N_("nothing uses the list {name}; take it out or use it"), name=name)
            )


def list_findings(form: Form) -> Iterator[FormProblem]:
    """Files that are not there, and columns that a list does not have."""
    media = form.lists.media
    for instance in form.instances.values():
        if instance.id == EXTERNAL or instance.id in form.last_saved_lists:
            continue
        file = instance.src.rpartition("/")[2]
        is_file = instance.src.startswith("jr://file")
        if is_file and media is not None and not (media / file).is_file():
            message = phrase(
                N_("the file {file} is not beside the form; put it there before the form is used"), file=file
            )
            yield FormProblem("", None, None, message)
    for item in form.items.values():
        if isinstance(item, Question) and item.itemset is not None:
            yield from _columns(form, item)


def _columns(form: Form, question: Question) -> Iterator[FormProblem]:
    itemset = question.itemset
    name = list_name(itemset) if itemset is not None else ""
    try:
        document = form.lists.document(name) if name else None
    except FormError as error:
        yield from error.faults
        return
    if itemset is None or not isinstance(document, TableDocument) or not len(document.table):
        return
    for column, part in ((itemset.value, phrase(N_("value"))), (itemset.label, phrase(N_("label")))):
        translated = any(known.startswith(f"{column}::") for known in document.table.columns)
        if column not in document.table.places and not translated:
            known = ", ".join(document.table.columns)
            message = phrase(
                N_("the list {name} has no column {column} for the {part} of its choices; it has {known}"),
                name=name,
                column=column,
                part=part,
                known=known,
            )
            yield found_at(question, "type", message)
    for column in dict.fromkeys(_filter_columns(itemset.nodes.compiled.expr)):
        if column not in document.table.places:
            known = ", ".join(document.table.columns)
            message = phrase(
                N_(
                    "the filter reads the column {column}, which the list {name} does not have; it has {known}"
                ),
                column=column,
                name=name,
                known=known,
            )
            yield found_at(question, "choice_filter", message)


def _filter_columns(expression: ast.Expr) -> Iterator[str]:
    """The columns that the conditions on the rows of a list name."""
    while isinstance(expression, ast.Call) and expression.name == "randomize" and expression.arguments:
        expression = expression.arguments[0]
    for step in expression.steps[:LIST_STEPS] if isinstance(expression, ast.Path) else ():
        for part in (part for predicate in step.predicates for part in parts(predicate)):
            if isinstance(part, ast.Path) and part.start is None and not part.absolute:
                first = part.steps[0]
                if first.axis == "child" and isinstance(first.test, ast.NameTest) and first.test.name != "*":
                    yield str(first.test)


def _sources(part: object) -> Iterator[str]:
    """The sources of every expression in a part of a form."""
    stack = [part]
    while stack:
        each = stack.pop()
        if isinstance(each, Expression):
            yield each.source
        elif isinstance(each, dict):
            stack += each.values()
        elif isinstance(each, (tuple, list, frozenset)):
            stack += each
        elif is_dataclass(each):
            stack += (getattr(each, field.name) for field in fields(each))
