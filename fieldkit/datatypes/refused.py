"""Why a text does not follow its standard: a code and parameters. The words are made at the edge (`refusal_words`)."""

from __future__ import annotations

from fieldkit.errors import FieldkitError


class RefusedError(FieldkitError):
    """A text is none of its kind; the sentence of its code says what is wrong and how to mend it."""
