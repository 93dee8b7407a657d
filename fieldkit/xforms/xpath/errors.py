"""What is wrong with an expression."""

from __future__ import annotations

from fieldkit.errors import FieldkitError


class XPathError(FieldkitError):
    """An expression that cannot be used. `offset` is 0-based, `token` the offending text, `reason` a sentence."""

    def __init__(self, code: str, expression: str, offset: int | None, token: str, reason: str) -> None:
        super().__init__(code, expression=expression, offset=offset, token=token, reason=reason)
        self.expression = expression
        self.offset = offset
        self.token = token
        self.reason = reason
