"""Answers as one reads them in a record with plain eyes: by the end of their paths, and without anything of fieldkit."""

from __future__ import annotations

from collections import defaultdict
from datetime import date


def answer(record, name):
    """What is answered, "" for nothing; why there is nothing, as "?dk"."""
    for path in sorted(record.answers, key=lambda path: path.count("/")):
        if path == name or path.endswith("/" + name):
            said = record.answers[path]
            return said if isinstance(said, str) else "?" + said["missing"]
    return ""


def text(record, name):
    said = answer(record, name)
    return "" if said.startswith("?") else said


def repeated(record, name):
    """The rows of a repeat: (id, its answers by name)."""
    found = defaultdict(dict)
    for path, said in record.answers.items():
        before, here, after = path.partition(f"{name}/")
        if here and (not before or before.endswith("/")):
            instance, _, question = after.partition("/")
            found[instance]
            if question and isinstance(said, str):
                found[instance][question.rpartition("/")[2]] = said
    return found.items()


def agreed(record):
    torn = any(path.rpartition("/")[2] in {"stats", "withdrawn_scope"} for path in record.conflicts)
    taken_back = set(text(record, "withdrawn_scope").split())
    return text(record, "stats") != "no" and not torn and not taken_back & {"stats", "basic"}


def back(day, years):
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
