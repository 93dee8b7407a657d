"""Public forms that must load, or be refused in words, where they are at hand beside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldkit.xforms import FormError, load_form
from tests.conformance.exceptions import listed

CASES = Path(__file__).parents[3] / "shared" / "conformance"

if not (CASES / "forms.jsonl").is_file():
    pytest.skip("the public conformance cases are not beside the repository", allow_module_level=True)


def _outcome(path):
    try:
        load_form(path)
    except FormError as error:
        assert all(len(fault.message) > len("words") for fault in error.faults), error
        return "reject"
    return "load"


def test_forms_load_or_are_refused_as_expected():
    """Every form that goes the other way is listed with its reason, and every form that is listed does."""
    cases = [json.loads(line) for line in (CASES / "forms.jsonl").read_text(encoding="utf-8").splitlines()]
    known = listed("Forms")
    differing = {
        case["form"].split("/")[1]: case["id"]
        for case in cases
        if _outcome(CASES / case["form"]) != case["expect"]
    }
    print(f"{len(cases) - len(differing)} of {len(cases)} as expected")
    assert {name: case for name, case in differing.items() if name not in known} == {}
    assert known - set(differing) == set()
