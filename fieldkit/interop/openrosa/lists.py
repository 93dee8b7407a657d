"""Lists beside forms, as phones read them: CSV with a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

Rows = list[dict[str, str]]


def as_csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows with these columns; what a row does not say is empty."""
    text = io.StringIO(newline="")
    written = csv.DictWriter(text, [*columns], restval="", extrasaction="ignore", lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue().encode("utf-8")
