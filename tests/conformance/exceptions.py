"""The cases that docs/conformance.md lists as not followed, read from its tables."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"


def listed(heading):
    """The ids in the first column of the table under a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)[1:]
    return {name.strip() for row in rows for name in row.split(",")} - {"---"}
