"""Documents as JSON bytes, the form in which the store keeps and holds them."""

from __future__ import annotations

import math
from typing import Any

import orjson

# A date or a dataclass would come back as something else, so they are refused as the stock storage does.
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def encode(document: Any) -> bytes:
    """The JSON of a document. Raises TypeError for what JSON cannot hold, ValueError for NaN and infinity."""
    raw = orjson.dumps(document, option=_OPTIONS)
    # orjson writes NaN as null, which would lose it without a word.
    if b"null" in raw and _holds_nan(document):
        raise ValueError("NaN or infinity in a document")
    return raw


def _holds_nan(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_nan, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_holds_nan, value))
    return isinstance(value, float) and not math.isfinite(value)
