"""An expression of a form: its source, where it stands, and its compiled form, made on first use."""

from __future__ import annotations

import re

from fieldkit.xforms.xpath import Compiled, Scope, compile_expression

_CALL = re.compile(r"([\w:.-]+)\s*\(")


class Expression:
    """XPath written in a form. `column` is where its author wrote it (relevant, constraint …)."""

    __slots__ = ("_compiled", "column", "scope", "source")

    def __init__(self, source: str, scope: Scope, column: str = "") -> None:
        self.source = source
        self.scope = scope
        self.column = column
        self._compiled: Compiled | None = None

    @property
    def compiled(self) -> Compiled:
        """The closures of this expression. Raises XPathError on its first use if it is faulty."""
        if self._compiled is None:
            self._compiled = compile_expression(self.source, self.scope)
        return self._compiled

    def __reduce__(self) -> tuple[type[Expression], tuple[str, Scope, str]]:
        """Be kept as source: closures are made where they are used."""
        return Expression, (self.source, self.scope, self.column)

    @property
    def functions(self) -> frozenset[str]:
        """The names of the functions it calls."""
        return frozenset(_CALL.findall(self.source))

    def __repr__(self) -> str:
        """Show the source."""
        return f"Expression({self.source!r})"
