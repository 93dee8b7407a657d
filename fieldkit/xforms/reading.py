"""What the readers of a form's parts share: where each part was written, and the faults found in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import cast

from lxml import etree

from fieldkit.errors import FormError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import JAVAROSA, ODK, OPENROSA, XHTML, Source
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.xpath import Scope, XPathError

_NAMESPACES = {"jr": JAVAROSA, "orx": OPENROSA, "odk": ODK, "h": XHTML}
_LONGEST = 100_000
"""Characters of an expression; machines make long ones, nobody writes longer ones."""
_SHOWN = 200
_INSTANCE = re.compile(r"\binstance\(\s*(['\"])(.*?)\1\s*\)")

Place = tuple[str, int | None, str]
"""Sheet, row and column; "" as the column where the expression's own name is that of its column."""
Places = Mapping[str, Place]


class Reading:
    """One form being read. Template paths use names as written, prefixes included (`/data/orx:meta`).

    places: template path → cell, of a form that came from sheets. source: the file, for errors.
    nodes: the template paths of the primary instance. repeats: the steps of its repeats. lists: the names of
    its secondary instances.
    """

    def __init__(self, places: Places, source: str) -> None:
        self.places = places
        self.source = source
        self.nodes: Collection[str] = frozenset()
        self.repeats: frozenset[tuple[str, ...]] = frozenset()
        self.lists: frozenset[str] = frozenset()
        self.faults: list[FormProblem] = []
        self.warnings: list[FormProblem] = []
        self._lines: dict[str, int] = {}

    def found_at(self, path: str, element: etree._Element) -> None:
        """Remember the line of the element that says something about `path`; the last one counts."""
        line = _line(element)
        if line:
            self._lines[path] = line

    def place(self, path: str) -> Source:
        """Where the part at `path` was written: sheet and row, or "" and the line of the XForm."""
        if self.places:
            return Source(*self.places.get(path, ("", None))[:2])
        return Source("", self._lines.get(path))

    def fault(self, path: str, column: str | None, message: str) -> None:
        """Note a fault of the part of the form at `path`."""
        self.faults.append(self._problem(path, column, message))

    def warn(self, path: str, column: str | None, message: str) -> None:
        """Note what is wrong at `path` and yet no reason to refuse the form."""
        problem = self._problem(path, column, message)
        if problem not in self.warnings:
            self.warnings.append(problem)

    def _problem(self, path: str, column: str | None, message: str) -> FormProblem:
        place = self.place(path)
        column = self.places[path][2] or column if path in self.places else column
        named = (
            phrase(N_("{place}: {message}"), place=path, message=message)
            if path and not place.sheet
            else message
        )
        return FormProblem(place.sheet, place.row, column, named)

    def fault_in(self, element: etree._Element, message: str) -> None:
        """Note a fault of an element of the XForm."""
        line = None if self.places else _line(element)
        self.faults.append(
            FormProblem(
                "",
                line,
                None,
                phrase(N_("{message} (<{element}>)"), message=message, element=local_name(element)),
            )
        )

    def stop_if_faulty(self) -> None:
        """Raise FormError with every fault found so far, if there is one."""
        if self.faults:
            raise FormError(self.faults, self.source)

    def expression(self, source: str | None, context: str, column: str) -> Expression | None:
        """An expression that belongs to the node at `context`; faults in it are noted. None where empty."""
        source = (source or "").strip()
        if not source:
            return None
        made, wrong = self._made(source, context, column)
        if wrong:
            self.fault(context, column, wrong)
        return made

    def output(self, source: str, context: str) -> Expression | None:
        """An expression whose value stands in words. A faulty one leaves its place empty, with a warning (JavaRosa)."""
        made, wrong = self._made(source.strip(), context, "label")
        if wrong:
            self.warn(context, "label", wrong)
        return made

    def _made(self, source: str, context: str, column: str) -> tuple[Expression | None, str]:
        """The expression, and what is wrong with it."""
        shown = source if len(source) <= _SHOWN else f"{source[:_SHOWN]}…"
        if len(source) > _LONGEST:
            return None, phrase(
                N_("this is longer than {most} characters; compute it in several steps: {shown}"),
                most=_LONGEST,
                shown=shown,
            )
        made = Expression(source, Scope(_steps(context), self.repeats, _NAMESPACES), column)
        try:
            _ = made.compiled
        except XPathError as error:
            near = phrase(N_(" near {token!r}"), token=error.token) if error.token else ""
            return None, phrase(N_("{reason}{near} in: {shown}"), reason=error.reason, near=near, shown=shown)
        except RecursionError:
            return None, phrase(
                N_("this is nested too deeply; compute it in several steps: {shown}"), shown=shown
            )
        named = _INSTANCE.findall(source) if "instance" in source else ()
        unknown = [name for _quote, name in named if name not in self.lists]
        return made, phrase(
            N_("there is no list {name!r} in this form, as in: {shown}"), name=unknown[0], shown=shown
        ) if unknown else ""


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path[1:].split("/")) if path else ()


def _line(element: etree._Element) -> int | None:
    line = cast("int | None", element.sourceline)  # the stubs of lxml do not know its type
    return line or None


def local_name(element: etree._Element) -> str:
    """The name of an element without its prefix."""
    return etree.QName(element).localname


def written_name(element: etree._Element) -> str:
    """The name of an element as its author wrote it, prefix included."""
    return f"{element.prefix}:{local_name(element)}" if element.prefix else local_name(element)
