"""The function library: XPath 1.0 §4 and the ODK XForms functions, by family; our own under `fk:`."""

from fieldkit.xforms.xpath.functions import (
    crypto,
    dates,
    geo,
    logic,
    nodesets,
    numeric,
    selects,
    standards,
    text,
)
from fieldkit.xforms.xpath.functions.registry import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS",
    "Function",
    "crypto",
    "dates",
    "geo",
    "logic",
    "nodesets",
    "numeric",
    "selects",
    "standards",
    "text",
]
